"""Addresses of ballots, under /<program>/ballots/."""

from django.urls import path

from grants.views import ballot_steps, ballots

app_name = "ballots"
urlpatterns = [
    path("", ballots.ballot_list, name="list"),
    path("new/<int:body>/", ballot_steps.shortlist, name="shortlist"),
    path("new/<int:body>/<code:code>/", ballot_steps.prepare, name="prepare"),
    path("<int:pk>/", ballots.ballot_page, name="ballot"),
    path("<int:pk>/steps/<slug:step>/", ballot_steps.step, name="step"),
]
