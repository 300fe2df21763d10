"""Load a report for a person who may read it."""

from uuid import UUID

from django.http import Http404

from reporting.models import ReportRun
from reporting.permissions import can_view_reports
from scsc.programs.access import MemberRequest, require

NOT_SHARED = "Reports are for members of the program. Ask a program manager for a copy."


def get_run(request: MemberRequest, key: UUID) -> ReportRun:
    """The report of this key. Members without a right to reports get 403, a key of elsewhere 404."""
    require(can_view_reports(request.user, request.program), NOT_SHARED)
    runs = ReportRun.objects.select_related("year", "requested_by", "snapshot").defer("snapshot__data")
    run = runs.filter(key=key).first()
    if run is None:
        raise Http404(f"No report {key}.")
    run.program = request.program
    return run
