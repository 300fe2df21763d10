"""The mail outbox: queue a message, send it once, try again later, and admit when its fate is unknown."""

import re
from datetime import timedelta

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from scsc import jobs
from scsc.accounts.models import User
from scsc.audit.services import record, transition
from scsc.errors import DomainError
from scsc.notices.models import OutgoingMail
from scsc.notices.smtp import Answer, hand_over
from scsc.notices.states import MailState
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=1)
FORGOTTEN = "The text held a link that opens an account, so it is not kept."
LOST = "The worker was lost before the mail server's answer was noted."


def send_mail(
    *, program: Program, to: str, subject: str, body: str, actor: User | None, holds_secret: bool = False
) -> OutgoingMail:
    """Queue a plain-text message to one address. Called inside the program's scope.

    It leaves after the transaction is committed, or never. Raises DomainError for an address that is none.
    `actor` None means the system itself. The text of one that `holds_secret` is forgotten once it was sent.
    """
    try:
        validate_email(to)
    except ValidationError:
        raise DomainError(f"“{to}” is not a mail address. Correct it, then try again.") from None
    with transaction.atomic():
        mail = OutgoingMail.objects.create(
            program=program, to=to, subject=one_line(subject), body=body, holds_secret=holds_secret
        )
        record(mail, "queue", actor=actor, after={"to": to, "subject": mail.subject})
        jobs.wake("scsc.notices.tasks.deliver_mail", program_id=program.pk, mail_id=mail.pk)
    return mail


def one_line(text: str) -> str:
    """A subject: no line break or other control character can start a header of its own; 200 characters."""
    line = re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", text).strip()
    return line if len(line) <= 200 else f"{line[:199]}…"


def deliver_mail(*, program: Program, mail_id: int) -> None:
    """Send a message that is due; does nothing for any other, so that a task run twice sends once.

    Called outside the program's scope. The row says `sending`, and that is committed, before the mail server
    hears of the message: whoever dies in between leaves a message that nobody sends again by itself.
    """
    with program_scope(program):
        mail = _begin(mail_id)
    if mail is None:
        return
    answer, reason = hand_over(mail)
    with program_scope(program):
        _note(mail, answer, reason)


def lose_track_of_mail(*, mail_id: int) -> None:
    """Mark a message whose worker was lost as perhaps sent. Called inside the program's scope."""
    mail = OutgoingMail.objects.select_for_update().filter(pk=mail_id, state=MailState.SENDING).first()
    if mail is not None:
        _note(mail, Answer.UNKNOWN, LOST)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 4, 16, 64, 256 minutes."""
    wait: timedelta = FIRST_WAIT * 4 ** (attempts - 1)
    return wait


def _begin(mail_id: int) -> OutgoingMail | None:
    """Claim a message that is due. Of two workers, one gets it."""
    queued = OutgoingMail.objects.select_for_update().filter(pk=mail_id, state=MailState.QUEUED)
    mail = queued.filter(next_attempt_at__lte=timezone.now()).first()
    if mail is None:
        return None
    mail = transition(mail, "send", actor=None)
    mail.attempts += 1
    mail.sending_since = timezone.now()
    mail.save(update_fields=["attempts", "sending_since"])
    return mail


def _note(mail: OutgoingMail, answer: Answer, reason: str) -> None:
    if answer is Answer.NOT_NOW and mail.attempts >= MAX_ATTEMPTS:
        answer = Answer.NEVER
    try:
        mail = transition(mail, answer.value, actor=None, reason=reason)
    except DomainError:
        # The sweeper gave up waiting for this very answer.
        log.warning("mail_answer_too_late", mail=mail.pk, answer=answer.value)
        return
    mail.last_error = reason[:300]
    if mail.holds_secret and mail.state not in {MailState.QUEUED, MailState.SENDING}:
        mail.body = FORGOTTEN
    if answer is Answer.NOT_NOW:
        mail.next_attempt_at = timezone.now() + wait_after(mail.attempts)
    mail.save(update_fields=["body", "last_error", "next_attempt_at"])
    log.info("mail_answer", mail=mail.pk, answer=answer.value, attempts=mail.attempts, reason=reason)
