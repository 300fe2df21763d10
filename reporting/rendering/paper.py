"""What the renderer asks of a document, whichever kind it is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reporting.rendering.parts import Piece
from reporting.rendering.text import Cleaner


@dataclass(frozen=True)
class ContentsEntry:
    """A line of the contents. `code` stands before the text, `page` is "" where the layout finds it."""

    text: str
    target: str
    code: str = ""
    page: str = ""


@dataclass(frozen=True)
class Look:
    """What sets one document apart: stylesheets after the common one, the accent, words in its foot."""

    styles: Sequence[str]
    accent: str
    demonstration: bool


class Worded(ABC):
    """A document in clean words, ready for its templates.

    `link_labels` says what a reader hears for a link, by its target; `figure_text` the alternative text of
    pictures, by their title.
    """

    link_labels: Mapping[str, str]
    figure_text: Mapping[str, str]

    @abstractmethod
    def html(self, part: Sequence[Piece], *, created: str, numbers: Mapping[str, int] | None = None) -> str:
        """The stretch that these pieces make up. Every text is escaped.

        `numbers` are the pages of what the contents name and other parts print, by anchor.
        """


class Paper(ABC):
    """The checked content of one document. It is made without WeasyPrint, which costs time and memory.

    `identity` is a hash of all that is printed; the same one gives the same bytes. The PDF bears the moment
    `created`.
    """

    identity: str
    created: datetime
    look: Look

    @abstractmethod
    def pieces(self) -> list[Piece]:
        """The pieces in the order in which they are printed; the first is the front."""

    @abstractmethod
    def text(self) -> str:
        """Every character that may be printed."""

    @abstractmethod
    def worded(self, cleaner: Cleaner, *, draft: bool) -> Worded:
        """The document in words; a draft says so."""

    def goes_on(self, part: Sequence[Piece]) -> bool:
        """Whether a part begins with the rest of the last table of the part before."""
        return False
