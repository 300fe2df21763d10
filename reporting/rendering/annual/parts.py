"""How long each piece of an annual report will be."""

from collections.abc import Iterator
from math import ceil

from reporting.rendering.parts import LINES_PER_PAGE, Piece, lines_of
from reporting.snapshot_schema import Action, Ambition, Deliverable, Snapshot, Source, Update


def pieces(snapshot: Snapshot) -> list[Piece]:
    """The pieces of a report in the order in which they are printed: "front", "action", "method", "source".

    The first action of an ambition carries the head of the chapter, and stands for the chapter where there
    is no action.
    """
    return list(_pieces(snapshot))


def _pieces(snapshot: Snapshot) -> Iterator[Piece]:
    yield Piece("front", _front_pages(snapshot))
    for index, ambition in enumerate(snapshot.ambitions):
        head = _head_lines(ambition)
        lines = [_action_lines(action) for action in ambition.actions] or [1.0]
        for number, length in enumerate(lines):
            # The first stands on a new page, so half of the page before it is blank.
            blank = LINES_PER_PAGE / 2 + head if number == 0 else 0.0
            yield Piece("action", (blank + length) / LINES_PER_PAGE, index, number)
    notes = sum(3 + lines_of(note.text, 95) for note in snapshot.method)
    yield Piece("method", (LINES_PER_PAGE / 2 + 22 + notes) / LINES_PER_PAGE)
    for number, source in enumerate(snapshot.sources):
        yield Piece("source", _source_lines(source) / LINES_PER_PAGE, number=number)


def _front_pages(snapshot: Snapshot) -> float:
    """Cover, contents and summary."""
    actions = [action for ambition in snapshot.ambitions for action in ambition.actions]
    contents = sum(0.3 + lines_of(action.text, 95) for action in actions) + 2.5 * len(snapshot.ambitions)
    waiting = [action for action in actions if action.status.tone in ("bad", "warn")]
    attention = sum(0.7 + lines_of(action.rag.reason, 65) for action in waiting)
    return 3.5 + (contents + attention) / LINES_PER_PAGE


def _head_lines(ambition: Ambition) -> float:
    outcomes = sum(0.3 + lines_of(outcome.text, 90) for outcome in ambition.outcomes)
    return 8 + lines_of(ambition.statement, 80) * 1.2 + outcomes + 4


def _action_lines(action: Action) -> float:
    deliverables = sum(_deliverable_lines(item) for item in action.deliverables)
    updates = sum(_update_lines(update) for update in action.updates)
    waits = sum(0.3 + lines_of(item.text, 85) for item in action.dependencies)
    return 8 + 1.3 * lines_of(action.text, 75) + 3 + deliverables + 2 + updates + waits


def _deliverable_lines(item: Deliverable) -> float:
    return 0.6 + 0.85 * lines_of(item.text, 46)


def _update_lines(update: Update) -> float:
    return 2.0 + sum(
        0.3 + lines_of(paragraph, 100) for paragraph in update.narrative.split("\n") if paragraph
    )


def _source_lines(source: Source) -> float:
    text = len(source.title) + len(source.where) + sum(len(record) + 2 for record in source.counted) + 12
    rows = ceil(text / 52) + (ceil(len(str(source.url)) / 52) if source.url else 0)
    return 0.4 + 0.8 * max(rows, lines_of(source.record, 23), ceil((len(source.by) + 13) / 24))
