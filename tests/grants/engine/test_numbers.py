from decimal import Decimal
from typing import Any

import pytest

from grants.engine.answers import Answers, Limits
from grants.engine.controls import control_of
from grants.engine.kinds import kind_of
from tests.grants.engine.samples import LIMITS, field, lines, messages, read

COUNT = field("number", options={"whole": True, "minimum": 1, "maximum": 60}, label="Months")
ASKED = field("money", role="amount", label="Amount asked for", options={})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1,200", "1200"), (" 3.50 ", "3.5"), ("1.0", "1"), ("lots", "lots"), ("", None), ("1.234", "1.234")],
)
def test_number_is_kept_as_a_number_or_as_typed(typed: str, kept: str | None) -> None:
    assert read(field("number"), number=typed) == kept


def test_amount_is_kept_with_two_places() -> None:
    assert read(field("money"), money="$1,200.5") == "1200.50"
    assert read(field("money"), money="about 5") == "about 5"
    assert read(field("money"), money="") is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("12", None),
        ("0", "“Months” must be between 1 and 60"),
        ("61", "“Months” must be between 1 and 60"),
        ("1.5", "“Months”: enter a whole number"),
        ("lots", "“Months”: enter a whole number from 1 to 60"),
        (True, "“Months”: enter a whole number from 1 to 60"),
    ],
)
def test_number_within_its_bounds(value: Any, message: str | None) -> None:
    assert messages(COUNT, value) == ([message] if message else [])


def test_number_below_zero_only_where_it_is_meant() -> None:
    assert messages(field("number", options={}), "-1") == ["“The number” must be zero or more"]
    assert messages(field("number", options={"minimum": "-5"}), "-1") == []
    assert messages(field("number", options={"minimum": "-5"}), "-6") == ["“The number” must be -5 or more"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("5000.00", None),
        ("100000.00", None),
        ("4999.99", "“Amount asked for” must be between $5,000 and $100,000"),
        ("100000.01", "“Amount asked for” must be between $5,000 and $100,000"),
        ("0.00", "“Amount asked for” must be more than nothing"),
        ("abc", "“Amount asked for”: enter a number, such as 1200.50"),
        ("NaN", "“Amount asked for”: enter a number, such as 1200.50"),
        ("1.005", "“Amount asked for”: use at most 2 digits after the point"),
    ],
)
def test_amount_asked_for_keeps_to_the_round(value: str, message: str | None) -> None:
    assert messages(ASKED, value) == ([message] if message else [])


def test_other_amounts_do_not_know_the_round() -> None:
    assert messages(field("money", options={}), "1.00") == []
    assert messages(field("money", options={}), "-1.00") == ["“The money” must be zero or more"]


def test_the_narrower_of_form_and_round_counts() -> None:
    asked = ASKED.model_copy(update={"options": {"minimum": "8000", "maximum": "50000"}})
    assert messages(asked, "7000.00") == ["“Amount asked for” must be between $8,000 and $50,000"]
    assert messages(asked, "60000.00") == ["“Amount asked for” must be between $8,000 and $50,000"]


def test_a_round_without_limits_takes_any_amount() -> None:
    assert messages(ASKED, "1.00", Limits()) == []
    assert messages(ASKED, "999999999999.99", Limits()) == []


def test_amounts_are_shown_in_the_program_s_currency() -> None:
    assert lines(field("money"), "1200.50") == ["$1,200.50"]
    assert lines(field("money"), "1200.50", currency="NZD") == ["NZ$1,200.50"]
    assert lines(field("number"), "12500") == ["12,500"]
    assert lines(field("money"), "lots") == ["lots"]


def test_the_page_knows_the_symbol_and_the_keyboard() -> None:
    kind = kind_of(ASKED)
    assert kind.inputs(ASKED, None, limits=LIMITS)["symbol"] == "$"
    assert kind_of(COUNT).inputs(COUNT, None, limits=LIMITS)["keyboard"] == "numeric"
    below = field("number", options={"minimum": -1})
    assert kind_of(below).inputs(below, None, limits=LIMITS)["keyboard"] == "text"


@pytest.mark.parametrize(
    ("value", "compared"), [("10", Decimal(10)), ("1200.50", Decimal("1200.5")), (7, Decimal(7)), ("x", None)]
)
def test_numbers_are_compared_as_numbers(value: Any, compared: Decimal | None) -> None:
    assert kind_of(COUNT).compared(value) == compared


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("number", {"minimum": 5, "maximum": 4}, "The least is more than the most."),
        ("number", {"maximum": -4}, "The most is below zero"),
        ("money", {"minimum": -1}, "The least amount is below zero."),
    ],
)
def test_bounds_that_cannot_be(kind: str, options: dict[str, int], words: str) -> None:
    one = field(kind, options=options)
    assert words in kind_of(one).option_problems(one)[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"whole": True, "minimum": 3, "maximum": 36}, "A whole number from 3 to 36."),
        ({"maximum": "12.5"}, "A number up to 12.5."),
        ({"minimum": 2}, "A number from 2."),
        ({}, ""),
    ],
)
def test_bounds_of_a_number_are_said_before_it_is_typed(options: dict[str, Any], said: str) -> None:
    control = control_of(field("number", options=options), Answers(), {})
    assert control.bounds == said
    assert control.described_by == ("f-number-bounds" if said else "")


def test_bounds_of_the_amount_asked_for_are_those_of_the_round() -> None:
    limits = Limits(minimum=Decimal(20_000), maximum=Decimal(150_000))
    asked = field("money", role="amount", options={"maximum": 90_000})
    assert control_of(asked, Answers(), {}, limits=limits).bounds == "From $20,000 to $90,000."
    assert control_of(field("money", options={}), Answers(), {}, limits=limits).bounds == ""
