"""The places of a program: each app registers its own, a person sees those their role opens."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.urls import reverse

from scsc.accounts.models import User
from scsc.programs.models import Program


@dataclass(frozen=True)
class NavItem:
    """A place in the bar. `url_name` takes the program's slug as `program`; `allowed` is a predicate."""

    label: str
    url_name: str
    allowed: Callable[[User, Program], bool]
    order: int = 50


@dataclass(frozen=True)
class NavLink:
    """A place as one person sees it on one page."""

    label: str
    url: str
    current: bool


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> None:
    """Add a place; called from `AppConfig.ready`. The same address again replaces the first."""
    _items[item.url_name] = item


def links_for(user: User, program: Program, path: str) -> list[NavLink]:
    """The places open to a person, in order. Of those that hold `path`, the closest is current."""
    items = [item for item in sorted(_items.values(), key=attrgetter("order")) if item.allowed(user, program)]
    urls = {item.url_name: reverse(item.url_name, kwargs={"program": program.slug}) for item in items}
    current = max((url for url in urls.values() if _holds(url, path, program)), key=len, default="")
    return [NavLink(item.label, url := urls[item.url_name], url == current) for item in items]


def _holds(url: str, path: str, program: Program) -> bool:
    """Whether a page lies under a place. Everything lies under the program's home, so that one must match."""
    return path == url if url.endswith(f"/{program.slug}/") else path.startswith(url)
