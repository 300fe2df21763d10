from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.engine.kinds.reading import (
    LONGEST_LINE,
    LONGEST_TEXT,
    clean_line,
    clean_text,
    count_words,
    lines_in,
    part_of,
    posted_lines,
    rows_of,
    text_in,
)
from tests.grants.engine.samples import calm, json_values, posted


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  plain  ", "plain"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("nul\x00 bell\x07 escape\x1b", "nul bell escape"),
        ("tab\tstays", "tab\tstays"),
        ("half \ud800 of a character", "half  of a character"),
        ("delete\x7f and c1\x9f", "delete and c1"),
        ("turned \u202etxt.exe", "turned txt.exe"),
        ("emoji 👩‍🏫 and मराठी stay", "emoji 👩‍🏫 and मराठी stay"),
    ],
)
def test_text_loses_what_cannot_be_stored(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_line_has_single_blanks_and_no_breaks() -> None:
    assert clean_line(" Safe \n Online\t\tTogether ") == "Safe Online Together"


@given(st.text())
@calm
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    once = clean_text(typed)
    assert clean_text(once) == once
    assert "\x00" not in once
    once.encode()


def test_texts_have_an_end() -> None:
    assert len(clean_text("a" * 100_000)) == LONGEST_TEXT
    assert len(clean_line("a" * 100_000)) == LONGEST_LINE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one", 1),
        ("two  words", 2),
        ("well-known don't 3.5", 3),
        ("no\u00a0break\ufeffmark\u3000wide", 4),
        ("line\nline", 2),
    ],
)
def test_words_are_counted_as_the_page_counts_them(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (5, "5"), (1.5, "1.5"), (True, ""), (None, ""), ([], ""), ({}, ""), (10**300, "")],
)
def test_value_as_text(value: Any, text: str) -> None:
    assert text_in(value) == text


def test_rows_leave_out_what_is_none() -> None:
    assert rows_of([{"item": "a"}, "b", None, {"item": "c"}]) == [{"item": "a"}, {"item": "c"}]
    assert rows_of({"item": "a"}) == []


def test_part_of_anything() -> None:
    assert part_of({"abn": "1"}, "abn") == "1"
    assert part_of({"abn": ["1"]}, "abn") == ""
    assert part_of("abn", "abn") == ""


def test_boxes_of_one_name_count_once_each() -> None:
    assert posted_lines(posted(where=["b", "a", " b ", "", None]), "where") == ["b", "a"]


def test_text_inside_an_unexpected_answer_is_found() -> None:
    assert lines_in({"a": ["one", {"b": "two"}], "c": 3, "d": None}) == ["one", "two", "3"]


@given(json_values)
@calm
def test_unexpected_answers_are_lines_of_text(value: Any) -> None:
    assert all(isinstance(line, str) and line for line in lines_in(value))


def test_a_deeply_nested_answer_is_read() -> None:
    value: Any = "deep"
    for _ in range(150):
        value = [value]
    assert lines_in(value) == ["deep"]
