"""Work that a worker does survives what happens to the worker, the broker and the renderer."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from scsc.local import valkey
from tests.local.conftest import alive, eventually
from tests.stack.product import Product, paused
from tests.stack.reports import Report, ask
from tests.stack.submissions import all_made
from tests.stack.visitor import Visitor

# Far more than a request needs, far less than one that waits for a broker or its retries.
PROMPT_SECONDS = 8.0


@pytest.fixture(autouse=True)
def _quiet(fragile: Product) -> None:
    """Nothing of an earlier test, and no PDF of the demonstration's submissions, is still being rendered."""
    assert eventually(lambda: all_made(fragile) and not fragile.renderers(), seconds=240)


def next_renderer(product: Product) -> int:
    """The process that renders, held still as soon as it is there."""
    assert eventually(lambda: bool(product.renderers()), seconds=60)
    renderer = product.renderers()[0]
    os.kill(renderer, signal.SIGSTOP)
    return renderer


def assert_made_once(report: Report) -> None:
    assert report.events("finish") == 1
    assert len(report.files()) == 1
    assert report.pdf().startswith(b"%PDF-")


def test_worker_killed_in_the_middle_of_a_render_makes_the_report_once(fragile: Product) -> None:
    report = ask(fragile, "scsc", 1)
    renderer, worker = next_renderer(fragile), fragile.pid("worker")
    assert (report.state(), report.attempts()) == ("rendering", 1)
    os.kill(worker, signal.SIGKILL)
    assert eventually(lambda: not alive(renderer)), "the renderer ends with its worker"
    assert report.state() == "rendering"
    assert report.wait() == "ready"
    assert fragile.pid("worker") != worker
    assert report.attempts() == 2
    assert report.events("requeue") == 1
    assert_made_once(report)


def test_file_uploaded_before_the_worker_is_killed_is_checked_by_the_next(fragile: Product) -> None:
    officer = Visitor(fragile.address).sign_in("officer@cpf.example.org")
    page = "/cpf/plan/deliverables/INV-1.3/"
    workers = fragile.group("worker")
    with paused(*workers):
        sent = officer.post(
            f"{page}evidence/", title="Ethics statement", url="", file=("ethics.txt", b"Agreed.")
        )
        assert "Being checked" in sent.words
        os.kill(workers[0], signal.SIGKILL)
    assert eventually(lambda: "/cpf/files/" in officer.get(page).text, seconds=90)
    assert "Being checked" not in officer.get(page).words


@contextmanager
def gone(broker: valkey.Server) -> Iterator[None]:
    """The broker ends and loses what it held: connections are refused."""
    broker.stop()
    try:
        yield
    finally:
        broker.start()


@contextmanager
def hanging(broker: valkey.Server) -> Iterator[None]:
    """The broker takes connections and says nothing."""
    assert broker.process.popen
    with paused(broker.process.popen.pid):
        yield


@pytest.mark.parametrize("away", [gone, hanging])
def test_report_asked_for_without_a_broker_is_made_once_it_is_back(
    fragile: Product, broker: valkey.Server, away: Callable[[valkey.Server], AbstractContextManager[None]]
) -> None:
    with away(broker):
        asked_at = time.monotonic()
        report = ask(fragile, "ipcpp", 1)
        assert time.monotonic() - asked_at < PROMPT_SECONDS
        # Each web process asks the broker at most every five seconds.
        assert eventually(lambda: "The job queue cannot be reached" in report.look().words)
        assert report.state() == "queued"
        assert eventually(lambda: b'"broker": false' in report.visitor.get("/readyz").content)
    assert report.wait() == "ready"
    assert_made_once(report)
    assert eventually(lambda: b'"broker": true' in report.visitor.get("/readyz").content)


def test_failed_render_says_why_and_can_be_tried_again(fragile: Product) -> None:
    report = ask(fragile, "cpf", 1)
    os.kill(next_renderer(fragile), signal.SIGKILL)
    assert report.wait() == "failed"
    page = report.look()
    assert "The report could not be made. The renderer stopped (signal 9, SIGKILL)." in page.words
    assert report.visitor.get(f"{report.page}pdf/").status == 404
    assert "could not be made" in report.visitor.get("/cpf/").words, "Today tells of it"
    figures = report.visitor.get(f"{report.page}figures/").content
    report.visitor.post(f"{report.page}retry/")
    assert report.wait() == "ready"
    assert report.visitor.get(f"{report.page}figures/").content == figures
    assert_made_once(report)


def test_reader_cannot_try_a_failed_report_again(fragile: Product) -> None:
    report = ask(fragile, "cpf", 2)
    os.kill(next_renderer(fragile), signal.SIGKILL)
    assert report.wait() == "failed"
    auditor = Visitor(fragile.address).sign_in("auditor@cpf.example.org")
    assert "Try again" not in auditor.get(report.page).words
    assert auditor.post(f"{report.page}retry/").status == 403
    assert report.state() == "failed"
