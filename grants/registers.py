"""The registers of interests and of conflicts as files."""

import csv
from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from grants.listing import guarded
from grants.models import Declaration
from grants.queries.interests import Register
from scsc.programs.models import Program

INTERESTS = ["Person", "Bodies", "Organisation", "ABN", "Kind", "About", "Entered", "Ended", "Last statement"]
CONFLICTS = [
    "Person",
    "Application",
    "Organisation",
    "Round",
    "Conflict",
    "State",
    "Found",
    "Statement",
    "Declared",
    "Ruled by",
    "Ruled",
]


def interests_csv(registers: Iterable[Register], program: Program) -> str:
    """Everybody's entries, one a line; a person without any has one line."""
    rows = []
    for register in registers:
        head = [str(register.user), "; ".join(register.bodies)]
        stated = _at(register.stated_at, program)
        for row in register.interests:
            about = [row.organisation_name, row.abn, row.get_kind_display(), row.description]
            rows.append([*head, *about, _at(row.declared_at, program), _at(row.ended_at, program), stated])
        if not register.interests:
            rows.append([*head, "", "", "", "", "", "", stated])
    return _csv(INTERESTS, rows)


def conflicts_csv(declarations: Iterable[Declaration], program: Program) -> str:
    """Declarations, one a line."""
    rows = [
        [
            str(row.user),
            row.application.code,
            row.application.organisation.name,
            row.application.round.code,
            row.get_kind_display(),
            row.get_state_display(),
            "; ".join(str(Declaration.Finding(value).label) for value in row.findings),
            row.statement,
            _at(row.declared_at, program),
            str(row.ruled_by) if row.ruled_by else "",
            _at(row.ruled_at, program),
        ]
        for row in declarations
    ]
    return _csv(CONFLICTS, rows)


def csv_response(text: str, name: str) -> HttpResponse:
    """A file that a browser saves and nobody else keeps."""
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _csv(head: list[str], rows: Iterable[list[str]]) -> str:
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    for row in rows:
        writer.writerow([guarded(value) for value in row])
    return f"\ufeff{file.getvalue()}"


def _at(at: datetime | None, program: Program) -> str:
    return at.astimezone(ZoneInfo(program.timezone)).isoformat(timespec="minutes") if at else ""
