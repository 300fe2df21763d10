"""Addresses, filled in by their views."""

from django.urls import URLPattern

app_name = "grants"
urlpatterns: list[URLPattern] = []
