"""Writing while the session ends or the network drops: nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.drafts import come_in, draft
from tests.browser.writers import PLAN, SAVED, TITLE, at, forgive_the_cut, kept, state
from tests.local.conftest import eventually
from tests.stack.product import Product

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
