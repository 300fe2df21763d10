"""What still keeps a form from being published, in words for who builds it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from grants.engine.conditions import loops
from grants.engine.kind import options_of, quoted
from grants.engine.kinds import KINDS
from grants.engine.kinds.budget import BudgetOptions
from grants.engine.kinds.days import parse_day
from grants.engine.kinds.numbers import number_in
from grants.engine.schema import Condition, Field, FormSchema, Rule, Section

MOST_SECTIONS = 40
MOST_FIELDS = 300
# Names of inputs that a page has for itself.
RESERVED = frozenset({"csrfmiddlewaretoken"})
ROLES = {"title": ("text", "the title"), "amount": ("money", "the amount asked for")}
OPERATORS = {
    "is": "is",
    "is_not": "is not",
    "includes": "includes",
    "answered": "is answered",
    "not_answered": "is not answered",
    "more_than": "is more than",
    "less_than": "is less than",
}
WITHOUT_VALUE = frozenset({"answered", "not_answered"})


@dataclass(frozen=True)
class FormProblem:
    """What is wrong, and where: keys of the section and field, empty for the whole form or section."""

    section: str
    field: str
    message: str


def form_problems(schema: FormSchema) -> list[FormProblem]:
    """Everything that keeps a form from being published, in the form's order; best none."""
    return [
        *_whole(schema),
        *(found for section in schema.sections for found in _of_section(schema, section)),
        *_loops(schema),
    ]


def _whole(schema: FormSchema) -> Iterator[FormProblem]:
    fields = [field for _, field in schema.fields()]
    if not schema.sections:
        yield FormProblem("", "", "Add a section with questions.")
        return
    if len(schema.sections) > MOST_SECTIONS or len(fields) > MOST_FIELDS:
        words = f"A form has at most {MOST_SECTIONS} sections and {MOST_FIELDS} fields."
        yield FormProblem("", "", words)
    if not any(field.required and field.kind in KINDS and KINDS[field.kind].asks for field in fields):
        yield FormProblem("", "", "Make at least one question required.")
    yield from _roles(schema)


def _roles(schema: FormSchema) -> Iterator[FormProblem]:
    for role, (kind, words) in ROLES.items():
        holders = [(section, field) for section, field in schema.fields() if field.role == role]
        if role == "title" and not holders:
            yield FormProblem("", "", "Choose which short text gives an application its title.")
        for section, field in holders[1:]:
            message = f"{quoted(field)} cannot be {words} as well: another field is."
            yield FormProblem(section.key, field.key, message)
        for section, field in holders:
            if field.kind != kind:
                message = f"{quoted(field)} cannot be {words}: that is a field of the kind “{kind}”."
                yield FormProblem(section.key, field.key, message)
            if role == "title" and not (field.required and _is_always_shown(section, field)):
                message = f"{quoted(field)} gives the title, so it must be required and always shown."
                yield FormProblem(section.key, field.key, message)


def _is_always_shown(section: Section, field: Field) -> bool:
    return not any(part.show_if and part.show_if.conditions for part in (section, field))


def _of_section(schema: FormSchema, section: Section) -> Iterator[FormProblem]:
    if [other.key for other in schema.sections].count(section.key) > 1:
        yield FormProblem(section.key, "", f"Two sections have the key “{section.key}”.")
    if not section.title:
        yield FormProblem(section.key, "", "Give the section a title.")
    if not section.fields:
        yield FormProblem(section.key, "", f"The section “{section.title}” has no questions.")
    for message in _of_rule(schema, section.show_if, f"the section “{section.title}”"):
        yield FormProblem(section.key, "", message)
    keys = Counter(field.key for _, field in schema.fields())
    for field in section.fields:
        for message in _of_field(schema, field):
            yield FormProblem(section.key, field.key, message)
        if keys[field.key] > 1:
            message = f"{quoted(field)} has the key “{field.key}”, as another field does."
            yield FormProblem(section.key, field.key, message)


def _of_field(schema: FormSchema, field: Field) -> Iterator[str]:
    kind = KINDS.get(field.kind)
    if kind is None:
        yield f"There is no kind of field called “{field.kind}”."
        return
    if not field.label and (kind.asks or not field.help):
        yield "Give the field a label." if kind.asks else "Give the text that is read."
    if field.key in RESERVED:
        yield f"{quoted(field)} needs another key: “{field.key}” means something else."
    if field.required and not kind.asks:
        yield f"{quoted(field)} is text to read and cannot be required."
    yield from _of_options(schema, field)
    yield from _of_rule(schema, field.show_if, quoted(field))


def _of_options(schema: FormSchema, field: Field) -> Iterator[str]:
    kind = KINDS[field.kind]
    try:
        kind.Options.model_validate(field.options)
    except ValidationError as error:
        for found in error.errors():
            place = ".".join(str(part) for part in found["loc"]) or "settings"
            yield f"{quoted(field)}: the setting “{place}” is not right. {found['msg']}."
        return
    for message in kind.option_problems(field):
        yield f"{quoted(field)}: {message}"
    other = options_of(field, BudgetOptions).total_of if field.kind == "budget" else None
    sum_field = schema.field(other) if other else None
    if other and (sum_field is None or sum_field.kind != "money"):
        yield f"{quoted(field)} must add up to a field of money, and “{other}” is none."


def _of_rule(schema: FormSchema, rule: Rule | None, where: str) -> Iterator[str]:
    for condition in rule.conditions if rule else []:
        problem = _of_condition(schema, condition)
        if problem:
            yield f"The condition of {where}: {problem}"


def _of_condition(schema: FormSchema, condition: Condition) -> str:
    """What is wrong with a condition, or nothing."""
    field = schema.field(condition.field)
    if field is None:
        return f"it asks about “{condition.field}”, which is not in the form."
    kind = KINDS.get(field.kind)
    if kind is None or not kind.operators:
        return f"{quoted(field)} has no answer that it could ask about."
    if condition.op not in kind.operators:
        return f"it cannot ask whether {quoted(field)} “{OPERATORS[condition.op]}” something."
    if condition.op in WITHOUT_VALUE:
        return ""
    if not condition.value:
        return f"say what {quoted(field)} is compared with."
    return _of_value(field, condition.value)


def _of_value(field: Field, value: str) -> str:
    """Whether an answer could ever be compared with this."""
    kind = KINDS[field.kind]
    values = [option.value for option in kind.comparable(field)]
    if values and value not in values:
        return f"“{value}” is no answer to {quoted(field)}."
    if field.kind in {"number", "money", "budget"} and number_in(value) is None:
        return f"{quoted(field)} is compared with “{value}”, which is no number."
    if field.kind == "date" and parse_day(value) is None:
        return f"{quoted(field)} is compared with “{value}”, which is no date."
    return ""


def _loops(schema: FormSchema) -> Iterator[FormProblem]:
    for circle in loops(schema):
        names = " → ".join(f"“{_name(schema, key)}”" for key in [*circle, circle[0]])
        section, field = _place(schema, circle[0])
        yield FormProblem(section, field, f"These show one another in a loop: {names}. Remove a condition.")


def _name(schema: FormSchema, key: str) -> str:
    field, section = schema.field(key), schema.section(key)
    return field.label if field else section.title if section else key


def _place(schema: FormSchema, key: str) -> tuple[str, str]:
    for section, field in schema.fields():
        if field.key == key:
            return section.key, key
    return key, ""
