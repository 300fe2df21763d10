"""The home page of a program, at its slug."""

from django.urls import path

from reporting.today import today_page

urlpatterns = [path("", today_page, name="today")]
