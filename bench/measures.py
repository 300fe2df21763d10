"""What is measured. Each value is a ratio or a share of two timings of the same run."""

import tempfile
import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.template import engines
from django.test import Client, RequestFactory

from bench.applications import application_measures
from bench.clock import Measure, get, seconds
from reporting.annual import take_annual_snapshot
from reporting.rendering.parent import Rendered, render
from scsc.accounts.models import User
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope
from workplan.models import Action, Ambition, Deliverable, ProgramYear, ProgressUpdate

LONG_REPORT_ACTIONS = 600


def measure_all() -> list[Measure]:
    """Every measure, on one program that grows."""
    user = User.objects.create_user("bench@example.org", name="Bench")
    small, large = _program("small", user, actions=100), _program("large", user, actions=1_000)
    client = Client()
    client.force_login(user)
    list_small = seconds(partial(get, client, "/small/plan/list/"))
    list_large = seconds(partial(get, client, "/large/plan/list/"))
    bare = seconds(lambda: _bare_page(large))
    return [
        Measure("list of 1,000 actions, first page, to a bare page", list_large / bare, 2),
        Measure("list of 1,000 actions to one of 100 (10 times the rows)", list_large / list_small, 10),
        *application_measures(client, user),
        *_report_measures(small, user),
    ]


def _report_measures(program: Program, user: User) -> list[Measure]:
    """An annual report of 100 actions: the share of its time outside layout and writing; and a long one."""
    started = time.perf_counter()
    data = _snapshot(program, user)
    frozen = time.perf_counter() - started
    rendered, total = _render(data)
    weasyprint = sum(rendered.seconds.get(stage, 0.0) for stage in ("weasyprint", "layout", "write"))
    return [
        Measure(
            f"report of {rendered.pages} pages: share of time outside WeasyPrint", 1 - weasyprint / total, 0.1
        ),
        Measure(
            f"report of {rendered.pages} pages: freezing its figures, share", frozen / (frozen + total), 0.1
        ),
        Measure(f"report of {rendered.pages} pages: peak memory, MB", rendered.peak_memory_mb, 600),
        *_long_report_measures(user, short_pages=rendered.pages, short_seconds=total),
    ]


def _long_report_measures(user: User, *, short_pages: int, short_seconds: float) -> list[Measure]:
    """An annual report of about 400 pages, made in parts: the memory of its largest process, and its pace."""
    rendered, total = _render(_snapshot(_program("long", user, actions=LONG_REPORT_ACTIONS), user))
    pace = (total / rendered.pages) / (short_seconds / short_pages)
    return [
        Measure(f"report of {rendered.pages} pages: peak memory, MB", rendered.peak_memory_mb, 600),
        Measure(f"report of {rendered.pages} pages: time a page, to one of {short_pages} pages", pace, 1.5),
    ]


def _snapshot(program: Program, user: User) -> dict[str, Any]:
    with program_scope(program):
        year = ProgramYear.objects.get(number=1)
        year.program = program
        return take_annual_snapshot(year, taken_by=user, taken_at=datetime.now(UTC))


def _render(data: dict[str, Any]) -> tuple[Rendered, float]:
    """Render a snapshot; what the renderer says, and how many seconds it took from outside."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        rendered = render(data, output=Path(folder) / "r.pdf", on_progress=lambda percent, step: None)
        return rendered, time.perf_counter() - started


BARE = """<table>{% for a in actions %}<tr>
<td>{{ a.code }}</td><td>{{ a.text }}</td><td>{{ a.state }}</td><td>{{ a.first_year }}</td>
<td>{{ a.deliverables.all|length }}</td><td>{{ a.owner }}</td></tr>{% endfor %}</table>"""


def _bare_page(program: Program) -> str:
    """The least that a Django page of the plan does: all rows read with deliverables, 50 printed."""
    request = RequestFactory().get("/")
    with program_scope(program):
        rows = list(Action.objects.select_related("owner").prefetch_related("deliverables"))
        return engines["django"].from_string(BARE).render({"actions": rows[:50]}, request)


def _program(slug: str, user: User, *, actions: int) -> Program:
    program = Program.objects.create(
        slug=slug,
        name=slug,
        sponsor="S",
        country="AU",
        currency="AUD",
        timezone="UTC",
        reporting_year_ends="12-31",
        shown_as_at=date(2021, 7, 1),
    )
    Membership.objects.create(program=program, user=user, role=Role.MANAGER)
    with program_scope(program):
        year = ProgramYear.objects.create(
            program=program, number=1, label="Year 1", starts_on=date(2021, 1, 1), ends_on=date(2021, 12, 31)
        )
        ambition = Ambition.objects.create(
            program=program, code="A", stream="Stream", headline="Headline", statement="Statement."
        )
        rows = Action.objects.bulk_create(
            Action(
                program=program,
                ambition=ambition,
                code=f"A-{n}",
                text=f"Action {n} of the plan.",
                order=n,
                first_year=1,
                last_year=1,
                year_confidence="high",
                state="in_progress",
                owner=user,
            )
            for n in range(actions)
        )
        Deliverable.objects.bulk_create(
            Deliverable(
                program=program,
                action=row,
                code=f"{row.code}.{n}",
                text=f"Deliverable {n} is there.",
                due_on=date(2021, 3 * n + 3, 1),
            )
            for row in rows
            for n in range(3)
        )
        ProgressUpdate.objects.bulk_create(
            ProgressUpdate(
                program=program,
                action=row,
                year=year,
                narrative="Work went on as planned.",
                rag="green",
                reported_on=date(2021, 6, 1),
                author=user,
            )
            for row in rows
        )
    return program
