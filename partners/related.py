"""What other apps show on the page of an organisation, such as its applications."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from partners.models import Organisation
from scsc.accounts.models import User


@dataclass(frozen=True)
class Item:
    """One line: where it leads, what is said beside it, and how it stands."""

    label: str
    about: str
    url: str = ""
    tone: str = "idle"
    state: str = ""


@dataclass(frozen=True)
class Section:
    """A heading with its lines, the newest first; `more` says how many are left out, `link` what to add."""

    title: str
    items: Sequence[Item]
    more: int = 0
    url: str = ""
    link: str = ""


# What a person may see about an organisation, and about the rows that were merged into it, whose ids it gets.
Provider = Callable[[User, Organisation, Sequence[int]], Sequence[Section]]

# The sources of statements that a person must not see, such as those of an application kept from them.
Hider = Callable[[User, Sequence[int]], Sequence[str]]

_providers: list[Provider] = []
_hiders: list[Hider] = []


def register(provider: Provider) -> None:
    """Add a provider. Called from AppConfig.ready."""
    if provider not in _providers:
        _providers.append(provider)


def register_hider(hider: Hider) -> None:
    """Let an app hide what came with something a person must not see. Called from AppConfig.ready."""
    if hider not in _hiders:
        _hiders.append(hider)


def hidden_from(user: User, ids: Sequence[int]) -> list[str]:
    """The sources whose statements about these organisations this person must not see."""
    return [source for hider in _hiders for source in hider(user, ids)]


def sections_of(user: User, organisation: Organisation, ids: Sequence[int]) -> list[Section]:
    """Everything that the apps show this person about an organisation."""
    return [section for provider in _providers for section in provider(user, organisation, ids)]
