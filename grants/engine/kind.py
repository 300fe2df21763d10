"""What every kind of field can do."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import ValidationError

from grants.engine.answers import GivenFile, Limits
from grants.engine.schema import Field, Json, Line, Part

Operator = Literal["is", "is_not", "includes", "answered", "not_answered", "more_than", "less_than"]
WHETHER: frozenset[Operator] = frozenset({"answered", "not_answered"})
EQUAL: frozenset[Operator] = WHETHER | {"is", "is_not"}
ORDERED: frozenset[Operator] = EQUAL | {"more_than", "less_than"}

# Longest label that a message quotes whole.
QUOTED = 90


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


class Option(Part):
    """One of several answers to choose from."""

    value: Line
    label: Line


@dataclass(frozen=True)
class Input:
    """One of several inputs of a field: what its template draws. `part` is its name within the field's."""

    part: str
    label: str
    value: str = ""
    type: Literal["text", "date", "textarea", "select", "amount", "whole"] = "text"
    hint: str = ""
    size: Literal["", "short", "medium"] = ""
    options: Sequence[Option] = ()
    suggestions: Sequence[str] = ()


class NoOptions(Part):
    """Settings of a kind that has none."""


Settings = TypeVar("Settings", bound=Part)


def options_of(field: Field, model: type[Settings]) -> Settings:
    """A field's own settings; the defaults where a draft's are not right, which the checks report."""
    try:
        return model.model_validate(field.options)
    except ValidationError:
        return model()


def quoted(field: Field) -> str:
    """The field's label as a message quotes it."""
    label = field.label if len(field.label) <= QUOTED else f"{field.label[: QUOTED - 1].rstrip()}…"
    return f"“{label}”"


class Kind(ABC):
    """A kind of field. Kinds hold no state; grants.engine.kinds has one of each by name.

    `composite` kinds have several inputs under one legend; the others one control with a label.
    `takes_files` kinds keep their files beside the value. `asks` is False for what is only read. `control` is
    the template of templates/grants/fields that draws it.
    `operators` are those that a condition may use on it; every settings model works without any setting.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    about: ClassVar[str]
    control: ClassVar[str] = "line"
    composite: ClassVar[bool] = False
    takes_files: ClassVar[bool] = False
    asks: ClassVar[bool] = True
    operators: ClassVar[frozenset[Operator]] = WHETHER
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
    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        """The answer for reading. Copes with any JSON, such as an answer given to an earlier version."""

    def is_blank(self, field: Field, value: Json, files: Sequence[GivenFile] = ()) -> bool:
        return value in (None, "", [], {})

    def missing(self, field: Field) -> str:
        """What to say when a required answer is missing."""
        return f"Answer {quoted(field)}"

    def most_files(self, field: Field) -> int:
        """How many files it takes; none unless `takes_files`."""
        return 0

    def needs_file(self, field: Field) -> bool:
        """Whether an answer is not whole without a file, even where another part of it is given."""
        return False

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        """What its template needs beside its name, id, errors and the text of a single value."""
        return {}

    def compared(self, value: Json) -> str | Decimal | list[str] | None:
        """The answer as conditions compare it."""
        return value if isinstance(value, str) else None

    def comparable(self, field: Field) -> Sequence[Option]:
        """The answers that a condition may name; none where it may name anything."""
        return ()

    def option_problems(self, field: Field) -> list[str]:
        """What is wrong with settings of the right shape, each a sentence for who builds the form."""
        return []
