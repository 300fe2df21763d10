"""The shape of a form: sections of fields, and when each is shown."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

KEY = r"^[a-z][a-z0-9_]{0,59}$"
Key = Annotated[str, StringConstraints(pattern=KEY)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]

# What an answer can be, as JSON.
Json = None | bool | int | str | list[Any] | dict[str, Any]


class Part(BaseModel):
    """A part of a form: nothing unknown in it, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(Part):
    """One thing that must hold of another field's answer. A hidden field has no answer."""

    field: Key
    op: Literal["is", "is_not", "includes", "answered", "not_answered", "more_than", "less_than"]
    value: Line = ""


class Rule(Part):
    """When a field or section is shown: all of the conditions, or any."""

    match: Literal["all", "any"] = "all"
    conditions: list[Condition] = []


class Field(Part):
    """One question. `kind` names a kind of grants.engine.kinds; `options` are that kind's own settings.

    `role` says which field gives an application its title and the amount asked for.
    """

    key: Key
    kind: Key
    label: Line
    help: Text = ""
    required: bool = False
    show_if: Rule | None = None
    options: dict[str, Any] = {}
    role: Literal["", "title", "amount"] = ""


class Section(Part):
    """A page of questions, one task of the list."""

    key: Key
    title: Line
    help: Text = ""
    show_if: Rule | None = None
    fields: list[Field] = []


class FormSchema(Part):
    """A whole form. grants.engine.checks says what still keeps it from being published."""

    sections: list[Section] = []

    def fields(self) -> Iterator[tuple[Section, Field]]:
        """Every field with its section, in order."""
        for section in self.sections:
            for field in section.fields:
                yield section, field

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    def field(self, key: str) -> Field | None:
        return next((field for _, field in self.fields() if field.key == key), None)

    def with_role(self, role: str) -> Field | None:
        """The field that gives the title or the amount."""
        return next((field for _, field in self.fields() if field.role == role), None)
