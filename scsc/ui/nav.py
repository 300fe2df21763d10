"""The places of a program: each app registers its own, a person sees those their role opens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.urls import reverse

from scsc.accounts.models import User
from scsc.programs.models import Program


@dataclass(frozen=True)
class NavItem:
    """A place in the bar. `url_name` takes the program's slug as `program`; `allowed` is a predicate.

    `also`: where pages lie that are found from it too, below the program's own address, such as "ballots/".
    """

    label: str
    url_name: str
    allowed: Callable[[User, Program], bool]
    order: int = 50
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class NavLink:
    """A place as one person sees it on one page."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class PublicItem:
    """A place that strangers may find. `is_there` says whether the program has published anything there."""

    label: str
    url_name: str
    is_there: Callable[[Program], bool]
    order: int = 50
    also: tuple[str, ...] = ()


_items: dict[str, NavItem] = {}
_public: dict[str, PublicItem] = {}


def register(item: NavItem) -> None:
    """Add a place; called from `AppConfig.ready`. The same address again replaces the first."""
    _items[item.url_name] = item


def register_public(item: PublicItem) -> None:
    """Add a place of the public pages, from `AppConfig.ready`. `is_there` runs in the program's scope."""
    _public[item.url_name] = item


def public_links_for(program: Program, path: str = "") -> list[NavLink]:
    """The places where the program has published something, in order; none where nothing is public."""
    items = [item for item in sorted(_public.values(), key=attrgetter("order")) if item.is_there(program)]
    return _links(items, program, path)


def links_for(user: User, program: Program, path: str) -> list[NavLink]:
    """The places open to a person, in order. Of those that hold `path`, the closest is current."""
    items = [item for item in sorted(_items.values(), key=attrgetter("order")) if item.allowed(user, program)]
    return _links(items, program, path)


def _links(items: Sequence[NavItem | PublicItem], program: Program, path: str) -> list[NavLink]:
    """The closest of what holds the page is current, by the length of its address."""
    urls = [reverse(item.url_name, kwargs={"program": program.slug}) for item in items]
    held = [_closest(item, url, path, program) for item, url in zip(items, urls, strict=True)]
    best = max(held, default=0)
    return [
        NavLink(item.label, url, 0 < length == best)
        for item, url, length in zip(items, urls, held, strict=True)
    ]


def _closest(item: NavItem | PublicItem, url: str, path: str, program: Program) -> int:
    """How long the address of this place is under which a page lies; 0 for none."""
    places = [url, *(f"/{program.slug}/{folder}" for folder in item.also)]
    return max((len(place) for place in places if _holds(place, path, program)), default=0)


def _holds(url: str, path: str, program: Program) -> bool:
    """Whether a page lies under a place. Everything lies under the program's home, so that one must match."""
    return path == url if url.endswith(f"/{program.slug}/") else path.startswith(url)
