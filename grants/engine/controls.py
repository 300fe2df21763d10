"""A field as its template draws it: names, ids, what stands in it and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grants.engine.answers import Answers, GivenFile, Limits
from grants.engine.kind import Input, Kind, Problem, options_of
from grants.engine.kinds import kind_of
from grants.engine.kinds.amounts import amount_text
from grants.engine.kinds.budget import Budget, BudgetOptions, budget_total, does_not_add_up
from grants.engine.kinds.group import Group
from grants.engine.kinds.numbers import number_in
from grants.engine.kinds.principles import Principles
from grants.engine.kinds.reading import lines_in, rows_of
from grants.engine.kinds.rows import RowsKind
from grants.engine.schema import Field, Json

# Stands for the number of a row in the blank row that the script copies.
ROW = "__row__"


@dataclass(frozen=True)
class Cell:
    """One of several inputs of a field."""

    input: Input
    name: str
    id: str
    errors: Sequence[str] = ()

    @property
    def error_id(self) -> str:
        return f"{self.id}-error" if self.errors else ""

    @property
    def hint_id(self) -> str:
        return f"{self.id}-hint" if self.input.hint else ""

    @property
    def described_by(self) -> str:
        return " ".join(filter(None, (self.hint_id, self.error_id)))


@dataclass(frozen=True)
class Row:
    """A row of a table or group: its number for people, and its inputs."""

    number: str
    name: str
    cells: Sequence[Cell] = ()
    controls: Sequence["Control"] = ()
    focus: bool = False


@dataclass(frozen=True)
class Control:
    """A field with everything its template needs. Made by `control_of`."""

    field: Field
    kind: Kind
    name: str
    text: str
    inputs: Mapping[str, Any]
    problems: Sequence[Problem] = ()
    files: Sequence[GivenFile] = ()
    parts: Sequence[Cell] = ()
    rows: Sequence[Row] = ()
    blank: Row | None = None
    # Version of the stored answer; None inside a group, whose answer is one with the others.
    version: int | None = None

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def template(self) -> str:
        return f"grants/fields/{self.kind.control}.html"

    @property
    def takes_focus(self) -> bool:
        """Whether the fieldset bears the id that links lead to; else its first input does."""
        return self.kind.control not in {"options", "declaration"}

    @property
    def is_group(self) -> bool:
        """Whether a legend names it, rather than a label."""
        return self.kind.composite

    @property
    def optional(self) -> bool:
        return self.kind.asks and not self.field.required

    @property
    def errors(self) -> Sequence[str]:
        """What is wrong with the whole; what is wrong with one of its inputs stands there."""
        return [problem.message for problem in self.problems if not problem.part]

    @property
    def other_errors(self) -> Sequence[str]:
        return _messages(self.problems, "other")

    @property
    def is_wrong(self) -> bool:
        return bool(self.problems)

    @property
    def error_id(self) -> str:
        return f"{self.id}-error" if self.errors else ""

    @property
    def described_by(self) -> str:
        hint = f"{self.id}-hint" if self.field.help else ""
        bounds = f"{self.id}-bounds" if self.bounds else ""
        return " ".join(filter(None, (hint, bounds, self.error_id)))

    @property
    def bounds(self) -> str:
        """Between which ends an answer must be, said before anybody types."""
        return str(self.inputs.get("bounds", ""))


def control_of(
    field: Field,
    answers: Answers,
    problems: Mapping[str, Sequence[Problem]],
    *,
    name: str = "",
    limits: Limits | None = None,
    version: int = 0,
    one_more: bool = False,
) -> Control:
    """A field of a form as it is drawn. `one_more` adds a blank row, for who works without the script."""
    limits = limits or Limits()
    value, files = answers.values.get(field.key), answers.files.get(field.key, ())
    control = replace(
        _control(field, value, problems.get(field.key, ()), name or field.key, limits),
        files=files,
        version=version,
    )
    if isinstance(control.kind, RowsKind):
        control = _with_rows(control, control.kind, one_more=one_more)
    if isinstance(control.kind, Group):
        control = _with_groups(control, control.kind, value, limits, one_more=one_more)
    if isinstance(control.kind, Principles):
        control = _with_ratings(control)
    if isinstance(control.kind, Budget):
        control = replace(control, inputs={**control.inputs, **_sums(field, answers, limits)})
    return control


def problem_target(control: Control, problem: Problem) -> str:
    """Id of the input that a problem is about, for a link from the error summary."""
    if control.kind.control == "options" and problem.part != "other":
        return control.id
    return f"{control.id}.{problem.part}" if problem.part else control.id


def _control(field: Field, value: Json, problems: Sequence[Problem], name: str, limits: Limits) -> Control:
    kind = kind_of(field)
    inputs = kind.inputs(field, value, limits=limits)
    text = value if isinstance(value, str) else " ".join(lines_in(value))
    control = Control(field, kind, name, text, inputs, problems)
    return replace(control, parts=[_cell(control, one) for one in inputs.get("parts", ())])


def _cell(control: Control, one: Input, row: str = "") -> Cell:
    part = f"{row}.{one.part}" if row else one.part
    return Cell(one, f"{control.name}.{part}", f"{control.id}.{part}", _messages(control.problems, part))


def _messages(problems: Sequence[Problem], part: str) -> list[str]:
    return [problem.message for problem in problems if problem.part == part]


def _row_numbers(filled: int, wanted: int, most: int) -> range:
    """Which rows to draw: those filled, and blank ones up to as many as wanted or allowed."""
    return range(max(min(wanted, most), filled))


def _with_rows(control: Control, kind: RowsKind, *, one_more: bool) -> Control:
    columns, filled = control.inputs["columns"], control.inputs["filled"]
    wanted = max(len(filled) + 1, kind.starts_with) + one_more
    numbers = _row_numbers(len(filled), wanted, control.inputs["most"])
    rows = []
    for number in numbers:
        inputs = filled[number] if number < len(filled) else columns
        cells = [_cell(control, one, str(number)) for one in inputs]
        focus = one_more and number == len(filled)
        rows.append(Row(str(number + 1), kind.row_name, cells, focus=focus))
    blank = Row(ROW, kind.row_name, [_cell(control, one, ROW) for one in columns])
    return replace(control, rows=rows, blank=blank)


def _with_groups(control: Control, kind: Group, value: Json, limits: Limits, *, one_more: bool) -> Control:
    filled, item = rows_of(value), control.inputs["item"]
    wanted = max(len(filled), kind.settings(control.field).least, 1) + one_more
    numbers = _row_numbers(len(filled), wanted, control.inputs["most"])
    rows = []
    for number in numbers:
        given = filled[number] if number < len(filled) else {}
        focus = one_more and number == len(filled)
        controls = _questions(control, kind, given, str(number), limits)
        rows.append(Row(str(number + 1), item, controls=controls, focus=focus))
    blank = Row(ROW, item, controls=_questions(control, kind, {}, ROW, limits))
    return replace(control, rows=rows, blank=blank)


def _questions(
    control: Control, kind: Group, given: Mapping[str, object], row: str, limits: Limits
) -> list[Control]:
    controls = []
    for one, _ in kind.questions(control.field):
        path, value = f"{row}.{one.key}", given.get(one.key)
        problems = [
            replace(problem, part=problem.part.removeprefix(path).removeprefix("."))
            for problem in control.problems
            if problem.part == path or problem.part.startswith(f"{path}.")
        ]
        json: Any = value
        controls.append(_control(one, json, problems, f"{control.name}.{path}", limits))
    return controls


def _with_ratings(control: Control) -> Control:
    """The errors of each principle beside its two inputs."""
    rated = [
        row
        | {
            "rating_errors": _messages(control.problems, f"{row['number']}.rating"),
            "note_errors": _messages(control.problems, f"{row['number']}.note"),
        }
        for row in control.inputs["principles"]
    ]
    return replace(control, inputs={**control.inputs, "principles": rated})


def _sums(field: Field, answers: Answers, limits: Limits) -> dict[str, str]:
    """What the page says about the sum of a budget: the amount to reach, and how it differs from it."""
    other = options_of(field, BudgetOptions).total_of
    asked = number_in(answers.values.get(other)) if other else None
    if asked is None:
        return {"asked": "", "difference": ""}
    total = budget_total(answers.values.get(field.key))
    difference = "" if total is None else does_not_add_up(total, asked, limits)
    return {"asked": amount_text(asked), "difference": difference}
