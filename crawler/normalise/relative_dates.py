"""Reads dates that count from the present: "3 hours ago", "yesterday", منذ ساعتين, dün 14:30."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from core.text import fold
from crawler.normalise.calendar_days import days_in
from crawler.normalise.clock import read_clock
from crawler.normalise.date_words import alternation
from crawler.normalise.parsed_date import REGION, ParsedDate, UnreadableError, instant, whole_day

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
_DAY_WORD = re.compile(rf"{_LEAD}(?P<day>{alternation(_DAY_WORDS)})(?![^\W_])(?P<rest>.*)")
_COARSE = re.compile(
    r"(?:منذ|قبل|حوالي).*(?:شهر|شهور|اشهر|سنه|سنوات|سنين|سنتين|عام|اعوام)"
    r"|(?:\bay|yil|months?|years?)\s+(?:once|ago)|(?:ماه|سال)\s+(?:پيش|قبل)"
)


def relative(words: str, now: datetime, default: tzinfo | None, override: tzinfo | None) -> ParsedDate | None:
    if _NOW.fullmatch(words):
        return _since(now, 0)
    if match := _DAY_WORD.fullmatch(words):
        return _named_day(match, now, default, override)
    if match := _AGO.fullmatch(words):
        return _ago(match["ahead"] or match["behind"], now, override or default)
    if _COARSE.search(words) and not re.search(r"(?:19|20)\d\d", words):
        raise UnreadableError("months or years ago is too coarse")
    return None


def _ago(parts: str, now: datetime, zone: tzinfo | None) -> ParsedDate:
    seconds, smallest = 0, _WEEK
    for match in _PART.finditer(parts):
        unit = _UNITS[match["u"]][0]
        seconds += _seconds(match, unit)
        smallest = min(smallest, unit)
    if smallest >= _DAY:
        return whole_day((now.astimezone(zone or REGION) - timedelta(seconds=seconds)).date(), "relative")
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
    day = now.astimezone(override or default or REGION).date() - timedelta(days=_DAY_WORDS[" ".join(match["day"].split())])
    rest = match["rest"]
    clock = read_clock(rest, trusted=override is None)
    if list(days_in(rest)):
        return None
    if clock.at is not None:
        found = instant(day, clock.at, clock.zone, default, override)
        return ParsedDate(found.at, found.precision, found.note or "relative")
    if re.search(r"\w", rest):
        return None
    return whole_day(day, "relative")
