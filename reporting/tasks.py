"""Make PDFs: take the job, render it in a child process, check it, keep it; each in a short scope."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from celery import shared_task
from django.core.files import File

from grants.models import Submission
from reporting.models import MeetingPdf, RenderJob, ReportRun
from reporting.rendering.accessibility import AccessibilityError, check
from reporting.rendering.parent import RenderError, render
from reporting.services import jobs
from reporting.services.publishing import publish_if_approved
from reporting.services.submissions import document_of, is_intact, take_submission_pdf
from scsc.celery import ProgramTask
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope

log = structlog.get_logger(__name__)

BEAT_SECONDS = 3
ALTERED = (
    "What is kept of this submission is not what was received: its hash is another one. "
    "Tell whoever runs this system."
)


@shared_task(base=ProgramTask, own_scope=True)
def render_report(*, program: Program, run_id: int) -> None:
    """Make one report, if it is there to be made. Safe to be handed out any number of times."""
    with program_scope(program):
        run = jobs.take(ReportRun, run_id)
        if run is None:
            return
        data = run.snapshot.data
    _make(program, run, data, draft=run.is_draft, when_done=publish_if_approved)


@shared_task(base=ProgramTask, own_scope=True)
def render_submission(*, program: Program, submission_id: int) -> None:
    """Make the PDF of one submission, likewise. Its row comes with the first worker."""
    with program_scope(program):
        try:
            pdf = take_submission_pdf(submission_id)
        except Submission.DoesNotExist:
            log.warning("submission_missing", submission_id=submission_id)
            return
        if pdf is None:
            return
        data, intact = document_of(pdf), is_intact(pdf.submission)
    if intact:
        _make(program, pdf, data)
    else:
        log.error("submission_altered", submission_id=submission_id)
        _fail(program, pdf, ALTERED)


@shared_task(base=ProgramTask, own_scope=True)
def render_meeting(*, program: Program, pdf_id: int) -> None:
    """Make one board pack or minutes, likewise. What is printed was frozen when it was asked for."""
    with program_scope(program):
        pdf = jobs.take(MeetingPdf, pdf_id)
        if pdf is None:
            return
        data = pdf.document
    _make(program, pdf, data)


def _make(
    program: Program,
    job: RenderJob,
    data: dict[str, Any],
    *,
    draft: bool = False,
    when_done: Callable[[Any], None] = lambda _: None,
) -> None:
    """Render what was taken. `when_done` is called with the finished row, in the transaction that ends it."""
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        output = Path(folder) / "whole.pdf"
        heart = _Heart(program, job)
        try:
            rendered = render(
                data, output=output, on_progress=heart.progress, on_tick=heart.tick, draft=draft
            )
            with program_scope(program):
                jobs.begin_check(job)
            check(output)
            with program_scope(program), output.open("rb") as file:
                when_done(jobs.finish(job, pdf=File(file), sha256=rendered.sha256, pages=rendered.pages))
        except jobs.LeaseLostError:
            log.warning("report_lease_lost", kind=job._meta.model_name, job_id=job.pk)
        except Exception as error:
            # Whatever went wrong, the person who waits is told, and can try again.
            log.exception("report_failed", kind=job._meta.model_name, job_id=job.pk)
            _fail(program, job, _words(error))


def _fail(program: Program, job: RenderJob, message: str) -> None:
    try:
        with program_scope(program):
            jobs.fail(job, message=message)
    except jobs.LeaseLostError:
        log.warning("report_lease_lost", kind=job._meta.model_name, job_id=job.pk)


def _words(error: Exception) -> str:
    if isinstance(error, RenderError | AccessibilityError):
        return str(error)
    if isinstance(error, OSError):
        return f"The PDF could not be stored ({error.strerror}). Tell whoever runs this system."
    return f"The renderer met an unexpected error ({type(error).__name__}). Tell whoever runs this system."


class _Heart:
    """Says how far a job is, and keeps its lease while nothing new happens."""

    def __init__(self, program: Program, job: RenderJob) -> None:
        self.program, self.job = program, job
        self.percent, self.step, self.said = 0, "Starting", 0.0

    def progress(self, percent: int, step: str) -> None:
        self.percent, self.step = percent, step
        self._beat()

    def tick(self) -> None:
        if time.monotonic() - self.said > BEAT_SECONDS:
            self._beat()

    def _beat(self) -> None:
        with program_scope(self.program):
            jobs.beat(self.job, percent=self.percent, step=self.step)
        self.said = time.monotonic()
