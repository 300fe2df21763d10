"""Cycles in a graph of dependencies."""

from collections.abc import Mapping, Sequence


def find_cycles(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """One cycle for every dependency that closes one, as [A, B, A]; without them the graph has none.

    Walks depth first without recursion, in the graph's order, so that the same file names the same cycles.
    """
    cycles: list[list[str]] = []
    finished: set[str] = set()
    for root in graph:
        if root in finished:
            continue
        trail, waiting = [root], [iter(graph[root])]
        while trail:
            step = next(waiting[-1], None)
            if step is None:
                finished.add(trail.pop())
                waiting.pop()
            elif step in trail:
                cycles.append([*trail[trail.index(step) :], step])
            elif step not in finished:
                trail.append(step)
                waiting.append(iter(graph[step]))
    return cycles
