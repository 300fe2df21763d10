"""How assessors of one round differ: spread, outliers, and who scores higher or lower than the others."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# So far, in points of 100, from the mean of the others: worth talking about.
OUTLIER = Decimal(20)
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Given:
    """One score of 100."""

    application: int
    assessor: int
    score: Decimal


@dataclass(frozen=True)
class Spread:
    """The scores of one application. `outliers` are assessors far from the mean of the others."""

    application: int
    scores: list[Given]
    mean: Decimal
    spread: Decimal
    outliers: frozenset[int]


@dataclass(frozen=True)
class Habit:
    """How somebody scores. `difference` is how far their scores are, in the mean, from that of the others.

    On the same application each, above it being positive; None for who assessed nothing together with others.
    """

    assessor: int
    count: int
    mean: Decimal
    difference: Decimal | None
    outliers: int


def spreads(scores: Iterable[Given]) -> list[Spread]:
    """The scores by application, the widest spread first."""
    by_application: dict[int, list[Given]] = {}
    for given in scores:
        by_application.setdefault(given.application, []).append(given)
    found = [_spread(key, given) for key, given in by_application.items()]
    return sorted(found, key=lambda one: (-one.spread, one.application))


def habits(scores: Iterable[Given]) -> list[Habit]:
    """One line for each assessor, the highest difference first, then those without one."""
    every = list(scores)
    all_spreads = spreads(every)
    by_assessor: dict[int, list[Given]] = {}
    for given in every:
        by_assessor.setdefault(given.assessor, []).append(given)
    found = []
    for assessor, own in by_assessor.items():
        mine = [one for one in all_spreads if any(score.assessor == assessor for score in one.scores)]
        away = [far for one in mine if (far := _away(one.scores, assessor)) is not None]
        found.append(
            Habit(
                assessor=assessor,
                count=len(own),
                mean=_mean([one.score for one in own]),
                difference=_mean(away) if away else None,
                outliers=sum(assessor in one.outliers for one in mine),
            )
        )
    return sorted(found, key=lambda one: (one.difference is None, -(one.difference or 0), one.assessor))


def _spread(application: int, given: list[Given]) -> Spread:
    scores = [one.score for one in given]
    outliers = frozenset(
        one.assessor
        for one in given
        if (away := _away(given, one.assessor)) is not None and abs(away) >= OUTLIER
    )
    return Spread(application, given, _mean(scores), max(scores) - min(scores), outliers)


def _away(given: list[Given], assessor: int) -> Decimal | None:
    """How far somebody's score is from the mean of the others; None where there are no others."""
    own = [one.score for one in given if one.assessor == assessor]
    others = [one.score for one in given if one.assessor != assessor]
    if not own or not others:
        return None
    return own[0] - sum(others, Decimal(0)) / len(others)


def _mean(values: list[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(TENTH, ROUND_HALF_UP)
