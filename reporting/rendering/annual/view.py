"""What the report's templates print: plain strings, already cleaned, worded and ordered.

Only strings and booleans reach a template, so that no locale or setting of the machine can change a byte.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reporting.rendering.chart import Row, Segment, status_chart
from reporting.rendering.text import Cleaner, Paragraph, day, direction, moment, short_day
from reporting.snapshot_schema import (
    Action,
    Ambition,
    Deliverable,
    DeliverableRow,
    Snapshot,
    Source,
    Status,
    StatusRow,
    Update,
)

KINDS = {
    "plan": "Work plan",
    "deliverable": "Deliverable",
    "update": "Progress update",
    "evidence": "Evidence",
    "decision": "Decision",
    "dependency": "Dependency",
    "count": "Count",
}

# The chapters that every report has, beside those of its ambitions.
CHAPTERS = {
    "summary": "The year at a glance",
    "method": "How this report was made",
    "sources": "Sources",
}

LONGEST_KEPT, MOST_KEPT = 24, 5  # letters of a word, numbers of sources


@dataclass(frozen=True)
class Line:
    """A line of text with its direction and the numbers of its sources."""

    text: str
    direction: str = "ltr"
    refs: Sequence[str] = ()

    @property
    def head(self) -> str:
        """The text up to the last word, with the space after it."""
        return self.text[: len(self.text) - len(self.tail)]

    @property
    def tail(self) -> str:
        """The last word, kept on one line with the numbers; nothing if either is too long for that."""
        word = self.text.rpartition(" ")[2]
        return word if len(word) <= LONGEST_KEPT and len(self.refs) <= MOST_KEPT else ""


@dataclass(frozen=True)
class Tag:
    """A status as a tag: tone and word."""

    tone: str
    label: str


@dataclass(frozen=True)
class DeliverableView:
    """A row of an action's table of deliverables."""

    code: str
    line: Line
    due: str
    done: str
    tag: Tag


@dataclass(frozen=True)
class UpdateView:
    """A progress update."""

    on: str
    author: str
    tag: Tag | None
    paragraphs: list[Paragraph]
    refs: list[str]


@dataclass(frozen=True)
class DependencyView:
    """An action waited for. `here` tells whether the report has it, and so whether it can be linked."""

    code: str
    line: Line
    tag: Tag
    here: bool


@dataclass(frozen=True)
class ActionView:
    """An action with everything that is reported on it."""

    code: str
    line: Line
    tag: Tag
    reason: Line | None
    override: Line | None
    span: str
    owner: str
    state: str
    uncertain: Line | None
    deliverables: list[DeliverableView]
    updates: list[UpdateView]
    dependencies: list[DependencyView]


@dataclass(frozen=True)
class ChapterView:
    """The chapter of an ambition, or the rest of one (`begins` is false) that another document began."""

    code: str
    stream: str
    headline: str
    statement: Line
    outcomes: list[tuple[str, Line]]
    actions: list[ActionView]
    begins: bool = True

    @property
    def title(self) -> str:
        """The heading of the chapter."""
        return f"{self.stream}: {self.headline}" if self.headline else self.stream


@dataclass(frozen=True)
class TableRow:
    """A row of a summary table: its head, its figures and the number of their source."""

    head: str
    figures: list[str]
    ref: str
    total: bool


@dataclass(frozen=True)
class SummaryView:
    """The page "The year at a glance"."""

    stats: list[tuple[str, str, str]]
    chart: str
    chart_title: str
    chart_description: str
    columns: list[Tag]
    statuses: list[TableRow]
    deliverables: list[TableRow]
    attention: list[ActionView]


@dataclass(frozen=True)
class SourceView:
    """An entry of the chapter "Sources"."""

    number: str
    kind: str
    title: Line
    record: str
    where: str
    url: str
    by: str
    on: str
    counted: str


@dataclass(frozen=True)
class ReportView:
    """The whole report."""

    title: str
    language: str
    program: str
    sponsor: str
    purpose: Line
    year: str
    year_short: str
    period: str
    as_at: str
    taken: str
    hash: str
    hash_groups: list[str]
    demonstration: bool
    draft: bool
    interim: str
    summary: SummaryView
    chapters: list[ChapterView]
    method: list[tuple[str, list[Paragraph]]]
    sources: list[SourceView]
    link_labels: dict[str, str] = field(default_factory=dict)


def build_view(snapshot: Snapshot, *, digest: str, cleaner: Cleaner, draft: bool) -> ReportView:
    """Word a whole snapshot for the templates. `digest` is the snapshot's hash."""
    return _Builder(snapshot, cleaner).report(digest, draft=draft)


class _Builder:
    def __init__(self, snapshot: Snapshot, cleaner: Cleaner) -> None:
        self.snapshot = snapshot
        self.text = cleaner
        self.codes = {action.code for ambition in snapshot.ambitions for action in ambition.actions}

    def report(self, digest: str, *, draft: bool) -> ReportView:
        meta = self.snapshot.meta
        year = meta.year
        chapters = [self.chapter(ambition) for ambition in self.snapshot.ambitions]
        return ReportView(
            title=self.text.line(f"Annual progress report: {meta.program.name}, {year.label}"),
            language=meta.language,
            program=self.text.line(meta.program.name),
            sponsor=self.text.line(meta.program.sponsor),
            purpose=self.line(meta.program.purpose, [meta.program.ref]),
            year=self.year_words(),
            year_short=self.text.line(year.label),
            period=f"{day(year.starts_on)} to {day(year.ends_on)}",
            as_at=day(meta.as_at),
            taken=f"{moment(meta.taken_at)} by {self.text.line(meta.taken_by)}",
            hash=digest,
            hash_groups=[digest[start : start + 8] for start in range(0, len(digest), 8)],
            demonstration=meta.demonstration,
            draft=draft,
            interim=f"The year ends on {day(year.ends_on)}." if meta.as_at <= year.ends_on else "",
            summary=self.summary(chapters),
            chapters=chapters,
            method=[
                (self.text.line(note.heading), self.text.paragraphs(note.text))
                for note in self.snapshot.method
            ],
            sources=[self.source(source) for source in self.snapshot.sources],
            link_labels=self.link_labels(),
        )

    def year_words(self) -> str:
        """Which year of how many: "Year 2 of 3", or "2026-27, year 2 of 4" where its label has no number."""
        year = self.snapshot.meta.year
        label = self.text.line(year.label)
        if label.casefold() == f"year {year.number}":
            return f"{label} of {year.of}"
        return f"{label}, year {year.number} of {year.of}"

    def line(self, text: str, refs: Iterable[int] = ()) -> Line:
        clean = self.text.line(text)
        return Line(text=clean, direction=direction(clean), refs=_numbers(refs))

    def tag(self, status: Status) -> Tag:
        return Tag(tone=status.tone, label=self.text.line(status.label))

    def chapter(self, ambition: Ambition) -> ChapterView:
        return ChapterView(
            code=ambition.code,
            stream=self.text.line(ambition.stream),
            headline=self.text.line(ambition.headline),
            statement=self.line(ambition.statement, [ambition.ref]),
            outcomes=[
                (self.text.line(outcome.horizon), self.line(outcome.text, [outcome.ref]))
                for outcome in ambition.outcomes
            ],
            actions=[self.action(action) for action in ambition.actions],
        )

    def action(self, action: Action) -> ActionView:
        return ActionView(
            code=action.code,
            line=self.line(action.text, [action.ref]),
            tag=self.tag(action.status),
            reason=self.reason(action),
            override=self.override(action),
            span=self.text.line(action.span),
            owner=self.text.line(action.owner),
            state=self.text.line(action.state),
            uncertain=self.line(action.uncertain_note, [action.ref]) if action.uncertain else None,
            deliverables=[self.deliverable(item) for item in action.deliverables],
            updates=[self.update(update) for update in action.updates],
            dependencies=[
                DependencyView(
                    item.code, self.line(item.text, [item.ref]), self.tag(item.state), item.code in self.codes
                )
                for item in action.dependencies
            ],
        )

    def reason(self, action: Action) -> Line | None:
        """Why the status is what it is."""
        if action.override:
            return self.line(action.override.reason, [action.override.ref])
        return self.line(action.rag.reason or "No reason recorded.", action.rag.refs)

    def override(self, action: Action) -> Line | None:
        """Who set the status, and what it would be by the rule."""
        if not action.override:
            return None
        reason = f": {action.rag.reason}" if action.rag.reason else "."
        return self.line(
            f"Set by {action.override.by} on {day(action.override.on)}. "
            f"By the rule it is “{action.rag.label}”{reason}",
            action.rag.refs,
        )

    def deliverable(self, item: Deliverable) -> DeliverableView:
        return DeliverableView(
            code=item.code,
            line=self.line(item.text, [item.ref, *item.evidence]),
            due=short_day(item.due),
            done=short_day(item.done_on),
            tag=self.tag(item.state),
        )

    def update(self, update: Update) -> UpdateView:
        tag = Tag(update.tone, self.text.line(update.label)) if update.tone and update.label else None
        return UpdateView(
            on=day(update.on),
            author=self.text.line(update.author),
            tag=tag,
            paragraphs=self.text.paragraphs(update.narrative),
            refs=_numbers([update.ref, *update.evidence]),
        )

    def summary(self, chapters: Sequence[ChapterView]) -> SummaryView:
        totals = self.snapshot.totals
        columns = [Tag(count.tone, self.text.line(count.label)) for count in totals.statuses[-1].counts]
        bars = self.bars(totals.statuses[:-1])
        title = f"Actions of {self.text.line(self.snapshot.meta.year.label)} by status and ambition"
        description = describe(bars)
        return SummaryView(
            stats=self.stats(totals.statuses[-1], totals.deliverables[-1]),
            chart=status_chart(bars, title=title, description=description),
            chart_title=title,
            chart_description=description,
            columns=columns,
            statuses=[self.status_row(row) for row in totals.statuses],
            deliverables=[self.deliverable_row(row) for row in totals.deliverables],
            attention=[
                action
                for tone in ("bad", "warn")
                for chapter in chapters
                for action in chapter.actions
                if action.tag.tone == tone
            ],
        )

    def stats(self, statuses: StatusRow, deliverables: DeliverableRow) -> list[tuple[str, str, str]]:
        """The large figures: (figure, words, number of the source)."""
        well = sum(count.value for count in statuses.counts if count.tone in ("good", "done"))
        year = self.text.line(self.snapshot.meta.year.label)
        noun = "action" if statuses.total == 1 else "actions"
        return [
            (str(statuses.total), f"{noun} in {year}", str(statuses.ref)),
            (f"{well} of {statuses.total}", "complete or on track", str(statuses.ref)),
            (f"{deliverables.done} of {deliverables.planned}", "deliverables done", str(deliverables.ref)),
            (str(deliverables.overdue), "overdue", str(deliverables.ref)),
        ]

    def stream(self, code: str | None) -> str:
        streams = {ambition.code: ambition.stream for ambition in self.snapshot.ambitions}
        return self.text.line(streams[code]) if code else "All ambitions"

    def bars(self, rows: Sequence[StatusRow]) -> list[Row]:
        return [
            Row(
                self.stream(row.ambition),
                [Segment(count.tone, self.text.line(count.label), count.value) for count in row.counts],
            )
            for row in rows
        ]

    def status_row(self, row: StatusRow) -> TableRow:
        values = [count.value for count in row.counts]
        columns = len(self.snapshot.totals.statuses[-1].counts)
        figures = [str(value) for value in (values or [0] * columns)]
        return TableRow(
            self.stream(row.ambition), [*figures, str(row.total)], str(row.ref), row.ambition is None
        )

    def deliverable_row(self, row: DeliverableRow) -> TableRow:
        figures = [str(value) for value in (row.planned, row.done, row.overdue, row.to_come)]
        return TableRow(self.stream(row.ambition), figures, str(row.ref), row.ambition is None)

    def source(self, source: Source) -> SourceView:
        return SourceView(
            number=str(source.ref),
            kind=KINDS[source.kind],
            title=self.line(source.title),
            record=self.text.line(source.record),
            where=self.text.line(source.where),
            url=str(source.url or ""),
            by=self.text.line(source.by),
            on=short_day(source.on) if source.on else "",
            counted=", ".join(self.text.line(record) for record in source.counted),
        )

    def link_labels(self) -> dict[str, str]:
        """What a reader says for a link, by its target."""
        labels = {
            f"source-{item.ref}": f"Source {item.ref}: {self.text.line(item.title)}"
            for item in self.snapshot.sources
        }
        labels |= {f"chapter-{name}": f"Chapter {heading}" for name, heading in CHAPTERS.items()}
        for ambition in self.snapshot.ambitions:
            labels[f"chapter-{ambition.code}"] = f"Chapter {self.text.line(ambition.stream)}"
            for action in ambition.actions:
                labels[f"action-{action.code}"] = f"Action {action.code}"
        return labels


def describe(rows: Sequence[Row]) -> str:
    """The chart in words: "Upstream: 1 on track, 1 at risk. ..." """
    sentences = []
    for row in rows:
        parts = [f"{segment.value} {segment.label.lower()}" for segment in row.segments if segment.value]
        sentences.append(f"{row.label}: {', '.join(parts) or 'no actions'}.")
    return " ".join(sentences)


def _numbers(refs: Iterable[int]) -> list[str]:
    return [str(ref) for ref in dict.fromkeys(refs)]
