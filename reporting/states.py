"""The life of a report: queued, rendered and checked by a worker, ready or failed."""

from django.db.models import TextChoices

from scsc.audit.life import Life, Transition


class ReportState(TextChoices):
    QUEUED = "queued", "Waiting for a worker"
    RENDERING = "rendering", "Being rendered"
    CHECKING = "checking", "Being checked"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


UNDER_WAY = frozenset({ReportState.QUEUED, ReportState.RENDERING, ReportState.CHECKING})
HELD_BY_WORKER = frozenset({ReportState.RENDERING, ReportState.CHECKING})

REPORT_RUN = Life(
    app="reporting",
    noun="report",
    states=ReportState,
    table={
        (ReportState.QUEUED, "render"): Transition(
            ReportState.RENDERING, label="Render", done="began to render"
        ),
        (ReportState.RENDERING, "check"): Transition(ReportState.CHECKING, label="Check", done="rendered"),
        (ReportState.CHECKING, "finish"): Transition(ReportState.READY, label="Finish", done="finished"),
        (ReportState.QUEUED, "fail"): Transition(
            ReportState.FAILED, label="Fail", done="could not start", needs_reason=True
        ),
        (ReportState.RENDERING, "fail"): Transition(
            ReportState.FAILED, label="Fail", done="could not render", needs_reason=True
        ),
        (ReportState.CHECKING, "fail"): Transition(
            ReportState.FAILED, label="Fail", done="could not finish", needs_reason=True
        ),
        # The worker's lease ran out: it was killed or cut off.
        (ReportState.RENDERING, "requeue"): Transition(
            ReportState.QUEUED, label="Queue again", done="queued again", needs_reason=True
        ),
        (ReportState.CHECKING, "requeue"): Transition(
            ReportState.QUEUED, label="Queue again", done="queued again", needs_reason=True
        ),
        (ReportState.FAILED, "retry"): Transition(
            ReportState.QUEUED, "can_request_report", label="Try again", done="asked to try again"
        ),
    },
)
