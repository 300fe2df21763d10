"""Reads of rounds."""

from grants.models import Round, RoundInvitation
from grants.states import ANNOUNCED
from scsc.accounts.models import User


def is_open_to(round_: Round, person: User | None) -> bool:
    """Whether somebody may know of a round: announced, and public or for one of those invited."""
    if round_.state not in ANNOUNCED:
        return False
    if round_.audience == Round.Audience.PUBLIC:
        return True
    return person is not None and is_invited(round_, person)


def is_invited(round_: Round, person: User) -> bool:
    """Whether the person's address, which they have confirmed, is among those invited."""
    return RoundInvitation.objects.filter(round=round_, email__iexact=person.email).exists()
