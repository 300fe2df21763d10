"""Moments in the reader's words: the day, the time with its zone, and how far away that is."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as in_words

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
# Up to these, the smaller unit says more: "in 47 hours" and not "in 1 day".
HOURS_UP_TO = 2 * DAY
DAYS_UP_TO = 62 * DAY
MONTHS_UP_TO = 731 * DAY
YEAR = 365.25 * DAY


def moment(at: datetime, zone: str | tzinfo) -> str:
    """A moment as it stands on a clock in a zone: "Friday 5 March 2027, 5:00 pm AEDT".

    `at` is aware; `zone` is a name such as "Australia/Sydney", or the zone itself. Raises
    ZoneInfoNotFoundError for a name that no zone has.
    """
    local = in_zone(at, zone)
    return f"{in_words(local, 'l j F Y')}, {_time(local)} {zone_code(local)}"


def in_zone(at: datetime, zone: str | tzinfo) -> datetime:
    """The same moment by the clock of a zone."""
    return at.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def zone_code(local: datetime) -> str:
    """What a zone is called at that moment: AEDT, AEST, PST; where it has no letters, its distance to UTC."""
    name = local.tzname() or ""
    if name.isalpha():
        return name
    written = local.strftime("%z")
    return f"UTC{written[:3]}:{written[3:5]}"


def zone_words(zone: str) -> str:
    """What people call a zone: "Sydney time" for Australia/Sydney."""
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def relative(at: datetime, now: datetime) -> str:
    """How far away a moment is: "in 3 days", "in 5 hours", "12 minutes ago".

    Rounded down, so that nobody is told of more time than there is.
    """
    seconds = (at - now).total_seconds()
    if abs(seconds) < MINUTE:
        return "in less than a minute" if seconds > 0 else "just now"
    length = _length(abs(seconds))
    return f"in {length}" if seconds > 0 else f"{length} ago"


def closing_words(at: datetime, zone: str | tzinfo, now: datetime, *, verb: str = "close") -> str:
    """One line about an end: "closes Friday 5 March 2027, 5:00 pm AEDT, in 3 days", or "closed ... ago"."""
    return f"{tense(verb, at, now)} {moment(at, zone)}, {relative(at, now)}"


def tense(verb: str, at: datetime, now: datetime) -> str:
    """What a verb says of a moment: "closes" before it, "closed" from then on; so for "open"."""
    if at > now:
        return f"{verb}s"
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"


def _time(local: datetime) -> str:
    """The time of day. Noon says so, since 12:00 pm is read both ways."""
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "noon" if (local.hour, local.minute) == (12, 0) else "pm"
    return f"{hour}:{local.minute:02} {half}"


def _length(seconds: float) -> str:
    if seconds < HOUR:
        return _counted(int(seconds // MINUTE), "minute")
    if seconds < HOURS_UP_TO:
        return _counted(int(seconds // HOUR), "hour")
    if seconds < DAYS_UP_TO:
        return _counted(int(seconds // DAY), "day")
    if seconds < MONTHS_UP_TO:
        return _counted(int(seconds * 12 // YEAR), "month")
    return _counted(int(seconds // YEAR), "year")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
