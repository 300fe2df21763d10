"""What an attacker would try around accounts, and why it does not work."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client, override_settings

from scsc.accounts.adapter import MfaAdapter
from scsc.accounts.models import Invitation, User
from scsc.programs.models import Membership
from scsc.programs.roles import Role
from scsc.programs.services import set_roles
from scsc.programs.tenancy import program_scope
from tests.accounts.people import invited, with_app, with_password
from tests.factories import Cast, UserFactory


def test_removed_person_does_not_return_by_a_second_invitation(cast: Cast) -> None:
    person = UserFactory.create(email="ex@example.org")
    invited(cast.program, email="EX@example.org", role=Role.AUDITOR, actor=cast.manager)
    Membership.objects.create(program=cast.program, user=person, role=Role.EXECUTIVE)
    with program_scope(cast.program):
        set_roles(cast.program, user=person, roles=[], actor=cast.manager)
    assert Invitation.objects.get().revoked_at is not None


def test_secret_of_an_authenticator_app_is_not_readable_in_the_database(cast: Cast) -> None:
    with_app(cast.officer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data ->> 'secret' FROM mfa_authenticator WHERE type = 'totp'")
        stored = cursor.fetchone()[0]
    secret = MfaAdapter().decrypt(stored)
    assert stored != secret
    assert len(secret) >= 16
    assert Authenticator.objects.count() >= 1


def test_secret_made_with_an_earlier_key_is_still_read() -> None:
    sealed = MfaAdapter().encrypt("PFLU")
    with override_settings(SECRET_KEY="the next one", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert MfaAdapter().decrypt(sealed) == "PFLU"


def test_link_in_a_reset_mail_leads_here_whatever_the_host(db: None) -> None:
    person = with_password(UserFactory.create(email="someone@example.org"))
    with override_settings(BASE_URL="https://programs.example", ALLOWED_HOSTS=["*"]):
        Client().post("/accounts/password/reset/", {"email": person.email}, headers={"Host": "evil.example"})
    (message,) = mail.outbox
    assert "https://programs.example/accounts/password/reset/key/" in str(message.body)
    assert "evil.example" not in str(message.body)


@pytest.mark.parametrize("name", ["Bob\n\nYour session expired", "Bob\u2028x", "Bob\x00"])
def test_name_is_one_line(cast: Cast, signed_in: Callable[[User], Client], name: str) -> None:
    assert signed_in(cast.officer).post("/account/", {"name": name}).status_code == 422


def test_signed_in_pages_are_not_kept_by_the_browser(cast: Cast, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(cast.officer)
    for path in ("/north/", "/north/people/", "/account/", "/north/plan/file/download/"):
        assert "no-store" in client.get(path).headers.get("Cache-Control", "")
    assert "no-store" not in Client().get("/support/").headers.get("Cache-Control", "")
