"""Recommendations: what staff propose to decide, one at a time or many from the slate."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from grants.models import Application, Decision, Outcome
from grants.permissions import can_recommend, can_recommend_on
from grants.queries.conflicts import has_tie
from grants.queries.deciding import feedback_of, live_decision_of
from grants.services.deciding_holding import database_words, hold_decision, hold_to_decide
from grants.services.staff import OWN, STAFF_ONLY
from grants.states import ApplicationState, DecisionState
from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.errors import DomainError

# What money and conditions hang on: fixed once somebody has agreed or decided.
TERMS = ("outcome", "amount", "conditions", "rationale", "starts_on", "ends_on")
# Words for the applicant and the public: they can be corrected until the outcome is published.
WORDS = ("feedback", "summary", "place")
FIXED = "This decision is {state}, so what was decided stays as it is. Take the decision back first."


@dataclass(frozen=True)
class Proposal:
    """What is to be recommended for one application."""

    application: Application
    outcome: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class Result:
    """What became of one of several; `problem` is empty for success."""

    application: Application
    problem: str = ""


@transaction.atomic
def recommend(
    application: Application,
    *,
    outcome: str,
    rationale: str,
    actor: User,
    amount: Decimal | None = None,
    conditions: Sequence[str] = (),
    feedback: str | None = None,
    summary: str = "",
    place: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Decision:
    """Recommend to award or to decline one application that is being considered.

    `amount` is in the currency of the program, for an award only. Without `feedback`, what the assessors
    wrote for the applicant is taken. Raises ValidationError by field, DomainError where nothing can be
    recommended, PermissionDenied for those who may not.
    """
    held = hold_to_decide(application)
    _allow(can_recommend_on(actor, held), actor, held)
    _refuse_closed(held)
    decision = Decision(program=held.program, round=held.round, application=held, recommended_by=actor)
    terms = {
        "outcome": outcome,
        "amount": amount if outcome == Outcome.AWARD else None,
        "conditions": _lines(conditions),
        "rationale": rationale.strip(),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "feedback": feedback_of(held) if feedback is None else feedback.strip(),
        "summary": summary.strip(),
        "place": place.strip(),
    }
    for name, value in terms.items():
        setattr(decision, name, value)
    _check(decision)
    with transaction.atomic(), database_words():
        decision.save()
    record(decision, "recommend", actor=actor, after=terms, reason=decision.rationale)
    return decision


def recommend_many(proposals: Iterable[Proposal], *, rationale: str, actor: User) -> list[Result]:
    """Recommend several, each for itself: one that is refused leaves the others as they are.

    Raises ValidationError, before any is touched, without a rationale.
    """
    if not rationale.strip():
        raise ValidationError({"rationale": "Say why: the reason is kept with each of them."})
    results = []
    # In one order, so that two people who recommend the same ones at once do not wait for each other.
    for proposal in sorted(proposals, key=lambda found: found.application.pk):
        try:
            with transaction.atomic():
                recommend(
                    proposal.application,
                    outcome=proposal.outcome,
                    amount=proposal.amount,
                    rationale=rationale,
                    actor=actor,
                )
        except (DomainError, PermissionDenied) as error:
            results.append(Result(proposal.application, str(error)))
        except ValidationError as error:
            results.append(Result(proposal.application, " ".join(error.messages)))
        else:
            results.append(Result(proposal.application))
    return results


@transaction.atomic
def change_recommendation(decision: Decision, *, actor: User, **changes: Any) -> Decision:
    """Change any of TERMS while it is recommended, any of WORDS until it is published.

    Raises ValidationError by field, DomainError for what is fixed by now.
    """
    if unknown := sorted(set(changes) - {*TERMS, *WORDS}):
        raise TypeError(f"A decision has no {', '.join(unknown)} to change.")
    held = hold_decision(decision)
    _allow(can_recommend(actor, held), actor, held.application)
    before = {name: getattr(held, name) for name in changes}
    for name, value in changes.items():
        setattr(held, name, _clean(name, value))
    if held.outcome == Outcome.DECLINE and "outcome" in changes:
        held.amount = None
    changed = {name for name in changes if getattr(held, name) != before[name]}
    if not changed:
        return held
    _refuse_fixed(held, changed)
    _check(held)
    with transaction.atomic(), database_words():
        held.save(update_fields=[*changed, "amount"])
    after = {name: getattr(held, name) for name in changed}
    record(held, "change", actor=actor, before={name: before[name] for name in changed}, after=after)
    return held


def _refuse_closed(application: Application) -> None:
    """Only what is being considered, and has no decision yet, is recommended about."""
    if application.state != ApplicationState.ACCEPTED:
        word = ApplicationState(application.state).label.lower()
        raise DomainError(f"Application {application} is {word}, so nothing can be recommended about it now.")
    if live_decision_of(application) is not None:
        raise DomainError(
            f"There is a decision about {application} already. Change that one, or take it back."
        )


def _refuse_fixed(decision: Decision, changed: set[str]) -> None:
    open_ = {DecisionState.RECOMMENDED: {*TERMS, *WORDS}}
    words = {DecisionState.AGREED: {*WORDS}, DecisionState.DECIDED: {*WORDS}}
    may = (open_ | words).get(DecisionState(decision.state), set())
    if changed - may:
        raise DomainError(FIXED.format(state=DecisionState(decision.state).label.lower()))


def _allow(allowed: bool, actor: User, application: Application) -> None:
    if not allowed:
        raise PermissionDenied(OWN if has_tie(actor, application) else STAFF_ONLY)


def _check(decision: Decision) -> None:
    """Raise ValidationError by field for what cannot be right."""
    if decision.outcome not in Outcome.values:
        raise ValidationError({"outcome": "Choose whether to award or to decline."})
    if decision.outcome == Outcome.AWARD and (decision.amount is None or decision.amount <= 0):
        raise ValidationError({"amount": "Give the amount of the award."})
    if not decision.rationale:
        raise ValidationError({"rationale": "Say why: the reason is kept with the decision."})
    if decision.starts_on and decision.ends_on and decision.ends_on < decision.starts_on:
        raise ValidationError({"ends_on": "The work ends before it begins. Choose a later last day."})
    if len(decision.place) > 120:
        raise ValidationError({"place": "Use at most 120 characters."})


def _clean(name: str, value: Any) -> Any:
    if name == "conditions":
        return _lines(value)
    return value.strip() if isinstance(value, str) else value


def _lines(conditions: Iterable[str]) -> list[str]:
    return [line.strip() for line in conditions if line.strip()]
