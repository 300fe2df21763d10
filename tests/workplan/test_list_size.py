"""List pages cost the same number of queries whatever the number of rows."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import AmbitionFactory, Cast, YearFactory
from tests.queries import counted_queries
from workplan.models import Action, Deliverable

AT_MOST = 12


def fill(cast: Cast, rows: int) -> None:
    """A plan of so many actions, each with a deliverable."""
    with program_scope(cast.program):
        YearFactory.create(program=cast.program, number=1)
        ambition = AmbitionFactory.create(program=cast.program)
        actions = Action.objects.bulk_create(
            Action(
                program=cast.program,
                ambition=ambition,
                code=f"A-{n}",
                text=f"Action {n}",
                first_year=1,
                last_year=1,
                year_confidence="high",
                owner=cast.officer,
                order=n,
            )
            for n in range(rows)
        )
        Deliverable.objects.bulk_create(
            Deliverable(
                program=cast.program,
                action=action,
                code=f"{action.code}.1",
                text="D",
                due_on=date(2021, 6, 1),
            )
            for action in actions
        )


CASES = [(path, rows) for path in ("plan/list/?sort=-due&words=action", "", "plan/") for rows in (1, 50)]


@pytest.mark.parametrize(("path", "rows"), [*CASES, ("plan/list/", 10_000)])
def test_queries_do_not_grow_with_rows(
    cast: Cast, signed_in: Callable[[User], Client], path: str, rows: int
) -> None:
    fill(cast, rows)
    client = signed_in(cast.officer)
    client.get("/north/plan/list/")
    with counted_queries() as count:
        response = client.get(f"/north/{path}")
    assert response.status_code == 200
    assert count.number <= AT_MOST, "\n".join(count.statements)
