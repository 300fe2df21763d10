"""The frame of the pages, asked for as a browser would."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from pytest_django.fixtures import Settings

from scsc.accounts.models import User
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from scsc.ui.context import shell_for
from tests.factories import Cast
from tests.ui.markup import one, parse, words

SignIn = Callable[[User], Client]


def _page(response: Any, status: int = 200) -> Any:
    assert response.status_code == status
    return parse(response.content.decode())


def refuse(request: HttpRequest, program: str) -> HttpResponse:
    raise PermissionDenied("Only finance approvers release a tranche.")


def missing(request: HttpRequest, program: str) -> HttpResponse:
    raise Http404


def broken(request: HttpRequest, program: str) -> HttpResponse:
    raise RuntimeError("boom")


urlpatterns = [
    path("<slug:program>/refuse/", refuse),
    path("<slug:program>/missing/", missing),
    path("<slug:program>/broken/", broken),
    path("", include("scsc.urls")),
]
handler500 = "scsc.ui.views.server_error"


@pytest.fixture
def errors(settings: Settings) -> None:
    """Addresses that fail in each way, beside the real ones."""
    settings.ROOT_URLCONF = __name__


def test_landing_page_offers_signing_in_and_a_way_out(client: Client, db: None, settings: Settings) -> None:
    settings.QUICK_EXIT_URL = "https://weather.example/"
    page = _page(client.get("/"))
    assert page.xpath("//main//a[text()='Sign in']/@href") == ["/accounts/login/"]
    assert one(page, "//a[@data-quick-exit]").get("href") == "https://weather.example/"
    assert page.xpath("//a[@href='tel:000']")


def test_landing_page_is_there_while_the_database_is_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(Program.objects, "all", away)
    page = _page(client.get("/"))
    assert page.xpath("//main//a[text()='Sign in']")
    assert not page.xpath("//*[@id='open-now']")


def test_support_page_asks_the_database_nothing(client: Client) -> None:
    # The database is closed to this test: a query would fail it.
    assert client.get("/support/").status_code == 200


def test_going_back_asks_for_the_whole_page_again(client: Client, db: None) -> None:
    # Pages are not kept by htmx, and a request of its own would bring a part of one.
    config = json.loads(one(_page(client.get("/")), "//meta[@name='htmx-config']").get("content"))
    assert (config["historyCacheSize"], config["refreshOnHistoryMiss"]) == (0, True)


def test_home_leads_to_the_only_program(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.officer).get("/")
    assert (response.status_code, response.headers["Location"]) == (302, f"/{cast.program.slug}/")


def test_home_lets_a_member_of_two_choose(cast: Cast, signed_in: SignIn) -> None:
    Membership.objects.create(program=cast.other, user=cast.officer, role=Role.AUDITOR)
    page = _page(signed_in(cast.officer).get("/"))
    assert set(page.xpath("//main//a/@href")) == {f"/{cast.program.slug}/", f"/{cast.other.slug}/"}


def test_home_tells_a_person_without_program_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    page = _page(signed_in(cast.outsider).get("/"))
    assert "ask the manager of your program to invite you" in words(one(page, "//main"))


def test_frame_names_the_program_and_marks_the_place(cast: Cast, signed_in: SignIn) -> None:
    page = _page(signed_in(cast.manager).get(f"/{cast.program.slug}/people/"))
    assert cast.program.name in words(one(page, "//a[@class='brand']"))
    assert words(one(page, "//nav[@aria-label='Program']//a[@aria-current='page']")) == "People"
    assert words(one(page, "//title")).endswith(f"- {cast.program.name} - Safer Children")
    assert one(page, "//a[@class='skip']").get("href") == "#main"
    one(page, "//main[@id='main']")


def test_frame_shows_places_by_role(cast: Cast, signed_in: SignIn) -> None:
    def places(user: User) -> list[str]:
        page = _page(signed_in(user).get(f"/{cast.program.slug}/"))
        return [words(link) for link in page.xpath("//nav[@aria-label='Program']//a")]

    assert "People" in places(cast.manager)
    assert "People" not in places(cast.roundtable)


def test_switcher_is_there_for_a_member_of_two(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.manager)
    switcher = "//nav[@aria-label='Your programs']"
    assert not _page(client.get(f"/{cast.program.slug}/")).xpath(switcher)
    Membership.objects.create(program=cast.other, user=cast.manager, role=Role.AUDITOR)
    page = _page(client.get(f"/{cast.program.slug}/"))
    assert f"/{cast.other.slug}/" in one(page, switcher).xpath(".//a/@href")
    assert one(page, f"{switcher}//a[@aria-current]").get("href") == f"/{cast.program.slug}/"


def test_signing_out_is_a_form(cast: Cast, signed_in: SignIn) -> None:
    page = _page(signed_in(cast.manager).get(f"/{cast.program.slug}/"))
    form = one(page, "//form[@action='/accounts/logout/']")
    assert form.get("method") == "post"
    one(form, ".//input[@name='csrfmiddlewaretoken']")


@pytest.mark.parametrize("demo", [True, False])
def test_demonstration_is_announced(demo: bool, client: Client, db: None, settings: Settings) -> None:
    settings.DEMO = demo
    strips = _page(client.get("/")).xpath("//section[@class='strip']")
    assert [words(strip).startswith("Demonstration.") for strip in strips] == ([True] if demo else [])


def test_past_plan_says_its_day(cast: Cast, signed_in: SignIn) -> None:
    Program.objects.filter(pk=cast.program.pk).update(shown_as_at=date(2022, 8, 21))
    page = _page(signed_in(cast.manager).get(f"/{cast.program.slug}/"))
    assert "shown as at 21 August 2022" in words(one(page, "//section[@class='strip']"))


def test_past_day_is_said_to_nobody_who_reads_nothing_of_the_plan(cast: Cast) -> None:
    Program.objects.filter(pk=cast.program.pk).update(shown_as_at=date(2022, 8, 21))
    request = RequestFactory().get("/")
    request.program = Program.objects.get(pk=cast.program.pk)  # type: ignore[attr-defined]
    request.is_public = True  # type: ignore[attr-defined]
    with program_scope(cast.program):
        for name, person in cast.people.items():
            request.user = person
            is_told = shell_for(request).plan_as_at is not None
            assert is_told == (name not in {"applicant", "outsider", "other_manager"}), name
        request.user = AnonymousUser()
        assert shell_for(request).plan_as_at is None


def test_accent_comes_with_the_nonce_of_the_policy(cast: Cast, signed_in: SignIn) -> None:
    Program.objects.filter(pk=cast.program.pk).update(accent_light="#7a1f5c", accent_dark="#f0a6d6")
    response = signed_in(cast.manager).get(f"/{cast.program.slug}/")
    style = one(_page(response), "//style")
    assert "--accent:light-dark(#7a1f5c,#f0a6d6)" in style.text_content()
    assert f"'nonce-{style.get('nonce')}'" in response.headers["Content-Security-Policy"]


def test_accent_that_is_no_colour_is_left_out(cast: Cast, signed_in: SignIn) -> None:
    Program.objects.filter(pk=cast.program.pk).update(accent_light="</styl")
    assert not _page(signed_in(cast.manager).get(f"/{cast.program.slug}/")).xpath("//style")


def test_theme_is_kept_and_written_into_the_page(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "/support/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/support/")
    page = _page(client.get("/support/"))
    assert page.getroottree().getroot().get("data-theme") == "dark"
    pressed = page.xpath("//button[@name='theme'][@aria-pressed='true']/@value")
    assert pressed == ["dark"]


def test_theme_goes_back_to_the_systems(client: Client, db: None) -> None:
    client.post("/theme/", {"theme": "light"})
    client.post("/theme/", {"theme": "system"})
    assert _page(client.get("/")).getroottree().getroot().get("data-theme") is None


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_theme_leads_nowhere_else(elsewhere: str, client: Client) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": elsewhere}).headers["Location"] == "/"


def test_theme_cookie_with_other_words_is_ignored(client: Client, db: None) -> None:
    client.cookies["theme"] = '"><script>'
    assert _page(client.get("/")).getroottree().getroot().get("data-theme") is None


def test_exit_page_goes_on_without_signing_out(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    settings.QUICK_EXIT_URL = "https://weather.example/"
    client = signed_in(cast.officer)
    response = client.get("/exit/")
    assert one(_page(response), "//meta[@http-equiv]").get("content") == "0;url=https://weather.example/"
    assert "no-store" in response.headers["Cache-Control"]
    assert client.get("/").status_code == 302


def test_exit_on_request_ends_the_session(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.officer)
    page = _page(client.post("/exit/"))
    assert words(one(page, "//title")) == "Loading"
    assert cast.program.name not in words(page)
    assert "_auth_user_id" not in client.session


def test_support_page_has_every_country(client: Client) -> None:
    page = _page(client.get("/support/"))
    assert {"tel:000", "tel:911", "tel:1800551800"} <= set(page.xpath("//a/@href"))
    one(page, "//form[@action='/exit/'][@method='post']")
    one(page, "//*[@id='accessibility']")


def test_refusal_says_who_can(errors: None, cast: Cast, signed_in: SignIn) -> None:
    page = _page(signed_in(cast.officer).get(f"/{cast.program.slug}/refuse/"), 403)
    assert "Only finance approvers release a tranche." in words(one(page, "//main"))
    assert page.xpath("//main//a/@href") == [f"/{cast.program.slug}/"]


def test_missing_page_does_not_name_a_strangers_program(errors: None, cast: Cast, signed_in: SignIn) -> None:
    page = _page(signed_in(cast.outsider).get(f"/{cast.program.slug}/missing/"), 404)
    assert cast.program.name not in words(page)
    assert cast.outsider.email in words(one(page, "//main"))


def test_missing_page_offers_signing_in(errors: None, db: None, client: Client) -> None:
    page = _page(client.get("/nowhere/at/all/"), 404)
    assert "/accounts/login/?next=/nowhere/at/all/" in page.xpath("//main//a/@href")


def test_server_error_gives_its_number_and_needs_no_database(errors: None, client: Client, db: None) -> None:
    client.raise_request_exception = False
    response = client.get("/anything/broken/")
    page = _page(response, 500)
    assert response.headers["X-Request-ID"] in words(one(page, "//main"))
    assert "was not carried out" in words(one(page, "//main"))
    assert "boom" not in words(page)


def test_form_without_token_says_what_to_do(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/exit/")
    page = _page(response, 403)
    assert "Sign in again in a new tab" in words(one(page, "//main"))
    assert response.headers["X-Reason"] == "sign-in"


def test_sign_in_page_wears_the_house_components(client: Client, db: None) -> None:
    page = _page(client.post("/accounts/login/", {"login": "", "password": ""}))
    assert words(one(page, "//title")).startswith("Error: Sign in")
    targets = [href.removeprefix("#") for href in page.xpath("//div[@role='alert']//a/@href")]
    assert targets
    for target in targets:
        one(page, f"//*[@id='{target}']")


@pytest.mark.parametrize("address", ["/demo/", "/accounts/login/", "/accounts/password/reset/"])
def test_pages_before_signing_in_have_the_way_out_and_the_help(
    address: str, client: Client, db: None, settings: Settings
) -> None:
    settings.DEMO = True
    page = _page(client.get(address))
    one(page, "//a[@data-quick-exit]")
    assert one(page, "//body").get("class") == "has-exit"
    assert one(page, "//main").xpath(".//a[@href='tel:000']")


@pytest.mark.parametrize(
    "address",
    ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/", "/account/"],
)
def test_account_pages_share_their_frame(address: str, cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.officer).get(address, follow=True)
    page = _page(response)
    one(page, "//main[@id='main']")
    one(page, "//a[@class='skip']")
    if not response.redirect_chain:
        assert page.xpath("//nav[@aria-label='Your account settings']//a[@aria-current='page']")
