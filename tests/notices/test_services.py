"""The outbox: sent once or not at all, tried again when that is safe, uncertain when nobody knows."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from scsc.audit.history import history_of
from scsc.audit.models import AuditEvent
from scsc.errors import DomainError
from scsc.notices import services
from scsc.notices.models import OutgoingMail
from scsc.notices.queries import due_mail, lost_mail
from scsc.notices.services import one_line, send_mail, wait_after
from scsc.notices.smtp import Answer
from scsc.notices.tasks import deliver_mail, lose_track_of_mail
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.notices.smtp_server import HANG_UP, SmtpServer

StartSmtp = Callable[..., SmtpServer]


def fresh(mail: OutgoingMail) -> OutgoingMail:
    with program_scope(mail.program):
        return OutgoingMail.objects.get(pk=mail.pk)


def change(mail: OutgoingMail, **values: Any) -> None:
    with program_scope(mail.program):
        OutgoingMail.objects.filter(pk=mail.pk).update(**values)


def deliver(mail: OutgoingMail) -> OutgoingMail:
    deliver_mail(program_id=mail.program_id, mail_id=mail.pk)
    return fresh(mail)


def events(mail: OutgoingMail) -> list[str]:
    with program_scope(mail.program):
        found = AuditEvent.objects.filter(object_type="notices.outgoingmail", object_id=mail.pk)
        return list(found.order_by("id").values_list("action", flat=True))


def test_deliver_mail_sends_plain_text_once(mail: OutgoingMail, smtp: StartSmtp) -> None:
    server = smtp()
    for _ in range(3):
        sent = deliver(mail)
    assert (sent.state, sent.attempts, sent.last_error) == ("sent", 1, "")
    (message,) = server.received
    assert "To: alex@example.org" in message
    assert "Subject: Your update is due" in message
    assert "Content-Type: text/plain" in message
    assert "Auto-Submitted: auto-generated" in message
    assert "please report." in message
    assert events(mail) == ["queue", "send", "sent"]


def test_deliver_mail_keeps_its_message_id_over_attempts(mail: OutgoingMail, smtp: StartSmtp) -> None:
    server = smtp({"END": "451 later"})
    deliver(mail)
    change(mail, next_attempt_at=timezone.now())
    deliver(mail)
    lines = [line for text in server.received for line in text.splitlines() if line.startswith("Message-ID")]
    assert len(lines) == 2
    assert len(set(lines)) == 1
    assert lines[0].endswith("@localhost>")


def test_text_that_holds_a_secret_is_forgotten_once_it_has_left(mail: OutgoingMail, smtp: StartSmtp) -> None:
    server = smtp({"END": "451 later"})
    change(mail, holds_secret=True)
    assert "please report." in deliver(mail).body
    change(mail, next_attempt_at=timezone.now(), attempts=services.MAX_ATTEMPTS - 1)
    assert deliver(mail).body == services.FORGOTTEN
    assert "please report." in server.received[-1]


def test_deliver_mail_history_in_words(cast: Cast, mail: OutgoingMail, smtp: StartSmtp) -> None:
    smtp()
    deliver(mail)
    with program_scope(cast.program):
        sentences = [entry.sentence for entry in history_of([mail])]
    assert sentences == [
        "The system sent “Your update is due” to alex@example.org",
        "The system began to send “Your update is due” to alex@example.org",
        "Program manager North queued “Your update is due” to alex@example.org",
    ]


@pytest.mark.parametrize(
    ("answers", "state", "words"),
    [
        ({"CONNECT": "421 too busy"}, "queued", "421"),
        ({"CONNECT": HANG_UP}, "queued", "Disconnected"),
        ({"MAIL": "451 later"}, "queued", "451"),
        ({"RCPT": "450 mailbox busy"}, "queued", "450"),
        ({"END": "452 disk full"}, "queued", "452"),
        ({"RCPT": "550 no such person"}, "failed", "550"),
        ({"MAIL": "553 not you"}, "failed", "553"),
        ({"END": "554 spam"}, "failed", "554"),
        # It may have been taken: never again by itself.
        ({"END": HANG_UP}, "uncertain", "Disconnected"),
        # Taken, then rude: sent.
        ({"QUIT": HANG_UP}, "sent", ""),
        ({"QUIT": "500 what"}, "sent", ""),
    ],
)
def test_deliver_mail_by_the_servers_answer(
    mail: OutgoingMail, smtp: StartSmtp, answers: dict[str, str], state: str, words: str
) -> None:
    smtp(answers)
    answered = deliver(mail)
    assert answered.state == state
    assert words in answered.last_error


def test_deliver_mail_without_a_server_waits_longer_each_time_and_gives_up(
    mail: OutgoingMail, smtp: StartSmtp, settings: Settings
) -> None:
    smtp()
    settings.EMAIL_PORT = 1
    for attempt in range(1, services.MAX_ATTEMPTS):
        tried = deliver(mail)
        assert (tried.state, tried.attempts) == ("queued", attempt)
        wait = tried.next_attempt_at - timezone.now()
        assert wait_after(attempt) - timedelta(seconds=20) < wait <= wait_after(attempt)
        assert deliver(mail).attempts == attempt, "tried before its time"
        change(mail, next_attempt_at=timezone.now())
    tried = deliver(mail)
    assert (tried.state, tried.attempts) == ("failed", 6)
    assert "refused" in tried.last_error
    assert deliver(mail).attempts == 6


def test_wait_after_grows() -> None:
    assert [wait_after(n) / timedelta(minutes=1) for n in range(1, 6)] == [1, 4, 16, 64, 256]


def test_deliver_mail_of_server_that_hangs_ends(
    mail: OutgoingMail, smtp: StartSmtp, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr("scsc.notices.smtp.TIMEOUT", 0.3)

    def hang() -> None:
        over.wait(10)

    smtp().before_end = hang
    try:
        assert deliver(mail).state == "uncertain"
    finally:
        over.set()


def test_lost_mail_becomes_uncertain_after_ten_minutes(
    cast: Cast, mail: OutgoingMail, smtp: StartSmtp
) -> None:
    server = smtp()
    change(mail, state="sending", sending_since=timezone.now() - timedelta(minutes=9))
    with program_scope(cast.program):
        assert list(lost_mail()) == []
    change(mail, sending_since=timezone.now() - timedelta(minutes=11))
    with program_scope(cast.program):
        assert list(lost_mail()) == [mail.pk]
    for _ in range(2):
        lose_track_of_mail(program_id=cast.program.pk, mail_id=mail.pk)
    lost = deliver(mail)
    assert (lost.state, lost.last_error) == ("uncertain", services.LOST)
    assert server.connections == 0
    assert events(mail) == ["queue", "lose_track"]
    with program_scope(cast.program):
        assert list(due_mail()) == list(lost_mail()) == []


def test_answer_after_losing_track_changes_nothing(cast: Cast, mail: OutgoingMail, smtp: StartSmtp) -> None:
    change(mail, state="uncertain", attempts=1)
    with program_scope(cast.program):
        services._note(mail, Answer.TAKEN, "")
    assert fresh(mail).state == "uncertain"


def test_due_mail_longest_waiting_first(cast: Cast, mail: OutgoingMail) -> None:
    now = timezone.now()
    with program_scope(cast.program):
        others = [
            send_mail(program=cast.program, to="a@example.org", subject=f"{n}", body="", actor=None)
            for n in range(3)
        ]
    change(others[0], next_attempt_at=now + timedelta(minutes=1))
    change(others[1], next_attempt_at=now - timedelta(minutes=1))
    with program_scope(cast.program):
        assert list(due_mail()) == [others[1].pk, mail.pk, others[2].pk]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c",
        "a@example.org\r\nBcc: victim@example.org",
        "a@example.org, b@example.org",
        "a b@c.org",
    ],
)
def test_send_mail_to_no_address_is_refused(cast: Cast, address: str) -> None:
    with program_scope(cast.program), pytest.raises(DomainError, match="not a mail address"):
        send_mail(program=cast.program, to=address, subject="x", body="y", actor=None)


@pytest.mark.parametrize(
    ("subject", "line"),
    [
        ("Hello\r\nBcc: victim@example.org", "Hello Bcc: victim@example.org"),
        ("Hello\nthere\x00\x0b\x85\u2028you", "Hello there you"),
        ("  Größe  ", "Größe"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_one_line_leaves_no_way_into_the_headers(subject: str, line: str) -> None:
    assert one_line(subject) == line


def test_send_mail_evil_subject_makes_one_header(cast: Cast, smtp: StartSmtp) -> None:
    server = smtp()
    with program_scope(cast.program):
        evil = send_mail(
            program=cast.program,
            to="alex@example.org",
            subject="Hi\r\nBcc: victim@example.org\r\n\r\nBody",
            body="Subject: other\r\n.\r\nMAIL FROM:<evil@example.org>\r\n",
            actor=None,
        )
    assert deliver(evil).state == "sent"
    (message,) = server.received
    head, _, body = message.partition("\r\n\r\n")
    assert "\nBcc:" not in head
    assert head.count("\nSubject:") + head.startswith("Subject:") == 1
    assert "MAIL FROM" in body, "the lone dot in the body is escaped, not the end"


def test_deliver_mail_through_any_backend(
    mail: OutgoingMail, settings: Settings, mailoutbox: list[Any]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver(mail).state == "sent"
    assert [message.to for message in mailoutbox] == [["alex@example.org"]]
