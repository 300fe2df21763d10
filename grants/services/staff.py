"""What the services of staff on an application share: the right to it, the row, word to the team."""

from django.core.exceptions import PermissionDenied

from grants.models import Application, ChangeRequest
from grants.permissions import can_screen_application, rights_on
from grants.services.holding import hold_application
from grants.services.letters import mail_team
from grants.states import ChangeRequestState
from scsc.accounts.models import User
from scsc.audit.services import transition

OWN = "You are in the team of this application. Ask a colleague to look after it."
STAFF_ONLY = "Program managers and officers do this. Ask one of them."


def hold_for_staff(application: Application, *, actor: User) -> Application:
    """The application as it stands now, kept from other writers, for staff who are not in its team.

    Raises PermissionDenied with words for everybody else.
    """
    fresh = hold_application(application)
    if not can_screen_application(actor, fresh):
        raise PermissionDenied(OWN if rights_on(actor, fresh) is not None else STAFF_ONLY)
    return fresh


def tell_team(application: Application, *, subject: str, words: str, actor: User) -> None:
    """Mail the team what was done, with the round and the code. Never quotes what the team wrote."""
    text = f"{application.round.title}, application {application.code}\n\n{words}"
    mail_team(application, subject=subject, text=text, actor=actor)


def drop_change_requests(application: Application, *, actor: User, reason: str) -> None:
    """Take back what the team was still asked to change, since it does not matter any more."""
    waiting = ChangeRequest.objects.filter(application=application, state=ChangeRequestState.OPEN)
    for change in waiting:
        transition(change, "cancel", actor=actor, reason=reason)
