"""Writes to what a blind review hides: one rule for an answer or a file, over the submission as frozen."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from grants.models import Application, Redaction
from grants.permissions import can_screen_application
from grants.queries.blind import blind_lines
from grants.queries.received import submissions_of
from grants.services.holding import hold_application
from grants.services.staff import STAFF_ONLY
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.documents.services import store_upload
from scsc.errors import DomainError

Mode, Subject = Redaction.Mode, Redaction.Subject
MOST_PASSAGES = 100
GONE = "The application has no such answer or file. Load the page again to see what there is."


@transaction.atomic
def redact(
    application: Application,
    *,
    subject: str,
    key: str,
    mode: str,
    passages: Sequence[str] = (),
    replacement: "UploadedFile[bytes] | None" = None,
    actor: User,
) -> Redaction:
    """Say what assessors of a blind review see of one answer or file.

    `passages` are hidden wherever they stand in the answer; a `replacement` stands in place of a file. Raises
    ValidationError by field, DomainError for what was not submitted, and what an upload raises.
    """
    fresh = hold_application(application)
    if not can_screen_application(actor, fresh):
        raise PermissionDenied(STAFF_ONLY)
    _check_subject(fresh, subject, key)
    words = _passages(subject, mode, passages)
    kept = Redaction.objects.filter(application=fresh, subject=subject, key=key).first()
    row = kept or Redaction(program=fresh.program, application=fresh, subject=subject, key=key)
    before = _facts(row) if kept else {}
    row.mode, row.passages, row.made_by = Mode(mode), words, actor
    if replacement is not None:
        if subject != Subject.FILE or mode != Mode.HIDE:
            raise ValidationError({"replacement": "Only a file that is hidden can be replaced by another."})
        row.replacement = store_upload(program=fresh.program, upload=replacement, actor=actor)
    elif mode != Mode.HIDE:
        row.replacement = None
    if before == _facts(row):
        return row
    row.save()
    record(row, "redact", actor=actor, before=before, after=_facts(row))
    return row


@transaction.atomic
def unredact(redaction: Redaction, *, actor: User) -> None:
    """Take a rule back: the answer or file is shown or hidden as its kind says."""
    fresh = hold_application(redaction.application)
    if not can_screen_application(actor, fresh):
        raise PermissionDenied(STAFF_ONLY)
    row = Redaction.objects.filter(pk=redaction.pk).first()
    if row is None:
        return
    record(row, "unredact", actor=actor, before=_facts(row))
    row.delete()


def _check_subject(application: Application, subject: str, key: str) -> None:
    contents = [submission.content for submission in submissions_of(application)]
    known = {(line.subject, line.key) for content in contents for line in blind_lines(application, content)}
    if (subject, key) not in known:
        raise DomainError(GONE)


def _passages(subject: str, mode: str, passages: Sequence[str]) -> list[str]:
    if mode not in Mode.values:
        raise ValidationError({"mode": "Choose what assessors see."})
    if mode != Mode.PASSAGES:
        return []
    if subject == Subject.FILE:
        raise ValidationError({"mode": "Passages of a file cannot be hidden: hide it, or replace it."})
    words = list(dict.fromkeys(" ".join(passage.split()) for passage in passages if passage.strip()))
    if not words:
        raise ValidationError({"passages": "Write the words to hide, one passage a line."})
    if len(words) > MOST_PASSAGES:
        raise ValidationError({"passages": f"Name at most {MOST_PASSAGES} passages."})
    return words


def _facts(row: Redaction) -> dict[str, object]:
    """What is kept in the history: how many passages, never their words, which say what is hidden."""
    return {
        "subject": row.subject,
        "key": row.key,
        "mode": row.mode,
        "passages": len(row.passages),
        "replacement": str(row.replacement.key) if row.replacement else None,
    }
