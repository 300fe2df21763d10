"""List pages cost the same number of queries whatever the number of rows."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from reporting.models import ReportRun
from reporting.services import request_report
from scsc.accounts.models import User
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from tests.factories import AmbitionFactory, Cast, YearFactory, member
from tests.queries import counted_queries
from workplan import services
from workplan.models import Action, Deliverable, ProgramYear

AT_MOST = 12
# The Today page lists nothing of its own: it asks each area for what needs the person.
AT_MOST_TODAY = 16


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
    assert count.number <= (AT_MOST if path else AT_MOST_TODAY), "\n".join(count.statements)


def updates(cast: Cast, author: User, count: int) -> None:
    """An action with so many updates, each with evidence, shared with the partner contact."""
    with program_scope(cast.program):
        action = Action.objects.get(code="A-0")
        action.program = cast.program
        services.share_action(action, person=cast.partner, actor=cast.manager)
        year = ProgramYear.objects.get()
        for n in range(count):
            update = services.post_update(
                action, year=year, narrative=f"N {count} {n}", rag="green", actor=author
            )
            services.add_evidence_link(update, title="", url="https://example.org/", actor=author)


@pytest.mark.parametrize("role", ["officer", "partner"])
def test_action_page_does_not_ask_for_each_update(
    cast: Cast, signed_in: Callable[[User], Client], role: str
) -> None:
    fill(cast, 1)
    client, numbers = signed_in(cast.people[role]), []
    for count in (1, 4):
        updates(cast, cast.people[role], count)
        # Once to fill the caches that live as long as the process.
        client.get("/north/plan/actions/A-0/")
        with counted_queries() as counted:
            assert client.get("/north/plan/actions/A-0/").status_code == 200
        numbers.append(counted)
    assert numbers[0].number == numbers[1].number, "\n".join(numbers[1].statements)


def test_lists_of_reports_and_people_stay_the_same(cast: Cast, signed_in: Callable[[User], Client]) -> None:
    fill(cast, 1)
    client, numbers = signed_in(cast.manager), []
    make_ready_report(cast)
    client.get("/north/reports/")
    for _ in range(2):
        for path in ("reports/", "people/"):
            with counted_queries() as counted:
                assert client.get(f"/north/{path}").status_code == 200
            numbers.append(counted.number)
        for _ in range(3):
            member(cast.program, Role.OFFICER)
            make_ready_report(cast)
    assert numbers[:2] == numbers[2:]
    assert max(numbers) <= AT_MOST


def make_ready_report(cast: Cast) -> None:
    with program_scope(cast.program):
        year = ProgramYear.objects.get()
        year.program = cast.program
        run = request_report(year, actor=cast.executive)
        ReportRun.objects.filter(pk=run.pk).update(state="ready", file_sha256="0", file_size=1)
