"""Addresses of rubrics for staff, under /<program>/rubrics/. `pk` is that of a version."""

from django.urls import path

from grants.views import rubrics

app_name = "rubrics"
urlpatterns = [
    path("", rubrics.rubric_list, name="list"),
    path("new/", rubrics.new_rubric, name="new"),
    path("<int:pk>/", rubrics.version_page, name="version"),
    path("<int:pk>/details/", rubrics.details, name="details"),
    path("<int:pk>/steps/<slug:step>/", rubrics.step, name="step"),
    path("<int:pk>/next/", rubrics.next_version, name="next"),
    path("<int:pk>/move/", rubrics.move, name="move"),
    path("<int:pk>/criteria/add/", rubrics.add_criterion, name="add_criterion"),
    path("<int:pk>/criteria/<slug:key>/", rubrics.criterion, name="criterion"),
    path("<int:pk>/criteria/<slug:key>/remove/", rubrics.remove_criterion, name="remove_criterion"),
]
