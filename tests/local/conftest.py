"""Helpers for tests that start processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scsc.local.process import Process


def eventually(check: Callable[[], bool], *, seconds: float = 20.0) -> bool:
    """Whether a condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not fetched by its parent does not."""
    return _stat(pid)[0] not in ("Z", "")


def children_of(pid: int) -> list[int]:
    """The processes that this process started."""
    everyone = (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return [other for other in everyone if _stat(other)[1] == str(pid)]


def _stat(pid: int) -> tuple[str, str]:
    """State and parent of a process; empty when there is none."""
    try:
        state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    return state, parent


@pytest.fixture
def child(tmp_path: Path) -> Callable[..., Process]:
    """Makes a process that runs some lines of Python."""

    def make(code: str, *, name: str = "child", grace: float = 5.0) -> Process:
        log, pid_file = tmp_path / "logs" / f"{name}.log", tmp_path / "run" / f"{name}.pid"
        return Process(name, [sys.executable, "-c", code], log, pid_file, grace=grace)

    return make


@pytest.fixture
def launch() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a script in a session of its own; whatever is left of it dies with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            arguments,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | (env or {}),
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()
