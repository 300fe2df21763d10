"""Who works on an application: their rights, invitations to colleagues, and the end of both.

Everything here holds the application's row, so that of two changes at once the second sees the first.
"""

from django.db import transaction

from grants.models import Application, ApplicationUserObjectPermission, TeamInvitation
from grants.models.applications import Rights
from grants.permissions import ORDER, can_submit_application, can_view_own_application
from grants.queries.team import TeamMember, team_of
from grants.services.holding import allow, hold_application
from grants.services.invitations import (
    accept_team_invitation,
    invite_to_team,
    join_as_new_person,
    renew_team_invitation,
    revoke,
    withdraw_team_invitation,
)
from grants.services.letters import link_to
from grants.services.rights import end_rights, grant_rights
from scsc.accounts.addresses import same_address
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError
from scsc.notices.services import send_mail
from scsc.programs.models import Program
from scsc.programs.permissions import has_role
from scsc.programs.roles import Role

__all__ = [
    "accept_team_invitation",
    "change_rights",
    "end_team_places",
    "grant_rights",
    "invite_to_team",
    "join_as_new_person",
    "remove_from_team",
    "renew_team_invitation",
    "withdraw_team_invitation",
]

SUBMITTERS_ONLY = "Only somebody of the team who may submit can do this. Ask one of them."
LAST_SUBMITTER = (
    "{person} is the only one who may submit this application. Let somebody else submit it first, "
    "then change this."
)


@transaction.atomic
def change_rights(application: Application, *, user: User, rights: Rights | str, actor: User) -> None:
    """Change what somebody on the team may do.

    Raises PermissionDenied for an actor who may not submit, DomainError for somebody who is not on the team
    and where nobody would be left who may submit.
    """
    held = hold_application(application)
    allow(can_submit_application(actor, held), SUBMITTERS_ONLY)
    member, wanted = _member(held, user), Rights(rights)
    if member.rights == wanted:
        return
    _keep_a_submitter(held, member, wanted)
    grant_rights(held, user=user, rights=wanted)
    record(
        held,
        "set_rights",
        actor=actor,
        before={"person": str(user), "rights": member.rights},
        after={"person": str(user), "rights": wanted},
    )
    if ORDER.index(wanted) < ORDER.index(Rights.SUBMIT) and actor != user:
        _withdraw_sent_by(held, user, actor=actor)
    application.__dict__.pop("_rights", None)


@transaction.atomic
def remove_from_team(application: Application, *, user: User, actor: User) -> None:
    """End somebody's access at once, or leave the team oneself. Invitations they sent end with it.

    Raises PermissionDenied for an actor who may not submit and speaks of somebody else, DomainError for the
    last one who may submit and for somebody who is not on the team.
    """
    held = hold_application(application)
    own = actor == user
    allow(
        can_view_own_application(actor, held) if own else can_submit_application(actor, held), SUBMITTERS_ONLY
    )
    member = _member(held, user)
    _keep_a_submitter(held, member, None)
    end_rights(held, user=user)
    action = "leave_team" if own else "remove_from_team"
    record(held, action, actor=actor, before={"person": str(user), "rights": member.rights})
    _withdraw_sent_by(held, user, actor=actor)
    if not own:
        _tell_removed(held, user, actor=actor)
    application.__dict__.pop("_rights", None)


def end_team_places(person: User, program: Program, actor: User | None) -> None:
    """Take somebody who is no applicant of the program any more out of every team there.

    For scsc.programs.leaving; inside the program's scope. Coming back later opens nothing by itself. Staff
    decided this, so it may leave a team without anybody who may submit.
    """
    if has_role(person, program, Role.APPLICANT):
        return
    rows = ApplicationUserObjectPermission.objects.filter(user=person)
    for application in Application.objects.filter(pk__in=rows.values("content_object")).order_by("pk"):
        application.program = program
        held = hold_application(application)
        end_rights(held, user=person)
        record(held, "remove_from_team", actor=actor, before={"person": str(person)})
        _withdraw_sent_by(held, person, actor=actor)
    for invitation in TeamInvitation.objects.filter(
        same_address("email", person.email), accepted_at=None, revoked_at=None
    ).select_for_update():
        revoke(invitation, actor=actor)


def _member(application: Application, user: User) -> TeamMember:
    """Asked of the database with the row held, since a colleague may have changed it a moment ago."""
    member = next((found for found in team_of(application) if found.user == user), None)
    if member is None:
        raise DomainError(f"{user} is not on this team any more.")
    return member


def _keep_a_submitter(application: Application, member: TeamMember, wanted: Rights | None) -> None:
    """Refuse what would leave nobody who may submit."""
    if member.rights != Rights.SUBMIT or wanted == Rights.SUBMIT:
        return
    others = [found for found in team_of(application) if found.user != member.user]
    if not any(found.rights == Rights.SUBMIT for found in others):
        raise DomainError(LAST_SUBMITTER.format(person=member.user))


def _withdraw_sent_by(application: Application, person: User, *, actor: User | None) -> None:
    """No link that somebody sent while they could opens a way back in."""
    sent = application.invitations.filter(invited_by=person, accepted_at=None, revoked_at=None)
    for invitation in sent.select_for_update():
        revoke(invitation, actor=actor)


def _tell_removed(application: Application, user: User, *, actor: User) -> None:
    body = (
        f"{actor} has ended your access to application {application.code} to {application.round}.\n\n"
        "If you think that is a mistake, ask them.\n\n"
        f"Your other applications: {link_to(application.program, 'apply:mine')}\n"
    )
    subject = f"You are no longer on the team of {application.code}"
    send_mail(program=application.program, to=user.email, subject=subject, body=body, actor=actor)
