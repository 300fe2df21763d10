"""Who may read a file: who uploaded it, and who may read what it is attached to."""

from collections.abc import Callable

from scsc.accounts.models import User
from scsc.documents.models import Document
from scsc.documents.states import DocumentState

Reader = Callable[[User, Document], bool]

_readers: list[Reader] = []


def register_reader(reader: Reader) -> None:
    """Let an app that attaches files say who may read them. Called from AppConfig.ready.

    Without a reader that says yes, a file is its uploader's alone. A reader asks for at most a few rows.
    """
    if reader not in _readers:
        _readers.append(reader)


def can_read_document(user: User, document: Document) -> bool:
    """Whoever uploaded it, and those who see what it is attached to."""
    return document.uploaded_by_id == user.pk or any(reader(user, document) for reader in _readers)


def can_see_document(user: User, document: Document) -> bool:
    """Whether the file's page exists for this person: an unchecked file does for its uploader only."""
    if document.state == DocumentState.QUARANTINED:
        return document.uploaded_by_id == user.pk
    return can_read_document(user, document)
