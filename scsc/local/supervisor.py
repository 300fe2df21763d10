"""Keeps child processes running until a signal asks to stop or one of them fails too often."""

import signal
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import FrameType
from typing import Self

from scsc.local import make
from scsc.local.console import say
from scsc.local.process import Failure, Process


class Stopped(Exception):
    """A signal asked to stop."""


@dataclass
class Supervisor:
    """Starts children in order, revives them when they die, stops them in reverse order on leaving.

    Signals only set a mark, which every `tick` looks at: nothing is interrupted between the start of a child
    and its registration. A child that ends more than `most_deaths` times in `window` seconds is given up.
    """

    most_deaths: int = 5
    window: float = 60.0
    first_pause: float = 0.5
    children: list[Process] = field(default_factory=list)
    _asked: bool = False
    _deaths: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _due: dict[str, float] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)

    def heed_signals(self) -> None:
        """From now on let SIGINT, SIGTERM and the end of the terminal ask for an orderly stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.children:
            say("Stopping " + ", ".join(child.name for child in reversed(self.children)) + ".")
        self._stack.close()

    def add(self, child: Process) -> None:
        """Watch over a child from now on; starts it unless it runs already."""
        self._stack.callback(child.stop)
        if child.popen is None:
            say(f"Starting {child.name}.")
            child.start()
        self.children.append(child)

    def complete(self, step: Process) -> str:
        """Run a command to its end while watching over the children; answers what it printed."""
        say(f"Running {step.name}.")
        step.log.unlink(missing_ok=True)
        step.start()
        try:
            while (status := step.ended()) is None:
                self.tick()
        finally:
            step.stop()
        if status:
            raise Failure(f"{step.name} {_how_ended(status)}. {step.end_of_log()}")
        return step.log.read_text(errors="replace")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float, otherwise: str) -> None:
        """Watch over the children until `ready` holds; Failure with `otherwise` when time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise Failure(otherwise)
            self.tick()

    def tick(self) -> None:
        """One look at everything; Stopped when a signal asked to stop."""
        time.sleep(0.1)
        if self._asked or make.was_interrupted():
            raise Stopped
        for child in self.children:
            if child.name in self._due:
                self._revive(child)
            elif (status := child.ended()) is not None:
                self._note_death(child, status)

    def _note_death(self, child: Process, status: int) -> None:
        now = time.monotonic()
        deaths = [moment for moment in self._deaths[child.name] if now - moment < self.window] + [now]
        self._deaths[child.name] = deaths
        story = f"{child.name} {_how_ended(status)}"
        child.kill()  # what it left running
        if len(deaths) > self.most_deaths:
            raise Failure(f"{story}, too often: everything stops. {child.end_of_log()}")
        pause = self.first_pause * 2 ** (len(deaths) - 1)
        self._due[child.name] = now + pause
        say(f"{story}; its log is {child.log}. Starting it again in {pause:g} s.")

    def _revive(self, child: Process) -> None:
        if time.monotonic() >= self._due[child.name]:
            del self._due[child.name]
            child.start()
            say(f"{child.name} runs again.")

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True


def _how_ended(status: int) -> str:
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
