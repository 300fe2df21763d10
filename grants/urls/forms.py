"""Addresses of forms for staff, under /<program>/forms/. `pk` is that of a version."""

from django.urls import path

from grants.views import form_conditions, form_editing, form_preview, forms

app_name = "forms"
urlpatterns = [
    path("", forms.form_list, name="list"),
    path("new/", forms.new_form, name="new"),
    path("<int:pk>/", forms.version_page, name="version"),
    path("<int:pk>/details/", forms.details, name="details"),
    path("<int:pk>/steps/<slug:step>/", forms.step, name="step"),
    path("<int:pk>/next/", forms.next_version, name="next"),
    path("<int:pk>/compare/<int:other>/", forms.compare, name="compare"),
    path("<int:pk>/preview/", form_preview.preview, name="preview"),
    path("<int:pk>/move/", form_editing.move, name="move"),
    path("<int:pk>/sections/add/", form_editing.add_section, name="add_section"),
    path("<int:pk>/sections/<slug:section>/", form_editing.section, name="section"),
    path("<int:pk>/sections/<slug:section>/remove/", form_editing.remove_section, name="remove_section"),
    path(
        "<int:pk>/sections/<slug:section>/conditions/",
        form_conditions.section_conditions,
        name="section_conditions",
    ),
    path("<int:pk>/sections/<slug:section>/questions/", form_editing.kinds, name="kinds"),
    path("<int:pk>/sections/<slug:section>/questions/<slug:kind>/", form_editing.add_field, name="add_field"),
    path("<int:pk>/questions/<slug:field>/", form_editing.field, name="field"),
    path("<int:pk>/questions/<slug:field>/remove/", form_editing.remove_field, name="remove_field"),
    path(
        "<int:pk>/questions/<slug:field>/conditions/",
        form_conditions.field_conditions,
        name="field_conditions",
    ),
    path("<int:pk>/questions/<slug:field>/in/", form_editing.inner_kinds, name="inner_kinds"),
    path("<int:pk>/questions/<slug:field>/in/<slug:kind>/add/", form_editing.add_inner, name="add_inner"),
    path("<int:pk>/questions/<slug:field>/in/<slug:question>/", form_editing.inner, name="inner"),
    path(
        "<int:pk>/questions/<slug:field>/in/<slug:question>/remove/",
        form_editing.remove_inner,
        name="remove_inner",
    ),
]
