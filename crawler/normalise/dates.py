"""Reads the written dates of the region: feed and ISO dates, Arabic, Turkish, Kurdish, Persian and English ones, and "3 hours ago".

Pure: the present comes in as ``now``. Unknown beats wrong: whatever can be read in two ways is None, with a note that says why.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.text import fold

MAX_FUTURE = timedelta(minutes=15)
AN_UPDATE = "labelled as an update"
"""The note of a date that its text calls one of an update."""
_OLDEST = date(1995, 1, 1)
_MAX_LENGTH = 160
_REGION = timezone(timedelta(hours=3))
"""Where "today" is looked up when the zone is unknown: the clock of Istanbul, Damascus and Baghdad."""


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """An instant in UTC or None. With precision ``day`` only the date is meant, and ``at`` is that day's 00:00 UTC in any zone."""

    at: datetime | None
    precision: Literal["minute", "day"] = "minute"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Clock:
    """A time of day as written: the time, the zone its label names (None: no label), and what is wrong with it."""

    at: time | None = None
    zone: tzinfo | None = None
    note: str | None = None


class _UnreadableError(Exception):
    """The text is a date, but not one that can be trusted; the message is the note."""


def parse_date(text: str, *, now: datetime, zone: str | None = None, zone_override: str | None = None) -> ParsedDate:
    """The instant that ``text`` names.

    ``zone`` is the IANA zone of times that carry none (UTC, with a note, when unknown); ``zone_override`` is the real zone of
    times whose label is wrong. A date more than 15 minutes after ``now`` is None.
    """
    try:
        default, override = _zone(zone), _zone(zone_override)
        found = _iso(text, default, override) or _read(text, now, default, override)
    except _UnreadableError as error:
        return ParsedDate(None, note=str(error))
    except (ValueError, OverflowError):
        return ParsedDate(None, note="no such date")
    return _bounded(found, now, override or default)


def date_in_url(url: str) -> date | None:
    """The day that stands in the path as ``/2026/10/09/``, ``/2026-10-09/`` or ``/20261009/``; None if none or several."""
    path = url.partition("://")[2].partition("/")[2].partition("?")[0].partition("#")[0]
    days = set()
    for year, month, day in (groups for pattern in _URL_DATES for groups in pattern.findall("/" + path)):
        try:
            days.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return days.pop() if len(days) == 1 else None


# --------------------------------------------------------------------------- tables


def _table(name: str, suffixes: tuple[str, ...] = ("",)) -> dict[str, int]:
    names = tomllib.loads(files(__package__).joinpath("months.toml").read_text("utf-8"))[name]
    return {fold(word) + suffix: number for number, words in enumerate(names, 1) for word in words for suffix in suffixes}


def _alternation(table: dict[str, int]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(table, key=len, reverse=True))


def _with_cases(table: dict[str, int]) -> dict[str, int]:
    """Kurmanji months in the oblique case too (Gulanê, Çileya), and Sorani ones with ezafe (نیسانی)."""
    kurmanji = "çile sibat adar avdar nîsan avrêl gulan hezîran pûşper tîrmeh temûz tebax îlon cotmeh mijdar kanûn"
    cases = {fold(word) + suffix: table[fold(word)] for word in kurmanji.split() for suffix in ("a", "e", "ya", "ye")}
    ezafe = {word + "ي": number for word, number in _table("sorani").items()}
    return {**cases, **ezafe, **table}


_MONTHS = _with_cases({**_table("gregorian"), **_table("sorani")})
_JALALI = _table("jalali")
_WEEKDAYS = _table("weekdays")

_M = rf"(?<![^\W\d_])(?:{_alternation(_MONTHS)})(?![^\W\d_])"
_PAIR = rf"(?P<m>{_M})(?:\s*[/(|\\–-]?\s*(?P<m2>{_M})\s*\)?)?"
_YEAR = r"(?P<y>(?:19|20)\d\d)(?:(?!\d)|(?=\d{1,2}\s*(?:دقيق|دقاي|min|dk)))"  # 20264 دقائق: the reading time is glued to the year
_OF = r"(?:st|nd|rd|th|'?e|ي|\.)?\s*(?:,|،|/|-|–|من|of)?\s*(?:شهر\s+)?"
_IN = r"\s*[,،./–-]?\s*(?:(?:من\s+)?(?:ل?عام|سنه|of)\s+|a\s+)?"
_DAY_FIRST = re.compile(rf"(?<!\d)(?P<d>\d{{1,2}}){_OF}{_PAIR}{_IN}{_YEAR}")
_MONTH_FIRST = re.compile(
    rf"{_PAIR}\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:\s*[,،]|\s+(?P<t>\d\d:\d\d(?::\d\d)?(?:\s+[a-z]{{3,4}})?))?\s+(?:عام\s+)?{_YEAR}"
)
_CONFLICT = re.compile(_PAIR)
_DAY_AND_MONTH = re.compile(rf"(?<!\d)\d{{1,2}}\s+(?:من\s+)?{_M}")
_JALALI_DATE = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})\s*(?P<m>(?<![^\W\d_])(?:{_alternation(_JALALI)}))(?:\s*ماه)?(?![^\W\d_])\s*[,،]?\s*(?P<y>1[34]\d\d)(?!\d)"
)
_SEPARATED = re.compile(r"[-/.]")
_YMD = re.compile(r"(?<![\d/.-])(?P<y>\d{4})\s?(?P<sep>[-/.])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})(?![\d/]|[.-]\d)")
_DMY = re.compile(r"(?<![\d/.-])(?P<d>\d{1,2})\s?(?P<sep>[-/.])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<y>(?:19|20)\d\d)(?!\d|[/.-]\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d\d(?!\d)")
_RFC_SHORT_YEAR = re.compile(rf"^\s*(?:[a-z]{{3,9}},?\s+)?(?P<d>\d{{1,2}})[\s-](?P<m>{_M})[\s-](?P<y>\d\d)(?=\s+\d\d:\d\d)")
_WEEKDAY = re.compile(rf"(?<![^\W_])(?:{_alternation(_WEEKDAYS)})(?![^\W_])")
_RANGE_BEFORE = re.compile(r"(?<![\d:.])\d{1,2}\s*(?:[-–—]|و|to|and|ve|ila|الي|حتي|تا|u)\s*$")
_URL_DATES = (
    re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?=[/.]|$)"),
    re.compile(r"/((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?=[/.]|$)"),
    re.compile(r"/(20\d\d)(\d\d)(\d\d)(?=/|$)"),
)

# --------------------------------------------------------------------------- ISO 8601

_ISO = re.compile(
    r"\s*(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:(?:\s*[Tt@ ]\s*|(?<=\d{8}))(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?\s*"
)


def _iso(text: str, default: tzinfo | None, override: tzinfo | None) -> ParsedDate | None:
    match = _ISO.fullmatch(text)
    if match is None or not text.isascii():
        return None
    day = _year_first(int(match[1]), int(match[2]), int(match[3]))
    if day is None:
        raise _UnreadableError("too old to be true")
    if match[4] is None:
        return _day(day)
    label = _offset(match[7]) if match[7] else None
    return _instant(day, time(int(match[4]), int(match[5]), int(match[6] or 0)), label, default, override)


def _offset(label: str) -> tzinfo:
    if label[0] not in "+-":
        return UTC
    digits = label[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > 14 * 60:
        raise _UnreadableError(f"no zone has the offset {label}")
    return timezone(timedelta(minutes=-minutes if label[0] == "-" else minutes))


# --------------------------------------------------------------------------- written dates

_UPDATED = re.compile(
    r"(?:اخر\s+تحديث|تحديث|تم\s+التحديث|guncelleme|guncellenme(?:\s+tarihi)?|guncellendi|son\s+guncelleme|last\s+updated?|updated|modified)"
    r"\s*[:：]?\s*"
)


def _read(text: str, now: datetime, default: tzinfo | None, override: tzinfo | None) -> ParsedDate:
    words = " ".join(fold(text).split())
    if not words:
        raise _UnreadableError("empty")
    if len(words) > _MAX_LENGTH:
        raise _UnreadableError("too long to be a date")
    note = None
    if update := _UPDATED.search(words):
        before, after = words[: update.start()], words[update.end() :]
        ahead, behind = (any(map(str.isdigit, part)) for part in (before, after))
        words = (before if ahead else after).strip()
        note = None if ahead and behind else AN_UPDATE
    found = _relative(words, now, default, override) or _absolute(words, default, override)
    return ParsedDate(found.at, found.precision, note or found.note)


def _absolute(words: str, default: tzinfo | None, override: tzinfo | None) -> ParsedDate:
    days = list(_days(words))
    if not days:
        raise _UnreadableError(_why_none(words))
    if len({day for day, _ in days}) > 1:
        raise _UnreadableError("several dates")
    if any(_RANGE_BEFORE.search(words, 0, match.start()) for _, match in days):
        raise _UnreadableError("a range of days")
    day = days[0][0]
    led_in = _LED_IN.search(words, 0, days[0][1].start()) is not None
    for _, match in sorted(days, key=lambda found: -found[1].start()):
        inside = match.groupdict().get("t") or ""
        words = f"{words[: match.start()]} {inside} {words[match.end() :]}"
    if _DAY_AND_MONTH.search(words):
        raise _UnreadableError("several dates")
    if _is_sentence(words, led_in):
        raise _UnreadableError("a sentence about a day")
    clock = _clock(words, trusted=override is None)
    note = clock.note or _weekday_note(words, day)
    if clock.at is None:
        return ParsedDate(_day(day).at, "day", note)
    found = _instant(day, clock.at, clock.zone, default, override)
    return ParsedDate(found.at, found.precision, found.note or note)


def _is_sentence(rest: str, led_in: bool) -> bool:
    """Whether the words around a date tell of an event instead of who wrote when. A preposition before the date makes it likelier."""
    left = _LETTERS.findall(_TIME.sub(" ", _WEEKDAY.sub(" ", rest)))
    strange = sum(word not in _COMPANIONS for word in left)
    if not _PUBLISHERS.isdisjoint(left[:2]):
        return strange > _MOST_WORDS_OF_AN_AUTHOR
    return strange > (0 if led_in else _MOST_WORDS)


def _days(words: str) -> Iterator[tuple[date, re.Match[str]]]:
    """Every absolute date in the folded text with the match that found it."""
    for match in _CONFLICT.finditer(words):
        if match["m2"] and _month(match["m"]) != _month(match["m2"]):
            raise _UnreadableError("the two month names disagree")
    matches = [*_DAY_FIRST.finditer(words), *_MONTH_FIRST.finditer(words), *_RFC_SHORT_YEAR.finditer(words)]
    for match in _first_of_overlapping(matches):
        year = int(match["y"])
        yield date(year + 2000 if year < 100 else year, _month(match["m"]), int(match["d"])), match
    for match in _JALALI_DATE.finditer(words) if "13" in words or "14" in words else ():
        yield from_jalali(int(match["y"]), _JALALI[match["m"]], int(match["d"])), match
    if not _SEPARATED.search(words):
        return
    for match in _YMD.finditer(words):
        if day := _year_first(int(match["y"]), int(match["m"]), int(match["d"])):
            yield day, match
    for match in _DMY.finditer(words):
        yield _day_first(match, words), match


def _first_of_overlapping(matches: list[re.Match[str]]) -> Iterator[re.Match[str]]:
    end = -1
    for match in sorted(matches, key=re.Match.start):
        if match.start() >= end:
            yield match
            end = match.end()


def _month(name: str) -> int:
    return _MONTHS[" ".join(name.split())]


def _year_first(year: int, month: int, day: int) -> date | None:
    """The day, or None for a Hijri one, which stands beside the date that counts."""
    if 1390 <= year <= 1420:
        return from_jalali(year, month, day)
    return date(year, month, day) if year >= 1900 else None


def _day_first(match: re.Match[str], words: str) -> date:
    """DD/MM/YYYY, the order of the region; month first only when nothing else fits."""
    first, second, year = int(match["d"]), int(match["m"]), int(match["y"])
    if first == second:
        return date(year, second, first)
    if first > 12 or second > 12:
        return date(year, *((second, first) if first > 12 else (first, second)))
    readings = [date(year, second, first), date(year, first, second)]
    if weekday := _WEEKDAY.search(words):
        readings = [day for day in readings if day.isoweekday() == _weekday(weekday[0])]
        if len(readings) != 1:
            raise _UnreadableError("the weekday does not fit the date")
    elif match["sep"] == "/" and re.search(r"\d\s*[ap]\.?m\b", words):
        raise _UnreadableError("day and month cannot be told apart")
    return readings[0]


def _weekday(name: str) -> int:
    return _WEEKDAYS[" ".join(name.split())]


def _weekday_note(words: str, day: date) -> str | None:
    weekday = _WEEKDAY.search(words)
    return "the weekday does not fit the date" if weekday and _weekday(weekday[0]) != day.isoweekday() else None


def _why_none(words: str) -> str:
    if _SHORT_YEAR.search(words):
        return "the year has two digits"
    return "no year" if _CONFLICT.search(words) else "no date"


def from_jalali(year: int, month: int, day: int) -> date:
    """The Gregorian day of a Persian solar date, by the 33-year leap cycle (the arithmetic of jdf.scr.ir; right for 1343–1472).

    Raises ValueError for a day that the month does not have.
    """
    leap = (year % 33) in (1, 5, 9, 13, 17, 22, 26, 30)
    length = 31 if month < 7 else 30 if month < 12 or leap else 29
    if not 1 <= month <= 12 or not 1 <= day <= length:
        raise ValueError("no such Persian date")
    shifted = year + 1595
    days = 365 * shifted + shifted // 33 * 8 + (shifted % 33 + 3) // 4 + day
    days += (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    return date.fromordinal(days - _JALALI_SHIFT)


_JALALI_SHIFT = 356_033


# --------------------------------------------------------------------------- what stands beside a date

_MOST_WORDS = 3
_MOST_WORDS_OF_AN_AUTHOR = 8
_LED_IN = re.compile(r"(?<![^\W\d_])(?:في|يوم|منذ|بتاريخ|on|of|in|since)\s*$")
_PUBLISHERS = frozenset(
    fold(
        "نشر نشرت النشر منشور الإضافة بواسطة كتب كتبت كتبه بقلم المصدر posted published publish by written created yayın yayınlanma "
        "yayınlandı giriş eklenme oluşturulma haber yazar editör tarih weşandin nivîskar نوشته نویسنده انتشار نووسینی بڵاوکراوەتەوە"
    ).split()
)
_COMPANIONS = _PUBLISHERS | frozenset(
    fold(
        "في من على الساعة عند تاريخ بتاريخ تم يوم عام سنة لعام شهر الموافق ل ه م ص هجري هجرية ميلادي ميلادية بتوقيت المكرمة غرينتش "
        "محرم صفر ربيع الأول الثاني الآخر الآخرة جمادى الأولى رجب شعبان رمضان شوال ذو ذي القعدة الحجة "
        "دقيقة دقائق ثانية قراءة للقراءة وقت on at the of in gmt utc min mins minute minutes read am pm a p m s "
        "saat tarihi tarihli da de te ta dk dakika okuma süresi günü an ê a ساعت کاتژمێر تاریخ روز"
    ).split()
)
_LETTERS = re.compile(r"[^\W\d_]+")

# --------------------------------------------------------------------------- time of day

_AM = r"صباحا|فجرا|ص|am|a\.m\.?|oo|o\.o\.?|beyani|قبل\s+الظهر|ق\.?\s?ظ"
_PM = r"مساء|ظهرا|عصرا|بعد\s+الظهر|م|pm|p\.m\.?|os|o\.s\.?|ب\.?\s?ظ"
_HALF = rf"(?:\s*(?:(?P<am>{_AM})|(?P<pm>{_PM})|(?P<night>ليلا))(?![^\W\d_]))?"
_LABEL = (
    r"(?:\s*\(?\s*(?P<zone>(?:gmt|utc|ut)?\s?[+-]\d{1,2}(?::?\d\d)?(?!\d)|\b[a-z]+/[a-z_]+(?:/[a-z_]+)?|\b[a-z]{1,4}\b"
    r"|بتوقيت\s+[^\W\d_]+(?:\s+المكرمه|\s+المحتله)?|[^\W\d_]+\s+بتوقيت)\)?)?"
)
_TIME = re.compile(rf"(?<![\d:.+-])(?P<h>\d{{1,2}})(?P<sep>[:.])(?P<min>\d\d)(?:(?P=sep)(?P<s>\d\d)(?:\.\d+)?)?(?![\d:]){_HALF}{_LABEL}")
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


def _clock(words: str, *, trusted: bool) -> _Clock:
    """The time of day in what is left of the text after the date was taken out; its label is read only when ``trusted``."""
    matches = list(_TIME.finditer(words))
    match = matches[0] if matches else _HOUR.search(words)
    if match is None:
        return _Clock()
    if len({found.group("h", "min") for found in matches}) > 1:
        return _Clock(note="several times of day")
    groups = match.groupdict()
    ahead = _AM_FIRST.search(words)
    morning = groups["am"] or (ahead and ahead["am"])
    afternoon = groups["pm"] or (ahead and ahead["pm"])
    hour = _hour(int(match["h"]), bool(morning), bool(afternoon), bool(groups.get("night")))
    minute, second = int(groups.get("min") or 0), int(groups.get("s") or 0)
    if hour is None or hour > 23 or minute > 59 or second > 59:
        return _Clock(note="the time of day cannot be read")
    return _Clock(time(hour, minute, second), _labelled(words, groups.get("zone")) if trusted else None)


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

    Raises _UnreadableError for a label that is not understood: its time would be hours wrong.
    """
    if label is None or label in _NOT_ZONES:
        found = re.search(r"\b(gmt|utc)\b", words)
        return UTC if found else None
    label = label.replace("بتوقيت", "").strip()
    if offset := re.search(r"([+-])(\d{1,2}):?(\d\d)?$", label):
        return _offset(f"{offset[1]}{int(offset[2]):02d}{offset[3] or '00'}")
    if "/" in label:
        return _named_zone(label)
    name = label.split()[0]
    if name in _ZONES:
        return ZoneInfo(_ZONES[name])
    if name in _OFFSETS:
        return timezone(timedelta(hours=_OFFSETS[name]))
    if name in _WEEKDAYS or name in _MONTHS:
        return None
    raise _UnreadableError(f"unknown zone {label!r}")


def _named_zone(name: str) -> tzinfo:
    """The zone of a folded IANA name (``europe/istanbul``)."""
    try:
        return ZoneInfo(name.title())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _UnreadableError(f"unknown zone {name!r}") from None


# --------------------------------------------------------------------------- relative dates

_SECOND, _MINUTE, _HOUR_LONG, _DAY, _WEEK = 1, 60, 3600, 86400, 604800
_UNITS: dict[str, tuple[int, int]] = {
    fold(name): (seconds, count)
    for seconds, count, names in (
        (_SECOND, 1, "ثانية ثواني ثوان ثانيه saniye sn second seconds sec secs چرکە"),
        (_SECOND, 2, "ثانيتين"),
        (_MINUTE, 1, "دقيقة دقائق دقيقه دقایق dakika dk minute minutes min mins m deqe deqîqe xulek خولەک"),
        (_MINUTE, 2, "دقيقتين"),
        (_HOUR_LONG, 1, "ساعة ساعات ساعه ساعت saat saet saetan saetê hour hours hr hrs h کاتژمێر"),
        (_HOUR_LONG, 2, "ساعتين ساعتان"),
        (_DAY, 1, "يوم أيام يوما gün gun roj rojan day days d روز ڕۆژ"),
        (_DAY, 2, "يومين يومان"),
        (_WEEK, 1, "أسبوع أسابيع اسبوعا hafta hefte week weeks هفته هەفتە"),
        (_WEEK, 2, "أسبوعين أسبوعان"),
    )
    for name in names.split()
}
_NUMBERS: dict[str, int] = {
    fold(name): number
    for number, names in enumerate(
        (
            "a an bir واحد واحدة yek یک",
            "two iki du دو",
            "ثلاث ثلاثة three üç sê سه",
            "أربع أربعة four dört چهار",
            "خمس خمسة five beş",
            "ست ستة six altı",
            "سبع سبعة seven yedi",
            "ثماني ثمانية ثمان eight sekiz",
            "تسع تسعة nine dokuz",
            "عشر عشرة ten on",
        ),
        1,
    )
    for name in names.split()
}
_BEFORE = r"منذ|قبل|beri|پيش|" + fold("پێش|بەر لە")
_AFTER = rf"once|ago|beri|bere|پيش|قبل|{fold('لەمەوپێش')}|{fold('لەمەوبەر')}"
_U = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_N = "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True))
_HALVES = {
    fold(word): part for word, part in {"نصف": 2, "ثلث": 3, "ربع": 4, "نیم": 2, "نیو": 2, "yarım": 2, "nîv": 2, "half an": 2}.items()
}
_F = "|".join(_HALVES)
_AND_A_HALF = rf"(?:\s+و\s*(?:{_F})(?![^\W_])(?:\s+(?:ال)?ساعه)?)?"
_PART = re.compile(
    rf"(?:(?P<n>\d{{1,3}})\s*|(?P<w>{_N})\s+|(?P<f>{_F})\s+)?(?P<b>bucuk\s+)?(?P<u>{_U})(?![^\W_])(?:\s+واحده?)?"
    rf"(?:\s+و\s*(?P<half>{_F})(?![^\W_])(?:\s+(?:ال)?ساعه)?)?"
)
_PARTS = (
    rf"(?:(?:\d{{1,3}}\s*|(?:{_N}|{_F})\s+)?(?:bucuk\s+)?(?:{_U})(?![^\W_])(?:\s+واحده?)?{_AND_A_HALF}"
    rf"(?:\s*(?:و|,|،|and|ve|u)\s*|\s+)?){{1,3}}"
)
_ABOUT = r"(?:(?:حوالي|نحو|قرابه|تقريبا|اكثر\s+من|about|around|yaklasik|almost)\s+)?"
_LEAD = r"(?:(?:نشر|تم\s+النشر|منشور|published|posted|yayinlanma|yayinlandi)\s*[:：]?\s*)?"
_AGO = re.compile(rf"{_LEAD}(?:(?:{fold(_BEFORE)})\s+{_ABOUT}(?P<ahead>{_PARTS})|{_ABOUT}(?P<behind>{_PARTS})\s*(?:{fold(_AFTER)}))\.?")
_NOW_WORDS = (
    r"الان|للتو|(?:قبل|منذ)\s+(?:قليل|لحظات)|just\s+now|now|moments?\s+ago|simdi|az\s+once|biraz\s+once|niha|"
    + fold("ئێستا")
    + "|"
    + fold("لحظاتی پیش")
)
_NOW = re.compile(rf"{_LEAD}(?:{_NOW_WORDS})")
_DAY_WORDS = {
    fold(name): back
    for back, names in (
        (0, ("اليوم", "today", "bugün", "îro", "امروز", "ئەمڕۆ")),
        (1, ("أمس", "البارحة", "يوم أمس", "yesterday", "dün", "duh", "دیروز", "دوێنێ")),
        (2, ("أول أمس", "أول من أمس", "evvelsi gün", "pêr", "پریروز", "پێرێ")),
    )
    for name in names
}
_DAY_WORD = re.compile(rf"{_LEAD}(?P<day>{_alternation(_DAY_WORDS)})(?![^\W_])(?P<rest>.*)")
_COARSE = re.compile(
    r"(?:منذ|قبل|حوالي).*(?:شهر|شهور|اشهر|سنه|سنوات|سنين|سنتين|عام|اعوام)"
    r"|(?:\bay|yil|months?|years?)\s+(?:once|ago)|(?:ماه|سال)\s+(?:پيش|قبل)"
)


def _relative(words: str, now: datetime, default: tzinfo | None, override: tzinfo | None) -> ParsedDate | None:
    if _NOW.fullmatch(words):
        return _since(now, 0)
    if match := _DAY_WORD.fullmatch(words):
        return _named_day(match, now, default, override)
    if match := _AGO.fullmatch(words):
        return _ago(match["ahead"] or match["behind"], now, override or default)
    if _COARSE.search(words) and not re.search(r"(?:19|20)\d\d", words):
        raise _UnreadableError("months or years ago is too coarse")
    return None


def _ago(parts: str, now: datetime, zone: tzinfo | None) -> ParsedDate:
    seconds, smallest = 0, _WEEK
    for match in _PART.finditer(parts):
        unit = _UNITS[match["u"]][0]
        seconds += _seconds(match, unit)
        smallest = min(smallest, unit)
    if smallest >= _DAY:
        return _day((now.astimezone(zone or _REGION) - timedelta(seconds=seconds)).date(), "relative")
    return _since(now, seconds)


def _seconds(part: re.Match[str], unit: int) -> int:
    """The length of one part (``3 hours``, ``ساعتين ونصف``, ``bir buçuk saat``, ``ربع ساعة``)."""
    if part["f"]:
        return unit // _HALVES[part["f"]]
    number = int(part["n"]) if part["n"] else _NUMBERS[part["w"]] if part["w"] else _UNITS[part["u"]][1]
    more = unit // _HALVES[part["half"]] if part["half"] else unit // 2 if part["b"] else 0
    return unit * number + more


def _since(now: datetime, seconds: int) -> ParsedDate:
    return ParsedDate((now.astimezone(UTC) - timedelta(seconds=seconds)).replace(second=0, microsecond=0), "minute", "relative")


def _named_day(match: re.Match[str], now: datetime, default: tzinfo | None, override: tzinfo | None) -> ParsedDate | None:
    day = now.astimezone(override or default or _REGION).date() - timedelta(days=_DAY_WORDS[" ".join(match["day"].split())])
    rest = match["rest"]
    clock = _clock(rest, trusted=override is None)
    if list(_days(rest)):
        return None
    if clock.at is not None:
        found = _instant(day, clock.at, clock.zone, default, override)
        return ParsedDate(found.at, found.precision, found.note or "relative")
    if re.search(r"\w", rest):
        return None
    return _day(day, "relative")


# --------------------------------------------------------------------------- instants


def _zone(name: str | None) -> tzinfo | None:
    return ZoneInfo(name) if name else None


def _day(day: date, note: str | None = None) -> ParsedDate:
    return ParsedDate(datetime(day.year, day.month, day.day, tzinfo=UTC), "day", note)


def _instant(day: date, at: time, label: tzinfo | None, default: tzinfo | None, override: tzinfo | None) -> ParsedDate:
    zone = override or label or default
    note = None if zone else "no zone, read as UTC"
    return ParsedDate(datetime.combine(day, at, zone or UTC).astimezone(UTC), "minute", note)


def _bounded(found: ParsedDate, now: datetime, zone: tzinfo | None) -> ParsedDate:
    if found.at is None:
        return found
    if found.precision == "day":
        future = found.at.date() > (now + MAX_FUTURE).astimezone(zone or _REGION).date()
    else:
        future = found.at > now + MAX_FUTURE
    if future:
        return ParsedDate(None, found.precision, "in the future")
    if found.at.date() < _OLDEST:
        return ParsedDate(None, found.precision, "too old to be true")
    return found
