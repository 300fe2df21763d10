"""Where a document can be cut, and how a long one is shared out over parts.

WeasyPrint keeps every page that it has laid out in memory, 4 to 5 MB each. A long document is therefore laid
out in parts, each in a process of its own, and joined (see `join`). The lengths are estimates: they decide
where the cuts fall and how progress is shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

# A document expected to have more pages than LONG is laid out in parts of about PART pages.
LONG, PART = 100, 40
LINES_PER_PAGE = 47


@dataclass(frozen=True)
class Piece:
    """A piece that is never cut, and its expected length in pages.

    What `kind` means is the document's own; "front" is everything before the first chapter, and the first
    piece of all. `number` counts the pieces of a kind within their chapter, from 0.
    """

    kind: str
    pages: float
    chapter: int = 0
    number: int = 0


def expected_pages(document: Iterable[Piece]) -> int:
    """A rough number of pages."""
    return ceil(sum(piece.pages for piece in document))


def split(document: Sequence[Piece], *, parts_of: int) -> list[list[Piece]]:
    """Share the pieces out over parts of at most about `parts_of` pages each; the front is always the first.

    The rest is shared evenly: a piece goes to the part in which its middle falls.
    """
    front, *rest = document
    ends = list(accumulate(piece.pages for piece in rest))
    count = max(1, ceil(ends[-1] / parts_of))
    shared: list[list[Piece]] = [[] for _ in range(count)]
    for piece, end in zip(rest, ends, strict=True):
        shared[int((end - piece.pages / 2) * count / ends[-1])].append(piece)
    return [[front], *(part for part in shared if part)]


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes where `width` letters fit on one."""
    return ceil(len(text) / width)
