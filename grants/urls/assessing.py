"""Addresses of assessments, under /<program>/assessments/. A bare `pk` is that of an assignment."""

from django.urls import path

from grants.views import advice, assessing, assignment, blind, discussion

app_name = "assess"
urlpatterns = [
    path("", assessing.mine, name="mine"),
    path("<int:pk>/", assessing.assessment, name="assessment"),
    path("<int:pk>/marks/<slug:criterion>/", assessing.save_one, name="save_mark"),
    path("<int:pk>/summary/", assessing.save_whole, name="save_summary"),
    path("<int:pk>/submit/", assessing.submit, name="submit"),
    path("<int:pk>/hand-back/", assessing.give_back, name="hand_back"),
    path("<int:pk>/steps/<slug:step>/", assignment.step, name="step"),
    path("rounds/<code:code>/", assignment.board, name="round"),
    path("rounds/<code:code>/plan/", assignment.plan, name="plan"),
    path("rounds/<code:code>/remind/", assignment.remind_all, name="remind"),
    path("rounds/<code:code>/calibration/", assignment.calibration, name="calibration"),
    path("applications/<code:code>/give/", assignment.give, name="give"),
    path("applications/<code:code>/results/", assignment.results, name="results"),
    path("applications/<code:code>/discussion/", discussion.discussion, name="discussion"),
    path("applications/<code:code>/blind/", blind.overlay, name="blind"),
    path("applications/<code:code>/blind/preview/", blind.preview, name="blind_preview"),
    path("applications/<code:code>/blind/<slug:subject>/<slug:key>/", blind.edit, name="redact"),
    path("applications/<code:code>/blind/<slug:subject>/<slug:key>/reset/", blind.reset, name="unredact"),
    path("advice/", advice.home, name="advice"),
    path("advice/plan/", advice.on_plan, name="advise_plan"),
    path("advice/actions/<code:code>/", advice.on_action, name="advise_action"),
    path("advice/applications/<code:code>/", advice.on_application, name="advise"),
]
