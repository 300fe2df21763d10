"""Writing the plan of a program file: what is new is created, what the file changes is changed."""

from typing import Any

from scsc.accounts.models import User
from scsc.audit.services import record
from scsc.programs.models import Program
from workplan.models import Action, Ambition, Deliverable, Dependency, Outcome, ProgramYear
from workplan.program_files.report import SectionReport
from workplan.program_files.rows import SECTIONS, Row, Rows

MODELS: dict[str, Any] = {
    "years": ProgramYear,
    "ambitions": Ambition,
    "outcomes": Outcome,
    "actions": Action,
    "deliverables": Deliverable,
}
# Where the file's order is the order on the page. Deliverables stay as they were added.
ORDERED = {"ambitions", "outcomes", "actions"}


def differences(wanted: Row, stored: Row, base: Row | None) -> Row:
    """The fields that the file changes: other than stored, and other than in the file that was loaded before.

    A field that the file leaves as it was stands as it is, so that what people changed since is not undone.
    Dependencies always follow the file: it was checked for cycles as a whole.
    """
    return {
        name: value
        for name, value in wanted.items()
        if stored[name] != value
        and (base is None or name == "depends_on" or name not in base or base[name] != value)
    }


class PlanWriter:
    """Brings the rows of one program to what a file says, each change with its event."""

    def __init__(self, program: Program, *, actor: User | None, reason: str) -> None:
        self.program, self.actor, self.reason = program, actor, reason
        self.objects: dict[str, dict[str, Any]] = {}

    def write(self, wanted: Rows, stored: Rows, base: Rows) -> list[SectionReport]:
        """Write every section, those that others refer to first. Returns what became of each row."""
        reports = [self._section(name, wanted[name], stored[name], base.get(name, {})) for name in SECTIONS]
        for name in ORDERED:
            self._set_order(name, list(wanted[name]))
        return reports

    def _section(
        self, name: str, wanted: dict[str, Row], stored: dict[str, Row], base: dict[str, Row]
    ) -> SectionReport:
        report = SectionReport(name)
        key = "number" if name == "years" else "code"
        self.objects[name] = {str(getattr(obj, key)): obj for obj in MODELS[name].objects.all()}
        changes = {
            code: differences(row, stored[code], base.get(code)) if code in stored else row
            for code, row in wanted.items()
        }
        for code, changed in changes.items():
            if code not in stored:
                self._create(name, code, changed)
                report.created.append(code)
            elif changed:
                self._change(name, code, changed, {field: stored[code][field] for field in changed})
                report.changed.append(code)
            else:
                report.unchanged.append(code)
        for code, changed in changes.items():
            if "depends_on" in changed:
                self._set_dependencies(self.objects[name][code], changed["depends_on"])
        return report

    def _create(self, name: str, code: str, row: Row) -> None:
        obj = MODELS[name](program=self.program, **self._columns(row))
        if name == "deliverables":
            obj.order = sum(other.action_id == obj.action_id for other in self.objects[name].values()) + 1
        obj.save(force_insert=True)
        self.objects[name][code] = obj
        record(obj, "load", actor=self.actor, after=row, reason=self.reason)

    def _change(self, name: str, code: str, changed: Row, before: Row) -> None:
        obj, columns = self.objects[name][code], self._columns(changed)
        for column, value in columns.items():
            setattr(obj, column, value)
        if columns:
            obj.save(update_fields=list(columns))
        record(obj, "change", actor=self.actor, before=before, after=changed, reason=self.reason)

    def _columns(self, row: Row) -> dict[str, Any]:
        """A row's fields as the columns of its table."""
        columns = {name: value for name, value in row.items() if name not in {"years", "depends_on"}}
        if "years" in row:
            columns["first_year"], columns["last_year"] = row["years"]
        for name, section in (("ambition", "ambitions"), ("action", "actions")):
            if name in row:
                columns[name] = self.objects[section][row[name]]
        return columns

    def _set_dependencies(self, action: Action, codes: list[str]) -> None:
        Dependency.objects.filter(action=action).exclude(depends_on__code__in=codes).delete()
        kept = set(Dependency.objects.filter(action=action).values_list("depends_on__code", flat=True))
        for code in codes:
            if code not in kept:
                other = self.objects["actions"][code]
                Dependency.objects.create(program=self.program, action=action, depends_on=other)

    def _set_order(self, name: str, codes: list[str]) -> None:
        """The order of the file, without an event a row: the file's own event tells it."""
        moved = []
        for order, code in enumerate(codes, start=1):
            obj = self.objects[name][code]
            if obj.order != order:
                obj.order = order
                moved.append(obj)
        MODELS[name].objects.bulk_update(moved, ["order"])
