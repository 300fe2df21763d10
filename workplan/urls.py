"""Addresses of the work plan, under /<program>/plan/."""

from django.urls import path

from workplan.views import actions, deliverables, plan

app_name = "workplan"
urlpatterns = [
    path("", plan.matrix, name="matrix"),
    path("list/", plan.action_list, name="list"),
    path("file/", plan.program_file, name="file"),
    path("file/download/", plan.download_program_file, name="file_download"),
    path("actions/<code:code>/", actions.action_page, name="action"),
    path("actions/<code:code>/report/", actions.report_progress, name="report"),
    path("actions/<code:code>/status/", actions.override, name="override"),
    path("actions/<code:code>/owner/", actions.owner, name="owner"),
    path("actions/<code:code>/years/", actions.confirm_years_page, name="years"),
    path("actions/<code:code>/share/", actions.share, name="share"),
    path("actions/<code:code>/unshare/<int:pk>/", actions.unshare, name="unshare"),
    path("actions/<code:code>/deliverables/", actions.add_deliverable_page, name="add_deliverable"),
    path("actions/<code:code>/steps/<slug:step>/", actions.action_step, name="action_step"),
    path("deliverables/<code:code>/", deliverables.deliverable_page, name="deliverable"),
    path("deliverables/<code:code>/complete/", deliverables.complete, name="complete"),
    path("deliverables/<code:code>/change/", deliverables.change, name="change"),
    path("deliverables/<code:code>/evidence/", deliverables.add_evidence, name="add_evidence"),
    path(
        "deliverables/<code:code>/steps/<slug:step>/", deliverables.deliverable_step, name="deliverable_step"
    ),
    path("evidence/<int:pk>/remove/", deliverables.remove_evidence_page, name="remove_evidence"),
    path("updates/<int:pk>/correct/", actions.correct_update, name="correct"),
]
