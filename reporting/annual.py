"""Freeze the annual progress of a program year: every figure and statement with its source record."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from reporting.sources import Sources
from scsc.accounts.models import User
from workplan.models import Ambition, Deliverable, Evidence, ProgramFile, ProgramYear, ProgressUpdate
from workplan.queries import ActionLine, Plan, load_plan, standing_evidence, with_outcomes
from workplan.states import STANDINGS, TONES, DeliverableState
from workplan.status import Status, deliverable_status, is_open, is_overdue

# The columns of the status table, in the order of the chart. Rows name the statuses by word.
COLUMNS = [(TONES[rag], str(rag.label)) for rag in STANDINGS]
STOPPED = ("idle", "Stopped")

METHOD = [
    {
        "heading": "How the status of an action is found",
        "text": (
            "An action is complete when staff completed it, which needs every deliverable done or "
            "cancelled. It is off track when a deliverable is more than 30 days overdue or its last year has "
            "ended, at risk when a deliverable is overdue or an action that it waits for is not on track, on "
            "track when it has started and nothing is overdue. A status set by a person is shown with its "
            "reason beside the computed one."
        ),
    },
    {
        "heading": "Which deliverables are counted",
        "text": (
            "For an action of one year, all of its deliverables. For an action over several years, those due "
            "by the end of the year of this report that were not done before it began. Cancelled "
            "deliverables are not counted."
        ),
    },
    {
        "heading": "Uncertain years",
        "text": (
            "The year of an action marked uncertain was read from a table whose layout was lost. "
            "It stays marked until staff confirm it from the published plan."
        ),
    },
]


def take_annual_snapshot(year: ProgramYear, *, taken_by: User, taken_at: datetime) -> dict[str, Any]:
    """The frozen content of the annual report of a year, as reporting.snapshot_schema describes it."""
    return _Annual(year, with_outcomes(load_plan(year.program))).build(taken_by=taken_by, taken_at=taken_at)


class _Annual:
    """Builds one snapshot. Reads the updates and the evidence once, for all actions of the year."""

    def __init__(self, year: ProgramYear, plan: Plan) -> None:
        self.year, self.plan = year, plan
        self.sources = Sources(plan.program)
        self.lines = plan.of_year(year.number)
        self.by_code = plan.by_code
        evidence = standing_evidence()
        self.evidence: dict[int, list[Evidence]] = {}
        for item in evidence.filter(deliverable__action__in=[line.action.pk for line in self.lines]):
            self.evidence.setdefault(item.deliverable_id or 0, []).append(item)
        self.updates: dict[int, list[ProgressUpdate]] = {}
        standing = ProgressUpdate.objects.filter(year=year, replaced_by=None).select_related("author")
        for update in standing.prefetch_related(Prefetch("evidence", evidence)).order_by("reported_on", "id"):
            self.updates.setdefault(update.action_id, []).append(update)

    def build(self, *, taken_by: User, taken_at: datetime) -> dict[str, Any]:
        meta = self._meta(taken_by, taken_at)
        ambitions = [self._ambition(ambition) for ambition in self.plan.ambitions]
        totals = self._totals()
        return {
            "version": 1,
            "kind": "annual_progress",
            "meta": meta,
            "ambitions": ambitions,
            "totals": totals,
            "method": METHOD,
            "sources": self.sources.entries,
        }

    def _meta(self, taken_by: User, taken_at: datetime) -> dict[str, Any]:
        program, year = self.plan.program, self.year
        loaded = ProgramFile.objects.order_by("-id").first()
        where = f"{loaded.name}, SHA-256 {loaded.sha256[:16]}" if loaded else "entered in the browser"
        return {
            "program": {
                "slug": program.slug,
                "name": program.name,
                "sponsor": program.sponsor,
                "purpose": program.purpose,
                "accent": program.accent_light,
                "ref": self.sources.plan("The program and its years", f"program {program.slug}", where=where),
            },
            "year": {
                "number": year.number,
                "label": year.label,
                "starts_on": year.starts_on.isoformat(),
                "ends_on": year.ends_on.isoformat(),
                "of": len(self.plan.years),
            },
            "taken_at": taken_at.isoformat(),
            "taken_by": str(taken_by),
            "as_at": self.plan.on.isoformat(),
            "demonstration": program.is_demonstration,
        }

    def _ambition(self, ambition: Ambition) -> dict[str, Any]:
        return {
            "code": ambition.code,
            "stream": ambition.stream,
            "headline": ambition.headline,
            "statement": ambition.statement,
            "ref": self.sources.plan(f"Ambition: {ambition.stream}", f"ambition {ambition.code}"),
            "outcomes": [
                {
                    "code": outcome.code,
                    "horizon": outcome.get_horizon_display(),
                    "text": outcome.text,
                    "ref": self.sources.plan(f"Outcome {outcome.code}", f"outcome {outcome.code}"),
                }
                for outcome in ambition.outcomes.all()
            ],
            "actions": [self._action(line) for line in self._of(ambition)],
        }

    def _of(self, ambition: Ambition | None) -> list[ActionLine]:
        return [line for line in self.lines if ambition is None or line.action.ambition_id == ambition.pk]

    def _action(self, line: ActionLine) -> dict[str, Any]:
        action = line.action
        deliverables = self._deliverables(line)
        where = {"where": action.source} if action.source else {}
        ref = self.sources.plan(f"Action {action.code}", f"action {action.code}", **where)
        return {
            "code": action.code,
            "text": action.text,
            "span": line.years_text,
            "first_year": action.first_year,
            "last_year": action.last_year,
            "uncertain": action.year_is_uncertain,
            "uncertain_note": action.get_year_confidence_display() if action.year_is_uncertain else "",
            "state": action.get_state_display(),
            "rag": {
                **_said(line.computed),
                "reason": line.computed.reason,
                "refs": [ref, *(self.sources.deliverable(d) for d in deliverables if is_open(d))],
            },
            "override": self._override(line),
            "owner": str(action.owner) if action.owner else "",
            "ref": ref,
            "deliverables": [self._deliverable(d) for d in deliverables],
            "updates": [self._update(update, line) for update in self.updates.get(action.pk, [])],
            "dependencies": [self._dependency(code, line) for code in line.waits_for],
        }

    def _override(self, line: ActionLine) -> dict[str, Any] | None:
        action = line.action
        if not action.rag_override:
            return None
        return {
            **_said(line.shown),
            "reason": action.rag_reason,
            "by": str(action.rag_by),
            "on": action.rag_on.isoformat() if action.rag_on else None,
            "ref": self.sources.override(action),
        }

    def _deliverables(self, line: ActionLine) -> list[Deliverable]:
        if line.action.first_year == line.action.last_year:
            return line.deliverables
        return [d for d in line.deliverables if _belongs(d, self.year.starts_on, self.year.ends_on)]

    def _deliverable(self, deliverable: Deliverable) -> dict[str, Any]:
        return {
            "code": deliverable.code,
            "text": deliverable.text,
            "due": deliverable.due_on.isoformat(),
            "state": _said(deliverable_status(deliverable, self.plan.on)),
            "standing": _standing(deliverable, self.plan.on),
            "done_on": deliverable.done_on.isoformat() if deliverable.done_on else None,
            "ref": self.sources.deliverable(deliverable),
            "evidence": [self.sources.evidence(item) for item in self.evidence.get(deliverable.pk, [])],
        }

    def _update(self, update: ProgressUpdate, line: ActionLine) -> dict[str, Any]:
        return {
            "on": update.reported_on.isoformat(),
            "author": str(update.author),
            "narrative": update.narrative,
            "tone": update.tone,
            "label": update.get_rag_display(),
            "ref": self.sources.update(update, line.action),
            "evidence": [self.sources.evidence(item) for item in update.evidence.all()],
        }

    def _dependency(self, code: str, line: ActionLine) -> dict[str, Any]:
        other = self.by_code[code]
        return {
            "code": code,
            "text": other.action.text,
            "state": _said(other.shown),
            "ref": self.sources.add("dependency", f"{line.action.code} waits for {code}", f"action {code}"),
        }

    def _totals(self) -> dict[str, Any]:
        columns = [*COLUMNS, STOPPED] if any(_pair(line.shown) == STOPPED for line in self.lines) else COLUMNS
        groups = [*self.plan.ambitions, None]
        return {
            "statuses": [self._status_row(group, columns) for group in groups],
            "deliverables": [self._deliverable_row(group) for group in groups],
        }

    def _status_row(self, ambition: Ambition | None, columns: list[tuple[str, str]]) -> dict[str, Any]:
        lines = self._of(ambition)
        pairs = [_pair(line.shown) for line in lines]
        name = ambition.stream if ambition else "all ambitions"
        code = ambition.code if ambition else None
        return {
            "ambition": code,
            "counts": [{"tone": t, "label": word, "value": pairs.count((t, word))} for t, word in columns],
            "total": len(lines),
            "ref": self.sources.count(
                f"Actions of {self.year.label} by status, {name}",
                f"count of actions, {code or 'all'}",
                [f"action {line.action.code}" for line in lines],
            ),
        }

    def _deliverable_row(self, ambition: Ambition | None) -> dict[str, Any]:
        deliverables = [d for line in self._of(ambition) for d in self._deliverables(line)]
        counted = [d for d in deliverables if d.state != DeliverableState.CANCELLED]
        standings = [_standing(d, self.plan.on) for d in counted]
        name, code = (ambition.stream, ambition.code) if ambition else ("all ambitions", None)
        return {
            "ambition": code,
            "planned": len(counted),
            "done": standings.count("done"),
            "overdue": standings.count("overdue"),
            "to_come": standings.count("to_come"),
            "ref": self.sources.count(
                f"Deliverables of {self.year.label}, {name}",
                f"count of deliverables, {code or 'all'}",
                [f"deliverable {d.code}" for d in counted],
            ),
        }


def _belongs(deliverable: Deliverable, starts_on: date, ends_on: date) -> bool:
    """Whether a deliverable of an action over several years belongs in the report of this one."""
    if deliverable.due_on > ends_on:
        return deliverable.done_on is not None and starts_on <= deliverable.done_on <= ends_on
    if deliverable.due_on >= starts_on:
        return True
    return is_open(deliverable) or (deliverable.done_on is not None and deliverable.done_on >= starts_on)


def _standing(deliverable: Deliverable, on: date) -> str:
    if deliverable.state == DeliverableState.CANCELLED:
        return "dropped"
    if deliverable.state == DeliverableState.DONE:
        return "done"
    return "overdue" if is_overdue(deliverable, on) else "to_come"


def _pair(status: Status) -> tuple[str, str]:
    return status.tone, status.label


def _said(status: Status) -> dict[str, str]:
    return {"tone": status.tone, "label": status.label}
