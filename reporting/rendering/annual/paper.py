"""The annual progress report as a document to print."""

from collections.abc import Mapping, Sequence
from typing import Any

from reporting.rendering.annual.cut import cut
from reporting.rendering.annual.parts import pieces
from reporting.rendering.annual.view import ReportView, build_view
from reporting.rendering.paper import Look, Paper, Worded
from reporting.rendering.parts import Piece
from reporting.rendering.templates import fill
from reporting.rendering.text import Cleaner
from reporting.snapshot_schema import Snapshot, canonical_json, snapshot_hash


class AnnualReport(Paper):
    """Made from a snapshot, as reporting.snapshot_schema describes it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.snapshot = Snapshot.model_validate(data)
        self.identity = snapshot_hash(data)
        meta = self.snapshot.meta
        self.created = meta.taken_at
        self.look = Look(["report.css"], meta.program.accent, meta.demonstration)

    def pieces(self) -> list[Piece]:
        return pieces(self.snapshot)

    def text(self) -> str:
        return canonical_json(self.snapshot.model_dump(mode="json")).decode(errors="replace")

    def worded(self, cleaner: Cleaner, *, draft: bool) -> "WordedReport":
        return WordedReport(build_view(self.snapshot, digest=self.identity, cleaner=cleaner, draft=draft))

    def goes_on(self, part: Sequence[Piece]) -> bool:
        """The sources are one table, which may be cut anywhere."""
        return part[0].kind == "source" and part[0].number > 0


class WordedReport(Worded):
    """An annual report in words."""

    def __init__(self, view: ReportView) -> None:
        self.view = view
        self.link_labels = view.link_labels
        title = view.summary.chart_title
        self.figure_text = {title: f"{title}. {view.summary.chart_description}"}

    def html(self, part: Sequence[Piece], *, created: str, numbers: Mapping[str, int] | None = None) -> str:
        stretch = cut(self.view, part, numbers=numbers)
        return fill("report.html", {"report": self.view, "stretch": stretch, "created": created})
