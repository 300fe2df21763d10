"""Who may do what with invitations and accounts."""

from scsc.accounts.models import Invitation, User
from scsc.programs.models import Program
from scsc.programs.permissions import can_manage_people


def can_invite(user: User, program: Program) -> bool:
    """Managers bring people in."""
    return can_manage_people(user, program)


def can_change_invitation(user: User, invitation: Invitation) -> bool:
    """Managers send again or withdraw the invitations of their program, but for one to themselves."""
    return can_manage_people(user, invitation.program) and user.email.lower() != invitation.email.lower()


def can_accept_invitation(user: User, invitation: Invitation) -> bool:
    """Only the person it was sent to, and never the one who sent it: nobody raises themself."""
    return user.email.lower() == invitation.email.lower() and invitation.invited_by_id != user.pk


def can_rename(user: User, person: User) -> bool:
    """People change their own name; the personas of the demonstration keep theirs."""
    return user.pk == person.pk and not person.is_demonstration
