"""Addresses of a program's people, below the program's slug."""

from django.urls import path

from scsc.programs import views

app_name = "programs"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/invitations/<int:pk>/resend/", views.resend, name="resend"),
    path("people/invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("people/<int:pk>/roles/", views.roles, name="roles"),
    path("people/<int:pk>/remove/", views.remove, name="remove"),
]
