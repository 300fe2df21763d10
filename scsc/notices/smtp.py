"""One conversation with the mail server, and what its end means for sending again."""

import smtplib
from contextlib import suppress
from email.utils import parseaddr
from enum import Enum

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from scsc.notices.models import OutgoingMail

TIMEOUT = 30  # seconds for each answer


class Answer(Enum):
    """What became of a message: the transition that it takes."""

    TAKEN = "sent"
    # Refused or never asked: certainly not sent.
    NOT_NOW = "retry"
    NEVER = "give_up"
    # The conversation broke off after it began: perhaps sent.
    UNKNOWN = "lose_track"


def hand_over(mail: OutgoingMail) -> tuple[Answer, str]:
    """Offer a message to the mail server. Returns what became of it, and why when it was not taken."""
    connection = get_connection(timeout=TIMEOUT)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _hang_up(connection)
        return Answer.NOT_NOW, _words(error)
    message = EmailMessage(
        mail.subject, mail.body, to=[mail.to], headers=_headers(mail), connection=connection
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return _by_code(max(codes, default=400)), _words(error)
    except smtplib.SMTPResponseException as error:
        return _by_code(error.smtp_code), _words(error)
    except (OSError, smtplib.SMTPException) as error:
        return Answer.UNKNOWN, _words(error)
    finally:
        _hang_up(connection)
    return Answer.TAKEN, ""


def _by_code(code: int) -> Answer:
    """RFC 5321, 4.2.1: 5yz is final, 4yz asks to try again."""
    return Answer.NEVER if code >= 500 else Answer.NOT_NOW


def _headers(mail: OutgoingMail) -> dict[str, str]:
    """The same Message-ID at every attempt, to look for in the mail server's log; no automatic answers."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    name = f"{mail.program_id}.{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}"
    return {"Message-ID": f"<{name}@{domain}>", "Auto-Submitted": "auto-generated"}


def _hang_up(connection: BaseEmailBackend) -> None:
    # Whatever goes wrong now, the message's fate is known.
    with suppress(OSError, smtplib.SMTPException):
        connection.close()


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
