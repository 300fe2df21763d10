"""What is submitted, frozen: only what was shown and asked, with the words people saw."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from grants.engine.answers import Answers, GivenFile
from grants.engine.conditions import visible_keys
from grants.engine.kind import Shown
from grants.engine.kinds import kind_of
from grants.engine.kinds.amounts import CENT, amount_text
from grants.engine.kinds.numbers import number_in
from grants.engine.kinds.reading import text_in
from grants.engine.schema import Field, FormSchema, Section


@dataclass(frozen=True)
class Facts:
    """What a submission says beside its answers. `submitted_at` is an ISO moment with its offset."""

    application: str
    round_code: str
    round_title: str
    stage: str
    form: str
    form_version: int
    submitted_at: str
    declared_name: str
    declared_position: str
    declared_text: str
    organisation: Mapping[str, Any] = field(default_factory=dict)
    currency: str = "AUD"


def submission_content(schema: FormSchema, answers: Answers, facts: Facts) -> dict[str, Any]:
    """The whole submission as JSON. Fields that are not shown are not in it, nor are their files."""
    shown = visible_keys(schema, answers)
    sections = [
        _section(section, answers, shown.fields, facts.currency)
        for section in schema.sections
        if section.key in shown.sections
    ]
    return {
        "application": facts.application,
        "round": {"code": facts.round_code, "title": facts.round_title},
        "stage": facts.stage,
        "form": facts.form,
        "form_version": facts.form_version,
        "organisation": dict(facts.organisation),
        "title": title_of(schema, answers),
        "amount": _amount_text(schema, answers),
        "currency": facts.currency,
        "submitted_at": facts.submitted_at,
        "declaration": {
            "name": facts.declared_name,
            "position": facts.declared_position,
            "text": facts.declared_text,
        },
        "sections": sections,
        "files": [
            {**_file(file), "field": one.key}
            for _, one in schema.fields()
            if one.key in shown.fields and kind_of(one).takes_files
            for file in _in_order(answers.files.get(one.key, ()))
        ],
    }


def title_of(schema: FormSchema, answers: Answers) -> str:
    """The title of an application, from its answers; empty while there is none, or it is not shown."""
    return text_in(_of_role(schema, answers, "title"))


def amount_of(schema: FormSchema, answers: Answers) -> Decimal | None:
    """The amount that an application asks for; None while there is none, or it is not shown."""
    amount = number_in(_of_role(schema, answers, "amount"))
    return None if amount is None else amount.quantize(CENT)


def canonical_json(content: Mapping[str, Any]) -> bytes:
    """The one way to write a submission as bytes: sorted keys, no blanks, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal: the same after a trip through the database."""
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _amount_text(schema: FormSchema, answers: Answers) -> str | None:
    amount = amount_of(schema, answers)
    return None if amount is None else amount_text(amount)


def _of_role(schema: FormSchema, answers: Answers, role: str) -> object:
    one = schema.with_role(role)
    shown = visible_keys(schema, answers).fields
    return answers.values.get(one.key) if one and one.key in shown else None


def _section(section: Section, answers: Answers, shown: frozenset[str], currency: str) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "fields": [
            _field(one, answers, currency) for one in section.fields if one.key in shown and kind_of(one).asks
        ],
    }


def _field(one: Field, answers: Answers, currency: str) -> dict[str, Any]:
    kind, value = kind_of(one), answers.values.get(one.key)
    files = answers.files.get(one.key, ()) if kind.takes_files else ()
    return {
        "key": one.key,
        "kind": one.kind,
        "label": one.label,
        "value": value,
        "shown": shown_json(kind.shown(one, value, files, currency=currency)),
    }


def shown_json(shown: Shown) -> dict[str, Any]:
    """An answer for reading, as the frozen submission keeps it."""
    return {
        "lines": list(shown.lines),
        "head": list(shown.head),
        "rows": [list(row) for row in shown.rows],
        "total": shown.total,
        "files": [_file(file) for file in _in_order(shown.files)],
    }


def _in_order(files: Sequence[GivenFile]) -> list[GivenFile]:
    return sorted(files, key=lambda file: file.id)


def _file(file: GivenFile) -> dict[str, Any]:
    return {"key": file.key, "name": file.name, "size": file.size, "sha256": file.sha256}
