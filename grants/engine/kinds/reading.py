"""Reading what was posted and what was stored, whatever it is."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from grants.engine.kind import Posted

# Longest line and text that are kept at all; a kind may ask for less.
LONGEST_LINE = 2_000
LONGEST_TEXT = 40_000
# A whole number with more digits than this is nobody's answer.
LONGEST_NUMBER = 10**30
# Rows that a table of answers may have at all.
MOST_ROWS = 200
# Parts of an unexpected answer that are shown.
MOST_PARTS = 200

BREAKS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Direction overrides make a text read as something else than it is.
OVERRIDES = frozenset("\u202d\u202e")
# As JavaScript's \S, so that the counter in the page and the check agree.
WORD = re.compile("[^\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")


def count_words(text: str) -> int:
    """Words of a text, as the counter beside the box counts them."""
    return sum(1 for _ in WORD.finditer(text))


def clean_text(typed: str, most: int = LONGEST_TEXT) -> str:
    """A text without what cannot be stored or seen: NUL and other controls, halves of characters."""
    unified = BREAKS.sub("\n", typed)
    kept = "".join(char for char in unified if _is_kept(char))
    return kept.strip()[:most].rstrip()


def clean_line(typed: str, most: int = LONGEST_LINE) -> str:
    """The same on one line, with single blanks."""
    return " ".join(clean_text(typed).split())[:most].rstrip()


def _is_kept(char: str) -> bool:
    if char.isascii():
        return (char >= " " and char != "\x7f") or char in "\n\t"
    return char not in OVERRIDES and unicodedata.category(char) not in {"Cc", "Cs"}


def text_in(value: object) -> str:
    """A stored or posted value as text; empty for anything that is not text or a number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < LONGEST_NUMBER else ""
    return str(value) if isinstance(value, float) else ""


def posted_text(data: Posted, name: str) -> str:
    return clean_text(text_in(data.get(name)))


def posted_line(data: Posted, name: str) -> str:
    return clean_line(text_in(data.get(name)))


def posted_lines(data: Posted, name: str) -> list[str]:
    """What several boxes of one name sent, without repetitions."""
    lines = (clean_line(text_in(value)) for value in data.getlist(name)[:MOST_ROWS])
    return list(dict.fromkeys(line for line in lines if line))


def part_of(value: object, part: str) -> str:
    """One part of a stored answer, as text."""
    return text_in(value.get(part)) if isinstance(value, Mapping) else ""


def rows_of(value: object) -> list[Mapping[str, object]]:
    """The rows of a stored answer; what is no row is left out."""
    if not isinstance(value, list):
        return []
    return [row for row in value[:MOST_ROWS] if isinstance(row, Mapping)]


def lines_in(value: object) -> list[str]:
    """Whatever text there is in an answer of another shape than expected."""
    return [line for line in (clean_text(text) for text in _leaves(value)) if line]


def _leaves(value: object) -> Iterator[str]:
    waiting, seen = [value], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop()
        seen += 1
        if isinstance(part, Mapping):
            waiting.extend(reversed(list(part.values())[:MOST_PARTS]))
        elif isinstance(part, list):
            waiting.extend(reversed(part[:MOST_PARTS]))
        else:
            yield text_in(part)
