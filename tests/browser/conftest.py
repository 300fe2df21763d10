"""Chromium, and people who arrive in it at the running product."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from scsc.local.system import chromium
from tests.stack.product import Product

QUIET = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
# Chromium notes every answer of 4xx on its console; the tests look at those answers themselves.
ANSWERED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
# A hidden form on allauth's own page, which the policy shows; it is empty, so nobody sees it.
TOLERATED = re.compile(r"\S+/accounts/email/: Applying inline style violates")

expect.set_options(timeout=10_000)


@dataclass
class Arrivals:
    """Makes a fresh session for each person, and listens to what their consoles complain about."""

    browser: Browser
    address: str
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __call__(self, email: str = "", *, program: str = "", **options: Any) -> Page:
        """A page of a stranger on the first page, or of a persona who has just signed in by its button."""
        context = self.browser.new_context(base_url=self.address, **options)
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = context.new_page()
        page.goto("/demo/" if email else "/")
        if email:
            sign_in(page, email, program=program)
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not ANSWERED.match(message.text):
            complaint = f"{message.page.url if message.page else ''}: {message.text}"
            if not TOLERATED.match(complaint):
                self.complaints.append(complaint)


def sign_in(page: Page, email: str, *, program: str = "") -> None:
    """Press the button of a persona; one who stands in several groups is found by program."""
    group = f'[data-program="{program}"]' if program else ""
    page.locator(f'button[data-email="{email}"]{group}').click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^(Today|Your applications)$"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Closed after each module, since its event loop and Django's database do not go together."""
    executable = chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine: install one, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield started
        started.close()


@pytest.fixture
def arrive(browser: Browser, product: Product) -> Iterator[Callable[..., Page]]:
    """Somebody comes: `arrive("officer@scsc.example.org")`. Afterwards no console complained."""
    arrivals = Arrivals(browser, product.address)
    yield arrivals
    for context in arrivals.contexts:
        context.close()
    assert not arrivals.complaints
