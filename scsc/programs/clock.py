"""What day it is, for a program."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from scsc.programs.models import Program


def day_of(program: Program, moment: datetime) -> date:
    """The day of a moment, in the program's time zone."""
    return timezone.localtime(moment, ZoneInfo(program.timezone)).date()


def today(program: Program) -> date:
    """The day in the program's time zone, or the day the program is shown as at."""
    return program.shown_as_at or timezone.localdate(timezone=ZoneInfo(program.timezone))
