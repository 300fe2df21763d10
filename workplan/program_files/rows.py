"""The plan as plain rows, from a file and from the database alike, so that the two can be compared."""

from typing import Any

from scsc.programs.models import Program
from workplan.models import Action, Ambition, Deliverable, Outcome, ProgramYear
from workplan.program_files.schema import ActionPart, ProgramFileContent, ProgramPart

# Fields of a row by name, rows by their code (years by number), sections by name. In the order of the plan.
Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]

SECTIONS = ["years", "ambitions", "outcomes", "actions", "deliverables"]
PROGRAM_FIELDS = [
    "name",
    "sponsor",
    "purpose",
    "origin",
    "regions",
    "country",
    "currency",
    "timezone",
    "reporting_year_ends",
    "years_note",
]
# Fields that a file may leave as the platform has them.
APPEARANCE = ["accent_light", "accent_dark", "shown_as_at"]


def program_row(part: ProgramPart) -> Row:
    """What a file says about the program itself."""
    row = {name: getattr(part, name) or "" for name in PROGRAM_FIELDS} | {"regions": part.regions}
    if part.accent:
        row |= {"accent_light": part.accent.light, "accent_dark": part.accent.dark}
    if part.shown_as_at:
        row["shown_as_at"] = part.shown_as_at
    return row


def stored_program_row(program: Program) -> Row:
    """What the database says about the program itself."""
    return {name: getattr(program, name) for name in [*PROGRAM_FIELDS, *APPEARANCE]}


def plan_rows(content: ProgramFileContent) -> Rows:
    """The plan that a file gives."""
    return {
        "years": {str(y.number): y.model_dump() for y in content.program.years},
        "ambitions": {a.code: a.model_dump() for a in content.ambitions},
        "outcomes": {o.code: o.model_dump() for o in content.outcomes},
        "actions": {a.code: _action_row(a) for a in content.actions},
        "deliverables": {
            d.code: {
                "code": d.code,
                "action": a.code,
                "text": d.text,
                "due_on": d.due,
                "is_demonstration": d.demonstration,
            }
            for a in content.actions
            for d in a.deliverables
        },
    }


def stored_plan_rows() -> Rows:
    """The plan that the database holds, of the program whose scope is entered. Seven queries."""
    ambitions = {a.pk: a.code for a in Ambition.objects.all()}
    actions = list(Action.objects.prefetch_related("dependencies__depends_on"))
    codes = {a.pk: a.code for a in actions}
    return {
        "years": {
            str(y.number): {
                "number": y.number,
                "label": y.label,
                "starts_on": y.starts_on,
                "ends_on": y.ends_on,
            }
            for y in ProgramYear.objects.all()
        },
        "ambitions": {
            a.code: {"code": a.code, "stream": a.stream, "headline": a.headline, "statement": a.statement}
            for a in Ambition.objects.all()
        },
        "outcomes": {
            o.code: {
                "code": o.code,
                "horizon": o.horizon,
                "ambition": ambitions[o.ambition_id],
                "text": o.text,
            }
            for o in Outcome.objects.all()
        },
        "actions": {a.code: _stored_action_row(a, ambitions) for a in actions},
        "deliverables": {
            d.code: {
                "code": d.code,
                "action": codes[d.action_id],
                "text": d.text,
                "due_on": d.due_on,
                "is_demonstration": d.is_demonstration,
            }
            for d in Deliverable.objects.order_by("action__order", "order", "id")
        },
    }


def _action_row(part: ActionPart) -> Row:
    return {
        "code": part.code,
        "ambition": part.ambition,
        "text": part.text,
        "years": [part.years[0], part.years[-1]],
        "year_confidence": part.year_confidence,
        "depends_on": sorted(part.depends_on),
        "note": part.note or "",
        "source": part.source or "",
        "partner_code": part.partner or "",
        "module": part.module or "",
        "feeds": list(part.feeds),
        "needs": list(part.needs),
    }


def _stored_action_row(action: Action, ambitions: dict[int, str]) -> Row:
    names = ["code", "text", "year_confidence", "note", "source", "partner_code", "module", "feeds", "needs"]
    return {name: getattr(action, name) for name in names} | {
        "ambition": ambitions[action.ambition_id],
        "years": [action.first_year, action.last_year],
        "depends_on": sorted(d.depends_on.code for d in action.dependencies.all()),
    }
