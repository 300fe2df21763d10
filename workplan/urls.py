"""Addresses of the work plan, under /<program>/plan/."""

from django.urls import path

from workplan.views import actions, deliverables, plan

app_name = "workplan"
urlpatterns = [
    path("", plan.matrix, name="matrix"),
    path("list/", plan.action_list, name="list"),
    path("file/", plan.program_file, name="file"),
    path("file/download/", plan.download_program_file, name="file_download"),
    path("actions/<slug:code>/", actions.action_page, name="action"),
    path("actions/<slug:code>/report/", actions.report_progress, name="report"),
    path("actions/<slug:code>/status/", actions.override, name="override"),
    path("actions/<slug:code>/owner/", actions.owner, name="owner"),
    path("actions/<slug:code>/years/", actions.confirm_years_page, name="years"),
    path("actions/<slug:code>/share/", actions.share, name="share"),
    path("actions/<slug:code>/unshare/<int:pk>/", actions.unshare, name="unshare"),
    path("actions/<slug:code>/deliverables/", actions.add_deliverable_page, name="add_deliverable"),
    path("actions/<slug:code>/steps/<slug:step>/", actions.action_step, name="action_step"),
    path("deliverables/<str:code>/", deliverables.deliverable_page, name="deliverable"),
    path("deliverables/<str:code>/complete/", deliverables.complete, name="complete"),
    path("deliverables/<str:code>/change/", deliverables.change, name="change"),
    path("deliverables/<str:code>/evidence/", deliverables.add_evidence, name="add_evidence"),
    path(
        "deliverables/<str:code>/steps/<slug:step>/", deliverables.deliverable_step, name="deliverable_step"
    ),
    path("evidence/<int:pk>/remove/", deliverables.remove_evidence_page, name="remove_evidence"),
    path("updates/<int:pk>/correct/", actions.correct_update, name="correct"),
]
