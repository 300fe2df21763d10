"""Files given as answers."""

from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from grants.engine.kinds import kind_of
from grants.engine.schema import Field
from grants.models import AnswerFile, Application
from grants.queries.writing import Draft, draft_of
from grants.services.answers import ClosedError, check_open, field_to_write
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.documents.models import Document
from scsc.documents.services import forget_upload, store_upload
from scsc.documents.states import DocumentState
from scsc.errors import DomainError

# Files that one application ever kept, those removed among them: they stay stored, since a submission may
# name them. Without it, uploading and removing again and again would fill the disk.
MOST_OF_APPLICATION = 200
# Files that one person uploads for answers within a day, over all applications of the program.
MOST_A_DAY = 100


@transaction.atomic
def add_answer_file(
    application: Application,
    *,
    key: str,
    upload: "UploadedFile[bytes]",
    actor: User,
    now: datetime | None = None,
) -> AnswerFile:
    """Give a file as an answer. It is quarantined until it has been checked.

    The same file again is the one that is there already, so that an upload may be repeated. Raises
    DomainError for a file that is not accepted and above the limits, and what `save_answer` raises.
    """
    now = now or timezone.now()
    draft, _ = _open_field(application, key, actor=actor, now=now, lock=False)
    _refuse_flood(draft.application, actor=actor, now=now)
    # Looking into a large file takes its time: nobody waits for the row meanwhile.
    before = transaction.savepoint()
    document = store_upload(program=application.program, upload=upload, actor=actor)
    draft, field = _open_field(application, key, actor=actor, now=now, lock=True)
    given = AnswerFile.objects.filter(application=draft.application, key=key, removed_at=None)
    standing = given.exclude(document__state=DocumentState.REJECTED)
    known: AnswerFile | None = standing.filter(document__sha256=document.sha256).first()
    if known is not None:
        transaction.savepoint_rollback(before)
        forget_upload(document)
        return known
    try:
        if standing.count() >= (most := kind_of(field).most_files(field)):
            raise DomainError(_too_many(most))
        _refuse_flood(draft.application, actor=actor, now=now)
    except DomainError:
        transaction.savepoint_rollback(before)
        forget_upload(document)
        raise
    return _keep(draft.application, key, document, actor)


@transaction.atomic
def remove_answer_file(file: AnswerFile, *, actor: User, now: datetime | None = None) -> AnswerFile:
    """Take a file away from a draft. Removing it again changes nothing; a submission still names it."""
    _open_field(file.application, file.key, actor=actor, now=now or timezone.now(), lock=True)
    fresh: AnswerFile = AnswerFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if fresh.removed_at is None:
        fresh.removed_at = timezone.now()
        fresh.save(update_fields=["removed_at"])
        record(fresh, "remove", actor=actor, before={"file": fresh.document.name})
    return fresh


def _open_field(
    application: Application, key: str, *, actor: User, now: datetime, lock: bool
) -> tuple[Draft, Field]:
    draft = draft_of(application.program, actor, code=application.code, lock=lock)
    if draft is None:
        raise Application.DoesNotExist(f"No application {application.code}.")
    check_open(draft, actor=actor, now=now)
    field = field_to_write(draft, key)
    if field is None or not kind_of(field).takes_files:
        raise ClosedError("This question takes no files now.")
    return draft, field


def _refuse_flood(application: Application, *, actor: User, now: datetime) -> None:
    """Raise DomainError where the application or the person has uploaded as much as there can be.

    Files that a copy of an application names again are not stored again, and count for no person.
    """
    stored = Document.objects.filter(answers__application=application).distinct()
    if stored.count() >= MOST_OF_APPLICATION:
        raise DomainError(
            f"{MOST_OF_APPLICATION} files were uploaded to this application, removed ones included: the most "
            "there can be. Ask the contact of the round if you need to add another one."
        )
    mine = Document.objects.filter(answers__isnull=False, uploaded_by=actor)
    if mine.filter(uploaded_at__gt=now - timedelta(days=1)).distinct().count() >= MOST_A_DAY:
        raise DomainError(f"You have uploaded {MOST_A_DAY} files within a day. Go on tomorrow.")


def _keep(application: Application, key: str, document: Document, actor: User) -> AnswerFile:
    file: AnswerFile = AnswerFile.objects.create(
        program=application.program, application=application, key=key, document=document, added_by=actor
    )
    after = {"file": document.name, "sha256": document.sha256, "application": application.code}
    record(file, "add", actor=actor, after=after)
    return file


def _too_many(most: int) -> str:
    if most == 1:
        return "One file is asked for here. Remove the file that is there, then upload the other one."
    return f"No more than {most} files can be given here. Remove one first, then upload this one."
