"""Reads of rounds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from grants.models import Application, ApplicationUserObjectPermission, Round, RoundInvitation, Stage
from grants.queries.round_checks import RoundCheck, RoundProblem, round_checks, round_problems
from grants.queries.sight import blocked
from grants.states import ANNOUNCED, RECEIVED, ApplicationState, RoundState
from scsc.accounts.addresses import same_address
from scsc.accounts.models import User
from scsc.programs.roles import Role

__all__ = [
    "RoundCheck",
    "RoundLine",
    "RoundProblem",
    "draft_teams",
    "due_rounds",
    "invited_who_apply",
    "is_due",
    "is_invited",
    "is_open_to",
    "last_closing",
    "list_rounds",
    "round_checks",
    "round_problems",
]

# The colour class of each state in the interface.
TONES = {
    RoundState.DRAFT: "idle",
    RoundState.PUBLISHED: "info",
    RoundState.OPEN: "good",
    RoundState.CLOSED: "warn",
    RoundState.ARCHIVED: "idle",
}


def is_open_to(round_: Round, person: User | None) -> bool:
    """Whether somebody may know of a round: announced, and public or for one of those invited."""
    if round_.state not in ANNOUNCED:
        return False
    if round_.audience == Round.Audience.PUBLIC:
        return True
    return person is not None and is_invited(round_, person)


def is_invited(round_: Round, person: User) -> bool:
    """Whether the person's address, which they have confirmed, is among those invited."""
    return RoundInvitation.objects.filter(same_address("email", person.email), round=round_).exists()


@dataclass(frozen=True)
class RoundLine:
    """One round of a list, with how many applications it has."""

    round: Round
    begun: int
    received: int

    @property
    def tone(self) -> str:
        return TONES[RoundState(self.round.state)]


def list_rounds(user: User, *, archived: bool = False) -> list[RoundLine]:
    """Rounds with their counts, the newest first, without what this person must not see. One query."""
    known = ~Q(applications__in=blocked(user))
    mine = Q(applications__state=ApplicationState.DRAFT) & known
    ours = Q(applications__state__in=RECEIVED) & known
    found = Round.objects.annotate(
        begun=Count("applications", filter=mine), received=Count("applications", filter=ours)
    )
    if not archived:
        found = found.exclude(state=RoundState.ARCHIVED)
    return [RoundLine(round_, round_.begun, round_.received) for round_ in found.order_by("-id")]


def last_closing(round_: Round) -> datetime | None:
    """When the last of its written stages closes."""
    if round_.closes_at is None:
        return None
    later = Stage.objects.filter(round=round_, closes_at__isnull=False).values_list("closes_at", flat=True)
    return max([round_.closes_at, *(at for at in later if at)])


def is_due(round_: Round, now: datetime) -> str:
    """The step that the clock asks of a round: "open", "close" or none."""
    if round_.state == RoundState.PUBLISHED and round_.opens_at is not None and round_.opens_at <= now:
        return "open"
    ends = last_closing(round_) if round_.state == RoundState.OPEN else None
    return "close" if ends is not None and ends <= now else ""


def due_rounds(now: datetime | None = None) -> Iterable[int]:
    """Ids of the rounds whose moment to open or to close came, longest waiting first."""
    now = now or timezone.now()
    later = Stage.objects.filter(round=OuterRef("pk"), closes_at__gt=now)
    opening = Q(state=RoundState.PUBLISHED, opens_at__lte=now)
    closing = Q(state=RoundState.OPEN, closes_at__lte=now) & ~Exists(later)
    return Round.objects.filter(opening | closing).order_by("opens_at").values_list("pk", flat=True)


def draft_teams(round_: Round, *, stage: Stage | None = None) -> list[tuple[Application, list[User]]]:
    """The applications in progress, in one stage or all, each with the people who write it. Two queries."""
    drafts = Application.objects.filter(round=round_, state=ApplicationState.DRAFT).order_by("number")
    if stage is not None:
        drafts = drafts.filter(stage=stage)
    teams: dict[int, tuple[Application, dict[int, User]]] = {draft.pk: (draft, {}) for draft in drafts}
    rows = ApplicationUserObjectPermission.objects.filter(
        content_object__in=drafts,
        user__is_active=True,
        user__memberships__program=round_.program,
        user__memberships__role=Role.APPLICANT,
    )
    for row in rows.select_related("user").order_by("id"):
        teams[row.content_object_id][1][row.user_id] = row.user
    return [(draft, list(people.values())) for draft, people in teams.values()]


def invited_who_apply(round_: Round) -> frozenset[str]:
    """Those of the addresses invited whose owner is on the team of an application to the round."""
    invited = RoundInvitation.objects.filter(round=round_).values("email")
    people = ApplicationUserObjectPermission.objects.filter(content_object__round=round_)
    addresses = people.annotate(address=Lower("user__email")).filter(address__in=invited)
    return frozenset(addresses.values_list("address", flat=True))
