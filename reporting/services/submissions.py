"""The PDF of a submission. The submission asks for it by being there; a worker makes the row and the file."""

from typing import Any

from grants.engine.content import content_hash
from grants.engine.kinds.amounts import money_words
from grants.models import Submission
from reporting.models import SubmissionPdf
from reporting.services import jobs
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.jobs import wake
from scsc.ui.moments import in_zone, moment


def take_submission_pdf(submission_id: int) -> SubmissionPdf | None:
    """Take the PDF of a submission to be made, and make its row where there is none yet.

    None when it is not to be had: made, failed, or with another worker. Raises Submission.DoesNotExist.
    """
    related = ("program", "application__round", "application__organisation", "stage", "submitted_by")
    submission = Submission.objects.select_related(*related).get(pk=submission_id)
    pdf, is_new = SubmissionPdf.objects.get_or_create(
        submission=submission,
        defaults={
            "program": submission.program,
            "template_version": SubmissionPdf.newest_template,
            "facts": facts_of(submission),
        },
    )
    if is_new:
        record(pdf, "queue", actor=None, after={"submission": submission.sha256})
    return jobs.take(SubmissionPdf, pdf.pk)


def retry_submission_pdf(pdf: SubmissionPdf, *, actor: User) -> SubmissionPdf:
    """Queue a failed PDF again."""
    locked = jobs.retry(pdf, actor=actor)
    wake(
        "reporting.tasks.render_submission",
        program_id=locked.program_id,
        submission_id=locked.submission_id,
    )
    return locked


def is_intact(submission: Submission) -> bool:
    """Whether what is kept is what was received: its text still has the hash of that moment."""
    return content_hash(submission.content) == submission.sha256


def facts_of(submission: Submission) -> dict[str, Any]:
    """What stands around a submission when its PDF is first asked for.

    Kept with the PDF, so that it is the same to the byte whatever the program is called later.
    """
    program, round_ = submission.program, submission.application.round
    received = in_zone(submission.submitted_at, round_.timezone)
    amount = submission.amount
    return {
        "program": program.name,
        "sponsor": program.sponsor,
        "accent": program.accent_light,
        "number": submission.number,
        "stage": str(submission.stage),
        "amount": money_words(amount, program.currency) if amount is not None else "",
        "submitted_at": received.isoformat(),
        "submitted": moment(received, round_.timezone),
        "submitted_by": str(submission.submitted_by),
        "changed": submission.change_request_id is not None,
        "in_grace": submission.in_grace,
        "sha256": submission.sha256,
        "demonstration": submission.application.is_demonstration or program.is_demonstration,
    }


def document_of(pdf: SubmissionPdf) -> dict[str, Any]:
    """What is printed, as reporting.rendering.application.content describes it."""
    return {
        "version": 1,
        "kind": "application",
        "facts": pdf.facts,
        "content": pdf.submission.content,
    }
