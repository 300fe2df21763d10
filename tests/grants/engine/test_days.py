from typing import Any

import pytest

from grants.engine.answers import Limits
from grants.engine.kinds import kind_of
from grants.engine.kinds.days import day_words, parse_day, read_day
from tests.grants.engine.samples import LIMITS, field, lines, messages, read

ANY = field("date", label="Start", options={})
PAST = field("date", label="Adopted", options={"when": "past"})
FUTURE = field("date", label="Start", options={"when": "future"})
SPAN = field("date", label="Start", options={"earliest": "2027-01-01", "latest": "2027-12-31"})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2027-03-05", "2027-03-05"),
        ("5/3/2027", "2027-03-05"),
        ("05.03.2027", "2027-03-05"),
        ("5 March 2027", "2027-03-05"),
        ("5 Mar 2027", "2027-03-05"),
        ("31/02/2027", "31/02/2027"),
        ("next week", "next week"),
    ],
)
def test_days_as_people_type_them(typed: str, kept: str) -> None:
    assert read_day(typed) == kept
    assert read(ANY, date=typed) == kept


@pytest.mark.parametrize(
    "value", ["2027-02-30", "2027-W01-1", "20270305", "", None, 20270305, ["2027-03-05"]]
)
def test_what_is_no_day(value: Any) -> None:
    assert parse_day(value) is None


def test_a_day_in_words() -> None:
    assert day_words("2027-03-05") == "5 March 2027"
    assert lines(ANY, "2027-03-05") == ["5 March 2027"]
    assert lines(ANY, "soon") == ["soon"]


@pytest.mark.parametrize(
    ("one", "value", "message"),
    [
        (ANY, "2027-03-05", None),
        (ANY, "soon", "Enter a date for “Start”, such as 27/03/2027"),
        (ANY, "0027-03-05", "“Start” must be 1 January 1900 or later"),
        (PAST, "2026-10-01", None),
        (PAST, "2026-10-02", "“Adopted” must be 1 October 2026 or earlier"),
        (FUTURE, "2026-10-01", None),
        (FUTURE, "2026-09-30", "“Start” must be 1 October 2026 or later"),
        (SPAN, "2027-12-31", None),
        (SPAN, "2028-01-01", "“Start” must be 31 December 2027 or earlier"),
        (SPAN, "2026-12-31", "“Start” must be 1 January 2027 or later"),
    ],
)
def test_day_within_its_span(one: Any, value: str, message: str | None) -> None:
    assert messages(one, value) == ([message] if message else [])


def test_without_a_today_past_and_future_are_not_judged() -> None:
    assert messages(PAST, "2199-01-01", Limits()) == []
    assert messages(FUTURE, "1950-01-01", Limits()) == []


def test_the_browser_s_field_gets_the_span() -> None:
    inputs = kind_of(PAST).inputs(PAST, None, limits=LIMITS)
    assert inputs == {"earliest": "", "latest": "2026-10-01"}
    assert kind_of(SPAN).inputs(SPAN, None, limits=LIMITS) == {
        "earliest": "2027-01-01",
        "latest": "2027-12-31",
    }


def test_a_span_that_ends_before_it_begins() -> None:
    wrong = field("date", options={"earliest": "2027-02-01", "latest": "2027-01-01"})
    assert kind_of(wrong).option_problems(wrong) == ["The earliest day is after the latest."]
