"""Guards of decisions and letters. The database refuses the same by a trigger."""

from django.utils import timezone

from grants.models import Decision, Letter, Outcome
from grants.queries.deciding import budget_problem, endorsement_problem, needs_two, state_problem
from grants.queries.team import team_of
from grants.states import DecisionState
from partners.states import AgreementState

NO_SUMMARY = "Say what the award is for before it is published: the public reads it."


def decision_ready(decision: Decision) -> str | None:
    """The application is being considered; an award has its endorsement, and its place in the budget."""
    return state_problem(decision) or endorsement_problem(decision) or budget_problem(decision)


def decision_ready_for_one(decision: Decision) -> str | None:
    """One person may decide it alone."""
    if found := decision_ready(decision):
        return found
    if needs_two(decision):
        return (
            "This award is over what one person may decide in this round. Agree to it, and let somebody else "
            "confirm it."
        )
    return None


def decision_ready_for_two(decision: Decision) -> str | None:
    """It takes two people, of whom this is the first."""
    if found := decision_ready(decision):
        return found
    return None if needs_two(decision) else "One person is enough for this decision. Decide it."


def decision_publishable(decision: Decision) -> str | None:
    """What was decided still holds, and the public can read what an award is for."""
    if found := state_problem(decision) or endorsement_problem(decision):
        return found
    return NO_SUMMARY if decision.outcome == Outcome.AWARD and not decision.summary.strip() else None


def award_not_begun(decision: Decision) -> str | None:
    """An agreement that is active is ended there, and not by going back on the award."""
    agreement = decision.agreement
    if agreement is not None and agreement.state == AgreementState.ACTIVE:
        return f"Agreement {agreement} is active, so the award that it rests on cannot be reversed any more."
    return None


def letter_ready(letter: Letter) -> str | None:
    """A letter tells of what was published, to somebody, in words."""
    if letter.decision.state != DecisionState.PUBLISHED:
        return "The decision is not published yet. Publish it first: a letter tells of what is final."
    if not letter.subject.strip() or not letter.body.strip():
        return "The letter has no subject or no text. Write it first."
    return _somebody(letter)


def letter_due(letter: Letter) -> str | None:
    """Its moment to leave has come, and what it tells still holds."""
    if letter.leaves_at is None or letter.leaves_at > timezone.now():
        return "The letter leaves later."
    if letter.decision.state != DecisionState.PUBLISHED:
        return "The decision that it tells of does not hold any more."
    return _somebody(letter)


def _somebody(letter: Letter) -> str | None:
    if team_of(letter.decision.application):
        return None
    return f"Nobody is on the team of {letter.decision.application} any more, so nobody would get the letter."
