"""What is stated rather than asked: text to read, and a declaration to agree to."""

from collections.abc import Mapping, Sequence
from typing import Any

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Kind, Posted, Problem, Shown, options_of, quoted
from grants.engine.kinds.reading import posted_line
from grants.engine.schema import Field, Json, Part, Text

NO_OPERATOR: frozenset[Any] = frozenset()
AGREED = "I have read this and agree."


class Info(Kind):
    name = "info"
    label = "Text to read"
    about = "A heading and text between the questions. Nothing is answered."
    asks = False
    control = "info"
    operators = NO_OPERATOR

    def read(self, field: Field, data: Posted, name: str) -> Json:
        return None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        return []

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        return Shown()

    def is_blank(self, field: Field, value: Json, files: Sequence[GivenFile] = ()) -> bool:
        return True


class DeclarationOptions(Part):
    """The whole text that is agreed to."""

    text: Text = ""


class Declaration(Kind):
    name = "declaration"
    label = "Declaration"
    about = "A text with a box to tick: whoever submits agrees to it."
    composite = True
    control = "declaration"
    Options = DeclarationOptions

    def read(self, field: Field, data: Posted, name: str) -> Json:
        return True if posted_line(data, name) in {"yes", "true", "on", "1"} else None

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        return [] if value is True else [Problem(self.missing(field))]

    def missing(self, field: Field) -> str:
        return f"Tick the box of {quoted(field)} to agree"

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        if value is not True:
            return Shown()
        text = options_of(field, DeclarationOptions).text
        return Shown(lines=[*text.splitlines(), "Agreed"])

    def is_blank(self, field: Field, value: Json, files: Sequence[GivenFile] = ()) -> bool:
        return value is False or super().is_blank(field, value)

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        text = options_of(field, DeclarationOptions).text
        return {"text": text, "agreed": value is True, "words": AGREED if text else field.label}

    def option_problems(self, field: Field) -> list[str]:
        text = options_of(field, DeclarationOptions).text
        return [] if text or field.help else ["Give the text that is agreed to."]
