"""Which sections and fields are shown, given the answers.

A hidden field has no answer, so what depends on it sees none: hiding one hides what follows from it. "is not"
and "not answered" hold of a field without an answer. What depends on itself in a loop stays hidden; the
checks let no such form be published.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Literal

from grants.engine.answers import Answers
from grants.engine.kinds import KINDS
from grants.engine.kinds.days import parse_day
from grants.engine.kinds.numbers import number_in
from grants.engine.schema import Condition, Field, FormSchema, Rule, Section

# A section or a field, which may have the same key.
Node = tuple[Literal["section", "field"], str]
Compared = str | Decimal | list[str] | None


@dataclass(frozen=True)
class Visible:
    """Keys of what is shown. A field of a hidden section is not in it."""

    sections: frozenset[str]
    fields: frozenset[str]


@dataclass(frozen=True)
class Given:
    """What conditions know of a field: whether it was answered, and with what."""

    answered: bool = False
    value: Compared = None


NOTHING = Given()


def visible_keys(schema: FormSchema, answers: Answers) -> Visible:
    """What is shown. Ends for every schema; where keys are there twice, the first one counts."""
    sections, fields = _nodes(schema)
    given: dict[str, Given] = {}
    shown: set[Node] = set()
    for node in _in_order(schema):
        kind, key = node
        if kind == "section":
            if _holds(sections[key].show_if, given):
                shown.add(node)
            continue
        section, field = fields[key]
        if ("section", section.key) in shown and _holds(field.show_if, given):
            shown.add(node)
            given[key] = _given(field, answers)
    return Visible(
        sections=frozenset(key for kind, key in shown if kind == "section"),
        fields=frozenset(key for kind, key in shown if kind == "field"),
    )


def drivers(schema: FormSchema) -> frozenset[str]:
    """Keys of fields whose answers show or hide something."""
    return frozenset(condition.field for rule in _rules(schema) for condition in rule.conditions)


def loops(schema: FormSchema) -> list[list[str]]:
    """Keys of fields and sections that depend on one another in a circle; best none.

    Of circles that share a field, one is named.
    """
    needs = _needs(schema)
    found = []
    while circle := _circle(needs):
        found.append([key for _, key in circle])
        gone = set(circle)
        needs = {node: others - gone for node, others in needs.items() if node not in gone}
    return found


def holds(condition: Condition, given: Given) -> bool:
    """Whether one condition holds of what was answered."""
    value = given.value if given.answered else None
    match condition.op:
        case "answered":
            return given.answered
        case "not_answered":
            return not given.answered
        case "is":
            return _same(value, condition.value)
        case "is_not":
            return not _same(value, condition.value)
        case "includes":
            return isinstance(value, list) and condition.value in value
        case "more_than":
            return _order(value, condition.value) == 1
        case "less_than":
            return _order(value, condition.value) == -1


def _holds(rule: Rule | None, given: Mapping[str, Given]) -> bool:
    if rule is None or not rule.conditions:
        return True
    each = (holds(condition, given.get(condition.field, NOTHING)) for condition in rule.conditions)
    return all(each) if rule.match == "all" else any(each)


def _given(field: Field, answers: Answers) -> Given:
    kind = KINDS.get(field.kind)
    value, files = answers.values.get(field.key), answers.files.get(field.key, ())
    if kind is None or not kind.asks or kind.is_blank(field, value, files):
        return NOTHING
    return Given(answered=True, value=kind.compared(value))


def _same(value: Compared, wanted: str) -> bool:
    if isinstance(value, Decimal):
        return value == number_in(wanted)
    if isinstance(value, list):
        return value == [wanted]
    return value is not None and value.casefold() == wanted.casefold()


def _order(value: Compared, wanted: str) -> int | None:
    """-1, 0 or 1 as the answer is less, the same or more; None where the two cannot be compared."""
    if isinstance(value, Decimal):
        number = number_in(wanted)
        return None if number is None else (value > number) - (value < number)
    day, other = parse_day(value), parse_day(wanted)
    return None if day is None or other is None else (day > other) - (day < other)


def _nodes(schema: FormSchema) -> tuple[dict[str, Section], dict[str, tuple[Section, Field]]]:
    """Sections and fields by key; of two with one key, the first."""
    sections: dict[str, Section] = {}
    fields: dict[str, tuple[Section, Field]] = {}
    for section in schema.sections:
        sections.setdefault(section.key, section)
        for field in section.fields:
            fields.setdefault(field.key, (section, field))
    return sections, fields


def _needs(schema: FormSchema) -> dict[Node, set[Node]]:
    """Of each section and field, what has to be known before it."""
    sections, fields = _nodes(schema)
    needs: dict[Node, set[Node]] = {
        ("section", key): _asked(section.show_if, fields) for key, section in sections.items()
    }
    for key, (section, field) in fields.items():
        inside: Node = ("section", section.key)
        needs["field", key] = {inside, *_asked(field.show_if, fields)}
    return needs


def _asked(rule: Rule | None, fields: Mapping[str, object]) -> set[Node]:
    conditions = rule.conditions if rule else []
    return {("field", condition.field) for condition in conditions if condition.field in fields}


def _in_order(schema: FormSchema) -> Iterator[Node]:
    """Everything after what it depends on; what is in a loop, or depends on one, is left out."""
    sorter = TopologicalSorter(_needs(schema))
    with suppress(CycleError):
        sorter.prepare()
    while sorter.is_active():
        ready = sorter.get_ready()
        yield from ready
        sorter.done(*ready)


def _circle(needs: Mapping[Node, set[Node]]) -> list[Node]:
    """One circle, each of it needed by the next; empty where there is none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle: list[Node] = error.args[1]
        return circle[:-1]
    return []


def _rules(schema: FormSchema) -> Iterator[Rule]:
    for section in schema.sections:
        rules = [section.show_if, *(field.show_if for field in section.fields)]
        yield from (rule for rule in rules if rule)
