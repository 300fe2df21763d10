"""Policy, screening, the National Principles, declarations, files and text to read."""

from datetime import date
from typing import Any

import pytest

from grants.engine.answers import Limits
from grants.engine.kinds import kind_of
from grants.engine.kinds.principles import PRINCIPLES
from grants.engine.kinds.safeguarding import expires_on
from tests.grants.engine.samples import field, given_file, lines, messages, problems, read

POLICY, SCREENING, RATED = field("policy"), field("screening"), field("principles")
CURRENT = {"adopted_on": "2025-02-01", "review_on": "2027-02-01"}
COUNTS = {"people": 10, "checked": 7, "pending": 3, "as_at": "2026-09-01"}
FULL = {str(number): {"rating": "fully", "note": ""} for number in range(1, 11)}


def test_policy_is_read_as_its_days() -> None:
    assert read(POLICY, policy__adopted_on="1/2/2025", policy__review_on="2027-02-01") == CURRENT
    assert read(POLICY, policy__adopted_on="") is None


def test_policy_with_a_file_and_no_days_is_begun() -> None:
    kind = kind_of(POLICY)
    assert kind.is_blank(POLICY, None)
    assert not kind.is_blank(POLICY, None, [given_file()])
    assert [found.part for found in problems(POLICY, None)] == ["adopted_on", "review_on"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({}, None),
        ({"adopted_on": ""}, "Enter a date for “Adopted on”, such as 27/03/2027"),
        ({"adopted_on": "2026-10-02"}, "“Adopted on” must be 1 October 2026 or earlier"),
        (
            {"review_on": "2026-09-30"},
            "The policy was to be reviewed by 30 September 2026; give one that is in date",
        ),
        ({"review_on": "2026-10-01"}, None),
        ({"review_on": "soon"}, "Enter a date for “To be reviewed by”, such as 27/03/2027"),
    ],
)
def test_policy_is_in_date(changed: dict[str, str], message: str | None) -> None:
    assert messages(POLICY, CURRENT | changed) == ([message] if message else [])


def test_policy_without_a_today_is_not_judged() -> None:
    assert messages(POLICY, {"adopted_on": "2190-01-01", "review_on": "1999-01-01"}, Limits()) == []


def test_policy_runs_out_on_the_day_of_its_review() -> None:
    assert expires_on(CURRENT) == date(2027, 2, 1)
    assert expires_on(None) is None
    assert expires_on({"review_on": "soon"}) is None


def test_policy_is_shown_with_its_files() -> None:
    shown = kind_of(POLICY).shown(POLICY, CURRENT, [given_file()])
    assert shown.lines == ["Adopted on 1 February 2025", "To be reviewed by 1 February 2027"]
    assert [file.name for file in shown.files] == ["plan.pdf"]


def test_counts_are_read_as_numbers() -> None:
    sent = {f"screening__{part}": str(value) for part, value in COUNTS.items()}
    assert read(SCREENING, **sent) == COUNTS
    assert read(SCREENING, screening__people="many") == {
        "people": "many",
        "checked": "",
        "pending": "",
        "as_at": "",
    }


def test_a_count_of_none_is_an_answer() -> None:
    assert read(SCREENING, screening__people="0") == {"people": 0, "checked": "", "pending": "", "as_at": ""}


@pytest.mark.parametrize(
    ("changed", "part", "message"),
    [
        ({"checked": 8}, "checked", "You counted 11 checks for 10 people: each person counts once"),
        ({"people": "many"}, "people", "“People who will work with children” must be a whole number"),
        ({"pending": ""}, "pending", "“Of these, with a check under way” must be a whole number"),
        ({"checked": -1}, "checked", "“Of these, with a current check” must be a whole number"),
        ({"people": 1_000_001}, "people", "“People who will work with children” must be a whole number"),
        ({"as_at": "2026-10-02"}, "as_at", "“As at” must be 1 October 2026 or earlier"),
        ({"as_at": ""}, "as_at", "Enter a date for “As at”"),
    ],
)
def test_counts_that_cannot_be(changed: dict[str, Any], part: str, message: str) -> None:
    (problem,) = problems(SCREENING, COUNTS | changed)
    assert problem.part == part
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    "changed", [{}, {"people": 0, "checked": 0, "pending": 0}, {"checked": 2, "pending": 0}]
)
def test_counts_that_can_be(changed: dict[str, int]) -> None:
    assert messages(SCREENING, COUNTS | changed) == []


def test_screening_asks_for_nothing_personal() -> None:
    labels = " ".join(
        one.label for one in kind_of(SCREENING).inputs(SCREENING, None, limits=Limits())["parts"]
    )
    assert "birth" not in labels.lower()
    assert "name" not in labels.lower()
    assert lines(SCREENING, COUNTS)[0] == "People who will work with children: 10"


def test_principles_are_read_by_number() -> None:
    value = read(
        RATED,
        principles__1__rating="partly",
        principles__1__note="Training\r\nin May",
        principles__2__note=" ",
    )
    assert value == {"1": {"rating": "partly", "note": "Training\nin May"}}
    assert read(RATED) is None


def test_all_ten_principles_are_rated() -> None:
    assert len(PRINCIPLES) == 10
    assert messages(RATED, FULL) == []
    (problem,) = problems(RATED, {key: row for key, row in FULL.items() if key != "7"})
    assert (problem.part, problem.message) == ("7.rating", "Principle 7: choose how far you are")


def test_not_yet_needs_a_plan() -> None:
    (problem,) = problems(RATED, FULL | {"3": {"rating": "not_yet", "note": ""}})
    assert (problem.part, problem.message) == (
        "3.note",
        "Principle 3: say in the note what you plan and by when",
    )
    assert messages(RATED, FULL | {"3": {"rating": "not_yet", "note": "By June."}}) == []
    assert messages(RATED, FULL | {"3": {"rating": "partly", "note": "x" * 2001}}) == [
        "Principle 3: shorten the note to 2,000 characters"
    ]


def test_principles_are_shown_with_their_words() -> None:
    shown = kind_of(RATED).shown(RATED, {"2": {"rating": "not_yet", "note": "By June."}})
    assert shown.rows == [[f"2. {PRINCIPLES[1]}", "Not yet", "By June."]]


@pytest.mark.parametrize("value", ["text", [1], {"11": {}}, {"1": "fully"}])
def test_principles_of_another_shape(value: Any) -> None:
    assert len(messages(RATED, value)) == 10


@pytest.mark.parametrize(("typed", "kept"), [("yes", True), ("on", True), ("no", None), ("", None)])
def test_declaration_is_made_or_not(typed: str, kept: bool | None) -> None:
    assert read(field("declaration"), declaration=typed) is kept


def test_declaration_is_shown_with_its_text() -> None:
    one = field("declaration")
    assert lines(one, True) == ["All of this is true.", "Agreed"]
    assert lines(one, None) == []
    assert messages(one, "yes") == ["Tick the box of “The declaration” to agree"]
    assert kind_of(one).is_blank(one, False)


def test_declaration_has_a_text() -> None:
    one = field("declaration", options={})
    assert kind_of(one).option_problems(one) == ["Give the text that is agreed to."]
    helped = field("declaration", options={}, help="The text.")
    assert kind_of(helped).option_problems(helped) == []


def test_files_are_kept_beside_the_value() -> None:
    one = field("file")
    assert read(one, file="anything") is None
    assert kind_of(one).is_blank(one, None)
    assert not kind_of(one).is_blank(one, None, [given_file()])
    assert kind_of(one).most_files(one) == 3
    assert kind_of(field("text")).most_files(field("text")) == 0


def test_text_to_read_is_never_answered() -> None:
    one = field("info")
    assert read(one, info="anything") is None
    assert kind_of(one).is_blank(one, "anything")
    assert not kind_of(one).asks
    assert lines(one, "anything") == []
