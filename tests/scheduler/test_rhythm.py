"""The rhythm that is learned from what a source publishes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.rhythm import (
    LEAST_SAFE,
    MOST_SAFE,
    Rhythm,
    expected_arrivals,
    learn,
    learn_overlap,
    missing,
    rate_at,
    read_rhythm,
    time_until_arrivals,
    time_until_waiting,
    to_mapping,
)

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
HOUR, DAY = 3600.0, 86400.0


def day_paper(days: int, per_hour: float = 4.0, seed: int = 1, weekend: float = 1.0) -> Rhythm:
    """Publishes from 6 to 18 UTC, evenly; the rest of the day it sleeps."""
    rng = random.Random(seed)
    rhythm = Rhythm()
    for day in range(days):
        share = weekend if day % 7 >= 5 else 1.0
        for hour in range(24):
            since = MONDAY + timedelta(days=day, hours=hour)
            count = round(per_hour * share) if 6 <= hour < 18 else 0
            arrivals = [since + timedelta(seconds=rng.uniform(0, HOUR)) for _ in range(count)]
            rhythm = learn(rhythm, since=since, until=since + timedelta(hours=1), arrivals=arrivals)
    return rhythm


def test_an_unknown_source_is_taken_for_a_busy_one() -> None:
    assert Rhythm().rate * HOUR >= 6
    assert not Rhythm().is_settled


def test_the_rate_is_learned_within_a_day() -> None:
    one_a_day = learn(Rhythm(), since=MONDAY, until=MONDAY + timedelta(days=1), arrivals=[MONDAY + timedelta(hours=9)])
    assert one_a_day.rate * DAY < 6
    busy = day_paper(1, per_hour=20)
    assert 200 < busy.rate * DAY < 300


def test_hours_and_weekdays_are_told_apart() -> None:
    rhythm = day_paper(21, weekend=0.25)
    monday = MONDAY + timedelta(days=21)
    by_day, by_night, on_sunday = (
        rate_at(rhythm, monday + timedelta(**at)) for at in ({"hours": 10}, {"hours": 2}, {"days": 6, "hours": 10})
    )
    assert by_night < by_day / 10
    assert on_sunday < by_day / 2
    assert rhythm.is_settled


def test_what_is_expected_agrees_with_what_comes() -> None:
    rhythm = day_paper(28)
    begin = MONDAY + timedelta(days=28)
    assert expected_arrivals(rhythm, begin, begin + timedelta(days=7)) == pytest.approx(7 * 48, rel=0.1)
    assert expected_arrivals(rhythm, begin, begin + timedelta(hours=4)) < 2, "the night is quiet"
    assert expected_arrivals(rhythm, begin, begin) == 0.0
    assert expected_arrivals(rhythm, begin, begin + timedelta(days=60)) == pytest.approx(60 * 48, rel=0.15)


def test_the_past_fades() -> None:
    busy = day_paper(14, per_hour=10)
    quiet = learn(busy, since=MONDAY + timedelta(days=14), until=MONDAY + timedelta(days=28), arrivals=[])
    assert quiet.rate < busy.rate / 3


def test_undated_entries_are_spread_over_the_time_they_came_in() -> None:
    rhythm = learn(Rhythm(), since=MONDAY, until=MONDAY + timedelta(hours=4), arrivals=[], undated=8)
    assert rhythm.entries == 8
    assert [round(value) for value in rhythm.hours[:5]] == [2, 2, 2, 2, 0]


def test_dates_outside_the_time_watched_do_no_harm() -> None:
    rhythm = learn(
        Rhythm(), since=MONDAY, until=MONDAY + timedelta(hours=1), arrivals=[MONDAY - timedelta(days=900), MONDAY + timedelta(days=9)]
    )
    assert rhythm.entries == 2
    assert sum(rhythm.hours) == 2
    assert learn(rhythm, since=MONDAY, until=MONDAY, arrivals=[MONDAY]) is rhythm


def test_time_until_is_the_inverse_of_expected() -> None:
    rhythm = day_paper(14)
    for hours in range(0, 48, 5):
        since = MONDAY + timedelta(days=14, hours=hours)
        for count in (0.5, 3.0, 20.0):
            seconds = time_until_arrivals(rhythm, since, count, most=7 * DAY)
            assert expected_arrivals(rhythm, since, since + timedelta(seconds=seconds)) == pytest.approx(count, rel=1e-6)


def test_the_waiting_together_is_what_was_asked_for() -> None:
    rhythm = day_paper(14)
    since = MONDAY + timedelta(days=14, hours=3, minutes=20)
    seconds = time_until_waiting(rhythm, since, 5000.0, most=7 * DAY)
    steps = 20_000
    waited = sum(
        rate_at(rhythm, since + timedelta(seconds=seconds * (n + 0.5) / steps)) * seconds / steps * (seconds - seconds * (n + 0.5) / steps)
        for n in range(steps)
    )
    assert waited == pytest.approx(5000.0, rel=0.01)
    assert time_until_waiting(Rhythm(entries=0.0, watched=1e9), since, 1e9, most=60.0) == 60.0


def test_it_survives_the_database() -> None:
    rhythm = day_paper(9)
    again = read_rhythm(to_mapping(rhythm))
    begin = MONDAY + timedelta(days=9)
    for hours in (1, 12, 100):
        until = begin + timedelta(hours=hours)
        assert expected_arrivals(again, begin, until) == pytest.approx(expected_arrivals(rhythm, begin, until), rel=0.01)
    assert again.safe == rhythm.safe


def test_entries_between_polls_of_a_fraction_of_a_second_are_all_counted() -> None:
    known, end = to_mapping(Rhythm()), MONDAY
    for _ in range(40):
        since, end = end, end + timedelta(seconds=0.05)
        before = read_rhythm(known)
        last = datetime.fromtimestamp(before.at, UTC) if before.at else since
        known = to_mapping(learn(before, since=last, until=end, arrivals=[end]))
    assert read_rhythm(known).entries == pytest.approx(40, abs=0.1)


@pytest.mark.parametrize(
    "mapping",
    [
        None,
        {},
        {"n": 1},
        {"n": "x"},
        {"n": 1, "t": 1, "h": 5, "ht": [], "d": [], "dt": [], "at": 0, "s": 1, "m": 0},
        {"n": 1, "t": 1, "h": [1], "ht": [1], "d": [], "dt": [], "at": 0, "s": 1, "m": 0},
    ],
)
def test_what_cannot_be_read_is_an_unknown_source(mapping: dict[str, object] | None) -> None:
    assert read_rhythm(mapping) == Rhythm()


def test_a_silence_that_is_learned_is_still_a_silence() -> None:
    rhythm, end = day_paper(21), MONDAY + timedelta(days=21)
    assert missing(rhythm, end + timedelta(hours=6)) < 3, "the night"
    assert missing(rhythm, end + timedelta(hours=18)) == pytest.approx(48, rel=0.15)
    for hours in range(6, 25, 6):
        rhythm = learn(rhythm, since=end + timedelta(hours=hours - 6), until=end + timedelta(hours=hours), arrivals=[])
    assert missing(rhythm, end + timedelta(hours=24)) == pytest.approx(48, rel=0.3)
    rhythm = learn(rhythm, since=end + timedelta(hours=24), until=end + timedelta(hours=30), arrivals=[end + timedelta(hours=29)])
    assert missing(rhythm, end + timedelta(hours=30)) == 0.0
    assert missing(Rhythm(at=1.0), end) == 0.0, "nothing is known"


def test_narrow_escapes_make_careful_and_time_makes_bold_again() -> None:
    rhythm = Rhythm()
    for _ in range(20):
        rhythm = learn_overlap(rhythm, shown=10, known=1)
    assert rhythm.safe == LEAST_SAFE
    for _ in range(1000):
        rhythm = learn_overlap(rhythm, shown=10, known=9)
    assert rhythm.safe == MOST_SAFE
