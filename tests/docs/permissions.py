"""docs/permissions.md: every predicate of the code, asked for everybody in a small world."""

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, get_type_hints

from django.apps import apps

from tests.docs.world import World

OURS = {"scsc", "workplan", "partners", "grants", "reporting"}
Predicate = Callable[[Any, Any], bool]

HEAD = """\
# Permissions

Written by `make docs` from the code. Do not edit this page: change the predicate.

A predicate is a function `can_x(user, obj) -> bool` in the `permissions.py` of an app. Pages, services and
tasks ask the same ones. The tables below come from calling each of them for one person in each role, in one
program.

- **Partner** is a partner contact with whom nothing is shared. **Partner with share** is one with whom the
  action asked about is shared.
- **Applicant** writes nothing in the application asked about. The three columns **Team** are people of its
  team, by what they may do.
- **Roundtable**, **Chair** and **Advisory** are in a term of the bodies asked about, and have declared no
  conflict with the application before them. Who declares one, or is found to have one, loses all of it.
- **Outsider** has an account and no role in the program. A manager of another program is an outsider here.
- A person who holds several roles may do what any of them may.

What a person may not see answers 404, as if it were not there. What they see and may not do answers 403.
`tests/test_access.py` walks every address with every role and fails on one that it has no expectation for.
"""


def permissions_page(world: World) -> str:
    """The whole page."""
    sections = [_section(name, predicates, world) for name, predicates in predicates_by_app().items()]
    return "\n".join([HEAD, *sections])


def predicates_by_app() -> dict[str, list[Predicate]]:
    """The predicates of each app, in the order of its file."""
    found = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.permissions"
        if config.name.split(".")[0] in OURS and find_spec(name):
            found[config.name] = _predicates(import_module(name))
    return found


def kind_of(predicate: Predicate) -> type:
    """The class of what a predicate is asked about: its second parameter."""
    hints = get_type_hints(predicate)
    kind: type = hints[list(inspect.signature(predicate).parameters)[1]]
    return kind


def first_sentence(function: Callable[..., Any]) -> str:
    """The first sentence of a docstring, or the words of the function's name."""
    text = inspect.getdoc(function) or function.__name__.removeprefix("can_").replace("_", " ").capitalize()
    return re.split(r"(?<=\.)\s", " ".join(text.split()))[0].rstrip(".") + "."


def _predicates(module: ModuleType) -> list[Predicate]:
    own = [f for _, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__]
    named = [function for function in own if function.__name__.startswith("can_")]
    return sorted(named, key=lambda function: function.__code__.co_firstlineno)


def _section(app: str, predicates: list[Predicate], world: World) -> str:
    columns = list(world.people)
    lines = [
        f"## {app}\n",
        f"| predicate | asked about | {' | '.join(columns)} |",
        f"|---|---|{':-:|' * len(columns)}",
    ]
    for predicate in predicates:
        lines += _rows(predicate, world)
    return "\n".join([*lines, ""])


def _rows(predicate: Predicate, world: World) -> list[str]:
    """A row for each thing that it is asked about; the sentence stands in the first."""
    kind = kind_of(predicate)
    rows, head = [], f"`{predicate.__name__}`<br>{first_sentence(predicate)}"
    for subject in world.of(kind):
        allowed = world.allowed(predicate, subject)
        answers = ["yes" if name in allowed else "no" for name in world.people]
        about = f"{_noun(kind)}{', ' if subject[0] else ''}{subject[0]}"
        rows.append(f"| {head} | {about} | {' | '.join(answers)} |")
        head = ""
    return rows


def _noun(kind: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind.__name__).lower().replace("report run", "report")
