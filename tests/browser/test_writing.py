"""Writing an application, alone, in two, with files and without JavaScript: nothing typed is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barriers import barriers
from tests.browser.drafts import draft
from tests.browser.writers import PLAN, SAVED, TITLE, at, declare, kept, look_again, plan_of, state, text_file
from tests.local.conftest import eventually
from tests.stack.product import Product

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
