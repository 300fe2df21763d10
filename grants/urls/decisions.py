"""Addresses of decisions and letters, under /<program>/decisions/."""

from django.urls import path

from grants.views import decisions, outcome_letters, slate

app_name = "decisions"
urlpatterns = [
    path("", slate.round_list, name="list"),
    path("letters/templates/<slug:outcome>/", outcome_letters.template, name="template"),
    path("<code:code>/", slate.slate, name="slate"),
    path("<code:code>/recommend/", slate.recommend_slate, name="recommend_slate"),
    path("<code:code>/recommend/<code:application>/", decisions.new_decision, name="recommend"),
    path("<code:code>/publish/", decisions.publish_round, name="publish"),
    path("<code:code>/letters/", outcome_letters.letters, name="letters"),
    path("<code:code>/letters/<int:pk>/", outcome_letters.letter, name="letter"),
    path("<code:code>/letters/<int:pk>/discard/", outcome_letters.discard, name="discard_letter"),
    path("<code:code>/letters/<int:pk>/<slug:step>/", outcome_letters.letter_step, name="letter_step"),
    path("<code:code>/<int:pk>/", decisions.decision_page, name="decision"),
    path("<code:code>/<int:pk>/edit/", decisions.edit, name="edit"),
    path("<code:code>/<int:pk>/<slug:step>/", decisions.step, name="step"),
]
