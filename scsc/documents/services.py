"""Keep uploads, check them, and clear away what no row names."""

import hashlib
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat

from scsc import jobs
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.documents import scanner
from scsc.documents.content import inspect
from scsc.documents.models import Document
from scsc.documents.scanner import Finding, Verdict
from scsc.documents.states import DocumentState
from scsc.errors import DomainError
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope

log = structlog.get_logger(__name__)


def store_upload(*, program: Program, upload: "UploadedFile[bytes]", actor: User) -> Document:
    """Keep an uploaded file in quarantine and ask for its scan. Called inside the program's scope.

    Raises DomainError for what is too large, of a kind that is not accepted, or not what its name says. The
    bytes are written before the row, so that a row never lacks its bytes; when the transaction fails, they
    stay behind without a row and `remove_orphans` clears them away.
    """
    if (upload.size or 0) > settings.MAX_UPLOAD_BYTES:
        limit = filesizeformat(settings.MAX_UPLOAD_BYTES)
        raise DomainError(f"This file is larger than {limit}. Make it smaller or split it, then upload that.")
    upload.seek(0)
    found = inspect(upload.name or "", upload.read())
    with transaction.atomic():
        document = Document(
            program=program,
            key=uuid4(),
            name=found.name,
            content_type=found.content_type,
            size=len(found.data),
            sha256=hashlib.sha256(found.data).hexdigest(),
            uploaded_by=actor,
        )
        default_storage.save(document.storage_name, ContentFile(found.data))
        document.save()
        facts = {"name": document.name, "type": document.content_type, "size": document.size}
        record(document, "upload", actor=actor, after=facts | {"sha256": document.sha256})
        jobs.wake("scsc.documents.tasks.scan_document", program_id=program.pk, document_id=document.pk)
    return document


def forget_upload(document: Document) -> None:
    """Delete the bytes of an upload whose row was rolled back, before `remove_orphans` would come to it."""
    default_storage.delete(document.storage_name)


def scan_document(*, program: Program, document_id: int) -> None:
    """Have a quarantined file scanned, then release or refuse it. Does nothing for any other file.

    Called outside the program's scope: the scanner may take a minute, and no transaction waits for it.
    """
    with program_scope(program):
        document = Document.objects.filter(pk=document_id, state=DocumentState.QUARANTINED).first()
    if document is None:
        return
    try:
        with default_storage.open(document.storage_name) as file:
            verdict = scanner.scan(file)
    except OSError as error:
        # Storage that is away comes back; whoever runs this sees the log.
        log.exception("document_unreadable", document=document.pk)
        verdict = Verdict(Finding.UNAVAILABLE, f"Storage could not be read: {type(error).__name__}")
    with program_scope(program):
        _settle(document, verdict)


def _settle(document: Document, verdict: Verdict) -> None:
    """Write a verdict down, once: of two scans of one file, the first decides."""
    locked = Document.objects.select_for_update().get(pk=document.pk)
    if locked.state != DocumentState.QUARANTINED:
        return
    locked.scan_note = verdict.note[:300]
    locked.save(update_fields=["scan_note"])
    if verdict.finding is Finding.CLEAN:
        transition(locked, "release", actor=None)
    elif verdict.finding is Finding.INFECTED:
        transition(locked, "reject", actor=None, reason=verdict.note)
        # Should the process die right here, remove_orphans deletes the bytes of refused files as well.
        transaction.on_commit(lambda: default_storage.delete(locked.storage_name))
        log.warning("document_infected", document=locked.pk, note=verdict.note)
    else:
        log.warning("document_not_scanned", document=locked.pk, note=verdict.note)
