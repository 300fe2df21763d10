"""Fields that are a table of rows with the same inputs: what a budget and an indicator plan share."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Input, Kind, Posted
from grants.engine.kinds.parts import read_input
from grants.engine.kinds.reading import MOST_ROWS, part_of
from grants.engine.schema import Field, Json

Row = Mapping[str, object]


class RowsKind(Kind):
    """An answer of rows. Rows left blank are dropped, so that the rest close up."""

    composite = True
    control = "rows"
    # What one row is called.
    row_name = "Line"
    # Rows that an unanswered field starts with.
    starts_with = 3

    @abstractmethod
    def columns(self, field: Field) -> Sequence[Input]:
        """The inputs of a row, without values."""

    @abstractmethod
    def most_rows(self, field: Field) -> int:
        """How many rows it takes."""

    @abstractmethod
    def rows(self, value: Json) -> Sequence[Row]:
        """The rows of a stored answer of any shape."""

    @abstractmethod
    def from_rows(self, rows: list[dict[str, str | int]]) -> Json:
        """The answer that these rows are."""

    def read(self, field: Field, data: Posted, name: str) -> Json:
        columns = self.columns(field)
        rows = []
        for number in range(MOST_ROWS):
            row = {one.part: read_input(one, data, f"{name}.{number}.{one.part}") for one in columns}
            if any(given != "" for given in row.values()):
                rows.append(row)
        return self.from_rows(rows) if rows else None

    def is_blank(self, field: Field, value: Json, files: Sequence[GivenFile] = ()) -> bool:
        if super().is_blank(field, value):
            return True
        filled = any(given not in (None, "") for row in self.rows(value) for given in row.values())
        return isinstance(value, list | dict) and not filled

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        columns = self.columns(field)
        rows = [[replace(one, value=part_of(row, one.part)) for one in columns] for row in self.rows(value)]
        return {"columns": columns, "filled": rows, "most": self.most_rows(field)}
