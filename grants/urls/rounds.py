"""Addresses of rounds for staff, under /<program>/rounds/. The converter of codes is in workplan.urls."""

from django.urls import path

from grants.views import (
    round_forms,
    round_invitations,
    round_preview,
    round_questions,
    round_stages,
    round_steps,
    rounds,
    stage_settings,
)

app_name = "rounds"
urlpatterns = [
    path("", rounds.round_list, name="list"),
    path("new/", rounds.new_round, name="new"),
    path("<code:code>/", rounds.round_page, name="round"),
    path("<code:code>/edit/", rounds.edit, name="edit"),
    path("<code:code>/money/", rounds.money, name="money"),
    path("<code:code>/dates/", rounds.dates, name="dates"),
    path("<code:code>/clone/", rounds.clone, name="clone"),
    path("<code:code>/preview/", round_preview.preview, name="preview"),
    path("<code:code>/closing/", round_steps.closing, name="closing"),
    path("<code:code>/steps/<slug:step>/", round_steps.step, name="step"),
    path("<code:code>/stages/", round_stages.stages, name="stages"),
    path("<code:code>/stages/move/", round_stages.move_stage, name="move_stage"),
    path("<code:code>/stages/<int:pk>/", stage_settings.stage, name="stage"),
    path("<code:code>/stages/<int:pk>/remove/", round_stages.remove, name="remove_stage"),
    path("<code:code>/stages/<int:pk>/people/", round_stages.people, name="people"),
    path("<code:code>/stages/<int:pk>/adopt/<int:version>/", round_forms.adopt, name="adopt"),
    path("<code:code>/questions/", round_questions.questions, name="questions"),
    path("<code:code>/questions/move/", round_questions.move_question, name="move_question"),
    path("<code:code>/questions/<int:pk>/", round_questions.question, name="question"),
    path("<code:code>/questions/<int:pk>/remove/", round_questions.remove, name="remove_question"),
    path("<code:code>/invitations/", round_invitations.invitations, name="invitations"),
    path(
        "<code:code>/invitations/<int:pk>/withdraw/",
        round_invitations.withdraw,
        name="withdraw_invitation",
    ),
]
