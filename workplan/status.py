"""How an action stands, computed from its deliverables, its dates and what it waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from workplan.models import Action, Deliverable, ProgramYear
from workplan.states import OPEN, TONES, ActionState, DeliverableState, Rag

# A deliverable this long overdue puts its action off track; before that it is at risk.
OFF_TRACK_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Status:
    """A status with its reason in words. `tone` is the colour class of the interface."""

    rag: Rag
    reason: str
    word: str = ""
    # The reason gives the codes of other actions, which not everybody may see.
    names_others: bool = False

    @property
    def label(self) -> str:
        return self.word or str(self.rag.label)

    @property
    def tone(self) -> str:
        return TONES[self.rag]


@dataclass(frozen=True)
class Span:
    """The days an action covers. `runs_past` is set when its last year lies after the plan's end."""

    starts_on: date | None
    ends_on: date | None
    runs_past: bool


def span_of(action: Action, years: dict[int, ProgramYear]) -> Span:
    """The action's days; `ends_on` is None when its last year has no dates in the plan."""
    first, last = years.get(action.first_year), years.get(action.last_year)
    return Span(first.starts_on if first else None, last.ends_on if last else None, last is None)


def compute_status(
    action: Action,
    *,
    deliverables: Iterable[Deliverable],
    span: Span,
    waits_for: Iterable[tuple[str, "Status"]] = (),
    on: date,
) -> Status:
    """The status of an action on a day, the gravest reason first.

    `waits_for` are the actions that this one depends on, as (code, computed status).
    """
    if action.state == ActionState.COMPLETE:
        return Status(Rag.COMPLETE, "Completed.")
    if action.state == ActionState.STOPPED:
        return Status(Rag.GREY, "Stopped.", word="Stopped")
    late = sorted(d.due_on for d in deliverables if is_overdue(d, on))
    if late:
        return _late(late, on)
    if span.ends_on and span.ends_on < on:
        return Status(Rag.RED, f"Its last year ended on {_day(span.ends_on)} and it is not complete.")
    blocked = [code for code, status in waits_for if status.rag in {Rag.AMBER, Rag.RED}]
    started = action.state == ActionState.IN_PROGRESS
    begun = span.starts_on is None or span.starts_on <= on
    if blocked and (started or begun):
        return Status(Rag.AMBER, f"Waits for {', '.join(blocked)}, which is not on track.", names_others=True)
    if not started and span.starts_on and not begun:
        return Status(Rag.GREY, f"Starts on {_day(span.starts_on)}.")
    if not started:
        return Status(Rag.GREY, "Its first year has begun; nobody has started it.")
    return Status(Rag.GREEN, "Nothing is overdue.")


def shown_status(action: Action, computed: Status) -> Status:
    """The status a person set, with their reason, or the computed one."""
    if action.rag_override:
        return Status(Rag(action.rag_override), action.rag_reason)
    return computed


def is_open(deliverable: Deliverable) -> bool:
    return deliverable.state in OPEN


def is_overdue(deliverable: Deliverable, on: date) -> bool:
    return is_open(deliverable) and deliverable.due_on < on


def deliverable_status(deliverable: Deliverable, on: date) -> Status:
    """How one deliverable stands on a day, for tables and reports."""
    if deliverable.state == DeliverableState.DONE:
        return Status(Rag.COMPLETE, f"Done on {_day(deliverable.done_on or on)}.", word="Done")
    if deliverable.state == DeliverableState.CANCELLED:
        return Status(Rag.GREY, "Cancelled.", word="Cancelled")
    if deliverable.due_on < on:
        rag = Rag.RED if on - deliverable.due_on > OFF_TRACK_AFTER else Rag.AMBER
        return Status(rag, f"Was due on {_day(deliverable.due_on)}.", word="Overdue")
    if deliverable.state == DeliverableState.PLANNED:
        return Status(Rag.GREY, f"Due on {_day(deliverable.due_on)}.", word="Planned")
    return Status(Rag.GREEN, f"Due on {_day(deliverable.due_on)}.", word="In progress")


def _late(late: list[date], on: date) -> Status:
    rag = Rag.RED if on - late[0] > OFF_TRACK_AFTER else Rag.AMBER
    count = "1 deliverable is" if len(late) == 1 else f"{len(late)} deliverables are"
    days = (on - late[0]).days
    return Status(rag, f"{count} overdue, by up to {days} day{'s' if days != 1 else ''}.")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
