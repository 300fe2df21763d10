"""The numbered sources of a snapshot: every record that stands behind a statement or figure, once."""

from typing import Any

from scsc.documents.models import Document
from scsc.programs.clock import day_of
from scsc.programs.models import Program
from workplan.models import Action, Deliverable, Evidence, ProgressUpdate


class Sources:
    """Collects sources and gives each its number. The same record gets the same number."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.entries: list[dict[str, Any]] = []
        self._by_record: dict[tuple[str, str], int] = {}

    def add(self, kind: str, title: str, record: str, **more: Any) -> int:
        """The number of a record, which is added when it is new. `more`: where, url, by, on, counted."""
        key = (kind, record)
        if key not in self._by_record:
            ref = len(self.entries) + 1
            self._by_record[key] = ref
            self.entries.append({"ref": ref, "kind": kind, "title": title, "record": record, **more})
        return self._by_record[key]

    def plan(self, title: str, record: str, **more: Any) -> int:
        return self.add("plan", title, record, **more)

    def deliverable(self, deliverable: Deliverable) -> int:
        on = {"on": deliverable.done_on.isoformat()} if deliverable.done_on else {}
        return self.add("deliverable", deliverable.text, f"deliverable {deliverable.code}", **on)

    def update(self, update: ProgressUpdate, action: Action) -> int:
        return self.add(
            "update",
            f"Progress reported on {action.code}",
            f"update {update.pk}",
            by=str(update.author),
            on=update.reported_on.isoformat(),
        )

    def override(self, action: Action) -> int:
        return self.add(
            "decision",
            f"Status of {action.code} set by a person",
            f"status of {action.code}",
            by=str(action.rag_by),
            on=action.rag_on.isoformat() if action.rag_on else None,
        )

    def evidence(self, item: Evidence) -> int:
        where = {"url": item.url} if item.url else {"where": _file_words(item.document)}
        return self.add(
            "evidence",
            item.title,
            f"evidence {item.pk}",
            by=str(item.added_by),
            on=day_of(self.program, item.added_at).isoformat(),
            **where,
        )

    def count(self, title: str, record: str, counted: list[str]) -> int:
        """A figure that was counted, with the records it counts."""
        return self.add("count", title, record, counted=counted)


def _file_words(document: Document | None) -> str:
    return f"{document.name}, SHA-256 {document.sha256[:16]}" if document else ""
