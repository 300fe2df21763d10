"""Noting who is at work. It is of no consequence, so it leaves no event."""

from datetime import datetime

from grants.models import Application, EditorPresence
from scsc.accounts.models import User


def note_presence(application: Application, *, actor: User, section: str, now: datetime) -> None:
    """Say that somebody has a section open now. One row a person, written over."""
    row = EditorPresence(
        program=application.program, application=application, user=actor, section=section[:60], seen_at=now
    )
    EditorPresence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["application", "user"],
        update_fields=["section", "seen_at"],
    )
