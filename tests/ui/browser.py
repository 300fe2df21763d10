"""A Chromium that is given pages without a server: each test says what every address answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, BrowserContext, Request, Route, sync_playwright

from scsc.local.system import chromium

SITE = "http://site.test"
WEATHER = "http://weather.test/"
HEAD = """<!DOCTYPE html><html lang="en"><head><title>Private</title>
<script src="/static/django_htmx/htmx-2.min.js" defer></script>
<script type="module" src="/static/js/app.js"></script></head>"""

Answer = Callable[[Route], None]


def says(body: str, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """An answer with that body."""
    return lambda route: route.fulfill(
        status=status, body=body, headers={"Content-Type": "text/html"} | (headers or {})
    )


def page_of(body: str) -> Answer:
    """A page with the product's script and that body; /login/ is where one signs in."""
    return says(f'{HEAD}<body data-sign-in="/login/">{body}<div id="announcer"></div></body></html>')


@dataclass
class Site:
    """What the addresses answer, and what was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def handle(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if url.path.startswith("/static/"):
            found = finders.find(url.path.removeprefix("/static/"))
            route.fulfill(path=Path(str(found))) if found else route.abort()
            return
        self.asked.append(route.request)
        self.answers.get(route.request.url.removeprefix(SITE), says("", 404))(route)

    def posts(self) -> list[Request]:
        return [request for request in self.asked if request.method == "POST"]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Chromium, closed afterwards."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def serve(context: BrowserContext, site: Site) -> None:
    """Let a site answer everything a browser context asks."""
    context.route("**/*", site.handle)
