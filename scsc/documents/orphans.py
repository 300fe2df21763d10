"""Clear away bytes that no row names: left by a transaction that failed after the file was written."""

from datetime import timedelta
from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.utils import timezone

from scsc.documents.queries import kept_keys
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope

log = structlog.get_logger(__name__)

# No transaction is open for that long, so a file of this age without a row will never have one.
AGE = timedelta(days=1)


def remove_orphans(program: Program) -> int:
    """Delete files older than a day whose row is missing or refused. Returns how many."""
    removed = 0
    for folder in _folders(str(program.pk)):
        files = {key: name for name in default_storage.listdir(folder)[1] if (key := _key(name))}
        with program_scope(program):
            orphans = files.keys() - kept_keys(files)
        for key in orphans:
            path = f"{folder}/{files[key]}"
            if default_storage.get_modified_time(path) < timezone.now() - AGE:
                default_storage.delete(path)
                removed += 1
    if removed:
        log.info("orphans_removed", program=program.slug, removed=removed)
    return removed


def _folders(root: str) -> list[str]:
    """The folders of Document.storage_name. Others in a program's storage belong to other apps."""
    try:
        names = default_storage.listdir(root)[0]
    except FileNotFoundError:
        return []
    return [f"{root}/{name}" for name in names if len(name) == 2]


def _key(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
