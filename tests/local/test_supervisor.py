"""Children are revived, given up, and stopped in order."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from scsc.local.process import Failure, Process
from scsc.local.supervisor import Stopped, Supervisor
from tests.local.conftest import alive, eventually

MakeChild = Callable[..., Process]
SLEEP = "import time; time.sleep(60)"


@pytest.fixture(autouse=True)
def _signal_handlers() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _tick_until(supervisor: Supervisor, check: Callable[[], bool], *, seconds: float = 20.0) -> None:
    supervisor.wait_until(check, seconds=seconds, otherwise="it never came true")


def test_add_child_that_dies_is_started_again(child: MakeChild, capsys: pytest.CaptureFixture[str]) -> None:
    with Supervisor(first_pause=0.1) as supervisor:
        sleeper = child(SLEEP, name="sleeper")
        supervisor.add(sleeper)
        assert sleeper.popen
        first = sleeper.popen.pid
        os.kill(first, signal.SIGKILL)
        _tick_until(supervisor, lambda: "sleeper runs again" in capsys.readouterr().out)
        assert sleeper.popen.pid != first
        assert alive(sleeper.popen.pid)


def test_death_is_told_with_name_and_cause_and_log(child: MakeChild) -> None:
    failing = child("import sys; print('no such table'); sys.exit(3)", name="worker")
    with Supervisor(most_deaths=0) as supervisor:
        supervisor.add(failing)
        with pytest.raises(Failure) as failure:
            _tick_until(supervisor, lambda: False)
    assert "worker ended with status 3" in str(failure.value)
    assert str(failing.log) in str(failure.value)
    assert "no such table" in str(failure.value)


def test_death_by_signal_names_the_signal(child: MakeChild, capsys: pytest.CaptureFixture[str]) -> None:
    with Supervisor(first_pause=0.1) as supervisor:
        supervisor.add(child("import os; os.kill(os.getpid(), 9)", name="worker"))
        _tick_until(supervisor, lambda: "worker was ended by SIGKILL" in capsys.readouterr().out)


def test_child_that_dies_too_often_is_given_up_after_growing_pauses(child: MakeChild, tmp_path: Path) -> None:
    code = f"import time; open('{tmp_path / 'starts'}', 'a').write(f'{{time.time()}} ')"
    with Supervisor(most_deaths=3, first_pause=0.2) as supervisor:
        supervisor.add(child(code))
        with pytest.raises(Failure, match="too often"):
            _tick_until(supervisor, lambda: False)
    starts = [float(moment) for moment in (tmp_path / "starts").read_text().split()]
    assert len(starts) == 4
    pauses = [after - before for before, after in pairwise(starts)]
    assert pauses[0] >= 0.2
    assert pauses[1] >= 0.4
    assert pauses[2] >= 0.8


def test_deaths_outside_the_window_are_forgiven(child: MakeChild) -> None:
    with Supervisor(most_deaths=1, window=0.01, first_pause=0.05) as supervisor:
        supervisor.add(child("pass"))
        deadline = time.monotonic() + 2
        _tick_until(supervisor, lambda: time.monotonic() > deadline)


def test_death_takes_along_what_the_child_started(child: MakeChild, tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    code = f"""
import os, subprocess, time
helper = subprocess.Popen(["sleep", "300"])
open("{note}.draft", "w").write(str(helper.pid))
os.rename("{note}.draft", "{note}")
time.sleep(60)
"""
    with Supervisor(first_pause=30) as supervisor:
        parent = child(code)
        supervisor.add(parent)
        _tick_until(supervisor, note.exists)
        helper = int(note.read_text())
        assert parent.popen
        assert alive(helper)
        os.kill(parent.popen.pid, signal.SIGKILL)
        _tick_until(supervisor, lambda: not alive(helper))


def test_leaving_stops_children_in_reverse_order(child: MakeChild, tmp_path: Path) -> None:
    def code(name: str) -> str:
        return f"""
import signal, sys, time
def leave(*_):
    open("{tmp_path / "order"}", "a").write("{name} ")
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
open("{tmp_path / name}", "w").close()
time.sleep(60)
"""

    names = ["postgres", "worker", "web"]
    with Supervisor() as supervisor:
        for name in names:
            supervisor.add(child(code(name), name=name))
        _tick_until(supervisor, lambda: all((tmp_path / name).exists() for name in names))
    assert (tmp_path / "order").read_text().split() == ["web", "worker", "postgres"]


def test_leaving_kills_a_child_that_does_not_listen(child: MakeChild, tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    with Supervisor() as supervisor:
        stubborn = child(deaf, grace=0.3)
        supervisor.add(stubborn)
        _tick_until(supervisor, lambda: "deaf" in stubborn.log.read_text())
        assert stubborn.popen
        pid = stubborn.popen.pid
    assert not alive(pid)
    assert not stubborn.pid_file.exists()


def test_complete_answers_what_the_step_printed(child: MakeChild) -> None:
    with Supervisor() as supervisor:
        assert supervisor.complete(child("print('hello')")) == "hello\n"


def test_complete_step_that_fails_shows_the_end_of_its_log(child: MakeChild) -> None:
    step = child("raise SystemExit('no such column')", name="migrate")
    with Supervisor() as supervisor, pytest.raises(Failure, match="migrate ended with status 1") as failure:
        supervisor.complete(step)
    assert "no such column" in str(failure.value)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_during_a_step_stops_everything(child: MakeChild, number: signal.Signals) -> None:
    step = child(SLEEP)
    sleeper = child(SLEEP, name="sleeper")
    with Supervisor() as supervisor:
        supervisor.heed_signals()
        supervisor.add(sleeper)
        assert sleeper.popen
        pid = sleeper.popen.pid
        os.kill(os.getpid(), number)
        with pytest.raises(Stopped):
            supervisor.complete(step)
    assert not alive(pid)
    assert step.popen is None


def test_wait_until_time_is_up_says_why(child: MakeChild) -> None:
    with Supervisor() as supervisor, pytest.raises(Failure, match="does not answer"):
        supervisor.wait_until(lambda: False, seconds=0.2, otherwise="it does not answer")


def test_process_started_again_ends_the_one_a_crash_left(child: MakeChild) -> None:
    left = child(SLEEP)
    left.start()
    assert left.popen
    pid = left.popen.pid
    fresh = child(SLEEP)
    fresh.start()
    left.popen.poll()
    assert eventually(lambda: not alive(pid))
    fresh.stop()


def test_process_leaves_a_stranger_with_the_same_pid_alone(child: MakeChild) -> None:
    stranger = child(SLEEP, name="stranger")
    stranger.start()
    assert stranger.popen
    process = child("pass", name="process")
    process.pid_file.write_text(f"{stranger.popen.pid} 15 some-other-moment")
    process.start()
    assert stranger.ended() is None
    process.stop()
    stranger.stop()
