"""A form as whoever builds it sees it: sections and questions in order, what each asks for, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from grants.engine.checks import OPERATORS, WITHOUT_VALUE, FormProblem, form_problems
from grants.engine.kinds import KINDS
from grants.engine.schema import Condition, Field, FormSchema, Rule, Section

ROLE_WORDS = {"title": "title of the application", "amount": "amount asked for"}


@dataclass(frozen=True)
class QuestionLine:
    """One question with its kind in words, its limits, and when it is shown."""

    field: Field
    kind: str
    notes: Sequence[str] = ()
    shown_when: Sequence[str] = ()
    problems: Sequence[str] = ()
    questions: Sequence["QuestionLine"] = ()

    @property
    def label(self) -> str:
        return self.field.label or self.kind

    @property
    def is_group(self) -> bool:
        return self.field.kind == "group"


@dataclass(frozen=True)
class SectionLine:
    """One section with its questions."""

    section: Section
    shown_when: Sequence[str] = ()
    problems: Sequence[str] = ()
    questions: Sequence[QuestionLine] = field(default_factory=list)


@dataclass(frozen=True)
class Outline:
    """A whole form, and everything that keeps it from being published."""

    sections: Sequence[SectionLine]
    problems: Sequence[FormProblem]

    @property
    def count(self) -> int:
        return sum(len(line.questions) for line in self.sections)


def outline_of(schema: FormSchema) -> Outline:
    """The outline of a form with its problems."""
    problems = form_problems(schema)
    return Outline([_section(schema, section, problems) for section in schema.sections], problems)


def rule_words(schema: FormSchema, rule: Rule | None) -> list[str]:
    """The conditions of a rule, each in words; all hold, or one of them, as `rule.match` says."""
    return [condition_words(schema, condition) for condition in rule.conditions] if rule else []


def condition_words(schema: FormSchema, condition: Condition) -> str:
    """One condition: “Kind of organisation” is “Charity”."""
    about = schema.field(condition.field)
    name = about.label if about else condition.field
    words = f"“{name}” {OPERATORS[condition.op]}"
    if condition.op in WITHOUT_VALUE:
        return words
    return f"{words} “{_value_words(about, condition.value)}”"


def _value_words(about: Field | None, value: str) -> str:
    """The label of an answer to choose from; else the value itself."""
    kind = KINDS.get(about.kind) if about else None
    options = kind.comparable(about) if kind and about else ()
    return next((option.label for option in options if option.value == value), value)


def _section(schema: FormSchema, section: Section, problems: Sequence[FormProblem]) -> SectionLine:
    return SectionLine(
        section=section,
        shown_when=rule_words(schema, section.show_if),
        problems=[found.message for found in problems if found.section == section.key and not found.field],
        questions=[_question(schema, one, problems) for one in section.fields],
    )


def _question(schema: FormSchema, one: Field, problems: Sequence[FormProblem]) -> QuestionLine:
    kind = KINDS.get(one.kind)
    inner = (
        [Field.model_validate(part) for part in one.options.get("fields", [])] if one.kind == "group" else []
    )
    return QuestionLine(
        field=one,
        kind=kind.label if kind else one.kind,
        notes=list(_notes(schema, one)),
        shown_when=rule_words(schema, one.show_if),
        problems=[found.message for found in problems if found.field == one.key],
        questions=[_question(schema, part, ()) for part in inner],
    )


def _notes(schema: FormSchema, one: Field) -> list[str]:
    """What is special about a question, in few words."""
    options, notes = one.options, []
    if one.role:
        notes.append(ROLE_WORDS[one.role])
    if words := options.get("words"):
        notes.append(f"up to {words} words")
    least, most = options.get("minimum"), options.get("maximum")
    if least is not None or most is not None:
        notes.append(" ".join(filter(None, [f"from {least}" if least else "", f"to {most}" if most else ""])))
    if one.kind in {"choice", "choices"}:
        notes.append(f"{len(options.get('options', []))} answers")
    if options.get("total_of") and (other := schema.field(str(options["total_of"]))):
        notes.append(f"adds up to “{other.label}”")
    return [note for note in notes if note]
