"""What a body may be asked to endorse: eligible applications, the best first."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from grants.models import Application, Ballot, Body, Stage
from grants.queries.scores import ScoreSummary, scores_of
from grants.queries.sight import put_before, sighted
from grants.states import ApplicationState, BallotState
from scsc.accounts.models import User


@dataclass(frozen=True)
class Line:
    """One application of the shortlist."""

    application: Application
    score: ScoreSummary


def shortlist_of(body: Body, user: User) -> list[Line]:
    """Eligible applications on which no ballot of the body counts, ranked by score, those without one last.

    Those of rounds that ask another body are not among them, nor what the person stepped out of. Two queries
    beside those of sight.
    """
    program = body.program
    seen = Q(pk__in=sighted(user, program).order_by().values("pk"))
    seen |= Q(pk__in=put_before(user, program).order_by().values("pk"))
    counts = Q(state__in=[BallotState.PREPARED, BallotState.OPEN]) | Q(
        state=BallotState.CLOSED, outcome=Ballot.Outcome.ENDORSED
    )
    others = Stage.objects.filter(
        round=OuterRef("round"), kind=Stage.Kind.ENDORSEMENT, body__isnull=False
    ).exclude(body=body)
    applications = list(
        Application.objects.filter(seen, state=ApplicationState.ACCEPTED)
        .exclude(Exists(others))
        .exclude(Exists(Ballot.objects.filter(counts, application=OuterRef("pk"), body=body)))
        .select_related("organisation", "round", "program")
        .order_by("pk")
    )
    scores = scores_of(applications)
    lines = [Line(application, scores[application.pk]) for application in applications]
    return sorted(lines, key=_rank)


def _rank(line: Line) -> tuple[bool, Decimal, int]:
    mean = line.score.mean
    return (mean is None, -(mean or Decimal(0)), line.application.pk)
