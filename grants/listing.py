"""The list of applications as an address asks for it: filters, columns, order; as cells and as CSV."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import StringIO
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateformat import format as in_words

from grants.forms.applications import FilterForm
from grants.models import Round
from grants.queries.applications import NEWEST, SORTS, Filters, Row, amount_words
from partners.identifiers import spaced_abn
from scsc.programs.models import Program

# Of an address that came back with a form.
LONGEST = 2000
# What a spreadsheet would take for the start of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Cell:
    """One value: `text` for people, `plain` for a file; a state has a tone, and `also` a second tag."""

    text: str
    plain: str
    tone: str = ""
    also: str = ""


@dataclass(frozen=True)
class Column:
    """One column that can be shown. `sort` names the order its head links to."""

    key: str
    label: str
    cell: Callable[[Row, Program], Cell]
    sort: str = ""
    numeric: bool = False
    usual: bool = True


def _text(value: str) -> Cell:
    return Cell(value, value)


def _state(row: Row) -> Cell:
    """The state, and that it waits for its applicant."""
    also = "Changes asked" if row.has_changes else ""
    return Cell(row.state_label, row.state_label, tone=row.tone, also=also)


def _amount(amount: Decimal | None, program: Program) -> Cell:
    if amount is None:
        return _text("")
    return Cell(amount_words(amount, program), f"{amount:f}")


def _at(at: datetime | None, program: Program) -> Cell:
    if at is None:
        return _text("")
    local = at.astimezone(ZoneInfo(program.timezone))
    return Cell(in_words(local, "j M Y"), local.isoformat(timespec="minutes"))


# The code stands first, in every list.
COLUMNS: dict[str, Column] = {
    column.key: column
    for column in [
        Column("title", "Title", lambda row, _: _text(row.title), "title"),
        Column(
            "organisation",
            "Organisation",
            lambda row, _: _text(row.application.organisation.name),
            "organisation",
        ),
        Column("abn", "ABN", lambda row, _: _abn(row.application.organisation.abn), usual=False),
        Column("round", "Round", lambda row, _: _text(row.application.round.title), "round"),
        Column("stage", "Stage", lambda row, _: _text(str(row.application.stage)), usual=False),
        Column("state", "State", lambda row, _: _state(row), "state"),
        Column("amount", "Amount", lambda row, program: _amount(row.amount, program), "amount", numeric=True),
        Column(
            "submitted",
            "Submitted",
            lambda row, program: _at(row.application.submitted_at, program),
            "submitted",
        ),
        Column(
            "begun",
            "Begun",
            lambda row, program: _at(row.application.created_at, program),
            "begun",
            usual=False,
        ),
        Column("closes", "To be submitted by", lambda row, program: _at(row.closes_at, program), usual=False),
        Column("screening", "Screening", lambda row, _: _text(row.screening), usual=False),
        Column(
            "changes",
            "Change request",
            lambda row, _: _text("Waiting for changes" if row.has_changes else ""),
            usual=False,
        ),
    ]
}
USUAL_COLUMNS = [key for key, column in COLUMNS.items() if column.usual]


def _abn(digits: str) -> Cell:
    return Cell(spaced_abn(digits), digits)


@dataclass(frozen=True)
class Wanted:
    """What an address asks of the list. `query` says the same in the one way that saved views keep."""

    form: FilterForm
    filters: Filters
    sort: str
    columns: list[Column]
    query: str


def wanted_of(params: QueryDict, rounds: list[Round]) -> Wanted:
    """Read the address. What makes no sense does not narrow; what was mistyped is said on the form."""
    form = FilterForm(params, rounds=rounds)
    form.is_valid()
    clean = form.cleaned_data
    filters = Filters(**{name: value for name, value in clean.items() if value not in ("", None)})
    sort = params.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else NEWEST
    keys = [key for key in COLUMNS if key in params.getlist("columns")] or USUAL_COLUMNS
    return Wanted(form, filters, sort, [COLUMNS[key] for key in keys], _query(clean, sort, keys))


def place_in_list(query: str, rounds: list[Round]) -> str:
    """Where in the list somebody was, from an address that came back with a form: filters and page."""
    params = QueryDict(query[:LONGEST])
    kept, page = wanted_of(params, rounds).query, params.get("page", "")
    pages = [f"page={page}"] if page.isascii() and page.isdigit() else []
    return "&".join([*filter(None, [kept]), *pages])


def _query(clean: dict[str, object], sort: str, keys: list[str]) -> str:
    given = {name: value for name, value in clean.items() if value not in ("", None) and value is not False}
    pairs = [(name, str(value)) for name, value in given.items()]
    pairs += [("sort", sort)] if sort != NEWEST else []
    pairs += [("columns", key) for key in keys] if keys != USUAL_COLUMNS else []
    return urlencode(pairs)


def with_state(query: str, state: str) -> str:
    """The same list in another state."""
    params = QueryDict(query, mutable=True)
    params.pop("state", None)
    if state:
        params["state"] = state
    return params.urlencode()


def cells_of(row: Row, columns: list[Column], program: Program) -> list[tuple[Column, Cell]]:
    """A row's values, column by column."""
    return [(column, column.cell(row, program)) for column in columns]


def as_csv(rows: Iterable[Row], columns: list[Column], program: Program) -> str:
    """The rows as CSV for a spreadsheet, with a byte order mark so that it reads the accents."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(["Code", *(_head(column, program) for column in columns)])
    for row in rows:
        cells = [cell.plain for _, cell in cells_of(row, columns, program)]
        writer.writerow([guarded(value) for value in (row.application.code, *cells)])
    return f"\ufeff{file.getvalue()}"


def _head(column: Column, program: Program) -> str:
    return f"{column.label} ({program.currency})" if column.numeric else column.label


def guarded(value: str) -> str:
    """A value that no spreadsheet runs as a formula: see OWASP, CSV injection."""
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value
