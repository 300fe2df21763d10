"""The whole product as a person starts it: `python -m scsc.local demo`, in a folder of its own."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from scsc.local.process import end_with_parent
from tests.local.conftest import alive, children_of, eventually

ROOT = Path(__file__).parents[2]
# What the tests' own settings put into the environment and the product must choose by itself.
OF_TESTS = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "VAR", "DJANGO_SETTINGS_MODULE"}
START_SECONDS = 240.0
# Lines of JSON say their level; a refused page (403) is a warning that carries a traceback.
TROUBLE = re.compile(r'^\{.*"level": "(error|critical)"|^[^{]*(Traceback|\b(ERROR|CRITICAL|FATAL|PANIC)\b)')
# PostgreSQL notes what a constraint refused, which is its work, and who came too early.
REFUSED = re.compile(
    r"ERROR:  duplicate key value violates unique constraint|FATAL:  the database system is starting up"
)
STOP_SECONDS = 60.0


@dataclass
class Product:
    """A running demonstration: its address, its folder, its processes, its database."""

    var: Path
    port: int
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def address(self) -> str:
        """The address without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def printed(self) -> list[str]:
        """The lines on standard output so far."""
        return self.output.read_text().splitlines()

    def environment(self) -> dict[str, str]:
        """The environment of the product's own processes."""
        lines = (self.var / "run" / "environment").read_text().splitlines()
        return dict(shlex.split(line)[1].split("=", 1) for line in lines)

    def pid(self, name: str) -> int:
        """The process that runs as `worker`, `beat` or `web`, once there is one."""
        record = self.var / "run" / f"{name}.pid"
        assert eventually(lambda: record.exists() and bool(record.read_text())), f"no {name}"
        return int(record.read_text().split()[0])

    def processes(self) -> list[int]:
        """Everything that was started, down to the last grandchild."""
        return list(_tree(self.process.pid))

    def group(self, name: str) -> list[int]:
        """The process that runs as `name` with all that it started."""
        return list(_tree(self.pid(name)))

    def renderers(self) -> list[int]:
        """The processes that render a report right now."""
        return [pid for pid in self.processes() if b"reporting.rendering.child" in _command_line(pid)]

    def rows(self, program: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement answers inside one program, past the application; its changes are kept."""
        address = self.environment()["DATABASE_OWNER_URL"]
        with closing(psycopg2.connect(address)) as connection, connection, connection.cursor() as cursor:
            cursor.execute("SELECT id FROM programs_program WHERE slug = %s", [program])
            cursor.execute("SELECT set_config('app.program_id', %s, true)", [str(cursor.fetchone()[0])])
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def troubles(self) -> list[str]:
        """Lines of the logs that tell of an error."""
        found = []
        for log in sorted((self.var / "logs").glob("*.log")):
            for line in log.read_text(errors="replace").splitlines():
                if TROUBLE.search(line) and not REFUSED.search(line):
                    found.append(f"{log.name}: {line[:400]}")
        return found

    def stop(self) -> int:
        """Ask for an orderly stop as Ctrl-C does; answers the exit status once nothing is left running."""
        pids = self.processes()
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(STOP_SECONDS)
        left = [pid for pid in pids if alive(pid)]
        assert not left, f"still running after the stop: {[_command_line(pid) for pid in left]}"
        return status


@contextmanager
def running(
    folder: Path, *, command: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Iterator[Product]:
    """The product with its data in `folder`, from its Ready line until it was told to stop.

    `command` starts it in place of the module; `{port}` and `{var}` in it are filled in.
    """
    product = _start(folder, command=command, environment=environment or {})
    try:
        yield product
        if product.process.poll() is None:
            product.stop()
    finally:
        if product.process.poll() is None:
            for pid in product.processes():
                os.kill(pid, signal.SIGCONT)
            product.process.terminate()
            product.process.wait(STOP_SECONDS)


def make_command() -> list[str]:
    """`make demo` with the environment as it is, or nothing where there is no make or no .venv of make's."""
    if not shutil.which("make") or not (ROOT / ".venv" / "bin" / "python").exists():
        return []
    # The environment is not brought up to date under the feet of the tests that run in it.
    return ["make", "--no-print-directory", "-o", ".venv/.ready", "demo", "PORT={port}", "VAR={var}"]


@contextmanager
def paused(*pids: int) -> Iterator[None]:
    """Hold processes still for a while, as a machine that hangs does."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            if alive(pid):
                os.kill(pid, signal.SIGCONT)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _start(folder: Path, *, command: Sequence[str], environment: Mapping[str, str]) -> Product:
    folder.mkdir(parents=True)
    port, var, output = free_port(), folder / "var", folder / "output"
    words = command or [sys.executable, "-m", "scsc.local", "demo", "--port", "{port}", "--var", "{var}"]
    inherited = {name: value for name, value in os.environ.items() if name not in OF_TESTS}
    with output.open("wb") as out:
        process = subprocess.Popen(
            [word.format(port=port, var=var) for word in words],
            cwd=ROOT,
            env=inherited | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # A test run that is killed takes its product along.
            preexec_fn=lambda: end_with_parent(signal.SIGTERM),
        )
    product = Product(var, port, process, output)
    is_up = eventually(
        lambda: process.poll() is not None or f"Ready: {product.address}/" in product.printed(),
        seconds=START_SECONDS,
    )
    if not is_up or process.poll() is not None:
        process.terminate()
        raise AssertionError("the product did not start:\n" + "\n".join(product.printed()))
    return product


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for child in children_of(pid):
        yield from _tree(child)


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
