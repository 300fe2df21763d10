"""What the assessments of an application come to. Only those that were submitted count."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from grants.models import Application, Assignment
from grants.states import ASSIGNED_NOW, AssignmentState
from scsc.accounts.models import User

CENT = Decimal("0.01")


@dataclass(frozen=True)
class ScoreSummary:
    """The scores of one application, each of 100.

    `mean` is None while nobody submitted a score, and never zero for that. `count` says how many scores are
    in it, `spread` how far the highest is from the lowest (None with fewer than two), `assigned` how many
    people assess it, done or not.
    """

    mean: Decimal | None = None
    count: int = 0
    spread: Decimal | None = None
    assigned: int = 0


def score_of(application: Application) -> ScoreSummary:
    """The scores of one application. One query."""
    return scores_of([application])[application.pk]


def scores_of(applications: Iterable[Application]) -> dict[int, ScoreSummary]:
    """The scores of each of these applications, by its id. One query, however many there are."""
    pks = [application.pk for application in applications]
    found: dict[int, list[Decimal]] = {pk: [] for pk in pks}
    assigned = dict.fromkeys(pks, 0)
    live = Assignment.objects.filter(application__in=pks, state__in=ASSIGNED_NOW)
    for pk, state, result in live.values_list("application_id", "state", "result"):
        assigned[pk] += 1
        if state == AssignmentState.SUBMITTED and result is not None:
            found[pk].append(result)
    return {pk: summary(results, assigned=assigned[pk]) for pk, results in found.items()}


def summary(results: Collection[Decimal], *, assigned: int) -> ScoreSummary:
    """What some scores come to: their mean, rounded half up to two places, and their spread."""
    if not results:
        return ScoreSummary(assigned=assigned)
    mean = (sum(results, Decimal(0)) / len(results)).quantize(CENT, ROUND_HALF_UP)
    spread = max(results) - min(results) if len(results) > 1 else None
    return ScoreSummary(mean, len(results), spread, assigned)


def hidden_scores(user: User) -> set[int]:
    """The applications that somebody still has to assess: until theirs is in, no score of them is for them.

    Staff who assess are no exception. One query.
    """
    own = Assignment.objects.filter(user=user, state=AssignmentState.ASSIGNED)
    return set(own.values_list("application_id", flat=True))
