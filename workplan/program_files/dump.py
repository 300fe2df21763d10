"""A program written back as a program file. Loading the file changes nothing."""

from decimal import Decimal
from typing import Any

import yaml

from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from workplan.program_files.latest import KEPT, latest_read
from workplan.program_files.rows import (
    APPEARANCE,
    PROGRAM_FIELDS,
    Row,
    Rows,
    stored_plan_rows,
    stored_program_row,
)

# The order in which people read a row; empty fields are left out.
ACTION_FIELDS = ["code", "ambition", "years", "year_confidence", "depends_on", "partner", "module"]
ACTION_FIELDS += ["feeds", "needs", "text", "note", "source", "deliverables"]
WIDTH = 110


class PlainDumper(yaml.SafeDumper):
    """Writes lists indented under their name and decimals as they are."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.Node:
    """Lists of plain values on one line, such as years."""
    plain = all(isinstance(item, str | int) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=plain)


PlainDumper.add_representer(list, _list)
PlainDumper.add_representer(
    Decimal, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", str(value))
)


def dump_program(program: Program) -> str:
    """The program as YAML: its plan as it is today, and from the newest file what is kept there only."""
    with program_scope(program):
        program.refresh_from_db(fields=[*PROGRAM_FIELDS, *APPEARANCE])
        rows, latest = stored_plan_rows(), latest_read()
    kept = latest.document.data if latest else {}
    content: Row = {
        "program": _program(program, rows, kept.get("program", {})),
        "ambitions": list(rows["ambitions"].values()),
        "outcomes": list(rows["outcomes"].values()),
        "actions": [_action(row, rows) for row in rows["actions"].values()],
    }
    content |= {name: kept[name] for name in KEPT if kept.get(name)}
    head = f"# {program.name}: the program as a file. Load it with `manage.py load_program`.\n"
    return head + yaml.dump(
        _filled(content), Dumper=PlainDumper, sort_keys=False, allow_unicode=True, width=WIDTH, indent=2
    )


def _program(program: Program, rows: Rows, kept: Row) -> Row:
    about = stored_program_row(program)
    part: Row = {"slug": program.slug} | {name: about[name] for name in PROGRAM_FIELDS}
    part["sponsor_facts"] = kept.get("sponsor_facts")
    part["accent"] = {"light": about["accent_light"], "dark": about["accent_dark"]}
    part["shown_as_at"] = about["shown_as_at"]
    part["years"] = list(rows["years"].values())
    return part


def _action(row: Row, rows: Rows) -> Row:
    first, last = row["years"]
    deliverables = [
        {"code": d["code"], "text": d["text"], "due": d["due_on"], "demonstration": d["is_demonstration"]}
        for d in rows["deliverables"].values()
        if d["action"] == row["code"]
    ]
    given = row | {"years": [first] if first == last else [first, last], "partner": row["partner_code"]}
    given["deliverables"] = deliverables
    return {name: given[name] for name in ACTION_FIELDS}


def _filled(row: Row) -> Row:
    """A row without its empty fields, and the rows inside it likewise."""

    def inside(value: Any) -> Any:
        if isinstance(value, dict):
            return _filled(value)
        return [inside(item) for item in value] if isinstance(value, list) else value

    return {name: inside(value) for name, value in row.items() if value not in (None, "", [], {})}
