"""The client of the virus scanner, against one that answers as told and against ClamAV itself."""

import io
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from scsc.documents import scanner
from scsc.documents.scanner import Finding, scan
from tests.documents.clamd import HAS_CLAMD, FakeClamd, real_clamd
from tests.documents.samples import EICAR

StartClamd = Callable[..., FakeClamd]


def test_scan_without_a_scanner_says_so(settings: Settings) -> None:
    settings.CLAMAV_URL = ""
    verdict = scan(io.BytesIO(b"x"))
    assert verdict.finding is Finding.CLEAN
    assert verdict.note == "No virus scanner is configured; content checks passed"


def test_scan_sends_the_whole_file(fake_clamd: StartClamd) -> None:
    clamd = fake_clamd(b"stream: OK\0")
    content = bytes(range(256)) * 1000
    assert scan(io.BytesIO(content)).finding is Finding.CLEAN
    assert clamd.received == [content]


@pytest.mark.parametrize(
    ("answer", "finding", "note"),
    [
        (b"stream: OK\0", Finding.CLEAN, "found nothing"),
        (b"stream: OK", Finding.CLEAN, "found nothing"),
        (b"stream: Eicar-Signature FOUND\0", Finding.INFECTED, "Eicar-Signature"),
        (b"INSTREAM size limit exceeded. ERROR\0", Finding.UNAVAILABLE, "size limit"),
        (b"stream: lstat() failed. ERROR\0", Finding.UNAVAILABLE, "failed"),
        (b"", Finding.UNAVAILABLE, "no answer"),
        (b"HTTP/1.1 400 Bad Request\r\n", Finding.UNAVAILABLE, "400"),
        (b"NOT OK\0", Finding.UNAVAILABLE, "NOT OK"),
        (b"x" * 100_000, Finding.UNAVAILABLE, "xxx"),
    ],
)
def test_scan_understands_answer(fake_clamd: StartClamd, answer: bytes, finding: Finding, note: str) -> None:
    fake_clamd(answer)
    verdict = scan(io.BytesIO(b"content"))
    assert verdict.finding is finding
    assert note in verdict.note


def test_scan_of_hanging_scanner_ends(fake_clamd: StartClamd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanner, "ANSWER_TIMEOUT", 0.2)
    fake_clamd(None)
    assert scan(io.BytesIO(b"content")).finding is Finding.UNAVAILABLE


def test_scan_of_scanner_that_hangs_up_early_is_unavailable(fake_clamd: StartClamd) -> None:
    """ClamAV answers and hangs up in the middle of a file that is over its own limit."""
    fake_clamd(b"INSTREAM size limit exceeded. ERROR\0", reads=False)
    verdict = scan(io.BytesIO(bytes(30_000_000)))
    assert verdict.finding is Finding.UNAVAILABLE


@pytest.mark.parametrize("url", ["unix:///nowhere/clamd.sock", "http://127.0.0.1:1", "tcp://", "nonsense"])
def test_scan_of_scanner_that_is_not_there_is_unavailable(settings: Settings, url: str) -> None:
    settings.CLAMAV_URL = url
    assert scan(io.BytesIO(b"x")).finding is Finding.UNAVAILABLE


def test_scan_of_closed_port_is_unavailable(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.CLAMAV_URL = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    assert scan(io.BytesIO(b"x")).finding is Finding.UNAVAILABLE


@pytest.mark.skipif(not HAS_CLAMD, reason="ClamAV's clamd is not installed")
def test_scan_with_clamav_itself(settings: Settings, tmp_path: Path) -> None:
    with real_clamd(tmp_path) as settings.CLAMAV_URL:
        found = scan(io.BytesIO(EICAR))
        assert found.finding is Finding.INFECTED
        assert "Eicar-Test-File" in found.note
        assert scan(io.BytesIO(b"a clean note")).finding is Finding.CLEAN
        assert scan(io.BytesIO(bytes(20_000_000))).finding is Finding.CLEAN
