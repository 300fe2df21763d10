"""The slate of a round: applications by score, what the money reaches, what was decided. Constant queries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from grants.engine.kinds.amounts import money_words
from grants.models import Advice, Application, Ballot, Decision, Letter, Outcome, Round
from grants.permissions import can_list_applications
from grants.queries.ballots import endorsements_of
from grants.queries.deciding import SPENT, asks_for_endorsement, awarded_in, kept_from
from grants.queries.scores import ScoreSummary, scores_of
from grants.queries.sight import sighted
from grants.states import LIVE_DECISIONS, ApplicationState, BallotState, DecisionState, LetterState
from scsc.accounts.models import User


@dataclass(frozen=True)
class Endorsement:
    """What became of the newest ballot on an application."""

    tone: str
    label: str


NO_BALLOT = Endorsement("idle", "No ballot")
CHANGED = Endorsement("bad", "Does not hold any more")
OF_STATES = {
    BallotState.PREPARED: Endorsement("info", "Ballot prepared"),
    BallotState.OPEN: Endorsement("info", "Ballot open"),
    BallotState.VOID: Endorsement("bad", "Void"),
}
OF_OUTCOMES = {
    Ballot.Outcome.ENDORSED: Endorsement("good", "Endorsed"),
    Ballot.Outcome.NOT_ENDORSED: Endorsement("bad", "Not endorsed"),
    Ballot.Outcome.LAPSED: Endorsement("warn", "Lapsed"),
}


@dataclass(frozen=True)
class SlateRow:
    """One application in its place. `amount` is what it would get, or gets by its decision."""

    application: Application
    score: ScoreSummary
    endorsement: Endorsement
    advice: int
    decision: Decision | None
    amount: Decimal | None
    rank: int = 0
    # Above the line: in the what-if it is funded.
    is_funded: bool = False
    problem: str = ""

    @property
    def is_open(self) -> bool:
        """Nothing has been recommended or decided, and it can be."""
        return self.decision is None and self.application.state == ApplicationState.ACCEPTED

    @property
    def is_award(self) -> bool:
        return self.decision is not None and self.decision.outcome == Outcome.AWARD

    @property
    def uses(self) -> Decimal:
        """What it takes of the budget in this what-if."""
        counts = self.is_award if self.decision is not None else self.is_funded
        return (self.amount or Decimal(0)) if counts else Decimal(0)


@dataclass(frozen=True)
class Slate:
    """The rows of a round in order, where the line is, and what is left."""

    round: Round
    rows: list[SlateRow] = field(repr=False)
    line: int
    # Awards about applications that the reader must not see; their sum is part of what is used.
    elsewhere: Decimal
    asks_for_endorsement: bool

    @property
    def used(self) -> Decimal:
        return self.elsewhere + sum((row.uses for row in self.rows), Decimal(0))

    @property
    def left(self) -> Decimal | None:
        """What is left of the budget; negative where it is overdrawn, None where the round has none."""
        return None if self.round.budget is None else self.round.budget - self.used

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def open_rows(self) -> list[SlateRow]:
        return [row for row in self.rows if row.is_open]

    @property
    def above(self) -> list[SlateRow]:
        return self.rows[: self.line]

    @property
    def below(self) -> list[SlateRow]:
        return self.rows[self.line :]

    @property
    def used_words(self) -> str:
        return money_words(self.used, self.round.program.currency, cents=False)

    @property
    def budget_words(self) -> str:
        budget = self.round.budget
        return "" if budget is None else money_words(budget, self.round.program.currency, cents=False)

    @property
    def left_words(self) -> str:
        """What is left in words, in the currency of the program."""
        if self.left is None:
            return "no budget"
        words = money_words(abs(self.left), self.round.program.currency, cents=False)
        return f"{words} over the budget" if self.is_over else f"{words} left"


def slate_of(
    round_: Round, user: User, *, line: int | None = None, amounts: Mapping[str, Decimal] | None = None
) -> Slate:
    """The slate as this person may see it. `line` is how many rows from the top would be funded.

    Without a line, as many as the money lasts for, from the top. `amounts` are what-if amounts by code, for
    rows without a decision. Ranked by mean score, those without one last. At most twelve queries.
    """
    rows = _rows(round_, user, amounts or {})
    # Of what is hidden from this person only what was decided counts: money that is spent.
    spent = sum((row.uses for row in rows if row.decision and row.decision.state in SPENT), Decimal(0))
    elsewhere = awarded_in(round_.pk) - spent
    found = Slate(round_, rows, 0, elsewhere, asks_for_endorsement(round_.pk))
    at = _reach(found) if line is None else min(max(line, 0), len(rows))
    funded = [replace(row, is_funded=row.is_open and place <= at) for place, row in enumerate(rows, start=1)]
    return replace(found, rows=funded, line=at)


def applications_on_slate(round_: Round, user: User) -> QuerySet[Application]:
    """What is considered or was decided. Those who may not read applications see what has a decision."""
    live = Q(decisions__state__in=LIVE_DECISIONS)
    if can_list_applications(user, round_.program):
        wanted = Q(state=ApplicationState.ACCEPTED) | live
        found = sighted(user, round_.program)
    else:
        wanted, found = live, Application.objects.all()
    found = found.filter(wanted, round=round_).exclude(pk__in=kept_from(user))
    return found.select_related("organisation").distinct()


def _rows(round_: Round, user: User, amounts: Mapping[str, Decimal]) -> list[SlateRow]:
    advised = Advice.objects.filter(application=OuterRef("pk")).order_by().values("application")
    count = Subquery(advised.annotate(number=Count("author", distinct=True)).values("number"))
    found = list(applications_on_slate(round_, user).annotate(advised=Coalesce(count, 0)))
    scores, ballots, decisions = scores_of(found), _endorsements(found), _decisions(found)
    rows = []
    for application in found:
        application.program, application.round = round_.program, round_
        decision = decisions.get(application.pk)
        amount = decision.amount if decision else amounts.get(application.code, application.amount)
        rows.append(
            SlateRow(
                application=application,
                score=scores[application.pk],
                endorsement=ballots.get(application.pk, NO_BALLOT),
                advice=application.advised,
                decision=decision,
                amount=amount,
            )
        )
    rows.sort(key=_order)
    return [replace(row, rank=place) for place, row in enumerate(rows, start=1)]


def _order(row: SlateRow) -> tuple[bool, Decimal, int]:
    mean = row.score.mean
    return mean is None, -(mean or Decimal(0)), row.application.number


def _reach(slate: Slate) -> int:
    """How many rows from the top the money lasts for."""
    left, at = slate.left, 0
    if left is None:
        return 0
    for row in slate.rows:
        if row.is_open:
            left -= row.amount or Decimal(0)
        if left < 0:
            break
        at = row.rank
    return at


def _decided(rows: Sequence[SlateRow]) -> Decimal:
    return sum((row.uses for row in rows if row.decision is not None), Decimal(0))


def _endorsements(applications: Sequence[Application]) -> dict[int, Endorsement]:
    """The newest ballot of each tells, and whether an endorsement still holds. At most five queries."""
    rows = Ballot.objects.filter(application__in=applications).order_by("application", "-pk")
    newest = rows.distinct("application").values_list("application", "state", "outcome")
    valid, found = endorsements_of(applications), {}
    for pk, state, outcome in newest:
        if state == BallotState.CLOSED and outcome == Ballot.Outcome.ENDORSED and pk not in valid:
            found[pk] = CHANGED
        elif state == BallotState.CLOSED:
            found[pk] = OF_OUTCOMES[Ballot.Outcome(outcome)]
        else:
            found[pk] = OF_STATES[BallotState(state)]
    return found


def _decisions(applications: Sequence[Application]) -> dict[int, Decision]:
    """The decision of each that holds or is on its way. One query."""
    live = Decision.objects.filter(application__in=applications, state__in=LIVE_DECISIONS)
    return {decision.application_id: decision for decision in live.select_related("agreed_by")}


@dataclass(frozen=True)
class DecisionRound:
    """One round of the list, with how far its decisions are."""

    round: Round
    considered: int
    recommended: int
    agreed: int
    decided: int
    published: int
    letters: int


def rounds_to_decide(user: User) -> list[DecisionRound]:
    """Rounds with something to decide, or decided, the newest first, as far as one may know. Four queries."""
    hidden = kept_from(user).values("pk")
    eligible = Application.objects.filter(state=ApplicationState.ACCEPTED).exclude(pk__in=hidden)
    considered = Counter(eligible.order_by().values_list("round_id", flat=True))
    live = Decision.objects.filter(state__in=LIVE_DECISIONS).exclude(application__in=hidden)
    states = Counter(live.order_by().values_list("round_id", "state"))
    drafts = Letter.objects.filter(state=LetterState.DRAFT).exclude(decision__application__in=hidden)
    letters = Counter(drafts.order_by().values_list("decision__round_id", flat=True))
    wanted = considered.keys() | {pk for pk, _ in states}
    return [
        DecisionRound(
            round=round_,
            considered=considered[round_.pk],
            recommended=states[round_.pk, DecisionState.RECOMMENDED],
            agreed=states[round_.pk, DecisionState.AGREED],
            decided=states[round_.pk, DecisionState.DECIDED],
            published=states[round_.pk, DecisionState.PUBLISHED],
            letters=letters[round_.pk],
        )
        for round_ in Round.objects.filter(pk__in=wanted).order_by("-id")
    ]
