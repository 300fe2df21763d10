"""What ends when a person loses a role in a program. Apps register what of theirs ends with it."""

from collections.abc import Callable

from scsc.accounts.models import User
from scsc.programs.models import Program

Ender = Callable[[User, Program, User | None], None]
_enders: list[Ender] = []


def register(ender: Ender) -> None:
    """Called from AppConfig.ready: `ender(person, program, actor)` runs inside the program's scope.

    It looks at the roles that are left, and ends what they do not allow.
    """
    _enders.append(ender)


def leave(user: User, program: Program, *, actor: User | None) -> None:
    """End what the person's remaining roles do not allow. Called in the transaction of the role's end."""
    for ender in _enders:
        ender(user, program, actor)
