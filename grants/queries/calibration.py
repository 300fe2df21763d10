"""The calibration of a round: how far its assessors agree."""

from dataclasses import dataclass
from decimal import Decimal

from grants.engine.calibration import Given, Habit, Spread, habits, spreads
from grants.models import Application, Assignment, Round
from grants.queries.scores import hidden_scores
from grants.queries.sight import blocked
from grants.states import AssignmentState
from scsc.accounts.models import User

# The picture, in its own units.
LEFT, WIDTH, STEP, TOP = 120, 480, 28, 24


@dataclass(frozen=True)
class Dot:
    """One score in the picture."""

    x: Decimal
    label: str
    is_outlier: bool


@dataclass(frozen=True)
class Line:
    """One application in the picture and its table."""

    application: Application
    spread: Spread
    y: int
    dots: list[Dot]
    first: Decimal
    last: Decimal


@dataclass(frozen=True)
class Calibration:
    """What the page shows. `hidden` counts applications that the person may not see the scores of yet."""

    lines: list[Line]
    habits: list[tuple[str, Habit]]
    hidden: int
    height: int


def calibration_of(round_: Round, user: User) -> Calibration:
    """The submitted scores of a round that this person may see. Four queries."""
    waits = hidden_scores(user)
    submitted = Assignment.objects.filter(
        application__round=round_, state=AssignmentState.SUBMITTED, result__isnull=False
    ).exclude(application__in=blocked(user))
    rows = list(submitted.select_related("application", "user").order_by("pk"))
    seen = [row for row in rows if row.application_id not in waits]
    names = {row.user_id: str(row.user) for row in seen}
    applications = {row.application_id: row.application for row in seen}
    given = [Given(row.application_id, row.user_id, row.result or Decimal(0)) for row in seen]
    found = spreads(given)
    return Calibration(
        lines=[_line(one, applications[one.application], names, number) for number, one in enumerate(found)],
        habits=[(names[one.assessor], one) for one in habits(given)],
        hidden=len({row.application_id for row in rows} & waits),
        height=TOP + STEP * len(found) + 8,
    )


def _line(found: Spread, application: Application, names: dict[int, str], number: int) -> Line:
    dots = [
        Dot(_x(one.score), f"{names[one.assessor]}: {one.score}", one.assessor in found.outliers)
        for one in found.scores
    ]
    places = [dot.x for dot in dots]
    return Line(application, found, TOP + STEP * number + STEP // 2, dots, min(places), max(places))


def _x(score: Decimal) -> Decimal:
    return LEFT + (WIDTH * score / 100).quantize(Decimal("0.1"))
