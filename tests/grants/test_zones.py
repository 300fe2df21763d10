"""Days and times by the clock of a named zone, on the nights when it changes too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.zones import NoSuchMomentError, city, clock, is_zone, local_moment, zone_choices

SYDNEY = "Australia/Sydney"
ZONES = [
    SYDNEY,
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Manila",
    "America/Havana",
    "Europe/Dublin",
    "UTC",
]


def test_winter_and_summer_have_their_own_distance_to_utc() -> None:
    assert local_moment(date(2027, 3, 5), time(17), SYDNEY).astimezone(UTC) == datetime(
        2027, 3, 5, 6, tzinfo=UTC
    )
    assert local_moment(date(2027, 7, 5), time(17), SYDNEY).astimezone(UTC) == datetime(
        2027, 7, 5, 7, tzinfo=UTC
    )


def test_time_that_the_clocks_skip_is_refused_in_words() -> None:
    with pytest.raises(NoSuchMomentError) as error:
        local_moment(date(2027, 10, 3), time(2, 30), SYDNEY)
    assert str(error.value) == (
        "In Sydney, there is no 2:30 am on Sunday 3 October 2027, because clocks go forward. "
        "Choose 1:59 am or earlier, or 3:00 am or later."
    )


def test_time_that_comes_twice_is_refused_in_words() -> None:
    with pytest.raises(NoSuchMomentError) as error:
        local_moment(date(2027, 4, 4), time(2), SYDNEY)
    assert str(error.value) == (
        "In Sydney, 2:00 am on Sunday 4 April 2027 comes twice, because the clocks go back that night. "
        "Choose 1:59 am or earlier, or 3:00 am or later."
    )


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2027, 10, 3), time(1, 59)),
        (date(2027, 10, 3), time(3)),
        (date(2027, 4, 4), time(1, 59)),
        (date(2027, 4, 4), time(3)),
    ],
)
def test_times_that_the_words_suggest_are_taken(day: date, at: time) -> None:
    assert local_moment(day, at, SYDNEY).astimezone(ZoneInfo(SYDNEY)).time() == at


def test_half_an_hour_of_daylight_saving_counts_as_well() -> None:
    with pytest.raises(NoSuchMomentError, match="Lord Howe"):
        local_moment(date(2027, 10, 3), time(2, 15), "Australia/Lord_Howe")
    assert local_moment(date(2027, 10, 3), time(2, 30), "Australia/Lord_Howe").minute == 30


def test_day_that_a_country_left_out_is_refused() -> None:
    with pytest.raises(NoSuchMomentError, match="Apia"):
        local_moment(date(2011, 12, 30), time(12), "Pacific/Apia")


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2040, 1, 1)),  # noqa: DTZ001
    st.sampled_from(ZONES),
)
def test_moment_shows_what_was_typed_or_is_refused(typed: datetime, zone: str) -> None:
    day, at = typed.date(), typed.time().replace(second=0, microsecond=0)
    here = ZoneInfo(zone)
    # Every moment around that day whose clock shows it: none in a gap, two in an overlap.
    middle = typed.replace(second=0, microsecond=0, tzinfo=UTC)
    moments = [middle + timedelta(minutes=15 * step) for step in range(-4 * 15, 4 * 15)]
    showing = {
        m for m in moments if m.astimezone(here).replace(tzinfo=None, fold=0) == middle.replace(tzinfo=None)
    }
    try:
        moment = local_moment(day, at, zone)
    except NoSuchMomentError:
        assert len(showing) != 1
    else:
        assert showing == {moment.astimezone(UTC)}


@pytest.mark.parametrize(
    ("at", "words"),
    [(time(17), "5:00 pm"), (time(0, 5), "12:05 am"), (time(12), "12:00 pm"), (time(11, 59), "11:59 am")],
)
def test_clock_says_the_time_as_people_do(at: time, words: str) -> None:
    assert clock(at) == words


def test_choices_begin_with_the_usual_zone_and_have_every_region() -> None:
    choices = zone_choices(SYDNEY)
    assert choices[0] == ("Usual here", [(SYDNEY, "Sydney")])
    regions = dict(choices)
    assert ("Pacific/Port_Moresby", "Port Moresby") in regions["Pacific"]
    assert ("America/Argentina/Salta", "Argentina, Salta") in regions["America"]
    assert all(is_zone(name) for _, zones in choices for name, _ in zones)
    assert not is_zone("Mars/Olympus")
    assert city("Pacific/Port_Moresby") == "Port Moresby"
