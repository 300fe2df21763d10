"""The kinds of value that a program file has. Each says in words what it should be."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from scsc.programs.models import RESERVED_SLUGS
from scsc.ui.contrast import TEXT_RATIO, contrast_on_page
from workplan.program_files.errors import quoted


def wrong(message: str) -> PydanticCustomError:
    """A field's error in our own words."""
    return PydanticCustomError("said", "{message}", {"message": message})


def shaped(pattern: str, should_be: str) -> AfterValidator:
    """A check that the whole text has a shape."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise wrong(f"{quoted(value)} should be {should_be}.")
        return value

    return AfterValidator(check)


def read_day(value: Any) -> date:
    """A day as `2021-09-30`."""
    try:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise wrong(f"{quoted(value)} is not a day. Write it as 2021-09-30.") from None


def read_number(value: Any) -> Decimal:
    """A number as it was written, exactly. True and false are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise wrong(f"{quoted(value)} is not a number. Write it as 4000000 or 12.5, without spaces or signs.")
    return Decimal(value)


def _check_slug(value: str) -> str:
    if value in RESERVED_SLUGS:
        raise wrong(f"{quoted(value)} is an address of the platform itself. Choose another slug.")
    return value


def _check_timezone(value: str) -> str:
    if value not in available_timezones():
        raise wrong(f"there is no time zone {quoted(value)}. Use a name such as Australia/Sydney.")
    return value


def _check_month_day(value: str) -> str:
    try:
        date.fromisoformat(f"2023-{value}")
    except ValueError:
        raise wrong(f"{quoted(value)} is not a month and day. Write it as 09-30.") from None
    return value


def _readable_on(theme: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if (ratio := contrast_on_page(value, theme)) < TEXT_RATIO:
            raise wrong(
                f"{quoted(value)} has contrast {ratio:.1f}:1 on the {theme} page. It needs {TEXT_RATIO}:1."
            )
        return value

    return check


_Colour = Annotated[str, shaped(r"#[0-9a-f]{6}", "a colour such as #0f5a63, in small letters")]
LightAccent = Annotated[_Colour, AfterValidator(_readable_on("light"))]
DarkAccent = Annotated[_Colour, AfterValidator(_readable_on("dark"))]

Short = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
Code = Annotated[
    str,
    StringConstraints(min_length=1, max_length=20),
    shaped(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", "letters and digits, joined by single hyphens"),
]
DeliverableCode = Annotated[
    str,
    StringConstraints(min_length=1, max_length=24),
    shaped(
        r"[A-Za-z0-9][A-Za-z0-9._-]*",
        "letters, digits, dots, hyphens and underscores, the first a letter or digit",
    ),
]
Slug = Annotated[
    str,
    StringConstraints(min_length=1, max_length=40),
    shaped(r"[a-z0-9]+(-[a-z0-9]+)*", "small letters and digits, joined by single hyphens"),
    AfterValidator(_check_slug),
]
Country = Annotated[str, shaped(r"[A-Z]{2}", "the two capital letters of a country, such as AU")]
Currency = Annotated[str, shaped(r"[A-Z]{3}", "the three capital letters of a currency, such as AUD")]
Timezone = Annotated[str, AfterValidator(_check_timezone)]
MonthDay = Annotated[str, AfterValidator(_check_month_day)]
Month = Annotated[str, shaped(r"\d{4}-(0[1-9]|1[0-2])", "a month such as 2021-12")]
Day = Annotated[date, BeforeValidator(read_day)]
Number = Annotated[Decimal, BeforeValidator(read_number)]
Amount = Annotated[Decimal, BeforeValidator(read_number), Field(ge=0, max_digits=15, decimal_places=2)]
YearNumber = Annotated[int, Field(ge=1, le=99)]
# [2] for one year, [3, 6] for the third to the sixth.
Span = Annotated[list[YearNumber], Field(min_length=1, max_length=2)]
