from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "Reports"

    def ready(self) -> None:
        from reporting.permissions import can_view_reports
        from reporting.queries import due_meeting_papers, due_runs, due_submissions, has_published
        from reporting.tasks import render_meeting, render_report, render_submission
        from scsc import jobs
        from scsc.audit.history import describe
        from scsc.programs.permissions import has_today
        from scsc.ui.nav import NavItem, PublicItem, register, register_public

        register(NavItem("Today", "today", has_today, order=10))
        register(NavItem("Reports", "reporting:list", can_view_reports, order=60))
        register_public(PublicItem("Reports", "reporting:published_reports", has_published, order=30))
        jobs.register(jobs.JobKind("report", due_runs, render_report, "run_id"))
        jobs.register(jobs.JobKind("submission", due_submissions, render_submission, "submission_id"))
        describe("reporting.reportrun", request="asked for the")
        jobs.register(jobs.JobKind("meeting", due_meeting_papers, render_meeting, "pdf_id"))
        describe("reporting.meetingpdf", queue="asked for the")
        describe("reporting.submissionpdf", queue="queued the")
        describe("reporting.publication", propose="proposed to publish")
