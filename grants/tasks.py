"""What the clock asks of rounds."""

from celery import shared_task

from grants.services import rounds
from scsc.celery import ProgramTask


@shared_task(base=ProgramTask)
def turn_round(*, round_id: int) -> None:
    """Open or close one round whose moment came. Safe to be handed out any number of times."""
    rounds.turn_round(round_id)
