"""Writing an application with all that happens meanwhile: nothing typed is lost, one submission exists."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Dialog, FilePayload, Locator, Page, expect

from tests.browser.barriers import barriers
from tests.browser.drafts import Drafted, come_in, draft
from tests.local.conftest import eventually
from tests.stack.product import Product

SAVED = re.compile(r"^All changes saved, \d+:\d\d [ap]m$")
PLAN, TITLE = "What will you do?", "Title of the project"


def at(arrive: Callable[..., Page], email: str, path: str, **options: Any) -> Page:
    """A page of a persona at an address."""
    page = arrive(reduced_motion="reduce", **options)
    come_in(page, email)
    page.goto(path)
    return page


def state(page: Page) -> Locator:
    return page.locator("[data-saved]")


def plan_of(page: Page) -> Locator:
    """The box of the plan, also while the panel above it names the question too."""
    return page.locator("textarea[name=plan]")


def look_again(page: Page) -> None:
    """Come back to the tab, as a person does: the page then asks at once what is new."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def kept(page: Page) -> list[str]:
    """What this browser keeps of texts that are not saved."""
    found: list[str] = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('unsent/'))")
    return found


def text_file(name: str, words: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": words}


def forgive_the_cut(arrive: Any) -> None:
    """Chromium's console tells of requests without a network; that was the point."""
    arrive.complaints[:] = [words for words in arrive.complaints if "ERR_INTERNET_DISCONNECTED" not in words]


# Writing.


def test_what_is_typed_is_saved_by_itself(arrive: Callable[..., Page], product: Product) -> None:
    written = draft(product, "alone")
    page = at(arrive, written.submitter, written.section("project"))
    page.get_by_label(TITLE).fill("Safe Online Together")
    page.get_by_label(PLAN).press_sequentially("We listen first.", delay=20)
    expect(state(page)).to_have_text(SAVED)
    assert written.value("title") == "Safe Online Together"
    assert written.value("plan") == "We listen first."
    assert kept(page) == []
    page.reload()
    expect(page.get_by_label(PLAN)).to_have_value("We listen first.")


def test_answer_brings_its_questions_and_takes_them_away(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "conditions")
    page = at(arrive, written.submitter, written.section("project"))
    partners = page.get_by_label("Who are your partners?")
    expect(partners).to_be_hidden()
    page.get_by_label("Yes").check()
    expect(partners).to_be_visible()
    partners.fill("The council")
    expect(state(page)).to_have_text(SAVED)
    page.get_by_label("No", exact=True).check()
    expect(partners).to_be_hidden()
    page.get_by_label("Yes").check()
    expect(partners).to_have_value("The council")


def test_budget_that_does_not_add_up_says_so_once_it_is_left(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "sums")
    page = at(arrive, written.submitter, written.section("money"))
    page.get_by_label("How much do you ask for?").fill("2000")
    page.get_by_label("Line 1: Item").fill("Bus")
    page.get_by_label("Line 1: Amount").fill("1200")
    page.get_by_label("How much do you ask for?").focus()
    wrong = page.locator('[data-question="budget"] .error')
    expect(wrong).to_contain_text("The budget lines add up to $1,200, but you asked for $2,000")
    page.get_by_role("button", name="Add another line").click()
    page.get_by_label("Line 4: Item").fill("Rooms")
    page.get_by_label("Line 4: Amount").fill("600")
    page.get_by_label("How much do you ask for?").fill("1800")
    expect(wrong).to_have_count(0)
    assert [line["item"] for line in written.value("budget")["lines"]] == ["Bus", "Rooms"]


# Two people.


def test_colleagues_see_each_other_and_what_they_write(arrive: Callable[..., Page], product: Product) -> None:
    written = draft(product, "together")
    noor = at(arrive, written.submitter, written.section("project"))
    lena = at(arrive, written.editor, written.section("project"))
    noor.get_by_label(TITLE).fill("Noor's title")
    lena.get_by_label(PLAN).fill("Lena's plan")
    for page in (noor, lena):
        expect(state(page)).to_have_text(SAVED)
        look_again(page)
    expect(noor.get_by_label(PLAN)).to_have_value("Lena's plan")
    expect(lena.get_by_label(TITLE)).to_have_value("Noor's title")
    expect(noor.locator("[data-editors]")).to_contain_text("also here: Lena")
    # What they go on with stands on each other's words: no conflict.
    noor.get_by_label(PLAN).press_sequentially(", and Noor's.")
    expect(state(noor)).to_have_text(SAVED)
    assert "Noor's" in written.value("plan")
    assert "Lena's plan" in written.value("plan")


@pytest.mark.parametrize(
    ("button", "text"),
    [
        ("Use mine", "Lena's words"),
        ("Use theirs", "Noor's words"),
        ("Keep both texts", "Noor's words\n\nLena's words"),
    ],
)
def test_two_texts_for_one_answer_are_shown_and_one_is_chosen(
    arrive: Callable[..., Page], product: Product, button: str, text: str
) -> None:
    written = draft(product, f"clash-{button.split()[1]}")
    noor = at(arrive, written.submitter, written.section("project"))
    lena = at(arrive, written.editor, written.section("project"))
    noor.get_by_label(PLAN).fill("Noor's words")
    expect(state(noor)).to_have_text(SAVED)
    lena.get_by_label(PLAN).fill("Lena's words")
    panel = lena.locator("[data-clash]")
    expect(panel).to_contain_text("Noor (demonstration) changed")
    expect(panel.locator(".texts")).to_contain_text("Noor's words")
    expect(panel.locator(".texts")).to_contain_text("Lena's words")
    expect(state(lena)).to_contain_text(f"Choose which text to keep in “{PLAN}”")
    assert written.value("plan") == "Noor's words", "nothing was overwritten"
    assert len(kept(lena)) == 1
    if button == "Use mine":
        assert barriers(lena) == []
    panel.get_by_role("button", name=button).click()
    expect(state(lena)).to_have_text(SAVED)
    expect(panel).to_have_count(0)
    expect(lena.get_by_label(PLAN)).to_have_value(text)
    assert written.value("plan") == text
    assert kept(lena) == []


def test_conflict_that_waits_is_there_again_after_a_reload(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "clash-reload")
    noor = at(arrive, written.submitter, written.section("project"))
    lena = at(arrive, written.editor, written.section("project"))
    noor.get_by_label(PLAN).fill("Noor's words")
    expect(state(noor)).to_have_text(SAVED)
    lena.get_by_label(PLAN).fill("Lena's words")
    expect(lena.locator("[data-clash]")).to_be_visible()
    lena.reload()
    expect(lena.locator("[data-clash]")).to_be_visible()
    expect(plan_of(lena)).to_have_value("Lena's words")
    assert written.value("plan") == "Noor's words"


# The session ends.


def test_text_typed_after_the_session_ended_is_saved_after_signing_in_elsewhere(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "signed-out")
    page = at(arrive, written.submitter, written.section("project"))
    page.context.clear_cookies(name="sessionid")
    page.get_by_label(PLAN).fill("An hour of writing.")
    expect(state(page)).to_contain_text("You were signed out. What you typed is kept in this browser.")
    expect(state(page).get_by_role("link", name="Sign in (new tab)")).to_be_visible()
    assert written.value("plan") is None
    other = page.context.new_page()
    come_in(other, written.submitter)
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(state(page)).to_have_text(SAVED)
    assert written.value("plan") == "An hour of writing."


def test_somebody_else_who_signs_in_does_not_get_the_text(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "somebody-else")
    page = at(arrive, written.submitter, written.section("project"))
    page.context.clear_cookies(name="sessionid")
    page.get_by_label(PLAN).fill("Noor's own.")
    expect(state(page)).to_contain_text("You were signed out.")
    other = page.context.new_page()
    come_in(other, written.editor)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(state(page)).to_contain_text("opened by somebody else")
    other.goto(written.section("project"))
    expect(other.get_by_label(PLAN)).to_have_value("")
    assert written.value("plan") is None
    come_in(other, written.submitter)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(state(page)).to_have_text(SAVED)
    assert written.value("plan") == "Noor's own."


@pytest.mark.parametrize("answer", ["dismiss", "accept"])
def test_signing_out_with_unsaved_text_asks_first_and_then_clears_it(
    arrive: Callable[..., Page], product: Product, answer: str
) -> None:
    written = draft(product, f"leaving-{answer}")
    page = at(arrive, written.submitter, written.section("project"))
    page.route("**/fields/**", lambda route: route.abort("internetdisconnected"))
    page.get_by_label(PLAN).fill("Not saved yet.")
    expect(state(page)).to_contain_text("Not connected: kept in this browser")
    asked: list[str] = []

    def decide(dialog: Dialog) -> None:
        asked.append(dialog.message)
        getattr(dialog, answer)()

    page.on("dialog", decide)
    page.locator(".menu.person summary").click()
    page.get_by_role("button", name="Sign out").click()
    assert eventually(lambda: bool(asked), seconds=5)
    assert asked[0].startswith("Some of what you typed is not saved yet.")
    if answer == "dismiss":
        expect(page.get_by_label(PLAN)).to_have_value("Not saved yet.")
        assert len(kept(page)) == 1
    else:
        expect(page.locator(".avatar")).to_have_count(0)
        assert kept(page) == []
    forgive_the_cut(arrive)


# The network drops.


def test_text_typed_without_a_network_is_kept_and_saved_once_it_is_back(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "offline")
    page = at(arrive, written.submitter, written.section("project"))
    page.context.set_offline(True)
    page.get_by_label(TITLE).fill("On the train")
    page.get_by_label(PLAN).fill("In the tunnel.")
    expect(state(page)).to_have_text("Not connected: kept in this browser")
    assert len(kept(page)) == 2
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    assert (written.value("title"), written.value("plan")) == ("On the train", "In the tunnel.")
    assert kept(page) == []
    forgive_the_cut(arrive)


def test_text_of_a_tab_that_was_closed_without_a_network_comes_back(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "closed-tab")
    page = at(arrive, written.submitter, written.section("project"))
    page.context.set_offline(True)
    page.get_by_label(PLAN).fill("Closed the lid.")
    expect(state(page)).to_have_text("Not connected: kept in this browser")
    page.close()
    forgive_the_cut(arrive)
    context = arrive.contexts[-1]  # type: ignore[attr-defined]
    context.set_offline(False)
    again = context.new_page()
    again.goto(written.section("project"))
    expect(again.locator("[data-restored]")).to_contain_text(f"“{PLAN}”")
    expect(again.get_by_label(PLAN)).to_have_value("Closed the lid.")
    expect(state(again)).to_have_text(SAVED)
    assert written.value("plan") == "Closed the lid."


def test_lines_of_a_table_come_back_all_of_them(arrive: Callable[..., Page], product: Product) -> None:
    written = draft(product, "closed-table")
    page = at(arrive, written.submitter, written.section("money"))
    page.context.set_offline(True)
    for line in range(1, 7):
        if line > 3:
            page.get_by_role("button", name="Add another line").click()
        page.get_by_label(f"Line {line}: Item").fill(f"Item {line}")
        page.get_by_label(f"Line {line}: Amount").fill("10")
    expect(state(page)).to_have_text("Not connected: kept in this browser")
    page.close()
    forgive_the_cut(arrive)
    context = arrive.contexts[-1]  # type: ignore[attr-defined]
    context.set_offline(False)
    again = context.new_page()
    again.goto(written.section("money"))
    expect(again.get_by_label("Line 6: Item")).to_have_value("Item 6")
    expect(state(again)).to_have_text(SAVED)
    assert [line["item"] for line in written.value("budget")["lines"]] == [f"Item {n}" for n in range(1, 7)]


def test_answer_lost_on_its_way_back_is_no_conflict_with_oneself(
    arrive: Callable[..., Page], product: Product
) -> None:
    """The server saved, the answer never came, and the person went on typing."""
    written = draft(product, "lost-answer")
    page = at(arrive, written.submitter, written.section("project"))

    def swallow(route: Any) -> None:
        route.fetch()
        route.abort("internetdisconnected")

    page.route("**/fields/plan/", swallow)
    page.get_by_label(PLAN).fill("First")
    expect(state(page)).to_have_text("Not connected: kept in this browser")
    assert written.answer("plan") == ("First", 1)
    page.get_by_label(PLAN).fill("First, and more")
    page.unroute("**/fields/plan/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(state(page)).to_have_text(SAVED)
    expect(page.locator("[data-clash]")).to_have_count(0)
    assert written.answer("plan") == ("First, and more", 2)
    forgive_the_cut(arrive)


def test_leaving_asks_only_when_the_browser_kept_nothing(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "keeps-nothing")
    page = at(arrive, written.submitter, written.section("project"))
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    page.route("**/fields/**", lambda route: route.abort("internetdisconnected"))
    page.get_by_label(PLAN).click()
    page.keyboard.type("Only on this page")
    expect(state(page)).to_contain_text("What you typed is on this page only: leave it open.")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Your team").click(no_wait_after=True)
    expect(page.get_by_label(PLAN)).to_have_value("Only on this page")
    assert asked == ["beforeunload"]
    page.unroute("**/fields/**")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(state(page)).to_have_text(SAVED)
    forgive_the_cut(arrive)


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
    expect(page.locator(".errors")).to_contain_text("the time to finish ended on")
    assert written.submissions() == []


# Submitting.


def declare(page: Page) -> None:
    page.get_by_label("Full name").fill("Noor West")
    page.get_by_label("Position").fill("Director")
    page.get_by_label("I am authorised").check()


def submit(page: Page, written: Drafted) -> None:
    page.goto(f"{written.home}check/")
    declare(page)
    page.get_by_role("button", name="Submit the application").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application is received")


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
    expect(noor.locator(".errors")).to_contain_text("An answer changed since you opened this page")
    expect(noor.locator("main")).to_contain_text("Something else entirely.")
    assert written.submissions() == []
    declare(noor)
    noor.get_by_role("button", name="Submit the application").click()
    expect(noor.get_by_role("heading", level=1)).to_have_text("Your application is received")


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


# Files.


def test_files_are_sent_at_once_checked_and_removed(arrive: Callable[..., Page], product: Product) -> None:
    written = draft(product, "files")
    page = at(arrive, written.submitter, written.section("safety"))
    box = page.locator('[data-question="letters"]')
    box.locator("input[type=file]").set_input_files(
        [text_file("one.txt", b"We support this."), text_file("two.txt", b"We do as well.")]
    )
    expect(box.locator("[data-files] li")).to_have_count(2)
    expect(box.get_by_text("Checked")).to_have_count(2, timeout=60_000)
    box.locator("input[type=file]").set_input_files(text_file("three.txt", b"One too many."))
    expect(box.locator("[data-upload-errors]")).to_contain_text("three.txt: No more than 2 files")
    box.get_by_role("button", name="Remove one.txt").click()
    expect(box.locator("[data-files] li")).to_have_count(1)
    assert barriers(page) == []


def test_program_under_another_name_is_refused_next_to_its_field(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "exe")
    page = at(arrive, written.submitter, written.section("safety"))
    box = page.locator('[data-question="letters"]')
    box.locator("input[type=file]").set_input_files(
        {"name": "policy.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00 a program"}
    )
    expect(box.locator("[data-upload-errors]")).to_contain_text("policy.pdf:")
    expect(box.locator("[data-files] li")).to_have_count(0)


# Without JavaScript.


def test_whole_application_without_javascript(arrive: Callable[..., Page], product: Product) -> None:
    written = draft(product, "plain")
    page = at(arrive, written.submitter, written.home, java_script_enabled=False)
    page.get_by_role("link", name="Continue: What you will do").click()
    page.get_by_label(TITLE).fill("By hand")
    page.get_by_label(PLAN).fill("Word by word.")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your partnership")
    page.get_by_label("Who leads?").fill("The council")
    page.get_by_role("button", name="Save and go back to the list").click()
    expect(page.locator(".tasks")).to_contain_text(["What you will do"])
    page.get_by_role("link", name="What you will do", exact=True).click()
    page.get_by_label("Who are your partners?").fill("The council and two schools.")
    page.get_by_role("button", name="Save and go back to the list").click()
    page.get_by_role("link", name="Budget", exact=True).click()
    page.get_by_label("How much do you ask for?").fill("1200")
    page.get_by_label("Line 1: Item").fill("Bus")
    page.get_by_label("Line 1: Amount").fill("1200")
    page.get_by_role("button", name="Add another line").click()
    expect(page.get_by_label("Line 4: Item")).to_be_visible()
    page.get_by_role("button", name="Save and continue").click()
    page.locator("input[type=file]").set_input_files(text_file("letter.txt", b"We support this."))
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    assert eventually(lambda: "still being checked" not in page.reload().text(), seconds=60)  # type: ignore[union-attr]
    declare(page)
    page.get_by_role("button", name="Submit the application").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application is received")
    assert len(written.submissions()) == 1


def test_two_texts_without_javascript_are_shown_and_one_is_chosen(
    arrive: Callable[..., Page], product: Product
) -> None:
    written = draft(product, "plain-clash")
    noor = at(arrive, written.submitter, written.section("project"), java_script_enabled=False)
    lena = at(arrive, written.editor, written.section("project"), java_script_enabled=False)
    noor.get_by_label(PLAN).fill("Noor's words")
    noor.get_by_role("button", name="Save and go back to the list").click()
    lena.get_by_label(PLAN).fill("Lena's words")
    lena.get_by_role("button", name="Save and continue").click()
    expect(lena.locator("[data-clash]")).to_contain_text("Noor's words")
    expect(plan_of(lena)).to_have_value("Lena's words")
    assert written.value("plan") == "Noor's words"
    lena.get_by_role("button", name="Keep both texts").click()
    expect(lena.get_by_label(PLAN)).to_have_value("Noor's words\n\nLena's words")
    assert written.value("plan") == "Noor's words\n\nLena's words"


@pytest.mark.parametrize("page_of", ["tasks", "project", "money", "print"])
def test_pages_have_no_barriers(arrive: Callable[..., Page], product: Product, page_of: str) -> None:
    written = draft(product, f"look-{page_of}", complete=True)
    places = {"tasks": written.home, "print": f"{written.home}print/"}
    page = at(arrive, written.submitter, places.get(page_of) or written.section(page_of))
    assert barriers(page) == []
