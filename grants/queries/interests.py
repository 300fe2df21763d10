"""Reads of the register of interests: one's own, everybody's, and whose yearly statement is due."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from grants.models import BodyMember, Interest, InterestStatement
from grants.queries.panels import PANEL_ROLES, STAFF_ROLES, in_term, panel_day
from scsc.accounts.models import User
from scsc.programs.models import Program

# A statement holds so long.
HOLDS = timedelta(days=365)


def current_interests(user: User) -> list[Interest]:
    """A person's entries that have not ended, oldest first. One query."""
    return list(Interest.objects.filter(user=user, ended_at=None).order_by("pk"))


def all_interests(user: User) -> list[Interest]:
    """All of a person's entries, those that ended last. One query."""
    rows = Interest.objects.filter(user=user).order_by("pk")
    return sorted(rows, key=lambda row: row.ended_at is not None)


def last_statement(user: User) -> datetime | None:
    """When somebody last stated that their register is complete."""
    latest = InterestStatement.objects.filter(user=user).aggregate(at=Max("stated_at"))
    found: datetime | None = latest["at"]
    return found


def is_statement_due(stated_at: datetime | None, now: datetime) -> bool:
    """Whether there is no statement yet, or the last one is a year old."""
    return stated_at is None or stated_at + HOLDS <= now


@dataclass(frozen=True)
class Register:
    """One person's part of the register."""

    user: User
    interests: list[Interest]
    stated_at: datetime | None
    bodies: list[str]
    now: datetime

    @property
    def is_due(self) -> bool:
        return is_statement_due(self.stated_at, self.now)


def register_of(program: Program, *, now: datetime) -> list[Register]:
    """Everybody who keeps a register here, by name, with what they have entered. Four queries."""
    roles = [*PANEL_ROLES, *STAFF_ROLES]
    keeping = Q(memberships__program=program, memberships__role__in=roles, is_active=True)
    people = list(User.objects.filter(keeping).distinct().order_by("name", "pk"))
    entries: dict[int, list[Interest]] = defaultdict(list)
    for interest in Interest.objects.filter(user__in=people).order_by("pk"):
        entries[interest.user_id].append(interest)
    latest = InterestStatement.objects.filter(user__in=people).order_by().values_list("user")
    stated = dict(latest.annotate(at=Max("stated_at")))
    bodies: dict[int, list[str]] = defaultdict(list)
    terms = BodyMember.objects.filter(in_term(panel_day(program)), user__in=people).select_related("body")
    for term in terms.order_by("body__name"):
        bodies[term.user_id].append(term.body.name)
    return [
        Register(person, entries[person.pk], stated.get(person.pk), bodies[person.pk], now)
        for person in people
    ]
