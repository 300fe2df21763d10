"""Addresses of the public pages, under /<program>/grants/."""

from django.urls import path

from grants.views import public

app_name = "grants"
urlpatterns = [
    path("", public.home, name="home"),
    path("recipients/", public.recipients, name="recipients"),
    path("rounds/<code:code>/", public.round_page, name="round"),
    path("rounds/<code:code>/card.png", public.card, name="card"),
]
