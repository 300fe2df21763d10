"""Days, and the field that asks for one."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Literal

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import ORDERED, Kind, Posted, Problem, Shown, options_of, quoted
from grants.engine.kinds.reading import lines_in, posted_line, text_in
from grants.engine.schema import Field, Json, Part

ISO = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
# The browser's own date field sends the first; the others are typed where it has none.
TYPED = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")


def parse_day(value: object) -> date | None:
    """The day that an answer names, stored or typed; None for anything else."""
    text = text_in(value)
    with suppress(ValueError):
        return date.fromisoformat(text) if ISO.fullmatch(text) else None
    return None


def read_day(typed: str) -> str:
    """A typed day as it is kept: the ISO date, or what was typed where it is none."""
    if parse_day(typed):
        return typed
    for form in TYPED:
        with suppress(ValueError):
            return datetime.strptime(typed, form).date().isoformat()  # noqa: DTZ007 (a day, not a moment)
    return typed


def day_words(value: object) -> str:
    """A day for reading: "5 March 2027"; anything else as it is."""
    day = parse_day(value)
    return f"{day.day} {day:%B} {day.year}" if day else text_in(value)


def day_problem(value: object, name: str, *, earliest: date = FIRST, latest: date = LAST) -> str:
    """What is wrong with a day, or nothing. `name` is what the message calls it."""
    day = parse_day(value)
    if day is None:
        return f"Enter a date for {name}, such as 27/03/2027"
    if day < earliest:
        return f"{name} must be {day_words(earliest.isoformat())} or later"
    if day > latest:
        return f"{name} must be {day_words(latest.isoformat())} or earlier"
    return ""


class DateOptions(Part):
    """Between which days; `when` goes by the day on which it is answered."""

    earliest: date | None = None
    latest: date | None = None
    when: Literal["", "past", "future"] = ""


class Date(Kind):
    name = "date"
    label = "Date"
    about = "One day, such as the start of a project."
    control = "date"
    operators = ORDERED
    Options = DateOptions

    def read(self, field: Field, data: Posted, name: str) -> Json:
        return read_day(posted_line(data, name)) or None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        earliest, latest = self._span(field, limits)
        problem = day_problem(value, quoted(field), earliest=earliest, latest=latest)
        return [Problem(problem)] if problem else []

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        return Shown(lines=[day_words(value)] if parse_day(value) else lines_in(value))

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        earliest, latest = self._span(field, limits)
        return {
            "earliest": "" if earliest == FIRST else earliest.isoformat(),
            "latest": "" if latest == LAST else latest.isoformat(),
        }

    def compared(self, value: Json) -> str | None:
        day = parse_day(value)
        return day.isoformat() if day else None

    def option_problems(self, field: Field) -> list[str]:
        options = options_of(field, DateOptions)
        if options.earliest and options.latest and options.earliest > options.latest:
            return ["The earliest day is after the latest."]
        return []

    def _span(self, field: Field, limits: Limits) -> tuple[date, date]:
        options = options_of(field, DateOptions)
        earliest, latest = options.earliest or FIRST, options.latest or LAST
        if limits.today != date.max and options.when == "past":
            latest = min(latest, limits.today)
        if limits.today != date.max and options.when == "future":
            earliest = max(earliest, limits.today)
        return earliest, latest
