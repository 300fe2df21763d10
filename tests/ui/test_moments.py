"""Moments in the reader's words."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from scsc.ui.moments import closing_words, in_zone, moment, relative, tense, zone_code, zone_words
from tests.ui.markup import one, parse, words

SYDNEY = "Australia/Sydney"
CLOSE = datetime(2027, 3, 5, 6, 0, tzinfo=UTC)  # 5 pm in Sydney, in summer
ZONES = [
    SYDNEY,
    "Australia/Adelaide",
    "Asia/Manila",
    "Asia/Singapore",
    "UTC",
    "America/New_York",
    "Asia/Kathmandu",
]
# Moments that a round may have; zones have no daylight saving rules of their own long before.
MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001  the strategy makes them aware
    max_value=datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
SECONDS = {"minute": 60, "hour": 3600, "day": 86400, "month": 365.25 * 86400 / 12, "year": 365.25 * 86400}


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        (CLOSE, SYDNEY, "Friday 5 March 2027, 5:00 pm AEDT"),
        (datetime(2027, 6, 4, 7, 0, tzinfo=UTC), SYDNEY, "Friday 4 June 2027, 5:00 pm AEST"),
        (datetime(2027, 3, 5, 9, 5, tzinfo=UTC), "Asia/Manila", "Friday 5 March 2027, 5:05 pm PST"),
        (datetime(2027, 3, 5, 9, 0, tzinfo=UTC), "Asia/Singapore", "Friday 5 March 2027, 5:00 pm UTC+08:00"),
        (datetime(2027, 3, 5, 0, 0, tzinfo=UTC), "Asia/Kathmandu", "Friday 5 March 2027, 5:45 am UTC+05:45"),
        (datetime(2027, 3, 5, 1, 0, tzinfo=UTC), SYDNEY, "Friday 5 March 2027, 12:00 noon AEDT"),
        (datetime(2027, 3, 5, 1, 1, tzinfo=UTC), SYDNEY, "Friday 5 March 2027, 12:01 pm AEDT"),
        (datetime(2027, 3, 4, 13, 0, tzinfo=UTC), SYDNEY, "Friday 5 March 2027, 12:00 am AEDT"),
        (datetime(2027, 3, 5, 12, 59, tzinfo=UTC), SYDNEY, "Friday 5 March 2027, 11:59 pm AEDT"),
    ],
)
def test_moment_is_said_by_the_clock_of_its_zone(at: datetime, zone: str, expected: str) -> None:
    assert moment(at, zone) == expected
    assert moment(at, ZoneInfo(zone)) == expected


def test_zone_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        moment(CLOSE, "Australia/Nowhere")


def test_hour_that_comes_twice_is_told_apart_by_the_code() -> None:
    # Clocks in Sydney go back from 3 am to 2 am on 4 April 2027.
    first = datetime(2027, 4, 3, 15, 30, tzinfo=UTC)
    assert moment(first, SYDNEY) == "Sunday 4 April 2027, 2:30 am AEDT"
    assert moment(first + timedelta(hours=1), SYDNEY) == "Sunday 4 April 2027, 2:30 am AEST"


@given(at=MOMENTS, zone=st.sampled_from(ZONES))
def test_moment_says_the_day_and_the_minute(at: datetime, zone: str) -> None:
    local = in_zone(at, zone)
    said, code = moment(at, zone).rsplit(" ", 1)
    read = datetime.strptime(said.replace("noon", "pm"), "%A %d %B %Y, %I:%M %p")  # noqa: DTZ007
    assert read == local.replace(tzinfo=None, second=0, microsecond=0)
    assert code == zone_code(local)
    assert local == at


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        (timedelta(seconds=59), "in less than a minute"),
        (timedelta(0), "just now"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(minutes=-12), "12 minutes ago"),
        (timedelta(minutes=59, seconds=59), "in 59 minutes"),
        (timedelta(hours=5, minutes=59), "in 5 hours"),
        (timedelta(hours=-1), "1 hour ago"),
        (timedelta(hours=47, minutes=59), "in 47 hours"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(days=3, hours=8), "in 3 days"),
        (timedelta(days=61, hours=23), "in 61 days"),
        (timedelta(days=62), "in 2 months"),
        (timedelta(days=-400), "13 months ago"),
        (timedelta(days=730), "in 23 months"),
        (timedelta(days=731), "in 2 years"),
    ],
)
def test_distance_in_words(distance: timedelta, expected: str) -> None:
    assert relative(CLOSE + distance, CLOSE) == expected


@given(seconds=st.integers(min_value=60, max_value=50 * 365 * 86400))
def test_distance_never_says_more_than_there_is(seconds: int) -> None:
    distance = timedelta(seconds=seconds)
    ahead, behind = relative(CLOSE + distance, CLOSE), relative(CLOSE, CLOSE + distance)
    found = re.fullmatch(r"in (\d+) (minute|hour|day|month|year)s?", ahead)
    assert found
    number, unit = int(found[1]), found[2]
    assert number * SECONDS[unit] <= seconds < (number + 1) * SECONDS[unit]
    assert number >= 1
    assert (number == 1) == (not ahead.endswith("s"))
    assert behind == ahead.removeprefix("in ") + " ago"


@given(first=st.integers(0, 10**9), later=st.integers(0, 10**9))
def test_what_is_further_away_is_never_said_to_be_nearer(first: int, later: int) -> None:
    def length(seconds: int) -> float:
        said = relative(CLOSE + timedelta(seconds=seconds), CLOSE)
        found = re.search(r"(\d+) (minute|hour|day|month|year)", said)
        return int(found[1]) * SECONDS[found[2]] if found else 0.0

    near, far = sorted((first, later))
    assert length(near) <= length(far)


def test_closing_is_one_line() -> None:
    line = "Friday 5 March 2027, 5:00 pm AEDT"
    assert closing_words(CLOSE, SYDNEY, CLOSE - timedelta(days=3)) == f"closes {line}, in 3 days"
    assert closing_words(CLOSE, SYDNEY, CLOSE + timedelta(days=2)) == f"closed {line}, 2 days ago"
    assert closing_words(CLOSE, SYDNEY, CLOSE) == f"closed {line}, just now"


@pytest.mark.parametrize(
    ("verb", "before", "after"), [("close", "closes", "closed"), ("open", "opens", "opened")]
)
def test_verb_follows_the_clock_to_the_second(verb: str, before: str, after: str) -> None:
    assert tense(verb, CLOSE, CLOSE - timedelta(microseconds=1)) == before
    assert tense(verb, CLOSE, CLOSE) == after


def test_zone_as_people_call_it() -> None:
    assert zone_words(SYDNEY) == "Sydney time"
    assert zone_words("America/New_York") == "New York time"


def _drawn(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_tag_is_a_time_element_that_machines_read_too() -> None:
    element = one(parse(_drawn("{% moment at zone %}", at=CLOSE, zone=SYDNEY)), "//time")
    assert element.get("datetime") == "2027-03-05T17:00:00+11:00"
    assert words(element) == "Friday 5 March 2027, 5:00 pm AEDT"


def test_tags_say_opening_and_closing_with_the_distance() -> None:
    context = {"at": CLOSE, "zone": SYDNEY, "now": CLOSE - timedelta(hours=5)}
    closes = parse(_drawn("{% closes at zone now %}", **context))
    assert words(closes) == "closes Friday 5 March 2027, 5:00 pm AEDT, in 5 hours"
    assert words(parse(_drawn("{% opens at zone now %}", **context))).startswith("opens Friday 5 March")


def test_tags_without_a_moment_say_nothing() -> None:
    assert (
        _drawn("{% moment at zone %}{% closes at zone %}{% opens at zone %}{{ at|relative }}", at=None) == ""
    )


def test_filter_counts_from_now_unless_told() -> None:
    assert _drawn("{{ at|relative:now }}", at=CLOSE, now=CLOSE + timedelta(minutes=12)) == "12 minutes ago"
    assert _drawn("{{ at|relative }}", at=datetime(2001, 1, 1, tzinfo=UTC)).endswith("years ago")
