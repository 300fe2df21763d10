"""What a section of an application was sent with, and the declaration."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from grants.engine.kinds import kind_of
from grants.engine.schema import Field, Json, Section
from grants.queries.writing import Draft

# Inputs of the page itself. No key of a field begins like this.
PERSON = "_person"
VERSION = "_version"
BASE = "_base"
CHOICE = "_choice"
# With the two texts of a conflict, until one is chosen.
CLASH = "_clash"
SEEN = "_seen"
DRAW = "_draw"
# Buttons of a field, as templates/grants/fields has them.
ADD_ROW = "add-row"
REMOVE_FILE = "remove-file"

# Older than any: who has seen both texts and chosen none is asked again.
NO_VERSION = -1

# Kinds of which two texts can stand one after the other.
JOINED_BY = {"text": " ", "long_text": "\n\n"}


@dataclass(frozen=True)
class Typed:
    """One field as it was sent: its value, over which version, and what was chosen in a conflict.

    `touched` is False for what is as the page had it, so that nobody overwrites what they only looked at.
    """

    field: Field
    value: Json
    version: int
    touched: bool
    choice: str = ""


def read_field(field: Field, data: QueryDict) -> Typed:
    """One field out of what was sent."""
    value = kind_of(field).read(field, data, field.key)
    choice = data.get(f"{CHOICE}.{field.key}", "")
    undecided = not choice and f"{CLASH}.{field.key}" in data
    return Typed(
        field=field,
        value=value,
        version=NO_VERSION if undecided else version_in(data, field.key),
        touched=digest(field, value) != data.get(f"{BASE}.{field.key}", ""),
        choice=choice,
    )


def read_section(draft: Draft, section: Section, data: QueryDict) -> list[Typed]:
    """The fields of a section that were on the page and take an answer."""
    return [read_field(field, data) for field in _on_the_page(draft, section, data)]


def files_in(
    draft: Draft, section: Section, files: "MultiValueDict[str, UploadedFile[bytes]]"
) -> "Iterator[tuple[Field, UploadedFile[bytes]]]":
    """The files that a page without script sends with its section."""
    for field in section.fields:
        if field.key in draft.writable and kind_of(field).takes_files:
            for file in files.getlist(field.key):
                yield field, file


def digest(field: Field, value: Json) -> str:
    """A short mark of a value, the same for whatever counts as nothing given."""
    if kind_of(field).is_blank(field, value):
        return ""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def version_in(data: QueryDict, key: str = "") -> int:
    """The version that a writer saw; 0 where none or nonsense was sent."""
    given = data.get(f"{VERSION}.{key}" if key else VERSION, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def joined(field: Field, theirs: Json, mine: Json) -> Json:
    """Both texts, theirs first; mine where the two cannot stand together."""
    between = JOINED_BY.get(field.kind)
    if between is None or not isinstance(theirs, str) or not isinstance(mine, str):
        return mine
    return f"{theirs}{between}{mine}"


class DeclarationForm(forms.Form):
    """Who declares that what is submitted is right."""

    name = forms.CharField(
        label="Full name",
        max_length=150,
        help_text="A person who is authorised to sign for the organisation.",
        error_messages={"required": "Enter the full name of the person who declares this"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    position = forms.CharField(
        max_length=150,
        help_text="Such as chief executive, director or principal.",
        error_messages={"required": "Enter the position of the person who declares this"},
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    declared = forms.BooleanField(
        error_messages={"required": "Tick the box to declare this"},
    )

    def __init__(self, *args: Any, text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["declared"].label = text


def _on_the_page(draft: Draft, section: Section, data: QueryDict) -> Iterator[Field]:
    for field in section.fields:
        if field.key in draft.writable and f"{VERSION}.{field.key}" in data:
            yield field
