"""The list of applications: what it finds, what it shows of drafts, its tabs, columns, order and file."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from grants.listing import COLUMNS, FORMULA, guarded, with_state
from grants.models import Application, ChangeRequest, Round, Screening
from grants.queries.applications import NEWEST, SORTS, Filters, listing
from grants.states import ApplicationState
from partners.models import Organisation
from scsc.accounts.models import User
from scsc.programs.tenancy import program_scope
from tests.factories import Cast
from tests.grants.applicants import ABN_DIGITS
from tests.grants.received import application_to, in_days, organisation_of, round_with, submit
from tests.queries import counted_queries

Sign = Callable[[User], Client]
LIST = "/north/applications/"
AT_MOST = 12


@pytest.fixture
def applications(cast: Cast) -> Round:
    """Six applications to two rounds: of every kind that a filter tells apart."""
    with program_scope(cast.program):
        first = round_with(cast.program, "IG27")
        second = round_with(cast.program, "EOI", "eoi", "application", title="Ideas")
        harbour = organisation_of(cast.program, "Harbour Families", abn=ABN_DIGITS)
        application_to(first, organisation=harbour, title="Safer screens")
        application_to(first, amount=Decimal(120_000), submitted_at=datetime(2027, 3, 4, 14, 0, tzinfo=UTC))
        kept = application_to(first, ApplicationState.ACCEPTED, title="Listening first")
        Screening.objects.create(
            program=cast.program, application=kept, outcome="eligible", screened_by=cast.officer
        )
        ChangeRequest.objects.create(
            program=cast.program,
            application=kept,
            fields=["plan"],
            reason="More detail.",
            due_at=in_days(3),
            requested_by=cast.officer,
        )
        application_to(
            first, ApplicationState.DRAFT, organisation=organisation_of(cast.program, "Secret Bay")
        )
        application_to(first, ApplicationState.DISCARDED)
        application_to(second, title="An idea", amount=Decimal(5_000))
    return first


def found_by(client: Client, query: str) -> set[str]:
    page = client.get(f"{LIST}?{query}").content.decode()
    codes = ["IG27-0001", "IG27-0002", "IG27-0003", "IG27-0004", "IG27-0005", "EOI-0001"]
    return {code for code in codes if f'data-row="{code}"' in page}


ALL = {"IG27-0001", "IG27-0002", "IG27-0003", "IG27-0004", "EOI-0001"}


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ALL),
        ("words=ig27-0003", {"IG27-0003"}),
        ("words=safer+SCREENS", {"IG27-0001"}),
        ("words=harbour", {"IG27-0001"}),
        ("words=51+824+753+556", {"IG27-0001"}),
        ("words=51824753556", {"IG27-0001"}),
        ("words=secret", {"IG27-0004"}),
        ("words=harbour+nothing", set()),
        ("words=%25", set()),
        ("round=EOI", {"EOI-0001"}),
        ("stage=eoi", {"EOI-0001"}),
        ("state=submitted", {"IG27-0001", "IG27-0002", "EOI-0001"}),
        ("state=draft", {"IG27-0004"}),
        ("state=discarded", {"IG27-0005"}),
        ("amount_from=60000", {"IG27-0002"}),
        ("amount_from=%24120,000.00", {"IG27-0002"}),
        ("amount_to=5000.00", {"EOI-0001"}),
        ("amount_from=50000&amount_to=50000", {"IG27-0001", "IG27-0003"}),
        # By the clock of the program: 2 pm UTC is 1 am of the next day in Sydney.
        ("submitted_from=2027-03-05", {"IG27-0002"}),
        ("submitted_to=2027-03-04", ALL - {"IG27-0002", "IG27-0004"}),
        ("submitted_from=2027-03-05&submitted_to=2027-03-05", {"IG27-0002"}),
        ("changes=on", {"IG27-0003"}),
        ("screening=eligible", {"IG27-0003"}),
        ("screening=ineligible", set()),
        ("screening=none", ALL - {"IG27-0003"}),
        ("round=IG27&state=submitted&words=screens", {"IG27-0001"}),
    ],
)
def test_list_narrows(cast: Cast, applications: Round, signed_in: Sign, query: str, codes: set[str]) -> None:
    assert found_by(signed_in(cast.officer), query) == codes


@pytest.mark.parametrize(
    "query",
    [
        "round=NONE&stage=x&state=lost&screening=maybe&page=99&sort=nonsense",
        "words=%00",
        "columns=nonsense&columns=",
        "submitted_from=0001-01-01&submitted_to=9999-12-31&page=-1",
        "amount_from=0",
    ],
)
def test_what_makes_no_sense_does_no_harm(
    cast: Cast, applications: Round, signed_in: Sign, query: str
) -> None:
    assert signed_in(cast.officer).get(f"{LIST}?{query}").status_code == 200


def test_mistyped_amount_and_day_are_said(cast: Cast, applications: Round, signed_in: Sign) -> None:
    page = signed_in(cast.officer).get(f"{LIST}?amount_from=lots&submitted_to=soon").content.decode()
    assert "Give an amount, such as 25000." in page
    assert "Give a day, such as" in page
    assert '<details class="more" open>' in page
    assert 'value="lots"' in page


def test_tabs_count_what_the_other_filters_leave(cast: Cast, applications: Round, signed_in: Sign) -> None:
    client = signed_in(cast.officer)
    page = " ".join(client.get(f"{LIST}?round=IG27&state=draft").content.decode().split())
    assert 'All <span class="number">4</span>' in page
    assert 'Submitted <span class="number">2</span>' in page
    assert 'In progress <span class="number">1</span>' in page
    assert 'Discarded <span class="number">1</span>' in page
    assert 'href="/north/applications/?round=IG27&amp;state=submitted"' in page
    assert "1 application<" in page


def test_draft_shows_who_and_when_and_nothing_of_its_text(
    cast: Cast, applications: Round, signed_in: Sign
) -> None:
    with program_scope(cast.program):
        # Columns of a row that somehow have them: a draft's are not shown all the same.
        Application.objects.filter(code="IG27-0004").update(title="Hidden words", amount=777)
    client = signed_in(cast.officer)
    page = client.get(f"{LIST}?state=draft&columns=title&columns=amount&columns=closes&columns=organisation")
    text = page.content.decode()
    assert "Secret Bay" in text
    assert "Hidden words" not in text
    assert "777" not in text
    assert found_by(client, "words=hidden") == set()
    assert found_by(client, "amount_from=777&amount_to=777") == set()
    assert "Hidden words" not in client.get(f"{LIST}export.csv?state=draft").content.decode()


def test_chosen_columns_alone_are_shown(cast: Cast, applications: Round, signed_in: Sign) -> None:
    page = signed_in(cast.officer).get(f"{LIST}?columns=abn&columns=screening").content.decode()
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert "ABN" in head
    assert "Screening" in head
    assert "Amount" not in head
    assert "51 824 753 556" in page


@pytest.mark.parametrize("sort", SORTS)
def test_every_column_sorts_both_ways(cast: Cast, applications: Round, signed_in: Sign, sort: str) -> None:
    client = signed_in(cast.officer)
    orders = []
    for name in (sort, f"-{sort}"):
        page = client.get(f"{LIST}?sort={name}&state=submitted&columns={sort}").content.decode()
        orders.append(re.findall(r'data-row="([^"]+)"', page))
        assert "aria-sort" in page
    if sort in {"code", "amount", "submitted", "begun"}:
        assert orders[0] != orders[1]


def test_amounts_sort_by_size_and_drafts_come_last(cast: Cast, applications: Round, signed_in: Sign) -> None:
    for sort in ("amount", "-amount"):
        page = signed_in(cast.officer).get(f"{LIST}?sort={sort}").content.decode()
        assert page.index('data-row="IG27-0004"') > max(
            page.index(f'data-row="{code}"') for code in ALL - {"IG27-0004"}
        )


def test_htmx_gets_the_rows_alone(cast: Cast, applications: Round, signed_in: Sign) -> None:
    response = signed_in(cast.officer).get(LIST, headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert b'data-row="IG27-0001"' in response.content
    assert b"Download as CSV" in response.content


def test_second_page_holds_the_rest(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        fill(cast, 53)
    page = signed_in(cast.officer).get(f"{LIST}?page=2&sort=code").content.decode()
    assert page.count("data-row=") == 3
    assert "51 to 53 of 53" in page


def test_empty_list_says_why(cast: Cast, applications: Round, signed_in: Sign) -> None:
    assert "No application fits" in signed_in(cast.officer).get(f"{LIST}?words=zzz").content.decode()
    with program_scope(cast.other):
        round_with(cast.other)
    client = signed_in(cast.other_manager)
    page = client.get("/south/applications/").content.decode()
    assert "No applications yet" in page
    assert "Harbour" not in page


@pytest.mark.parametrize(("role", "status"), [("manager", 200), ("officer", 200), ("auditor", 200)])
def test_readers_of_applications_get_list_and_file(
    cast: Cast, applications: Round, signed_in: Sign, role: str, status: int
) -> None:
    client = signed_in(cast.people[role])
    assert client.get(LIST).status_code == client.get(f"{LIST}export.csv").status_code == status


@pytest.mark.parametrize("role", ["finance", "executive", "roundtable", "advisory", "partner", "applicant"])
def test_nobody_else_gets_list_or_file(cast: Cast, applications: Round, signed_in: Sign, role: str) -> None:
    client = signed_in(cast.people[role])
    for path in (LIST, f"{LIST}export.csv", f"{LIST}views/", f"{LIST}recipients/"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize("name", ["outsider", "other_manager"])
def test_people_of_elsewhere_find_nothing(
    cast: Cast, applications: Round, signed_in: Sign, name: str
) -> None:
    client = signed_in(cast.people[name])
    assert client.get(LIST).status_code == client.get(f"{LIST}export.csv").status_code == 404


def test_auditor_sees_no_way_to_screen(cast: Cast, applications: Round, signed_in: Sign) -> None:
    page = signed_in(cast.auditor).get(LIST).content.decode()
    assert "Mark as eligible" not in page
    assert 'name="codes"' not in page


def rows_in(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def test_export_is_the_same_list_with_the_same_columns(
    cast: Cast, applications: Round, signed_in: Sign
) -> None:
    response = signed_in(cast.auditor).get(f"{LIST}export.csv?round=IG27&state=submitted&sort=code")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in response["Content-Disposition"]
    assert not response.streaming
    rows = rows_in(response.content.decode())
    assert [row["Code"] for row in rows] == ["IG27-0001", "IG27-0002"]
    assert rows[1]["Amount (AUD)"] == "120000.00"
    assert rows[1]["Submitted"] == "2027-03-05T01:00+11:00"
    assert "ABN" not in rows[0]
    chosen = signed_in(cast.auditor).get(f"{LIST}export.csv?columns=abn&words=harbour")
    assert rows_in(chosen.content.decode()) == [{"Code": "IG27-0001", "ABN": ABN_DIGITS}]


def test_export_holds_every_page(cast: Cast, signed_in: Sign) -> None:
    with program_scope(cast.program):
        fill(cast, 60)
    client = signed_in(cast.officer)
    with counted_queries() as count:
        rows = rows_in(client.get(f"{LIST}export.csv?sort=code&page=2").content.decode())
    assert len(rows) == 60
    assert count.number <= AT_MOST


def test_export_runs_no_formula(cast: Cast, applications: Round, signed_in: Sign) -> None:
    with program_scope(cast.program):
        Application.objects.filter(code="IG27-0001").update(title='=HYPERLINK("https://evil.example")')
    rows = rows_in(signed_in(cast.officer).get(f"{LIST}export.csv?words=ig27-0001").content.decode())
    assert rows[0]["Title"].startswith("'=HYPERLINK")


@given(st.text())
def test_guarded_value_never_starts_a_formula(value: str) -> None:
    found = guarded(value)
    assert not found.lstrip(" ").startswith(FORMULA)
    assert found in (value, f"'{value}")


@given(
    st.sampled_from([*ApplicationState.values, ""]), st.sampled_from(["", "round=A&state=draft", "words=b"])
)
def test_tab_changes_the_state_and_nothing_else(state: str, query: str) -> None:
    params, before = QueryDict(with_state(query, state)), QueryDict(query)
    assert params.get("state", "") == state
    assert {k: v for k, v in params.items() if k != "state"} == {
        k: v for k, v in before.items() if k != "state"
    }


def fill(cast: Cast, rows: int) -> Round:
    """So many applications, in every state, each with an organisation of its own."""
    round_ = round_with(cast.program, "BIG")
    submitted = datetime(2027, 2, 1, tzinfo=UTC)
    one = application_to(round_)
    organisations = Organisation.objects.bulk_create(
        Organisation(program=cast.program, name=f"Organisation number {n}") for n in range(rows)
    )
    states = [ApplicationState.SUBMITTED, ApplicationState.ACCEPTED, ApplicationState.INELIGIBLE]
    Application.objects.bulk_create(
        Application(
            program=cast.program,
            round=round_,
            stage=one.stage,
            form_version=one.form_version,
            number=n + 2,
            code=f"BIG-{n + 2:05}",
            organisation=organisations[n],
            state=states[n % 3],
            title=f"Project number {n}",
            amount=Decimal(n),
            created_by=cast.applicant,
            submitted_at=submitted,
        )
        for n in range(rows - 1)
    )
    return round_


CASES = [
    (query, rows)
    for query in ("", "words=project+number", "state=submitted&sort=-amount&screening=none&amount_from=0")
    for rows in (1, 50, 10_000)
]


@pytest.mark.parametrize(("query", "rows"), CASES)
def test_queries_do_not_grow_with_rows(cast: Cast, signed_in: Sign, query: str, rows: int) -> None:
    with program_scope(cast.program):
        fill(cast, rows)
    client = signed_in(cast.officer)
    client.get(LIST)
    columns = "&".join(f"columns={key}" for key in COLUMNS)
    with counted_queries() as count:
        response = client.get(f"{LIST}?{query}&{columns}")
    assert response.status_code == 200
    assert count.number <= AT_MOST, "\n".join(count.statements)


def test_expression_of_interest_invited_in_full_shows_what_was_submitted(
    cast: Cast, applications: Round, signed_in: Sign
) -> None:
    """A draft of a later stage has a submission of the stage before, which staff may read."""
    with program_scope(cast.program):
        application = Application.objects.get(code="EOI-0001")
        application.state = ApplicationState.DRAFT
        application.save()
        submit(application, {"sections": [], "files": []}, number=2, stage=application.round.stages.last())
    page = signed_in(cast.officer).get(f"{LIST}?state=draft").content.decode()
    assert "An idea" in page


def test_newest_first_is_read_from_an_index_in_that_order(cast: Cast) -> None:
    """However many there are, the first page needs no sorting."""
    with program_scope(cast.program), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = listing(cast.manager, cast.program, Filters(), NEWEST).found[:25].explain()
    assert "application_newest" in plan
    assert "Sort" not in plan
