"""The clock passes the deadline, a form is sent twice, somebody goes back: one submission exists."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers
from tests.browser.drafts import draft
from tests.browser.writers import PLAN, SAVED, TITLE, at, declare, look_again, state, submit
from tests.stack.product import Product

# The clock.


def test_text_in_progress_at_the_close_is_saved_and_submitted_in_the_grace(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "grace", complete=True)
    page = at(arrive, written.submitter, written.section("project"))
    written.close(minutes=5)
    page.get_by_label(PLAN).fill("The last sentence.")
    expect(state(page)).to_have_text(SAVED)
    submit(page, written)
    expect(page.locator("main")).to_contain_text("within the time to finish after the close")
    assert [row[2] for row in written.submissions()] == [True]


def test_text_after_the_deadline_is_refused_in_words_and_stays_in_the_browser(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "deadline", complete=True)
    page = at(arrive, written.submitter, written.section("project"))
    written.close(hours=1)
    page.get_by_label(PLAN).fill("Too late, and not lost.")
    expect(state(page)).to_contain_text("the time to finish ended on")
    expect(state(page)).to_contain_text("What you typed is kept in this browser.")
    assert written.value("plan") == "Workshops in twelve schools."
    page.reload()
    expect(page.locator("main")).to_contain_text("You cannot write here now.")
    expect(page.locator("[data-unsaved]")).to_contain_text("Too late, and not lost.")
    assert barriers(page) == []
    # More time is given: the text is saved after all.
    written.close(at=timezone.now() + timedelta(days=1))
    page.reload()
    expect(state(page)).to_have_text(SAVED)
    assert written.value("plan") == "Too late, and not lost."


def test_nothing_is_submitted_after_the_deadline(arrive: Callable[..., Page], product: Product) -> None:
    written = draft(product, "too-late", complete=True)
    page = at(arrive, written.submitter, f"{written.home}check/")
    declare(page)
    written.close(hours=1)
    page.get_by_role("button", name="Submit the application").click()
    expect(page.locator(".errors[data-focus]")).to_contain_text("the time to finish ended on")
    assert written.submissions() == []


# Submitting.


def test_double_click_submits_once_and_gives_the_receipt(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "double", complete=True)
    page = at(arrive, written.submitter, f"{written.home}check/")
    assert barriers(page) == []
    declare(page)
    page.get_by_role("button", name="Submit the application").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application is received")
    submissions = written.submissions()
    assert len(submissions) == 1
    main = page.locator("main")
    expect(main).to_contain_text(written.code)
    expect(main).to_contain_text(submissions[0][1])
    expect(main.locator('[data-pdf="ready"]')).to_be_visible(timeout=90_000)
    assert barriers(page) == []


def test_form_that_arrives_three_times_at_once_submits_once(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "thrice", complete=True)
    page = at(arrive, written.submitter, f"{written.home}check/")
    declare(page)
    ends = page.evaluate(
        """() => {
          const form = document.querySelector("main form.form");
          const body = () => new URLSearchParams(new FormData(form));
          const send = () => fetch(location.href, {method: "POST", body: body()});
          return Promise.all([send(), send(), send()].map((sent) => sent.then((answer) => answer.url)));
        }"""
    )
    assert {end.partition("/apply/")[2] for end in ends} == {f"{written.code}/receipt/"}
    assert len(written.submissions()) == 1


def test_two_tabs_submit_once(arrive: Callable[..., Page], product: Product) -> None:
    written = draft(product, "two-tabs", complete=True)
    first = at(arrive, written.submitter, f"{written.home}check/")
    second = first.context.new_page()
    second.goto(f"{written.home}check/")
    for page in (first, second):
        declare(page)
        page.get_by_role("button", name="Submit the application").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your application is received")
    assert len(written.submissions()) == 1


def test_answer_that_changed_after_the_check_is_shown_before_it_is_declared(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "unseen", complete=True)
    noor = at(arrive, written.submitter, f"{written.home}check/")
    declare(noor)
    lena = at(arrive, written.editor, written.section("project"))
    lena.get_by_label(PLAN).fill("Something else entirely.")
    expect(state(lena)).to_have_text(SAVED)
    noor.get_by_role("button", name="Submit the application").click()
    summary = noor.locator(".errors[data-focus]")
    expect(summary).to_contain_text("An answer changed since you opened this page")
    expect(noor.locator("main")).to_contain_text("Something else entirely.")
    assert written.submissions() == []
    declare(noor)
    noor.get_by_role("button", name="Submit the application").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("Your application is received")


def test_conflict_that_waits_stops_the_submission_until_it_is_given_up(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "undecided", complete=True)
    noor = at(arrive, written.submitter, written.section("project"))
    lena = at(arrive, written.editor, written.section("project"))
    lena.get_by_label(PLAN).fill("Lena's words")
    expect(state(lena)).to_have_text(SAVED)
    noor.get_by_label(PLAN).fill("Noor's words")
    expect(noor.locator("[data-clash]")).to_be_visible()
    noor.goto(f"{written.home}check/")
    box = noor.locator("[data-pending]")
    expect(box).to_contain_text("wrote another answer meanwhile")
    assert barriers(noor) == []
    declare(noor)
    noor.get_by_role("button", name="Submit the application").click()
    expect(box).to_be_focused()
    assert written.submissions() == []
    box.get_by_role("link", name="Go and choose").click()
    expect(noor.locator("[data-clash]")).to_be_visible()
    noor.goto(f"{written.home}check/")
    noor.get_by_role("button", name="Discard my text").click()
    expect(box).to_be_hidden()
    declare(noor)
    noor.get_by_role("button", name="Submit the application").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("Your application is received")
    assert written.value("plan") == "Lena's words"


# The back button.


def test_back_button_shows_what_is_saved_and_writing_goes_on(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "back")
    page = at(arrive, written.submitter, written.section("project"))
    page.get_by_label(PLAN).fill("First draft.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Budget")
    lena = at(arrive, written.editor, written.section("project"))
    lena.get_by_label(TITLE).fill("Lena's title")
    expect(state(lena)).to_have_text(SAVED)
    page.go_back()
    expect(page.get_by_label(PLAN)).to_have_value("First draft.")
    look_again(page)
    expect(page.get_by_label(TITLE)).to_have_value("Lena's title")
    page.get_by_label(PLAN).fill("Second draft.")
    expect(state(page)).to_have_text(SAVED)
    expect(page.locator("[data-clash]")).to_have_count(0)
    assert (written.value("title"), written.value("plan")) == ("Lena's title", "Second draft.")


def test_going_back_after_submitting_and_pressing_again_leads_to_the_receipt(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "back-submit", complete=True)
    page = at(arrive, written.submitter, f"{written.home}check/")
    submit(page, written)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application is received")
    assert len(written.submissions()) == 1
