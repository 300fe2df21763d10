"""Fields of several inputs under one legend: what an ABN, an address and the safeguarding fields share."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Input, Kind, Posted
from grants.engine.kinds.amounts import NotANumber, parse_number
from grants.engine.kinds.days import read_day
from grants.engine.kinds.numbers import read_amount
from grants.engine.kinds.reading import part_of, posted_line, posted_text
from grants.engine.schema import Field, Json


def read_input(one: Input, data: Posted, name: str) -> str | int:
    """What was typed into one of several inputs, as it is kept; empty for nothing."""
    typed = posted_text(data, name) if one.type == "textarea" else posted_line(data, name)
    if one.type == "date":
        return read_day(typed)
    if one.type == "amount":
        return read_amount(typed) or ""
    return read_whole(typed) if one.type == "whole" else typed


def read_whole(typed: str) -> str | int:
    """A count as it is kept; what was typed where it is none."""
    try:
        return int(parse_number(typed, places=0)) if typed else ""
    except NotANumber:
        return typed


class PartsKind(Kind):
    """An answer that is an object with a fixed set of parts."""

    composite = True
    control = "parts"
    # What the value of a blank answer may still hold, such as the country of an address.
    given: frozenset[str] = frozenset()

    @abstractmethod
    def parts(self, field: Field) -> Sequence[Input]:
        """Its inputs in order, without values."""

    def read(self, field: Field, data: Posted, name: str) -> Json:
        value = {one.part: read_input(one, data, f"{name}.{one.part}") for one in self.parts(field)}
        return None if self.is_blank(field, value) else value

    def is_blank(self, field: Field, value: Json, files: Sequence[GivenFile] = ()) -> bool:
        if files:
            return False
        if not isinstance(value, dict):
            return super().is_blank(field, value)
        return not any(part not in self.given and given not in (None, "") for part, given in value.items())

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        return {"parts": [replace(one, value=self.part_value(value, one)) for one in self.parts(field)]}

    def part_value(self, value: Json, one: Input) -> str:
        """What stands in one input."""
        return part_of(value, one.part)
