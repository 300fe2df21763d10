"""Copies that strangers share, the frame of public pages, and what search engines are told."""

from collections.abc import Callable

import pytest
from django.test import Client

from scsc.accounts.models import User
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.announced import announced_round, recipient
from tests.ui.markup import one, parse, words

SignIn = Callable[[User], Client]
HOME, PAGE, LIST = "/north/grants/", "/north/grants/rounds/IG27/", "/north/grants/recipients/"


@pytest.fixture
def announced(cast: Cast) -> Cast:
    """A program with a public round and a recipient."""
    with program_scope(cast.program):
        recipient(announced_round(cast.program), cast.officer)
    return cast


@pytest.mark.parametrize("address", [HOME, PAGE, LIST, "/"])
def test_strangers_share_a_copy_for_a_minute(announced: Cast, client: Client, address: str) -> None:
    response = client.get(address)
    assert set(response.headers["Cache-Control"].split(", ")) == {"public", "max-age=60"}
    assert "Cookie" in response.headers["Vary"]
    assert not response.cookies


@pytest.mark.parametrize("address", [HOME, PAGE, LIST, "/"])
def test_shared_copy_holds_no_token(announced: Cast, client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert "X-CSRFToken" not in page
    assert "csrfmiddlewaretoken" not in page
    assert client.get(address).content.decode() != ""


@pytest.mark.parametrize("address", [HOME, PAGE, LIST])
def test_signed_in_copy_is_nobodys_but_theirs(announced: Cast, signed_in: SignIn, address: str) -> None:
    for person in (announced.outsider, announced.applicant, announced.officer):
        response = signed_in(person).get(address)
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "X-CSRFToken" in response.content.decode()


def test_somebody_with_a_session_or_a_message_gets_a_copy_of_their_own(announced: Cast) -> None:
    for cookie in ("sessionid", "messages"):
        client = Client()
        client.cookies[cookie] = "x"
        assert "public" not in client.get(PAGE).headers.get("Cache-Control", "")


def test_message_to_a_stranger_is_shown_once(announced: Cast, signed_in: SignIn) -> None:
    client = signed_in(announced.outsider)
    client.post("/accounts/logout/", {"next": PAGE})
    first = client.get(PAGE)
    assert "You have signed out" in words(parse(first.content.decode()))
    assert "public" not in first.headers.get("Cache-Control", "")


def test_colours_are_chosen_on_a_shared_page(announced: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    page = parse(client.get(PAGE).content.decode())
    form = one(page, "//form[@class='theme']")
    data = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    assert client.post(form.get("action"), data | {"theme": "dark"})["Location"] == PAGE
    again = client.get(PAGE)
    assert parse(again.content.decode()).getroottree().getroot().get("data-theme") == "dark"
    assert "public" in again.headers["Cache-Control"]


def test_page_that_is_not_there_is_not_kept(announced: Cast, client: Client) -> None:
    response = client.get("/north/grants/rounds/NONE/")
    assert response.status_code == 404
    assert "public" not in response.headers.get("Cache-Control", "")
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/north/plan/", "/demo/", "/invitations/x/", "/healthz"]
)
def test_private_pages_are_for_no_search_engine(announced: Cast, client: Client, address: str) -> None:
    assert client.get(address).headers["X-Robots-Tag"] == "noindex, nofollow"


def test_own_pages_are_for_no_search_engine(announced: Cast, signed_in: SignIn) -> None:
    client = signed_in(announced.officer)
    for address in ("/account/", "/north/people/", "/north/plan/"):
        assert client.get(address).headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("address", ["/", "/support/", HOME, PAGE, LIST])
def test_public_pages_may_be_listed(announced: Cast, client: Client, address: str) -> None:
    assert "X-Robots-Tag" not in client.get(address).headers


# --- the frame -----------------------------------------------------------------------------------


def test_frame_names_the_program_to_strangers(announced: Cast, client: Client) -> None:
    Program.objects.filter(pk=announced.program.pk).update(accent_light="#7a1f5c", accent_dark="#f0a6d6")
    page = parse(client.get(PAGE).content.decode())
    brand = one(page, "//a[@class='brand']")
    assert announced.program.name in words(brand)
    assert brand.get("href") == HOME
    assert "#7a1f5c" in one(page, "//style").text_content()
    assert one(page, "//a[text()='Sign in']").get("href") == f"/accounts/login/?next={PAGE}"


def test_strangers_have_the_places_that_hold_something(announced: Cast, client: Client) -> None:
    page = parse(client.get(LIST).content.decode())
    links = one(page, "//nav[@aria-label='Public pages']").xpath(".//a")
    assert [words(link) for link in links] == ["Grants", "Recipients"]
    assert [words(link) for link in links if link.get("aria-current")] == ["Recipients"]


def test_outsider_has_the_places_of_strangers(announced: Cast, signed_in: SignIn) -> None:
    page = parse(signed_in(announced.outsider).get(PAGE).content.decode())
    one(page, "//nav[@aria-label='Public pages']")
    assert not page.xpath("//nav[@aria-label='Program']")
    assert announced.outsider.email in words(one(page, "//details[contains(@class, 'person')]"))


def test_member_keeps_their_own_bar(announced: Cast, signed_in: SignIn) -> None:
    page = parse(signed_in(announced.manager).get(PAGE).content.decode())
    places = [words(link) for link in one(page, "//nav[@aria-label='Program']").xpath(".//a")]
    assert {"Today", "Work plan", "People"} <= set(places)
    assert one(page, "//a[@class='brand']").get("href") == "/north/"


def test_member_of_another_program_has_their_switcher(announced: Cast, signed_in: SignIn) -> None:
    Membership.objects.create(program=announced.other, user=announced.outsider, role=Role.AUDITOR)
    page = parse(signed_in(announced.outsider).get(PAGE).content.decode())
    one(page, "//nav[@aria-label='Public pages']")


def test_private_page_does_not_name_the_program_to_strangers(announced: Cast, signed_in: SignIn) -> None:
    page = parse(signed_in(announced.outsider).get("/north/plan/").content.decode())
    assert announced.program.name not in words(page)


def test_missing_public_page_does_not_either(announced: Cast, client: Client) -> None:
    page = parse(client.get("/north/grants/rounds/NONE/").content.decode())
    assert announced.program.name not in words(page)
