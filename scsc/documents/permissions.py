"""Who may read a file: who uploaded it, and who may read what it is attached to."""

from collections.abc import Callable

from scsc.accounts.models import User
from scsc.documents.models import Document
from scsc.documents.states import DocumentState

Reader = Callable[[User, Document], bool | None]

_readers: list[Reader] = []


def register_reader(reader: Reader) -> None:
    """Let an app that attaches files say who may read them. Called from AppConfig.ready.

    A reader answers None for a file that it knows nothing of. One that nobody knows of is its uploader's
    alone; once it is attached, the uploader reads it as others do. A few rows at most are asked for.
    """
    if reader not in _readers:
        _readers.append(reader)


def can_read_document(user: User, document: Document) -> bool:
    """Those who see what it is attached to; while that is nothing, whoever uploaded it."""
    answers = [answer for reader in _readers if (answer := reader(user, document)) is not None]
    return any(answers) if answers else document.uploaded_by_id == user.pk


def can_see_document(user: User, document: Document) -> bool:
    """Whether the file's page exists for this person: an unchecked file does for its uploader only."""
    if document.state == DocumentState.QUARANTINED:
        return document.uploaded_by_id == user.pk
    return can_read_document(user, document)
