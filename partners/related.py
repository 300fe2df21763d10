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

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider. Called from AppConfig.ready."""
    if provider not in _providers:
        _providers.append(provider)


def sections_of(user: User, organisation: Organisation, ids: Sequence[int]) -> list[Section]:
    """Everything that the apps show this person about an organisation."""
    return [section for provider in _providers for section in provider(user, organisation, ids)]
