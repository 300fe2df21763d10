"""What still keeps answers from being submitted, and how far each section is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from grants.engine.answers import Answers, GivenFile, Limits
from grants.engine.conditions import visible_keys
from grants.engine.kind import Kind, Problem, options_of, quoted
from grants.engine.kinds import kind_of
from grants.engine.kinds.budget import BudgetOptions, budget_total, does_not_add_up
from grants.engine.kinds.numbers import number_in
from grants.engine.schema import Field, FormSchema, Section

# Values of scsc.documents.states.DocumentState.
RELEASED, REJECTED = "released", "rejected"

State = Literal["not_started", "in_progress", "complete", "problem"]
Tone = Literal["idle", "info", "done", "bad"]


@dataclass(frozen=True)
class SectionStatus:
    """How far a section is, as a tag says it, and what is still wrong by key of the field."""

    state: State
    tone: Tone
    label: str
    problems: Mapping[str, Sequence[Problem]]


@dataclass(frozen=True)
class Finding:
    """What is wrong with one field. `missing`: it is only that nothing was answered yet."""

    problems: Sequence[Problem]
    missing: bool = False
    adds_up: bool = True


def problems_of(schema: FormSchema, answers: Answers, *, limits: Limits) -> dict[str, list[Problem]]:
    """By key of the field, in the form's order, what keeps the answers from being submitted.

    Only of what is shown. A file that was refused is a problem too; one that is still being checked is not,
    or a scanner that is down would keep everybody from submitting: see `remarks_of`.
    """
    shown = visible_keys(schema, answers).fields
    found = {
        field.key: list(_finding(field, answers, shown, limits).problems)
        for _, field in schema.fields()
        if field.key in shown
    }
    return {key: problems for key, problems in found.items() if problems}


def remarks_of(schema: FormSchema, answers: Answers) -> dict[str, list[str]]:
    """By key of the field, in the form's order, what there is to know of its files; it keeps nobody back."""
    shown = visible_keys(schema, answers).fields
    found = {
        field.key: [words for file in answers.files.get(field.key, ()) if (words := remark_on(file))]
        for _, field in schema.fields()
        if field.key in shown and kind_of(field).takes_files
    }
    return {key: remarks for key, remarks in found.items() if remarks}


def remark_on(file: GivenFile) -> str:
    """That a file is still being checked; empty once it was, or was refused."""
    if file.state in {RELEASED, REJECTED}:
        return ""
    return f"“{file.name}” is still being checked. You can submit; staff read it once the check is done."


def section_statuses(schema: FormSchema, answers: Answers, *, limits: Limits) -> dict[str, SectionStatus]:
    """Of every section that is shown, by its key and in order, how far it is."""
    visible = visible_keys(schema, answers)
    return {
        section.key: _status(section, answers, visible.fields, limits)
        for section in schema.sections
        if section.key in visible.sections
    }


def section_status(
    schema: FormSchema, section_key: str, answers: Answers, *, limits: Limits
) -> SectionStatus:
    """How far one section is. Raises KeyError for one that is not there or not shown."""
    return section_statuses(schema, answers, limits=limits)[section_key]


def is_answered(field: Field, answers: Answers) -> bool:
    """Whether anything was given for a field, right or wrong."""
    kind = kind_of(field)
    return kind.asks and not kind.is_blank(
        field, answers.values.get(field.key), answers.files.get(field.key, ())
    )


def _status(section: Section, answers: Answers, shown: frozenset[str], limits: Limits) -> SectionStatus:
    asked = [field for field in section.fields if field.key in shown and kind_of(field).asks]
    findings = {field.key: _finding(field, answers, shown, limits) for field in asked}
    problems = {key: finding.problems for key, finding in findings.items() if finding.problems}
    if not asked:
        return SectionStatus("complete", "idle", "Nothing to fill in", {})
    if not any(is_answered(field, answers) for field in asked):
        label = "Not started" if problems else "Optional"
        return SectionStatus("not_started", "idle", label, problems)
    if not problems:
        return SectionStatus("complete", "done", "Completed", {})
    wrong = [findings[key] for key in problems if not findings[key].missing]
    if not wrong:
        return SectionStatus("in_progress", "info", "In progress", problems)
    label = "Needs correcting" if any(finding.adds_up for finding in wrong) else "Does not add up"
    return SectionStatus("problem", "bad", label, problems)


def _finding(field: Field, answers: Answers, shown: frozenset[str], limits: Limits) -> Finding:
    kind = kind_of(field)
    value, files = answers.values.get(field.key), answers.files.get(field.key, ())
    if not kind.asks:
        return Finding([])
    if kind.is_blank(field, value, files):
        missing = [Problem(kind.missing(field))] if field.required else []
        return Finding(missing, missing=True)
    problems = [*kind.problems(field, value, limits=limits), *file_problems(kind, field, files)]
    if problems:
        return Finding(problems)
    wrong_sum = _wrong_sum(field, answers, shown, limits)
    return Finding([Problem(wrong_sum)] if wrong_sum else [], adds_up=not wrong_sum)


def file_problems(kind: Kind, field: Field, files: Sequence[GivenFile]) -> list[Problem]:
    """What keeps the files of an answer from being submitted."""
    if not kind.takes_files:
        return []
    problems = list(_states(files))
    most = kind.most_files(field)
    if len(files) > most:
        words = f"{quoted(field)} takes {most} file{'s' if most > 1 else ''}; remove {len(files) - most}"
        problems.append(Problem(words))
    if not files and kind.needs_file(field):
        problems.append(Problem(f"Add a file for {quoted(field)}"))
    return problems


def _states(files: Sequence[GivenFile]) -> Iterator[Problem]:
    for file in files:
        if file.state == REJECTED:
            yield Problem(f"“{file.name}” was refused. Remove it and add another file")


def _wrong_sum(field: Field, answers: Answers, shown: frozenset[str], limits: Limits) -> str:
    """That a budget differs from the amount it must equal; nothing while that amount is not known."""
    other = options_of(field, BudgetOptions).total_of if field.kind == "budget" else None
    if other is None or other not in shown:
        return ""
    total = budget_total(answers.values.get(field.key))
    asked = number_in(answers.values.get(other))
    return "" if total is None or asked is None else does_not_add_up(total, asked, limits)
