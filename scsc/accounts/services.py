"""Every write around people: invitations and their acceptance, a person's own name."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from scsc.accounts.addresses import require_plain, same_address
from scsc.accounts.claiming import claim, is_unclaimed
from scsc.accounts.models import Invitation, User
from scsc.accounts.permissions import can_accept_invitation, can_change_invitation, can_invite, can_rename
from scsc.accounts.states import InvitationState, state_of
from scsc.accounts.tokens import hash_of, invitation_link, new_token
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.names import check_name
from scsc.notices.services import send_mail
from scsc.programs.models import Membership, Program
from scsc.programs.permissions import forget_roles, roles_of
from scsc.programs.queries import given_memberships
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope

# What is still to do where an invitation cannot be accepted.
CANNOT_ACCEPT = {
    InvitationState.ACCEPTED: "This invitation has been used. If it was you, sign in.",
    InvitationState.EXPIRED: "This invitation has expired. Ask the program to send you a new one.",
    InvitationState.REVOKED: "This invitation was withdrawn. Ask the program if you think that is a mistake.",
}


def invite_person(program: Program, *, email: str, role: Role, actor: User, name: str = "") -> Invitation:
    """Offer a role to a person by mail. Single use, open for settings.INVITATION_DAYS.

    Raises PermissionDenied for anybody but a manager, DomainError for the manager's own address, for somebody
    in the program already, and where an invitation to this role is open.
    """
    if not can_invite(actor, program):
        raise PermissionDenied("Only a manager of the program can invite people.")
    email = email.strip().lower()
    if email == actor.email.lower():
        raise DomainError("You cannot invite yourself. Another manager can change your roles.")
    invitation, token = _offer(program, email=email, role=role, name=name, actor=actor)
    _mail(invitation, token=token, actor=actor)
    return invitation


def invite_first_manager(program: Program, *, email: str, name: str) -> str:
    """Offer the manager's role from the command line, where nobody is there to invite; returns the link.

    Raises DomainError as `invite_person` does.
    """
    _, token = _offer(program, email=email.strip().lower(), role=Role.MANAGER, name=name, actor=None)
    return invitation_link(token)


def renew_invitation(invitation: Invitation, *, actor: User) -> Invitation:
    """Send an unanswered invitation again, with a new link; the one sent before stops working.

    Raises PermissionDenied for anybody but a manager, DomainError for one accepted or withdrawn.
    """
    with transaction.atomic():
        locked = _locked_for_change(invitation, actor=actor)
        before, token = locked.expires_at, new_token()
        locked.token_hash, locked.expires_at = hash_of(token), _expiry()
        locked.save(update_fields=["token_hash", "expires_at"])
        after = {"expires_at": locked.expires_at}
        record(locked, "renew", actor=actor, before={"expires_at": before}, after=after)
        _mail(locked, token=token, actor=actor)
        return locked


def revoke_invitation(invitation: Invitation, *, actor: User) -> Invitation:
    """Withdraw an unanswered invitation; its link stops working at once.

    Raises PermissionDenied for anybody but a manager, DomainError for one accepted or withdrawn.
    """
    with transaction.atomic():
        locked = _locked_for_change(invitation, actor=actor)
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at"])
        record(locked, "revoke", actor=actor, after={"revoked_at": locked.revoked_at})
        return locked


def end_invitations(person: User, program: Program, actor: User | None) -> None:
    """Withdraw what is still open for somebody who has left the program: no old link leads back in."""
    if roles_of(person, program) - {Role.APPLICANT}:
        return
    still_open = Invitation.objects.filter(
        same_address("email", person.email), program=program, accepted_at=None, revoked_at=None
    )
    for invitation in still_open.select_for_update():
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        record(invitation, "revoke", actor=actor, after={"revoked_at": invitation.revoked_at})


def accept_invitation(invitation: Invitation, *, actor: User) -> Membership:
    """Take up the role offered. Accepting again, in a second tab, gives the same membership.

    Raises PermissionDenied for anybody else, DomainError for an invitation used, expired or withdrawn.
    """
    with transaction.atomic():
        locked = _lock(invitation)
        if not can_accept_invitation(actor, locked):
            raise PermissionDenied("This invitation is for another person than the one signed in.")
        kept = Membership.objects.filter(program=locked.program, user=actor, role=locked.role).first()
        if kept and locked.accepted_by_id == actor.pk:
            return kept
        _require_open(locked)
        membership = kept or Membership.objects.create(program=locked.program, user=actor, role=locked.role)
        forget_roles(actor)
        locked.accepted_at, locked.accepted_by = timezone.now(), actor
        locked.save(update_fields=["accepted_at", "accepted_by"])
        record(locked, "accept", actor=actor, after={"accepted_at": locked.accepted_at})
        record(membership, "join", actor=actor, after={"role": membership.role})
        return membership


def accept_as_new_person(invitation: Invitation, *, name: str, password: str) -> User:
    """Make the account of an invited person, with the invited address as verified, and take up the role.

    The link came by mail, so whoever opened it holds the address. The caller has validated the password.
    Raises DomainError for an invitation used, expired or withdrawn, or where the address has an account.
    """
    with transaction.atomic():
        locked = _lock(invitation)
        _require_open(locked)
        user = make_account(locked.email, name=name, password=password)
        accept_invitation(locked, actor=user)
        return user


def rename_person(person: User, *, name: str, actor: User) -> None:
    """Change a person's name. Every program of theirs keeps an event. Raises PermissionDenied for others,
    ValidationError for a name that would put a line or a link into mails.

    Call it outside of any program's scope, since it enters one after the other.
    """
    if not can_rename(actor, person):
        raise PermissionDenied("People change their own name only.")
    check_name(name)
    with transaction.atomic():
        before, person.name = person.name, name
        person.save(update_fields=["name"])
        for membership in Membership.objects.filter(user=person).select_related("program", "user"):
            with program_scope(membership.program):
                record(membership, "rename", actor=actor, before={"name": before}, after={"name": name})


def _offer(
    program: Program, *, email: str, role: Role, name: str, actor: User | None
) -> tuple[Invitation, str]:
    """Store an invitation and return it with its token. An expired one for the same role makes way."""
    require_plain(email)
    with transaction.atomic():
        # One at a time in a program: two managers inviting the same person at once get one invitation.
        Program.objects.select_for_update(no_key=True).get(pk=program.pk)
        if given_memberships(program).filter(same_address("user__email", email)).exists():
            raise DomainError(f"{email} is in this program already. Change their roles instead.")
        unanswered = program.invitations.filter(accepted_at=None, revoked_at=None)
        for earlier in unanswered.filter(same_address("email", email), role=role):
            if state_of(earlier) == InvitationState.OPEN:
                raise DomainError(f"{email} is invited to this role already. Send that invitation again.")
            earlier.revoked_at = timezone.now()
            earlier.save(update_fields=["revoked_at"])
            record(earlier, "revoke", actor=actor, reason="It had expired and a new one was sent.")
        token = new_token()
        invitation = Invitation.objects.create(
            program=program,
            email=email,
            name=name,
            role=role,
            token_hash=hash_of(token),
            invited_by=actor,
            expires_at=_expiry(),
        )
        record(invitation, "invite", actor=actor, after={"email": email, "role": role, "name": name})
        return invitation, token


def make_account(email: str, *, name: str, password: str) -> User:
    """Make an account whose address is verified, for whoever opened a link that was mailed there.

    An account that somebody made for the address without ever confirming it becomes theirs, with their name
    and password. The caller has validated the password. Raises DomainError where the address has an account,
    ValidationError for a name that would put a line or a link into mails.
    """
    check_name(name)
    taken = DomainError(f"{email} has an account already. Sign in with it, then open the invitation again.")
    try:
        with transaction.atomic():
            known = User.objects.select_for_update().filter(same_address("email", email)).first()
            if known and not is_unclaimed(known):
                raise taken
            if known:
                return claim(known, name=name, password=password)
            user = User.objects.create_user(email.lower(), password, name=name)
            EmailAddress.objects.create(user=user, email=email.lower(), verified=True, primary=True)
    except IntegrityError:
        # Two invitations of one person, accepted at the same moment.
        raise taken from None
    return user


def _lock(invitation: Invitation) -> Invitation:
    fresh = Invitation.objects.select_for_update(of=("self",)).select_related("program")
    return fresh.get(pk=invitation.pk)


def _locked_for_change(invitation: Invitation, *, actor: User) -> Invitation:
    if not can_change_invitation(actor, invitation):
        raise PermissionDenied("Only a manager of the program can change its invitations.")
    locked = _lock(invitation)
    if state_of(locked) in {InvitationState.ACCEPTED, InvitationState.REVOKED}:
        raise DomainError(f"This invitation is {state_of(locked).label.lower()}, so it cannot be changed.")
    return locked


def _require_open(invitation: Invitation) -> None:
    if missing := CANNOT_ACCEPT.get(state_of(invitation)):
        raise DomainError(missing)


def _expiry() -> datetime:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def _mail(invitation: Invitation, *, token: str, actor: User) -> None:
    """Queue the message with the link."""
    program, role = invitation.program, invitation.get_role_display()
    until = invitation.expires_at.astimezone(ZoneInfo(program.timezone))
    body = (
        f"{actor} invites you to {program} as {role}.\n\n"
        f"To accept, open this address by {until:%d %B %Y}:\n\n{invitation_link(token)}\n\n"
        f"It works once, and only for {invitation.email}. If you did not expect this message, "
        "you can ignore it: nothing happens until the address is opened.\n"
    )
    subject = f"Invitation to {program}"
    send_mail(
        program=program, to=invitation.email, subject=subject, body=body, actor=actor, holds_secret=True
    )
