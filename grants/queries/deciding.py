"""Reads around decisions: what a round has left, what an award rests on, what was decided."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from grants.engine.kinds.amounts import money_words
from grants.engine.material import Basis, amount_moved, basis_of
from grants.involvement import part_of
from grants.models import Application, Assignment, Ballot, Decision, Outcome, Round, Stage
from grants.queries.ballots import endorsement_of, material_changes_of
from grants.queries.sight import blocked_for
from grants.states import (
    LIVE_DECISIONS,
    ApplicationState,
    AssignmentState,
    BallotState,
    DecisionState,
)
from scsc.accounts.models import User

# The colour class of each state in the interface.
TONES = {
    DecisionState.RECOMMENDED: "info",
    DecisionState.AGREED: "warn",
    DecisionState.DECIDED: "good",
    DecisionState.PUBLISHED: "done",
    DecisionState.REVERSED: "idle",
}
# Awards of these states have used their part of the budget.
SPENT = frozenset({DecisionState.DECIDED, DecisionState.PUBLISHED})


def awarded_in(round_id: int, *, without: int | None = None, states: Iterable[str] = SPENT) -> Decimal:
    """The sum of a round's awards in these states, but one decision. One query."""
    awards = Decision.objects.filter(round=round_id, outcome=Outcome.AWARD, state__in=list(states))
    others = awards if without is None else awards.exclude(pk=without)
    found: Decimal | None = others.aggregate(total=Sum("amount"))["total"]
    return found or Decimal(0)


def needs_two(decision: Decision) -> bool:
    """Whether an award is over what one person may decide."""
    limit = decision.round.two_decide_over
    return limit is not None and decision.amount is not None and decision.amount > limit


def asks_for_endorsement(round_id: int) -> bool:
    return Stage.objects.filter(round=round_id, kind=Stage.Kind.ENDORSEMENT).exists()


def endorsement_problem(decision: Decision) -> str | None:
    """What is wrong with the endorsement that an award rests on, in words; None where all is well."""
    if decision.outcome != Outcome.AWARD or not asks_for_endorsement(decision.round_id):
        return None
    ballot = endorsement_of(decision.application)
    if ballot is None:
        return f"It cannot be awarded without a valid endorsement. {why_not_endorsed(decision.application)}"
    if decision.ballot_id != ballot.pk:
        return (
            "It cannot be awarded without a valid endorsement. The one that this decision rests on does not "
            "hold any more. Take the decision back, and recommend it again on the new one."
        )
    return _amount_problem(decision, ballot)


def why_not_endorsed(application: Application) -> str:
    """Why there is no valid endorsement, in words. The newest ballot tells."""
    ballot = Ballot.objects.filter(application=application).select_related("body").order_by("-pk").first()
    if ballot is None:
        return "There is none: no ballot was held."
    if ballot.state == BallotState.VOID:
        return f"The ballot of the {ballot.body} is void: {ballot.void_reason or 'it was withdrawn.'}"
    if ballot.state != BallotState.CLOSED:
        return f"The ballot of the {ballot.body} is not closed yet."
    if ballot.outcome == Ballot.Outcome.LAPSED:
        return f"The ballot of the {ballot.body} lapsed without quorum."
    if ballot.outcome == Ballot.Outcome.NOT_ENDORSED:
        return f"The {ballot.body} did not endorse it."
    changes = material_changes_of(ballot)
    return " ".join(changes) if changes else f"The {ballot.body} is not the one that this round asks for."


def _amount_problem(decision: Decision, ballot: Ballot) -> str | None:
    basis: Basis = basis_of(ballot.basis)
    if basis.amount is None or decision.amount is None:
        return None
    percent = ballot.material_change_percent
    if not amount_moved(basis.amount, decision.amount, percent=percent):
        return None
    currency = decision.program.currency
    endorsed, awarded = (money_words(sum_, currency, cents=False) for sum_ in (basis.amount, decision.amount))
    return (
        f"The {ballot.body} endorsed {endorsed}. {awarded} is away from that by more than {percent} per "
        "cent: award an amount closer to it, or ask for a new endorsement."
    )


def budget_problem(decision: Decision) -> str | None:
    """Whether an award would go over the budget of its round. Asked under the lock of the round."""
    budget = decision.round.budget
    if decision.outcome != Outcome.AWARD or budget is None or decision.amount is None:
        return None
    left = budget - awarded_in(decision.round_id, without=decision.pk)
    if decision.amount <= left:
        return None
    currency = decision.program.currency
    return (
        f"It would go over the budget of the round: {money_words(left, currency, cents=False)} of "
        f"{money_words(budget, currency, cents=False)} is left, and the award is "
        f"{money_words(decision.amount, currency, cents=False)}."
    )


def state_problem(decision: Decision) -> str | None:
    """Only an application that is being considered is decided about."""
    application = decision.application
    if application.state == ApplicationState.ACCEPTED:
        return None
    word = ApplicationState(application.state).label.lower()
    return f"Application {application} is {word}, so nothing can be decided about it now."


def kept_from(user: User) -> QuerySet[Application]:
    """Applications whose scores and decisions somebody must not see: they stepped out, or have a part."""
    return Application.objects.filter(blocked_for(user) | part_of(user)).order_by()


def decisions_seen_by(user: User) -> QuerySet[Decision]:
    """Decisions that somebody may know of, with all that a line says."""
    rows = Decision.objects.exclude(application__in=kept_from(user))
    return rows.select_related("application__organisation")


def live_decision_of(application: Application) -> Decision | None:
    """The decision about it that holds, or is on its way."""
    return Decision.objects.filter(application=application, state__in=LIVE_DECISIONS).first()


def published_decision_of(application: Application) -> Decision | None:
    """What its team has been told."""
    return Decision.objects.filter(application=application, state=DecisionState.PUBLISHED).first()


def feedback_of(application: Application) -> str:
    """What the assessors wrote for the applicant, put together, the same words once. Names stay out of it."""
    rows = Assignment.objects.filter(application=application, state=AssignmentState.SUBMITTED)
    texts = (text.strip() for text in rows.order_by("pk").values_list("feedback", flat=True))
    return "\n\n".join(dict.fromkeys(text for text in texts if text))


def agreements_hidden_from(user: User) -> Q:
    """Agreements of awards that somebody must not know of. Registered with partners.queries_agreements."""
    return Q(decision__application__in=kept_from(user))


def problem_now(decision: Decision) -> str | None:
    """What would keep it from being decided at this moment, in words, on the endorsement that holds now."""
    if decision.state == DecisionState.RECOMMENDED and asks_for_endorsement(decision.round_id):
        decision.ballot = endorsement_of(decision.application)
    return state_problem(decision) or endorsement_problem(decision) or budget_problem(decision)


def decision_of(round_: Round, pk: int, user: User) -> Decision | None:
    """One decision of a round with all that its page says, unless this person must not know of it."""
    rows = decisions_seen_by(user).select_related(
        "application__organisation",
        "ballot__body",
        "agreement",
        "recommended_by",
        "agreed_by",
        "decided_by",
        "published_by",
    )
    decision: Decision | None = rows.filter(round=round_, pk=pk).first()
    if decision is not None:
        decision.program = decision.application.program = round_.program
        decision.round = decision.application.round = round_
        decision.application.organisation.program = round_.program
    return decision


def to_publish(round_: Round, user: User) -> list[Decision]:
    """What was decided in a round and not published yet, by the number of the application. One query."""
    rows = decisions_seen_by(user).filter(round=round_, state=DecisionState.DECIDED)
    found = list(rows.order_by("application__number"))
    for decision in found:
        decision.program = decision.application.program = round_.program
        decision.round = decision.application.round = round_
    return found
