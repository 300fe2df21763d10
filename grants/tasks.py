"""What the clock asks of rounds, assessors, ballots and letters."""

from celery import shared_task

from grants.models import Ballot
from grants.services import assignment, ballot_reminders, ballots, letters_outcome, rounds
from scsc.celery import ProgramTask


@shared_task(base=ProgramTask)
def turn_round(*, round_id: int) -> None:
    """Open or close one round whose moment came. Safe to be handed out any number of times."""
    rounds.turn_round(round_id)


@shared_task(base=ProgramTask)
def send_letter(*, letter_id: int) -> None:
    """Mail one outcome letter whose moment came. Safe to be handed out any number of times."""
    letters_outcome.send_letter(letter_id)


@shared_task(base=ProgramTask)
def expire_ballot(*, ballot_id: int) -> None:
    """Close and count one ballot by circulation whose moment came. Safe to be handed out more than once."""
    ballots.expire_ballot(Ballot.objects.select_related("application", "program").get(pk=ballot_id))


@shared_task(base=ProgramTask)
def remind_assessor(*, assignment_id: int) -> None:
    """Remind one assessor of all that is due. Safe to be handed out any number of times."""
    assignment.send_reminder(assignment_id)


@shared_task(base=ProgramTask)
def remind_of_ballot(*, ballot_id: int) -> None:
    """Remind those who have not voted, once. Safe to be handed out more than once."""
    ballot_reminders.remind_once(ballot_id)
