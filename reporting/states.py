"""The lives of what a worker renders, and of a report that is to be published."""

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


def _rendered(noun: str, *, retried_by: str) -> Life:
    """The life of something that a worker renders: queued, rendered and checked, ready or failed.

    `retried_by` names the predicate of those who may ask to try a failed one again.
    """
    queued, rendering, checking = ReportState.QUEUED, ReportState.RENDERING, ReportState.CHECKING
    fail = Transition(ReportState.FAILED, label="Fail", done="could not make", needs_reason=True)
    # The worker's lease ran out: it was killed or cut off.
    requeue = Transition(queued, label="Queue again", done="queued again", needs_reason=True)
    return Life(
        app="reporting",
        noun=noun,
        states=ReportState,
        table={
            (queued, "render"): Transition(rendering, label="Render", done="began to render"),
            (rendering, "check"): Transition(checking, label="Check", done="rendered"),
            (checking, "finish"): Transition(ReportState.READY, label="Finish", done="finished"),
            (queued, "fail"): fail,
            (rendering, "fail"): fail,
            (checking, "fail"): fail,
            (rendering, "requeue"): requeue,
            (checking, "requeue"): requeue,
            (ReportState.FAILED, "retry"): Transition(
                queued, retried_by, label="Try again", done="asked to try again"
            ),
        },
    )


REPORT_RUN = _rendered("report", retried_by="can_request_report")
MEETING_PDF = _rendered("paper of a meeting", retried_by="can_retry_meeting_pdf")
SUBMISSION_PDF = _rendered("PDF of a submission", retried_by="can_retry_submission_pdf")


class PublicationState(TextChoices):
    PROPOSED = "proposed", "Waiting for approval"
    APPROVED = "approved", "Being published"
    PUBLISHED = "published", "Published"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


# One of a year at a time is on its way to the public.
ON_ITS_WAY = frozenset({PublicationState.PROPOSED, PublicationState.APPROVED})

PUBLICATION = Life(
    app="reporting",
    noun="publication",
    states=PublicationState,
    table={
        (PublicationState.PROPOSED, "approve"): Transition(
            PublicationState.APPROVED,
            "can_approve_publication",
            label="Approve and publish",
            done="approved the publication of",
        ),
        (PublicationState.PROPOSED, "decline"): Transition(
            PublicationState.DECLINED,
            "can_decline_publication",
            label="Do not publish",
            done="decided not to publish",
            needs_reason=True,
        ),
        # The final PDF is there.
        (PublicationState.APPROVED, "publish"): Transition(
            PublicationState.PUBLISHED, label="Publish", done="published"
        ),
        (PublicationState.APPROVED, "withdraw"): Transition(
            PublicationState.WITHDRAWN,
            "can_withdraw_publication",
            label="Withdraw",
            done="withdrew from the public",
            needs_reason=True,
        ),
        (PublicationState.PUBLISHED, "withdraw"): Transition(
            PublicationState.WITHDRAWN,
            "can_withdraw_publication",
            label="Withdraw",
            done="withdrew from the public",
            needs_reason=True,
        ),
    },
)
