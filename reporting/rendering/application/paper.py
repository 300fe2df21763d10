"""A submitted application as a document to print."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reporting.rendering.application.content import ApplicationDocument
from reporting.rendering.application.parts import pieces
from reporting.rendering.application.view import ApplicationView, SectionView, build_view, rest_of
from reporting.rendering.paper import ContentsEntry, Look, Paper, Worded
from reporting.rendering.parts import Piece
from reporting.rendering.templates import fill
from reporting.rendering.text import Cleaner
from reporting.snapshot_schema import canonical_json


class SubmittedApplication(Paper):
    """Made from what was received, as reporting.rendering.application.content describes it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.document = ApplicationDocument.model_validate(data)
        self.identity = hashlib.sha256(canonical_json(data)).hexdigest()
        facts = self.document.facts
        self.created = facts.submitted_at
        self.look = Look(["application.css"], facts.accent, facts.demonstration)

    def pieces(self) -> list[Piece]:
        return pieces(self.document)

    def text(self) -> str:
        return canonical_json(self.document.model_dump(mode="json")).decode(errors="replace")

    def worded(self, cleaner: Cleaner, *, draft: bool) -> "WordedApplication":
        return WordedApplication(build_view(self.document, cleaner=cleaner))


class WordedApplication(Worded):
    """An application in words."""

    def __init__(self, view: ApplicationView) -> None:
        self.view = view
        self.link_labels = view.link_labels
        self.figure_text: dict[str, str] = {}

    def html(self, part: Sequence[Piece], *, created: str, numbers: Mapping[str, int] | None = None) -> str:
        kinds = {piece.kind for piece in part}
        context = {
            "application": self.view,
            "created": created,
            "contents": self._contents(numbers or {}) if "front" in kinds else [],
            "sections": self._sections(part),
            "end": "end" in kinds,
        }
        return fill("application.html", context)

    def _contents(self, numbers: Mapping[str, int]) -> list[ContentsEntry]:
        entries = [
            ContentsEntry(section.title, section.anchor, f"{section.number}.")
            for section in self.view.sections
        ]
        entries.append(ContentsEntry("Declaration", "section-declaration"))
        if self.view.files:
            entries.append(ContentsEntry("Files", "section-files"))
        return [replace(entry, page=str(numbers.get(entry.target, ""))) for entry in entries]

    def _sections(self, part: Sequence[Piece]) -> list[SectionView]:
        found = []
        for index, section in enumerate(self.view.sections):
            numbers = [piece.number for piece in part if piece.kind == "answer" and piece.chapter == index]
            if numbers:
                found.append(rest_of(section, numbers))
        return found
