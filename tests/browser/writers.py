"""What the browser tests of writing share: a writer on a page, what it says of saving, what is kept there."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.drafts import Drafted, come_in

SAVED = re.compile(r"^All changes saved, \d+:\d\d ([ap]m|noon) AE[DS]T$")
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


def declare(page: Page) -> None:
    page.get_by_label("Full name").fill("Noor West")
    page.get_by_label("Position").fill("Director")
    page.get_by_label("I am authorised").check()


def submit(page: Page, written: Drafted) -> None:
    page.goto(f"{written.home}check/")
    declare(page)
    page.get_by_role("button", name="Submit the application").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your application is received")
