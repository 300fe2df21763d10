"""Text that is left in this browser: nothing of it is lost, and it does not stop the rest."""

import json
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
SECTION, CHECK, BLANK = f"{HOME}sections/project/", f"{HOME}check/", "/blank/"
WRITING = f"""data-writing data-person="7" data-program="north" data-application="IG27-0001"
 data-home="{HOME}" data-form="4" data-now="2027-03-01T00:00:00Z" """
PARTS = """<p data-saved="saved"></p><div data-restored hidden><span data-restored-what></span></div>
<div data-unsaved hidden><dl></dl></div>
<div data-new-form hidden>The form has changed. <a href="">Reload</a></div>"""
HEAD = """<!DOCTYPE html><html lang="en"><head><title>Write</title>
<script type="module" src="/static/js/writing.js"></script></head><body data-sign-in="/login/">"""
SECTION_PAGE = f"""{HEAD}{PARTS}<form {WRITING} data-section="project" method="post">
<fieldset data-question="plan" data-label="Plan"><div data-drawn>
<input type="hidden" name="_version.plan" value="0"><input type="hidden" name="_base.plan" value="">
<label>Plan <textarea name="plan"></textarea></label></div></fieldset>
<button>Save and continue</button></form>
<div id="announcer"></div></body></html>"""
CHECK_PAGE = f"""{HEAD}<div {WRITING} data-checks>{PARTS}
<div data-pending hidden tabindex="-1"><h2>Some text is not in the application</h2><ul></ul></div>
<form method="post" data-submits><label>Name <input name="name"></label><button>Submit</button></form></div>
<div id="announcer"></div></body></html>"""
SAVED = {"version": 1, "at": "2027-03-01T00:00:00Z", "base": "x", "problems": [], "also": {}}
CLASH = SAVED | {"error": "Noor changed this answer.", "by": "Noor", "text": "", "html": "", "panel": ""}
SHUT = {"error": "“Goals” is not open: it stays as it was.", "reason": "question"}
POLL = {"now": "2027-03-01T00:00:10Z", "form": 4, "fields": [], "drives": False, "files": {}}


def answers(status: int, said: object) -> Answer:
    return says(json.dumps(said), status, {"Content-Type": "application/json"})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def site() -> Site:
    pages = {SECTION: SECTION_PAGE, CHECK: CHECK_PAGE, BLANK: "<h1>Nothing here</h1>"}
    return Site({path: says(body) for path, body in pages.items()})


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context()
    serve(context, site)
    page = context.new_page()
    page.goto(f"{SITE}{BLANK}")
    yield page
    context.close()


def leave_behind(page: Page, key: str, label: str, text: str = "My words", *, ago: int = 60_000) -> None:
    """What another page of this application could not send, some time ago."""
    entry = {"body": f"{key}={text}", "version": 0, "sent": None, "label": label, "page": SECTION}
    page.evaluate(
        """([key, entry, ago]) => localStorage.setItem(`unsent/7/north/IG27-0001/${key}`,
        JSON.stringify({...entry, at: Date.now() - ago}))""",
        [key, entry, ago],
    )


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage).map((name) => name.split('/').pop())")
    return found


def sent_to(site: Site, path: str) -> int:
    return sum(request.url == f"{SITE}{path}" for request in site.posts())


# The last page.


def test_conflict_that_nobody_decided_stops_the_submission(page: Page, site: Site) -> None:
    site.answers[f"{HOME}fields/plan/"] = answers(409, CLASH)
    leave_behind(page, "plan", "Plan", ago=10)
    page.goto(f"{SITE}{CHECK}")
    box = page.locator("[data-pending]")
    expect(box).to_contain_text("Noor wrote another answer meanwhile.")
    page.get_by_label("Name").fill("Lena")
    page.get_by_role("button", name="Submit").click()
    expect(box).to_be_focused()
    expect(box.get_by_role("link", name="Go and choose")).to_have_attribute("href", f"{SECTION}#asked-plan")
    assert sent_to(site, CHECK) == 0
    assert kept(page) == ["plan"]


def test_text_that_is_given_up_lets_the_application_go(page: Page, site: Site) -> None:
    site.answers[f"{HOME}fields/plan/"] = answers(409, CLASH)
    leave_behind(page, "plan", "Plan")
    page.goto(f"{SITE}{CHECK}")
    page.get_by_role("button", name="Discard my text for “Plan”").click()
    expect(page.locator("[data-pending]")).to_be_hidden()
    expect(page.locator("#announcer")).to_have_text("Your text for “Plan” is discarded.")
    assert kept(page) == []
    page.get_by_role("button", name="Submit").click()
    page.wait_for_function("() => performance.getEntriesByType('navigation')[0].type")
    assert sent_to(site, CHECK) == 1


def test_text_that_the_network_holds_up_stops_the_submission_until_it_is_there(
    page: Page, site: Site
) -> None:
    site.answers[f"{HOME}fields/plan/"] = lambda route: route.abort()
    leave_behind(page, "plan", "Plan")
    page.goto(f"{SITE}{CHECK}")
    page.get_by_label("Name").fill("Lena")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("[data-pending]")).to_contain_text("It could not be sent yet.")
    assert sent_to(site, CHECK) == 0
    site.answers[f"{HOME}fields/plan/"] = answers(200, SAVED)
    page.get_by_role("button", name="Submit").click()
    page.wait_for_timeout(1000)
    assert sent_to(site, CHECK) == 1, "pressing again tries again"
    assert kept(page) == []


def test_text_that_is_saved_late_is_shown_before_it_is_declared(page: Page, site: Site) -> None:
    site.answers[f"{HOME}fields/plan/"] = answers(200, SAVED)
    leave_behind(page, "plan", "Plan", ago=10)
    page.goto(f"{SITE}{CHECK}")
    page.wait_for_timeout(500)
    opened = [one.url for one in site.asked if one.method == "GET" and one.url == f"{SITE}{CHECK}"]
    assert len(opened) == 2
    assert kept(page) == []


def test_page_without_leftover_text_submits_once(page: Page, site: Site) -> None:
    page.goto(f"{SITE}{CHECK}")
    page.get_by_role("button", name="Submit").dblclick()
    page.wait_for_timeout(300)
    assert sent_to(site, CHECK) == 1
    expect(page.locator("[data-pending]")).to_be_hidden()


# A question that is closed while others are open.


def test_closed_question_is_skipped_and_the_others_are_sent(page: Page, site: Site) -> None:
    site.answers[f"{HOME}fields/goals/"] = answers(410, SHUT)
    site.answers[f"{HOME}fields/plan/"] = answers(200, SAVED)
    leave_behind(page, "goals", "Goals", "Reach everybody")
    page.goto(f"{SITE}{SECTION}")
    note = page.locator("[data-unsaved]")
    expect(note).to_contain_text("Reach everybody")
    expect(note).to_contain_text("“Goals” is not open: it stays as it was.")
    page.get_by_label("Plan").fill("Words")
    expect(page.locator("[data-saved]")).to_contain_text("“Goals” is not open for changes.")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_timeout(500)
    assert sent_to(site, f"{HOME}fields/plan/") == 1
    assert sent_to(site, SECTION) == 1, "the page let go"


def test_closed_question_is_not_sent_again_and_again(page: Page, site: Site) -> None:
    site.answers[f"{HOME}fields/goals/"] = answers(410, SHUT)
    leave_behind(page, "goals", "Goals")
    page.goto(f"{SITE}{SECTION}")
    expect(page.locator("[data-unsaved]")).to_be_visible()
    for _ in range(3):
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.wait_for_timeout(100)
    assert sent_to(site, f"{HOME}fields/goals/") == 1
    assert kept(page) == ["goals"]
    page.get_by_role("button", name="Discard my text for “Goals”").click()
    expect(page.locator("[data-unsaved]")).to_be_hidden()
    assert kept(page) == []


def test_closed_question_does_not_hold_up_the_sending_of_changes(page: Page, site: Site) -> None:
    site.answers[f"{HOME}fields/goals/"] = answers(410, SHUT)
    leave_behind(page, "goals", "Goals")
    page.goto(f"{SITE}{CHECK}")
    expect(page.locator("[data-unsaved]")).to_contain_text("My words")
    expect(page.locator("[data-pending]")).to_be_hidden()
    page.get_by_role("button", name="Submit").click()
    page.wait_for_timeout(300)
    assert sent_to(site, CHECK) == 1
    assert kept(page) == ["goals"], "and it can still be copied"


# Another form.


@pytest.mark.parametrize(("form", "shown"), [(4, False), (5, True)])
def test_poll_says_that_the_form_has_changed(form: int, shown: bool, page: Page, site: Site) -> None:
    page.goto(f"{SITE}{SECTION}")
    url = f"{HOME}changes/?since=2027-03-01T00%3A00%3A00Z&section=project"
    site.answers[url] = answers(200, POLL | {"form": form})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(400)
    expect(page.locator("[data-new-form]")).to_be_visible(visible=shown)
