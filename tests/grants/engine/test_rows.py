"""Indicator plans and repeating groups."""

from typing import Any

import pytest

from grants.engine.kinds import kind_of
from tests.grants.engine.samples import OPTIONS, TWO, field, messages, problems, read

PLAN, GROUP = field("indicators"), field("group")
ROW = {"indicator": "Reports of harm", "baseline": "Unknown", "target": "10", "how": "Yearly count"}


def test_indicators_are_read_row_by_row() -> None:
    sent = {f"indicators__2__{part}": text for part, text in ROW.items()}
    assert read(PLAN, **sent) == [ROW]
    assert read(PLAN, indicators__0__how="") is None


def test_an_indicator_needs_all_of_its_parts() -> None:
    found = problems(PLAN, [ROW, {"indicator": "Calls", "baseline": "", "target": "5", "how": "x" * 1001}])
    assert [(one.part, one.message) for one in found] == [
        ("1.baseline", "Indicator 2: fill in “Today”"),
        ("1.how", "Indicator 2: shorten “How you will find out” to 1,000 characters"),
    ]


def test_too_many_indicators() -> None:
    few = field("indicators", options={"most": 1})
    assert messages(few, [ROW, ROW]) == ["“The indicators” takes 1 indicators; choose those that matter most"]


def test_an_indicator_plan_is_shown_as_a_table() -> None:
    shown = kind_of(PLAN).shown(PLAN, [ROW])
    assert shown.head == ["What you will measure", "Today", "Target", "How you will find out"]
    assert shown.rows == [["Reports of harm", "Unknown", "10", "Yearly count"]]


@pytest.mark.parametrize("value", ["text", {"a": 1}, [5]])
def test_a_plan_of_another_shape_is_asked_again(value: Any) -> None:
    assert messages(PLAN, value) == ["Give the indicators of “The indicators” again"]


def test_group_reads_each_question_by_its_kind() -> None:
    sent = {
        "group__0__name": "Noor",
        "group__0__part": "other",
        "group__0__part__other": "Cake",
        "group__0__hours": "1,000",
        "group__3__name": "Lena",
    }
    assert read(GROUP, **sent) == [
        {"name": "Noor", "part": {"other": "Cake"}, "hours": "1000"},
        {"name": "Lena", "part": None, "hours": None},
    ]


def test_group_of_blank_rows_is_no_answer() -> None:
    assert read(GROUP, group__0__name=" ") is None
    assert kind_of(GROUP).is_blank(GROUP, [{"name": None, "part": "", "hours": None}])
    assert not kind_of(GROUP).is_blank(GROUP, [{"name": "Noor"}])


def test_group_problems_name_the_item_and_the_input() -> None:
    rows = [{"name": "Noor", "part": {"other": ""}, "hours": "lots"}, {"name": None, "part": "a"}]
    assert [(one.part, one.message) for one in problems(GROUP, rows)] == [
        ("0.part.other", "Person 1: Say what you mean by “Other” for “Part”"),
        ("0.hours", "Person 1: “Hours”: enter a number, such as 1200.50"),
        ("1.name", "Person 2: Answer “Name”"),
    ]


def test_group_has_a_least_and_a_most() -> None:
    pair = field("group", options=OPTIONS["group"] | {"least": 2, "most": 2})
    assert messages(pair, [{"name": "Noor"}]) == ["“The group” needs at least 2; you gave 1"]
    assert messages(pair, [{"name": "Noor"}] * 3) == ["“The group” takes at most 2; you gave 3"]
    assert messages(pair, [{"name": "Noor"}] * 2) == []
    assert kind_of(pair).missing(pair) == "Give at least 2 for “The group”"


def test_group_is_shown_as_a_table() -> None:
    shown = kind_of(GROUP).shown(GROUP, [{"name": "Noor", "part": "a", "hours": "1000"}, {"name": "Lena"}])
    assert shown.head == ["Name", "Part", "Hours"]
    assert shown.rows == [["Noor", "Apples", "1,000"], ["Lena", "", ""]]


@pytest.mark.parametrize("value", ["text", {"name": "Noor"}, [5]])
def test_a_group_of_another_shape_is_asked_again(value: Any) -> None:
    assert messages(GROUP, value) == ["Answer “The group” again"]


QUESTION = {"key": "name", "kind": "text", "label": "Name"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Add at least one question to the group."),
        ({"fields": [QUESTION], "least": 3, "most": 2}, "The least number is more than the most."),
        ({"fields": [QUESTION, QUESTION]}, "Two questions of the group have the same key."),
        ({"fields": [QUESTION | {"kind": "file"}]}, "A group cannot hold a question of the kind “file”."),
        ({"fields": [QUESTION | {"kind": "group"}]}, "A group cannot hold a question of the kind “group”."),
        ({"fields": [QUESTION | {"label": ""}]}, "A question of the group has no label."),
        ({"fields": [QUESTION | {"role": "title"}]}, "cannot be the title or the amount"),
        (
            {"fields": [QUESTION | {"show_if": {"conditions": [{"field": "x", "op": "answered"}]}}]},
            "where conditions do not work",
        ),
        ({"fields": [QUESTION | {"options": {"words": 3}}]}, "has settings that do not fit"),
        ({"fields": [QUESTION | {"kind": "choice"}]}, "“Name”: Give at least two answers to choose from."),
    ],
)
def test_groups_that_cannot_be(options: dict[str, Any], words: str) -> None:
    one = field("group", options=options)
    assert any(words in found for found in kind_of(one).option_problems(one))


def test_a_group_of_right_questions() -> None:
    choice = {"key": "part", "kind": "choice", "label": "Part", "options": {"options": TWO}}
    one = field("group", options={"fields": [QUESTION, choice]})
    assert kind_of(one).option_problems(one) == []
