"""The budget: lines with amounts that add up."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field as Setting

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import WHETHER, Input, Problem, Shown, options_of, quoted
from grants.engine.kinds.amounts import NotANumber, money_words, parse_number, symbol_of
from grants.engine.kinds.numbers import PLACES, number_in
from grants.engine.kinds.reading import MOST_ROWS, lines_in, part_of, rows_of
from grants.engine.kinds.rows import Row, RowsKind
from grants.engine.schema import Field, Json, Key, Part

LONGEST_ITEM = 200
LONGEST_NOTE = 1_000
LARGEST = Decimal("999999999999.99")
LINES = "lines"


class BudgetOptions(Part):
    """How many lines, and which field of money the sum must equal."""

    most: Annotated[int, Setting(ge=1, le=MOST_ROWS)] = 40
    total_of: Key | None = None


class Budget(RowsKind):
    name = "budget"
    label = "Budget"
    about = "A table of items and amounts that adds up, also to the amount asked for."
    operators = WHETHER | {"more_than", "less_than"}
    Options = BudgetOptions

    def columns(self, field: Field) -> Sequence[Input]:
        return [
            Input("item", "Item", hint="What the money is for"),
            Input("note", "How you worked it out", type="textarea"),
            Input("amount", "Amount", type="amount", size="short"),
        ]

    def most_rows(self, field: Field) -> int:
        return options_of(field, BudgetOptions).most

    def rows(self, value: Json) -> Sequence[Row]:
        return rows_of(value.get(LINES)) if isinstance(value, dict) else []

    def from_rows(self, rows: list[dict[str, str | int]]) -> Json:
        return {LINES: rows}

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        rows = self.rows(value)
        most = self.most_rows(field)
        problems = [found for number, row in enumerate(rows) for found in _row_problems(number, row)]
        if not rows:
            problems.append(Problem(f"Give the lines of {quoted(field)} again"))
        if len(rows) > most:
            problems.append(Problem(f"{quoted(field)} takes {most} lines; put some of them together"))
        total = budget_total(value)
        if total is not None and total > LARGEST:
            problems.append(Problem(f"The lines of {quoted(field)} add up to more than can be kept"))
        return problems

    def missing(self, field: Field) -> str:
        return f"Give at least one line of {quoted(field)}"

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        rows = self.rows(value)
        if not rows:
            return Shown(lines=lines_in(value))
        total = budget_total(value)
        return Shown(
            head=[one.label for one in self.columns(field)],
            rows=[[part_of(row, "item"), part_of(row, "note"), _amount_words(row, currency)] for row in rows],
            total=f"Total {money_words(total, currency)}" if total is not None else "",
        )

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        options = options_of(field, BudgetOptions)
        total = sum((number_in(row.get("amount")) or Decimal(0) for row in self.rows(value)), Decimal(0))
        return {
            **super().inputs(field, value, limits=limits),
            "total": money_words(total, limits.currency),
            "total_of": options.total_of or "",
            "symbol": symbol_of(limits.currency),
        }

    def compared(self, value: Json) -> Decimal | None:
        return budget_total(value)


def budget_total(value: Json) -> Decimal | None:
    """What the lines add up to; None where there is no line, or an amount that cannot be read."""
    lines = rows_of(value.get(LINES)) if isinstance(value, dict) else []
    amounts = [number_in(line.get("amount")) for line in lines]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(amounts) else None


def does_not_add_up(total: Decimal, asked: Decimal, limits: Limits) -> str:
    """That a budget and the amount asked for differ, and by how much; nothing where they agree."""
    if total == asked:
        return ""
    words = [
        money_words(amount, limits.currency, cents=False) for amount in (total, asked, abs(total - asked))
    ]
    over = "too much" if total > asked else "missing"
    return f"The budget lines add up to {words[0]}, but you asked for {words[1]}: {words[2]} is {over}"


def _row_problems(number: int, row: Row) -> list[Problem]:
    problems = []
    item, note, amount = (part_of(row, part) for part in ("item", "note", "amount"))
    if not item:
        problems.append(Problem(f"Line {number + 1}: say what the money is for", f"{number}.item"))
    if len(item) > LONGEST_ITEM:
        words = f"Line {number + 1}: shorten the item to {LONGEST_ITEM} characters"
        problems.append(Problem(words, f"{number}.item"))
    if len(note) > LONGEST_NOTE:
        words = f"Line {number + 1}: shorten the note to {LONGEST_NOTE:,} characters"
        problems.append(Problem(words, f"{number}.note"))
    wrong = _amount_problem(amount)
    if wrong:
        problems.append(Problem(f"Line {number + 1}: {wrong}", f"{number}.amount"))
    return problems


def _amount_problem(amount: str) -> str:
    if not amount:
        return "enter the amount"
    try:
        return "the amount must be zero or more" if parse_number(amount, places=PLACES) < 0 else ""
    except NotANumber as error:
        return f"“{amount[:40]}” is no amount; {error}"


def _amount_words(row: Row, currency: str) -> str:
    amount = number_in(row.get("amount"))
    return part_of(row, "amount") if amount is None else money_words(amount, currency)
