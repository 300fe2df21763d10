"""A worker that dies between asking the mail server and noting its answer: nothing is ever sent twice."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from scsc.notices.models import OutgoingMail
from scsc.notices.queries import due_mail, lost_mail
from scsc.notices.services import deliver_mail, lose_track_of_mail, send_mail
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from tests import databases
from tests.conftest import APP, OWNER
from tests.factories import ProgramFactory
from tests.notices.smtp_server import SmtpServer

WORKER = """
import sys, django
django.setup()
from scsc.notices.tasks import deliver_mail
deliver_mail(program_id=int(sys.argv[1]), mail_id=int(sys.argv[2]))
"""


@pytest.fixture
def program(committed: None) -> Program:
    return ProgramFactory.create()


@pytest.fixture
def mail(program: Program) -> OutgoingMail:
    with program_scope(program):
        return send_mail(program=program, to="alex@example.org", subject="Due", body="Hello", actor=None)


def worker(mail: OutgoingMail, server: SmtpServer, database_name: str) -> "subprocess.Popen[bytes]":
    """A process of its own that delivers the message."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "scsc.settings",
        "DATABASE_URL": databases.url(os.environ[APP], database_name),
        "DATABASE_OWNER_URL": databases.url(os.environ[OWNER], database_name),
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
    }
    return subprocess.Popen([sys.executable, "-c", WORKER, str(mail.program_id), str(mail.pk)], env=env)


def fresh(mail: OutgoingMail) -> OutgoingMail:
    with program_scope(mail.program):
        return OutgoingMail.objects.get(pk=mail.pk)


def test_worker_killed_before_the_answer_never_sends_twice(mail: OutgoingMail, database_name: str) -> None:
    server = SmtpServer()
    process = worker(mail, server, database_name)

    def kill() -> None:
        process.kill()
        process.wait()

    server.before_end = kill
    assert process.wait(30) == -9
    assert len(server.received) == 1
    assert fresh(mail).state == "sending", "on record before the server hears of it"

    deliver_mail(program=mail.program, mail_id=mail.pk)
    with program_scope(mail.program):
        assert list(due_mail()) == list(lost_mail()) == []
        OutgoingMail.objects.update(sending_since=timezone.now() - timedelta(minutes=11))
        assert list(lost_mail()) == [mail.pk]
        lose_track_of_mail(mail_id=mail.pk)
    deliver_mail(program=mail.program, mail_id=mail.pk)
    assert fresh(mail).state == "uncertain"
    assert len(server.received) == 1
    server.close()


def test_workers_at_once_send_once(mail: OutgoingMail, database_name: str) -> None:
    server = SmtpServer()
    processes = [worker(mail, server, database_name) for _ in range(2)]
    assert [process.wait(30) for process in processes] == [0, 0]
    assert len(server.received) == 1
    assert (fresh(mail).state, fresh(mail).attempts) == ("sent", 1)
    server.close()
