"""Reads the days that a text names: day, month and year in words or figures, Gregorian and Persian solar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from crawler.normalise.date_words import JALALI, MONTH, WEEKDAY, alternation, month_number, weekday_number
from crawler.normalise.parsed_date import UnreadableError

_PAIR = rf"(?P<m>{MONTH})(?:\s*[/(|\\–-]?\s*(?P<m2>{MONTH})\s*\)?)?"
_YEAR = r"(?P<y>(?:19|20)\d\d)(?:(?!\d)|(?=\d{1,2}\s*(?:دقيق|دقاي|min|dk)))"  # 20264 دقائق: the reading time is glued to the year
_OF = r"(?:st|nd|rd|th|'?e|ي|\.)?\s*(?:,|،|/|-|–|من|of)?\s*(?:شهر\s+)?"
_IN = r"\s*[,،./–-]?\s*(?:(?:من\s+)?(?:ل?عام|سنه|of)\s+|a\s+)?"
_DAY_FIRST = re.compile(rf"(?<!\d)(?P<d>\d{{1,2}}){_OF}{_PAIR}{_IN}{_YEAR}")
_MONTH_FIRST = re.compile(
    rf"{_PAIR}\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:\s*[,،]|\s+(?P<t>\d\d:\d\d(?::\d\d)?(?:\s+[a-z]{{3,4}})?))?\s+(?:عام\s+)?{_YEAR}"
)
_MONTHS_BESIDE = re.compile(_PAIR)
DAY_AND_MONTH = re.compile(rf"(?<!\d)\d{{1,2}}\s+(?:من\s+)?{MONTH}")
_JALALI_DATE = re.compile(
    rf"(?<!\d)(?P<d>\d{{1,2}})\s*(?P<m>(?<![^\W\d_])(?:{alternation(JALALI)}))(?:\s*ماه)?(?![^\W\d_])\s*[,،]?\s*(?P<y>1[34]\d\d)(?!\d)"
)
_SEPARATED = re.compile(r"[-/.]")
_YMD = re.compile(r"(?<![\d/.-])(?P<y>\d{4})\s?(?P<sep>[-/.])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})(?![\d/]|[.-]\d)")
_DMY = re.compile(r"(?<![\d/.-])(?P<d>\d{1,2})\s?(?P<sep>[-/.])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<y>(?:19|20)\d\d)(?!\d|[/.-]\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d\d(?!\d)")
_RFC_SHORT_YEAR = re.compile(rf"^\s*(?:[a-z]{{3,9}},?\s+)?(?P<d>\d{{1,2}})[\s-](?P<m>{MONTH})[\s-](?P<y>\d\d)(?=\s+\d\d:\d\d)")


def days_in(words: str) -> Iterator[tuple[date, re.Match[str]]]:
    """Every absolute date in the folded text with the match that found it."""
    for match in _MONTHS_BESIDE.finditer(words):
        if match["m2"] and month_number(match["m"]) != month_number(match["m2"]):
            raise UnreadableError("the two month names disagree")
    matches = [*_DAY_FIRST.finditer(words), *_MONTH_FIRST.finditer(words), *_RFC_SHORT_YEAR.finditer(words)]
    for match in _first_of_overlapping(matches):
        year = int(match["y"])
        yield date(year + 2000 if year < 100 else year, month_number(match["m"]), int(match["d"])), match
    for match in _JALALI_DATE.finditer(words) if "13" in words or "14" in words else ():
        yield from_jalali(int(match["y"]), JALALI[match["m"]], int(match["d"])), match
    if not _SEPARATED.search(words):
        return
    for match in _YMD.finditer(words):
        if day := year_first(int(match["y"]), int(match["m"]), int(match["d"])):
            yield day, match
    for match in _DMY.finditer(words):
        yield _day_first(match, words), match


def _first_of_overlapping(matches: list[re.Match[str]]) -> Iterator[re.Match[str]]:
    end = -1
    for match in sorted(matches, key=re.Match.start):
        if match.start() >= end:
            yield match
            end = match.end()


def year_first(year: int, month: int, day: int) -> date | None:
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
    if weekday := WEEKDAY.search(words):
        readings = [day for day in readings if day.isoweekday() == weekday_number(weekday[0])]
        if len(readings) != 1:
            raise UnreadableError("the weekday does not fit the date")
    elif match["sep"] == "/" and re.search(r"\d\s*[ap]\.?m\b", words):
        raise UnreadableError("day and month cannot be told apart")
    return readings[0]


def weekday_note(words: str, day: date) -> str | None:
    weekday = WEEKDAY.search(words)
    return "the weekday does not fit the date" if weekday and weekday_number(weekday[0]) != day.isoweekday() else None


def why_none(words: str) -> str:
    if _SHORT_YEAR.search(words):
        return "the year has two digits"
    return "no year" if _MONTHS_BESIDE.search(words) else "no date"


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
