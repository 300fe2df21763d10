"""What else moves when two organisations become one: each app moves what it keeps about them."""

from collections.abc import Callable, Mapping

from partners.models import Organisation
from scsc.accounts.models import User

# Moves everything from the first to the second, in the transaction under way, and says what: words for a kind
# of thing, such as "applications", with the names of those moved. Raises DomainError where it cannot. Both
# organisations are locked by then; a mover locks what it moves, since that comes after them.
Mover = Callable[[Organisation, Organisation, User], Mapping[str, list[str]]]

_movers: list[Mover] = []


def register(mover: Mover) -> None:
    """Add a mover. Called from AppConfig.ready."""
    if mover not in _movers:
        _movers.append(mover)


def move_all(source: Organisation, target: Organisation, actor: User) -> dict[str, list[str]]:
    """Let every app move what it keeps. What was moved, by kind."""
    moved: dict[str, list[str]] = {}
    for mover in _movers:
        for kind, names in mover(source, target, actor).items():
            if names:
                moved.setdefault(kind, []).extend(names)
    return moved
