"""How an organisation keeps children safe: its policy, and how many people were checked.

Counts only. Nothing here asks for the name or the birth of anybody.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field as Setting

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import Input, Problem, Shown, options_of, quoted
from grants.engine.kinds.days import FIRST, LAST, day_problem, day_words, parse_day
from grants.engine.kinds.files import MOST_FILES
from grants.engine.kinds.parts import PartsKind
from grants.engine.kinds.reading import lines_in, part_of
from grants.engine.schema import Field, Json, Part

WITH_FILE = "Needed once you add the policy"
MOST_PEOPLE = 1_000_000


class PolicyOptions(Part):
    """How many files, such as the policy and its code of conduct."""

    most: Annotated[int, Setting(ge=1, le=MOST_FILES)] = 3


class Policy(PartsKind):
    name = "policy"
    label = "Child-safe policy"
    about = "The policy as a file, since when it holds and when it is reviewed. Evidence that expires."
    takes_files = True
    control = "policy"
    Options = PolicyOptions

    def parts(self, field: Field) -> Sequence[Input]:
        return [
            Input("adopted_on", "Adopted on", type="date", size="short", hint=WITH_FILE),
            Input(
                "review_on",
                "To be reviewed by",
                type="date",
                size="short",
                hint=f"{WITH_FILE}. After this day the policy counts as out of date",
            ),
        ]

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        adopted, review = (part_of(value, part) for part in ("adopted_on", "review_on"))
        today = limits.today if limits.today != date.max else None
        wrong_adopted = day_problem(adopted, "“Adopted on”", latest=today or LAST)
        wrong_review = day_problem(review, "“To be reviewed by”", earliest=today or FIRST)
        if today and parse_day(review) and wrong_review:
            wrong_review = f"The policy was to be reviewed by {day_words(review)}; give one that is in date"
        pairs = [(wrong_adopted, "adopted_on"), (wrong_review, "review_on")]
        return [Problem(words, part) for words, part in pairs if words]

    def missing(self, field: Field) -> str:
        return f"Add the policy, with its dates, for {quoted(field)}"

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        if not isinstance(value, dict):
            return Shown(lines=lines_in(value), files=files)
        words = [(one.label, day_words(value.get(one.part))) for one in self.parts(field)]
        return Shown(lines=[f"{label} {given}" for label, given in words if given], files=files)

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        return {**super().inputs(field, value, limits=limits), "most": self.most_files(field)}

    def most_files(self, field: Field) -> int:
        return options_of(field, PolicyOptions).most

    def needs_file(self, field: Field) -> bool:
        return True


def expires_on(value: Json) -> date | None:
    """Until when a policy that was given as an answer counts."""
    return parse_day(part_of(value, "review_on"))


class Screening(PartsKind):
    name = "screening"
    label = "Working with children checks"
    about = "How many people work with children and how many were checked: counts, never names."

    def parts(self, field: Field) -> Sequence[Input]:
        return [
            Input("people", "People who will work with children", type="whole", size="short"),
            Input("checked", "Of these, with a current check", type="whole", size="short"),
            Input("pending", "Of these, with a check under way", type="whole", size="short"),
            Input("as_at", "As at", type="date", size="short"),
        ]

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        counts = {part: _count(value, part) for part in ("people", "checked", "pending")}
        labels = {one.part: one.label for one in self.parts(field)}
        problems = [
            Problem(f"“{labels[part]}” must be a whole number, also if it is 0", part)
            for part, count in counts.items()
            if count is None
        ]
        people, checked, pending = (counts[part] or 0 for part in ("people", "checked", "pending"))
        if not problems and checked + pending > people:
            words = f"You counted {checked + pending} checks for {people} people: each person counts once"
            problems.append(Problem(words, "checked"))
        latest = limits.today if limits.today != date.max else LAST
        wrong_day = day_problem(part_of(value, "as_at"), "“As at”", latest=latest)
        return problems + ([Problem(wrong_day, "as_at")] if wrong_day else [])

    def missing(self, field: Field) -> str:
        return f"Give the counts for {quoted(field)}"

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        if not isinstance(value, dict):
            return Shown(lines=lines_in(value))
        given = [(one.label, day_words(part_of(value, one.part))) for one in self.parts(field)]
        return Shown(lines=[f"{label}: {words}" for label, words in given if words])


def _count(value: Json, part: str) -> int | None:
    """A count of people; None for what is none."""
    given = part_of(value, part)
    digits = given.isascii() and given.isdigit() and len(given) < 10
    return int(given) if digits and int(given) <= MOST_PEOPLE else None
