"""Fields of one number: how many, and how much money."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from grants.engine.answers import GivenFile, Limits
from grants.engine.kind import ORDERED, Kind, Posted, Problem, Shown, options_of, quoted
from grants.engine.kinds.amounts import (
    NotANumber,
    amount_text,
    money_words,
    number_text,
    number_words,
    parse_number,
    symbol_of,
)
from grants.engine.kinds.reading import lines_in, posted_line, text_in
from grants.engine.schema import Field, Json, Part

PLACES = 2


def number_in(value: object) -> Decimal | None:
    """The number that an answer is; None for what is not one."""
    try:
        return parse_number(text_in(value), places=PLACES)
    except NotANumber:
        return None


class NumberOptions(Part):
    """Between which numbers, and whether whole ones only. Below zero only where the least is."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None
    whole: bool = False


class Number(Kind):
    name = "number"
    label = "Number"
    about = "A count or a measure, with a least and a most if you want them."
    operators = ORDERED
    Options = NumberOptions

    def read(self, field: Field, data: Posted, name: str) -> Json:
        typed = posted_line(data, name)
        try:
            return number_text(parse_number(typed, places=PLACES)) if typed else None
        except NotANumber:
            return typed

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        options = options_of(field, NumberOptions)
        try:
            wanted = _wanted(options)
            number = parse_number(text_in(value), places=0 if options.whole else PLACES, wanted=wanted)
        except NotANumber as error:
            return [Problem(f"{quoted(field)}: {error}")]
        least = Decimal(0) if options.minimum is None else options.minimum
        return _out_of_bounds(field, number, least, options.maximum, number_words)

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        number = number_in(value)
        return Shown(lines=lines_in(value) if number is None else [number_words(number)])

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        options = options_of(field, NumberOptions)
        below_zero = options.minimum is not None and options.minimum < 0
        # The keyboard of a phone has no minus where it shows digits only.
        keyboard = "text" if below_zero else "numeric" if options.whole else "decimal"
        bounds = _wanted(options)
        return {
            "keyboard": keyboard,
            "size": "short",
            "bounds": f"{bounds[0].upper()}{bounds[1:]}." if bounds else "",
        }

    def compared(self, value: Json) -> Decimal | None:
        return number_in(value)

    def option_problems(self, field: Field) -> list[str]:
        options = options_of(field, NumberOptions)
        return _wrong_bounds(options.minimum, options.maximum)


class MoneyOptions(Part):
    """Between which amounts, in the currency of the program."""

    minimum: Decimal | None = None
    maximum: Decimal | None = None


class Money(Kind):
    name = "money"
    label = "Amount of money"
    about = "An amount in the currency of the program. One of them can be the amount asked for."
    control = "money"
    operators = ORDERED
    Options = MoneyOptions

    def read(self, field: Field, data: Posted, name: str) -> Json:
        return read_amount(posted_line(data, name))

    def problems(self, field: Field, value: Json, *, limits: Limits) -> list[Problem]:
        try:
            amount = parse_number(text_in(value), places=PLACES)
        except NotANumber as error:
            return [Problem(f"{quoted(field)}: {error}")]
        least, most = _bounds(field, limits)
        if field.role == "amount" and not amount:
            return [Problem(f"{quoted(field)} must be more than nothing")]
        return _out_of_bounds(field, amount, least, most, lambda sum_: _words(sum_, limits))

    def shown(
        self, field: Field, value: Json, files: Sequence[GivenFile] = (), *, currency: str = "AUD"
    ) -> Shown:
        amount = number_in(value)
        return Shown(lines=lines_in(value) if amount is None else [money_words(amount, currency)])

    def inputs(self, field: Field, value: Json, *, limits: Limits) -> Mapping[str, Any]:
        least, most = _bounds(field, limits)
        words = _range(_words(least, limits) if least else "", "" if most is None else _words(most, limits))
        return {
            "symbol": symbol_of(limits.currency),
            "bounds": f"{words[0].upper()}{words[1:]}." if words else "",
        }

    def compared(self, value: Json) -> Decimal | None:
        return number_in(value)

    def option_problems(self, field: Field) -> list[str]:
        options = options_of(field, MoneyOptions)
        problems = _wrong_bounds(options.minimum, options.maximum)
        if options.minimum is not None and options.minimum < 0:
            problems.append("The least amount is below zero.")
        return problems


def _bounds(field: Field, limits: Limits) -> tuple[Decimal, Decimal | None]:
    """The least and the most of an amount: its own, and for the one asked for those of the round too."""
    options = options_of(field, MoneyOptions)
    least, most = options.minimum or Decimal(0), options.maximum
    if field.role == "amount":
        least = max(least, limits.minimum or Decimal(0))
        most = min((one for one in (most, limits.maximum) if one is not None), default=None)
    return least, most


def _wanted(options: NumberOptions) -> str:
    """Which number is asked for: "a whole number from 3 to 36"; nothing where any will do."""
    bounds = [one if one is None else number_words(one) for one in (options.minimum, options.maximum)]
    least, most = (one or "" for one in bounds)
    if not least and not most:
        return ""
    return f"a {'whole ' if options.whole else ''}number {_range(least, most)}"


def _range(least: str, most: str) -> str:
    """ "from 3 to 36", "up to 36" or "from 3"; nothing without an end."""
    if least and most:
        return f"from {least} to {most}"
    return f"up to {most}" if most else f"from {least}" if least else ""


def read_amount(typed: str) -> str | None:
    """A typed amount as it is kept, or what was typed where it is none."""
    try:
        return amount_text(parse_number(typed, places=PLACES)) if typed else None
    except NotANumber:
        return typed


def _words(amount: Decimal, limits: Limits) -> str:
    return money_words(amount, limits.currency, cents=False)


def _out_of_bounds(
    field: Field, number: Decimal, least: Decimal, most: Decimal | None, words: Any
) -> list[Problem]:
    if most is not None and not least <= number <= most and least > 0:
        return [Problem(f"{quoted(field)} must be between {words(least)} and {words(most)}")]
    if number < least:
        below = f"{words(least)} or more" if least else "zero or more"
        return [Problem(f"{quoted(field)} must be {below}")]
    if most is not None and number > most:
        return [Problem(f"{quoted(field)} must be {words(most)} or less")]
    return []


def _wrong_bounds(minimum: Decimal | None, maximum: Decimal | None) -> list[str]:
    if minimum is not None and maximum is not None and minimum > maximum:
        return ["The least is more than the most."]
    if maximum is not None and maximum < 0 and minimum is None:
        return ["The most is below zero, and no least says that numbers below zero are meant."]
    return []
