"""The repeating group: the same few questions for each of several things or people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field as Setting
from pydantic import ValidationError

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Kind, Posted, Problem, Shown, options_of, quoted
from grants.engine.kinds.reading import MOST_ROWS, lines_in, rows_of
from grants.engine.kinds.rows import Row
from grants.engine.kinds.simple import SIMPLE
from grants.engine.schema import Field, Json, Line, Part

MOST_FIELDS = 8


class GroupOptions(Part):
    """The questions, what one of the things is called, and how many of them."""

    fields: Annotated[list[Field], Setting(max_length=MOST_FIELDS)] = []
    item: Line = "Item"
    least: Annotated[int, Setting(ge=0, le=50)] = 0
    most: Annotated[int, Setting(ge=1, le=50)] = 10


class Group(Kind):
    name = "group"
    label = "Repeating group"
    about = "The same few questions for each of several people, places or things."
    composite = True
    control = "group"
    Options = GroupOptions

    def settings(self, field: Field) -> GroupOptions:
        return options_of(field, GroupOptions)

    def questions(self, field: Field) -> list[tuple[Field, Kind]]:
        """Its questions with their kinds; what a group cannot hold is left out, and the checks say so."""
        return [(one, SIMPLE[one.kind]) for one in self.settings(field).fields if one.kind in SIMPLE]

    def read(self, field: Field, data: Posted, name: str) -> Json:
        questions, rows = self.questions(field), []
        for number in range(MOST_ROWS):
            row = {one.key: kind.read(one, data, f"{name}.{number}.{one.key}") for one, kind in questions}
            if any(value is not None for value in row.values()):
                rows.append(row)
        return rows or None

    def is_blank(self, field: Field, value: Json, files: Sequence[GivenFile] = ()) -> bool:
        if not isinstance(value, list):
            return super().is_blank(field, value)
        return not any(given not in (None, "", [], {}) for row in rows_of(value) for given in row.values())

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        options, rows = self.settings(field), rows_of(value)
        problems = [
            found
            for number, row in enumerate(rows)
            for found in self._row_problems(field, number, row, limits)
        ]
        if not rows:
            problems.append(Problem(f"Answer {quoted(field)} again"))
        elif len(rows) < options.least:
            problems.append(Problem(f"{quoted(field)} needs at least {options.least}; you gave {len(rows)}"))
        if len(rows) > options.most:
            problems.append(Problem(f"{quoted(field)} takes at most {options.most}; you gave {len(rows)}"))
        return problems

    def _row_problems(self, field: Field, number: int, row: Row, limits: Limits) -> Iterator[Problem]:
        item = self.settings(field).item or "Item"
        for one, kind in self.questions(field):
            value: Any = row.get(one.key)
            found: list[Problem] = []
            if not kind.is_blank(one, value):
                found = kind.problems(one, value, limits=limits)
            elif one.required:
                found = [Problem(kind.missing(one))]
            for problem in found:
                part = f"{number}.{one.key}" + (f".{problem.part}" if problem.part else "")
                yield replace(problem, message=f"{item} {number + 1}: {problem.message}", part=part)

    def missing(self, field: Field) -> str:
        least = self.settings(field).least
        return f"Give at least {least or 1} for {quoted(field)}"

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        rows, questions = rows_of(value), self.questions(field)
        if not rows or not questions:
            return Shown(lines=lines_in(value))
        return Shown(
            head=[one.label for one, _ in questions],
            rows=[[_cell(one, kind, row, currency) for one, kind in questions] for row in rows],
        )

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        options = self.settings(field)
        return {"item": options.item or "Item", "most": options.most}

    def option_problems(self, field: Field) -> list[str]:
        options = self.settings(field)
        problems = []
        if not options.fields:
            problems.append("Add at least one question to the group.")
        if options.least > options.most:
            problems.append("The least number is more than the most.")
        keys = [one.key for one in options.fields]
        if len(set(keys)) < len(keys):
            problems.append("Two questions of the group have the same key.")
        return problems + [found for one in options.fields for found in _question_problems(one)]


def _cell(one: Field, kind: Kind, row: Row, currency: str) -> str:
    value: Any = row.get(one.key)
    return "\n".join(kind.shown(one, value, currency=currency).lines)


def _question_problems(one: Field) -> list[str]:
    """What keeps a question from being part of a group."""
    kind = SIMPLE.get(one.kind)
    if kind is None:
        return [f"A group cannot hold a question of the kind “{one.kind}”."]
    problems = []
    if not one.label:
        problems.append("A question of the group has no label.")
    if one.show_if is not None and one.show_if.conditions:
        problems.append(f"{quoted(one)} is in a group, where conditions do not work.")
    if one.role:
        problems.append(f"{quoted(one)} is in a group and cannot be the title or the amount.")
    try:
        kind.Options.model_validate(one.options)
    except ValidationError:
        return [*problems, f"{quoted(one)} has settings that do not fit."]
    return [*problems, *(f"{quoted(one)}: {found}" for found in kind.option_problems(one))]
