"""Where a report can be cut, how long each piece of it will be, and how a long one is shared out over parts.

WeasyPrint keeps every page that it has laid out in memory, 4 to 5 MB each. A long report is therefore laid
out in parts, each in a process of its own, and joined (see `join`). The lengths are estimates: they decide
where the cuts fall and how progress is shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import Literal

from reporting.snapshot_schema import Action, Ambition, Deliverable, Snapshot, Source, Update

# A report expected to have more pages than LONG is laid out in parts of about PART pages.
LONG, PART = 100, 40
LINES_PER_PAGE = 47


@dataclass(frozen=True)
class Piece:
    """A piece that is never cut, and its expected length in pages.

    "front" is everything before the first ambition. The first action of an ambition carries the head of the
    chapter, and stands for the chapter where there is no action. `number` counts actions within their
    ambition, and sources, from 0.
    """

    kind: Literal["front", "action", "method", "source"]
    pages: float
    ambition: int = 0
    number: int = 0


def pieces(snapshot: Snapshot) -> list[Piece]:
    """The pieces of a report in the order in which they are printed."""
    return list(_pieces(snapshot))


def expected_pages(report: Iterable[Piece]) -> int:
    """A rough number of pages."""
    return ceil(sum(piece.pages for piece in report))


def split(report: Sequence[Piece], *, parts_of: int) -> list[list[Piece]]:
    """Share the pieces out over parts of at most about `parts_of` pages each; the front is always the first.

    The rest is shared evenly: a piece goes to the part in which its middle falls.
    """
    front, *rest = report
    ends = list(accumulate(piece.pages for piece in rest))
    count = max(1, ceil(ends[-1] / parts_of))
    shared: list[list[Piece]] = [[] for _ in range(count)]
    for piece, end in zip(rest, ends, strict=True):
        shared[int((end - piece.pages / 2) * count / ends[-1])].append(piece)
    return [[front], *(part for part in shared if part)]


def _pieces(snapshot: Snapshot) -> Iterator[Piece]:
    yield Piece("front", _front_pages(snapshot))
    for index, ambition in enumerate(snapshot.ambitions):
        head = _head_lines(ambition)
        lines = [_action_lines(action) for action in ambition.actions] or [1.0]
        for number, length in enumerate(lines):
            # The first stands on a new page, so half of the page before it is blank.
            blank = LINES_PER_PAGE / 2 + head if number == 0 else 0.0
            yield Piece("action", (blank + length) / LINES_PER_PAGE, index, number)
    notes = sum(3 + _lines(note.text, 95) for note in snapshot.method)
    yield Piece("method", (LINES_PER_PAGE / 2 + 22 + notes) / LINES_PER_PAGE)
    for number, source in enumerate(snapshot.sources):
        yield Piece("source", _source_lines(source) / LINES_PER_PAGE, number=number)


def _front_pages(snapshot: Snapshot) -> float:
    """Cover, contents and summary."""
    actions = [action for ambition in snapshot.ambitions for action in ambition.actions]
    contents = sum(0.3 + _lines(action.text, 95) for action in actions) + 2.5 * len(snapshot.ambitions)
    waiting = [action for action in actions if action.status.tone in ("bad", "warn")]
    attention = sum(0.7 + _lines(action.rag.reason, 65) for action in waiting)
    return 3.5 + (contents + attention) / LINES_PER_PAGE


def _head_lines(ambition: Ambition) -> float:
    outcomes = sum(0.3 + _lines(outcome.text, 90) for outcome in ambition.outcomes)
    return 8 + _lines(ambition.statement, 80) * 1.2 + outcomes + 4


def _action_lines(action: Action) -> float:
    deliverables = sum(_deliverable_lines(item) for item in action.deliverables)
    updates = sum(_update_lines(update) for update in action.updates)
    waits = sum(0.3 + _lines(item.text, 85) for item in action.dependencies)
    return 8 + 1.3 * _lines(action.text, 75) + 3 + deliverables + 2 + updates + waits


def _deliverable_lines(item: Deliverable) -> float:
    return 0.6 + 0.85 * _lines(item.text, 46)


def _update_lines(update: Update) -> float:
    return 2.0 + sum(0.3 + _lines(paragraph, 100) for paragraph in update.narrative.split("\n") if paragraph)


def _source_lines(source: Source) -> float:
    text = len(source.title) + len(source.where) + sum(len(record) + 2 for record in source.counted) + 12
    rows = ceil(text / 52) + (ceil(len(str(source.url)) / 52) if source.url else 0)
    return 0.4 + 0.8 * max(rows, _lines(source.record, 23), ceil((len(source.by) + 13) / 24))


def _lines(text: str, width: int) -> int:
    """How many lines a text takes where `width` letters fit on one."""
    return ceil(len(text) / width)
