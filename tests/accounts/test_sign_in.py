"""Signing in by address and password, and what a stranger can learn from trying."""

import re

import pytest
from django.conf import LazySettings, settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from scsc.accounts.models import User
from tests.accounts.people import PASSWORD, sign_in, with_password
from tests.factories import Cast, UserFactory


def without_tokens(page: str) -> str:
    page = re.sub(r'(csrfmiddlewaretoken" value|nonce|X-CSRFToken": )="?[^">]+', "", page)
    return re.sub(r'"X-CSRFToken": "[^"]+"', "", page)


def test_sign_in_by_address_in_any_spelling(cast: Cast, client: Client) -> None:
    person = with_password(cast.executive)
    person.email = person.email.upper()
    assert sign_in(client, person).status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


def test_sign_in_goes_on_to_the_page_that_was_asked_for(cast: Cast, client: Client) -> None:
    with_password(cast.executive)
    asked = client.get("/north/people/")
    assert asked["Location"] == "/accounts/login/?next=/north/people/"
    assert sign_in(client, cast.executive, onward="/north/people/")["Location"] == "/north/people/"


def test_sign_in_goes_on_within_this_site_only(cast: Cast, client: Client) -> None:
    with_password(cast.executive)
    assert sign_in(client, cast.executive, onward="https://evil.example/")["Location"] == "/"


def test_wrong_password_and_unknown_address_give_the_same_page(cast: Cast, client: Client) -> None:
    known = with_password(cast.executive)
    unknown = User(email="nobody@example.org")
    first, second = (
        without_tokens(sign_in(Client(), person, "wrong").content.decode()).replace(person.email, "…")
        for person in (known, unknown)
    )
    assert "not correct" in first
    assert first == second


def test_password_reset_gives_the_same_answer_and_mails_only_people(cast: Cast, client: Client) -> None:
    known = with_password(cast.executive)
    answers = [
        client.post(reverse("account_reset_password"), {"email": email})
        for email in (known.email, "nobody@example.org")
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("account_reset_password_done"))
    }
    assert [message.to for message in mail.outbox] == [[known.email]]


@pytest.fixture
def mail_server_away(settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1


@pytest.mark.usefixtures("mail_server_away")
def test_password_reset_without_a_mail_server_tells_everybody_the_same(cast: Cast, client: Client) -> None:
    known = with_password(cast.executive)
    pages = []
    for email in (known.email, "nobody@example.org"):
        page = Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        assert page.status_code == 200
        pages.append(without_tokens(page.content.decode()))
    assert "the mail server may have been away" in pages[0]
    assert pages[0] == pages[1]


@pytest.mark.usefixtures("mail_server_away")
def test_changing_the_password_without_a_mail_server_stands_and_says_so(cast: Cast, client: Client) -> None:
    sign_in(client, with_password(cast.executive))
    new = "a wholly different phrase"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    page = client.post(reverse("account_change_password"), data, follow=True)
    assert "could not be sent just now" in page.content.decode()
    assert sign_in(Client(), cast.executive, new).status_code == 302


def test_password_reset_by_the_link_in_the_mail(cast: Cast, client: Client) -> None:
    person = with_password(cast.executive)
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = re.search(r"https?://\S+?(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link.group(1), follow=True)
    new = "a wholly different phrase"
    path = form.redirect_chain[-1][0]
    client.post(path, {"password1": new, "password2": new})
    assert sign_in(Client(), person, new).status_code == 302
    assert "not correct" in sign_in(Client(), person, PASSWORD).content.decode()


def test_repeated_wrong_passwords_are_slowed_down(cast: Cast, client: Client) -> None:
    person = with_password(cast.executive)
    for _ in range(5):
        assert "not correct" in sign_in(client, person, "wrong").content.decode()
    assert "Too many failed login attempts" in sign_in(client, person).content.decode()
    assert "_auth_user_id" not in client.session


def test_rate_limits_hold_in_every_process(db: None) -> None:
    assert "DatabaseCache" in settings.CACHES["default"]["BACKEND"]


def test_sign_up_can_be_closed(db: None, client: Client, settings: LazySettings) -> None:
    settings.OPEN_SIGN_UP = False
    data = {"email": "mallory@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for answer in (client.get(reverse("account_signup")), client.post(reverse("account_signup"), data)):
        assert "by invitation" in answer.content.decode()
    assert not User.objects.exists()


def test_a_closed_account_cannot_sign_in(cast: Cast, client: Client) -> None:
    person = with_password(cast.executive)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert sign_in(client, person)["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_a_closed_account_loses_its_sessions(cast: Cast, client: Client) -> None:
    client.force_login(cast.executive)
    User.objects.filter(pk=cast.executive.pk).update(is_active=False)
    assert client.get("/north/").status_code == 302


@pytest.mark.parametrize("demo", [True, False])
def test_a_persona_cannot_sign_in_by_password(db: None, client: Client, settings: object, demo: bool) -> None:
    settings.DEMO = demo  # type: ignore[attr-defined]
    persona = with_password(UserFactory.create(is_demonstration=True))
    assert sign_in(client, persona)["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_signing_out_needs_a_post(cast: Cast, client: Client) -> None:
    client.force_login(cast.executive)
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_inactive",
    ],
)
def test_pages_for_strangers_render(db: None, client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200
