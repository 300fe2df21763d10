"""Load a report, or the submission behind a PDF, for a person who may read it."""

from uuid import UUID

from django.http import Http404

from grants.models import Submission
from reporting.models import ReportRun
from reporting.permissions import can_read_submission, can_view_reports
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


def get_submission(request: MemberRequest, code: str, number: int) -> Submission:
    """One submission of an application. For everybody who may not read it, it is not there."""
    found = Submission.objects.select_related("application__round").defer("content")
    submission = found.filter(application__code=code, number=number).first()
    if submission is not None:
        submission.program = submission.application.program = request.program
    if submission is None or not can_read_submission(request.user, submission):
        raise Http404(f"No submission {number} of application {code} for this person.")
    return submission
