"""A form sent after its session ended: what it held is offered again, to the person who wrote it only."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from scsc.accounts.models import Invitation
from tests.accounts.people import PASSWORD, with_password
from tests.factories import Cast
from tests.ui.markup import one, parse, words

PEOPLE = "/north/people/"
INVITE = f"{PEOPLE}invite/"
DATA = {"email": "new@example.org", "name": 'Nia "N" New\n\nof <b>two</b> parts', "role": ["officer"]}
OURS = {"Origin": "http://testserver"}


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def token_in(page: Any) -> str:
    return str(one(parse(page.content.decode()), "//main//input[@name='csrfmiddlewaretoken']").get("value"))


def kept(page: Any) -> dict[str, str]:
    """What the form of a page would send."""
    form = one(parse(page.content.decode()), "//main//form")
    return {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}


def open_form(browser: Client, cast: Cast) -> str:
    """Sign in, open the form, lose the session; the token that stands in the form."""
    browser.force_login(with_password(cast.manager))
    token = token_in(browser.get(INVITE))
    del browser.cookies["sessionid"]
    return token


def sign_in_again(browser: Client, cast: Cast) -> None:
    """In another tab: the cookies are shared, the page with the words is not touched."""
    token = token_in(browser.get(reverse("account_login")))
    data = {"login": cast.manager.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post(reverse("account_login"), data, headers=OURS).status_code == 302


def test_words_sent_after_the_session_ended_arrive_in_the_end(cast: Cast, browser: Client) -> None:
    """Without script: the token in the page is old once somebody has signed in again, and a new one comes."""
    sent = DATA | {"csrfmiddlewaretoken": open_form(browser, cast)}
    stopped = browser.post(f"{INVITE}?from=people", sent, headers=OURS)
    assert stopped.status_code == 401
    form = one(parse(stopped.content.decode()), "//main//form")
    assert (form.get("method"), form.get("action")) == ("post", f"{INVITE}?from=people")
    fields = kept(stopped)
    assert {name: fields[name] for name in DATA} == DATA | {"role": "officer"}
    sign_in_again(browser, cast)
    refused = browser.post(INVITE, fields, headers=OURS)
    assert refused.status_code == 403
    fresh = kept(refused)
    assert fresh["csrfmiddlewaretoken"] != fields["csrfmiddlewaretoken"]
    assert {name: fresh[name] for name in DATA} == {name: fields[name] for name in DATA}
    assert browser.post(INVITE, fresh, headers=OURS).status_code == 302
    assert Invitation.objects.get().email == "new@example.org"


def test_page_leads_to_sign_in_in_another_tab(cast: Cast, client: Client) -> None:
    page = parse(client.post(INVITE, DATA, headers=OURS).content.decode())
    link = one(page, "//main//a")
    expected = ("/accounts/login/", "_blank", "noopener")
    assert (link.get("href"), link.get("target"), link.get("rel")) == expected
    assert cast.program.name not in words(page)


def test_words_are_shown_and_keys_of_choices_are_not(cast: Cast, client: Client) -> None:
    page = parse(client.post(INVITE, DATA, headers=OURS).content.decode())
    assert [words(quote) for quote in page.xpath("//blockquote")] == ['Nia "N" New of <b>two</b> parts']


def test_a_file_is_to_be_chosen_again(cast: Cast, client: Client) -> None:
    upload = SimpleUploadedFile("plan of 2026.yaml", b"x")
    page = parse(client.post(INVITE, DATA | {"file": upload}, headers=OURS).content.decode())
    form = one(page, "//main//form")
    assert form.get("enctype") == "multipart/form-data"
    field = one(form, ".//input[@type='file']")
    label = one(form, f".//label[@for='{field.get('id')}']")
    assert (field.get("name"), words(label)) == ("file", "Choose the file “plan of 2026.yaml” again")


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_words_of_another_site_are_not_offered(
    cast: Cast, client: Client, browser: Client, headers: dict[str, str]
) -> None:
    for page in (client.post(INVITE, DATA, headers=headers), browser.post(INVITE, DATA, headers=headers)):
        assert page.status_code in {401, 403}
        assert "Nia" not in page.content.decode()
        assert "back button" in page.content.decode()


def test_nothing_is_offered_outside_of_programs(cast: Cast, browser: Client) -> None:
    """Signing in and invitations ask for passwords, which no page shows again."""
    data = {"login": cast.manager.email, "password": PASSWORD}
    page = browser.post(reverse("account_login"), data, headers=OURS)
    assert page.status_code == 403
    assert PASSWORD not in page.content.decode()


def test_a_page_that_was_only_opened_is_come_back_to(cast: Cast, client: Client) -> None:
    for answer in (client.get(f"{PEOPLE}?page=2"), client.head(f"{PEOPLE}?page=2")):
        assert answer["Location"] == f"/accounts/login/?next={PEOPLE}%3Fpage%3D2"
