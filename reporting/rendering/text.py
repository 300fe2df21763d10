"""Plain text made fit for a PDF: control characters dropped, paragraphs and direction found, days worded."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# Left-to-right and right-to-left overrides can make a line read as something else than it says.
_OVERRIDES = {"\u202d", "\u202e"}
# Marks that only tell a font which shape of the preceding character to take.
_SHAPE_MARKS = {"\ufe0e", "\ufe0f"}
_KEPT_CONTROLS = {"\n", "\t"}


@dataclass(frozen=True)
class Paragraph:
    """A paragraph and its direction, "ltr" or "rtl"."""

    text: str
    direction: str


class Cleaner:
    """Cleans the text of one report. `missing` holds the characters that no font at hand can show."""

    def __init__(self, missing: Iterable[str] = ()) -> None:
        self._missing = frozenset(missing)

    def line(self, text: str) -> str:
        """The text on one line: every run of white space becomes a space."""
        return " ".join(self._clean(text).split())

    def paragraphs(self, text: str) -> list[Paragraph]:
        """The paragraphs of a text; any line break starts a new one."""
        lines = (" ".join(line.split()) for line in self._clean(text).split("\n"))
        return [Paragraph(text=line, direction=direction(line)) for line in lines if line]

    def _clean(self, text: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
        return "".join(self._shown(character) for character in text if _is_text(character))

    def _shown(self, character: str) -> str:
        if character not in self._missing:
            return character
        return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"


def _is_text(character: str) -> bool:
    category = unicodedata.category(character)
    if character in _KEPT_CONTROLS:
        return True
    # Cc control, Cs lone surrogate, Cn not a character or not assigned, Co without agreed meaning.
    return category not in {"Cc", "Cs", "Cn", "Co"} and character not in _OVERRIDES | _SHAPE_MARKS | {
        "\ufeff"
    }


def direction(text: str) -> str:
    """Whether the first letter with a direction runs "rtl" or "ltr" (Unicode bidi, rules P2 and P3)."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def unusual(texts: Iterable[str], *, usual: frozenset[int]) -> list[str]:
    """The characters of the texts, in code order, that are none of the `usual` code points."""
    found = {character for text in texts for character in text if ord(character) not in usual}
    return sorted(character for character in found if _is_text(character) and not character.isspace())


def day(value: date) -> str:
    """A day in words, the same in every locale: "30 September 2022"."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date | None) -> str:
    """A day for a table: "30 Sep 2022"; a dash where there is none."""
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}" if value else "–"


def moment(value: datetime) -> str:
    """A moment with its offset from UTC: "1 October 2022, 09:30 (UTC+10:00)"."""
    offset = f"{value:%z}"
    return f"{day(value)}, {value:%H:%M} (UTC{offset[:3]}:{offset[3:5]})"
