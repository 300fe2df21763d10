"""What needs a person stands in the order in which it matters."""

from datetime import date

import pytest

from reporting.needs import needs_of
from scsc.programs.tenancy import program_scope
from scsc.ui.needs import Need
from tests.factories import ActionFactory, AmbitionFactory, Cast, DeliverableFactory, YearFactory
from workplan.queries import load_plan


@pytest.fixture
def needs(cast: Cast) -> list[Need]:
    """On 10 July 2021: late and coming deliverables of the officer and of nobody."""
    cast.program.shown_as_at = date(2021, 7, 10)
    cast.program.save()
    with program_scope(cast.program):
        YearFactory.create(program=cast.program, number=1)
        ambition = AmbitionFactory.create(program=cast.program)
        for owner, name in ((cast.officer, "MINE"), (cast.manager, "OTHER")):
            action = ActionFactory.create(
                program=cast.program, ambition=ambition, code=name, owner=owner, state="in_progress"
            )
            days = {"old": (5, 1), "late": (7, 1), "later": (7, 5), "soon": (7, 12), "then": (7, 30)}
            for word, (month, day) in days.items():
                due = date(2021, month, day)
                DeliverableFactory.create(
                    program=cast.program,
                    action=action,
                    code=f"{name}.{word}",
                    text=f"{name} {word}",
                    due_on=due,
                )
        plan = load_plan(cast.program)
        return needs_of(cast.officer, cast.program, plan.lines, [])


def test_gravest_first_then_mine_then_by_date(needs: list[Need]) -> None:
    assert [need.title for need in needs] == [
        "MINE old",
        "OTHER old",
        "MINE later",
        "MINE late",
        "OTHER later",
        "OTHER late",
        "MINE soon",
        "MINE then",
        "OTHER soon",
        "OTHER then",
    ]
