"""The indicator plan: what will be measured, from where to where, and how."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field as Setting

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Input, Problem, Shown, options_of, quoted
from grants.engine.kinds.reading import lines_in, part_of, rows_of
from grants.engine.kinds.rows import Row, RowsKind
from grants.engine.schema import Field, Json, Part

LONGEST = {"indicator": 300, "baseline": 100, "target": 100, "how": 1_000}


class IndicatorsOptions(Part):
    """How many indicators: too many are never measured."""

    most: Annotated[int, Setting(ge=1, le=50)] = 10


class Indicators(RowsKind):
    name = "indicators"
    label = "Indicator plan"
    about = "What will be measured, where it stands today, the target, and how it is found out."
    starts_with = 2
    row_name = "Indicator"
    Options = IndicatorsOptions

    def columns(self, field: Field) -> Sequence[Input]:
        return [
            Input("indicator", "What you will measure", type="textarea"),
            Input("baseline", "Today", hint="“Unknown” is an answer", size="short"),
            Input("target", "Target", size="short"),
            Input("how", "How you will find out", type="textarea"),
        ]

    def most_rows(self, field: Field) -> int:
        return options_of(field, IndicatorsOptions).most

    def rows(self, value: Json) -> Sequence[Row]:
        return rows_of(value)

    def from_rows(self, rows: list[dict[str, str | int]]) -> Json:
        return rows

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        rows, most = self.rows(value), self.most_rows(field)
        problems = [
            found for number, row in enumerate(rows) for found in self._row_problems(field, number, row)
        ]
        if not rows:
            problems.append(Problem(f"Give the indicators of {quoted(field)} again"))
        if len(rows) > most:
            problems.append(
                Problem(f"{quoted(field)} takes {most} indicators; choose those that matter most")
            )
        return problems

    def _row_problems(self, field: Field, number: int, row: Row) -> list[Problem]:
        problems = []
        for one in self.columns(field):
            given, most = part_of(row, one.part), LONGEST[one.part]
            if not given:
                words = f"Indicator {number + 1}: fill in “{one.label}”"
                problems.append(Problem(words, f"{number}.{one.part}"))
            elif len(given) > most:
                words = f"Indicator {number + 1}: shorten “{one.label}” to {most:,} characters"
                problems.append(Problem(words, f"{number}.{one.part}"))
        return problems

    def missing(self, field: Field) -> str:
        return f"Give at least one indicator for {quoted(field)}"

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        columns, rows = self.columns(field), self.rows(value)
        if not rows:
            return Shown(lines=lines_in(value))
        return Shown(
            head=[one.label for one in columns],
            rows=[[part_of(row, one.part) for one in columns] for row in rows],
        )
