"""The difference between two texts, word by word."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# Words with the blanks after them, and whole lines, so that joining the pieces gives the text again.
WORDS = re.compile(r"\S+\s*|\s+")
LINES = re.compile(r"[^\n]*\n|[^\n]+")
# Pairs of equal words above which comparing would take seconds.
MOST_PAIRS = 1_000_000


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both have, or that was taken out or put in."""

    kind: Literal["kept", "out", "in"]
    text: str


def word_changes(old: str, new: str) -> list[Piece]:
    """The new text from the old one. Texts that repeat themselves too much are compared by line, or whole."""
    for unit in (WORDS, LINES):
        before, after = unit.findall(old), unit.findall(new)
        start, end = _same_ends(before, after)
        middle = before[start : len(before) - end], after[start : len(after) - end]
        if _pairs(*middle) <= MOST_PAIRS:
            return _joined(before[:start], _changes(*middle), before[len(before) - end :])
    return _changes([old], [new])


def _same_ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many parts are the same at the start, and of the rest at the end."""
    most = min(len(before), len(after))
    start = next((place for place in range(most) if before[place] != after[place]), most)
    most -= start
    end = next((place for place in range(most) if before[-1 - place] != after[-1 - place]), most)
    return start, end


def _pairs(before: Sequence[str], after: Sequence[str]) -> int:
    """How many pairs of equal parts there are: what a comparison has to look at."""
    counts = Counter(before)
    return sum(counts[part] for part in after)


def _changes(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    pieces = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for change, start, end, new_start, new_end in matcher.get_opcodes():
        out, put = "".join(before[start:end]), "".join(after[new_start:new_end])
        if change == "equal":
            pieces.append(Piece("kept", out))
            continue
        pieces += [Piece("out", out)] if out else []
        pieces += [Piece("in", put)] if put else []
    return pieces


def _joined(head: Sequence[str], changes: list[Piece], tail: Sequence[str]) -> list[Piece]:
    """The changes between what is the same before and after them; neighbours that are kept as one piece."""
    pieces: list[Piece] = []
    for piece in (Piece("kept", "".join(head)), *changes, Piece("kept", "".join(tail))):
        if pieces and pieces[-1].kind == piece.kind == "kept":
            pieces[-1] = Piece("kept", pieces[-1].text + piece.text)
        elif piece.text:
            pieces.append(piece)
    return pieces
