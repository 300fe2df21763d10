"""app.js in a real browser, and the same pages without it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from scsc.local.system import chromium
from tests.ui.browser import SITE, WEATHER, Site, page_of, running_browser, says, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
EXIT = f'<a data-quick-exit href="{WEATHER}">Quick exit</a>'
FORM = """<form method="post" action="/save/" {extra}>
<input type="hidden" name="csrfmiddlewaretoken" value="from-the-page">
<label>Story <textarea name="story" id="story" data-words="5"></textarea></label>
<p data-count-for="story"></p><button name="go" value="yes">Save</button></form>"""
HTMX_FORM = FORM.format(extra='hx-post="/save/" hx-target="#out"') + '<p id="out">before</p>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def site() -> Site:
    return Site({WEATHER: says("<h1>Weather</h1>")})


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context()
    serve(context, site)
    yield context.new_page()
    context.close()


def _open(page: Page, site: Site, body: str) -> None:
    site.answers["/"] = page_of(body)
    page.goto(f"{SITE}/")


def _type(page: Page, text: str = "long story") -> None:
    page.get_by_label("Story").fill(text)


def _accepted_dialogs(page: Page) -> list[str]:
    """The kinds of dialogs that open from now on, each accepted."""
    kinds: list[str] = []

    def accept(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return kinds


def test_quick_exit_leaves_no_way_back(page: Page, site: Site) -> None:
    _open(page, site, EXIT + "<p>secret</p>")
    page.get_by_text("Quick exit").click()
    page.wait_for_url(WEATHER)
    page.go_back()
    assert not page.url.startswith(SITE)


def test_quick_exit_blanks_the_page_before_the_other_answers(page: Page, site: Site) -> None:
    _open(page, site, EXIT + "<p>secret</p>")
    left = page.evaluate("""() => {
      document.querySelector("[data-quick-exit]").click();
      return [document.documentElement.textContent, document.title];
    }""")
    assert left == ["", ""]
    page.wait_for_url(WEATHER)


def test_shift_three_times_leaves(page: Page, site: Site) -> None:
    _open(page, site, EXIT)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(WEATHER)


def test_shift_as_part_of_typing_does_not_leave(page: Page, site: Site) -> None:
    _open(page, site, EXIT + FORM.format(extra=""))
    page.get_by_label("Story").focus()
    for key in ["Shift", "Shift", "a", "Shift", "Shift+B", "Shift"]:
        page.keyboard.press(key)
    assert page.url == f"{SITE}/"


def test_quick_exit_works_without_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    serve(context, site)
    page = context.new_page()
    _open(page, site, EXIT)
    page.get_by_text("Quick exit").click()
    page.wait_for_url(WEATHER)
    context.close()


def test_leaving_on_request_ends_the_session(page: Page, site: Site) -> None:
    form = (
        '<form method="post" action="/exit/" data-quick-exit-form><button>Sign out and leave</button></form>'
    )
    site.answers["/exit/"] = says("")
    _open(page, site, EXIT + form)
    page.get_by_text("Sign out and leave").click()
    page.wait_for_url(WEATHER)
    assert [request.url for request in site.posts()] == [f"{SITE}/exit/"]


def test_form_is_sent_once(page: Page, site: Site) -> None:
    site.answers["/save/"] = says("<h1>saved</h1>")
    _open(page, site, FORM.format(extra=""))
    refused = page.evaluate("""() => {
      let refused = 0;
      window.addEventListener("submit", (event) => { refused += event.defaultPrevented; });
      const button = document.querySelector("button");
      button.click(); button.click(); button.click();
      return [refused, button.getAttribute("aria-busy")];
    }""")
    assert refused == [2, "true"]
    page.wait_for_url(f"{SITE}/save/")
    assert len(site.posts()) == 1
    assert "go=yes" in (site.posts()[0].post_data or "")


def test_fragment_is_asked_for_once(page: Page, site: Site) -> None:
    site.answers["/save/"] = says("after")
    _open(page, site, HTMX_FORM)
    page.evaluate("() => { const b = document.querySelector('button'); b.click(); b.click(); b.click(); }")
    expect(page.locator("#out")).to_have_text("after")
    page.wait_for_timeout(300)
    assert len(site.posts()) == 1
    page.get_by_role("button").click()
    page.wait_for_timeout(300)
    assert len(site.posts()) == 2


def test_form_can_be_sent_again_after_going_back(page: Page, site: Site) -> None:
    site.answers["/save/"] = says("<h1>saved</h1>")
    _open(page, site, FORM.format(extra=""))
    page.get_by_role("button").click()
    page.wait_for_url(f"{SITE}/save/")
    page.go_back()
    page.get_by_role("button").click()
    page.wait_for_url(f"{SITE}/save/")
    assert len(site.posts()) == 2


def test_form_takes_the_newest_token(page: Page, site: Site) -> None:
    site.answers["/save/"] = says("saved")
    _open(page, site, FORM.format(extra=""))
    page.context.add_cookies([{"name": "csrftoken", "value": "newer", "url": SITE}])
    page.get_by_role("button").click()
    page.wait_for_url(f"{SITE}/save/")
    assert "csrfmiddlewaretoken=newer" in (site.posts()[0].post_data or "")


def test_fragment_takes_the_newest_token(page: Page, site: Site) -> None:
    site.answers["/save/"] = says("after")
    _open(page, site, HTMX_FORM)
    page.context.add_cookies([{"name": "csrftoken", "value": "newer", "url": SITE}])
    page.get_by_role("button").click()
    expect(page.locator("#out")).to_have_text("after")
    assert site.posts()[0].headers["x-csrftoken"] == "newer"
    assert "csrfmiddlewaretoken=newer" in (site.posts()[0].post_data or "")


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (500, {"X-Request-ID": "5f3a"}, "give this number: 5f3a"),
        (403, {}, "You cannot do this."),
        (403, {"X-Reason": "sign-in"}, "You have been signed out."),
        (401, {}, "You have been signed out."),
        (404, {}, "This is no longer here."),
    ],
)
def test_failed_fragment_says_why_and_keeps_the_text(
    status: int, headers: dict[str, str], message: str, page: Page, site: Site
) -> None:
    site.answers["/save/"] = says("<p>not for the page</p>", status, headers)
    _open(page, site, HTMX_FORM)
    _type(page)
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(page.get_by_label("Story")).to_have_value("long story")
    expect(page.locator("#out")).to_have_text("before")
    expect(page.get_by_role("button")).not_to_have_attribute("aria-disabled", "true")


def test_lost_connection_is_said_once_and_goes_away(page: Page, site: Site) -> None:
    site.answers["/save/"] = lambda route: route.abort()
    _open(page, site, HTMX_FORM)
    _type(page)
    for _ in range(2):
        page.get_by_role("button").click()
        expect(page.get_by_role("alert")).to_have_count(1)
    expect(page.get_by_role("alert")).to_contain_text("No connection.")
    site.answers["/save/"] = says("after")
    page.get_by_role("button").click()
    expect(page.locator("#out")).to_have_text("after")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("Story")).to_have_value("long story")


def test_sign_in_page_is_not_put_into_the_page(page: Page, site: Site) -> None:
    # Where the browser ends up after the redirect; it follows that without telling the script.
    site.answers["/login/?next=/save/"] = says("<h1>Sign in</h1>")
    _open(page, site, HTMX_FORM.replace('hx-post="/save/"', 'hx-post="/login/?next=/save/"'))
    _type(page)
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("You have been signed out.")
    link = page.get_by_role("link", name="Sign in (new tab)")
    assert (link.get_attribute("href"), link.get_attribute("target")) == ("/login/", "_blank")
    expect(page.locator("#out")).to_have_text("before")
    expect(page.get_by_label("Story")).to_have_value("long story")


def test_guarded_form_asks_before_it_is_left(page: Page, site: Site) -> None:
    site.answers["/elsewhere/"] = says("<h1>elsewhere</h1>")
    _open(page, site, FORM.format(extra="data-guard") + '<a href="/elsewhere/">Elsewhere</a>')
    asked = _accepted_dialogs(page)
    _type(page)
    page.get_by_text("Elsewhere").click()
    page.wait_for_url(f"{SITE}/elsewhere/")
    assert asked == ["beforeunload"]


def test_guarded_form_does_not_ask_when_it_is_sent(page: Page, site: Site) -> None:
    site.answers["/save/"] = says("<h1>saved</h1>")
    _open(page, site, FORM.format(extra="data-guard"))
    asked = _accepted_dialogs(page)
    _type(page)
    page.get_by_role("button").click()
    page.wait_for_url(f"{SITE}/save/")
    assert asked == []


@pytest.mark.parametrize(
    ("text", "line"),
    [("", "5 words left."), ("one two three four", "1 word left."), ("a b c d e f g", "2 words too many.")],
)
def test_words_are_counted(text: str, line: str, page: Page, site: Site) -> None:
    _open(page, site, FORM.format(extra=""))
    _type(page, text)
    expect(page.locator("[data-count-for]")).to_have_text(line)


def test_menu_closes_on_escape_and_elsewhere(page: Page, site: Site) -> None:
    _open(page, site, '<details class="menu"><summary>Open</summary><p>inside</p></details><p>outside</p>')
    page.get_by_text("Open").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("inside")).to_be_hidden()
    expect(page.get_by_text("Open")).to_be_focused()
    page.get_by_text("Open").click()
    page.get_by_text("outside").click()
    expect(page.get_by_text("inside")).to_be_hidden()


def test_progress_is_read_out_when_its_stage_changes(page: Page, site: Site) -> None:
    site.answers["/progress/"] = says("<span data-announce>Checking</span>")
    stage = "<span data-announce>Drawing</span>"
    _open(page, site, f'<div class="progress" hx-get="/progress/" hx-trigger="every 1s">{stage}</div>')
    expect(page.locator("#announcer")).to_have_text("Checking", timeout=4000)


def test_error_summary_has_the_focus_on_arrival(page: Page, site: Site) -> None:
    _open(page, site, '<div tabindex="-1" data-focus>There is a problem</div>')
    expect(page.get_by_text("There is a problem")).to_be_focused()
