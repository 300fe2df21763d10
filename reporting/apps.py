from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "Reports"

    def ready(self) -> None:
        from reporting.permissions import can_view_reports
        from reporting.queries import due_runs
        from reporting.tasks import render_report
        from scsc import jobs
        from scsc.audit.history import describe
        from scsc.programs.permissions import can_enter_program
        from scsc.ui.nav import NavItem, register

        register(NavItem("Today", "today", can_enter_program, order=10))
        register(NavItem("Reports", "reporting:list", can_view_reports, order=60))
        jobs.register(jobs.JobKind("report", due_runs, render_report, "run_id"))
        describe("reporting.reportrun", request="asked for the")
