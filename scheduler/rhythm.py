"""The rhythm in which a source publishes, learned from what it published: so many entries an hour, at this hour, on this weekday.

A Gamma-Poisson estimate with exponential forgetting: the rate is (entries + prior) / (time watched + prior); hours and weekdays multiply it
by factors that are drawn towards 1 while little is known. Pure: instants are aware, lengths are seconds, hours are UTC.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

HALF_LIFE = 7 * 86400.0
LONGEST_LOOK = 14 * 86400.0  # further back nothing is learned
_PRIOR_ENTRIES, _PRIOR_TIME = 4.0, 0.5 * 3600.0  # an unknown source is taken for a busy one, and disproves it within hours
_PRIOR_HOUR = 1.0  # entries
_PRIOR_DAY = 12.0
LEAST_SAFE, MOST_SAFE = 0.1, 0.4
_NARROW, _TIGHTEN, _LOOSEN = 0.3, 0.7, 1.01
_SETTLED_ENTRIES, _SETTLED_TIME = 5.0, 86400.0
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``entries`` in ``watched`` seconds, both faded; the same by hour of day and by weekday (Monday first). ``at``: when last learned.

    ``missed``: entries that were to be expected since the last one, up to ``at``, by what was known then: a silence that lasts becomes
    part of the rhythm, but stays a silence. ``safe``: how much of what the source shows may be expected to be new at the next poll,
    learned from narrow escapes.
    """

    entries: float = 0.0
    watched: float = 0.0
    hours: tuple[float, ...] = (0.0,) * 24
    hours_watched: tuple[float, ...] = (0.0,) * 24
    days: tuple[float, ...] = (0.0,) * 7
    days_watched: tuple[float, ...] = (0.0,) * 7
    at: float = 0.0
    safe: float = MOST_SAFE
    missed: float = 0.0

    @property
    def rate(self) -> float:
        """Entries per second, over all hours."""
        return (self.entries + _PRIOR_ENTRIES) / (self.watched + _PRIOR_TIME)

    @property
    def is_settled(self) -> bool:
        """Enough was seen for a silence to mean something."""
        return self.entries >= _SETTLED_ENTRIES and self.watched >= _SETTLED_TIME


def read_rhythm(mapping: Mapping[str, Any] | None) -> Rhythm:
    """The rhythm that ``to_mapping`` wrote; that of an unknown source for None and for what cannot be read."""
    if not mapping:
        return Rhythm()
    try:
        rhythm = Rhythm(
            float(mapping["n"]), float(mapping["t"]), tuple(mapping["h"]), tuple(mapping["ht"]), tuple(mapping["d"]), tuple(mapping["dt"]),
            float(mapping["at"]), float(mapping["s"]), float(mapping["m"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return Rhythm()
    whole = [len(values) for values in (rhythm.hours, rhythm.hours_watched, rhythm.days, rhythm.days_watched)] == [24, 24, 7, 7]
    return rhythm if whole else Rhythm()


def to_mapping(rhythm: Rhythm) -> dict[str, Any]:
    """Plain numbers for the database."""
    return {
        "n": round(rhythm.entries, 3),
        "t": round(rhythm.watched),
        "h": [round(value, 3) for value in rhythm.hours],
        "ht": [round(value) for value in rhythm.hours_watched],
        "d": [round(value, 3) for value in rhythm.days],
        "dt": [round(value) for value in rhythm.days_watched],
        "at": round(rhythm.at, 3),
        "s": round(rhythm.safe, 3),
        "m": round(rhythm.missed, 2),
    }


def learn_overlap(rhythm: Rhythm, *, shown: int, known: int) -> Rhythm:
    """The rhythm after a poll that showed so many entries, of which so many were known: bursts that nearly emptied the window count."""
    if known < _NARROW * shown:
        return replace(rhythm, safe=max(LEAST_SAFE, rhythm.safe * _TIGHTEN))
    return rhythm if rhythm.safe >= MOST_SAFE else replace(rhythm, safe=min(MOST_SAFE, rhythm.safe * _LOOSEN))


def learn(rhythm: Rhythm, *, since: datetime, until: datetime, arrivals: Sequence[datetime], undated: int = 0) -> Rhythm:
    """The rhythm after watching from ``since`` to ``until``, in which ``arrivals`` were published and ``undated`` more at unknown times."""
    end = until.timestamp()
    start = max(since.timestamp(), end - LONGEST_LOOK)
    if end <= start:
        return rhythm
    fade = 0.5 ** ((end - (rhythm.at or end)) / HALF_LIFE)
    hours, hours_watched = [v * fade for v in rhythm.hours], [v * fade for v in rhythm.hours_watched]
    days, days_watched = [v * fade for v in rhythm.days], [v * fade for v in rhythm.days_watched]
    for at, length in _pieces(start, end):
        hours_watched[_hour(at)] += length
        days_watched[_day(at)] += length
    instants = [min(max(at.timestamp(), start), end) for at in arrivals]
    instants += [start + (end - start) * (number + 0.5) / undated for number in range(undated)]
    for at in instants:
        hours[_hour(at)] += 1
        days[_day(at)] += 1
    entries, watched = rhythm.entries * fade + len(instants), rhythm.watched * fade + end - start
    missed = 0.0 if instants or not rhythm.is_settled else rhythm.missed + expected_arrivals(rhythm, since, until)
    return Rhythm(entries, watched, tuple(hours), tuple(hours_watched), tuple(days), tuple(days_watched), end, rhythm.safe, missed)


def rate_at(rhythm: Rhythm, at: datetime) -> float:
    """Entries per second to be expected at that instant."""
    return _rate(rhythm, at.timestamp())


def expected_arrivals(rhythm: Rhythm, since: datetime, until: datetime) -> float:
    """How many entries are to be expected between the two instants; at most two weeks are looked at one by one."""
    start, end = since.timestamp(), until.timestamp()
    if end - start > LONGEST_LOOK:
        return rhythm.rate * (end - start)
    return sum(_rate(rhythm, at) * length for at, length in _pieces(start, end))


def missing(rhythm: Rhythm, at: datetime) -> float:
    """How many entries were to be expected in the silence since the last one; 0 while too little is known to say so."""
    if not rhythm.is_settled:
        return 0.0
    return rhythm.missed + expected_arrivals(rhythm, instant(rhythm.at), at)


def time_until_arrivals(rhythm: Rhythm, since: datetime, count: float, *, most: float) -> float:
    """Seconds from ``since`` until so many entries are to be expected; ``most`` at the most."""
    start, sum_, passed = since.timestamp(), 0.0, 0.0
    for at, length in _pieces(start, start + most):
        rate = _rate(rhythm, at)
        if sum_ + rate * length >= count:
            return passed + (count - sum_) / rate
        sum_, passed = sum_ + rate * length, passed + length
    return most


def time_until_waiting(rhythm: Rhythm, since: datetime, waiting: float, *, most: float, boost: float = 1.0) -> float:
    """Seconds from ``since`` until the entries that are to be expected will have waited so many seconds together.

    ``boost`` multiplies the rate of the first hour.
    """
    start, unseen, waited, passed = since.timestamp(), 0.0, 0.0, 0.0
    for at, length in _pieces(start, start + most):
        rate = _rate(rhythm, at) * (boost if passed < _HOUR else 1.0)
        if waited + unseen * length + rate * length**2 / 2 >= waiting:
            # rate/2 x^2 + unseen x = waiting - waited
            root = math.sqrt(unseen**2 + 2 * rate * (waiting - waited))
            return passed + (root - unseen) / rate
        waited += unseen * length + rate * length**2 / 2
        unseen, passed = unseen + rate * length, passed + length
    return most


def _rate(rhythm: Rhythm, at: float) -> float:
    rate, hour, day = rhythm.rate, _hour(at), _day(at)
    by_hour = (rhythm.hours[hour] + _PRIOR_HOUR) / (rhythm.hours_watched[hour] * rate + _PRIOR_HOUR)
    by_day = (rhythm.days[day] + _PRIOR_DAY) / (rhythm.days_watched[day] * rate + _PRIOR_DAY)
    return rate * by_hour * by_day


def _pieces(start: float, end: float) -> Iterator[tuple[float, float]]:
    """The time between the two in pieces that lie in one hour of the clock each: beginning and length."""
    while start < end:
        stop = min((start // _HOUR + 1) * _HOUR, end)
        yield start, stop - start
        start = stop


def _hour(at: float) -> int:
    return int(at // _HOUR) % 24


def _day(at: float) -> int:
    return (int(at // 86400) + 3) % 7  # 1970 began on a Thursday


def instant(at: float) -> datetime:
    """The aware instant of a rhythm's ``at``."""
    return datetime.fromtimestamp(at, UTC)
