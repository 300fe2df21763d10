from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.engine.kinds import kind_of
from grants.engine.kinds.amounts import amount_text
from grants.engine.kinds.budget import budget_total, does_not_add_up
from tests.grants.engine.samples import LIMITS, calm, field, messages, problems, read

BUDGET = field("budget")
YOUTH = {"item": "Youth worker", "note": "0.6 for a year", "amount": "80000.00"}
TRAVEL = {"item": "Travel", "note": "", "amount": "38400.00"}


def _budget(*lines: dict[str, str]) -> Any:
    return {"lines": list(lines)}


def test_lines_are_read_and_blank_ones_close_up() -> None:
    sent = {
        "budget__0__item": "Youth worker",
        "budget__0__note": "0.6 for a year",
        "budget__0__amount": "80,000",
        "budget__1__item": " ",
        "budget__7__item": "Travel",
        "budget__7__amount": "$38,400.00",
    }
    assert read(BUDGET, **sent) == _budget(YOUTH, TRAVEL)


def test_a_table_of_blank_lines_is_no_answer() -> None:
    assert read(BUDGET, budget__0__item="", budget__1__amount=" ") is None
    blanks: list[Any] = [None, {}, {"lines": []}, _budget({"item": "", "note": "", "amount": ""})]
    for blank in blanks:
        assert kind_of(BUDGET).is_blank(BUDGET, blank)
    assert not kind_of(BUDGET).is_blank(BUDGET, _budget(TRAVEL))


def test_an_amount_that_is_none_is_kept_as_typed() -> None:
    assert read(BUDGET, budget__0__amount="lots") == _budget({"item": "", "note": "", "amount": "lots"})


@pytest.mark.parametrize(
    ("line", "part", "message"),
    [
        ({"item": ""}, "1.item", "Line 2: say what the money is for"),
        ({"amount": ""}, "1.amount", "Line 2: enter the amount"),
        ({"amount": "lots"}, "1.amount", "Line 2: “lots” is no amount; enter a number, such as 1200.50"),
        ({"amount": "-5"}, "1.amount", "Line 2: the amount must be zero or more"),
        ({"item": "x" * 201}, "1.item", "Line 2: shorten the item to 200 characters"),
        ({"note": "x" * 1001}, "1.note", "Line 2: shorten the note to 1,000 characters"),
    ],
)
def test_what_is_wrong_names_the_line_and_its_input(line: dict[str, str], part: str, message: str) -> None:
    (problem,) = problems(BUDGET, _budget(YOUTH, TRAVEL | line))
    assert (problem.part, problem.message) == (part, message)


def test_a_right_budget_has_no_problem() -> None:
    assert messages(BUDGET, _budget(YOUTH, TRAVEL)) == []


def test_more_lines_than_it_takes() -> None:
    assert messages(BUDGET, _budget(*[TRAVEL] * 6)) == [
        "“The budget” takes 5 lines; put some of them together"
    ]


def test_a_sum_that_cannot_be_kept() -> None:
    largest = TRAVEL | {"amount": "999999999999.99"}
    assert messages(BUDGET, _budget(largest, largest)) == [
        "The lines of “The budget” add up to more than can be kept"
    ]


@pytest.mark.parametrize("value", ["text", [], 5, {"lines": "none"}, {"lines": [None]}])
def test_a_budget_of_another_shape_is_asked_again(value: Any) -> None:
    assert messages(BUDGET, value) == ["Give the lines of “The budget” again"]
    assert budget_total(value) is None


@given(st.lists(st.decimals(min_value=0, max_value=10**9, places=2), min_size=1, max_size=30))
@calm
def test_lines_add_up_to_the_cent(amounts: list[Decimal]) -> None:
    lines = [{"item": "x", "note": "", "amount": amount_text(amount)} for amount in amounts]
    assert budget_total(_budget(*lines)) == sum(amounts)


def test_there_is_no_sum_while_a_line_cannot_be_read() -> None:
    assert budget_total(_budget(YOUTH, TRAVEL | {"amount": "lots"})) is None
    assert kind_of(BUDGET).compared(_budget(YOUTH, TRAVEL)) == Decimal(118_400)


@pytest.mark.parametrize(
    ("total", "asked", "words"),
    [
        (
            118_400,
            120_000,
            "The budget lines add up to $118,400, but you asked for $120,000: $1,600 is missing",
        ),
        (
            120_000,
            118_400,
            "The budget lines add up to $120,000, but you asked for $118,400: $1,600 is too much",
        ),
        ("0.10", "0.20", "The budget lines add up to $0.10, but you asked for $0.20: $0.10 is missing"),
        (5, 5, ""),
    ],
)
def test_what_does_not_add_up_is_named(total: Any, asked: Any, words: str) -> None:
    assert does_not_add_up(Decimal(total), Decimal(asked), LIMITS) == words


def test_a_budget_is_shown_as_a_table_with_its_total() -> None:
    shown = kind_of(BUDGET).shown(BUDGET, _budget(YOUTH, TRAVEL), currency="NZD")
    assert shown.head == ["Item", "How you worked it out", "Amount"]
    assert shown.rows[1] == ["Travel", "", "NZ$38,400.00"]
    assert shown.total == "Total NZ$118,400.00"


def test_an_unreadable_line_is_shown_as_typed_and_leaves_no_total() -> None:
    shown = kind_of(BUDGET).shown(BUDGET, _budget(TRAVEL | {"amount": "lots"}))
    assert (shown.rows[0][2], shown.total) == ("lots", "")


def test_the_page_shows_the_sum_of_what_can_be_read() -> None:
    inputs = kind_of(BUDGET).inputs(BUDGET, _budget(TRAVEL, {"amount": "lots"}), limits=LIMITS)
    assert (inputs["total"], inputs["total_of"]) == ("$38,400.00", "amount")
