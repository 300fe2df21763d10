"""The parts of a long document, each laid out by itself, and the page numbers that go on all of them.

The parts after the front come first, in any order; they say where their anchors are. Then the front, whose
contents print those pages. Nothing else in a part depends on another one: links go by name, and page numbers
are put on by `join`, when the number of pages is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration

from reporting.rendering import fonts
from reporting.rendering.accessibility import PAGE_HEIGHT_POINTS, POINTS_PER_PIXEL
from reporting.rendering.laid import Laid, Place, folios_of, load, pdf_of, save
from reporting.rendering.paper import Paper
from reporting.rendering.parts import Piece, expected_pages, split
from reporting.rendering.press import Press, Progress, layout_progress
from reporting.rendering.templates import stylesheet
from reporting.rendering.timings import Timings

# The front is laid out again until its length is the one that its page numbers supposed.
TRIES = 5
ONLY_FOLIO = "@page{@top-left{content:none}@top-right{content:none}@bottom-left{content:none}}"


def write_part(
    paper: Paper,
    *,
    draft: bool,
    part: int,
    parts_of: int,
    folder: Path,
    on_progress: Progress,
    timings: Timings,
) -> int:
    """Write one part, and what it says about itself, to a folder; return its number of pages."""
    parts = split(paper.pieces(), parts_of=parts_of)
    press = Press(paper, draft=draft, on_progress=on_progress, timings=timings, in_part=True)
    if part == 0:
        others = [load(folder, number) for number in range(1, len(parts))]
        document = _lay_out_front(press, parts[0], others)
    else:
        document = press.lay_out(parts[part])
    laid = _laid(document, goes_on=paper.goes_on(parts[part]))
    _keep_links(document, laid)
    press.write(document, output=pdf_of(folder, part), goes_on=laid.goes_on)
    save(laid, folder=folder, part=part)
    return laid.pages


def write_folios(*, folder: Path, parts: int, on_progress: Progress, timings: Timings) -> int:
    """Write pages that are blank but for "Page 7 of 400", as many as the parts have; return how many."""
    pages = sum(load(folder, part).pages for part in range(parts))
    font_config, fetcher = FontConfiguration(), fonts.ClosedFetcher()
    sheets = [
        CSS(string=css, font_config=font_config, url_fetcher=fetcher)
        for css in (fonts.font_face_css(), stylesheet("paper.css"), ONLY_FOLIO + "p{break-after:page}")
    ]
    html = f"<!doctype html><html lang=en><title>Page numbers</title>{'<p></p>' * pages}"
    with timings.stage("layout"), layout_progress(on_progress, expected_pages=pages):
        document = HTML(string=html, url_fetcher=fetcher).render(stylesheets=sheets, font_config=font_config)
    with timings.stage("write"):
        document.write_pdf(folios_of(folder))
    return len(document.pages)


def _lay_out_front(press: Press, front: Sequence[Piece], others: Sequence[Laid]) -> Document:
    """Everything before the first chapter. The contents name pages that shift with their own length."""
    length = expected_pages(front)
    for _ in range(TRIES):
        numbers = _page_numbers(others, after=length)
        document = press.lay_out(front, numbers=numbers, expected=length)
        if len(document.pages) == length:
            return document
        length = len(document.pages)
        del document  # its memory is needed for the next
    raise RuntimeError(f"the front has another length each time that it is laid out, at last {length}")


def _page_numbers(others: Iterable[Laid], *, after: int) -> Mapping[str, int]:
    """The printed page number of each anchor, where the first of the parts comes after so many pages."""
    others = list(others)
    starts = accumulate((laid.pages for laid in others), initial=after)
    return {
        name: start + place.page + 1
        for laid, start in zip(others, starts, strict=False)
        for name, place in laid.anchors.items()
    }


def _laid(document: Document, *, goes_on: bool) -> Laid:
    anchors: dict[str, Place] = {}
    bookmarks: list[tuple[int, str, Place]] = []
    for number, page in enumerate(document.pages):
        for name, (left, top, *_rest) in page.anchors.items():
            anchors.setdefault(name, _place(number, left, top))
        for level, words, (left, top), _state in page.bookmarks:
            bookmarks.append((level, words, _place(number, left, top)))
    return Laid(pages=len(document.pages), anchors=anchors, bookmarks=bookmarks, goes_on=goes_on)


def _place(page: int, left: float, top: float) -> Place:
    """A point in CSS pixels from the top left, as PDF counts."""
    return Place(
        page, round(left * POINTS_PER_PIXEL, 2), round(PAGE_HEIGHT_POINTS - top * POINTS_PER_PIXEL, 2)
    )


def _keep_links(document: Document, laid: Laid) -> None:
    """WeasyPrint drops links to what it does not know: make known the names that other parts have.

    Where it believes them to be is forgotten when the parts are joined.
    """
    targets = {target for page in document.pages for kind, target, *_ in page.links if kind == "internal"}
    document.pages[-1].anchors.update(dict.fromkeys(sorted(targets - laid.anchors.keys()), (0, 0, 0, 0)))
