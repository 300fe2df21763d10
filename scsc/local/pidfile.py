"""Pid files that can tell a process left by a crash from a stranger that has its number by now."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def write(path: Path, pid: int, stop_signal: signal.Signals) -> None:
    """Record a process that was just started, and the signal that asks it to stop."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{pid} {int(stop_signal)} {started_at(pid)}")


def end_leftover(path: Path, *, grace: float = 10.0) -> int:
    """End the process that a crashed run left under this pid file, if it still runs.

    Asks it to stop, waits for `grace` seconds, then kills its group. Answers its pid, 0 without a record.
    """
    record = path.read_text().split(maxsplit=2) if path.exists() else []
    path.unlink(missing_ok=True)
    if len(record) < 3:
        return 0
    pid, stop_signal, moment = int(record[0]), int(record[1]), record[2]
    if started_at(pid) == moment:
        os.kill(pid, stop_signal)
        deadline = time.monotonic() + grace
        while started_at(pid) == moment and time.monotonic() < deadline:
            time.sleep(0.05)
        kill_group(pid)
    return pid


def kill_group(pid: int) -> None:
    """Kill a process and all that it started in its group, as far as they are still there."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def started_at(pid: int) -> str:
    """The moment a living process started, in the system's own words; empty when there is none."""
    if sys.platform != "linux":
        ps = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
        return ps.stdout.strip()
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if state in "ZX" else fields[18]
