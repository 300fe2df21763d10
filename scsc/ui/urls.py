from django.urls import path

from scsc.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.home, name="home"),
    path("support/", views.support, name="support"),
    path("exit/", views.leave, name="leave"),
    path("theme/", views.choose_theme, name="theme"),
]
