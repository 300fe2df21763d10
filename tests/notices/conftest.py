"""A mail server that answers as told, and a queued message."""

from collections.abc import Callable, Iterator, Mapping

import pytest
from pytest_django import Settings

from scsc import jobs
from scsc.notices.models import OutgoingMail
from scsc.notices.services import send_mail
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.notices.smtp_server import SmtpServer


@pytest.fixture(autouse=True)
def broker_known_to_be_down() -> None:
    """No test here waits for a broker."""
    jobs._broker.saw(up=False)


@pytest.fixture
def smtp(settings: Settings) -> Iterator[Callable[..., SmtpServer]]:
    """Start a mail server and configure it: `smtp({"RCPT": "550 unknown"})`."""
    started: list[SmtpServer] = []

    def start(answers: Mapping[str, str] | None = None) -> SmtpServer:
        server = SmtpServer(answers)
        started.append(server)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        return server

    yield start
    for server in started:
        server.close()


@pytest.fixture
def mail(cast: Cast) -> OutgoingMail:
    """A queued message from the manager."""
    with program_scope(cast.program):
        return send_mail(
            program=cast.program,
            to="alex@example.org",
            subject="Your update is due",
            body="Hello,\n\nplease report.\n",
            actor=cast.manager,
        )
