"""How long each piece of a printed application will be."""

from collections.abc import Iterator, Sequence

from reporting.rendering.application.content import AnswerContent, ApplicationDocument
from reporting.rendering.parts import LINES_PER_PAGE, Piece, lines_of

LETTERS_PER_LINE = 100


def pieces(document: ApplicationDocument) -> list[Piece]:
    """The pieces in the order in which they are printed: "front", "answer", "end".

    The first answer of a section carries its head, and stands for the section where there is no answer.
    """
    return list(_pieces(document))


def _pieces(document: ApplicationDocument) -> Iterator[Piece]:
    content = document.content
    yield Piece("front", 1.0 + (8 + 1.9 * len(content.sections)) / LINES_PER_PAGE)
    for index, section in enumerate(content.sections):
        lengths = [answer_lines(answer) for answer in section.fields] or [1.0]
        for number, length in enumerate(lengths):
            head = 4.0 + lines_of(section.title, 60) if number == 0 else 0.0
            yield Piece("answer", (head + length) / LINES_PER_PAGE, index, number)
    declared = 14 + sum(lines_of(line, LETTERS_PER_LINE) for line in content.declaration.text.splitlines())
    yield Piece("end", (declared + 2.6 * len(content.files) + 12) / LINES_PER_PAGE)


def answer_lines(answer: AnswerContent) -> float:
    """About how many lines a question takes with its answer."""
    shown = answer.shown
    text = sum(0.4 + lines_of(line, LETTERS_PER_LINE) for line in shown.lines)
    width = LETTERS_PER_LINE // max(len(shown.head), 1)
    rows = sum(_row_lines(row, width) for row in [shown.head, *shown.rows])
    return 2.4 + lines_of(answer.label, 85) + text + rows + 1.3 * len(shown.files)


def _row_lines(cells: Sequence[str], width: int) -> float:
    return 0.8 + 0.85 * max((lines_of(cell, max(width, 1)) for cell in cells), default=0)
