"""PDF files that tests upload, and what a test asks of one that it downloaded."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pymupdf
from outloud import check as listen


def small_pdf(title: str) -> bytes:
    """A real PDF of one page with this title."""
    with pikepdf.new() as pdf, io.BytesIO() as out:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = title
        pdf.save(out)
        return out.getvalue()


@dataclass(frozen=True)
class Paper:
    """A report as a reader and a screen reader meet it."""

    tagged: bool
    language: str
    title: str
    words: str
    errors: list[str]

    def row(self, code: str) -> str:
        """The line of a deliverable in the table of its action, up to its state."""
        found = re.search(
            rf"\b{re.escape(code)} .{{0,400}}?(Done|Overdue|Planned|In progress|Cancelled)\b", self.words
        )
        return found.group() if found else ""

    def source(self, number: str) -> str:
        """What the list of sources says under a number."""
        found = re.search(
            rf"\b{number} (\w[\w ]*: .{{0,400}}?)(?= {int(number) + 1} \w[\w ]*: |$)", self.words
        )
        return found.group(1) if found else ""


def read_paper(path: Path) -> Paper:
    """Open a downloaded report, and have the outloud checker listen to it."""
    with pikepdf.open(path) as pdf:
        tagged = "/StructTreeRoot" in pdf.Root and "/MarkInfo" in pdf.Root and bool(pdf.Root.MarkInfo.Marked)
        language, title = str(pdf.Root.get("/Lang", "")), str(pdf.docinfo.get("/Title", ""))
    with pymupdf.open(path) as pages:
        words = " ".join(" ".join(page.get_text() for page in pages).split())
    errors = [
        f"{found.rule}: {found.message}" for found in listen(str(path)).findings if found.severity == "error"
    ]
    return Paper(tagged, language, title, words, errors)
