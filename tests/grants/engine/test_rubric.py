"""The weighted score of a rubric, against tables worked by hand; what keeps rubrics and assessments back."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grants.engine.rubric import Anchor, Criterion, Mark, RubricSchema, missing, problems, weighted_score

NA = Mark(not_applicable=True, reason="Alone.")


def criterion(key: str, weight: int = 1, most: int = 4, **fields: object) -> Criterion:
    values: dict[str, object] = {
        "key": key,
        "label": key.title(),
        "weight": weight,
        "most": most,
        "anchors": [{"points": 0, "text": "Nothing"}, {"points": most, "text": "All of it"}],
    } | fields
    return Criterion.model_validate(values)


# Need 3, reach 2, evidence 2, safety 3 and partnership 1, each of 4 points: 11 weights, 10 without the last.
FIVE = RubricSchema(
    criteria=[
        criterion("need", 3),
        criterion("reach", 2),
        criterion("evidence", 2),
        criterion("safety", 3),
        criterion("partners", 1, may_not_apply=True),
    ]
)


@pytest.mark.parametrize(
    ("points", "score"),
    [
        # need reach evidence safety partners: 100 x (sum of weight x points / 4) / (sum of weights)
        ((4, 4, 4, 4, 4), "100.00"),  # 11 / 11
        ((0, 0, 0, 0, 0), "0.00"),  # 0 / 11
        ((4, 3, 4, 4, None), "95.00"),  # (3 + 1.5 + 2 + 3) / 10 = 9.5 / 10
        ((4, 3, 4, 4, 0), "86.36"),  # 9.5 / 11 = 0.863636...: zero is not the same as not applicable
        ((4, 3, 4, 4, 4), "95.45"),  # 10.5 / 11 = 0.954545...
        ((2, 2, 2, 2, None), "50.00"),  # 5 / 10
        ((3, 3, 3, 4, 4), "84.09"),  # (2.25 + 1.5 + 1.5 + 3 + 1) / 11 = 9.25 / 11 = 0.840909...
        ((0, 0, 0, 0, None), "0.00"),  # 0 / 10: a score of nothing, and a score all the same
        ((1, 0, 0, 0, None), "7.50"),  # 0.75 / 10
        ((0, 0, 0, 0, 1), "2.27"),  # 0.25 / 11 = 0.022727...
    ],
)
def test_weighted_score_equals_the_table_worked_by_hand(points: tuple[int | None, ...], score: str) -> None:
    keys = [found.key for found in FIVE.criteria]
    marks = {key: NA if given is None else Mark(given) for key, given in zip(keys, points, strict=True)}
    assert weighted_score(FIVE, marks) == Decimal(score)


def test_criteria_of_different_points_weigh_the_same() -> None:
    """Half of the points is half of the weight, whether there are 2 or 10."""
    schema = RubricSchema(criteria=[criterion("a", 1, 2), criterion("b", 1, 10), criterion("c", 2, 5)])
    marks = {"a": Mark(1), "b": Mark(5), "c": Mark(0)}
    # (0.5 + 0.5 + 0) / 4
    assert weighted_score(schema, marks) == Decimal("25.00")
    # Without c: 1 / 2
    assert weighted_score(schema, marks | {"c": NA}) == Decimal("50.00")


@pytest.mark.parametrize(
    ("weights", "points", "score"),
    [
        ((1, 1, 1), (1, 0, 0), "33.33"),  # 100/3 = 33.333...
        ((1, 1, 1), (1, 1, 0), "66.67"),  # 200/3 = 66.666...
        ((1, 7, 0), (1, 0, None), "12.50"),
        ((1, 799, 0), (1, 0, None), "0.13"),  # 100/800 = 0.125, half up
    ],
)
def test_score_is_rounded_once_and_half_up(
    weights: tuple[int, ...], points: tuple[int | None, ...], score: str
) -> None:
    # Weights are at most 100 each: larger ones are several criteria.
    criteria, marks = [], {}
    for number, (weight, given_points) in enumerate(zip(weights, points, strict=True)):
        for part, share in enumerate(_parts(weight)):
            key = f"c{number}_{part}"
            criteria.append(criterion(key, share, 1))
            marks[key] = Mark(given_points)
    assert weighted_score(RubricSchema(criteria=criteria), marks) == Decimal(score)


def _parts(weight: int) -> list[int]:
    whole, rest = divmod(weight, 100)
    return [100] * whole + ([rest] if rest else [])


def test_what_is_not_marked_is_in_neither_sum() -> None:
    assert weighted_score(FIVE, {"need": Mark(2)}) == Decimal("50.00")
    assert weighted_score(FIVE, {"need": Mark(2), "reach": Mark()}) == Decimal("50.00")
    assert weighted_score(FIVE, {"need": Mark(2), "no_such": Mark(4)}) == Decimal("50.00")


@pytest.mark.parametrize(
    "marks", [{}, {"need": Mark()}, {"partners": NA}, dict.fromkeys(["need", "reach"], NA)]
)
def test_nothing_that_applies_is_no_score_and_never_zero(marks: dict[str, Mark]) -> None:
    assert weighted_score(FIVE, marks) is None


CRITERIA = st.lists(st.tuples(st.integers(1, 100), st.integers(1, 10)), min_size=1, max_size=8)


@given(CRITERIA, st.data())
def test_score_is_the_exact_quotient_to_half_a_cent(
    shape: list[tuple[int, int]], data: st.DataObject
) -> None:
    criteria = [criterion(f"c{n}", weight, most) for n, (weight, most) in enumerate(shape)]
    marks = {}
    for found in criteria:
        points = data.draw(st.none() | st.integers(0, found.most))
        marks[found.key] = NA if points is None else Mark(points)
    marked = [(c, marks[c.key].points) for c in criteria if marks[c.key].points is not None]
    score = weighted_score(RubricSchema(criteria=criteria), marks)
    if not marked:
        assert score is None
        return
    total = sum((Fraction(c.weight * (points or 0), c.most) for c, points in marked), Fraction(0))
    exact = 100 * total / sum(c.weight for c, _ in marked)
    assert score is not None
    assert 0 <= score <= 100
    assert abs(Fraction(score) - exact) <= Fraction(1, 200)
    assert score.as_tuple().exponent == -2


@given(CRITERIA, st.data())
def test_what_does_not_apply_changes_nothing(shape: list[tuple[int, int]], data: st.DataObject) -> None:
    criteria = [criterion(f"c{n}", weight, most) for n, (weight, most) in enumerate(shape)]
    marks = {c.key: Mark(data.draw(st.integers(0, c.most))) for c in criteria}
    extra = criterion("extra", data.draw(st.integers(1, 100)), data.draw(st.integers(1, 10)))
    with_extra = weighted_score(RubricSchema(criteria=[*criteria, extra]), marks | {"extra": NA})
    assert with_extra == weighted_score(RubricSchema(criteria=criteria), marks)


@given(CRITERIA, st.data())
def test_more_points_are_never_a_lower_score(shape: list[tuple[int, int]], data: st.DataObject) -> None:
    criteria = [criterion(f"c{n}", weight, most) for n, (weight, most) in enumerate(shape)]
    schema = RubricSchema(criteria=criteria)
    marks = {c.key: Mark(data.draw(st.integers(0, c.most))) for c in criteria}
    raised = data.draw(st.sampled_from(criteria))
    before, after = (
        weighted_score(schema, marks),
        weighted_score(schema, marks | {raised.key: Mark(raised.most)}),
    )
    assert before is not None
    assert after is not None
    assert after >= before


def test_missing_says_what_each_criterion_still_needs() -> None:
    schema = RubricSchema(
        criteria=[
            criterion("need"),
            criterion("evidence", needs_reason=False),
            criterion("partners", may_not_apply=True, needs_reason=False),
        ]
    )
    assert missing(schema, {}) == {
        "need": "Choose points for “Need”.",
        "evidence": "Choose points for “Evidence”.",
        "partners": "Choose points for “Partners”.",
    }
    marks = {"need": Mark(0, reason="  "), "evidence": Mark(0), "partners": Mark(not_applicable=True)}
    assert missing(schema, marks) == {
        "need": "Give a reason for “Need”.",
        "partners": "Give a reason for “Partners”.",
    }
    assert missing(schema, {"need": Mark(0, reason="R"), "evidence": Mark(0), "partners": NA}) == {}


def test_complete_rubric_has_no_problem() -> None:
    assert problems(FIVE) == []


@pytest.mark.parametrize(
    ("criteria", "words"),
    [
        ([], "Add a criterion"),
        ([criterion("a"), criterion("a")], "Two criteria have the key “a”"),
        ([criterion("a", label="")], "Name the criterion “a”"),
        ([criterion("a", anchors=[])], "Say what 0 and 4 points mean for “A”"),
        ([criterion("a", anchors=[{"points": 0, "text": "N"}])], "Say what 4 points mean for “A”"),
        ([criterion("a", may_not_apply=True)], "At least one criterion must always apply"),
        (
            [criterion("a", anchors=[Anchor(points=n, text="x") for n in (0, 4, 4)])],
            "a number of points twice",
        ),
        (
            [criterion("a", anchors=[Anchor(points=n, text="x") for n in (0, 4, 5)])],
            "or one that it does not have",
        ),
    ],
)
def test_problem_of_a_rubric_is_said(criteria: list[Criterion], words: str) -> None:
    assert any(words in problem for problem in problems(RubricSchema(criteria=criteria)))


@pytest.mark.parametrize("fields", [{"weight": 0}, {"weight": 101}, {"most": 0}, {"most": 11}, {"other": 1}])
def test_what_no_rubric_could_have_is_refused(fields: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Criterion.model_validate({"key": "a", "label": "A", **fields})
