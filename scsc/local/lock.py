"""One supervisor per data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scsc.local import pidfile
from scsc.local.console import say
from scsc.local.process import Failure


@contextmanager
def held(var: Path, *, address: str) -> Iterator[None]:
    """Hold the lock of a data folder; Failure when another supervisor holds it.

    The system frees the lock of a process that dies, so text in a lock that is free tells of a crash. What
    that run left is ended first.
    """
    path = _path(var)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(_already_running(var)) from None
        if left := path.read_text():
            say(f"The last run ({left}) ended without cleaning up: ending what it left behind.")
        for pid_file in sorted(var.glob("*/*.pid")):
            pidfile.end_leftover(pid_file)
        path.write_text(f"process {os.getpid()} at {address}")
        try:
            yield
        finally:
            path.write_text("")


def is_held(var: Path) -> bool:
    """Whether a supervisor runs on this data folder."""
    if not _path(var).exists():
        return False
    with _path(var).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _path(var: Path) -> Path:
    return var / "run" / "supervisor.lock"


def _already_running(var: Path) -> str:
    holder = _path(var).read_text() or "another process"
    return (
        f"A demo is already running on {var}: {holder}.\n"
        "Use that one, or stop it with Ctrl-C in its terminal (or `kill` and its process number), or start "
        "a second one with its own folder and port: make demo VAR=var2 PORT=8001"
    )
