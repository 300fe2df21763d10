"""Reads of bodies for their pages."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from grants.models import Body, BodyMember
from grants.queries.panels import ROLE_OF_BODY, STAFF_ROLES, in_term, panel_day
from scsc.accounts.models import User
from scsc.programs.models import Membership, Program


@dataclass(frozen=True)
class TermLine:
    """One term, and how it stands on a day."""

    member: BodyMember
    on: date
    has_role: bool

    @property
    def is_running(self) -> bool:
        ended = self.member.ends_on is not None and self.member.ends_on < self.on
        return self.member.starts_on <= self.on and not ended and self.has_role

    @property
    def standing(self) -> str:
        """Why a term does not run, in words."""
        if self.is_running:
            return ""
        if self.member.starts_on > self.on:
            return "Begins later"
        return "Ended" if self.has_role else "Without the role in the program"


@dataclass(frozen=True)
class BodyCard:
    """One body of the list, with its running terms."""

    body: Body
    members: list[BodyMember]

    @property
    def voting(self) -> int:
        return sum(member.role in BodyMember.VOTING for member in self.members)

    @property
    def chair(self) -> str:
        return next((str(m.user) for m in self.members if m.role == BodyMember.Role.CHAIR), "")


def bodies_with_members(program: Program) -> list[BodyCard]:
    """Every body with who is in it now, chairs first. Three queries."""
    running: dict[int, list[BodyMember]] = defaultdict(list)
    found = BodyMember.objects.filter(in_term(panel_day(program)), user__is_active=True)
    members = list(found.select_related("user", "body").order_by("user__name", "pk"))
    held = _roles(program, [member.user_id for member in members])
    for member in members:
        if _fits(member, held):
            running[member.body_id].append(member)
    cards = []
    for body in Body.objects.all():
        body.program = program
        cards.append(BodyCard(body, sorted(running[body.pk], key=_chair_first)))
    return cards


def body_lines(body: Body, *, on: date) -> list[TermLine]:
    """Every term of a body, chairs first, then by name, the latest of a person first. Two queries."""
    rows = BodyMember.objects.filter(body=body).select_related("user")
    members = list(rows.order_by("user__name", "-starts_on", "pk"))
    held = _roles(body.program, [member.user_id for member in members])
    for member in members:
        member.body, member.program = body, body.program
    ordered = sorted(members, key=_chair_first)
    return [TermLine(member, on, _fits(member, held)) for member in ordered]


def can_be_member(body: Body) -> list[User]:
    """People whose role fits a place in it, by name; staff among them, who can be its secretary."""
    roles = [ROLE_OF_BODY[Body.Kind(body.kind)], *STAFF_ROLES]
    people = User.objects.filter(
        Q(memberships__program=body.program_id, memberships__role__in=roles), is_active=True
    )
    return list(people.distinct().order_by("name", "pk"))


def _roles(program: Program, users: list[int]) -> dict[int, set[str]]:
    held: dict[int, set[str]] = defaultdict(set)
    for user, role in Membership.objects.filter(program=program, user__in=users).values_list("user", "role"):
        held[user].add(role)
    return held


def _fits(member: BodyMember, held: dict[int, set[str]]) -> bool:
    roles = {ROLE_OF_BODY[Body.Kind(member.body.kind)].value}
    if member.role == BodyMember.Role.SECRETARY:
        roles |= {role.value for role in STAFF_ROLES}
    return bool(held[member.user_id] & roles)


def _chair_first(member: BodyMember) -> int:
    order = [BodyMember.Role.CHAIR, BodyMember.Role.SECRETARY, BodyMember.Role.MEMBER]
    return order.index(BodyMember.Role(member.role))
