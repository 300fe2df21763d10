"""An answer that is drawn and sent again unchanged is the same answer; a right one has no problem."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grants.engine.answers import Answers
from grants.engine.completeness import problems_of, section_statuses
from grants.engine.content import content_hash, submission_content
from grants.engine.kinds import KINDS, kind_of
from grants.engine.kinds.amounts import amount_text
from grants.engine.schema import Field
from grants.engine.starters import STARTERS, Starter
from tests.grants.engine.drawing import draw_field, sent_by
from tests.grants.engine.samples import LIMITS, TODAY, every_field, given_file, posted_data
from tests.grants.engine.test_content import FACTS


@pytest.mark.parametrize("one", every_field(), ids=list(KINDS))
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_what_was_read_is_drawn_and_read_the_same(one: Field, data: st.DataObject) -> None:
    kind = kind_of(one)
    value = kind.read(one, data.draw(posted_data(one.key)), one.key)
    again = kind.read(one, sent_by(draw_field(one, Answers({one.key: value}))), one.key)
    assert again == value


words = st.lists(st.sampled_from(["safe", "online", "together", "families"]), min_size=1, max_size=8).map(
    " ".join
)
days_before = st.integers(0, 300).map(lambda days: (TODAY - timedelta(days=days)).isoformat())
days_after = st.integers(1, 300).map(lambda days: (TODAY + timedelta(days=days)).isoformat())
BUDGETED = "20000.00"


def _sums(total: Decimal) -> st.SearchStrategy[dict[str, Any]]:
    """Budgets of two lines that add up."""
    cents = int(total * 100)

    def lines(first: int) -> dict[str, Any]:
        amounts = [Decimal(first) / 100, Decimal(cents - first) / 100]
        return {"lines": [{"item": "x", "note": "", "amount": amount_text(amount)} for amount in amounts]}

    return st.integers(0, cents).map(lines)


def _number(one: Field) -> st.SearchStrategy[str]:
    least, most = int(one.options.get("minimum", 0)), int(one.options.get("maximum", 1_000))
    return st.integers(least, most).map(str)


def _choices(one: Field) -> st.SearchStrategy[list[str]]:
    values = [option["value"] for option in one.options["options"]]
    chosen = st.sets(st.sampled_from(values), min_size=1)
    return chosen.map(lambda some: [value for value in values if value in some])


def _group(one: Field) -> st.SearchStrategy[list[dict[str, Any]]]:
    questions = [Field.model_validate(question) for question in one.options["fields"]]
    row = st.fixed_dictionaries({question.key: right_answer(question) for question in questions})
    return st.lists(row, min_size=max(1, one.options.get("least", 0)), max_size=one.options["most"])


def right_answer(one: Field) -> st.SearchStrategy[Any]:
    """Answers to a field of the starters in which nothing is wrong."""
    simple: dict[str, st.SearchStrategy[Any]] = {
        "text": words,
        "long_text": words,
        "email": st.just("noor@example.org"),
        "phone": st.just("02 9876 5432"),
        "url": st.just("https://example.org"),
        "money": st.just(BUDGETED),
        "date": days_after,
        "yes_no": st.sampled_from(["yes", "no"]),
        "abn": st.just({"abn": "51824753556", "acn": ""}),
        "address": st.just(
            {
                "street": "1 Main St",
                "suburb": "Yass",
                "state": "NSW",
                "postcode": "2582",
                "country": "Australia",
            }
        ),
        "budget": _sums(Decimal(BUDGETED)),
        "indicators": st.just(
            [{"indicator": "Calls", "baseline": "Unknown", "target": "9", "how": "Counted"}]
        ),
        "declaration": st.just(True),
        "policy": st.fixed_dictionaries({"adopted_on": days_before, "review_on": days_after}),
        "screening": st.fixed_dictionaries(
            {
                "people": st.just(9),
                "checked": st.integers(0, 5),
                "pending": st.integers(0, 4),
                "as_at": days_before,
            }
        ),
        "principles": st.just({str(number): {"rating": "partly", "note": ""} for number in range(1, 11)}),
    }
    made = {"number": _number, "choices": _choices, "group": _group}
    if one.kind == "choice":
        return _choices(one).map(lambda chosen: chosen[0])
    return made[one.kind](one) if one.kind in made else simple.get(one.kind, st.none())


@pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_right_answers_can_be_submitted(starter: Starter, data: st.DataObject) -> None:
    fields = [one for _, one in starter.schema.fields()]
    values = {one.key: data.draw(right_answer(one)) for one in fields}
    files = {one.key: [given_file()] for one in fields if kind_of(one).takes_files}
    answers = Answers(values, files)
    assert problems_of(starter.schema, answers, limits=LIMITS) == {}
    statuses = section_statuses(starter.schema, answers, limits=LIMITS)
    assert {status.label for status in statuses.values()} == {"Completed"}
    content = submission_content(starter.schema, answers, FACTS)
    assert (content["title"], content["amount"]) == (values["title"], BUDGETED)
    assert len(content_hash(content)) == 64


@pytest.mark.parametrize("starter", STARTERS.values(), ids=STARTERS)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_right_answers_are_drawn_and_read_the_same(starter: Starter, data: st.DataObject) -> None:
    one = data.draw(st.sampled_from([one for _, one in starter.schema.fields()]))
    value = data.draw(right_answer(one))
    again = kind_of(one).read(one, sent_by(draw_field(one, Answers({one.key: value}))), one.key)
    assert again == value
