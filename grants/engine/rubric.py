"""The shape of a rubric, and the score it gives: weighted, "not applicable" left out and never zero."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pydantic import Field as PydanticField

from grants.engine.schema import Key, Line, Part, Text

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
MOST_POINTS = 10


class Anchor(Part):
    """What a number of points means, in words."""

    points: int = PydanticField(ge=0, le=MOST_POINTS)
    text: Text


class Criterion(Part):
    """One thing to assess, from 0 to `most` points. `weight` is its share beside the other weights."""

    key: Key
    label: Line
    help: Text = ""
    weight: int = PydanticField(default=1, ge=1, le=100)
    most: int = PydanticField(default=5, ge=1, le=MOST_POINTS)
    anchors: list[Anchor] = []
    may_not_apply: bool = False
    needs_reason: bool = True


class RubricSchema(Part):
    """A whole rubric. `problems` says what still keeps it from being published."""

    criteria: list[Criterion] = []

    def criterion(self, key: str) -> Criterion | None:
        return next((criterion for criterion in self.criteria if criterion.key == key), None)


@dataclass(frozen=True)
class Mark:
    """What somebody gave for one criterion. Neither points nor `not_applicable`: not assessed yet."""

    points: int | None = None
    not_applicable: bool = False
    reason: str = ""


def problems(schema: RubricSchema) -> list[str]:
    """What keeps a rubric from being published, in words; empty when it is ready."""
    if not schema.criteria:
        return ["Add a criterion: there is nothing to assess yet."]
    found = []
    keys = [criterion.key for criterion in schema.criteria]
    found += [f"Two criteria have the key “{key}”." for key in sorted({k for k in keys if keys.count(k) > 1})]
    for criterion in schema.criteria:
        named = [anchor.points for anchor in criterion.anchors]
        if not criterion.label:
            found.append(f"Name the criterion “{criterion.key}”.")
        missing = [str(end) for end in (0, criterion.most) if end not in named]
        if missing:
            found.append(f"Say what {' and '.join(missing)} points mean for “{criterion.label}”.")
        if len(named) != len(set(named)) or any(points > criterion.most for points in named):
            found.append(
                f"“{criterion.label}” describes a number of points twice, or one that it does not have."
            )
    if all(criterion.may_not_apply for criterion in schema.criteria):
        found.append("At least one criterion must always apply, or an assessment may end without a score.")
    return found


def missing(schema: RubricSchema, marks: Mapping[str, Mark]) -> dict[str, str]:
    """What is still to do before an assessment can be submitted, by key of the criterion."""
    found = {}
    for criterion in schema.criteria:
        mark = marks.get(criterion.key, Mark())
        if mark.points is None and not mark.not_applicable:
            found[criterion.key] = f"Choose points for “{criterion.label}”."
        elif (criterion.needs_reason or mark.not_applicable) and not mark.reason.strip():
            found[criterion.key] = f"Give a reason for “{criterion.label}”."
    return found


def weighted_score(schema: RubricSchema, marks: Mapping[str, Mark]) -> Decimal | None:
    """The score of 100, rounded half up to two places; None where nothing that applies was marked.

    Each criterion counts `weight * points / most`; the sum is divided by the weights of those that were
    marked. A criterion that does not apply is in neither sum.
    """
    counted = [(c, marks[c.key].points) for c in schema.criteria if c.key in marks]
    marked = [(criterion, points) for criterion, points in counted if points is not None]
    weights = sum(criterion.weight for criterion, _ in marked)
    if not weights:
        return None
    # One division at the end, so that nothing is rounded on the way.
    common = 2520  # divisible by every number of points up to 10
    total = sum(criterion.weight * points * (common // criterion.most) for criterion, points in marked)
    return (HUNDRED * total / (common * weights)).quantize(CENT, ROUND_HALF_UP)
