"""What is wrong with a program file, and where."""

from collections.abc import Iterable
from dataclasses import dataclass

from scsc.errors import DomainError

# Where a value stands in a file: field names, and positions in lists counted from 0.
Path = tuple[str | int, ...]


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
    """Everything that is wrong with a file, in the order of its lines. Nothing of it was loaded."""

    def __init__(self, errors: Iterable[FileError]) -> None:
        self.errors = sorted(errors, key=lambda e: (e.line, e.column, e.field, e.message))
        super().__init__("\n".join(str(error) for error in self.errors))


def field_name(path: Path) -> str:
    """`("actions", 8, "ambition")` as people read it: the ninth action is `actions[9].ambition`."""
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name
