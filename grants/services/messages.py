"""Messages between the team of an application and the staff of the program."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from grants.models import Application, Message
from grants.permissions import can_edit_application, can_screen_application
from grants.services.holding import allow, hold_application
from grants.services.letters import mail_staff, mail_team
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError

# Of one side about one application, within 24 hours.
MOST_A_DAY = 30
LONGEST = 4000


@transaction.atomic
def post_message(
    application: Application, *, body: str, from_staff: bool, actor: User, now: datetime | None = None
) -> Message:
    """Write to the other side, which gets a mail that says so, with the link and without the text.

    For the team, members who may write; for the program, staff who are not on the team. Raises
    PermissionDenied for others, DomainError before a first submission, for an empty or too long text, and
    after MOST_A_DAY of one side within a day.
    """
    now = now or timezone.now()
    held = hold_application(application)
    may = can_screen_application if from_staff else can_edit_application
    allow(may(actor, held), "You can read these messages. Ask a colleague who may write to answer.")
    text = body.strip()
    _refuse(held, text, from_staff=from_staff, now=now)
    message = Message.objects.create(
        program=held.program, application=held, from_staff=from_staff, body=text, author=actor
    )
    record(message, "post", actor=actor, after={"application": held.code, "from_staff": from_staff})
    about = f"application {held.code} of {held.organisation} to {held.round}"
    tell = mail_team if from_staff else mail_staff
    tell(
        held,
        subject=f"A message about application {held.code}",
        text=f"{actor} has written to you about {about}. Read the message and answer it here:",
        actor=actor,
    )
    return message


def _refuse(application: Application, text: str, *, from_staff: bool, now: datetime) -> None:
    """Raise DomainError for what cannot be posted."""
    if not text:
        raise DomainError("Write the message first.")
    if len(text) > LONGEST:
        raise DomainError(f"This message is longer than {LONGEST} characters. Shorten it or split it.")
    if application.submitted_at is None:
        raise DomainError("Messages begin once the application is submitted. Until then, ask the contact.")
    lately = application.messages.filter(from_staff=from_staff, at__gt=now - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise DomainError(f"{MOST_A_DAY} messages were sent within a day. Go on tomorrow.")
