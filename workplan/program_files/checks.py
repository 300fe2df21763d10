"""What must hold between the parts of a program file: references, order of years, no cycles.

The checks read the plain values, not the schema's models, so that they speak even when another part is wrong.
"""

from collections.abc import Iterator
from datetime import date
from heapq import nsmallest
from itertools import chain, islice, pairwise
from typing import Any, TypeGuard

from pydantic_core import PydanticCustomError

from workplan.program_files.cycles import find_cycles
from workplan.program_files.document import Document
from workplan.program_files.errors import Path, quoted, shortened
from workplan.program_files.fields import read_day
from workplan.program_files.schema import MAX_YEARS
from workplan.program_files.words import MOST_LISTED, one_of

Row = tuple[Path, dict[str, Any]]
# Codes in their order, found at once.
Codes = dict[str, None]
# Comparisons of words for the sake of a hint, in one file: at most half a second.
MOST_COMPARED = 10_000

CODED = {
    "ambitions": "ambition",
    "outcomes": "outcome",
    "actions": "action",
    "bodies": "body",
    "partners": "partner",
    "proposals": "proposal",
}
# Fields that name a row of another section: (section, field, section named).
REFERENCES = [
    ("outcomes", "ambition", "ambitions"),
    ("actions", "ambition", "ambitions"),
    ("actions", "partner", "partners"),
    ("proposals", "partner", "partners"),
    ("proposals", "action", "actions"),
]


def check_content(document: Document) -> None:
    """Add to the document every error between its parts."""
    _check_codes(document)
    _check_years(document)
    _check_spans(document)
    codes = {section: dict.fromkeys(codes_of(document, section)) for section in CODED}
    for section, field, named in REFERENCES:
        for path, row in rows(document, section):
            _check_reference(document, (*path, field), row.get(field), CODED[named], codes[named])
    _check_dependencies(document, codes["actions"])
    _check_cycles(document, codes["actions"])


def rows(document: Document, *path: str | int) -> Iterator[Row]:
    """The groups in the list at a path, each with its own path; nothing where the file has no such list."""
    found: Any = document.data
    for part in path:
        found = found.get(part) if isinstance(found, dict) and isinstance(part, str) else found
        if isinstance(part, int):
            found = found[part]
    for i, row in enumerate(found if isinstance(found, list) else ()):
        if isinstance(row, dict):
            yield (*path, i), row


def codes_of(document: Document, section: str) -> list[str]:
    """The codes that a section gives, right or wrong, in order."""
    return [code for _, row in rows(document, section) if isinstance(code := row.get("code"), str)]


def _check_codes(document: Document) -> None:
    for section, noun in CODED.items():
        _check_unique(document, list(rows(document, section)), "code", noun)
    deliverables = [rows(document, *path, "deliverables") for path, _ in rows(document, "actions")]
    _check_unique(document, list(chain.from_iterable(deliverables)), "code", "deliverable")
    _check_unique(document, list(rows(document, "program", "years")), "number", "year")


def _check_unique(document: Document, found: list[Row], field: str, noun: str) -> None:
    first: dict[Any, Path] = {}
    for path, row in found:
        value = row.get(field)
        if not isinstance(value, str | int):
            continue
        if value in first:
            line = document.values[(*first[value], field)].line
            _add(document, (*path, field), f"{noun} {quoted(value)} is given twice, first on line {line}.")
        first.setdefault(value, path)


def _check_years(document: Document) -> None:
    """Each year ends after it starts, and follows the one before in number and in days."""
    before: dict[str, Any] = {}
    for path, row in rows(document, "program", "years"):
        start, end, number = _day(row.get("starts_on")), _day(row.get("ends_on")), row.get("number")
        if start and end and end <= start:
            _add(document, (*path, "ends_on"), f"it ends on {end}, before it starts on {start}.")
        last, previous = _day(before.get("ends_on")), before.get("number")
        if start and last and start <= last:
            _add(
                document, (*path, "starts_on"), f"it starts on {start}, before the last year ends on {last}."
            )
        if _is_number(number) and _is_number(previous) and number != previous + 1:
            _add(document, (*path, "number"), f"{number} follows {previous}. Number the years one by one.")
        before = row


def _check_spans(document: Document) -> None:
    """A span begins in a year of the plan. It may end after the plan does."""
    numbers = (row.get("number") for _, row in rows(document, "program", "years"))
    known = dict.fromkeys(n for n in numbers if _is_number(n))
    for section in ("actions", "partners"):
        for path, row in rows(document, section):
            span = row.get("years")
            if not isinstance(span, list) or not span or not all(_is_number(n) for n in span):
                continue
            if known and span[0] not in known:
                years = ", ".join(str(n) for n in islice(known, MAX_YEARS))
                _add(document, (*path, "years", 0), f"the plan has no year {span[0]}. Its years are {years}.")
            if span[-1] < span[0]:
                _add(
                    document,
                    (*path, "years", 1),
                    f"the last year, {span[-1]}, is before the first, {span[0]}.",
                )


def _check_dependencies(document: Document, codes: Codes) -> None:
    for path, row in rows(document, "actions"):
        waits = row.get("depends_on")
        seen: set[str] = set()
        for i, code in enumerate(waits if isinstance(waits, list) else ()):
            if not isinstance(code, str):
                continue
            here = (*path, "depends_on", i)
            _check_reference(document, here, code, "action", codes)
            if code in seen:
                _add(document, here, f"{quoted(code)} is given twice.")
            seen.add(code)


def _check_cycles(document: Document, codes: Codes) -> None:
    """Name each cycle whole, at the first of its dependencies in the file."""
    graph: dict[str, list[str]] = {}
    places: dict[tuple[str, str], Path] = {}
    for path, row in rows(document, "actions"):
        code, waits = row.get("code"), row.get("depends_on")
        if not isinstance(code, str) or code in graph:
            continue
        graph[code] = []
        for i, other in enumerate(waits if isinstance(waits, list) else ()):
            if isinstance(other, str) and other in codes:
                graph[code].append(other)
                places[code, other] = (*path, "depends_on", i)
    for cycle in find_cycles(graph):
        steps = nsmallest(MOST_LISTED, (places[step] for step in pairwise(cycle)))
        lines = " and ".join(str(document.values[path].line) for path in steps)
        shown = cycle if len(cycle) <= MOST_LISTED else [*cycle[: MOST_LISTED - 2], "…", cycle[-1]]
        whole = " -> ".join(map(shortened, shown))
        message = f"the actions wait for each other: {whole} (lines {lines}). Remove one dependency."
        document.add_error(steps[0], message)


def _check_reference(document: Document, path: Path, value: object, noun: str, known: Codes) -> None:
    if isinstance(value, str) and value not in known and not document.has_error_at(path):
        hint = len(known) * len(document.errors) < MOST_COMPARED
        document.add_error(path, one_of(value, list(known), noun, hint=hint))


def _add(document: Document, path: Path, message: str) -> None:
    """Add an error, unless the schema has said something about this value already."""
    if not document.has_error_at(path):
        document.add_error(path, message)


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _day(value: object) -> date | None:
    try:
        return read_day(value)
    except PydanticCustomError:
        return None
