"""The plan as a grid: a lane an ambition, a column a year, an action over the years that it runs."""

from dataclasses import dataclass

from workplan.models import Ambition, ProgramYear
from workplan.queries import ActionLine, Plan
from workplan.states import Rag


@dataclass(frozen=True)
class Card:
    """An action in the grid: where it begins, how many columns it covers, whether it runs past the last."""

    line: ActionLine
    at: int
    over: int
    past_end: bool

    @property
    def end_words(self) -> str:
        """Said on a card that runs past the plan's last year."""
        return f"Runs to Year {self.line.action.last_year}"


@dataclass(frozen=True)
class Column:
    """A year. `at` is its place from the left."""

    year: ProgramYear
    at: int
    is_current: bool


@dataclass(frozen=True)
class Lane:
    """An ambition: actions of one column in `cells`, longer ones in `spans`."""

    ambition: Ambition
    cells: list[tuple[Column, list[Card]]]
    spans: list[Card]


@dataclass(frozen=True)
class YearProgress:
    """How the actions that run in a year stand today."""

    column: Column
    total: int
    complete: int
    on_track: int
    by_tone: list[tuple[str, int]]


@dataclass(frozen=True)
class Matrix:
    """The grid with the figures above it."""

    columns: list[Column]
    lanes: list[Lane]
    progress: list[YearProgress]
    done: int
    counted: int
    overdue: int
    uncertain: list[ActionLine]
    days_left: int | None


def build_matrix(plan: Plan) -> Matrix:
    """Place every action once."""
    columns = [
        Column(
            year=year,
            at=place,
            is_current=year == plan.current_year,
        )
        for place, year in enumerate(plan.years, start=1)
    ]
    return Matrix(
        columns=columns,
        lanes=[_lane(plan, ambition, columns) for ambition in plan.ambitions],
        progress=[_progress(plan, column) for column in columns if _counts(plan, column.year)],
        done=sum(line.done for line in plan.lines),
        counted=sum(line.counted for line in plan.lines),
        overdue=sum(len(line.overdue) for line in plan.lines),
        uncertain=[line for line in plan.lines if line.action.year_is_uncertain],
        days_left=(plan.current_year.ends_on - plan.on).days if plan.current_year else None,
    )


def _lane(plan: Plan, ambition: Ambition, columns: list[Column]) -> Lane:
    cards = [_card(line, columns) for line in plan.lines if line.action.ambition_id == ambition.pk]
    cells = [(column, [c for c in cards if c.at == column.at and c.over == 1]) for column in columns]
    return Lane(ambition, cells, [card for card in cards if card.over > 1])


def _card(line: ActionLine, columns: list[Column]) -> Card:
    numbers = [column.year.number for column in columns]
    covered = [n for n in numbers if line.action.first_year <= n <= line.action.last_year]
    past_end = line.action.last_year > numbers[-1]
    return Card(line, at=numbers.index(covered[0]) + 1, over=len(covered), past_end=past_end)


def _counts(plan: Plan, year: ProgramYear) -> bool:
    """A year has a figure once it has begun, or when actions begin in it: not for long ones alone."""
    lines = plan.of_year(year.number)
    return any(year.starts_on <= plan.on or line.action.first_year == year.number for line in lines)


def _progress(plan: Plan, column: Column) -> YearProgress:
    lines = plan.of_year(column.year.number)
    tones = [line.shown.tone for line in lines]
    rags = [line.shown.rag for line in lines]
    return YearProgress(
        column=column,
        total=len(lines),
        complete=rags.count(Rag.COMPLETE),
        on_track=rags.count(Rag.COMPLETE) + rags.count(Rag.GREEN),
        by_tone=[(tone, tones.count(tone)) for tone in ("done", "good", "warn", "bad") if tone in tones],
    )
