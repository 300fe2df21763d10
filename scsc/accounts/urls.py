"""Addresses of accounts, invitations and the demonstration's sign-in, from the root."""

from django.urls import path
from django.views.generic import RedirectView

from scsc.accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.account, name="index"),
    path("account/second-factor/", views.second_factor, name="second_factor"),
    # Guessed from the addresses of sign-in, which begin with it.
    path("accounts/", RedirectView.as_view(pattern_name="accounts:index"), name="index_guessed"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("demo/", views.demonstration, name="demonstration"),
    path("demo/mail/", views.mailbox, name="mailbox"),
]
