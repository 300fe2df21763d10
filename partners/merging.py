"""What else moves when two organisations become one: each app moves what it keeps about them."""

from collections.abc import Callable, Mapping

from partners.models import Organisation
from scsc.accounts.models import User

# Moves everything from the first to the second, in the transaction under way, and says what: words for a kind
# of thing, such as "applications", with the names of those moved. Raises DomainError where it cannot.
Mover = Callable[[Organisation, Organisation, User], Mapping[str, list[str]]]
# Locks what a mover will move, before the organisations are locked: whoever writes to such a row may go on to
# lock its organisation, and two that lock in opposite orders would wait for each other for ever.
Holder = Callable[[Organisation], None]

_movers: list[Mover] = []
_holders: list[Holder] = []


def register(mover: Mover, *, hold: Holder | None = None) -> None:
    """Add a mover. Called from AppConfig.ready."""
    if mover not in _movers:
        _movers.append(mover)
    if hold is not None and hold not in _holders:
        _holders.append(hold)


def hold_all(source: Organisation) -> None:
    """Let every app lock what it will move."""
    for hold in _holders:
        hold(source)


def move_all(source: Organisation, target: Organisation, actor: User) -> dict[str, list[str]]:
    """Let every app move what it keeps. What was moved, by kind."""
    moved: dict[str, list[str]] = {}
    for mover in _movers:
        for kind, names in mover(source, target, actor).items():
            if names:
                moved.setdefault(kind, []).extend(names)
    return moved
