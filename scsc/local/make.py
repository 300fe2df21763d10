"""What the supervisor must know about `make`, when that is its parent."""

import os
import re
import signal
from pathlib import Path

_STATUS = re.compile(r"Name:\tg?make\n.*SigIgn:\t(\w+)\nSigCgt:\t(\w+)", re.DOTALL)
_SIGINT = 1 << (signal.SIGINT - 1)


def is_parent() -> bool:
    """Whether `make` started this process. Always False on a system without /proc."""
    return _signals() is not None


def was_interrupted() -> bool:
    """Whether our parent is a `make` that got a SIGINT of its own.

    It passes SIGTERM on, but not SIGINT, which it expects the terminal to send to all of us, and then waits
    for us for ever. It shows in that it neither catches nor ignores SIGINT any more.
    """
    signals = _signals()
    return signals is not None and not any(mask & _SIGINT for mask in signals)


def _signals() -> tuple[int, int] | None:
    """The signals that the parent ignores and catches, as bit masks; None when it is not `make`."""
    try:
        found = _STATUS.match(Path(f"/proc/{os.getppid()}/status").read_text())
    except OSError:
        return None
    return (int(found[1], 16), int(found[2], 16)) if found else None
