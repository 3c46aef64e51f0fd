"""Reads the time of day that stands beside a date, and the zone that its label names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.text import fold
from crawler.normalise.date_words import MONTHS, WEEKDAYS
from crawler.normalise.parsed_date import UnreadableError

_AM = r"صباحا|فجرا|ص|am|a\.m\.?|oo|o\.o\.?|beyani|قبل\s+الظهر|ق\.?\s?ظ"
_PM = r"مساء|ظهرا|عصرا|بعد\s+الظهر|م|pm|p\.m\.?|os|o\.s\.?|ب\.?\s?ظ"
_HALF = rf"(?:\s*(?:(?P<am>{_AM})|(?P<pm>{_PM})|(?P<night>ليلا))(?![^\W\d_]))?"
_LABEL = (
    r"(?:\s*\(?\s*(?P<zone>(?:gmt|utc|ut)?\s?[+-]\d{1,2}(?::?\d\d)?(?!\d)|\b[a-z]+/[a-z_]+(?:/[a-z_]+)?|\b[a-z]{1,4}\b"
    r"|بتوقيت\s+[^\W\d_]+(?:\s+المكرمه|\s+المحتله)?|[^\W\d_]+\s+بتوقيت)\)?)?"
)
TIME = re.compile(rf"(?<![\d:.+-])(?P<h>\d{{1,2}})(?P<sep>[:.])(?P<min>\d\d)(?:(?P=sep)(?P<s>\d\d)(?:\.\d+)?)?(?![\d:]){_HALF}{_LABEL}")
_HOUR = re.compile(rf"(?:الساعه|saat|at|,)\s*(?P<h>\d{{1,2}})\s*(?:(?P<am>{_AM})|(?P<pm>{_PM}))(?![^\W\d_])")
_AM_FIRST = re.compile(rf"(?<![^\W\d_])(?:(?P<am>{_AM})|(?P<pm>{_PM}))\s*(?=\d{{1,2}}:\d\d)")
_ZONES: dict[str, str] = {
    fold(name): zone
    for zone, names in {
        "UTC": "z utc gmt ut غرينتش جرينتش",
        "Europe/Istanbul": "trt tsi إسطنبول اسطنبول تركيا أنقرة",
        "Asia/Damascus": "دمشق سوريا",
        "Asia/Beirut": "بيروت لبنان",
        "Asia/Baghdad": "بغداد العراق",
        "Asia/Riyadh": "مكة الرياض السعودية",
        "Asia/Jerusalem": "القدس",
        "Africa/Cairo": "القاهرة مصر",
        "Asia/Tehran": "طهران irst",
        "Asia/Dubai": "أبوظبي دبي",
    }.items()
    for name in names.split()
}
_OFFSETS = {
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "cet": 1,
    "cest": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "bst": 1,
    "wet": 0,
}
_NOT_ZONES = frozenset(["on", "by", "am", "pm", "at", "in", "the", "of", "ve", "min", "dk", "saat"])


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as written: the time, the zone its label names (None: no label), and what is wrong with it."""

    at: time | None = None
    zone: tzinfo | None = None
    note: str | None = None


def read_clock(words: str, *, trusted: bool) -> Clock:
    """The time of day in what is left of the text after the date was taken out; its label is read only when ``trusted``."""
    matches = list(TIME.finditer(words))
    match = matches[0] if matches else _HOUR.search(words)
    if match is None:
        return Clock()
    if len({found.group("h", "min") for found in matches}) > 1:
        return Clock(note="several times of day")
    groups = match.groupdict()
    ahead = _AM_FIRST.search(words)
    morning = groups["am"] or (ahead and ahead["am"])
    afternoon = groups["pm"] or (ahead and ahead["pm"])
    hour = _hour(int(match["h"]), bool(morning), bool(afternoon), bool(groups.get("night")))
    minute, second = int(groups.get("min") or 0), int(groups.get("s") or 0)
    if hour is None or hour > 23 or minute > 59 or second > 59:
        return Clock(note="the time of day cannot be read")
    return Clock(time(hour, minute, second), _labelled(words, groups.get("zone")) if trusted else None)


def _hour(hour: int, morning: bool, afternoon: bool, night: bool) -> int | None:
    """The hour on the 24-hour clock; None where the half of the day contradicts it."""
    if morning:
        return hour % 12 if hour <= 12 else None
    if afternoon:
        return hour if hour > 12 else hour % 12 + 12 if hour else None
    if night and hour <= 12:
        return hour % 12 + 12 if 6 <= hour < 12 else hour % 12
    return hour


def _labelled(words: str, label: str | None) -> tzinfo | None:
    """The zone that a label names; None when there is no label.

    Raises UnreadableError for a label that is not understood: its time would be hours wrong.
    """
    if label is None or label in _NOT_ZONES:
        found = re.search(r"\b(gmt|utc)\b", words)
        return UTC if found else None
    label = label.replace("بتوقيت", "").strip()
    if offset := re.search(r"([+-])(\d{1,2}):?(\d\d)?$", label):
        return fixed_zone(f"{offset[1]}{int(offset[2]):02d}{offset[3] or '00'}")
    if "/" in label:
        return _named_zone(label)
    name = label.split()[0]
    if name in _ZONES:
        return ZoneInfo(_ZONES[name])
    if name in _OFFSETS:
        return timezone(timedelta(hours=_OFFSETS[name]))
    if name in WEEKDAYS or name in MONTHS:
        return None
    raise UnreadableError(f"unknown zone {label!r}")


def _named_zone(name: str) -> tzinfo:
    """The zone of a folded IANA name (``europe/istanbul``)."""
    try:
        return ZoneInfo(name.title())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnreadableError(f"unknown zone {name!r}") from None


def fixed_zone(label: str) -> tzinfo:
    if label[0] not in "+-":
        return UTC
    digits = label[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > 14 * 60:
        raise UnreadableError(f"no zone has the offset {label}")
    return timezone(timedelta(minutes=-minutes if label[0] == "-" else minutes))
