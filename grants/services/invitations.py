"""Invitations to the team of an application: sent by mail, single use, for one address."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from grants.models import Application, TeamInvitation
from grants.models.applications import Rights
from grants.permissions import ORDER, can_submit_application, rights_on
from grants.queries.team import open_invitations, team_of
from grants.services.flooding import refuse_flood, refuse_many_open
from grants.services.holding import allow, hold_application
from grants.services.letters import link_to
from grants.services.rights import grant_rights
from grants.states import ApplicationState
from scsc.accounts.addresses import require_plain, same_address
from scsc.accounts.models import User
from scsc.accounts.services import make_account
from scsc.accounts.states import InvitationState, state_of
from scsc.accounts.tokens import hash_of, new_token
from scsc.audit.models import AuditEvent
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.notices.services import send_mail
from scsc.ui.moments import moment

# Open at a time in one application; sent by one application within a day; times one is sent again.
MOST_OPEN = 20
MOST_A_DAY = 40
MOST_RENEWALS = 5

SUBMITTERS_ONLY = "Only somebody of the team who may submit can invite. Ask one of them."
# What is still to do where an invitation cannot be accepted.
CANNOT_JOIN = {
    InvitationState.ACCEPTED: "This invitation has been used. If it was you, sign in.",
    InvitationState.EXPIRED: "This invitation has expired. Ask whoever sent it for a new one.",
    InvitationState.REVOKED: "This invitation was withdrawn. If that seems a mistake, ask whoever sent it.",
}
MAY = {
    Rights.VIEW: "You will be able to read it.",
    Rights.EDIT: "You will be able to read it and write in it.",
    Rights.SUBMIT: "You will be able to read it, write in it, submit it and invite others.",
}


@transaction.atomic
def invite_to_team(
    application: Application, *, email: str, rights: Rights | str, actor: User, now: datetime | None = None
) -> TeamInvitation:
    """Offer a place on the team by mail, open for settings.INVITATION_DAYS. Says nothing about accounts.

    Raises PermissionDenied for an actor who may not submit, DomainError for one's own address, for somebody
    on the team, for an address whose invitation is open, and above the limits of the application and of
    the program.
    """
    now = now or timezone.now()
    held = hold_application(application)
    allow(can_submit_application(actor, held), SUBMITTERS_ONLY)
    address = email.strip().lower()
    _refuse(held, address, actor=actor, now=now)
    refuse_flood(held, address, actor=actor, now=now)
    refuse_many_open(address, now=now)
    unanswered = held.invitations.filter(same_address("email", address), accepted_at=None, revoked_at=None)
    for expired in unanswered:
        revoke(expired, actor=actor, reason="It had expired and a new one was sent.")
    token = new_token()
    invitation = TeamInvitation.objects.create(
        program=held.program,
        application=held,
        email=address,
        rights=Rights(rights),
        token_hash=hash_of(token),
        invited_by=actor,
        expires_at=_expiry(now),
    )
    record(invitation, "invite", actor=actor, after={"email": address, "rights": rights})
    _mail(invitation, token=token, actor=actor)
    return invitation


@transaction.atomic
def renew_team_invitation(
    invitation: TeamInvitation, *, actor: User, now: datetime | None = None
) -> TeamInvitation:
    """Send an unanswered invitation again, with a new link; the one sent before stops working.

    Raises PermissionDenied for an actor who may not submit, DomainError for one answered or withdrawn, after
    MOST_RENEWALS times, where MOST_OPEN others are open, and above the limits of the program.
    """
    now = now or timezone.now()
    held, locked = _locked_for_change(invitation, actor=actor)
    if _events(locked, "renew").count() >= MOST_RENEWALS:
        raise DomainError(
            f"This invitation was sent again {MOST_RENEWALS} times. Check the address and ask your colleague "
            "to look among unwanted mail; or withdraw it and invite another address."
        )
    if open_invitations(held, now).exclude(pk=locked.pk).count() >= MOST_OPEN:
        raise DomainError(_too_many())
    refuse_flood(held, locked.email, actor=actor, now=now)
    before, token = locked.expires_at, new_token()
    locked.token_hash, locked.expires_at = hash_of(token), _expiry(now)
    locked.save(update_fields=["token_hash", "expires_at"])
    record(
        locked, "renew", actor=actor, before={"expires_at": before}, after={"expires_at": locked.expires_at}
    )
    _mail(locked, token=token, actor=actor)
    return locked


@transaction.atomic
def withdraw_team_invitation(invitation: TeamInvitation, *, actor: User) -> TeamInvitation:
    """Withdraw an unanswered invitation; its link stops working at once. Raises as renewing."""
    _, locked = _locked_for_change(invitation, actor=actor)
    revoke(locked, actor=actor)
    return locked


@transaction.atomic
def accept_team_invitation(invitation: TeamInvitation, *, actor: User) -> Application:
    """Join the team. Accepting again, in a second tab, is the same as once; nobody's rights become fewer.

    Raises PermissionDenied for anybody but the person whose address it was sent to, DomainError for an
    invitation used, expired or withdrawn, and for an application that was discarded.
    """
    if actor.email.lower() != invitation.email.lower():
        raise PermissionDenied("This invitation is for another address than the one signed in.")
    held = hold_application(invitation.application)
    locked = _lock(invitation)
    mine = rights_on(actor, held)
    if mine and locked.accepted_by_id == actor.pk:
        return held
    if words := CANNOT_JOIN.get(state_of(locked)):
        raise DomainError(words)
    if held.state == ApplicationState.DISCARDED:
        raise DomainError("This application was discarded. Ask whoever invited you.")
    offered = Rights(locked.rights)
    grant_rights(held, user=actor, rights=max(offered, mine or offered, key=ORDER.index))
    locked.accepted_at, locked.accepted_by = timezone.now(), actor
    locked.save(update_fields=["accepted_at", "accepted_by"])
    record(locked, "accept", actor=actor, after={"accepted_at": locked.accepted_at, "rights": locked.rights})
    return held


@transaction.atomic
def join_as_new_person(invitation: TeamInvitation, *, name: str, password: str) -> User:
    """Make the account of somebody invited, with the invited address as verified, and join the team.

    The link came by mail, so whoever opened it holds the address. The caller has validated the password.
    Raises DomainError as `accept_team_invitation`, and where the address has an account.
    """
    hold_application(invitation.application)
    locked = _lock(invitation)
    if words := CANNOT_JOIN.get(state_of(locked)):
        raise DomainError(words)
    user = make_account(locked.email, name=name, password=password)
    accept_team_invitation(locked, actor=user)
    return user


def revoke(invitation: TeamInvitation, *, actor: User | None, reason: str = "") -> None:
    """Let the link of an invitation work no more. The caller has checked who may."""
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(invitation, "revoke", actor=actor, after={"revoked_at": invitation.revoked_at}, reason=reason)


def _refuse(application: Application, address: str, *, actor: User, now: datetime) -> None:
    """Raise DomainError for what cannot be sent."""
    require_plain(address)
    if application.state == ApplicationState.DISCARDED:
        raise DomainError("This application is discarded. Restore it first, then invite.")
    if address == actor.email.lower():
        raise DomainError("This is your own address, and you are on the team already.")
    if any(member.user.email.lower() == address for member in team_of(application)):
        raise DomainError(f"{address} is on the team already. Change what they may do instead.")
    waiting = open_invitations(application, now)
    if waiting.filter(same_address("email", address)).exists():
        raise DomainError(f"{address} is invited already. Send that invitation again, or withdraw it first.")
    if waiting.count() >= MOST_OPEN:
        raise DomainError(_too_many())
    if application.invitations.filter(invited_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise DomainError(f"{MOST_A_DAY} invitations were sent within a day. Go on tomorrow.")


def _too_many() -> str:
    return f"{MOST_OPEN} invitations wait for an answer, the most there can be. Withdraw one of them first."


def _events(invitation: TeamInvitation, action: str) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(
        object_type=invitation._meta.label_lower, object_id=invitation.pk, action=action
    )


def _locked_for_change(invitation: TeamInvitation, *, actor: User) -> tuple[Application, TeamInvitation]:
    held = hold_application(invitation.application)
    allow(can_submit_application(actor, held), SUBMITTERS_ONLY)
    locked = _lock(invitation)
    state = state_of(locked)
    if state in {InvitationState.ACCEPTED, InvitationState.REVOKED}:
        raise DomainError(f"This invitation is {state.label.lower()}, so it cannot be changed.")
    locked.application = held
    return held, locked


def _lock(invitation: TeamInvitation) -> TeamInvitation:
    fresh = TeamInvitation.objects.select_for_update(of=("self",)).select_related("application__round")
    locked = fresh.get(pk=invitation.pk)
    locked.program = locked.application.program = invitation.application.program
    return locked


def _expiry(now: datetime) -> datetime:
    return now + timedelta(days=settings.INVITATION_DAYS)


def _mail(invitation: TeamInvitation, *, token: str, actor: User) -> None:
    """Queue the message with the link. It names the round and the organisation, and nothing of the draft."""
    application, program = invitation.application, invitation.program
    until = moment(invitation.expires_at, program.timezone)
    body = (
        f"{actor} invites you to work with them on application {application.code} of "
        f"{application.organisation} to {application.round}.\n\n{MAY[Rights(invitation.rights)]}\n\n"
        f"To join, open this address before {until}:\n\n{link_to(program, 'apply:join', token)}\n\n"
        f"It works once, and only for {invitation.email}. If you did not expect this message, "
        "you can ignore it: nothing happens until the address is opened.\n"
    )
    subject = f"Work with {actor} on an application to {application.round}"
    send_mail(
        program=program, to=invitation.email, subject=subject, body=body, actor=actor, holds_secret=True
    )
