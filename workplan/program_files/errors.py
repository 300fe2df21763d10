"""What is wrong with a program file, and where."""

from collections.abc import Iterable
from dataclasses import dataclass

from scsc.errors import DomainError

MORE = "And more: correct these first."
# Where a value stands in a file: field names, and positions in lists counted from 0.
Path = tuple[str | int, ...]
LONGEST_QUOTE = 60


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class FileError:
    """One thing to correct. `field` is the path in words that count from 1: `actions[9].ambition`."""

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        return f"{where}, {self.field}: {self.message}" if self.field else f"{where}: {self.message}"

    def as_line(self) -> str:
        """The form that compilers use, which editors turn into links."""
        place = f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class ProgramFileError(DomainError):
    """Everything that is wrong with a file, in the order of its lines. Nothing of it was loaded.

    `more` means that the file was not looked through to its end.
    """

    def __init__(self, errors: Iterable[FileError], *, more: bool = False) -> None:
        self.errors = sorted(errors, key=lambda e: (e.line, e.column, e.field, e.message))
        self.more = more
        super().__init__("\n".join([*map(str, self.errors), *([MORE] if more else [])]))


def field_name(path: Path) -> str:
    """`("actions", 8, "ambition")` as people read it: the ninth action is `actions[9].ambition`."""
    name = ""
    for part in path:
        step = f"[{part + 1}]" if isinstance(part, int) else shortened(part)
        name += f".{step}" if name and isinstance(part, str) else step
    return name


def shortened(text: str) -> str:
    """A text cut where it is long."""
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


def quoted(value: object) -> str:
    """A value of the file inside a sentence, cut where it is long."""
    return f"“{shortened(' '.join(str(value).split()))}”"
