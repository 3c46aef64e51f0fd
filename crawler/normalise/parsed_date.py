"""A date as it was understood: an instant in UTC, a whole day, or nothing and why; and how zones make instants of written times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

MAX_FUTURE = timedelta(minutes=15)
REGION = timezone(timedelta(hours=3))
"""Where "today" is looked up when the zone is unknown: the clock of Istanbul, Damascus and Baghdad."""
_OLDEST = date(1995, 1, 1)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """An instant in UTC or None. With precision ``day`` only the date is meant, and ``at`` is that day's 00:00 UTC in any zone."""

    at: datetime | None
    precision: Literal["minute", "day"] = "minute"
    note: str | None = None


class UnreadableError(Exception):
    """The text is a date, but not one that can be trusted; the message is the note."""


def zone_named(name: str | None) -> tzinfo | None:
    """The zone of an IANA name; raises ZoneInfoNotFoundError for one that is none."""
    return ZoneInfo(name) if name else None


def whole_day(day: date, note: str | None = None) -> ParsedDate:
    return ParsedDate(datetime(day.year, day.month, day.day, tzinfo=UTC), "day", note)


def instant(day: date, at: time, label: tzinfo | None, default: tzinfo | None, override: tzinfo | None) -> ParsedDate:
    """The instant of a written time: in the zone ``override``, else in that of its ``label``, else ``default``, else UTC with a note."""
    zone = override or label or default
    note = None if zone else "no zone, read as UTC"
    return ParsedDate(datetime.combine(day, at, zone or UTC).astimezone(UTC), "minute", note)


def bounded(found: ParsedDate, now: datetime, zone: tzinfo | None) -> ParsedDate:
    """``found``, or None with a note where it lies in the future (a day: after today in ``zone``) or before 1995."""
    if found.at is None:
        return found
    if found.precision == "day":
        future = found.at.date() > (now + MAX_FUTURE).astimezone(zone or REGION).date()
    else:
        future = found.at > now + MAX_FUTURE
    if future:
        return ParsedDate(None, found.precision, "in the future")
    if found.at.date() < _OLDEST:
        return ParsedDate(None, found.precision, "too old to be true")
    return found
