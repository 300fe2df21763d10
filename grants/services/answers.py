"""Saving one answer: never over somebody else's change, and never twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import JSONField
from django.utils import timezone

from grants.engine.kind import quoted
from grants.engine.kinds import kind_of
from grants.engine.schema import Field, Json
from grants.models import Answer, Application
from grants.permissions import can_edit_application
from grants.queries.writing import Draft, draft_of
from grants.timing import closing_of, grace_end_of, may_write
from scsc.accounts.models import User
from scsc.errors import DomainError
from scsc.ui.moments import moment

# Insert the first answer, or write over the version that the writer saw. Writing what is there already
# changes nothing and is no conflict, so that a save whose answer was lost can be sent again.
SAVE = """
INSERT INTO grants_answer AS a (program_id, application_id, key, value, version, updated_by_id, updated_at)
VALUES (%(program)s, %(application)s, %(key)s, %(value)s::jsonb, %(version)s + 1, %(actor)s, %(now)s)
ON CONFLICT (application_id, key) DO UPDATE SET
  version = a.version + CASE WHEN a.value IS DISTINCT FROM EXCLUDED.value THEN 1 ELSE 0 END,
  updated_by_id = CASE WHEN a.value IS DISTINCT FROM EXCLUDED.value
    THEN EXCLUDED.updated_by_id ELSE a.updated_by_id END,
  updated_at = CASE WHEN a.value IS DISTINCT FROM EXCLUDED.value
    THEN EXCLUDED.updated_at ELSE a.updated_at END,
  value = EXCLUDED.value
WHERE a.version = %(version)s OR a.value IS NOT DISTINCT FROM EXCLUDED.value
RETURNING a.version, a.updated_at
"""

NO_FIELD = "This question is not part of the form any more. Load the page again to see what there is now."
READ_ONLY = (
    "You can read this application, but not write in it. Ask a colleague who submits for the right to."
)


@dataclass(frozen=True)
class Saved:
    """An answer that is kept: its version now, and when it was written."""

    version: int
    at: datetime


class ConflictError(DomainError):
    """Somebody else wrote this answer meanwhile. Nothing was overwritten; `answer` is theirs."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.updated_by} changed this answer while you were writing.")
        self.answer = answer


class ClosedError(DomainError):
    """Writing has ended, by the clock or by what happened to the application."""


class NotOpenError(ClosedError):
    """This question takes no answer now; others may."""


@transaction.atomic
def save_answer(
    application: Application, *, key: str, value: Json, version: int, actor: User, now: datetime | None = None
) -> Saved:
    """Save one answer, as its kind reads it, over the version that the writer saw (0 for none).

    Raises ConflictError where that version is not the newest one and says something else, ClosedError where
    writing has ended, PermissionDenied for somebody who may not write. The answer keeps who and when itself.
    """
    draft = draft_of(application.program, actor, code=application.code, lock=True)
    if draft is None:
        raise Application.DoesNotExist(f"No application {application.code}.")
    return write_answer(draft, key=key, value=value, version=version, actor=actor, now=now)


def write_answer(
    draft: Draft, *, key: str, value: Json, version: int, actor: User, now: datetime | None = None
) -> Saved:
    """`save_answer` for an application that was loaded with its row locked, in one query more.

    A field that is hidden now may be written: what brings it into view may be on its way.
    """
    now = now or timezone.now()
    check_open(draft, actor=actor, now=now)
    if field_to_write(draft, key) is None:
        raise NotOpenError(_not_open(draft, key))
    saved = _upsert(draft.application, key=key, value=value, version=version, actor=actor, now=now)
    if saved is None:
        raise ConflictError(_newest(draft.application, key))
    return saved


def check_open(draft: Draft, *, actor: User, now: datetime) -> None:
    """Raise PermissionDenied or ClosedError, in words, unless the person may write here now."""
    application = draft.application
    if not can_edit_application(actor, application):
        raise PermissionDenied(READ_ONLY)
    if draft.change is None and not may_write(application, now):
        raise ClosedError(why_closed(application))


def why_closed(application: Application) -> str:
    """Why an application is not open for writing, and what can be done."""
    state = application.life.states(application.state).label.lower()
    if application.state != "draft":
        return f"This application is {state}, so its answers do not change any more."
    end, zone = grace_end_of(application), application.round.timezone
    if end == closing_of(application):
        return f"This round closed on {moment(end, zone)}. Nothing can be added any more."
    return (
        f"This round closed, and the time to finish ended on {moment(end, zone)}. Nothing can be added now."
    )


def field_to_write(draft: Draft, key: str) -> Field | None:
    """The field of this key if it takes an answer now."""
    return draft.schema.field(key) if key in draft.writable else None


def _not_open(draft: Draft, key: str) -> str:
    """Which question takes no answer, and why."""
    field = draft.schema.field(key)
    if field is None:
        return NO_FIELD
    if draft.change is None:
        return f"{quoted(field)} takes no answer."
    return f"{quoted(field)} is not open: the program asked to change others, and this one stays as it was."


def same(field: Field, one: Json, other: Json) -> bool:
    """Whether two values of a field say the same: nothing given is the same in every form."""
    kind = kind_of(field)
    return one == other or (kind.is_blank(field, one) and kind.is_blank(field, other))


def _upsert(
    application: Application, *, key: str, value: Json, version: int, actor: User, now: datetime
) -> Saved | None:
    parameters = {
        "program": application.program_id,
        "application": application.pk,
        "key": key,
        "value": None if value is None else _as_json(value),
        "version": version,
        "actor": actor.pk,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(SAVE, parameters)
        row = cursor.fetchone()
    return Saved(*row) if row else None


def _as_json(value: Json) -> Any:
    return JSONField().get_db_prep_value(value, connection)


def _newest(application: Application, key: str) -> Answer:
    answer: Answer = Answer.objects.select_related("updated_by").get(application=application, key=key)
    answer.application = application
    return answer
