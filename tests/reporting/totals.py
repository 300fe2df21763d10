"""Help to build a sample snapshot: number its sources, count its figures with a source for each count."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from reporting.snapshot_schema import (
    Action,
    Ambition,
    DeliverableRow,
    Source,
    SourceKind,
    StatusCount,
    StatusRow,
    Tone,
    Totals,
    actions_of,
)

# The order in which statuses are listed and drawn: settled first, trouble after, not begun last.
TONE_ORDER = ("done", "good", "warn", "bad", "info", "idle")


class SourceBook:
    """Numbers source records in the order in which they are first named; a record has one number."""

    def __init__(self) -> None:
        self._sources: dict[tuple[str, str], Source] = {}

    def add(
        self,
        kind: SourceKind,
        *,
        record: str,
        title: str,
        where: str = "",
        url: str | None = None,
        by: str = "",
        on: date | None = None,
        counted: Sequence[str] = (),
    ) -> int:
        """The number of a record, given on first sight. Kind and `record` together identify it."""
        key = (kind, record)
        if key not in self._sources:
            facts = {
                "kind": kind,
                "record": record,
                "title": title,
                "where": where,
                "url": url,
                "by": by,
                "on": on,
            }
            self._sources[key] = Source.model_validate(
                {**facts, "ref": len(self._sources) + 1, "counted": list(counted)}
            )
        return self._sources[key].ref

    def as_list(self) -> list[dict[str, Any]]:
        """The sources as the snapshot holds them."""
        return [source.model_dump(mode="json") for source in self._sources.values()]


def count_totals(ambitions: Sequence[Ambition], *, sources: SourceBook) -> Totals:
    """Count actions by status and deliverables by standing; each row's source lists what it counted."""
    codes: list[str | None] = [*(ambition.code for ambition in ambitions), None]
    columns = _statuses(actions_of(ambitions, None))
    return Totals(
        statuses=[_status_row(code, actions_of(ambitions, code), columns, sources) for code in codes],
        deliverables=[_deliverable_row(code, actions_of(ambitions, code), sources) for code in codes],
    )


def _statuses(actions: Sequence[Action]) -> list[tuple[Tone, str]]:
    found = {(action.status.tone, action.status.label) for action in actions}
    return sorted(found, key=lambda status: (TONE_ORDER.index(status[0]), status[1]))


def _status_row(
    code: str | None, actions: Sequence[Action], columns: Sequence[tuple[Tone, str]], sources: SourceBook
) -> StatusRow:
    held = [(action.status.tone, action.status.label) for action in actions]
    ref = sources.add(
        "count",
        record=f"actions by status, {code or 'all ambitions'}",
        title=f"Count of actions by status: {code or 'all ambitions'}",
        where="Counted from this snapshot",
        counted=[f"{action.code} ({action.status.label})" for action in actions],
    )
    counts = [StatusCount(tone=tone, label=label, value=held.count((tone, label))) for tone, label in columns]
    return StatusRow(ambition=code, counts=counts, total=len(actions), ref=ref)


def _deliverable_row(code: str | None, actions: Sequence[Action], sources: SourceBook) -> DeliverableRow:
    items = [item for action in actions for item in action.deliverables if item.standing != "dropped"]
    standings = [item.standing for item in items]
    ref = sources.add(
        "count",
        record=f"deliverables by standing, {code or 'all ambitions'}",
        title=f"Count of deliverables by standing: {code or 'all ambitions'}",
        where="Counted from this snapshot",
        counted=[f"{item.code} ({item.standing.replace('_', ' ')})" for item in items],
    )
    return DeliverableRow(
        ambition=code,
        planned=len(items),
        done=standings.count("done"),
        overdue=standings.count("overdue"),
        to_come=standings.count("to_come"),
        ref=ref,
    )
