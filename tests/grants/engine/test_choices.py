from typing import Any

import pytest

from grants.engine.kinds import kind_of
from tests.grants.engine.samples import LIMITS, TWO, field, lines, messages, problems, read

CHOICE, CHOICES, YES_NO = field("choice"), field("choices"), field("yes_no")
CLOSED = field("choice", options={"options": TWO})


@pytest.mark.parametrize(("typed", "kept"), [("yes", "yes"), ("no", "no"), ("", None), ("maybe", "maybe")])
def test_yes_or_no(typed: str, kept: str | None) -> None:
    assert read(YES_NO, yes_no=typed) == kept


def test_anything_else_is_neither_yes_nor_no() -> None:
    assert messages(YES_NO, "yes") == []
    assert messages(YES_NO, "maybe") == ["Choose yes or no for “The yes_no”"]
    assert lines(YES_NO, "no") == ["No"]
    assert lines(YES_NO, "maybe") == ["maybe"]


def test_one_of_several_is_kept_by_its_value_and_shown_by_its_label() -> None:
    assert read(CHOICE, choice="a") == "a"
    assert lines(CHOICE, "a") == ["Apples"]
    assert messages(CHOICE, "a") == []


def test_what_was_not_offered_is_refused_and_still_shown() -> None:
    assert messages(CHOICE, "z") == ["Choose one of the answers to “The choice”"]
    assert lines(CHOICE, "z") == ["z"]


def test_something_else_is_written_in() -> None:
    value = read(CHOICE, choice="other", choice__other=" Cake ")
    assert value == {"other": "Cake"}
    assert messages(CHOICE, value) == []
    assert lines(CHOICE, value) == ["Other: Cake"]


def test_something_else_needs_words() -> None:
    (problem,) = problems(CHOICE, read(CHOICE, choice="other"))
    assert (problem.message, problem.part) == ("Say what you mean by “Other” for “The choice”", "other")
    (problem,) = problems(CHOICE, {"other": "x" * 301})
    assert problem.message == "“Other” must be 300 characters or fewer"


def test_something_else_only_where_it_is_offered() -> None:
    assert read(CLOSED, choice="other", choice__other="Cake") == "other"
    assert messages(CLOSED, "other") == ["Choose one of the answers to “The choice”"]
    assert messages(CLOSED, {"other": "Cake"}) == ["Choose one of the answers to “The choice”"]


def test_text_beside_another_choice_is_not_meant() -> None:
    assert read(CHOICE, choice="a", choice__other="left behind") == "a"


def test_several_are_a_list_as_offered_without_repetition() -> None:
    assert read(CHOICES, choices=["b", "a", "b", ""]) == ["a", "b"]
    assert read(CHOICES, choices=["z", "other", "a"]) == ["a", {"other": ""}, "z"]
    assert read(CHOICES) is None
    assert lines(CHOICES, ["b", "a"]) == ["Bread", "Apples"]


def test_several_with_something_else() -> None:
    value = read(CHOICES, choices=["a", "other"], choices__other="Cake")
    assert value == ["a", {"other": "Cake"}]
    assert messages(CHOICES, value) == []
    assert lines(CHOICES, value) == ["Apples", "Other: Cake"]


def test_more_than_may_be_chosen() -> None:
    assert messages(CHOICES, ["a", "b", {"other": "Cake"}]) == [
        "Choose at most 2 answers to “The choices”; you chose 3"
    ]


@pytest.mark.parametrize("value", [["z"], "z", {"a": 1}, [["a"]], [None], [{"other": ""}]])
def test_several_that_were_not_offered(value: Any) -> None:
    assert len(messages(CHOICES, value)) == 1


@pytest.mark.parametrize(
    ("one", "value", "compared"),
    [
        (CHOICE, "a", "a"),
        (CHOICE, {"other": "Cake"}, "other"),
        (CHOICE, ["a"], None),
        (CHOICES, ["a", {"other": "Cake"}], ["a", "other"]),
        (CHOICES, "a", None),
        (YES_NO, "yes", "yes"),
    ],
)
def test_choices_as_conditions_compare_them(one: Any, value: Any, compared: Any) -> None:
    assert kind_of(one).compared(value) == compared


def test_conditions_may_name_what_is_offered() -> None:
    assert [option.value for option in kind_of(CHOICE).comparable(CHOICE)] == ["a", "b", "other"]
    assert [option.value for option in kind_of(CLOSED).comparable(CLOSED)] == ["a", "b"]
    assert [option.value for option in kind_of(YES_NO).comparable(YES_NO)] == ["yes", "no"]


def test_many_answers_become_a_list_that_opens() -> None:
    many = field(
        "choice", options={"options": [{"value": str(n), "label": f"Number {n}"} for n in range(13)]}
    )
    assert kind_of(many).inputs(many, None, limits=LIMITS)["as_list"]
    assert not kind_of(CHOICE).inputs(CHOICE, None, limits=LIMITS)["as_list"]


@pytest.mark.parametrize(("one", "value"), [(CHOICE, "gone"), (YES_NO, "maybe"), (CHOICES, ["a", "gone"])])
def test_an_answer_that_is_no_longer_offered_is_still_drawn(one: Any, value: Any) -> None:
    labels = [option.label for option in kind_of(one).inputs(one, value, limits=LIMITS)["options"]]
    assert labels[-1].endswith("(no longer offered)")
    assert not any("no longer" in option.label for option in kind_of(one).comparable(one))


SAME = {"value": "a", "label": "Apples again"}
ALIKE = {"value": "c", "label": "apples"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Give at least two answers to choose from."),
        ({"options": TWO[:1]}, "Give at least two answers to choose from."),
        ({"options": [*TWO, {"value": "", "label": "Nothing"}]}, "An answer to choose from is empty."),
        ({"options": [*TWO, SAME]}, "Two answers to choose from are the same."),
        ({"options": [*TWO, ALIKE]}, "Two answers to choose from are the same."),
        ({"options": [*TWO, {"value": "other", "label": "Others"}], "other": True}, "“other” is there twice"),
    ],
)
def test_answers_to_choose_from_that_cannot_be(options: dict[str, Any], words: str) -> None:
    for kind in ("choice", "choices"):
        one = field(kind, options=options)
        assert any(words in found for found in kind_of(one).option_problems(one))


def test_no_more_can_be_chosen_than_there_is() -> None:
    one = field("choices", options={"options": TWO, "most": 3})
    assert kind_of(one).option_problems(one) == ["More may be chosen than there is to choose from."]
