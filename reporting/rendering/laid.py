"""What one part of a long report says about itself to the others, in files beside its PDF."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple


class Place(NamedTuple):
    """A point in a part: the page, from 0, and points from the left and from the bottom."""

    page: int
    left: float
    top: float


@dataclass(frozen=True)
class Laid:
    """A part that is laid out: its pages, its anchors by name, its bookmarks as (level, words, place).

    `goes_on` says that it begins with the rest of the last table of the part before.
    """

    pages: int
    anchors: dict[str, Place]
    bookmarks: list[tuple[int, str, Place]]
    goes_on: bool


def pdf_of(folder: Path, part: int) -> Path:
    """Where the PDF of a part is."""
    return folder / f"part-{part}.pdf"


def folios_of(folder: Path) -> Path:
    """Where the PDF is that holds nothing but the page numbers."""
    return folder / "folios.pdf"


def save(laid: Laid, *, folder: Path, part: int) -> None:
    """Leave the facts of a part for the others."""
    pdf_of(folder, part).with_suffix(".json").write_text(json.dumps(asdict(laid)))


def load(folder: Path, part: int) -> Laid:
    """The facts of a part that is laid out."""
    data = json.loads(pdf_of(folder, part).with_suffix(".json").read_text())
    return Laid(
        pages=data["pages"],
        anchors={name: Place(*place) for name, place in data["anchors"].items()},
        bookmarks=[(level, words, Place(*place)) for level, words, place in data["bookmarks"]],
        goes_on=data["goes_on"],
    )
