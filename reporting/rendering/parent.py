"""Render in a process of its own, watched: its memory and time are limited, its end is explained."""

import hashlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from reporting.snapshot_schema import canonical_json

ROOT = Path(__file__).resolve().parents[2]
TICK_SECONDS = 0.5
SHORTEST_TIMEOUT_S, TIMEOUT_S_PER_PAGE = 600.0, 2.0
LAID_OUT_PERCENT = 90  # of the whole, for a long document; its pages are numbered and joined after
# What the renderer may know of this process's environment: where things are, not the secrets.
PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "VIRTUAL_ENV",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "LD_LIBRARY_PATH",
)
# How the C libraries of the renderer end when they get no memory.
ALLOCATION_SIGNALS = {signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS}


class RenderError(Exception):
    """A document that could not be rendered: `message` is for people, `detail` for whoever looks into it."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(f"{message} {detail}".strip())
        self.message = message
        self.detail = detail


@dataclass(frozen=True)
class Rendered:
    """A finished PDF: pages, size in bytes, SHA-256 of the file.

    Seconds by stage, over all processes that made it; peak memory in MB, of the one that held most.
    """

    pages: int
    size: int
    sha256: str
    seconds: dict[str, float]
    peak_memory_mb: int


def render(
    data: dict[str, Any],
    *,
    output: Path,
    on_progress: Callable[[int, str], None],
    on_tick: Callable[[], None] = lambda: None,
    draft: bool = False,
    memory_limit_mb: int = 600,
    timeout_s: float | None = None,
    parts_of: int = 0,
) -> Rendered:
    """Render a document to `output`, which is only there when all went well. Raises RenderError.

    `data` is its content, whose `kind` names the kind of document (see reporting.rendering.kinds). A `draft`
    is marked as one on every page.

    A long one is made in parts, one process after the other, each held to the memory limit, and joined.
    `parts_of` forces that for any document, with parts of about so many pages. Without `timeout_s` one may
    take 600 seconds, or 2 seconds a page if it is longer than that allows.

    `on_progress(percent, step)` is called when there is news, `on_tick()` at least once a second all the
    time; both in the caller's thread. An exception from either ends the renderer and passes through. Call it
    from a thread that outlives the call: the kernel ends the renderer with the thread that started it.
    """
    with tempfile.TemporaryDirectory(prefix="report-", dir=output.parent) as name:
        work = _Work(Path(name), draft, on_progress, on_tick, memory_limit_mb, timeout_s)
        work.source.write_bytes(canonical_json(data))
        pages = work.whole(parts_of)
        content = work.product.read_bytes()
        os.replace(work.product, output)
    return Rendered(
        pages=pages,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        seconds=work.seconds,
        peak_memory_mb=work.peak_memory_mb,
    )


class _Work:
    """The processes that make one document, one after the other, and what they take together."""

    def __init__(
        self,
        folder: Path,
        draft: bool,
        on_progress: Callable[[int, str], None],
        on_tick: Callable[[], None],
        memory_limit_mb: int,
        timeout_s: float | None,
    ) -> None:
        self.folder, self.source, self.product = folder, folder / "content.json", folder / "whole.pdf"
        self.draft = draft
        self.on_progress, self.on_tick = on_progress, on_tick
        self.memory_limit_mb = memory_limit_mb
        self.started, self.timeout_s = time.monotonic(), timeout_s
        self.allowed_s = timeout_s or SHORTEST_TIMEOUT_S
        self.seconds: dict[str, float] = {}
        self.peak_memory_mb = 0

    def whole(self, parts_of: int) -> int:
        """Make the document, at once or in parts; return its number of pages."""
        done = self.run({"task": "whole", "parts_of": parts_of})
        return self._in_parts(**done["plan"]) if "plan" in done else int(done["pages"])

    def _in_parts(self, parts_of: int, pages: list[int]) -> int:
        """Make the parts, the front last because its contents name pages of all others; then join them."""
        self.allowed_s = self.timeout_s or max(SHORTEST_TIMEOUT_S, TIMEOUT_S_PER_PAGE * sum(pages))
        count, laid_out = len(pages), 0
        for turn, part in enumerate([*range(1, count), 0], start=1):
            ends = laid_out + pages[part]
            span = (LAID_OUT_PERCENT * laid_out / sum(pages), LAID_OUT_PERCENT * ends / sum(pages))
            job = {"task": "part", "part": part, "parts_of": parts_of}
            self.run(job, span=span, heading=f"Part {turn} of {count}: ")
            laid_out = ends
        self.run({"task": "folios", "parts": count}, span=(LAID_OUT_PERCENT, 94), heading="Page numbers: ")
        return int(self.run({"task": "join", "parts": count}, span=(94, 100))["pages"])

    def run(
        self, job: dict[str, Any], *, span: tuple[float, float] = (0, 100), heading: str = ""
    ) -> dict[str, Any]:
        """Run one job in a process of its own; its progress fills a span of the whole, in percent."""
        first, last = span

        def on_progress(percent: int, step: str) -> None:
            self.on_progress(int(first + (last - first) * percent / 100), f"{heading}{step}")

        command = [str(self.source), str(self.product), str(self.memory_limit_mb), str(os.getpid())]
        with (self.folder / "errors.txt").open("w+b") as errors:
            with _started(
                [*command, json.dumps(job | {"draft": self.draft})], folder=self.folder, errors=errors
            ) as process:
                outcome = _watch(
                    process, on_progress=on_progress, on_tick=self.on_tick, check=self._check_time
                )
            if not outcome.done:
                error = outcome.error or _unexplained(
                    process.returncode, outcome.step, errors, self.memory_limit_mb
                )
                raise RenderError(error.message, f"{heading}{error.detail}")
        for stage, seconds in outcome.done["seconds"].items():
            self.seconds[stage] = round(self.seconds.get(stage, 0.0) + seconds, 3)
        self.peak_memory_mb = max(self.peak_memory_mb, outcome.done["peak_memory_mb"])
        return outcome.done

    def _check_time(self, step: str) -> None:
        if time.monotonic() - self.started > self.allowed_s:
            raise RenderError(
                f"The PDF took longer than {self.allowed_s:g} seconds and was stopped.",
                f"It was at: {step}.",
            )


@contextmanager
def _started(arguments: list[str], *, folder: Path, errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    environment |= {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "1",
        "TMPDIR": str(folder),
    }
    process = subprocess.Popen(  # noqa: S603  (our own module, on paths that we made)
        [sys.executable, "-m", "reporting.rendering.child", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=ROOT,
        env=environment,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@dataclass
class _Outcome:
    step: str = "Starting"
    percent: int = 0
    done: dict[str, Any] | None = None
    error: RenderError | None = None

    def take(self, line: bytes) -> None:
        try:
            said = json.loads(line)
        except ValueError:  # a line cut off by the end of the process
            return
        if "done" in said:
            self.done = said["done"]
        elif "error" in said:
            self.error = RenderError(said["error"]["message"], said["error"]["detail"])
        elif "step" in said:
            # What is laid out a second time starts again at its first page.
            self.percent, self.step = max(self.percent, said["percent"]), said["step"]


def _watch(
    process: subprocess.Popen[bytes],
    *,
    on_progress: Callable[[int, str], None],
    on_tick: Callable[[], None],
    check: Callable[[str], None],
) -> _Outcome:
    """Follow the renderer to its end; news is passed on at most once a tick, when `check` is asked too."""
    outcome, rest, shown = _Outcome(), b"", ""
    for chunk in _chunks(process):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            outcome.take(line)
        if outcome.step != shown:
            on_progress(outcome.percent, outcome.step)
            shown = outcome.step
        on_tick()
        check(outcome.step)
    process.wait()
    return outcome


def _chunks(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """What the renderer says, gathered over each tick; empty if it said nothing. Ends with the renderer."""
    if process.stdout is None:
        raise ValueError("the renderer was started without a pipe to listen to")
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            tick_ends, gathered = time.monotonic() + TICK_SECONDS, b""
            while (left := tick_ends - time.monotonic()) > 0:
                if not selector.select(left):
                    continue
                if not (chunk := os.read(process.stdout.fileno(), 65536)):
                    yield gathered
                    return
                gathered += chunk
            yield gathered


def _unexplained(status: int, step: str, errors: IO[bytes], memory_limit_mb: int) -> RenderError:
    """An end without a word: a signal, or an error in the renderer itself."""
    errors.seek(0)
    said = errors.read()[-4000:].decode(errors="replace").strip()
    last = said.splitlines()[-1] if said else "It said nothing."
    if status >= 0:
        return RenderError("The renderer failed.", f"At: {step}. {last}")
    number = -status
    name = signal.Signals(number).name if number in {item.value for item in signal.Signals} else "unknown"
    if number in ALLOCATION_SIGNALS and ("alloc" in said.lower() or "memory" in said.lower()):
        return RenderError(
            f"The PDF needs more memory than the {memory_limit_mb} MB it may use.", f"At: {step}. {last}"
        )
    hint = " The machine may be short of memory." if number == signal.SIGKILL else ""
    return RenderError(f"The renderer stopped (signal {number}, {name}).{hint}", f"At: {step}. {last}")
