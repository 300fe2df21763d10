"""The tables of docs/workflows.md: the life of each kind of thing, from its states.py."""

from django.apps import apps

from scsc.audit.life import Life, Transition
from tests.docs.permissions import first_sentence
from tests.docs.world import World


def lives() -> dict[type, Life]:
    """Every model with a life."""
    return {model: model.life for model in apps.get_models() if hasattr(model, "life")}


def life_table(model: type, life: Life, world: World) -> str:
    """States, and the steps between them with who may take each and what it needs."""
    states = ", ".join(f"{state.label} (`{state.value}`)" for state in life.states)
    lines = [
        f"States: {states}.\n",
        "| from | step | to | who | needs |",
        "|---|---|---|---|---|",
    ]
    for (state, action), step in life.table.items():
        cells = [
            life.states(state).label,
            f"{step.label} (`{action}`)",
            life.states(step.target).label,
            _who(model, life, step, world),
            _needs(life, step),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _who(model: type, life: Life, step: Transition, world: World) -> str:
    predicate = life.predicate(step)
    if predicate is None:
        return "the system"
    return ", ".join(world.allowed(predicate, world.of(model)[0]))


def _needs(life: Life, step: Transition) -> str:
    guard = life.guard(step)
    needs = [first_sentence(guard)] if guard else []
    return " ".join([*needs, *(["A reason."] if step.needs_reason else [])])
