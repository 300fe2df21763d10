"""Single edits of a form, each from one schema to the next.

They keep no form from being wrong for a while: what is still missing is said by grants.engine.checks.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from grants.engine.schema import Condition, Field, FormSchema, Rule, Section
from scsc.errors import DomainError

Edit = Callable[[FormSchema], FormSchema]
Keyed = TypeVar("Keyed", Section, Field)

LONGEST_KEY = 40
GONE = "Somebody removed this {} meanwhile. Go back to the form to see what there is now."


def new_key(label: str, taken: Iterable[str], *, default: str) -> str:
    """A key made of a label that no other has: letters, digits and underscores, a letter first."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY].strip("_")
    stem = words if words[:1].isalpha() else f"{default}_{words}".strip("_")
    used, number = set(taken), 2
    key = stem
    while key in used:
        key, number = f"{stem}_{number}", number + 1
    return key


def section_of(schema: FormSchema, key: str) -> Section:
    """A section by its key. Raises DomainError for one that is gone."""
    found = schema.section(key)
    if found is None:
        raise DomainError(GONE.format("section"))
    return found


def field_of(schema: FormSchema, key: str) -> tuple[Section, Field]:
    """A field by its key, with its section. Raises DomainError for one that is gone."""
    found = next(((section, field) for section, field in schema.fields() if field.key == key), None)
    if found is None:
        raise DomainError(GONE.format("question"))
    return found


def add_section(schema: FormSchema, *, title: str, help: str = "") -> FormSchema:
    """A section at the end."""
    key = new_key(title, [section.key for section in schema.sections], default="section")
    return _with_sections(schema, [*schema.sections, Section(key=key, title=title, help=help)])


def change_section(schema: FormSchema, key: str, *, title: str, help: str = "") -> FormSchema:
    """Other words for a section."""
    words = {"title": title, "help": help}
    return _put_section(schema, Section.model_validate({**dict(section_of(schema, key)), **words}))


def remove_section(schema: FormSchema, key: str) -> FormSchema:
    """Without a section and its fields."""
    section_of(schema, key)
    return _with_sections(schema, [section for section in schema.sections if section.key != key])


def move_section(schema: FormSchema, key: str, *, to: int) -> FormSchema:
    """A section at another place, counted from 0."""
    return _with_sections(schema, _moved(schema.sections, section_of(schema, key), to))


def add_field(schema: FormSchema, section: str, field: Field) -> FormSchema:
    """A field at the end of a section; where its key is taken it gets another one."""
    keys = [other.key for _, other in schema.fields()]
    if field.key in keys:
        field = field.model_copy(update={"key": new_key(field.key, keys, default="field")})
    schema = _take_role(schema, field)
    place = section_of(schema, section)
    return _put_section(schema, place.model_copy(update={"fields": [*place.fields, field]}))


def change_field(schema: FormSchema, field: Field, *, section: str = "") -> FormSchema:
    """The field of the same key, changed; at the end of another section where one is named."""
    place, _ = field_of(schema, field.key)
    schema = _take_role(schema, field)
    place = section_of(schema, place.key)
    if section and section != place.key:
        return _to_section(schema, field, section, to=None)
    fields = [field if other.key == field.key else other for other in place.fields]
    return _put_section(schema, place.model_copy(update={"fields": fields}))


def remove_field(schema: FormSchema, key: str) -> FormSchema:
    """Without a field. Conditions that ask about it stay, and the checks name them."""
    section, _ = field_of(schema, key)
    left = [field for field in section.fields if field.key != key]
    return _put_section(schema, section.model_copy(update={"fields": left}))


def move_field(schema: FormSchema, key: str, *, section: str, to: int) -> FormSchema:
    """A field at a place of a section, counted from 0."""
    _, field = field_of(schema, key)
    return _to_section(schema, field, section, to=to)


def set_field_rule(schema: FormSchema, key: str, rule: Rule | None) -> FormSchema:
    """When a field is shown; None for always."""
    _, field = field_of(schema, key)
    return change_field(schema, field.model_copy(update={"show_if": rule}))


def set_section_rule(schema: FormSchema, key: str, rule: Rule | None) -> FormSchema:
    """When a section is shown; None for always."""
    return _put_section(schema, section_of(schema, key).model_copy(update={"show_if": rule}))


def add_condition(rule: Rule | None, condition: Condition) -> Rule:
    """A rule with one more condition, once."""
    rule = rule or Rule()
    if condition in rule.conditions:
        return rule
    return rule.model_copy(update={"conditions": [*rule.conditions, condition]})


def remove_condition(rule: Rule | None, place: int) -> Rule | None:
    """A rule without one of its conditions; none without any."""
    conditions = list(rule.conditions) if rule else []
    if not 0 <= place < len(conditions):
        raise DomainError(GONE.format("condition"))
    del conditions[place]
    return rule.model_copy(update={"conditions": conditions}) if rule and conditions else None


# Questions of a repeating group are kept among its settings.


def questions_in(field: Field) -> list[Field]:
    """The questions of a repeating group, as far as they can be read."""
    return [Field.model_validate(one) for one in field.options.get("fields", [])]


def question_of(schema: FormSchema, group: str, key: str) -> tuple[Field, Field]:
    """A question of a repeating group, with the group. Raises DomainError for one that is gone."""
    _, field = field_of(schema, group)
    found = next((one for one in questions_in(field) if one.key == key), None)
    if found is None:
        raise DomainError(GONE.format("question"))
    return field, found


def add_question(schema: FormSchema, group: str, question: Field) -> FormSchema:
    """A question at the end of a group; where its key is taken there it gets another one."""
    _, field = field_of(schema, group)
    others = questions_in(field)
    key = new_key(question.key, [one.key for one in others], default="question")
    return _with_questions(schema, field, [*others, question.model_copy(update={"key": key})])


def change_question(schema: FormSchema, group: str, question: Field) -> FormSchema:
    """The question of the same key in a group, changed."""
    field, _ = question_of(schema, group, question.key)
    questions = [question if one.key == question.key else one for one in questions_in(field)]
    return _with_questions(schema, field, questions)


def remove_question(schema: FormSchema, group: str, key: str) -> FormSchema:
    """Without a question of a group."""
    field, _ = question_of(schema, group, key)
    return _with_questions(schema, field, [one for one in questions_in(field) if one.key != key])


def move_question(schema: FormSchema, group: str, key: str, *, to: int) -> FormSchema:
    """A question of a group at another place, counted from 0."""
    field, question = question_of(schema, group, key)
    return _with_questions(schema, field, _moved(questions_in(field), question, to))


def _with_sections(schema: FormSchema, sections: Sequence[Section]) -> FormSchema:
    return schema.model_copy(update={"sections": list(sections)})


def _put_section(schema: FormSchema, section: Section) -> FormSchema:
    sections = [section if other.key == section.key else other for other in schema.sections]
    return _with_sections(schema, sections)


def _with_questions(schema: FormSchema, group: Field, questions: Sequence[Field]) -> FormSchema:
    kept: list[Any] = [one.model_dump(mode="json", exclude_defaults=True) for one in questions]
    return change_field(schema, group.model_copy(update={"options": {**group.options, "fields": kept}}))


def _to_section(schema: FormSchema, field: Field, section: str, *, to: int | None) -> FormSchema:
    """The field in a section, at a place or at its end, and nowhere else."""
    section_of(schema, section)
    without = remove_field(schema, field.key)
    place = section_of(without, section)
    fields = list(place.fields)
    fields.insert(len(fields) if to is None else max(to, 0), field)
    return _put_section(without, place.model_copy(update={"fields": fields}))


def _moved(items: Sequence[Keyed], item: Keyed, to: int) -> list[Keyed]:
    left = [other for other in items if other.key != item.key]
    left.insert(min(max(to, 0), len(left)), item)
    return left


def _take_role(schema: FormSchema, field: Field) -> FormSchema:
    """Nobody else is the title, or the amount, when this field is."""
    if not field.role:
        return schema
    sections = []
    for section in schema.sections:
        fields = [
            other.model_copy(update={"role": ""})
            if other.role == field.role and other.key != field.key
            else other
            for other in section.fields
        ]
        sections.append(section.model_copy(update={"fields": fields}))
    return _with_sections(schema, sections)
