"""The list of applications at 10,000 and at 100,000 in one program."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from django.db import connection
from django.template import engines
from django.test import Client, RequestFactory

from bench.clock import Measure, get, seconds
from grants.models import Application, Form, FormVersion, Round, Stage
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.programs.models import Membership, Program
from scsc.programs.roles import Role
from scsc.programs.tenancy import program_scope

FEW, MANY = 10_000, 100_000
STATES = ["draft", "submitted", "submitted", "accepted", "ineligible", "unsuccessful"]
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
# What staff ask of the list: the first page, one state of one round, a word of a title, an organisation.
QUERIES = {
    "first page": "",
    "filter": "?state=accepted&round=B1",
    "search": "?words=lantern",
    "search by organisation": "?words=society+17",
}


def application_measures(client: Client, user: User) -> list[Measure]:
    """The first page beside a bare one, and how each query grows with ten times the rows."""
    few, many = _program("few", user, FEW), _program("many", user, MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = []
    for name, query in QUERIES.items():
        small, large = (
            seconds(partial(get, client, f"/{program.slug}/applications/{query}")) for program in (few, many)
        )
        found.append(Measure(f"applications, {name}: 100,000 to 10,000", large / small, 1.5))
        if not query:
            found.append(
                Measure("list of 10,000 applications to a bare page", small / seconds(lambda: _bare(few)), 2)
            )
    return found


BARE = """<table>{% for a in rows %}<tr><td>{{ a.code }}</td><td>{{ a.title }}</td>
<td>{{ a.organisation.name }}</td><td>{{ a.round.title }}</td><td>{{ a.get_state_display }}</td>
<td>{{ a.amount }}</td><td>{{ a.submitted_at }}</td></tr>{% endfor %}</table>"""


def _bare(program: Program) -> str:
    """The least that a Django page of the same list does: count, then print fifty."""
    with program_scope(program):
        rows = Application.objects.select_related("organisation", "round").order_by("-submitted_at", "-id")
        rows.count()
        page = engines["django"].from_string(BARE)
        return page.render({"rows": list(rows[:50])}, RequestFactory().get("/"))


def _program(slug: str, user: User, number: int) -> Program:
    program = Program.objects.create(
        slug=slug,
        name=slug,
        sponsor="S",
        country="AU",
        currency="AUD",
        timezone="UTC",
        reporting_year_ends="12-31",
    )
    Membership.objects.create(program=program, user=user, role=Role.MANAGER)
    with program_scope(program):
        Application.objects.bulk_create(_applications(program, user, number), batch_size=5_000)
    return program


def _applications(program: Program, user: User, number: int) -> Iterator[Application]:
    form = Form.objects.create(program=program, name="Form")
    version = FormVersion.objects.create(program=program, form=form, number=1, state="published")
    rounds = [
        Round.objects.create(
            program=program, code=f"B{n}", title=f"Round {n}", summary="S", state="closed", timezone="UTC"
        )
        for n in range(10)
    ]
    stages = [
        Stage.objects.create(program=program, round=round_, order=1, kind="application", form_version=version)
        for round_ in rounds
    ]
    organisations = Organisation.objects.bulk_create(
        Organisation(program=program, name=f"Society {n} of friends") for n in range(number // 20)
    )
    for n in range(number):
        state = STATES[n % len(STATES)]
        yield Application(
            program=program,
            round=rounds[n % 10],
            stage=stages[n % 10],
            form_version=version,
            number=n,
            code=f"B{n % 10}-{n:06}",
            organisation=organisations[n % len(organisations)],
            state=state,
            title=f"{'Lantern' if n % 500 == 0 else 'Project'} {n}",
            amount=Decimal(n % 9000 + 100),
            created_by=user,
            submitted_at=None if state == "draft" else BEGAN + timedelta(minutes=n),
        )
