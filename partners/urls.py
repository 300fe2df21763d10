"""Addresses of organisations, under /<program>/organisations/."""

from django.urls import path

from partners import views

app_name = "organisations"
urlpatterns = [
    path("", views.organisation_list, name="list"),
    path("new/", views.new_organisation, name="new"),
    path("<int:pk>/", views.organisation_detail, name="organisation"),
    path("<int:pk>/profile/", views.edit_profile, name="profile"),
    path("<int:pk>/register/", views.edit_register, name="register"),
    path("<int:pk>/merge/<int:other>/", views.merge, name="merge"),
]
