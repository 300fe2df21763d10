"""Cycles in a graph of dependencies."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice


def find_cycles(graph: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """One cycle for every dependency that closes one, as [A, B, A]; without them the graph has none.

    Walks depth first without recursion, in the graph's order, so that the same file names the same cycles.
    """
    finished: set[str] = set()
    for root in graph:
        if root in finished:
            continue
        trail, waiting = {root: 0}, [iter(graph[root])]
        while trail:
            step = next(waiting[-1], None)
            if step is None:
                finished.add(trail.popitem()[0])
                waiting.pop()
            elif step in trail:
                yield [*islice(trail, trail[step], None), step]
            elif step not in finished:
                trail[step] = len(trail)
                waiting.append(iter(graph[step]))
