"""The process that renders a document; started by `parent.render` as `python -m reporting.rendering.child`.

Its arguments are the content's file, the PDF's file, the memory limit in MB, the parent's process id and, as
JSON, the job: a whole document, or one of the steps in which a long one is made. The memory it may fill is
limited, and it ends with its parent. It says what it is doing in lines of JSON on standard output:
`{"percent": 40, "step": "Laying out page 12"}`, at last `{"done": {...}}` or `{"error": {...}}`.
Asked for one that is too long to be made at once, it only says how: `{"done": {"plan": {...}}}`.
It needs no database and no settings.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024
PR_SET_PDEATHSIG = 1
# What is left over the limit, to say that it was reached.
RESERVE_MB = 48


class _Reporter:
    """Writes the lines and remembers the last step, for the message when something fails."""

    def __init__(self) -> None:
        self.step = "Starting"

    def progress(self, percent: int, step: str) -> None:
        self.step = step
        self.say(percent=percent, step=step)

    def say(self, **fields: object) -> None:
        sys.stdout.write(json.dumps(fields) + "\n")
        sys.stdout.flush()

    def error(self, message: str, detail: str) -> int:
        self.say(error={"message": message, "detail": detail})
        return 1


def main(arguments: list[str]) -> int:
    """Do the job, and return the exit status: 0 when the PDF is written and checked."""
    source, output, memory_mb, parent_pid = (
        Path(arguments[0]),
        Path(arguments[1]),
        int(arguments[2]),
        int(arguments[3]),
    )
    job = json.loads(arguments[4]) if len(arguments) > 4 else {}
    _end_with_parent(parent_pid)
    limit_memory(memory_mb)
    reporter = _Reporter()
    try:
        return _render(json.loads(source.read_bytes()), job, output, reporter)
    except MemoryError:
        limit_memory(memory_mb + RESERVE_MB)
        return reporter.error(
            f"The PDF needs more memory than the {memory_mb} MB it may use.",
            f"Out of memory at: {reporter.step}.",
        )


def _render(data: dict[str, Any], job: dict[str, Any], output: Path, reporter: _Reporter) -> int:
    # Imported here, under the limit, and so that a failure to import is reported like any other.
    from pydantic import ValidationError

    from reporting.rendering.accessibility import AccessibilityError
    from reporting.rendering.jobs import Job, Work
    from reporting.rendering.kinds import paper_of
    from reporting.rendering.timings import Timings

    timings = Timings()
    try:
        with timings.stage("prepare"):
            paper = paper_of(data)
        work = Work(paper, output, reporter.progress, timings)
        result = work.do(Job(**job))
    except ValidationError as error:
        return reporter.error("What is to be printed is not complete.", describe(error.errors()))
    except AccessibilityError as error:
        return reporter.error("The PDF could not be made readable for everybody.", f"{error}.")
    seconds = {stage: round(value, 3) for stage, value in timings.seconds.items()}
    reporter.say(done={**result, "seconds": seconds, "peak_memory_mb": _peak_memory_mb()})
    return 0


def describe(errors: list[Any], most: int = 5) -> str:
    """Validation errors in one line: the path of the field and what is wrong with it."""
    lines = [
        f"{'.'.join(str(part) for part in error['loc']) or 'content'}: {error['msg']}".replace(
            "Value error, ", ""
        )
        for error in errors[:most]
    ]
    more = f"; and {len(errors) - most} more" if len(errors) > most else ""
    return "; ".join(lines) + more


def _peak_memory_mb() -> int:
    """The most memory that this process held. `getrusage` would count that of the process it came from."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def limit_memory(megabytes: int) -> None:
    """Limit the memory that this process may fill. Files it maps, such as libraries, are not counted."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    ceiling = (megabytes + RESERVE_MB) * MEGABYTE
    hard = ceiling if hard == resource.RLIM_INFINITY else hard
    resource.setrlimit(resource.RLIMIT_DATA, (min(megabytes * MEGABYTE, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_parent(parent_pid: int) -> None:
    """Ask the kernel to kill this process when its parent ends, whatever ends it. Linux only."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        sys.exit("the process that asked for this PDF is gone")


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    # Without taking apart the laid-out pages first, which can take seconds; the parent clears the files.
    os._exit(status)
