"""Addresses of agreements, under /<program>/agreements/."""

from django.urls import path

from partners import views_agreements

app_name = "agreements"
urlpatterns = [
    path("", views_agreements.agreement_list, name="list"),
    path("<code:code>/", views_agreements.agreement_page, name="agreement"),
    path("<code:code>/edit/", views_agreements.edit, name="edit"),
    path("<code:code>/activate/", views_agreements.activate, name="activate"),
]
