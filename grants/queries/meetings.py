"""Reads around meetings. An item that somebody stepped out of is a number to them, and nothing more."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from grants.models import AgendaItem, Application, Attendance, Ballot, Meeting
from grants.queries.panels import terms_of
from grants.queries.scores import ScoreSummary, scores_of
from grants.queries.sight import put_before, sighted
from grants.states import MeetingState
from scsc.accounts.models import User
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role

TONES = {
    MeetingState.PLANNED: "idle",
    MeetingState.OPEN: "info",
    MeetingState.CLOSED: "good",
    MeetingState.APPROVED: "done",
    MeetingState.CANCELLED: "warn",
}
STEPPED_OUT = "One item is not shown to you: you stepped out."


def meetings_of(user: User, program: Program) -> QuerySet[Meeting]:
    """The meetings that somebody knows of: all for staff and auditors, else those of their bodies."""
    found = Meeting.objects.select_related("body").order_by("-starts_at", "-pk")
    if has_role(user, program, Role.MANAGER, Role.OFFICER, Role.AUDITOR):
        return found
    return found.filter(body__in=terms_of(user, program).order_by().values("body"))


@dataclass(frozen=True)
class AgendaLine:
    """An item as one person may see it.

    `application` is None for an item in words, and for one that is not theirs to see; `hidden` tells the
    difference. `undeclared`: they see enough to declare, and no more.
    """

    item: AgendaItem
    number: int
    application: Application | None = None
    ballot: Ballot | None = None
    score: ScoreSummary | None = None
    hidden: bool = False
    undeclared: bool = False

    @property
    def note(self) -> str:
        """What the minutes say of it, for those who see it."""
        return "" if self.hidden or self.undeclared else self.item.note


def agenda_of(meeting: Meeting, user: User) -> list[AgendaLine]:
    """The agenda for one person, in order. A constant number of queries."""
    program = meeting.program
    items = list(meeting.items.select_related("application__organisation", "application__round"))
    wanted = [item.application_id for item in items if item.application_id]
    seen = set(sighted(user, program).filter(pk__in=wanted).order_by().values_list("pk", flat=True))
    before = set(put_before(user, program).filter(pk__in=wanted).order_by().values_list("pk", flat=True))
    ballots = {
        ballot.application_id: ballot for ballot in Ballot.objects.filter(meeting=meeting).order_by("pk")
    }
    scores = scores_of([item.application for item in items if item.application])
    return [
        _line(item, number, seen, before - seen, ballots, scores)
        for number, item in enumerate(items, start=1)
    ]


def _line(
    item: AgendaItem,
    number: int,
    seen: set[int],
    undeclared: set[int],
    ballots: dict[int, Ballot],
    scores: dict[int, ScoreSummary],
) -> AgendaLine:
    application = item.application
    if application is None:
        return AgendaLine(item, number)
    if application.pk in seen:
        return AgendaLine(item, number, application, ballots.get(application.pk), scores.get(application.pk))
    if application.pk in undeclared:
        return AgendaLine(item, number, application, undeclared=True)
    return AgendaLine(item, number, hidden=True)


def attendance_of(meeting: Meeting) -> Sequence[Attendance]:
    """Who came and who did not, by name."""
    return list(meeting.attendance.select_related("user").order_by("user__name", "pk"))
