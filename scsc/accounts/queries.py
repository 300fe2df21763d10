"""Reads around people: invitations, personas, and what happened to both."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from scsc.accounts.addresses import same_address
from scsc.accounts.claiming import is_unclaimed
from scsc.accounts.models import Invitation, User
from scsc.accounts.second_factor import factors_of
from scsc.accounts.states import InvitationState, state_of
from scsc.accounts.tokens import hash_of
from scsc.audit.history import Entry, entries_of
from scsc.audit.models import AuditEvent
from scsc.programs.models import Membership, Program
from scsc.programs.queries import given_memberships
from scsc.programs.roles import Role

ROLE_ORDER = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True)
class Member:
    """A person in a program with all their roles there."""

    user: User
    roles: list[Role]
    has_second_factor: bool


def people_of(program: Program) -> list[Member]:
    """Everybody with a role that a manager gave, by name, in one query: mere applicants are left out."""
    given = given_memberships(program).filter(user=OuterRef("user_id"))
    rows = program.memberships.filter(Exists(given)).select_related("user")
    rows = rows.annotate(has_factor=Exists(factors_of(OuterRef("user_id"))))
    by_user: dict[int, Member] = {}
    for row in rows.order_by("user__name", "user_id"):
        member = by_user.setdefault(row.user_id, Member(row.user, [], row.has_factor))
        member.roles.append(Role(row.role))
    for member in by_user.values():
        member.roles.sort(key=ROLE_ORDER.__getitem__)
    return list(by_user.values())


@dataclass(frozen=True)
class PendingInvitation:
    """An invitation that nobody has answered, as the people page shows it."""

    invitation: Invitation
    state: InvitationState

    @property
    def tone(self) -> str:
        return "info" if self.state == InvitationState.OPEN else "warn"


def pending_invitations(program: Program) -> list[PendingInvitation]:
    """Invitations neither accepted nor withdrawn, newest first; those that expired among them."""
    found = program.invitations.filter(accepted_at=None, revoked_at=None).select_related("invited_by")
    return [PendingInvitation(invitation, state_of(invitation)) for invitation in found]


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a link, whatever became of it; None for a token that is unknown or replaced."""
    found = Invitation.objects.filter(token_hash=hash_of(token))
    return found.select_related("program", "invited_by", "accepted_by").first()


def person_with_email(email: str) -> User | None:
    """The account of a mail address, in any spelling of its letters."""
    return User.objects.filter(same_address("email", email)).first()


def has_account(email: str) -> bool:
    """Whether an address has an account to sign in to: one never confirmed is its reader's to take."""
    person = person_with_email(email)
    return person is not None and not is_unclaimed(person)


def people_history(program: Program, *, limit: int = 20) -> list[Entry]:
    """The newest changes to who is in a program, those to roles since taken away among them.

    Somebody who began an application is not news here.
    """
    events = AuditEvent.objects.filter(
        program=program, object_type__in=["accounts.invitation", "programs.membership"]
    ).exclude(after__contains={"role": Role.APPLICANT})
    return entries_of(events, limit=limit)


@dataclass(frozen=True)
class Persona:
    """A person of the demonstration in one role; `program` None stands for somebody in every program."""

    user: User
    role: Role
    program: Program | None
    enters: Program

    @property
    def is_applicant(self) -> bool:
        return self.role == Role.APPLICANT

    @property
    def where(self) -> str:
        """The program's slug, or `all`."""
        return self.program.slug if self.program else "all"

    @property
    def group(self) -> str:
        return self.program.name if self.program else "Every program"


def personas() -> list[Persona]:
    """The people of the demonstration by program and role; last those who belong to several programs."""
    rows = Membership.objects.filter(user__is_demonstration=True, user__is_active=True)
    by_user: dict[int, list[Membership]] = {}
    for row in rows.select_related("user", "program").order_by("program__name", "pk"):
        by_user.setdefault(row.user_id, []).append(row)
    found = [
        Persona(
            user=mine[0].user,
            role=Role(mine[0].role),
            program=mine[0].program if len({row.program_id for row in mine}) == 1 else None,
            enters=mine[0].program,
        )
        for mine in by_user.values()
    ]
    return sorted(found, key=lambda p: (p.program is None, p.enters.name, ROLE_ORDER[p.role], p.user.name))
