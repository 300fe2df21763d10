"""What the browser keeps of unsaved text goes when a person signs out, on every page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page

from scsc.local.system import chromium
from tests.ui.browser import SITE, WEATHER, Site, page_of, running_browser, says, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
EXIT = f'<a data-quick-exit href="{WEATHER}">Quick exit</a>'
FORM = '<form method="post" action="/leave/" data-quick-exit-form><button>Sign out and leave</button></form>'
SIGN_OUT = '<form method="post" action="/accounts/logout/"><button>Sign out</button></form>'
KEEP = """() => {
  localStorage.setItem("unsent/7/scsc/IG27-0001/plan", JSON.stringify({body: "plan=Words", version: 1}));
  localStorage.setItem("another", "stays");
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def site() -> Site:
    out = says("<h1>Signed out</h1>")
    return Site({WEATHER: says("<h1>Weather</h1>"), "/accounts/logout/": out, "/leave/": out})


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context()
    serve(context, site)
    site.answers["/"] = page_of(SIGN_OUT + EXIT + FORM)
    page = context.new_page()
    page.goto(f"{SITE}/")
    yield page
    context.close()


def asked(page: Page, *, accept: bool) -> list[str]:
    """What is asked from now on, each answered."""
    words: list[str] = []

    def answer(dialog: Dialog) -> None:
        words.append(dialog.message)
        dialog.accept() if accept else dialog.dismiss()

    page.on("dialog", answer)
    return words


def kept(page: Page) -> list[str]:
    page.goto(f"{SITE}/")
    found: list[str] = page.evaluate("Object.keys(localStorage).sort()")
    return found


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_signing_out_without_unsaved_text_asks_nothing(page: Page, site: Site) -> None:
    words = asked(page, accept=True)
    press(page, "Sign out")
    page.wait_for_url("**/accounts/logout/")
    assert words == []


def test_signing_out_clears_unsaved_text_and_nothing_else(page: Page) -> None:
    page.evaluate(KEEP)
    words = asked(page, accept=True)
    press(page, "Sign out")
    page.wait_for_url("**/accounts/logout/")
    assert len(words) == 1
    assert kept(page) == ["another"]


def test_who_does_not_want_to_lose_it_stays(page: Page, site: Site) -> None:
    page.evaluate(KEEP)
    asked(page, accept=False)
    press(page, "Sign out")
    assert site.posts() == []
    assert "unsent/7/scsc/IG27-0001/plan" in kept(page)


def test_leaving_in_a_hurry_clears_it_without_a_question(page: Page) -> None:
    page.evaluate(KEEP)
    words = asked(page, accept=True)
    press(page, "Sign out and leave")
    page.wait_for_url(WEATHER)
    assert words == []
    assert kept(page) == ["another"]
