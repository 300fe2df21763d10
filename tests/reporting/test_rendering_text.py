"""Text made fit to print: cleaned, cut into paragraphs, its direction told, its days worded."""

from datetime import date, datetime

import pytest

from reporting.rendering.fonts import usual_characters
from reporting.rendering.text import Cleaner, direction, moment, short_day, unusual


def test_text_is_cleaned_and_cut_into_paragraphs() -> None:
    paragraphs = Cleaner().paragraphs("  One\tline \r\n\r\n\x00two\u202e\u2028שלום  ")
    assert [(item.text, item.direction) for item in paragraphs] == [
        ("One line", "ltr"),
        ("two", "ltr"),
        ("שלום", "rtl"),
    ]
    assert Cleaner().paragraphs("   \n\n  ") == []


def test_missing_characters_are_named() -> None:
    assert Cleaner({"\U0001f600"}).line("Hi \U0001f600!") == "Hi [grinning face]!"
    assert unusual(["abc ☃ é"], usual=usual_characters()) == ["☃"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("abc", "ltr"), ("123 שלום", "rtl"), ("مرحبا abc", "rtl"), ("123", "ltr"), ("", "ltr")],
)
def test_direction_follows_the_first_letter(text: str, expected: str) -> None:
    assert direction(text) == expected


def test_days_and_moments_are_written_out() -> None:
    assert short_day(date(2022, 9, 30)) == "30 Sep 2022"
    assert short_day(None) == "–"
    assert moment(datetime.fromisoformat("2022-10-01T09:30:00+10:30")) == "1 October 2022, 09:30 (UTC+10:30)"
    assert moment(datetime.fromisoformat("2022-10-01T09:30:00Z")) == "1 October 2022, 09:30 (UTC+00:00)"
