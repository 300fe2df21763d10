"""Lists that are put in order by the script: pointer, keyboard, buttons, and when saving fails."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from scsc.local.system import chromium
from tests.ui.browser import SITE, Site, running_browser, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]

PAGE = "/builder/"
HEAD = """<!DOCTYPE html><html lang="en"><head><title>Builder</title>
<script type="module" src="/static/js/app.js"></script>
<script type="module" src="/static/js/builder.js"></script></head>"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as found:
        yield found


@dataclass
class Lists:
    """Two lists as the server keeps them, between which items move."""

    items: dict[str, list[str]] = field(default_factory=lambda: {"first": ["a", "b", "c"], "second": ["d"]})
    moves: list[dict[str, str]] = field(default_factory=list)
    trouble: str = ""
    down: bool = False
    revision: int = 0

    def answer(self, route: Route) -> None:
        """The page; after a move the page again, as a browser that follows the redirect sees it."""
        request = route.request
        if request.method == "POST":
            if self.down:
                route.abort()
                return
            posted = request.post_data or ""
            self.move(_fields(posted, request.headers.get("content-type", "")))
        route.fulfill(status=200, body=self.html(), headers={"Content-Type": "text/html"})

    def move(self, sent: dict[str, str]) -> None:
        self.moves.append(sent)
        if self.trouble:
            return
        item = sent["item"]
        place = next(name for name, found in self.items.items() if item in found)
        to = self.items[place].index(item) + {"up": -1, "down": 1}.get(sent.get("by", ""), 0)
        into = sent.get("into", place)
        self.items[place].remove(item)
        self.items[into].insert(int(sent.get("to", to)), item)
        self.revision += 1

    def html(self) -> str:
        lists = "".join(
            f'<h2 id="s-{name}">{name.title()}</h2>'
            f'<ol id="in-{name}" data-into="{name}" data-sortable="questions">{self._rows(found)}</ol>'
            for name, found in self.items.items()
        )
        said = (
            f'<div class="messages"><div class="notice bad"><p>{self.trouble}</p></div></div>'
            if self.trouble and self.moves
            else ""
        )
        return (
            f'{HEAD}<body data-sign-in="/login/"><main>{said}<div id="outline" data-live>{lists}</div></main>'
            '<div id="announcer" role="status"></div></body></html>'
        )

    def _rows(self, found: list[str]) -> str:
        return "".join(
            f'<li data-item="{item}" data-name="Item {item}"><span>Item {item}</span>'
            f'<form method="post" action="{PAGE}" data-move>'
            f'<input type="hidden" name="item" value="{item}">'
            f'<input type="hidden" name="revision" value="{self.revision}">'
            '<button name="by" value="up">up</button><button name="by" value="down">down</button>'
            "</form></li>"
            for item in found
        )


def _fields(posted: str, kind: str) -> dict[str, str]:
    """What a form was sent with, in either way that browsers send one."""
    if "multipart" not in kind:
        return {name: values[0] for name, values in parse_qs(posted).items()}
    parts = posted.split("--" + kind.partition("boundary=")[2])
    found = (part.strip("\r\n").split("\r\n\r\n") for part in parts if 'name="' in part)
    return {head.split('name="')[1].split('"')[0]: value for head, value in found}


@pytest.fixture
def lists() -> Lists:
    return Lists()


@pytest.fixture
def page(browser: Browser, lists: Lists) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 800, "height": 900})
    serve(context, Site({PAGE: lists.answer}))
    found = context.new_page()
    found.goto(f"{SITE}{PAGE}")
    expect(found.locator(".grip")).to_have_count(4)
    yield found
    context.close()


def order(page: Page) -> list[str]:
    items = page.locator("[data-item]").all()
    return [item.get_attribute("data-item") or "" for item in items]


def grip(page: Page, item: str) -> str:
    return f'[data-item="{item}"] .grip'


def drag(page: Page, item: str, *, to: str, below: bool = True) -> None:
    """Drag an item by its grip onto the lower or upper part of another."""
    start = page.locator(grip(page, item)).bounding_box()
    end = page.locator(f'[data-item="{to}"]').bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 4, start["y"] + 4)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + end["height"] / 2, steps=4)
    page.mouse.move(end["x"] + 8, end["y"] + (end["height"] - 2 if below else 2), steps=4)
    page.mouse.up()


def said(page: Page) -> str:
    return page.locator("#announcer").inner_text()


def test_item_is_dragged_within_its_list(page: Page, lists: Lists) -> None:
    drag(page, "a", to="b")
    expect(page.locator("#announcer")).to_have_text("Item a is at place 2 of 3 now.")
    assert lists.items["first"] == ["b", "a", "c"] == order(page)[:3]
    assert page.evaluate("document.activeElement.closest('[data-item]').dataset.item") == "a"


def test_item_is_dragged_into_another_list(page: Page, lists: Lists) -> None:
    drag(page, "a", to="d", below=False)
    expect(page.locator('#in-second [data-item="a"]')).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("Item a is at place 1 of 2")
    assert lists.items == {"first": ["b", "c"], "second": ["a", "d"]}


def test_next_move_is_sent_with_the_newest_revision(page: Page, lists: Lists) -> None:
    for item, to in (("a", "b"), ("c", "b")):
        drag(page, item, to=to)
        page.wait_for_function("!document.querySelector('.saving')")
    assert [move["revision"] for move in lists.moves] == ["0", "1"]


def test_drag_that_ends_where_it_began_sends_nothing(page: Page, lists: Lists) -> None:
    page.locator(grip(page, "b")).click()
    assert lists.moves == []
    assert order(page) == ["a", "b", "c", "d"]


def test_escape_ends_a_drag_and_puts_the_item_back(page: Page, lists: Lists) -> None:
    box = page.locator(grip(page, "a")).bounding_box()
    end = page.locator('[data-item="c"]').bounding_box()
    assert box is not None
    assert end is not None
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(end["x"] + 4, end["y"] + end["height"] - 2, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert (order(page), lists.moves) == (["a", "b", "c", "d"], [])


def test_item_moves_with_the_keyboard_and_says_where_it_is(page: Page, lists: Lists) -> None:
    page.focus(grip(page, "c"))
    page.keyboard.press("Space")
    assert said(page).startswith("Item c is taken.")
    expect(page.locator(grip(page, "c"))).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowUp")
    assert said(page) == "Item c: place 2 of 3 of First."
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    expect(page.locator("#announcer")).to_have_text("Item c is at place 1 of 3 now.")
    assert lists.items["first"] == ["c", "a", "b"]
    expect(page.locator(grip(page, "c"))).to_be_focused()


def test_keyboard_leads_into_the_next_list(page: Page, lists: Lists) -> None:
    page.focus(grip(page, "c"))
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert said(page) == "Item c: place 1 of 2 of Second."
    page.keyboard.press("Enter")
    expect(page.locator("#announcer")).to_contain_text("place 1 of 2 now")
    assert lists.items == {"first": ["a", "b"], "second": ["c", "d"]}


def test_escape_puts_it_back(page: Page, lists: Lists) -> None:
    page.focus(grip(page, "a"))
    for key in ("Space", "ArrowDown", "ArrowDown", "Escape"):
        page.keyboard.press(key)
    assert said(page) == "Item a is back where it was."
    assert (order(page), lists.moves) == (["a", "b", "c", "d"], [])


def test_leaving_puts_it_back(page: Page, lists: Lists) -> None:
    page.focus(grip(page, "a"))
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.wait_for_function("!document.querySelector('.held')")
    assert (order(page), lists.moves) == (["a", "b", "c", "d"], [])


def test_button_moves_without_leaving_the_page(page: Page, lists: Lists) -> None:
    page.evaluate("window.here = true")
    page.locator('[data-item="a"] button[value="down"]').click()
    expect(page.locator("#announcer")).to_have_text("Item a moved down.")
    assert (lists.items["first"], page.evaluate("window.here")) == (["b", "a", "c"], True)
    expect(page.locator('[data-item="a"] button[value="down"]')).to_be_focused()


def test_change_that_met_another_is_said_and_the_list_is_as_it_is_saved(page: Page, lists: Lists) -> None:
    lists.trouble = "Somebody changed this form."
    lists.items["first"] = ["c", "b", "a"]
    drag(page, "a", to="b")
    expect(page.locator(".notice.bad")).to_have_text("Somebody changed this form.")
    assert order(page) == ["c", "b", "a", "d"]


def test_lost_connection_puts_the_item_back_and_says_so(page: Page, lists: Lists) -> None:
    lists.down = True
    drag(page, "a", to="b")
    expect(page.locator(".notice.bad")).to_contain_text("No connection. The order is not saved.")
    assert order(page) == ["a", "b", "c", "d"]
    lists.down = False
    drag(page, "a", to="b")
    expect(page.locator("#announcer")).to_have_text("Item a is at place 2 of 3 now.")
    expect(page.locator(".notice.bad")).to_have_count(0)


def test_list_that_has_nowhere_to_go_has_no_grip(browser: Browser) -> None:
    lists = Lists(items={"first": ["a"]})
    context = browser.new_context()
    serve(context, Site({PAGE: lists.answer}))
    page = context.new_page()
    page.goto(f"{SITE}{PAGE}")
    page.wait_for_load_state("networkidle")
    assert page.locator(".grip").count() == 0
    context.close()
