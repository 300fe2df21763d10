"""Ways out of an application and back: discard a draft and restore it, withdraw what was submitted."""

from django.db import transaction

from grants.models import Application
from grants.queries.starting import over_limit
from grants.services.ballots import drop_ballots
from grants.services.holding import hold_round
from grants.services.letters import mail_staff, mail_team
from grants.services.requests import drop_change_requests
from scsc.accounts.models import User
from scsc.audit.services import transition
from scsc.errors import DomainError


@transaction.atomic
def withdraw_application(application: Application, *, reason: str, actor: User) -> Application:
    """Take back what was submitted. Staff keep it with the reason, and can reinstate it.

    Raises PermissionDenied for anybody of the team who may not submit, DomainError without a reason and where
    the application is past being considered.
    """
    withdrawn = _step(application, "withdraw", actor=actor, reason=reason)
    drop_change_requests(withdrawn, reason="The application was withdrawn.")
    drop_ballots(withdrawn, reason="The application was withdrawn.")
    about = f"{withdrawn.code} of {withdrawn.organisation} to {withdrawn.round}"
    text = f"{actor} has withdrawn application {about}."
    subject = f"Application {withdrawn.code} is withdrawn"
    mail_team(withdrawn, subject=subject, text=text, actor=actor)
    mail_staff(withdrawn, subject=subject, text=text, actor=actor)
    return withdrawn


@transaction.atomic
def discard_application(application: Application, *, actor: User) -> Application:
    """Put a draft aside. Nothing of it is deleted, and it can be restored. Staff who invited it are told.

    Raises PermissionDenied for anybody who may not submit, DomainError for anything but a draft.
    """
    discarded = _step(application, "discard", actor=actor)
    subject = f"Application {discarded.code} is discarded"
    text = f"{actor} has discarded application {discarded.code} to {discarded.round}."
    mail_team(discarded, subject=subject, text=f"{text} It can be restored:", actor=actor)
    if discarded.submitted_at is not None:
        text += " It had been invited to apply in full."
        mail_staff(discarded, subject=subject, text=text, actor=actor)
    return discarded


@transaction.atomic
def restore_application(application: Application, *, actor: User) -> Application:
    """Take a discarded draft up again, as it was left.

    Raises PermissionDenied for anybody who may not submit, DomainError for anything but a discarded one, and
    where the organisation has meanwhile begun as many others as the round takes.
    """
    hold_round(application.round)
    if words := over_limit(application.round, application.organisation):
        raise DomainError(words)
    return _step(application, "restore", actor=actor)


def _step(application: Application, action: str, *, actor: User, reason: str = "") -> Application:
    done = transition(application, action, actor=actor, reason=reason)
    done.program = done.round.program = application.program
    return done
