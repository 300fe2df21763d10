"""What people do that no form expects: click twice, go back, stay away, open two tabs, guess addresses."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.barriers import barriers
from tests.browser.conftest import sign_in
from tests.stack.product import Product

Arrive = Callable[..., Page]
OFFICER, MANAGER = "officer@scsc.example.org", "manager@scsc.example.org"
FORM, ACTION = "/scsc/plan/actions/DN-9/report/", "/scsc/plan/actions/DN-9/"


def write_update(page: Page, words: str) -> None:
    """Fill the form for progress on DN-9, without sending it."""
    page.goto(FORM)
    page.get_by_label("On track").check()
    page.get_by_label("What happened").fill(words)


def updates(page: Page, words: str) -> int:
    """How many updates on DN-9 say this."""
    page.goto(ACTION)
    return page.locator("article.update").filter(has_text=words).count()


def test_double_click_posts_one_update(arrive: Arrive) -> None:
    page, words = arrive(OFFICER), "The double click came too fast."
    write_update(page, words)
    page.get_by_role("button", name="Post update").dblclick()
    expect(page.get_by_role("status").first).to_contain_text("is posted")
    assert updates(page, words) == 1


def test_same_update_arriving_twice_at_once_is_one(arrive: Arrive) -> None:
    page, words = arrive(OFFICER), "The network sent this twice."
    write_update(page, words)
    statuses = page.evaluate(
        """() => {
          const form = document.querySelector("form.form");
          const send = () => fetch(form.action, {method: "POST", body: new FormData(form)});
          return Promise.all([send(), send(), send()].map((sent) => sent.then((answer) => answer.status)));
        }"""
    )
    assert statuses == [200, 200, 200]
    assert updates(page, words) == 1


def test_back_after_posting_and_posting_again_adds_nothing(arrive: Arrive) -> None:
    page, words = arrive(OFFICER), "Then the person went back."
    write_update(page, words)
    page.get_by_role("button", name="Post update").click()
    expect(page.get_by_role("status").first).to_contain_text("is posted")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report progress on DN-9")
    page.get_by_label("On track").check()
    page.get_by_label("What happened").fill(words)
    page.get_by_role("button", name="Post update").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Report progress on DN-9")
    assert updates(page, words) == 1


def test_leaving_a_form_with_words_in_it_asks_first(arrive: Arrive) -> None:
    page = arrive(OFFICER)
    page.goto(FORM)
    # Not `fill`: the browser asks only about a page that a person has touched.
    page.get_by_label("What happened").click()
    page.keyboard.type("Half a thought")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Cancel").click(no_wait_after=True)
    expect(page.get_by_label("What happened")).to_have_value("Half a thought")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("javascript", [True, False])
def test_words_sent_after_the_session_ended_are_not_lost(arrive: Arrive, javascript: bool) -> None:
    page = arrive(OFFICER, java_script_enabled=javascript, reduced_motion="reduce")
    words = f"An hour of writing, {'with' if javascript else 'without'} JavaScript."
    write_update(page, words)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Post update").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out")
    assert not javascript or barriers(page) == []
    other = page.context.new_page()
    other.goto("/demo/")
    sign_in(other, OFFICER)
    page.get_by_role("button", name="Send again").click()
    if not javascript:
        # The token of the page is older than the session, and nothing can renew it in place.
        expect(page.get_by_role("heading", level=1)).to_have_text("This form could not be accepted")
        page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("status").first).to_contain_text("is posted")
    assert updates(page, words) == 1


def test_deliverable_completed_in_two_tabs_is_completed_once(arrive: Arrive, product: Product) -> None:
    first = arrive(MANAGER)
    page = "/scsc/plan/deliverables/MID-3.4/"
    first.goto(f"{page}evidence/")
    first.get_by_label("Or a web address").fill("https://example.org/report-of-the-year")
    first.get_by_role("button", name="Add evidence").click()
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto(f"{page}complete/")
    first.get_by_role("button", name="Mark as done").click()
    expect(first.get_by_role("status").first).to_contain_text("MID-3.4 is done.")
    second.get_by_role("button", name="Mark as done").click()
    expect(second.locator(".errors")).to_contain_text(re.compile(r"\bdone\b", re.IGNORECASE))
    assert second.title().startswith("Error: ")
    done = product.rows(
        "scsc",
        "SELECT count(*) FROM audit_auditevent WHERE action = 'complete' AND object_label LIKE %s",
        "%MID-3.4%",
    )
    assert done == [(1,)]


@pytest.mark.parametrize(
    ("email", "path"),
    [
        ("executive@scsc.example.org", FORM),
        ("auditor@scsc.example.org", "/scsc/plan/deliverables/MID-4.3/complete/"),
        ("finance@scsc.example.org", "/scsc/plan/file/"),
        ("officer@scsc.example.org", "/scsc/people/invite/"),
        ("advisory@scsc.example.org", "/scsc/people/"),
    ],
)
def test_address_that_a_role_may_not_open_says_so_and_leads_on(arrive: Arrive, email: str, path: str) -> None:
    page = arrive(email)
    answer = page.goto(path)
    assert answer
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("You cannot open this")
    page.get_by_role("main").get_by_role("link", name="Go to Safer Children, Safer Communities").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")


def test_address_of_another_program_looks_like_one_that_is_not_there(arrive: Arrive) -> None:
    page = arrive(OFFICER)
    texts = []
    for path in ("/cpf/plan/", "/nowhere/plan/"):
        answer = page.goto(path)
        assert answer
        assert answer.status == 404
        texts.append(page.locator("main").inner_text())
    assert texts[0] == texts[1]
    assert "Page not found" in texts[0]


def test_chosen_colours_stay(arrive: Arrive) -> None:
    page = arrive(OFFICER)
    page.emulate_media(color_scheme="light")
    background = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(background)
    page.locator(".person summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/scsc/plan/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(background) != light
