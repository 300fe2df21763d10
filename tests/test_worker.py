"""A real worker and beat: what happens to jobs when the broker is away or the worker is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from scsc import jobs
from scsc.audit.models import AuditEvent
from scsc.documents.models import Document
from scsc.documents.services import store_upload
from scsc.local import valkey
from scsc.programs.models import Program
from scsc.programs.tenancy import program_scope
from tests import databases
from tests.conftest import APP, OWNER
from tests.documents.clamd import FakeClamd
from tests.documents.samples import PDF
from tests.factories import ProgramFactory, UserFactory

pytestmark = pytest.mark.stack
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def broker(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[valkey.Server]:
    monkeypatch.setattr(jobs, "_broker", jobs._Broker())
    server = valkey.start(tmp_path / "valkey", throwaway=True)
    settings.REDIS_URL = server.url
    yield server
    server.stop()


@pytest.fixture
def start(broker: valkey.Server, database_name: str, tmp_path: Path, settings: Settings) -> Iterator[Start]:
    """Start `worker` or `beat` as a process of its own; everything it started ends with the test."""
    folder = str(tmp_path / "files")
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": folder, "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    started: list[subprocess.Popen[bytes]] = []

    def begin(name: str, *options: str, clamav: str = "") -> "subprocess.Popen[bytes]":
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "scsc.settings",
            "DATABASE_URL": databases.url(os.environ[APP], database_name),
            "DATABASE_OWNER_URL": databases.url(os.environ[OWNER], database_name),
            "REDIS_URL": broker.url,
            "STORAGE_URL": f"file://{folder}",
            "CLAMAV_URL": clamav,
        }
        command = [sys.executable, "-m", "celery", "-A", "scsc.celery:app", name, *options]
        with (tmp_path / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process and its children at once, as a machine that fails would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def program(committed: None) -> Program:
    return ProgramFactory.create()


def upload(program: Program) -> Document:
    with program_scope(program):
        return store_upload(
            program=program, upload=SimpleUploadedFile("a.pdf", PDF), actor=UserFactory.create()
        )


def wait_until(done: Callable[[], bool], *, seconds: float, log: Path) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
        time.sleep(0.1)


def state_of(document: Document) -> str:
    with program_scope(document.program):
        return Document.objects.get(pk=document.pk).state


def test_job_asked_for_while_the_broker_is_away_runs_when_it_is_back(
    program: Program, broker: valkey.Server, start: Start, tmp_path: Path
) -> None:
    start("worker", "--concurrency=1", "--loglevel=INFO")
    start("beat", f"--schedule={tmp_path / 'schedule'}", "--pidfile=", "--loglevel=INFO")
    first = upload(program)
    wait_until(lambda: state_of(first) == "released", seconds=30, log=tmp_path / "worker.log")

    broker.stop()
    began = time.monotonic()
    second = upload(program)
    assert time.monotonic() - began < 3
    assert state_of(second) == "quarantined"
    time.sleep(3)  # let worker and beat notice
    broker.start()
    wait_until(lambda: state_of(second) == "released", seconds=90, log=tmp_path / "worker.log")
    with program_scope(program):
        actions = AuditEvent.objects.filter(object_id=second.pk, object_type="documents.document")
        assert list(actions.values_list("action", flat=True)) == ["upload", "release"]


def test_job_of_a_killed_worker_is_done_by_the_next_once(
    program: Program, start: Start, tmp_path: Path
) -> None:
    hanging, answering = FakeClamd(None), FakeClamd(b"stream: OK\0")
    worker = start("worker", "--concurrency=1", clamav=hanging.url)
    document = upload(program)
    wait_until(lambda: bool(hanging.received), seconds=30, log=tmp_path / "worker.log")
    kill(worker)
    assert state_of(document) == "quarantined"

    start("worker", "--concurrency=1", clamav=answering.url)
    start("beat", f"--schedule={tmp_path / 'schedule'}", "--pidfile=")
    wait_until(lambda: state_of(document) == "released", seconds=60, log=tmp_path / "worker.log")
    time.sleep(1)
    assert answering.received == [PDF]
