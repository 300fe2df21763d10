"""Reads around the team of an application: who is in it, who is invited, what they wrote to each other."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from grants.models import Application, ApplicationUserObjectPermission, Message, TeamInvitation, TeamNote
from grants.models.applications import Rights
from grants.permissions import strongest
from scsc.accounts.addresses import same_address
from scsc.accounts.models import User
from scsc.accounts.states import InvitationState, state_of
from scsc.accounts.tokens import hash_of
from scsc.programs.models import Membership
from scsc.programs.roles import Role


@dataclass(frozen=True)
class TeamMember:
    """Somebody who works on an application, and what they may do there."""

    user: User
    rights: Rights


def team_of(application: Application) -> list[TeamMember]:
    """Everybody on the team by name, in one query: those whose account and place in the program are open."""
    applicants = Membership.objects.filter(
        user=OuterRef("user"), program=application.program_id, role=Role.APPLICANT
    )
    rows = ApplicationUserObjectPermission.objects.filter(
        Exists(applicants), content_object=application, user__is_active=True
    )
    people: dict[int, User] = {}
    names: dict[int, set[str]] = {}
    for row in rows.select_related("user", "permission").order_by("user__name", "user_id"):
        people[row.user_id] = row.user
        names.setdefault(row.user_id, set()).add(row.permission.codename)
    held = {pk: strongest(codenames) for pk, codenames in names.items()}
    return [TeamMember(people[pk], rights) for pk, rights in held.items() if rights is not None]


@dataclass(frozen=True)
class WaitingInvitation:
    """An invitation to a team that nobody has answered."""

    invitation: TeamInvitation
    state: InvitationState

    @property
    def tone(self) -> str:
        return "info" if self.state == InvitationState.OPEN else "warn"


def waiting_invitations(application: Application) -> list[WaitingInvitation]:
    """Invitations neither accepted nor withdrawn, oldest first; those that expired among them."""
    found = application.invitations.filter(accepted_at=None, revoked_at=None).select_related("invited_by")
    return [WaitingInvitation(invitation, state_of(invitation)) for invitation in found]


def open_invitations(application: Application, now: datetime) -> QuerySet[TeamInvitation]:
    """Invitations whose link works."""
    return application.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)


def team_invitation_of(token: str) -> TeamInvitation | None:
    """The invitation behind a link, whatever became of it; None for a token that is unknown or replaced."""
    return _invitations().filter(token_hash=hash_of(token)).first()


def invitations_for(person: User, now: datetime) -> list[TeamInvitation]:
    """Invitations that wait for this person's address, which they have confirmed; newest first."""
    waiting = _invitations().filter(
        same_address("email", person.email), accepted_at=None, revoked_at=None, expires_at__gt=now
    )
    return list(waiting.order_by("-id"))


def notes_of(application: Application, *, section: str | None = None) -> list[TeamNote]:
    """What the team wrote to itself, oldest first: about one section, or everything."""
    notes = application.notes.select_related("author")
    return list(notes if section is None else notes.filter(section=section))


def messages_of(application: Application) -> list[Message]:
    """What the team and the program wrote to each other, oldest first."""
    return list(application.messages.select_related("author"))


def _invitations() -> QuerySet[TeamInvitation]:
    return TeamInvitation.objects.select_related(
        "application__round", "application__organisation", "program", "invited_by", "accepted_by"
    )
