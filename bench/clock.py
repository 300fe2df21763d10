"""How everything is timed."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

ROUNDS = 7


@dataclass(frozen=True)
class Measure:
    """One figure and the bound that the design sets for it."""

    what: str
    value: float
    bound: float


def seconds(run: Callable[[], Any]) -> float:
    """The median of several runs, after one that warms caches up. In seconds."""
    run()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def get(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)  # noqa: S101
