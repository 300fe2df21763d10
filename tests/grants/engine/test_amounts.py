from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.engine.kinds.amounts import (
    NotANumber,
    amount_text,
    money_words,
    number_text,
    number_words,
    parse_number,
)
from tests.grants.engine.samples import calm

amounts = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1200", "1200"),
        ("1,200.50", "1200.50"),
        ("$1,200.50", "1200.50"),
        ("1 200", "1200"),
        ("1\u00a0200\u00a0000", "1200000"),
        ("1'200", "1200"),
        ("A$5", "5"),
        ("AU$ 1,000", "1000"),
        ("AUD 1000", "1000"),
        ("1000 aud", "1000"),
        ("€20", "20"),
        ("１２００．５", "1200.5"),
        ("１，２００", "1200"),
        ("١٢", "12"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("-$5", "-5"),
        ("-0", "0"),
        ("007", "7"),
        ("1.500", "1.5"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_numbers_as_people_type_them(typed: str, number: str) -> None:
    assert parse_number(typed, places=2) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "NaN",
        "Infinity",
        "-inf",
        "1e5",
        "1,20",
        "1.200,50",
        "12,34",
        "lots",
        "$",
        ".",
        "1 2 3",
        "²",
        "5 apples",
    ],
)
def test_what_is_no_number_says_what_to_type(typed: str) -> None:
    with pytest.raises(NotANumber, match=r"enter a number, such as 1200\.50"):
        parse_number(typed, places=2)


@pytest.mark.parametrize(
    ("typed", "places", "words"),
    [
        ("1.234", 2, "use at most 2 digits after the point"),
        ("1.5", 0, "enter a whole number"),
        ("1000000000000", 2, "of at most 12 digits before the point"),
        ("9" * 4000, 2, "of at most 12 digits before the point"),
    ],
)
def test_numbers_that_do_not_fit_say_why(typed: str, places: int, words: str) -> None:
    with pytest.raises(NotANumber, match=words):
        parse_number(typed, places=places)


@given(amounts)
@calm
def test_an_amount_reads_back_however_it_is_written(amount: Decimal) -> None:
    written = (amount_text(amount), number_text(amount), money_words(amount, "AUD"), f"{amount:,} AUD")
    assert {parse_number(text, places=2) for text in written} == {amount}


@given(st.text(max_size=12))
@calm
def test_any_text_is_a_number_or_says_that_it_is_none(typed: str) -> None:
    try:
        number = parse_number(typed, places=2)
    except NotANumber:
        return
    assert number.is_finite()
    assert abs(number) < 10**12


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1200.5", "AUD", "$1,200.50"),
        ("118400", "AUD", "$118,400.00"),
        ("-3", "NZD", "-NZ$3.00"),
        ("7", "VUV", "VUV 7.00"),
    ],
)
def test_money_in_words(amount: str, currency: str, words: str) -> None:
    assert money_words(Decimal(amount), currency) == words


def test_cents_are_left_out_only_where_there_are_none() -> None:
    assert money_words(Decimal("118400.00"), "AUD", cents=False) == "$118,400"
    assert money_words(Decimal("118400.50"), "AUD", cents=False) == "$118,400.50"


@pytest.mark.parametrize(("number", "words"), [("12500", "12,500"), ("12500.50", "12,500.5"), ("0", "0")])
def test_number_in_words(number: str, words: str) -> None:
    assert number_words(Decimal(number)) == words
