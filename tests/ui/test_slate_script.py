"""The line of a slate in a browser: moved by keys and by dragging, amounts typed, the money left at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from scsc.accounts.models import User
from scsc.local.system import chromium
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.decided import considered, recommended, round_to_decide, scored
from tests.ui.browser import SITE, Site, running_browser, says, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
PATH = "/north/decisions/IG27/"


@pytest.fixture
def markup(cast: Cast, signed_in: Callable[[User], Client]) -> str:
    """The page as the server makes it: 50, 40, 30 and 20 thousand of 100, and one recommended for 5."""
    with program_scope(cast.program):
        round_ = round_to_decide(cast)
        for number, score in enumerate(("90", "80", "70", "60"), start=1):
            amount = Decimal(60_000 - 10_000 * number)
            scored(cast, considered(round_, amount=amount, title=f"Project {number}"), score)
        last = considered(round_, amount=Decimal(5_000), title="Project 5")
        recommended(cast, last, amount=Decimal(5_000))
    return signed_in(cast.officer).get(f"{PATH}?fund=2").content.decode()


@contextmanager
def opened(markup: str, **context: object) -> Iterator[Page]:
    """The page in a browser, which must be gone again before the database is asked anything."""
    with running_browser() as browser:
        place = browser.new_context(**context)  # type: ignore[arg-type]
        site = Site({PATH: says(markup)})
        serve(place, site)
        page = place.new_page()
        page.goto(SITE + PATH)
        expect(page.get_by_role("slider")).to_be_visible()
        yield page


def line_follows(page: Page) -> str:
    return str(
        page.evaluate(
            "document.querySelector('[data-line-row]').previousElementSibling?.dataset.application ?? ''"
        )
    )


def test_line_is_moved_by_keys(markup: str) -> None:
    with opened(markup) as page:
        left, handle = page.locator("[data-left]"), page.get_by_role("slider")
        expect(left).to_have_text("$5,000 left")
        handle.press("ArrowDown")
        expect(left).to_have_text("$25,000 over the budget")
        assert line_follows(page) == "IG27-0003"
        expect(handle).to_be_focused()
        expect(handle).to_have_attribute("aria-valuetext", "The first 3 are funded, $25,000 over the budget")
        handle.press("Home")
        expect(left).to_have_text("$95,000 left")
        assert line_follows(page) == ""
        handle.press("ArrowUp")
        handle.press("End")
        expect(page.locator("[data-line-words]")).to_have_text("$45,000 over the budget")
        expect(page.locator("[data-fund]")).to_have_value("5")


def test_line_is_dragged(markup: str) -> None:
    with opened(markup, viewport={"width": 1280, "height": 1600}) as page:
        handle = page.get_by_role("slider").bounding_box()
        first = page.locator("tr[data-application='IG27-0002']").bounding_box()
        assert handle
        assert first
        page.mouse.move(handle["x"] + 5, handle["y"] + 5)
        page.mouse.down()
        page.mouse.move(handle["x"] + 5, first["y"] + 4, steps=5)
        page.mouse.up()
        expect(page.locator("[data-left]")).to_have_text("$45,000 left")
        assert line_follows(page) == "IG27-0001"
        page.mouse.move(handle["x"] + 5, 5)
        assert line_follows(page) == "IG27-0001"
        expect(page.locator("tr[data-application='IG27-0002'] [data-words]")).to_have_text("Below the line")


def test_amounts_and_the_number_count_as_they_are_typed(markup: str) -> None:
    with opened(markup) as page:
        page.get_by_label("Amount for IG27-0001").fill("$ 40,000.50")
        expect(page.locator("[data-left]")).to_have_text("$14,999.50 left")
        page.get_by_label("Fund the first").fill("1")
        expect(page.locator("[data-left]")).to_have_text("$54,999.50 left")
        expect(page.locator("[data-used]")).to_have_text("$45,000.50")


def test_page_fits_a_phone(markup: str) -> None:
    with opened(markup, viewport={"width": 320, "height": 700}, has_touch=True) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        box = page.get_by_role("slider").bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
