"""Answers to a form, apart from where they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from grants.engine.schema import Json


@dataclass(frozen=True)
class GivenFile:
    """A file given as an answer. `state` is a value of scsc.documents.states.DocumentState."""

    id: int
    key: str
    name: str
    size: int
    sha256: str
    state: str
    url: str = ""


@dataclass(frozen=True)
class Answers:
    """Values and files by the key of their field."""

    values: Mapping[str, Json] = field(default_factory=dict)
    files: Mapping[str, Sequence[GivenFile]] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """What the round sets: bounds of the amount asked for, in the program's currency, and the day it is."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    currency: str = "AUD"
    today: date = date.max
