"""The stretch of a report that one document holds: all of it, or one part of a long one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reporting.rendering.annual.view import CHAPTERS, ChapterView, ReportView, SourceView
from reporting.rendering.paper import ContentsEntry
from reporting.rendering.parts import Piece


@dataclass(frozen=True)
class Stretch:
    """What the templates print. `contents` is empty in a part without the front.

    `sources_begin` tells whether the first of the sources is the report's first.
    """

    contents: list[ContentsEntry]
    chapters: list[ChapterView]
    method: bool
    sources: list[SourceView]
    sources_begin: bool


def cut(view: ReportView, part: Sequence[Piece], *, numbers: Mapping[str, int] | None = None) -> Stretch:
    """The stretch of a report that the pieces make up.

    `numbers` are the pages of what the contents name and other parts print, by anchor.
    """
    kinds = {piece.kind for piece in part}
    sources = [piece.number for piece in part if piece.kind == "source"]
    return Stretch(
        contents=_contents(view, numbers or {}) if "front" in kinds else [],
        chapters=list(_chapters(view, part)),
        method="method" in kinds,
        sources=[view.sources[number] for number in sources],
        sources_begin=0 in sources,
    )


def _chapters(view: ReportView, part: Sequence[Piece]) -> Iterator[ChapterView]:
    for index, chapter in enumerate(view.chapters):
        numbers = [piece.number for piece in part if piece.kind == "action" and piece.chapter == index]
        if numbers:
            actions = chapter.actions[numbers[0] : numbers[-1] + 1]
            yield replace(chapter, actions=actions, begins=numbers[0] == 0)


def _contents(view: ReportView, numbers: Mapping[str, int]) -> list[ContentsEntry]:
    entries = [ContentsEntry(CHAPTERS["summary"], "chapter-summary")]
    for chapter in view.chapters:
        entries.append(ContentsEntry(chapter.title, f"chapter-{chapter.code}"))
        entries += [
            ContentsEntry(action.line.text, f"action-{action.code}", action.code)
            for action in chapter.actions
        ]
    entries.append(ContentsEntry(CHAPTERS["method"], "chapter-method"))
    entries.append(ContentsEntry(CHAPTERS["sources"], "chapter-sources"))
    return [replace(entry, page=str(numbers.get(entry.target, ""))) for entry in entries]
