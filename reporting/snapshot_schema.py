"""The frozen figures of an annual progress report, version 1.

A snapshot is a plain JSON object. Everything a report prints comes from it, and every statement and figure
names the source record it was taken from: `ref` (one) or `refs` (several) point into the numbered `sources`.
Days are ISO dates, moments are ISO timestamps with an offset. Unknown fields are refused, so that a mistyped
name cannot drop a statement from a report without notice.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, HttpUrl, model_validator

VERSION = 1

Tone = Literal["good", "done", "warn", "bad", "info", "idle"]
Standing = Literal["done", "overdue", "to_come", "dropped"]
SourceKind = Literal["plan", "deliverable", "update", "evidence", "decision", "dependency", "count"]
Ref = Annotated[int, Field(ge=1)]
Refs = Annotated[list[Ref], Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Part(BaseModel):
    """Base of every part of a snapshot: no unknown field, no change after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Status(Part):
    """A state as people read it: a tone (hue and glyph) and its word."""

    tone: Tone
    label: Text


class ComputedStatus(Status):
    """The status that follows from deliverables, dates and dependencies, and the records it follows from."""

    reason: str = ""
    refs: Refs


class OverriddenStatus(Status):
    """A status set by a person in place of the computed one; always with a reason."""

    reason: Text
    by: Text
    on: date
    ref: Ref


class Deliverable(Part):
    """A thing an action promised. `standing` says in which column it is counted, `state` what is printed."""

    code: Code
    text: Text
    due: date | None = None
    state: Status
    standing: Standing
    done_on: date | None = None
    ref: Ref
    evidence: list[Ref] = []


class Update(Part):
    """What was reported on an action. The narrative is plain text; blank lines separate paragraphs."""

    on: date
    author: Text
    narrative: str
    tone: Tone | None = None
    label: str = ""
    ref: Ref
    evidence: list[Ref] = []


class Dependency(Part):
    """Another action that this one waits for."""

    code: Code
    text: Text
    state: Status
    ref: Ref


class Action(Part):
    """An action whose span of years includes the year of the report."""

    code: Code
    text: Text
    span: Text
    first_year: int
    last_year: int
    uncertain: bool = False
    uncertain_note: str = ""
    state: str = ""
    rag: ComputedStatus
    override: OverriddenStatus | None = None
    owner: str = ""
    ref: Ref
    deliverables: list[Deliverable] = []
    updates: list[Update] = []
    dependencies: list[Dependency] = []

    @property
    def status(self) -> Status:
        """The status that counts: the override where there is one."""
        return self.override or self.rag


class Outcome(Part):
    """What an ambition is to bring about; `horizon` is printed as it stands ("Short term")."""

    code: Code
    horizon: Text
    text: Text
    ref: Ref


class Ambition(Part):
    """A stream of the plan with its outcomes and the actions of the year."""

    code: Code
    stream: Text
    headline: str = ""
    statement: str = ""
    ref: Ref
    outcomes: list[Outcome] = []
    actions: list[Action] = []


class Source(Part):
    """A numbered entry of the chapter "Sources": which record stands behind a statement or figure.

    `record` names the record ("deliverable 12"); `where` says where it is kept (a file name with the start of
    its hash, for instance); `counted` lists the records behind a source of kind "count".
    """

    ref: Ref
    kind: SourceKind
    title: Text
    record: Text
    where: str = ""
    url: HttpUrl | None = None
    by: str = ""
    on: date | None = None
    counted: list[str] = []


class StatusCount(Part):
    """How many actions have a status."""

    tone: Tone
    label: Text
    value: Count


class StatusRow(Part):
    """Actions by status, of one ambition or (ambition null) of the whole plan year."""

    ambition: Code | None
    counts: list[StatusCount]
    total: Count
    ref: Ref


class DeliverableRow(Part):
    """Deliverables by standing, of one ambition or (ambition null) of the whole plan year.

    `planned` = done + overdue + to_come; dropped deliverables are not counted.
    """

    ambition: Code | None
    planned: Count
    done: Count
    overdue: Count
    to_come: Count
    ref: Ref


class Totals(Part):
    """The figures of the summary: a row per ambition in their order, then one for all."""

    statuses: list[StatusRow]
    deliverables: list[DeliverableRow]


class ProgramFacts(Part):
    """The program as it was. `accent` is its colour on light paper; `ref` its record."""

    slug: Code
    name: Text
    sponsor: Text
    purpose: str = ""
    accent: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#0f5a63"
    ref: Ref


class YearFacts(Part):
    """The program year of the report. `of` is how many years the plan has."""

    number: Annotated[int, Field(ge=1)]
    label: Text
    starts_on: date
    ends_on: date
    of: Annotated[int, Field(ge=1)]


class MethodNote(Part):
    """A paragraph on how figures or statuses come about, frozen with the rule that was in force."""

    heading: Text
    text: Text


class Meta(Part):
    """Of which program and year, as at which day, taken when and by whom."""

    program: ProgramFacts
    year: YearFacts
    taken_at: AwareDatetime
    taken_by: Text
    as_at: date
    demonstration: bool = False
    # Of no effect: snapshots from before there were editions bear it. A draft is an edition of a report now.
    draft: bool = False
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en-AU"


class Snapshot(Part):
    """The whole of an annual progress report; see the module's docstring."""

    version: Literal[1]
    kind: Literal["annual_progress"] = "annual_progress"
    meta: Meta
    ambitions: Annotated[list[Ambition], Field(min_length=1)]
    totals: Totals
    method: list[MethodNote] = []
    sources: Annotated[list[Source], Field(min_length=1)]

    @model_validator(mode="after")
    def sources_are_numbered(self) -> Self:
        """Sources run 1, 2, 3 ... and every reference points at one."""
        if [source.ref for source in self.sources] != list(range(1, len(self.sources) + 1)):
            raise ValueError("sources: the refs must be 1, 2, 3 and so on, in order")
        for where, ref in references(self):
            if ref > len(self.sources):
                raise ValueError(f"{where}: there is no source {ref}")
        return self

    @model_validator(mode="after")
    def codes_are_unique(self) -> Self:
        """A code names one ambition or one action: links in the report go by it."""
        for name, codes in (
            ("ambitions", [ambition.code for ambition in self.ambitions]),
            ("actions", [action.code for ambition in self.ambitions for action in ambition.actions]),
        ):
            if twice := sorted({code for code in codes if codes.count(code) > 1}):
                raise ValueError(f"{name}: the code {twice[0]} is used twice")
        return self

    @model_validator(mode="after")
    def actions_fall_in_the_year(self) -> Self:
        """Only actions whose span includes the year belong in its report."""
        year = self.meta.year.number
        for ambition in self.ambitions:
            for action in ambition.actions:
                if not action.first_year <= year <= action.last_year:
                    raise ValueError(f"action {action.code}: its span does not include year {year}")
        return self

    @model_validator(mode="after")
    def totals_agree(self) -> Self:
        """The figures are those of the actions and deliverables in the same snapshot."""
        expected = [ambition.code for ambition in self.ambitions] + [None]
        for name, rows in (("statuses", self.totals.statuses), ("deliverables", self.totals.deliverables)):
            if [row.ambition for row in rows] != expected:
                raise ValueError(f"totals.{name}: one row per ambition in their order, then one for all")
        columns = [[(count.tone, count.label) for count in row.counts] for row in self.totals.statuses]
        if any(labels != columns[-1] for labels in columns):
            raise ValueError("totals.statuses: every row counts the same statuses, in the same order")
        for status_row in self.totals.statuses:
            _check_statuses(status_row, self.ambitions)
        for deliverable_row in self.totals.deliverables:
            _check_deliverables(deliverable_row, self.ambitions)
        return self


def actions_of(ambitions: Sequence[Ambition], code: str | None) -> list[Action]:
    """The actions of one ambition, or of all where the code is null, in the plan's order."""
    return [action for ambition in ambitions if code in (None, ambition.code) for action in ambition.actions]


def _check_statuses(row: StatusRow, ambitions: Sequence[Ambition]) -> None:
    actions = actions_of(ambitions, row.ambition)
    where = f"totals.statuses of {row.ambition or 'all'}"
    if row.total != len(actions):
        raise ValueError(f"{where}: total is {row.total}, the snapshot holds {len(actions)} actions")
    labels = [(action.status.tone, action.status.label) for action in actions]
    for count in row.counts:
        if count.value != (found := labels.count((count.tone, count.label))):
            raise ValueError(f"{where}: {count.label} is {count.value}, the snapshot holds {found}")
    if sum(count.value for count in row.counts) != row.total:
        raise ValueError(f"{where}: the counts do not add up to {row.total}")


def _check_deliverables(row: DeliverableRow, ambitions: Sequence[Ambition]) -> None:
    standings = [
        item.standing for action in actions_of(ambitions, row.ambition) for item in action.deliverables
    ]
    where = f"totals.deliverables of {row.ambition or 'all'}"
    counted: dict[Standing, int] = {"done": row.done, "overdue": row.overdue, "to_come": row.to_come}
    for name, value in counted.items():
        if value != (found := standings.count(name)):
            raise ValueError(f"{where}: {name} is {value}, the snapshot holds {found}")
    if row.planned != row.done + row.overdue + row.to_come:
        raise ValueError(f"{where}: planned is {row.planned}, not the sum of done, overdue and to come")


def references(part: Part, where: str = "") -> Iterator[tuple[str, int]]:
    """Every reference to a source under a part, with the path of its field ("ambitions.0.ref")."""
    for name in type(part).model_fields:
        value, path = getattr(part, name), f"{where}.{name}".lstrip(".")
        if name == "ref" and not isinstance(part, Source):
            yield path, value
        elif name in ("refs", "evidence"):
            yield from ((path, ref) for ref in value)
        elif isinstance(value, Part):
            yield from references(value, path)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, Part):
                    yield from references(item, f"{path}.{index}")


def canonical_json(snapshot: dict[str, Any]) -> bytes:
    """The one way to write a snapshot as bytes: sorted keys, no spaces, UTF-8."""
    text = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def snapshot_hash(snapshot: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal: the identity of a report."""
    return hashlib.sha256(canonical_json(snapshot)).hexdigest()
