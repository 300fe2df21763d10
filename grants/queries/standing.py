"""Where an application stands, in the applicant's words: what it is, what comes next, and by when."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from grants.models import Application, ChangeRequest, Stage
from grants.states import ApplicationState
from grants.timing import closing_of, in_grace, may_write
from scsc.audit.models import AuditEvent
from scsc.ui.moments import moment


@dataclass(frozen=True)
class Standing:
    """One line to see it by, and a sentence or two on what follows."""

    tone: str
    label: str
    words: str


@dataclass(frozen=True)
class Step:
    """A stage of the round as this application goes through it."""

    label: str
    tone: str
    state: str


@dataclass(frozen=True)
class Happening:
    """One thing that happened, as a line of ui/timeline.html."""

    sentence: str
    at: datetime
    reason: str = ""
    tone: str = ""


# Said of both sides; staff are "the program", since the decision is not one person's.
STORY = {
    "start": "{who} began the application",
    "copy": "{who} took over the answers of an earlier one",
    "submit": "{who} submitted it",
    "withdraw": "{who} withdrew it",
    "discard": "{who} discarded it",
    "restore": "{who} restored it",
    "extend": "The program gave it more time",
    "screen_in": "The program found it eligible",
    "screen_out": "The program found it not eligible",
    "invite_to_apply": "The program invited you to apply in full",
    "decline": "The program decided not to take it further",
    "award": "The program awarded it a grant",
    "reject": "The program decided not to fund it",
    "revert": "The program took back its decision",
    "reconsider": "The program began to look at it again",
    "reinstate": "The program took it up again",
}
REQUESTS = {
    "request": "The program asked for changes",
    "answer": "{who} sent the changes",
    "cancel": "The program took back its request for changes",
    "lapse": "The request for changes does not hold any more",
}
# Their reasons were written by the team itself.
OWN_REASONS = frozenset({"withdraw"})
FUNDED = Standing(
    "done", "Funded", "Your application is among the recipients of this round. Congratulations."
)
BY_STATE = {
    ApplicationState.SUBMITTED: Standing(
        "info",
        "Received",
        "Your application is with the program. Next, somebody checks that it is eligible and complete.",
    ),
    ApplicationState.ACCEPTED: Standing(
        "good", "Being considered", "Your application is eligible. {next} You need to do nothing now."
    ),
    ApplicationState.INELIGIBLE: Standing(
        "bad", "Not eligible", "Your application cannot be considered in this round."
    ),
    ApplicationState.AWARDED: Standing(
        "done",
        "Awarded",
        "Your application is awarded a grant. Congratulations. The program sends you the agreement next.",
    ),
    ApplicationState.UNSUCCESSFUL: Standing(
        "bad", "Not going further", "The program decided not to take your application further in this round."
    ),
    ApplicationState.WITHDRAWN: Standing(
        "idle", "Withdrawn", "Your team withdrew this application. Nothing more happens to it."
    ),
    ApplicationState.DISCARDED: Standing(
        "idle", "Discarded", "Your team put this draft aside. Nothing was deleted, and it can be restored."
    ),
}


def standing_of(
    application: Application,
    *,
    change: ChangeRequest | None,
    now: datetime,
    stages: list[Stage] | None = None,
) -> Standing:
    """What to tell its team. Round and stage must be loaded; `change` is the open request for changes.

    With the round's `stages` it also says which of them comes next.
    """
    if change is not None:
        due = moment(change.due_at, application.round.timezone)
        words = f"The program asks you to change some answers. Send the changes before {due}."
        if change.due_at <= now:
            words = (
                f"The program asked you to change some answers before {due}. You can still send the changes, "
                "until the program goes on without them."
            )
        return Standing("warn", "Changes needed", words)
    if application.state == ApplicationState.DRAFT:
        return _draft(application, now)
    if is_funded(application):
        return FUNDED
    found = BY_STATE[ApplicationState(application.state)]
    step = next((stage for stage in stages or [] if _is_next(stage, application)), None)
    after = f"Next comes: {step.get_kind_display().lower()}." if step else ""
    return Standing(found.tone, found.label, " ".join(found.words.replace("{next}", after).split()))


def is_funded(application: Application) -> bool:
    """Whether it is among the recipients that the program has published."""
    recipient = getattr(application, "recipient", None)
    return recipient is not None and recipient.published_at is not None


def journey_of(application: Application, stages: list[Stage]) -> list[Step]:
    """The stages of the round in order, each with where this application is; empty once it has ended."""
    if application.state in {
        ApplicationState.INELIGIBLE,
        ApplicationState.UNSUCCESSFUL,
        ApplicationState.WITHDRAWN,
        ApplicationState.DISCARDED,
    }:
        return []
    if is_funded(application) or application.state == ApplicationState.AWARDED:
        return [Step(stage.get_kind_display(), "done", "Done") for stage in stages]
    now_at = _current(application, stages)
    return [Step(stage.get_kind_display(), *_mark(stage, application, now_at)) for stage in stages]


def story_of(application: Application) -> list[Happening]:
    """What happened to an application as its team may read it, newest first. One query."""
    about = Q(object_type="grants.application", object_id=application.pk, action__in=STORY)
    requests = application.change_requests.values("pk")
    about |= Q(object_type="grants.changerequest", object_id__in=requests, action__in=REQUESTS)
    words = STORY | REQUESTS
    events = AuditEvent.objects.filter(about).select_related("actor").order_by("-id")
    return [
        Happening(
            words[event.action].format(who=event.actor or "The system"),
            event.at,
            reason=event.reason if event.action in OWN_REASONS else "",
        )
        for event in events
    ]


def _draft(application: Application, now: datetime) -> Standing:
    closes, zone = closing_of(application), application.round.timezone
    invited = application.submitted_at is not None
    if not may_write(application, now):
        words = f"It closed {moment(closes, zone)} and was not submitted. You can still read and copy it."
        return Standing("idle", "Not submitted", words)
    if in_grace(application, now):
        words = f"It closed {moment(closes, zone)}. You have a few minutes left to finish and submit."
        return Standing("bad", "Closing now", words)
    if invited:
        words = (
            "You are invited to apply in full. Your answers so far are carried over. "
            f"Submit it before {moment(closes, zone)}."
        )
        return Standing("info", "Invited to apply in full", words)
    return Standing(
        "info", "In progress", f"Only your team sees it. Submit it before {moment(closes, zone)}."
    )


def _current(application: Application, stages: list[Stage]) -> int | None:
    """The order of the stage that an application is in now."""
    if application.state == ApplicationState.DRAFT:
        return application.stage.order
    if application.state == ApplicationState.SUBMITTED:
        screening = next((stage for stage in stages if stage.kind == Stage.Kind.SCREENING), None)
        return screening.order if screening else application.stage.order
    found = next((stage for stage in stages if _is_next(stage, application)), None)
    return found.order if found else None


def _is_next(stage: Stage, application: Application) -> bool:
    """Whether an eligible application goes on to this stage, or to one after it."""
    return stage.order > application.stage.order and stage.kind != Stage.Kind.SCREENING


def _mark(stage: Stage, application: Application, now_at: int | None) -> tuple[str, str]:
    screened = stage.kind == Stage.Kind.SCREENING and application.state == ApplicationState.ACCEPTED
    if stage.order == now_at:
        return "info", "Now"
    written_before = stage.order <= application.stage.order and application.state != ApplicationState.DRAFT
    before = stage.order < application.stage.order or (stage.is_written and written_before)
    if screened or before:
        return "done", "Done"
    return "idle", "To come"
