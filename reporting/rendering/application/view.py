"""What the template of an application prints: plain strings, already cleaned, worded and ordered."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from reporting.rendering.application.content import (
    AnswerContent,
    ApplicationDocument,
    NamedFile,
    ShownAnswer,
)
from reporting.rendering.text import Cleaner, Paragraph, day, direction

# A table that is wider, or that holds longer texts, is printed row by row.
MOST_COLUMNS = 5
LONGEST_CELL = 280
# Widths of columns, in twentieths; a column has at least so many.
SHARES, LEAST_SHARE = 20, 2
# Letters that fit into a twentieth, carefully counted, and those that the margins of a cell take.
LETTERS_PER_SHARE, WORD_MARGIN = 4, 3
# A title longer than this is set smaller on the cover, and is cut where a program shows the PDF's name.
LONG_TITLE, LONGEST_NAME = 80, 160
NUMBER = re.compile(r"[-–−+]?\s?(?:[A-Z]{2,3}|[A-Z]{0,2}[$€£₱₹])?\s?\d[\d,. ]*\s?%?")


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    paragraphs: list[Paragraph]
    number: bool = False


@dataclass(frozen=True)
class Row:
    """A row: its head, and the cells after it."""

    head: Cell
    cells: list[Cell]


@dataclass(frozen=True)
class Column:
    """The head of a column; numbers stand at the right. `width` is in twentieths of the table's."""

    text: str
    number: bool
    width: int


@dataclass(frozen=True)
class Table:
    """A table with its caption. `span` is how many columns the word "Total" takes."""

    caption: str
    columns: list[Column]
    rows: list[Row]
    total: str = ""
    span: int = 1


@dataclass(frozen=True)
class FileView:
    """A file by its number in the list of files, which is "" if it is not there."""

    number: str
    name: str
    direction: str
    size: str
    question: str = ""
    hash_groups: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class AnswerView:
    """A question and its answer."""

    anchor: str
    label: str
    direction: str
    paragraphs: list[Paragraph]
    table: Table | None
    records: list[Table]
    total: str
    files: list[FileView]

    @property
    def is_empty(self) -> bool:
        return not (self.paragraphs or self.table or self.records or self.files)


@dataclass(frozen=True)
class SectionView:
    """A section, or the rest of one (`begins` is false) that another part began."""

    anchor: str
    number: str
    title: str
    direction: str
    answers: list[AnswerView]
    begins: bool = True


@dataclass(frozen=True)
class ApplicationView:
    """The whole application."""

    language: str
    code: str
    title: str
    name: str
    direction: str
    program: str
    sponsor: str
    edition: str
    facts: list[tuple[str, str]]
    notes: list[str]
    submitted: str
    day: str
    hash_groups: list[str]
    demonstration: bool
    sections: list[SectionView]
    declaration: list[Paragraph]
    signed: list[tuple[str, str]]
    files: list[FileView]
    link_labels: dict[str, str] = field(default_factory=dict)

    @property
    def is_long(self) -> bool:
        """Whether the title needs smaller letters on the cover."""
        return len(self.title) > LONG_TITLE


def build_view(document: ApplicationDocument, *, cleaner: Cleaner) -> ApplicationView:
    """Word a submission for the template."""
    return _Builder(document, cleaner).view()


class _Builder:
    def __init__(self, document: ApplicationDocument, cleaner: Cleaner) -> None:
        self.facts, self.content, self.text = document.facts, document.content, cleaner
        self.numbers = {file.key: str(number) for number, file in enumerate(self.content.files, start=1)}
        self.labels = {
            answer.key: cleaner.line(answer.label)
            for section in self.content.sections
            for answer in section.fields
        }

    def view(self) -> ApplicationView:
        content, facts, line = self.content, self.facts, self.text.line
        title = line(content.title) or "Application without a title"
        sections = [self.section(index) for index in range(len(content.sections))]
        files = [self.file(file) for file in content.files]
        declaration = content.declaration
        return ApplicationView(
            language=facts.language,
            code=line(content.application),
            title=title,
            name=title if len(title) <= LONGEST_NAME else f"{title[: LONGEST_NAME - 1]}…",
            direction=direction(title),
            program=line(facts.program),
            sponsor=line(facts.sponsor),
            edition=f"Submission {facts.number}",
            facts=self.cover_facts(),
            notes=self.notes(),
            submitted=line(facts.submitted),
            day=day(facts.submitted_at),
            hash_groups=grouped(facts.sha256),
            demonstration=facts.demonstration,
            sections=sections,
            declaration=self.text.paragraphs(declaration.text),
            signed=_given(
                ("Name", line(declaration.name)),
                ("Position", line(declaration.position)),
                ("Submitted by", line(facts.submitted_by)),
                ("Received", line(facts.submitted)),
            ),
            files=files,
            link_labels=self.link_labels(sections, files),
        )

    def cover_facts(self) -> list[tuple[str, str]]:
        line, organisation, round_ = self.text.line, self.content.organisation, self.content.round
        name = line(organisation.name)
        return _given(
            ("Organisation", f"{name}, ABN {_abn(line(organisation.abn))}" if organisation.abn else name),
            ("Round", " · ".join(part for part in (line(round_.title), line(round_.code)) if part)),
            ("Stage", line(self.facts.stage)),
            ("Amount asked for", line(self.facts.amount)),
            ("Received", line(self.facts.submitted)),
        )

    def notes(self) -> list[str]:
        found = []
        if self.facts.changed:
            found.append("It answers a request for changes and takes the place of the submission before it.")
        if self.facts.in_grace:
            found.append("It was received within the time of grace after the round had closed.")
        return found

    def section(self, index: int) -> SectionView:
        section, number = self.content.sections[index], index + 1
        title = self.text.line(section.title) or f"Section {number}"
        answers = [
            self.answer(answer, f"answer-{number}-{place}")
            for place, answer in enumerate(section.fields, start=1)
        ]
        return SectionView(f"section-{number}", str(number), title, direction(title), answers)

    def answer(self, answer: AnswerContent, anchor: str) -> AnswerView:
        shown, label = answer.shown, self.text.line(answer.label) or "Question"
        table = self.table(shown) if shown.rows else None
        by_row = table is not None and is_wide(shown)
        return AnswerView(
            anchor=anchor,
            label=label,
            direction=direction(label),
            paragraphs=self.text.paragraphs("\n".join(shown.lines)),
            table=None if by_row else table,
            records=self.records(shown) if by_row else [],
            total=self.sum(shown) if by_row else "",
            files=[self.file(file) for file in shown.files],
        )

    def table(self, shown: ShownAnswer) -> Table:
        width = max(1, len(shown.head), *(len(row) for row in shown.rows))
        rows = [[*row, *[""] * (width - len(row))] for row in shown.rows]
        numeric = [is_numeric([row[column] for row in rows]) for column in range(width)]
        heads = [*shown.head, *[""] * (width - len(shown.head))]
        return Table(
            caption=_counted(len(rows), "row"),
            columns=[
                Column(self.text.line(head), number, share)
                for head, number, share in zip(heads, numeric, widths([heads, *rows]), strict=True)
            ],
            rows=[
                Row(
                    self.cell(row[0]),
                    [
                        self.cell(text, number=number)
                        for text, number in zip(row[1:], numeric[1:], strict=True)
                    ],
                )
                for row in rows
            ],
            total=self.sum(shown),
            span=max(width - 1, 1),
        )

    def records(self, shown: ShownAnswer) -> list[Table]:
        """Each row as a table of its own, a line a column."""
        count = len(shown.rows)
        return [
            Table(
                caption=f"{number} of {count}",
                columns=[],
                rows=[
                    Row(self.cell(shown.head[column] if column < len(shown.head) else ""), [self.cell(text)])
                    for column, text in enumerate(row)
                ],
            )
            for number, row in enumerate(shown.rows, start=1)
        ]

    def sum(self, shown: ShownAnswer) -> str:
        """The sum of a table without the word, which stands in the first column."""
        return self.text.line(shown.total).removeprefix("Total ")

    def cell(self, text: str, *, number: bool = False) -> Cell:
        return Cell(self.text.paragraphs(text), number)

    def file(self, file: NamedFile) -> FileView:
        name = self.text.line(file.name) or "File without a name"
        return FileView(
            number=self.numbers.get(file.key, ""),
            name=name,
            direction=direction(name),
            size=size_words(file.size),
            question=self.labels.get(file.field, ""),
            hash_groups=grouped(file.sha256),
        )

    @staticmethod
    def link_labels(sections: Sequence[SectionView], files: Sequence[FileView]) -> dict[str, str]:
        """What a reader says for a link, by its target."""
        return {
            **{section.anchor: f"Section {section.number}: {section.title}" for section in sections},
            **{f"file-{file.number}": f"File {file.number}: {file.name}" for file in files},
            "section-declaration": "Section Declaration",
            "section-files": "Section Files",
        }


def rest_of(section: SectionView, numbers: Sequence[int]) -> SectionView:
    """The stretch of a section with the answers of these numbers, counted from 0."""
    answers = section.answers[numbers[0] : numbers[-1] + 1]
    return replace(section, answers=answers, begins=numbers[0] == 0)


def is_wide(shown: ShownAnswer) -> bool:
    """Whether a table has too many columns, or too long texts, to be read side by side."""
    columns = max(len(shown.head), *(len(row) for row in shown.rows))
    longest = max((len(cell) for row in shown.rows for cell in row), default=0)
    return columns > MOST_COLUMNS or (columns > 2 and longest > LONGEST_CELL) or longest > 3 * LONGEST_CELL


def widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """The width of each column in twentieths, by the longest text in it; none breaks its longest word.

    The last one has what is left.
    """
    columns = list(zip(*rows, strict=True))
    weights = [min(max(8, *(len(cell) for cell in column)), 60) for column in columns]
    least = [_least_share(column, len(columns)) for column in columns]
    shares = [
        max(room, round(SHARES * weight / sum(weights)))
        for weight, room in zip(weights[:-1], least, strict=False)
    ]
    while sum(shares) > SHARES - least[-1]:
        spare = [share - room for share, room in zip(shares, least, strict=False)]
        shares[spare.index(max(spare))] -= 1
    return [*shares, SHARES - sum(shares)]


def _least_share(cells: Sequence[str], columns: int) -> int:
    """What a column needs so that its longest word stands on one line, as far as there is room for all."""
    longest = max((len(word) for cell in cells for word in cell.split()), default=0)
    needed = -(-(longest + WORD_MARGIN) // LETTERS_PER_SHARE)
    return min(max(LEAST_SHARE, needed), max(LEAST_SHARE, SHARES // columns))


def is_numeric(cells: Iterable[str]) -> bool:
    """Whether a column holds amounts or other numbers and nothing else."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and all(NUMBER.fullmatch(cell) for cell in filled)


def grouped(digest: str) -> list[str]:
    """A hash in groups of eight, which may stand on several lines."""
    return [digest[start : start + 8] for start in range(0, len(digest), 8)]


def size_words(size: int) -> str:
    """The size of a file: "312 KB", "4.1 MB"."""
    if size < 1000:
        return _counted(size, "byte")
    if size < 1_000_000:
        return f"{size / 1000:.0f} KB"
    return f"{size / 1_000_000:.1f} MB"


def _abn(digits: str) -> str:
    return f"{digits[:2]} {digits[2:5]} {digits[5:8]} {digits[8:]}" if len(digits) == 11 else digits


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _given(*facts: tuple[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in facts if value]
