"""What the services of staff on an application share: the right to it, the row, word to the team."""

from django.core.exceptions import PermissionDenied

from grants.models import Application
from grants.permissions import can_screen_application
from grants.queries.conflicts import has_tie
from grants.services.holding import hold_application
from grants.services.letters import mail_team
from scsc.accounts.models import User

OWN = "You have a part in this application, or a tie to its organisation. Ask a colleague to look after it."
STAFF_ONLY = "Program managers and officers do this. Ask one of them."


def hold_for_staff(application: Application, *, actor: User) -> Application:
    """The application as it stands now, kept from other writers, for staff who have no part in it.

    Raises PermissionDenied with words for everybody else.
    """
    fresh = hold_application(application)
    if not can_screen_application(actor, fresh):
        raise PermissionDenied(OWN if has_tie(actor, fresh) else STAFF_ONLY)
    return fresh


def tell_team(application: Application, *, subject: str, words: str, actor: User) -> None:
    """Mail the team what was done, with the round and the code. Never quotes what the team wrote."""
    text = f"{application.round.title}, application {application.code}\n\n{words}"
    mail_team(application, subject=subject, text=text, actor=actor)
