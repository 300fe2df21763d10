"""What the tests of accounts share: people who can sign in, invitations with their links, codes of an app."""

import re
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from scsc.accounts.models import Invitation, User
from scsc.accounts.services import invite_person
from scsc.notices.models import OutgoingMail
from scsc.programs.models import Program
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope

PASSWORD = "correct horse battery staple"


def with_password(user: User, password: str = PASSWORD) -> User:
    """A person who signs in by address and password."""
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(client: Client, user: User, password: str = PASSWORD, onward: str = "") -> HttpResponse:
    data = {"login": user.email, "password": password, "next": onward}
    return client.post(reverse("account_login"), data)  # type: ignore[return-value]


def invited(
    program: Program, actor: User, email: str = "new@example.org", role: Role = Role.OFFICER
) -> tuple[Invitation, str]:
    """An invitation sent by a manager, and the path of its link as the message has it."""
    with program_scope(program):
        invitation = invite_person(program, email=email, role=role, actor=actor, name="New Person")
        return invitation, newest_link(program)


def race(first: Callable[[], object], second: Callable[[], object]) -> Exception | None:
    """Start `second` in a thread while the transaction of `first` is open; return what it raised.

    The transaction is committed when `second` waits for a lock, or has finished without waiting.
    """
    raised: list[Exception] = []

    def run() -> None:
        try:
            second()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        while thread.is_alive() and not somebody_waits():
            time.sleep(0.02)
    thread.join()
    return raised[0] if raised else None


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def newest_link(program: Program) -> str:
    with program_scope(program):
        body = OutgoingMail.objects.latest("pk").body
    found = re.search(r"https?://[^/\s]+(/invitations/\S+)", body)
    assert found
    return found.group(1)


def expire(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def with_app(user: User) -> str:
    """Give a person an authenticator app and return its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def with_passkey(user: User) -> Authenticator:
    """Give a person a passkey, as far as the database goes: no browser holds its private half."""
    data = {"name": "Key", "passwordless": False, "credential": {}}
    passkey: Authenticator = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data=data
    )
    return passkey


def code_now(secret: str) -> str:
    """What the app shows now."""
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code
