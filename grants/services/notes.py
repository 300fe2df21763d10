"""Notes of a team to itself. Staff never see them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from grants.models import Application, TeamNote
from grants.permissions import can_view_own_application
from grants.services.holding import allow, hold_application
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError

# In one application within 24 hours.
MOST_A_DAY = 200
LONGEST = 4000


@transaction.atomic
def write_note(
    application: Application, *, body: str, actor: User, section: str = "", now: datetime | None = None
) -> TeamNote:
    """Leave a note for the team, about a section of the form or (empty) about everything. It stays as it is.

    Everybody on the team may, those who only read as well. Raises PermissionDenied for others, DomainError
    for an empty or too long text, a section that the form does not have, and after MOST_A_DAY within a day.
    """
    now = now or timezone.now()
    held = hold_application(application)
    allow(can_view_own_application(actor, held), "Notes are for the team of this application.")
    text = body.strip()
    if not text:
        raise DomainError("Write the note first.")
    if len(text) > LONGEST:
        raise DomainError(f"This note is longer than {LONGEST} characters. Shorten it, or write two.")
    if section and held.form_version.schema.section(section) is None:
        raise DomainError("The form does not have this section any more. Choose another one.")
    if held.notes.filter(at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise DomainError(f"{MOST_A_DAY} notes were written within a day. Go on tomorrow.")
    note = TeamNote.objects.create(
        program=held.program, application=held, section=section, body=text, author=actor
    )
    record(note, "write", actor=actor, after={"application": held.code, "section": section})
    return note
