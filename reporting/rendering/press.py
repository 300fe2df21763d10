"""Lay out a document with WeasyPrint and write it as a tagged PDF (PDF/UA-1).

The same document gives the same bytes: dates and the file identifier come from its content, and only strings
worded beforehand reach the templates.
"""

import hashlib
import io
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration

from reporting.rendering import fonts
from reporting.rendering.accessibility import finish
from reporting.rendering.chart import COLOURS, glyph_svg
from reporting.rendering.paper import Paper
from reporting.rendering.parts import Piece, expected_pages
from reporting.rendering.templates import stylesheet
from reporting.rendering.text import Cleaner, unusual
from reporting.rendering.timings import Timings

A4_WIDTH, A4_HEIGHT = 794, 1123  # CSS pixels
WATERMARK = "#f5f1e8"
WITHOUT_FOLIO = "@page{@bottom-right{content:none}}"

Progress = Callable[[int, str], None]


def write_whole(paper: Paper, *, draft: bool, output: Path, on_progress: Progress, timings: Timings) -> int:
    """Write a document to `output` at once; return its number of pages."""
    press = Press(paper, draft=draft, on_progress=on_progress, timings=timings)
    document = press.lay_out(paper.pieces())
    press.write(document, output=output)
    return len(document.pages)


class Press:
    """What all parts of one document share: words, stylesheets and fonts.

    `in_part` leaves out the page numbers, which nobody knows before all parts are laid out.
    """

    def __init__(
        self, paper: Paper, *, draft: bool, on_progress: Progress, timings: Timings, in_part: bool = False
    ) -> None:
        self.on_progress, self.timings = on_progress, timings
        self.identifier = identifier_of(paper, draft=draft)
        self.created = paper.created.isoformat(timespec="seconds")
        on_progress(1, "Preparing the text")
        with timings.stage("prepare"):
            self.font_config = FontConfiguration()
            sheets = [*_css(paper, draft=draft), *([WITHOUT_FOLIO] if in_part else [])]
            self.sheets = [
                CSS(string=css, font_config=self.font_config, url_fetcher=fonts.ClosedFetcher())
                for css in sheets
            ]
            missing = _missing_characters(paper.text(), sheets=self.sheets, font_config=self.font_config)
            self.worded = paper.worded(Cleaner(missing), draft=draft)

    def lay_out(
        self,
        part: Sequence[Piece],
        *,
        numbers: Mapping[str, int] | None = None,
        expected: int | None = None,
    ) -> Document:
        """Lay out pieces of the document on pages; `expected` is their rough number if it is known better."""
        with self.timings.stage("prepare"):
            html = self.worded.html(part, created=self.created, numbers=numbers)
        pages = expected or expected_pages(part)
        with self.timings.stage("layout"), layout_progress(self.on_progress, expected_pages=pages):
            return HTML(string=html, url_fetcher=fonts.ClosedFetcher()).render(
                stylesheets=self.sheets, font_config=self.font_config, pdf_variant="pdf/ua-1"
            )

    def write(self, document: Document, *, output: Path, goes_on: bool = False) -> None:
        """Draw and tag the pages. `goes_on`: the first table is the rest of one in another part."""

        def finisher(_document: Document, pdf: Any) -> None:
            with self.timings.stage("tags"):
                self.on_progress(90, "Putting the tags in order")
                finish(
                    pdf,
                    link_labels=self.worded.link_labels,
                    figure_text=self.worded.figure_text,
                    goes_on=goes_on,
                )

        self.on_progress(78, f"Drawing {len(document.pages)} pages")
        with self.timings.stage("write"):
            document.write_pdf(
                output, finisher=finisher, pdf_variant="pdf/ua-1", pdf_identifier=self.identifier
            )
        self.timings.seconds["write"] -= self.timings.seconds["tags"]


def identifier_of(paper: Paper, *, draft: bool) -> str:
    """What a PDF calls itself; a draft is another file than the final one of the same content."""
    if not draft:
        return paper.identity[:32]
    return hashlib.sha256(f"draft {paper.identity}".encode()).hexdigest()[:32]


def _css(paper: Paper, *, draft: bool) -> list[str]:
    """The stylesheets in order: fonts and accent, the common one, the document's own, a draft's mark."""
    look = paper.look
    tags = "\n".join(
        f'.tag.{tone}{{background-image:url("{fonts.data_uri(glyph_svg(tone))}")}}' for tone in COLOURS
    )
    head = f"{fonts.font_face_css()}\n:root{{--accent:{readable(look.accent)}}}\n"
    sheets = [head, stylesheet("paper.css"), tags, *map(stylesheet, look.styles)]
    if draft:
        word = fonts.data_uri(fonts.word_svg("DRAFT", colour=WATERMARK, width=A4_WIDTH, height=A4_HEIGHT))
        sheets.append(f'@page{{background:url("{word}") no-repeat center / 100% 100%}}')
        sheets.append("@page cover{background-color:#faf8f4}")
    # What the running heads and feet print; each part has it, whether the cover is in it or not.
    marks = [*(["demonstration data"] if look.demonstration else []), *(["DRAFT"] if draft else [])]
    mark = "".join(f" · {word}" for word in marks)
    sheets.append(
        "body{string-set:head-left attr(data-head-left),head-right attr(data-head-right),"
        f'foot attr(data-foot),mark "{mark}"}}'
    )
    return sheets


def readable(accent: str) -> str:
    """The accent, darkened until it reaches 4.5:1 on white paper (WCAG 2.2, 1.4.3)."""
    channels = [int(accent[start : start + 2], 16) for start in (1, 3, 5)]
    while 1.05 / (_luminance(channels) + 0.05) < 4.5:
        channels = [max(0, round(channel * 0.94) - 1) for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _luminance(channels: list[int]) -> float:
    """Relative luminance as WCAG 2 defines it, 0 for black to 1 for white."""
    parts = [value / 255 for value in channels]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _missing_characters(text: str, *, sheets: list[CSS], font_config: FontConfiguration) -> set[str]:
    """The characters of a text that no font on this machine can draw.

    A box in place of a character would break PDF/UA and say nothing; such characters are printed by name.
    Found by drawing the unusual ones on a page that is thrown away.
    """
    candidates = unusual([text], usual=fonts.usual_characters())
    if not candidates:
        return set()
    probe = "".join(f"<p>&#{ord(character)};</p>" for character in candidates)
    page = HTML(string=f"<html lang=en><title>probe</title>{probe}", url_fetcher=fonts.ClosedFetcher())
    document = page.render(stylesheets=sheets, font_config=font_config)
    document.write_pdf(io.BytesIO(), uncompressed_pdf=True)
    return {chr(point) for font in document.fonts.values() for point in font.missing}


class _PageWatcher(logging.Handler):
    def __init__(self, on_progress: Progress, expected: int) -> None:
        super().__init__()
        self.on_progress = on_progress
        self.expected = max(expected, 1)
        self.reached = 5

    def emit(self, record: logging.LogRecord) -> None:
        if not (record.msg.startswith("Step 5") and " Page " in record.msg and record.args):
            return
        page = record.args[0] if isinstance(record.args, tuple) else 0
        share = 5 + int(70 * min(1.0, int(str(page)) / self.expected))
        self.reached = max(self.reached, share)
        self.on_progress(self.reached, f"Laying out page {page}")


@contextmanager
def layout_progress(on_progress: Progress, *, expected_pages: int) -> Iterator[None]:
    """Report each page that WeasyPrint lays out; the share never falls, however many passes it makes."""
    logger = logging.getLogger("weasyprint.progress")
    watcher, level = _PageWatcher(on_progress, expected_pages), logger.level
    logger.addHandler(watcher)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(watcher)
        logger.setLevel(level)
