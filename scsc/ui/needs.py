"""One thing for a person to do, as the Today page lists it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Need:
    """What to do, with where to do it. `since` orders needs of the same gravity, the newest first."""

    tone: str
    label: str
    title: str
    detail: str
    url: str
    since: date
    is_mine: bool = False
