"""What a page says about the PDF of a submission."""

from typing import Any

from grants.models import Submission
from reporting.models import SubmissionPdf
from reporting.states import ReportState
from scsc.jobs import broker_is_up

WAITING = "Waiting for a worker"


def pdf_of(submission: Submission) -> SubmissionPdf | None:
    """The row of its PDF; none until a worker begins."""
    pdf = SubmissionPdf.objects.filter(submission=submission).first()
    if pdf:
        pdf.submission, pdf.program = submission, submission.program
    return pdf


def standing_of(submission: Submission, pdf: SubmissionPdf | None) -> dict[str, Any]:
    """What `reporting/_submission_pdf.html` needs. The application and its program must be loaded."""
    waits = pdf is None or pdf.state == ReportState.QUEUED
    return {
        "pdf": pdf,
        "place": (submission.program.slug, submission.application.code, submission.number),
        "state": pdf.state if pdf else ReportState.QUEUED,
        "stage": (pdf.step or pdf.get_state_display()) if pdf else WAITING,
        "percent": pdf.percent if pdf else 0,
        "offline": waits and not broker_is_up(),
    }
