"""Moments typed as a day and a time in a named zone, with clear words for nights when clocks change."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

MINUTE = timedelta(minutes=1)
# Continents and oceans first; zones without one, such as EST, say nothing about a place.
REGIONS = ("Australia", "Pacific", "Asia", "Indian", "Africa", "America", "Antarctica", "Atlantic", "Europe")


class NoSuchMomentError(ValueError):
    """A time that the clocks of a zone skip, or show twice. The message says which to choose instead."""


def local_moment(day: date, at: time, zone: str) -> datetime:
    """The moment when clocks in `zone` show this time on this day.

    Raises NoSuchMomentError for a time that does not exist that day, and for one that comes twice.
    """
    here = ZoneInfo(zone)
    wall = datetime.combine(day, at.replace(second=0, microsecond=0, tzinfo=None))
    first, second = wall.replace(tzinfo=here), wall.replace(tzinfo=here, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    words = f"{clock(at)} on {day:%A} {day.day} {day:%B %Y}"
    before, after = clock(_edge(wall, here, -MINUTE)), clock(_edge(wall, here, MINUTE))
    choose = f"Choose {before} or earlier, or {after} or later."
    if _shows(first, wall):
        back = "comes twice, because the clocks go back that night"
        raise NoSuchMomentError(f"In {city(zone)}, {words} {back}. {choose}")
    raise NoSuchMomentError(f"In {city(zone)}, there is no {words}, because clocks go forward. {choose}")


def clock(at: time | datetime) -> str:
    """A time as people say it: 5:00 pm."""
    return f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"


def city(zone: str) -> str:
    """The place that a zone is named after: "Port Moresby" for Pacific/Port_Moresby."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


@cache
def is_zone(name: str) -> bool:
    """Whether the time zone database of this machine knows the name."""
    return name in available_timezones()


def zone_choices(usual: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Zones to choose from: the usual one first, then by region."""
    groups = [("Usual here", [(usual, _place(usual))])]
    return groups + [(region, zones) for region, zones in _by_region() if zones]


@cache
def _by_region() -> list[tuple[str, list[tuple[str, str]]]]:
    names = sorted(available_timezones())
    found = {region: [n for n in names if n.startswith(f"{region}/")] for region in REGIONS}
    groups = [(region, [(name, _place(name)) for name in zones]) for region, zones in found.items()]
    return [*groups, ("Everywhere", [("UTC", "UTC")])]


def _place(zone: str) -> str:
    """`America/Argentina/Salta` as "Argentina, Salta"."""
    return ", ".join(zone.split("/")[1:]).replace("_", " ") or zone


def _shows(moment: datetime, wall: datetime) -> bool:
    """Whether the clocks of the zone really show that wall time at the moment."""
    there = moment.astimezone(ZoneInfo("UTC")).astimezone(moment.tzinfo)
    return there.replace(tzinfo=None) == wall


def _edge(wall: datetime, here: ZoneInfo, step: timedelta) -> datetime:
    """The nearest time before or after that comes exactly once."""
    while wall.replace(tzinfo=here).utcoffset() != wall.replace(tzinfo=here, fold=1).utcoffset():
        wall += step
    return wall
