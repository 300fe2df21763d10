"""A whole application to read: its sections with every answer that is shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grants.engine.conditions import visible_keys
from grants.engine.kind import Shown
from grants.engine.kinds import kind_of
from grants.engine.schema import Section
from grants.models import Submission
from grants.queries.writing import Draft


@dataclass(frozen=True)
class ReadRow:
    """One question and its answer, as the tag `shown` draws it. `can_change`: it takes an answer now."""

    key: str
    label: str
    answer: Shown | Mapping[str, Any]
    can_change: bool = False


@dataclass(frozen=True)
class ReadSection:
    """A section to read."""

    key: str
    title: str
    rows: list[ReadRow]


def draft_sections(draft: Draft) -> list[ReadSection]:
    """The sections of a draft that are shown, as they are now."""
    visible = visible_keys(draft.schema, draft.answers).sections
    return [
        ReadSection(section.key, section.title, read_section_rows(draft, section))
        for section in draft.schema.sections
        if section.key in visible
    ]


def read_section_rows(draft: Draft, section: Section) -> list[ReadRow]:
    """The answers of one section, hidden ones left out."""
    return list(_rows(draft, section))


def submitted_sections(submission: Submission) -> list[ReadSection]:
    """The sections of a frozen submission."""
    return [
        ReadSection(
            section["key"],
            section["title"],
            [ReadRow(field["key"], field["label"], field["shown"]) for field in section["fields"]],
        )
        for section in submission.content["sections"]
    ]


def _rows(draft: Draft, section: Section) -> Iterator[ReadRow]:
    visible = visible_keys(draft.schema, draft.answers).fields
    currency = draft.application.program.currency
    for field in section.fields:
        kind = kind_of(field)
        if field.key in visible and kind.asks:
            value = draft.answers.values.get(field.key)
            files = draft.answers.files.get(field.key, ())
            shown = kind.shown(field, value, files, currency=currency)
            yield ReadRow(field.key, field.label, shown, can_change=field.key in draft.writable)
