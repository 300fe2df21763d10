"""What the script of the writing page does with a text that the server does not take."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from scsc.local.system import chromium
from tests.ui.browser import SITE, Answer, Site, running_browser, says, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
HOME = "/apply/IG27-0001/"
FIELD = f"{HOME}fields/plan/"
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Write</title>
<script type="module" src="/static/js/writing.js"></script></head><body data-sign-in="/login/">
<p data-saved="saved"></p><div data-restored hidden><span data-restored-what></span></div>
<div data-unsaved hidden><dl></dl></div>
<form data-writing data-person="7" data-program="north" data-application="IG27-0001" data-home="{HOME}"
 data-now="2027-03-01T00:00:00Z" data-section="project" method="post">
<fieldset data-question="plan" data-label="Plan"><div data-drawn>
<input type="hidden" name="_version.plan" value="0"><input type="hidden" name="_base.plan" value="">
<label>Plan <textarea name="plan"></textarea></label></div></fieldset></form>
<div id="announcer"></div></body></html>"""
SAVED = '{"version": 1, "at": "2027-03-01T00:00:00Z", "base": "x", "problems": []}'


def answers(status: int, body: str = "") -> Answer:
    return says(body, status, {"Content-Type": "application/json" if body else "text/html"})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def site() -> Site:
    return Site({HOME: says(PAGE)})


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context()
    serve(context, site)
    page = context.new_page()
    page.goto(f"{SITE}{HOME}")
    yield page
    context.close()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (422, '{"error": "Use plain words."}', "Use plain words."),
        (413, "", "This is more text than can be kept. Shorten it."),
        (400, "", "This text could not be taken as it is."),
    ],
)
def test_text_that_is_not_taken_says_why_and_is_not_sent_again_until_it_changes(
    page: Page, site: Site, status: int, body: str, words: str
) -> None:
    site.answers[FIELD] = answers(status, body)
    page.get_by_label("Plan").fill("Odd")
    expect(page.locator("[data-rejected]")).to_contain_text(words)
    expect(page.locator("[data-saved]")).to_contain_text(f"“Plan” is not saved. {words}")
    page.wait_for_timeout(3000)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(300)
    assert len(site.posts()) == 1
    site.answers[FIELD] = answers(200, SAVED)
    page.get_by_label("Plan").fill("Plain")
    expect(page.locator("[data-rejected]")).to_have_count(0)
    expect(page.locator("[data-saved]")).to_contain_text("All changes saved")
    assert len(site.posts()) == 2


def test_too_much_at_once_is_no_lost_connection(page: Page, site: Site) -> None:
    site.answers[FIELD] = answers(429)
    page.get_by_label("Plan").fill("Words")
    expect(page.locator("[data-saved]")).to_contain_text("it is tried again later by itself.")
    expect(page.locator("[data-saved]")).to_contain_text("What you typed is kept in this browser.")
    page.wait_for_timeout(3000)
    assert len(site.posts()) == 1
