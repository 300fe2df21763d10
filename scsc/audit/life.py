"""The life of a thing: its table of states and transitions, as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.db.models import TextChoices

Predicate = Callable[[Any, Any], bool]
Guard = Callable[[Any], str | None]


@dataclass(frozen=True)
class Transition:
    """One way from a state to another.

    `allowed` names a predicate `(user, obj) -> bool` in the app's `permissions`; an empty name leaves the
    transition to the system, which acts without a person. `guard` names a function `(obj) -> str | None` in
    the app's `guards`: what is still missing, in words. Names, since states load before both.
    """

    target: str
    allowed: str = ""
    guard: str = ""
    label: str = ""
    done: str = ""
    needs_reason: bool = False


@dataclass(frozen=True)
class Life:
    """The whole life of one kind of thing: `(state, action) -> Transition`."""

    app: str
    noun: str
    states: type[TextChoices]
    table: Mapping[tuple[str, str], Transition]

    @property
    def actions(self) -> list[str]:
        return list(dict.fromkeys(action for _, action in self.table))

    def find(self, state: str, action: str) -> Transition | None:
        """The transition, or None where this state does not allow the action."""
        if action not in self.actions:
            raise ValueError(f"A {self.noun} has no action {action!r}; it has {self.actions}.")
        return self.table.get((state, action))

    def predicate(self, step: Transition) -> Predicate | None:
        """The predicate of a step; None where only the system takes it."""
        if not step.allowed:
            return None
        found: Predicate = getattr(import_module(f"{self.app}.permissions"), step.allowed)
        return found

    def guard(self, step: Transition) -> Guard | None:
        if not step.guard:
            return None
        found: Guard = getattr(import_module(f"{self.app}.guards"), step.guard)
        return found

    def open_to(self, user: Any, obj: Any) -> list[tuple[str, Transition]]:
        """The actions a person may take on this object now, as (action, step): what its buttons show."""
        steps = [(action, step) for (state, action), step in self.table.items() if state == obj.state]
        return [
            (action, step)
            for action, step in steps
            if (predicate := self.predicate(step)) is not None and predicate(user, obj)
        ]
