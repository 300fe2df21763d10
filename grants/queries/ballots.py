"""Reads around ballots: the roll, who stepped out, and whether an endorsement still holds.

Nobody reads a tally before the close: what is counted stands in the row of the ballot from then on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from grants.engine.count import Rules, least_of
from grants.models import Application, Attendance, Ballot, BallotVoter, Declaration, Stage, Vote
from grants.queries.basis import changes_between, later_submissions
from grants.queries.panels import current_members, terms_of
from grants.queries.sight import sighted
from grants.states import BallotState, DeclarationState
from scsc.accounts.models import User
from scsc.programs.clock import day_of
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role

# The colour class of each state and each outcome in the interface.
TONES: dict[str, str] = {
    BallotState.PREPARED: "idle",
    BallotState.OPEN: "info",
    BallotState.VOID: "warn",
    Ballot.Outcome.ENDORSED: "done",
    Ballot.Outcome.NOT_ENDORSED: "bad",
    Ballot.Outcome.LAPSED: "warn",
}

# How long before a ballot by circulation ends those who have not voted are reminded, once.
REMIND_BEFORE = timedelta(days=2)


def endorsement_of(application: Application) -> Ballot | None:
    """The endorsement that holds: closed, endorsed, and nothing material has changed since. See below."""
    return endorsements_of([application]).get(application.pk)


def endorsements_of(applications: Iterable[Application]) -> dict[int, Ballot]:
    """The endorsements that hold, by key of the application, as they stand now. At most four queries.

    Where the round asks for the endorsement of a body, another body's does not count.
    """
    loaded = {application.pk: application for application in applications}
    ballots = _endorsed().filter(application__in=loaded).exclude(_of_another_body())
    found = list(ballots.order_by("pk"))
    for ballot in found:
        ballot.application = loaded[ballot.application_id]
    later = later_submissions(found)
    return {
        ballot.application_id: ballot
        for ballot in found
        if not changes_between(ballot, later.get(ballot.pk, []))
    }


def material_changes_of(ballot: Ballot) -> list[str]:
    """What changed since the ballot opened that a body would have to vote on anew, in words."""
    return changes_between(ballot, later_submissions([ballot]).get(ballot.pk, []))


def roll(ballot: Ballot) -> set[int]:
    """The keys of the people on the roll."""
    return set(BallotVoter.objects.filter(ballot=ballot).order_by().values_list("user", flat=True))


def recused(ballot: Ballot) -> set[int]:
    """Who of the roll has stepped out of the application, or waits for a ruling."""
    declared = Declaration.objects.filter(application=ballot.application_id, user__in=roll(ballot))
    out = declared.exclude(state=DeclarationState.CLEAR).order_by()
    return set(out.values_list("user", flat=True))


def left(ballot: Ballot, *, on: date) -> set[int]:
    """Who of the roll is out of the body on a day, and did not vote."""
    members = {member.user_id for member in current_members(ballot.body, on=on)}
    return roll(ballot) - members - votes_of(ballot).keys()


def votes_of(ballot: Ballot) -> dict[int, str]:
    """The choice of each who voted. For the count, and for records after it."""
    return dict(Vote.objects.filter(ballot=ballot).order_by().values_list("user", "choice"))


def has_voted(ballot: Ballot) -> set[int]:
    """Who has voted, not how."""
    return set(Vote.objects.filter(ballot=ballot).order_by().values_list("user", flat=True))


def rules_of(ballot: Ballot) -> Rules:
    return Rules(ballot.quorum, ballot.quorum_least, ballot.threshold)


@dataclass(frozen=True)
class Turnout:
    """How many may vote and did, while a ballot is open. It says nothing of what they chose."""

    roll: int
    recused: int
    eligible: int
    needed: int
    voted: int

    @property
    def has_quorum(self) -> bool:
        return self.voted >= self.needed


def turnout_of(ballot: Ballot, *, now: datetime | None = None) -> Turnout:
    """How many may vote at this moment, and how many have."""
    day = day_of(ballot.program, now or timezone.now())
    everybody, out, voted = roll(ballot), recused(ballot), votes_of(ballot).keys()
    eligible = everybody - out - left(ballot, on=day)
    needed = max(ballot.quorum_least, least_of(ballot.quorum, len(eligible)))
    return Turnout(len(everybody), len(out), len(eligible), needed, len(voted))


def own_vote(ballot: Ballot, user: User) -> Vote | None:
    found: Vote | None = Vote.objects.filter(ballot=ballot, user=user).first()
    return found


def is_present(ballot: Ballot, user: User) -> bool:
    """Whether somebody is at the meeting in which the ballot is held; for one by circulation everybody is."""
    if ballot.meeting_id is None:
        return True
    here = Attendance.objects.filter(meeting=ballot.meeting_id, user=user, status=Attendance.Status.PRESENT)
    return here.exists()


def readable_ballots(user: User, program: Program) -> QuerySet[Ballot]:
    """Ballots of the person's bodies, and for staff and auditors of all, on what they have sight of."""
    found = Ballot.objects.filter(application__in=sighted(user, program).order_by().values("pk"))
    if not has_role(user, program, Role.MANAGER, Role.OFFICER, Role.AUDITOR):
        found = found.filter(body__in=terms_of(user, program).order_by().values("body"))
    return found.select_related(
        "body", "meeting", "application__organisation", "application__round__action__ambition"
    )


@dataclass(frozen=True)
class OpenBallot:
    """A ballot that waits for a person's vote."""

    title: str
    url: str
    due: datetime | None
    about: str


def ballots_open(user: User, program: Program, *, now: datetime | None = None) -> Sequence[OpenBallot]:
    """What waits for this person's vote, the soonest to close first. One query beside those of sight."""
    now = now or timezone.now()
    on_roll = BallotVoter.objects.filter(ballot=OuterRef("pk"), user=user)
    voted = Vote.objects.filter(ballot=OuterRef("pk"), user=user)
    waiting = readable_ballots(user, program).filter(
        Exists(on_roll),
        ~Exists(voted),
        Q(closes_at=None) | Q(closes_at__gt=now),
        state=BallotState.OPEN,
        body__in=terms_of(user, program).values("body"),
    )
    return [
        OpenBallot(
            title=f"Endorse “{ballot.application.title}”?",
            url=reverse("ballots:ballot", args=[program.slug, ballot.pk]),
            due=ballot.closes_at,
            about=str(ballot.meeting) if ballot.meeting else f"{ballot.body}, by circulation",
        )
        for ballot in waiting.order_by("closes_at", "pk")
    ]


def due_ballots() -> list[int]:
    """Ballots by circulation whose closing moment has come."""
    due = Ballot.objects.filter(state=BallotState.OPEN, closes_at__lte=timezone.now())
    return list(due.order_by("closes_at").values_list("pk", flat=True))


def ballots_to_remind_of() -> list[int]:
    """Open ballots by circulation that end soon, and of which nobody was reminded."""
    soon = timezone.now() + REMIND_BEFORE
    found = Ballot.objects.filter(state=BallotState.OPEN, closes_at__lte=soon, reminded_at=None)
    return list(found.filter(closes_at__gt=timezone.now()).order_by("closes_at").values_list("pk", flat=True))


def changed_since(applications: Iterable[Application]) -> Mapping[int, list[tuple[Ballot, list[str]]]]:
    """By application, its ballots that are open or endorse it and what they voted on that is no more."""
    loaded = {application.pk: application for application in applications}
    open_ = Ballot.objects.filter(state=BallotState.OPEN, application__in=loaded)
    ballots = list((open_ | _endorsed().filter(application__in=loaded)).order_by("pk"))
    for ballot in ballots:
        ballot.application = loaded[ballot.application_id]
    later = later_submissions(ballots)
    found: dict[int, list[tuple[Ballot, list[str]]]] = defaultdict(list)
    for ballot in ballots:
        if changes := changes_between(ballot, later.get(ballot.pk, [])):
            found[ballot.application_id].append((ballot, changes))
    return found


def _endorsed() -> QuerySet[Ballot]:
    closed = Ballot.objects.filter(state=BallotState.CLOSED, outcome=Ballot.Outcome.ENDORSED)
    return closed.select_related("body")


def _of_another_body() -> Exists:
    asked = Stage.objects.filter(
        round=OuterRef("application__round"), kind=Stage.Kind.ENDORSEMENT, body__isnull=False
    )
    return Exists(asked.exclude(body=OuterRef("body")))
