"""Reads the written dates of the region: feed and ISO dates, Arabic, Turkish, Kurdish, Persian and English ones, and "3 hours ago".

Pure: the present comes in as ``now``. Unknown beats wrong: whatever can be read in two ways is None, with a note that says why.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo

from core.text import fold
from crawler.normalise.calendar_days import DAY_AND_MONTH, days_in, weekday_note, why_none, year_first
from crawler.normalise.clock import TIME, fixed_zone, read_clock
from crawler.normalise.date_words import WEEKDAY
from crawler.normalise.parsed_date import ParsedDate, UnreadableError, bounded, instant, whole_day, zone_named
from crawler.normalise.relative_dates import relative

AN_UPDATE = "labelled as an update"
"""The note of a date that its text calls one of an update."""
_MAX_LENGTH = 160
_URL_DATES = (
    re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?=[/.]|$)"),
    re.compile(r"/((?:19|20)\d\d)-(\d{1,2})-(\d{1,2})(?=[/.]|$)"),
    re.compile(r"/(20\d\d)(\d\d)(\d\d)(?=/|$)"),
)
_ISO = re.compile(
    r"\s*(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:(?:\s*[Tt@ ]\s*|(?<=\d{8}))(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?\s*"
)
_UPDATED = re.compile(
    r"(?:اخر\s+تحديث|تحديث|تم\s+التحديث|guncelleme|guncellenme(?:\s+tarihi)?|guncellendi|son\s+guncelleme|last\s+updated?|updated|modified)"
    r"\s*[:：]?\s*"
)
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
_RANGE_BEFORE = re.compile(r"(?<![\d:.])\d{1,2}\s*(?:[-–—]|و|to|and|ve|ila|الي|حتي|تا|u)\s*$")


def parse_date(text: str, *, now: datetime, zone: str | None = None, zone_override: str | None = None) -> ParsedDate:
    """The instant that ``text`` names.

    ``zone`` is the IANA zone of times that carry none (UTC, with a note, when unknown); ``zone_override`` is the real zone of
    times whose label is wrong. A date more than 15 minutes after ``now`` is None.
    """
    try:
        default, override = zone_named(zone), zone_named(zone_override)
        found = _iso(text, default, override) or _read(text, now, default, override)
    except UnreadableError as error:
        return ParsedDate(None, note=str(error))
    except (ValueError, OverflowError):
        return ParsedDate(None, note="no such date")
    return bounded(found, now, override or default)


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


def _iso(text: str, default: tzinfo | None, override: tzinfo | None) -> ParsedDate | None:
    match = _ISO.fullmatch(text)
    if match is None or not text.isascii():
        return None
    day = year_first(int(match[1]), int(match[2]), int(match[3]))
    if day is None:
        raise UnreadableError("too old to be true")
    if match[4] is None:
        return whole_day(day)
    label = fixed_zone(match[7]) if match[7] else None
    return instant(day, time(int(match[4]), int(match[5]), int(match[6] or 0)), label, default, override)


def _read(text: str, now: datetime, default: tzinfo | None, override: tzinfo | None) -> ParsedDate:
    words = " ".join(fold(text).split())
    if not words:
        raise UnreadableError("empty")
    if len(words) > _MAX_LENGTH:
        raise UnreadableError("too long to be a date")
    note = None
    if update := _UPDATED.search(words):
        before, after = words[: update.start()], words[update.end() :]
        ahead, behind = (any(map(str.isdigit, part)) for part in (before, after))
        words = (before if ahead else after).strip()
        note = None if ahead and behind else AN_UPDATE
    found = relative(words, now, default, override) or _absolute(words, default, override)
    return ParsedDate(found.at, found.precision, note or found.note)


def _absolute(words: str, default: tzinfo | None, override: tzinfo | None) -> ParsedDate:
    days = list(days_in(words))
    if not days:
        raise UnreadableError(why_none(words))
    if len({day for day, _ in days}) > 1:
        raise UnreadableError("several dates")
    if any(_RANGE_BEFORE.search(words, 0, match.start()) for _, match in days):
        raise UnreadableError("a range of days")
    day = days[0][0]
    led_in = _LED_IN.search(words, 0, days[0][1].start()) is not None
    for _, match in sorted(days, key=lambda found: -found[1].start()):
        inside = match.groupdict().get("t") or ""
        words = f"{words[: match.start()]} {inside} {words[match.end() :]}"
    if DAY_AND_MONTH.search(words):
        raise UnreadableError("several dates")
    if _is_sentence(words, led_in):
        raise UnreadableError("a sentence about a day")
    clock = read_clock(words, trusted=override is None)
    note = clock.note or weekday_note(words, day)
    if clock.at is None:
        return ParsedDate(whole_day(day).at, "day", note)
    found = instant(day, clock.at, clock.zone, default, override)
    return ParsedDate(found.at, found.precision, found.note or note)


def _is_sentence(rest: str, led_in: bool) -> bool:
    """Whether the words around a date tell of an event instead of who wrote when. A preposition before the date makes it likelier."""
    left = _LETTERS.findall(TIME.sub(" ", WEEKDAY.sub(" ", rest)))
    strange = sum(word not in _COMPANIONS for word in left)
    if not _PUBLISHERS.isdisjoint(left[:2]):
        return strange > _MOST_WORDS_OF_AN_AUTHOR
    return strange > (0 if led_in else _MOST_WORDS)
