"""The public pages and the page of a server error in a real browser: axe, width, target size, both themes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from playwright.sync_api import Browser, Page

from scsc.local.system import chromium
from scsc.programs.models import Program
from scsc.programs.roles import Role
from scsc.ui.openings import Opening, OpenProgram
from tests.ui.browser import SITE, Site, running_browser, says, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
COVERED = """() => {
  window.scrollTo(0, document.body.scrollHeight);
  const exit = document.querySelector("[data-quick-exit]").getBoundingClientRect();
  return [...document.querySelectorAll("main :is(a, button, input), footer a")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.right > exit.left && box.left < exit.right && box.bottom > exit.top && box.top < exit.bottom;
  }).map((e) => e.outerHTML);
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, summary, input, select')].filter((e) => {
  const box = e.getBoundingClientRect();
  return box.width && !e.closest('p, .skip') && (box.width < 24 || box.height < 24);
}).map((e) => e.outerHTML)"""


OPEN = OpenProgram(
    Program(slug="north", name="North program", sponsor="A sponsor"),
    [
        Opening(
            "Impact grants 2027",
            "For safer places online.",
            "/north/grants/rounds/IG27/",
            datetime(2027, 3, 5, 6, 0, tzinfo=UTC),
            "Australia/Sydney",
        )
    ],
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


def drawn(template: str, **context: Any) -> str:
    """A page for strangers whose view needs the database, without it."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    request.csp_nonce = "abc"  # type: ignore[attr-defined]
    return render_to_string(template, context, request)


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[1280, 320])
def page(request: pytest.FixtureRequest, browser: Browser, theme: str, client: Client) -> Iterator[Page]:
    site = Site({"/support/": says(client.get("/support/").content.decode())})
    site.answers["/"] = says(drawn("pages/home.html", open_programs=[OPEN]))
    persona = SimpleNamespace(user="Alex Kim", role=Role.MANAGER, where="north", group="North program")
    applicant = SimpleNamespace(
        user="Kim Alex, Harbour Families",
        role=Role.APPLICANT,
        where="north",
        group="North program",
        is_applicant=True,
    )
    site.answers["/demo/"] = says(
        drawn("accounts/demonstration.html", personas=[*[persona] * 20, *[applicant] * 3])
    )
    site.answers["/accounts/signup/"] = says(drawn("account/signup_closed.html"))
    site.answers["/broken/"] = says(render_to_string("500.html", {"request_id": "5f3a"}), 500)
    context = browser.new_context(
        viewport={"width": request.param, "height": 800}, color_scheme="dark" if theme == "dark" else "light"
    )
    serve(context, site)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", ["/", "/support/", "/broken/"])
def test_page_passes_axe_and_fits(address: str, page: Page) -> None:
    page.goto(SITE + address)
    page.wait_for_function("document.fonts.status === 'loaded'")
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("address", ["/", "/support/", "/accounts/signup/", "/demo/"])
def test_quick_exit_covers_nothing_at_the_end_of_the_page(address: str, page: Page) -> None:
    page.goto(SITE + address)
    assert page.evaluate(COVERED) == []


def test_theme_reaches_the_page(page: Page, theme: str) -> None:
    page.goto(f"{SITE}/")
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert colour == {"light": "rgb(250, 248, 244)", "dark": "rgb(20, 24, 29)"}[theme]


def test_house_fonts_are_used(page: Page) -> None:
    page.goto(f"{SITE}/")
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert page.evaluate("document.fonts.check('600 16px \"Source Serif Pro\"')")
    assert page.evaluate("[...document.fonts].filter((f) => f.status === 'error').length") == 0
