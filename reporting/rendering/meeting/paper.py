"""Board packs and minutes as documents to print. Their sections are laid out as those of an application."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reporting.rendering.application.content import ApplicationDocument
from reporting.rendering.application.parts import answer_lines
from reporting.rendering.application.view import SectionView, build_view, rest_of
from reporting.rendering.meeting.content import MeetingDocument
from reporting.rendering.paper import ContentsEntry, Look, Paper, Worded
from reporting.rendering.parts import LINES_PER_PAGE, Piece, lines_of
from reporting.rendering.templates import fill
from reporting.rendering.text import Cleaner, direction
from reporting.snapshot_schema import canonical_json

LONG_TITLE = 80


class MeetingPaper(Paper):
    """Made from what one reader may see, as reporting.rendering.meeting.content describes it."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.document = MeetingDocument.model_validate(data)
        self.identity = hashlib.sha256(canonical_json(data)).hexdigest()
        facts = self.document.facts
        self.created = facts.created
        self.look = Look(["application.css"], facts.accent, facts.demonstration)

    def pieces(self) -> list[Piece]:
        return list(self._pieces())

    def text(self) -> str:
        return canonical_json(self.document.model_dump(mode="json")).decode(errors="replace")

    def worded(self, cleaner: Cleaner, *, draft: bool) -> "WordedMeeting":
        return WordedMeeting(self.document, cleaner)

    def _pieces(self) -> Iterator[Piece]:
        sections = self.document.sections
        yield Piece("front", 1.0 + (8 + 1.9 * len(sections)) / LINES_PER_PAGE)
        for index, section in enumerate(sections):
            lengths = [answer_lines(answer) for answer in section.fields] or [1.0]
            for number, length in enumerate(lengths):
                head = 4.0 + lines_of(section.title, 60) if number == 0 else 0.0
                yield Piece("answer", (head + length) / LINES_PER_PAGE, index, number)


@dataclass(frozen=True)
class Cover:
    """The first page, in clean words."""

    language: str
    program: str
    sponsor: str
    paper: str
    title: str
    direction: str
    is_long: bool
    lines: list[tuple[str, str]]
    notes: list[str]
    created: str
    demonstration: bool


class WordedMeeting(Worded):
    """Papers in words."""

    def __init__(self, document: MeetingDocument, cleaner: Cleaner) -> None:
        self.cover = _cover(document, cleaner)
        self.sections = _sections(document, cleaner)
        self.link_labels = {
            section.anchor: " ".join(part for part in (section.number, section.title) if part)
            for section in self.sections
        }
        self.figure_text: dict[str, str] = {}

    def html(self, part: Sequence[Piece], *, created: str, numbers: Mapping[str, int] | None = None) -> str:
        has_front = any(piece.kind == "front" for piece in part)
        context = {
            "cover": self.cover,
            "created": created,
            "contents": self._contents(numbers or {}) if has_front else [],
            "has_front": has_front,
            "sections": self._part(part),
        }
        return fill("meeting.html", context)

    def _contents(self, numbers: Mapping[str, int]) -> list[ContentsEntry]:
        return [
            ContentsEntry(section.title, section.anchor, section.number, str(numbers.get(section.anchor, "")))
            for section in self.sections
        ]

    def _part(self, part: Sequence[Piece]) -> list[SectionView]:
        found = []
        for index, section in enumerate(self.sections):
            numbers = [piece.number for piece in part if piece.kind == "answer" and piece.chapter == index]
            if numbers:
                found.append(rest_of(section, numbers))
        return found


def _cover(document: MeetingDocument, cleaner: Cleaner) -> Cover:
    facts, line = document.facts, cleaner.line
    title = line(facts.title)
    return Cover(
        language=facts.language,
        program=line(facts.program),
        sponsor=line(facts.sponsor),
        paper=line(facts.paper),
        title=title,
        direction=direction(title),
        is_long=len(title) > LONG_TITLE,
        lines=[(line(name), line(value)) for name, value in facts.lines],
        notes=[line(note) for note in facts.notes],
        created=line(facts.created_words),
        demonstration=facts.demonstration,
    )


def _sections(document: MeetingDocument, cleaner: Cleaner) -> list[SectionView]:
    """The sections as the view of an application words them, with their own numbers."""
    facts = document.facts
    like = ApplicationDocument.model_validate(
        {
            "version": 1,
            "kind": "application",
            "facts": {
                "program": facts.program,
                "number": 1,
                "submitted_at": facts.created,
                "submitted": facts.created_words,
                "submitted_by": facts.program,
                "sha256": "",
            },
            "content": {
                "application": facts.title,
                "sections": [section.model_dump() for section in document.sections],
            },
        }
    )
    views = build_view(like, cleaner=cleaner).sections
    return [
        replace(view, number=cleaner.line(section.number))
        for view, section in zip(views, document.sections, strict=True)
    ]
