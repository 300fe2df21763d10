"""The foreground run from outside: lock, port, signals, crashes. Its children only sleep."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scsc.local import kept
from tests.local.conftest import alive, children_of, eventually

Launch = Callable[..., subprocess.Popen[str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def var(tmp_path: Path) -> Path:
    return tmp_path / "var"


def _command(var: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "tests.local.site_of_sleepers", str(var), str(port)]


def _read_until(process: subprocess.Popen[str], text: str) -> str:
    """What the process printed up to and with the line that holds the text."""
    assert process.stdout
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"{text!r} was never printed:\n{seen}")


def _children(var: Path) -> list[int]:
    """The processes that the supervisor recorded, and those that they started."""
    leaders = [int(file.read_text().split()[0]) for file in (var / "run").glob("*.pid")]
    return leaders + [pid for leader in leaders for pid in children_of(leader)]


def _running_children(var: Path) -> list[int]:
    assert eventually(lambda: len(_children(var)) == 4)
    return _children(var)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_stops_all_and_leaves_no_orphan(
    launch: Launch, var: Path, port: int, number: signal.Signals
) -> None:
    process = launch(*_command(var, port))
    assert f"\nReady: http://127.0.0.1:{port}/\n" in _read_until(process, "Ready")
    pids = _running_children(var)
    process.send_signal(number)
    assert process.wait(20) == 0
    assert not any(alive(pid) for pid in pids)
    assert not list((var / "run").glob("*.pid"))


def test_signal_while_still_starting_stops_all(launch: Launch, var: Path, port: int) -> None:
    process = launch(*_command(var, port), env={"SLOW_STEP": "60"})
    _read_until(process, "Running step")
    pids = _children(var)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert len(pids) >= 2
    assert not any(alive(pid) for pid in pids)


def test_second_run_on_the_same_folder_says_which_one_runs(launch: Launch, var: Path, port: int) -> None:
    first = launch(*_command(var, port))
    _read_until(first, "Ready")
    second = launch(*_command(var, port + 1))
    output, _ = second.communicate(timeout=20)
    assert second.returncode == 1
    assert f"already running on {var}: process {first.pid} at http://127.0.0.1:{port}/" in output
    assert first.poll() is None


def test_taken_port_is_named_before_anything_starts(launch: Launch, var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        process = launch(*_command(var, number))
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"Port {number} is taken" in output
    assert f"make demo PORT={number + 1}" in output
    assert "Starting" not in output


def test_run_after_a_crash_ends_what_was_left_and_starts(launch: Launch, var: Path, port: int) -> None:
    crashed = launch(*_command(var, port))
    _read_until(crashed, "Ready")
    left = _running_children(var)
    crashed.kill()
    crashed.wait(20)
    fresh = launch(*_command(var, port))
    output = _read_until(fresh, "Ready")
    assert f"The last run (process {crashed.pid} at http://127.0.0.1:{port}/) ended without clean" in output
    assert eventually(lambda: not any(alive(pid) for pid in left[:2]))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_killed_supervisor_takes_its_children_along(launch: Launch, var: Path, port: int) -> None:
    process = launch(*_command(var, port))
    _read_until(process, "Ready")
    leaders = _running_children(var)[:2]
    process.kill()
    assert eventually(lambda: not any(alive(pid) for pid in leaders))


@pytest.mark.skipif(sys.platform != "linux", reason="the state of make is read from /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_signal_to_make_alone_stops_all(
    launch: Launch, tmp_path: Path, var: Path, port: int, number: signal.Signals
) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f".PHONY: demo\ndemo:\n\t@cd {ROOT} && exec {' '.join(_command(var, port))}\n")
    process = launch("make", "--no-print-directory", "-f", str(makefile), "demo")
    _read_until(process, "Ready")
    pids = _running_children(var)
    supervisor = int(re.findall(r"process (\d+)", (var / "run" / "supervisor.lock").read_text())[0])
    process.send_signal(number)
    process.wait(20)
    assert eventually(lambda: not any(alive(pid) for pid in [supervisor, *pids]))


def test_reader_that_goes_away_does_not_stop_the_run(launch: Launch, var: Path, port: int) -> None:
    process = launch(*_command(var, port), env={"SLOW_STEP": "1"})
    _read_until(process, "Running step")
    assert process.stdout
    process.stdout.close()
    pids = _children(var)
    assert not eventually(lambda: process.poll() is not None, seconds=2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert not any(alive(pid) for pid in pids)


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    first = kept.secret(path)
    assert len(first) >= 50
    assert kept.secret(path) == first
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_kept_port_changes_only_when_it_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "port"
    first = kept.port(path)
    assert kept.port(path) == first
    with socket.create_server(("127.0.0.1", first)):
        assert kept.port(path) != first
