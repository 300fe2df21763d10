"""Make a report: take it, render it in a child process, check it, keep it; each in a short scope."""

import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from celery import shared_task
from django.core.files import File

from reporting.rendering.accessibility import AccessibilityError, check
from reporting.rendering.parent import Rendered, RenderError, render
from reporting.services import LeaseLostError, beat, begin_check, fail_run, finish_run, take_run
from scsc.celery import ProgramTask
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope

log = structlog.get_logger(__name__)

BEAT_SECONDS = 3


@shared_task(base=ProgramTask, own_scope=True)
def render_report(*, program: Program, run_id: int) -> None:
    """Make one report, if it is there to be made. Safe to be handed out any number of times."""
    with program_scope(program):
        run = take_run(run_id)
        if run is None or run.lease is None:
            return
        snapshot, lease = run.snapshot.data, run.lease
    try:
        _make(program, run_id, lease, snapshot)
    except LeaseLostError:
        log.warning("report_lease_lost", run_id=run_id)


def _make(program: Program, run_id: int, lease: UUID, snapshot: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        output = Path(folder) / "report.pdf"
        heart = _Heart(program, run_id, lease)
        try:
            rendered = render(snapshot, output=output, on_progress=heart.progress, on_tick=heart.tick)
            with program_scope(program):
                begin_check(run_id, lease=lease)
            check(output)
            _keep(program, run_id, lease, output, rendered)
        except LeaseLostError:
            raise
        except Exception as error:
            # Whatever went wrong, the person who waits is told, and can try again.
            log.exception("report_failed", run_id=run_id)
            with program_scope(program):
                fail_run(run_id, lease=lease, message=_words(error))


def _words(error: Exception) -> str:
    if isinstance(error, RenderError | AccessibilityError):
        return str(error)
    if isinstance(error, OSError):
        return f"The report could not be stored ({error.strerror}). Tell whoever runs this system."
    return f"The renderer met an unexpected error ({type(error).__name__}). Tell whoever runs this system."


def _keep(program: Program, run_id: int, lease: UUID, output: Path, rendered: Rendered) -> None:
    with program_scope(program), output.open("rb") as file:
        finish_run(run_id, lease=lease, pdf=File(file), sha256=rendered.sha256, pages=rendered.pages)


class _Heart:
    """Says how far the report is, and keeps its lease while nothing new happens."""

    def __init__(self, program: Program, run_id: int, lease: UUID) -> None:
        self.program, self.run_id, self.lease = program, run_id, lease
        self.percent, self.step, self.said = 0, "Starting", 0.0

    def progress(self, percent: int, step: str) -> None:
        self.percent, self.step = percent, step
        self._beat()

    def tick(self) -> None:
        if time.monotonic() - self.said > BEAT_SECONDS:
            self._beat()

    def _beat(self) -> None:
        with program_scope(self.program):
            beat(self.run_id, lease=self.lease, percent=self.percent, step=self.step)
        self.said = time.monotonic()
