"""Numbers as people type them, and amounts of money in words."""

import re
import unicodedata
from decimal import Decimal

# Digits before the point: 14 with the two after it, as the columns of the database hold.
WHOLE_DIGITS = 12
CENT = Decimal("0.01")
SYMBOLS = {"AUD": "$", "NZD": "NZ$", "USD": "US$", "EUR": "€", "GBP": "£", "PHP": "₱", "INR": "₹"}

FORMS = str.maketrans({"，": ",", "．": ".", "＄": "$", "－": "-", "−": "-", "–": "-", "’": "'", "＋": "+"})
CURRENCY = r"(?:(?:A|AU|NZ|US)?\$|[€£₱₹]|" + "|".join(SYMBOLS) + ")"
CURRENCY_BEFORE = re.compile(rf"^([-+]?)\s*{CURRENCY}\s*", re.IGNORECASE)
CURRENCY_AFTER = re.compile(rf"(?<=\d)\s*{CURRENCY}$", re.IGNORECASE)
# Thousands in groups of three, set off by one of these, or no groups at all.
NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>\d{1,3}(?P<mark>[, '])\d{3}(?:(?P=mark)\d{3})*|\d+)?(?:\.(?P<part>\d*))?"
)


class NotANumber(ValueError):
    """What was typed is no number that can be kept; its text says what to type instead."""


def parse_number(typed: str, *, places: int, wanted: str = "") -> Decimal:
    """A number as typed: blanks, commas and apostrophes between thousands, a currency before or after it.

    Raises NotANumber, whose words go after the name of the field: "enter a number, such as 1200", or what is
    `wanted` instead.
    """
    text = _plain(typed)
    text = CURRENCY_AFTER.sub("", CURRENCY_BEFORE.sub(r"\1", text)).strip()
    found = NUMBER.fullmatch(text)
    example = "1200.50" if places else "1200"
    if found is None or not (found["whole"] or found["part"]):
        raise NotANumber(f"enter {wanted or f'a number, such as {example}'}")
    whole = re.sub(r"\D", "", found["whole"] or "0").lstrip("0") or "0"
    part = (found["part"] or "").rstrip("0")
    if len(part) > places:
        raise NotANumber(f"use at most {places} digits after the point" if places else "enter a whole number")
    if len(whole) > WHOLE_DIGITS:
        raise NotANumber(f"enter a smaller number, of at most {WHOLE_DIGITS} digits before the point")
    number = Decimal(f"{whole}.{part or 0}")
    return -number if found["sign"] == "-" and number else number


def _plain(typed: str) -> str:
    """The digits and marks of other scripts as the plain ones; every kind of blank as a blank."""
    plain = (_digit(char) for char in typed.translate(FORMS))
    return " ".join("".join(plain).split())


def _digit(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def number_text(number: Decimal) -> str:
    """A number as it is kept: no exponent, no zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount_text(amount: Decimal) -> str:
    """An amount as it is kept: two places."""
    return f"{amount.quantize(CENT):f}"


def number_words(number: Decimal) -> str:
    """A number for reading: "12,500.5"."""
    whole, _, part = number_text(number).partition(".")
    return f"{int(whole):,}.{part}" if part else f"{int(whole):,}"


def symbol_of(currency: str) -> str:
    """What stands before an amount: "$", or the code of a currency and a blank."""
    return SYMBOLS.get(currency, f"{currency} ")


def money_words(amount: Decimal, currency: str, *, cents: bool = True) -> str:
    """An amount for reading: "$1,200.50"; without `cents`, those of a round sum are left out."""
    symbol = symbol_of(currency)
    sign = "-" if amount < 0 else ""
    size = abs(amount).quantize(CENT)
    return f"{sign}{symbol}{size:,.0f}" if not cents and size == int(size) else f"{sign}{symbol}{size:,}"
