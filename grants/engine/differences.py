"""What changed: between two versions of a form, and between two submissions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from grants.engine.kind import quoted
from grants.engine.kinds import KINDS
from grants.engine.schema import Field, FormSchema, Section
from grants.engine.words import Piece, word_changes

Change = Literal[
    "added", "removed", "kind", "required", "optional", "settings", "shown_when", "reworded", "moved"
]


@dataclass(frozen=True)
class SchemaChange:
    """One change of a form, and what it means for who has begun to write.

    `key` is that of the field, or of the section where `field` is False. `needs_work`: drafts that were
    complete may not be any more.
    """

    change: Change
    key: str
    label: str
    what: str
    effect: str
    needs_work: bool = False
    field: bool = True


@dataclass(frozen=True)
class AnswerChange:
    """An answer that changed. `before` and `after` are the `shown` of a submission, None where not there.

    `pieces` are the words kept, taken out and put in, for answers that are texts; empty for the others.
    """

    key: str
    label: str
    section: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    pieces: Sequence[Piece] = ()


def schema_changes(old: FormSchema, new: FormSchema) -> list[SchemaChange]:
    """How a form changed, in the new form's order, then what was removed."""
    before = {field.key: (section, field) for section, field in old.fields()}
    after = {field.key for _, field in new.fields()}
    changes = list(_section_changes(old, new))
    for section, field in new.fields():
        if field.key not in before:
            changes.append(_added(field))
        else:
            changes += _field_changes(*before[field.key], section, field)
    return changes + [_removed(field) for key, (_, field) in before.items() if key not in after]


def _section_changes(old: FormSchema, new: FormSchema) -> Iterator[SchemaChange]:
    for section in new.sections:
        other = old.section(section.key)
        if other is None:
            what, effect = "New section.", "Drafts get it among their tasks."
            yield SchemaChange("added", section.key, section.title, what, effect, field=False)
            continue
        if (other.title, other.help) != (section.title, section.help):
            what = f"Reworded; its title was “{other.title}”."
            yield SchemaChange("reworded", section.key, section.title, what, KEPT, field=False)
        if other.show_if != section.show_if:
            what, effect = "Shown on another condition.", MAY_HIDE
            yield SchemaChange("shown_when", section.key, section.title, what, effect, True, field=False)
    for section in old.sections:
        if new.section(section.key) is None:
            effect = "Drafts lose the task; answers to questions that moved elsewhere are kept."
            yield SchemaChange("removed", section.key, section.title, "Section removed.", effect, field=False)


KEPT = "Answers are kept as they are."
MAY_HIDE = "It may appear or disappear in drafts. An answer that is hidden is kept, and not submitted."


def _added(field: Field) -> SchemaChange:
    if field.required:
        effect = "Drafts have to answer it before they can be submitted."
        return SchemaChange("added", field.key, field.label, "New required question.", effect, True)
    asks = field.kind not in KINDS or KINDS[field.kind].asks
    what = "New optional question." if asks else "New text to read."
    return SchemaChange("added", field.key, field.label, what, "Drafts show it.")


def _removed(field: Field) -> SchemaChange:
    effect = "What drafts answered is no longer shown or submitted."
    return SchemaChange("removed", field.key, field.label, "Question removed.", effect)


def _field_changes(old_section: Section, old: Field, section: Section, new: Field) -> Iterator[SchemaChange]:
    def change(name: Change, what: str, effect: str, needs_work: bool = False) -> SchemaChange:
        return SchemaChange(name, new.key, new.label, what, effect, needs_work)

    if old.kind != new.kind:
        what = f"Kind changed from “{_kind(old)}” to “{_kind(new)}”."
        yield change("kind", what, "Answers that do not fit have to be given again.", True)
    elif old.options != new.options:
        effect = "Answers are checked by the new settings; some may have to be changed."
        yield change("settings", "Other settings.", effect, True)
    if new.required and not old.required:
        yield change("required", "Now required.", "Drafts without an answer have to give one.", True)
    if old.required and not new.required:
        yield change("optional", "No longer required.", KEPT)
    if old.show_if != new.show_if:
        yield change("shown_when", "Shown on another condition.", MAY_HIDE, True)
    if (old.label, old.help) != (new.label, new.help):
        what = "Other help." if old.label == new.label else f"Reworded; it was {quoted(old)}."
        yield change("reworded", what, KEPT)
    if old_section.key != section.key:
        yield change("moved", f"Moved to “{section.title}”.", KEPT)


def _kind(field: Field) -> str:
    return KINDS[field.kind].label if field.kind in KINDS else field.kind


def answer_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[AnswerChange]:
    """Which answers differ between the contents of two submissions, in the new one's order."""
    before, after = _answers(old), _answers(new)
    keys = [*after, *(key for key in before if key not in after)]
    changes = (_answer_change(key, before.get(key), after.get(key)) for key in keys)
    return [change for change in changes if change]


Placed = tuple[str, Mapping[str, Any]]


def _answers(content: Mapping[str, Any]) -> dict[str, Placed]:
    return {
        field["key"]: (section["title"], field)
        for section in content["sections"]
        for field in section["fields"]
    }


def _answer_change(key: str, before: Placed | None, after: Placed | None) -> AnswerChange | None:
    old = before[1]["shown"] if before else None
    new = after[1]["shown"] if after else None
    if old == new:
        return None
    section, field = after or before or ("", {})
    pieces = word_changes(_text(old), _text(new)) if _is_text(old) and _is_text(new) else []
    return AnswerChange(key, field["label"], section, old, new, pieces)


def _is_text(shown: Mapping[str, Any] | None) -> bool:
    return shown is not None and not shown["rows"] and not shown["files"]


def _text(shown: Mapping[str, Any] | None) -> str:
    return "\n".join(shown["lines"]) if shown else ""
