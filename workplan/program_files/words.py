"""What the schema objects to, in plain words."""

import re
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from workplan.program_files.document import Document
from workplan.program_files.errors import LONGEST_QUOTE, Path, quoted, shortened
from workplan.program_files.schema import MAX_YEARS, ProgramFileContent

MOST_LISTED = 12

EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "model_type": "a group of fields",
}
BOUNDS = {
    "greater_than_equal": "should be {ge} or more",
    "less_than_equal": "should be {le} or less",
    "string_too_long": "should have at most {max_length} characters",
    "decimal_max_digits": "should have at most {max_digits} digits",
    "decimal_max_places": "should have at most {decimal_places} digits after the point",
}


def explain_schema_error(error: ErrorDetails, document: Document) -> None:
    """Add one of pydantic's errors to the document, in words and at its place."""
    path = error["loc"]
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        document.add_error(path, _unknown_field(path, value), at_key=True)
    elif not document.has_error_at(path):
        document.add_error(path, _sentence(kind, path, value, context) or f"{error['msg']}.")


def one_of(value: object, known: list[str], noun: str = "value", *, hint: bool = True) -> str:
    """A sentence for a value that is none of the known ones; with the likeliest meant, unless told not to."""
    close = closest(value, known) if hint else None
    meant = f"Did you mean {quoted(close)}? " if close else ""
    listed = ", ".join(map(shortened, known[:MOST_LISTED]))
    listed += " and others" if len(known) > MOST_LISTED else ""
    choice = f"Use one of {listed}." if known else f"The file has no {noun} at all."
    return f"there is no {noun} {quoted(value)}. {meant}{choice}"


def closest(value: object, known: list[str]) -> str | None:
    """The known word that is most like the value. Long texts are no misspelt words, and slow to compare."""
    words = [word for word in known if len(word) <= LONGEST_QUOTE]
    found = get_close_matches(text, words, n=1) if len(text := str(value)) <= LONGEST_QUOTE else []
    return found[0] if found else None


def _sentence(kind: str, path: Path, value: Any, context: dict[str, Any]) -> str:
    if kind == "missing":
        return f"“{path[-1]}” is missing."
    if value is None or kind == "string_too_short":
        return "this is empty. Give a value, or leave the field out where it is optional."
    if kind == "said":
        return str(context["message"])
    if kind == "literal_error":
        return one_of(value, re.findall(r"'([^']*)'", context["expected"]))
    if kind in EXPECTED:
        return _wrong_type(kind, value)
    if kind == "too_short":
        return "this list needs at least one entry."
    if kind == "too_long" and context["max_length"] == MAX_YEARS:
        return f"a program has at most {MAX_YEARS} years. Begin a new program after that."
    if kind == "too_long":
        return "give one year, as [2], or the first and the last, as [3, 6]."
    return f"this {BOUNDS[kind].format(**context)}." if kind in BOUNDS else ""


def _wrong_type(kind: str, value: Any) -> str:
    if kind == "string_type" and not isinstance(value, dict | list):
        return f"this should be text. Put {quoted(value)} in quotes."
    shown = "" if isinstance(value, dict | list) else f", not {quoted(value)}"
    return f"this should be {EXPECTED[kind]}{shown}."


def _unknown_field(path: Path, value: Any) -> str:
    known = _fields_at(path[:-1])
    close = closest(path[-1], known)
    if value is None and not close:
        return f"there is no field {quoted(path[-1])} here. Put a text that has a comma in quotes."
    hint = f"Did you mean “{close}”?" if close else f"Its fields are {', '.join(known)}."
    return f"there is no field {quoted(path[-1])} here. {hint}"


def _fields_at(path: Path) -> list[str]:
    """The field names that the schema knows in the group at `path`; none where there is no group."""
    model: type[BaseModel] | None = ProgramFileContent
    for part in path:
        if isinstance(part, str):
            known = model.model_fields.get(part) if model else None
            model = _model_in(known.annotation) if known else None
    return list(model.model_fields) if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
