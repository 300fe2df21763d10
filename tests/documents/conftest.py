"""Storage of its own for every test, and a document to work with."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from scsc import jobs
from scsc.documents import services
from scsc.documents.models import Document
from scsc.programs.tenancy import program_scope
from tests.documents.clamd import FakeClamd
from tests.documents.samples import PDF
from tests.factories import Cast


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the storage."""
    folder = tmp_path / "files"
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": str(folder), "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return folder


@pytest.fixture(autouse=True)
def broker_known_to_be_down() -> None:
    """No test here waits for a broker."""
    jobs._broker.saw(up=False)


@pytest.fixture
def upload(cast: Cast) -> Callable[..., Document]:
    """Upload a file as the officer: `upload("note.txt", b"...")`."""

    def make(name: str = "report.pdf", data: bytes = PDF) -> Document:
        with program_scope(cast.program):
            return services.store_upload(
                program=cast.program, upload=SimpleUploadedFile(name, data), actor=cast.officer
            )

    return make


@pytest.fixture
def fake_clamd(settings: Settings) -> Iterator[Callable[..., FakeClamd]]:
    """Start a scanner that gives this answer, and configure it: `fake_clamd(b"stream: OK")`."""
    started: list[FakeClamd] = []

    def start(answer: bytes | None, *, reads: bool = True) -> FakeClamd:
        started.append(FakeClamd(answer, reads=reads))
        settings.CLAMAV_URL = started[-1].url
        return started[-1]

    yield start
    for scanner in started:
        scanner.close()
