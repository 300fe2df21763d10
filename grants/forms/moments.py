"""Moments typed as a day and a time, by the clock of a named zone."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from grants.zones import NoSuchMomentError, local_moment

TIMES = ["%H:%M", "%H.%M", "%I:%M %p", "%I:%M%p", "%I.%M %p", "%I %p", "%I%p"]
DAY = {"required": "Give the day.", "invalid": "Give a day, such as 5 March 2027."}
TIME = {"required": "Give the time.", "invalid": "Give a time, such as 17:00 or 5:00 pm."}


class ClockField(forms.TimeField):
    """A time of day, in the browser's own control where it has one."""

    # As long as its box: see scsc.ui.forms.
    max_length = 5

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        super().__init__(input_formats=TIMES, error_messages=TIME, **kwargs)


class DayField(forms.DateField):
    """A day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(error_messages=DAY, **kwargs)


def read_moment(form: forms.Form, data: dict[str, Any], *, day: str, at: str, zone: str) -> datetime | None:
    """The moment that the fields `day` and `at` of a form name in a zone; None where both are empty.

    What is missing or cannot be is said on the form, beside the field.
    """
    typed_day, typed_time = data.get(day), data.get(at)
    if typed_day and typed_time:
        try:
            return local_moment(typed_day, typed_time, zone)
        except NoSuchMomentError as error:
            form.add_error(at, str(error))
    elif typed_day and at not in form.errors:
        form.add_error(at, "Give the time too.")
    elif typed_time and day not in form.errors:
        form.add_error(day, "Give the day too.")
    return None


def typed(at: datetime | None, zone: str, *, day: str, time: str) -> dict[str, Any]:
    """A moment as the two fields show it."""
    if at is None:
        return {}
    local = at.astimezone(ZoneInfo(zone))
    return {day: local.date(), time: local.time().replace(tzinfo=None)}
