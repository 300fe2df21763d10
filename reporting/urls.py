"""Addresses of reports, under /<program>/. What is public lies beside the public pages of grants."""

from django.urls import path

from reporting.views import meetings, publishing, reports, submissions

PAPERS = "reports/{}/<int:pk>/<slug:kind>/"
SUBMISSION = "reports/submissions/<code:code>/<int:number>/"

app_name = "reporting"
urlpatterns = [
    path("reports/", reports.report_list, name="list"),
    path("reports/request/<int:number>/", reports.request_report_page, name="request"),
    path("reports/<uuid:key>/", reports.report_page, name="report"),
    path("reports/<uuid:key>/progress/", reports.progress, name="progress"),
    path("reports/<uuid:key>/preview/", reports.preview, name="preview"),
    path("reports/<uuid:key>/pdf/", reports.download, name="download"),
    path("reports/<uuid:key>/retry/", reports.retry, name="retry"),
    path("reports/<uuid:key>/figures/", reports.figures, name="figures"),
    path("reports/<uuid:key>/propose/", publishing.propose, name="propose"),
    path("reports/publications/<int:pk>/<slug:step>/", publishing.publication_step, name="publication_step"),
    path(f"{SUBMISSION}pdf/", submissions.submission_pdf, name="submission_pdf"),
    path(f"{SUBMISSION}progress/", submissions.submission_progress, name="submission_progress"),
    path(f"{SUBMISSION}retry/", submissions.submission_retry, name="submission_retry"),
    *(
        path(f"{PAPERS.format(of + 's')}{part}", view, {"of": of}, name=f"{of}_papers{name}")
        for of in ("meeting", "ballot")
        for part, view, name in (
            ("", meetings.paper, ""),
            ("progress/", meetings.paper_progress, "_progress"),
            ("retry/", meetings.paper_retry, "_retry"),
        )
    ),
    path("grants/reports/", publishing.published_reports, name="published_reports"),
    path("grants/reports/<uuid:key>/", publishing.published_report, name="published_report"),
]
