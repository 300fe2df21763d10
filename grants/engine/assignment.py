"""Who assesses what: a plan that is balanced, made from a seed, and explained. The same task, the same plan.

First everybody gets as even a share as conflicts and limits allow, by the method of optimal semi-matchings
(Harvey, Ladner, Lovász and Tamir, 2006): each place goes to whoever has least, handing others on along a
chain where that makes it more even. Then people are exchanged, which keeps the shares, for expertise and to
avoid those who had to do with the organisation before.
"""

import hashlib
import re
from collections import deque
from collections.abc import Iterable

from grants.engine.schema import Part

# What a pair costs: less is better. Contact before weighs more than any expertise.
CONTACT, NO_EXPERTISE = 10, 1
# Rounds of exchanges; each one only ever makes it better.
PASSES = 8

Pair = tuple[int, int]


class Assessor(Part):
    """Somebody who can be given applications. `holds` counts those of the round that they have already."""

    key: int
    name: str
    holds: int = 0


class Item(Part):
    """An application, and the people who have it already, who keep it."""

    key: int
    code: str
    held_by: list[int] = []


class Fit(Part):
    """The words of somebody's expertise that an application is about."""

    application: int
    assessor: int
    words: list[str]


class Task(Part):
    """What a plan is made from. `each` people an application, at most `most` applications a person.

    `excluded` and `met` are pairs of (application, assessor): who must not, and who had to do with the
    organisation before.
    """

    seed: int
    each: int
    most: int | None = None
    assessors: list[Assessor]
    applications: list[Item]
    excluded: list[Pair] = []
    met: list[Pair] = []
    fits: list[Fit] = []


class Given(Part):
    """One application for one person, and why."""

    application: int
    assessor: int
    why: str


class Short(Part):
    """An application for which there are fewer people than it should have, and why."""

    application: int
    missing: int
    why: str


class Plan(Part):
    """Who gets what, in the order of the task's applications; `short` says where somebody is missing."""

    given: list[Given] = []
    short: list[Short] = []


def make_plan(task: Task) -> Plan:
    """The plan of a task."""
    return _Planner(task).plan()


def fitting_words(expertise: Iterable[str], text: str) -> list[str]:
    """Which of these words of expertise a text is about: where it has every word of one of them.

    Words count from their beginning, so that "school" finds "schools"; those of up to three letters do not.
    """
    found = set(re.findall(r"\w+", text.lower()))
    return [words for words in expertise if _is_in(words, found)]


def _is_in(words: str, found: set[str]) -> bool:
    stems = [word.removesuffix("s") for word in re.findall(r"\w+", words.lower()) if len(word) > 3]
    return bool(stems) and all(any(word.startswith(stem) for word in found) for stem in stems)


class _Planner:
    """The plan as it grows: who has which application, and how many each has."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.people = self._shuffled(assessor.key for assessor in task.assessors)
        self.load = {assessor.key: assessor.holds for assessor in task.assessors}
        self.held = {item.key: set(item.held_by) for item in task.applications}
        self.excluded, self.met = set(task.excluded), set(task.met)
        self.words = {(fit.application, fit.assessor): fit.words for fit in task.fits if fit.words}
        self.given: dict[int, set[int]] = {item.key: set() for item in task.applications}
        self.allowed = {
            item.key: [person for person in self.people if self._may(item.key, person)]
            for item in task.applications
        }

    def plan(self) -> Plan:
        order = self._shuffled(item.key for item in self.task.applications)
        wanted = {key: max(self.task.each - len(self.held[key]), 0) for key in order}
        # One place of each application after the other, so that none goes without while others have all.
        for place in range(self.task.each):
            for key in order:
                if place < wanted[key]:
                    self._place(key)
        self._exchange()
        items = [item.key for item in self.task.applications]
        return Plan(
            given=[
                Given(application=key, assessor=person, why=self._why(key, person))
                for key in items
                for person in sorted(self.given[key])
            ],
            short=[
                Short(application=key, missing=missing, why=self._why_short(key))
                for key in items
                if (missing := wanted[key] - len(self.given[key]))
            ],
        )

    def _shuffled(self, keys: Iterable[int]) -> list[int]:
        """In an order that the seed decides, the same on every machine."""
        seed = self.task.seed
        return sorted(keys, key=lambda key: (hashlib.sha256(f"{seed}:{key}".encode()).digest(), key))

    def _may(self, key: int, person: int) -> bool:
        return (key, person) not in self.excluded and person not in self.held[key]

    def _has_room(self, person: int) -> bool:
        return self.task.most is None or self.load[person] < self.task.most

    def _cost(self, key: int, person: int) -> int:
        contact = CONTACT if (key, person) in self.met else 0
        return contact + (0 if (key, person) in self.words else NO_EXPERTISE)

    def _place(self, key: int) -> None:
        """Give one place of an application to whoever ends with least, if need be along a chain."""
        chain = self._chain(key)
        if not chain:
            return
        holder = key
        for person, taken_from in chain:
            self.given[holder].add(person)
            if taken_from is None:
                self.load[person] += 1
            else:
                self.given[taken_from].remove(person)
                holder = taken_from

    def _chain(self, key: int) -> list[tuple[int, int | None]]:
        """The chain to the person with least that can be reached: (person, what they hand on or None)."""
        free = [person for person in self.people if self._has_room(person)]
        least = min((self.load[person] for person in free), default=None)
        if least is None:
            return []
        direct = [p for p in self.allowed[key] if p not in self.given[key] and self._has_room(p)]
        best = min(direct, key=lambda person: (self.load[person], self._cost(key, person)), default=None)
        if best is not None and self.load[best] == least:
            return [(best, None)]
        came = self._reach(key)
        ends = [person for person in self.people if person in came and self._has_room(person)]
        if not ends:
            return []
        end = min(ends, key=lambda person: self.load[person])
        if best is not None and self.load[best] <= self.load[end]:
            return [(best, None)]
        return self._walk_back(came, end, key)

    def _reach(self, key: int) -> dict[int, int]:
        """Everybody a place of the application can lead to, each with what they would get."""
        came: dict[int, int] = {}
        queue, seen = deque([key]), {key}
        while queue:
            application = queue.popleft()
            for person in self.allowed[application]:
                if person in came or person in self.given[application]:
                    continue
                came[person] = application
                for other in self._applications_of(person):
                    if other not in seen:
                        seen.add(other)
                        queue.append(other)
        return came

    def _applications_of(self, person: int) -> list[int]:
        return [item.key for item in self.task.applications if person in self.given[item.key]]

    def _walk_back(self, came: dict[int, int], end: int, key: int) -> list[tuple[int, int | None]]:
        chain: list[tuple[int, int | None]] = []
        person, handed_on = end, None
        while True:
            chain.append((person, handed_on))
            application = came[person]
            if application == key:
                return chain[::-1]
            # Whoever has that application hands it on, and was reached before.
            handed_on = application
            person = next(
                p for p in self.people if p in self.given[application] and self._before(came, p, person)
            )

    def _before(self, came: dict[int, int], first: int, second: int) -> bool:
        order = list(came)
        return first in came and order.index(first) < order.index(second)

    # Exchanges, which leave everybody with as many as before, or two people with each other's number.

    def _exchange(self) -> None:
        for _ in range(PASSES):
            pairs = [(key, person) for key in self.given for person in self._shuffled(self.given[key])]
            bad = [pair for pair in pairs if self._cost(*pair)]
            improved = sum(self._improve(key, person) for key, person in bad)
            if not improved:
                return

    def _improve(self, key: int, person: int) -> bool:
        """Let somebody who fits better have it: one with fewer, or one who takes another in return."""
        if person not in self.given[key]:
            return False
        cost = self._cost(key, person)
        for other in self.allowed[key]:
            gain = cost - self._cost(key, other)
            if other in self.given[key] or gain <= -CONTACT:
                continue
            if gain > 0 and self.load[other] == self.load[person] - 1 and self._has_room(other):
                self._move(key, person, other)
                self.load[person], self.load[other] = self.load[person] - 1, self.load[other] + 1
                return True
            for swapped in self._applications_of(other):
                if swapped == key or person in self.given[swapped] or not self._may(swapped, person):
                    continue
                if gain + self._cost(swapped, other) - self._cost(swapped, person) > 0:
                    self._move(key, person, other)
                    self._move(swapped, other, person)
                    return True
        return False

    def _move(self, key: int, person: int, other: int) -> None:
        self.given[key].remove(person)
        self.given[key].add(other)

    # Words.

    def _why(self, key: int, person: int) -> str:
        words = self.words.get((key, person))
        knows = f"Knows about {', '.join(words).lower()}." if words else "No expertise named fits."
        met = (
            " Had to do with the organisation before; nobody else was left."
            if (key, person) in self.met
            else ""
        )
        number = self.load[person]
        return f"{knows}{met} Has {number} application{'' if number == 1 else 's'} with it."[:300]

    def _why_short(self, key: int) -> str:
        others = [person for person in self.people if person not in self.held[key]]
        out = sum((key, person) in self.excluded for person in others)
        full = sum((key, p) not in self.excluded and not self._has_room(p) for p in others)
        parts = []
        if out:
            parts.append(f"{out} stepped out or may have a conflict")
        if full:
            parts.append(f"{full} {'has' if full == 1 else 'have'} as many as they may")
        return f"Nobody is left: {' and '.join(parts)}." if parts else "There are too few people."
