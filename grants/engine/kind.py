"""What every kind of field can do."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from grants.engine.answers import GivenFile, Limits
from grants.engine.schema import Field, Json, Part


class Posted(Protocol):
    """What a form was sent with, as Django's QueryDict."""

    def get(self, key: str, default: Any = None) -> Any: ...
    def getlist(self, key: str, default: Any = None) -> list[Any]: ...


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer, in words that say what to do. `part` names one of several inputs."""

    message: str
    part: str = ""


@dataclass(frozen=True)
class Shown:
    """An answer for reading: lines of text, or a table with its head, and files."""

    lines: Sequence[str] = ()
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    files: Sequence[GivenFile] = ()
    total: str = ""


class NoOptions(Part):
    """Settings of a kind that has none."""


class Kind(ABC):
    """A kind of field. Kinds hold no state; grants.engine.kinds has one of each by name.

    `composite` kinds have several inputs under one legend; the others one control with a label.
    `takes_files` kinds keep their files beside the value.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    about: ClassVar[str]
    composite: ClassVar[bool] = False
    takes_files: ClassVar[bool] = False
    Options: ClassVar[type[Part]] = NoOptions

    @abstractmethod
    def read(self, field: Field, data: Posted, name: str) -> Json:
        """The answer in what was posted under `name` (and `name.part`, `name.0.part` for several inputs).

        Never raises: what cannot be read as meant is kept as it was typed, and `problems` says so. None for
        nothing given.
        """

    @abstractmethod
    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        """What is wrong with a given answer; never that it is missing."""

    @abstractmethod
    def shown(self, field: Field, value: Json, files: Sequence[GivenFile] = ()) -> Shown:
        """The answer for reading. Copes with any JSON, such as an answer given to an earlier version."""

    def is_blank(self, field: Field, value: Json, files: Sequence[GivenFile] = ()) -> bool:
        return value in (None, "", [], {})

    def missing(self, field: Field) -> str:
        """What to say when a required answer is missing."""
        return f"Answer “{field.label}”"

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        """What its template `grants/fields/<name>.html` needs beside `field`, `name`, `id` and `value`."""
        return {}

    def compared(self, value: Json) -> str | Decimal | list[str] | None:
        """The answer as conditions compare it."""
        return value if isinstance(value, str) else None
