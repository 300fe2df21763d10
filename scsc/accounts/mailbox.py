"""The mails of a demonstration, which are written to a folder instead of leaving the machine."""

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

# What Django's file backend writes after each message.
END = b"\n" + b"-" * 79 + b"\n"
MOST = 50
LARGEST = 200_000  # bytes of one message that are read


@dataclass(frozen=True)
class Mail:
    """One message as somebody would read it."""

    to: str
    subject: str
    sent_at: datetime | None
    body: str


def mail_folder() -> Path | None:
    """Where a demonstration writes its mails; None where they go to a server, and outside of one."""
    writes_files = settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    return Path(folder) if settings.DEMO and writes_files and folder else None


def read_mails(folder: Path, *, to: str = "") -> list[Mail]:
    """The newest messages of a folder, all or those to one address; what cannot be read is left out."""
    found: list[Mail] = []
    for file in sorted(folder.glob("*.log"), key=lambda path: path.name, reverse=True):
        # A file holds what one connection sent, in order.
        for raw in reversed(file.read_bytes().split(END)):
            mail = _read(raw[:LARGEST])
            if mail and to.lower() in mail.to.lower():
                found.append(mail)
        if len(found) >= MOST:
            break
    found.sort(key=lambda mail: mail.sent_at.timestamp() if mail.sent_at else 0.0, reverse=True)
    return found[:MOST]


def _read(raw: bytes) -> Mail | None:
    if not raw.strip():
        return None
    try:
        message = email.message_from_bytes(raw.lstrip(b"\n"), EmailMessage, policy=default)
        part = message.get_body(("plain",))
        body = part.get_content() if part else ""
        subject = " ".join(str(message["Subject"] or "").split())
        return Mail(str(message["To"] or ""), subject, _moment(message["Date"]), body)
    except (MessageError, LookupError, ValueError):
        return None


def _moment(written: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(written) if written else None
    except ValueError:
        return None
    # "-0000" says UTC without a place, which comes without a zone.
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
