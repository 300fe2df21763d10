from typing import Any

import pytest

from grants.engine.answers import Answers
from grants.engine.completeness import problems_of
from grants.engine.controls import Control, control_of, problem_target
from grants.engine.kind import Problem
from grants.engine.schema import Field
from tests.grants.engine.samples import LIMITS, OPTIONS, field, form, given_file


def _control(one: Field, value: Any = None, **settings: Any) -> Control:
    answers = Answers({one.key: value})
    found = problems_of(form(one), answers, limits=LIMITS)
    return control_of(one, answers, found, limits=LIMITS, **settings)


def test_a_control_is_named_by_its_key() -> None:
    control = _control(field("text"), "Safe")
    assert (control.name, control.id, control.text) == ("text", "f-text", "Safe")
    assert control.template == "grants/fields/line.html"
    assert _control(field("text"), name="preview.text").id == "f-preview.text"


def test_hint_and_error_describe_the_control() -> None:
    assert _control(field("text"), "x").described_by == ""
    assert _control(field("text", help="As published."), "x").described_by == "f-text-hint"
    assert _control(field("text", help="As published.")).described_by == "f-text-hint f-text-error"


def test_a_value_of_another_shape_can_still_be_seen() -> None:
    assert _control(field("text"), ["one", "two"]).text == "one two"


def test_optional_is_said_of_what_may_be_left_out() -> None:
    assert _control(field("text", required=False)).optional
    assert not _control(field("text")).optional
    assert not _control(field("info", required=False)).optional


def test_parts_bear_their_own_errors() -> None:
    control = _control(field("abn"), {"abn": "123", "acn": ""})
    abn, acn = control.parts
    assert (abn.name, abn.id, abn.error_id) == ("abn.abn", "f-abn.abn", "f-abn.abn-error")
    assert abn.described_by == "f-abn.abn-hint f-abn.abn-error"
    assert abn.errors == ["The ABN must have 11 digits; you gave 3"]
    assert (acn.errors, acn.error_id, control.errors, control.is_wrong) == ([], "", [], True)


def test_an_unanswered_table_starts_with_blank_rows() -> None:
    control = _control(field("budget"))
    assert [row.number for row in control.rows] == ["1", "2", "3"]
    assert [cell.name for cell in control.rows[2].cells] == [
        "budget.2.item",
        "budget.2.note",
        "budget.2.amount",
    ]


LINE = {"item": "Rent", "note": "", "amount": "5.00"}


@pytest.mark.parametrize(
    ("filled", "one_more", "rows"), [(1, False, 3), (3, False, 4), (3, True, 5), (5, True, 5)]
)
def test_a_table_has_a_blank_row_as_long_as_it_takes_more(filled: int, one_more: bool, rows: int) -> None:
    control = _control(field("budget"), {"lines": [LINE] * filled}, one_more=one_more)
    assert len(control.rows) == rows


def test_more_rows_than_a_table_takes_are_all_drawn() -> None:
    assert len(_control(field("budget"), {"lines": [LINE] * 8}).rows) == 8


def test_the_row_asked_for_gets_the_focus() -> None:
    control = _control(field("budget"), {"lines": [LINE]}, one_more=True)
    assert [row.focus for row in control.rows] == [False, True, False, False]


def test_the_blank_row_is_there_to_copy() -> None:
    control = _control(field("indicators"))
    assert control.blank is not None
    assert control.blank.cells[0].name == "indicators.__row__.indicator"


def test_errors_stand_in_their_row() -> None:
    control = _control(field("budget"), {"lines": [LINE, LINE | {"amount": "lots"}]})
    errors = {cell.name: cell.errors for row in control.rows for cell in row.cells if cell.errors}
    assert errors == {"budget.1.amount": ["Line 2: “lots” is no amount; enter a number, such as 1200.50"]}


def test_a_group_draws_each_question_again() -> None:
    control = _control(field("group"), [{"name": "Noor", "part": {"other": ""}, "hours": "lots"}])
    (row,) = control.rows
    name, part, hours = row.controls
    assert (row.name, row.number) == ("Person", "1")
    assert (name.id, name.text, name.version) == ("f-group.0.name", "Noor", None)
    assert part.other_errors == ["Person 1: Say what you mean by “Other” for “Part”"]
    assert hours.errors == ["Person 1: “Hours”: enter a number, such as 1200.50"]


def test_a_group_starts_with_the_least_there_must_be() -> None:
    pair = field("group", options=OPTIONS["group"] | {"least": 2})
    assert len(_control(pair).rows) == 2
    assert len(_control(pair, [{"name": "Noor"}] * 2).rows) == 2
    assert len(_control(pair, [{"name": "Noor"}] * 2, one_more=True).rows) == 3
    assert len(_control(field("group"), [{"name": "Noor"}]).rows) == 1


def test_a_budget_says_what_it_has_to_reach() -> None:
    budget = field("budget", options={"total_of": "amount"})
    answers = Answers({"amount": "20.00", "budget": {"lines": [LINE]}})
    inputs = control_of(budget, answers, {}, limits=LIMITS).inputs
    assert inputs["asked"] == "20.00"
    assert inputs["difference"].endswith("$15 is missing")
    assert control_of(budget, Answers(), {}).inputs["asked"] == ""
    assert control_of(field("budget", options={}), answers, {}).inputs["difference"] == ""


def test_ratings_bear_their_own_errors() -> None:
    rows = _control(field("principles"), {"1": {"rating": "not_yet", "note": ""}}).inputs["principles"]
    assert rows[0]["note_errors"] == ["Principle 1: say in the note what you plan and by when"]
    assert rows[1]["rating_errors"] == ["Principle 2: choose how far you are"]
    assert rows[0]["rating_errors"] == []


def test_files_stand_beside_the_control() -> None:
    one = field("file")
    control = control_of(one, Answers(files={"file": [given_file()]}), {})
    assert [file.name for file in control.files] == ["plan.pdf"]
    assert control.inputs["most"] == 3


@pytest.mark.parametrize(
    ("one", "part", "target"),
    [
        (field("text"), "", "f-text"),
        (field("choice"), "", "f-choice"),
        (field("choice"), "other", "f-choice.other"),
        (field("abn"), "acn", "f-abn.acn"),
        (field("budget"), "2.amount", "f-budget.2.amount"),
        (field("principles"), "3.note", "f-principles.3.note"),
    ],
)
def test_links_lead_to_the_input(one: Field, part: str, target: str) -> None:
    assert problem_target(_control(one), Problem("x", part)) == target
