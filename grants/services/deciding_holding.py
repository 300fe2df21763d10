"""What the services of decisions begin with: everything held in the one order, refusals in words."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from grants.models import Application, Ballot, Decision
from grants.services.holding import hold_round, hold_with_organisation
from scsc.errors import DomainError

# What the constraints and the trigger of a decision are called, in words for a person.
REFUSALS = {
    "over the limit of one person": "This award is over what one person may decide: it takes two people.",
    "without a valid endorsement": "It cannot be awarded without a valid endorsement.",
    "over the budget of the round": "It would go over the budget of the round.",
    "of another round": "This decision is of another round than its application.",
    "decision_four_eyes": "Whoever agreed to it cannot confirm it too. Ask somebody else.",
    "decision_one_live": "There is a decision about this application already.",
    "decision_award_has_amount": "Give the amount of the award.",
    "decision_dates_in_order": "The work ends before it begins. Choose a later last day.",
}


@contextmanager
def database_words() -> Iterator[None]:
    """What the database refuses as a DomainError. Used inside a savepoint of its own."""
    try:
        yield
    except IntegrityError as error:
        text = str(error)
        words = next((words for sign, words in REFUSALS.items() if sign in text), None)
        if words is None:
            raise
        raise DomainError(words) from None


def hold_to_decide(application: Application) -> Application:
    """The application as it stands now, locked after its round, whose budget is counted, and organisation."""
    round_ = hold_round(application.round)
    held = hold_with_organisation(application)
    held.round = round_
    round_.program = held.program
    return held


def hold_decision(decision: Decision) -> Decision:
    """The decision as it stands now, locked after all that it rests on."""
    application = hold_to_decide(decision.application)
    # A ballot comes before the decision that rests on it: the trigger reads it too.
    list(Ballot.objects.select_for_update(of=("self",), no_key=True).filter(application=application))
    rows = Decision.objects.select_for_update(of=("self",), no_key=True).select_related("agreement")
    held: Decision = rows.get(pk=decision.pk)
    held.application, held.round, held.program = application, application.round, application.program
    if held.agreement is not None:
        held.agreement.program = application.program
    return held
