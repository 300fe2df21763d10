"""PDFs of submissions in the running product: made because the submissions are there, whatever dies."""

import hashlib
import os
import signal
from itertools import count
from pathlib import Path

import pytest
from outloud import check as listen

from tests.local.conftest import alive, eventually
from tests.stack.product import Product
from tests.stack.submissions import SubmittedPdf, all_made, pdfs
from tests.stack.test_jobs import next_renderer
from tests.stack.visitor import Visitor

# The sweeper hands out a submission once a minute at most, so every test has one of its own.
NUMBERS = count()


@pytest.fixture
def pdf(fragile: Product) -> SubmittedPdf:
    """One that was made when the demonstration began, with nothing else under way."""
    assert eventually(lambda: all_made(fragile) and not fragile.renderers(), seconds=240)
    return pdfs(fragile, "scsc")[next(NUMBERS)]


def test_every_submission_of_the_demonstration_has_a_readable_pdf(product: Product, tmp_path: Path) -> None:
    found = pdfs(product, "scsc") + pdfs(product, "cpf")
    assert found
    errors = []
    for pdf in found:
        pdf.wait("ready", seconds=240)
        path = tmp_path / f"{pdf.code}-{pdf.number}.pdf"
        path.write_bytes(pdf.content())
        errors += [f"{pdf.page}: {item}" for item in listen(str(path)).findings if item.severity == "error"]
    assert errors == []


def test_lost_row_is_made_again_and_its_pdf_has_the_same_bytes(pdf: SubmittedPdf) -> None:
    before = pdf.content()
    pdf.forget()
    assert pdf.state() == "queued"
    pdf.wait("ready")
    assert pdf.content() == before
    assert pdf.row() == (1, 1, hashlib.sha256(before).hexdigest())


def test_worker_killed_in_the_middle_of_a_render_makes_the_pdf_once(
    fragile: Product, pdf: SubmittedPdf
) -> None:
    before = pdf.content()
    pdf.forget()
    renderer, worker = next_renderer(fragile), fragile.pid("worker")
    assert (pdf.state(), pdf.row()[1]) == ("rendering", 1)
    os.kill(worker, signal.SIGKILL)
    assert eventually(lambda: not alive(renderer)), "the renderer ends with its worker"
    assert pdf.state() == "rendering"
    pdf.wait("ready")
    assert fragile.pid("worker") != worker
    assert pdf.row()[:2] == (1, 2)
    assert (pdf.events("requeue"), pdf.events("finish")) == (1, 1)
    assert pdf.content() == before


def test_failed_one_is_tried_again_by_who_reads_it(fragile: Product, pdf: SubmittedPdf) -> None:
    pdf.forget()
    os.kill(next_renderer(fragile), signal.SIGKILL)
    pdf.wait("failed")
    assert "The renderer stopped (signal 9, SIGKILL)." in pdf.look().words
    assert "What was submitted is safe" in pdf.look().words
    finance = Visitor(fragile.address).sign_in("finance@scsc.example.org")
    assert finance.post(f"{pdf.page}retry/").status == 404
    assert finance.get(f"{pdf.page}pdf/").status == 404
    auditor = Visitor(fragile.address).sign_in("auditor@scsc.example.org")
    auditor.post(f"{pdf.page}retry/")
    pdf.wait("ready")
    assert pdf.content().startswith(b"%PDF-")
