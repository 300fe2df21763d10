"""What keeps people out of a page: what axe finds, scrolling sideways, a heading or title that is missing."""

from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
RUN = "tags => axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
ROOM = "[document.scrollingElement.scrollWidth, document.documentElement.clientWidth]"
_axe_script = Axe().axe_script


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    size: dict[str, int]
    colours: str

    def __str__(self) -> str:
        return f"{self.size['width']} px, {self.colours}"


LOOKS = [Look(size, colours) for size in (WIDE, NARROW) for colours in ("light", "dark")]


def barriers(page: Page, *, looks: list[Look] = LOOKS) -> list[str]:
    """Everything wrong with the page as it is now, in each width and each theme; empty when all is well."""
    found = [f"{page.url}: {words}" for words in _of_document(page)]
    page.evaluate(_axe_script)
    for look in looks:
        page.set_viewport_size(look.size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=look.colours)  # type: ignore[arg-type]
        found += [f"{page.url} at {look}: {words}" for words in _of_look(page)]
    return found


def _of_document(page: Page) -> list[str]:
    headings = page.locator("h1").count()
    found = [] if headings == 1 else [f"{headings} headings of level 1"]
    if " - Safer Children" not in page.title() or page.title().startswith(" "):
        found.append(f"title {page.title()!r}")
    return found


def _of_look(page: Page) -> list[str]:
    found = [_words(violation) for violation in page.evaluate(RUN, WCAG)["violations"]]
    content, room = page.evaluate(ROOM)
    if content > room:
        found.append(f"scrolls sideways, {content} px in {room} px")
    return found


def _words(violation: dict[str, Any]) -> str:
    nodes = [f"{node['html'][:160]} ({node['failureSummary']})" for node in violation["nodes"][:3]]
    return f"{violation['id']}: {violation['help']}: {nodes}"
