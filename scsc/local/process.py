"""Child processes, each in a group of its own, that do not outlive the process that started them."""

import atexit
import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scsc.local import pidfile

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Failure(Exception):
    """Something that the person at the terminal must know; its message says what to do."""


@dataclass
class Process:
    """A command with its log and its pid file; it may be started again after it ended."""

    name: str
    argv: Sequence[str]
    log: Path
    pid_file: Path
    env: Mapping[str, str] | None = None
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the command, after ending what is left of an earlier one.

        Call it in the main thread: Linux ends the child when the thread that started it ends.
        """
        self.kill()
        pidfile.end_leftover(self.pid_file, grace=self.grace)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.argv,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=_end_with_parent(self.stop_signal),
                **as_user(self.user),
            )
        pidfile.write(self.pid_file, self.popen.pid, self.stop_signal)

    def ended(self) -> int | None:
        """The exit status (negative: the signal) of a process that ended; None while it runs."""
        return self.popen.poll() if self.popen else None

    def stop(self) -> None:
        """Ask the process to stop, wait for `grace` seconds, then kill what is left of its group."""
        if self.popen and self.popen.poll() is None:
            self.popen.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(self.grace)
        self.kill()

    def kill(self) -> None:
        """End the process and everything that it started, at once."""
        if self.popen:
            pidfile.kill_group(self.popen.pid)
            self.popen.wait()
            self.pid_file.unlink(missing_ok=True)
            self.popen = None

    def end_of_log(self, lines: int = 15) -> str:
        """Where the log is and how it ends, for a message about a failure."""
        last = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n    ".join([f"{self.log} ends:", *last])


def as_user(name: str | None) -> dict[str, Any]:
    """The arguments of `subprocess` that run a command as another user."""
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []} if name else {}


def stop_at_exit(stop: Callable[[], None]) -> None:
    """Call `stop` when this process ends, but not when a fork of it does."""
    owner = os.getpid()
    atexit.register(lambda: stop() if os.getpid() == owner else None)


def end_with_parent(stop_signal: signal.Signals) -> None:
    """Have Linux send this signal to the current process when its parent dies, however it dies."""
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal))


def _end_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def prepare() -> None:
        end_with_parent(stop_signal)
        if os.getppid() != parent:
            os._exit(1)

    return prepare
