"""What is open to everybody now, on the front page: each app registers what it has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import DatabaseError

from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Opening:
    """Something that anybody may enter until a moment, by the clock of its zone."""

    title: str
    about: str
    url: str
    closes_at: datetime
    zone: str


@dataclass(frozen=True)
class OpenProgram:
    """A program with what is open in it, the first to close first."""

    program: Program
    openings: list[Opening]


Finder = Callable[[Program], list[Opening]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Called from `AppConfig.ready`. The finder runs in the program's scope and names public things only."""
    _finders.append(finder)


def open_programs() -> list[OpenProgram]:
    """The programs in which something is open, by name. Empty while the database is away.

    Enters one scope after the other: two queries a program.
    """
    try:
        found = [OpenProgram(program, _openings_of(program)) for program in Program.objects.all()]
    except DatabaseError:
        log.exception("front_page_without_database")
        return []
    return [one for one in found if one.openings]


def _openings_of(program: Program) -> list[Opening]:
    with program_scope(program):
        found = [opening for finder in _finders for opening in finder(program)]
    return sorted(found, key=lambda opening: (opening.closes_at, opening.title))
