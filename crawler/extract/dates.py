"""Finds the text of an article's date on its page, unparsed. A date that is not clearly the article's own is not taken.

Never the first date of the page, a header clock, the date of a related headline or of an event in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.text import title_key
from crawler.extract.boilerplate import PUBLISHED_WORDS, UPDATED_WORDS
from crawler.extract.cleaning import is_prose
from crawler.extract.lines import Line

_MONTH = (
    r"(?:يناير|فبراير|مارس|[أا]بريل|[إا]بريل|مايو|يوني[وه]|يوليو|يوليوز|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر|جانفي|فيفري|[أا]فريل|ماي|جوان|جويلية|[أا]وت|غشت|شتنبر|نونبر|دجنبر"
    r"|كانون\s+(?:الثاني|ال[أا]ول)|شباط|[آا]ذار|نيسان|[أا]يار|حزيران|تموز|[آا]ب|[أا]يلول|تشرين\s+(?:الثاني|ال[أا]ول)"
    r"|Ocak|Şubat|Mart|Nisan|Mayıs|Haziran|Temmuz|Ağustos|Eylül|Ekim|Kasım|Aralık"
    r"|Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember|t)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DIGIT = "[0-9٠-٩۰-۹]"
_YEAR = rf"(?:20|٢٠|۲۰){_DIGIT}{{2}}"
_HALF = r"(?:\s*(?:ص|م|صـ|مـ|صباحا?ً?|مساءً?|AM|PM))?"
_TIME = rf"(?:\s*[-–|,،]?\s*(?:الساعة|saat|at)?\s*{_DIGIT}{{1,2}}[:.]{_DIGIT}{{2}}(?::{_DIGIT}{{2}})?{_HALF})?"
# What stands behind the year may be glued to it: "20264 minutes".
_WRITTEN = re.compile(
    rf"(?<!{_DIGIT})(?:{_DIGIT}{{1,2}}(?:st|nd|rd|th)?,?\s+(?:من\s+)?{_MONTH}(?:\s*[/-]\s*{_MONTH})?\s*[،,]?\s*{_YEAR}"
    rf"|{_MONTH}\s+{_DIGIT}{{1,2}}\s*[،,]\s*{_YEAR}|{_DIGIT}{{1,2}}[./-]{_DIGIT}{{1,2}}[./-]{_YEAR}|{_YEAR}-{_DIGIT}{{1,2}}-{_DIGIT}{{1,2}})"
    rf"(?={_DIGIT}{{1,3}}\s*دقائق|{_DIGIT}{{1,3}}\s*دقيقة|(?!{_DIGIT})){_TIME}",
    re.IGNORECASE,
)
_GLUED = re.compile(rf"({_YEAR})(?={_DIGIT}{{1,3}}\s*دق)")
_AROUND_DATE = re.compile(
    r"(?:ال)?(?:سبت|[أا]حد|[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة)|Pazartesi|Salı|Çarşamba|Perşembe|Cuma(?:rtesi)?|Pazar|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"|(?:\d+|[٠-٩]+)\s*(?:دقائق|دقيقة|min(?:utes)?(?:\s+read)?)|الساعة|GMT|UTC|[\W\d_]+",
    re.IGNORECASE,
)
_MOST_LINES = 25


def date_in_header(lines: Sequence[Line], titles: Iterable[str]) -> str | None:
    """The date shown between the headline and the first paragraph, or in the headline's own block just above it.

    ``lines`` are those of the page in document order; without a headline among them there is no header and no date.
    """
    keys = {title_key(title) for title in titles if title}
    place = _headline_place(lines, keys)
    if place is None:
        return None
    for line in _header_below(lines, place):
        if (date := date_of_line(line)) is not None:
            return date
    return _date_above(lines, place)


def date_of_line(line: Line) -> str | None:
    """The publication date that a line of an article's header gives, or None."""
    if UPDATED_WORDS.search(line.text) and not PUBLISHED_WORDS.search(line.text):
        return None
    for marked in line.dates:
        if re.match(r"\d{4}-\d{2}-\d{2}", marked) or _WRITTEN.search(marked):
            return written_date(marked) or marked
    match = _WRITTEN.search(line.text)
    if match is None or len(line.text) > 160:
        return None
    around = line.text[: match.start()] + " " + line.text[match.end() :]
    before = line.text[: match.start()]
    if UPDATED_WORDS.search(before):
        return None
    if PUBLISHED_WORDS.search(before) or not _AROUND_DATE.sub("", around):
        return match[0].strip()
    return None


def written_date(text: str) -> str | None:
    """The first written date in ``text``, without what is glued to it; ISO instants whole."""
    text = text.strip()
    if re.match(r"\d{4}-\d{2}-\d{2}", text):
        return text
    match = _WRITTEN.search(text)
    return match[0].strip() if match else None


def unglue(text: str) -> str:
    """A date without a reading time glued to its year."""
    match = _GLUED.search(text)
    return text[: match.end()] if match else text


def _headline_place(lines: Sequence[Line], keys: set[str]) -> int | None:
    """The last line that is the headline before the article's text: breadcrumbs and mastheads repeat it above."""
    place = None
    for number, line in enumerate(lines):
        if 0 < len(line.text) < 400 and title_key(line.text) in keys:
            place = number
        elif place is not None and is_prose(line):
            break
    return place


def _header_below(lines: Sequence[Line], place: int) -> Iterable[Line]:
    """The lines behind the headline up to the first paragraph or the first other headline."""
    for line in lines[place + 1 : place + 1 + _MOST_LINES]:
        if is_prose(line) or (line.links >= 0.8 and len(line.text.split()) >= 5):
            return
        yield line


def _date_above(lines: Sequence[Line], place: int) -> str | None:
    """A ``time`` element just above the headline, in the same block; written text there may be a clock."""
    block = lines[place].path[-2:-1]
    for line in lines[max(0, place - 3) : place]:
        if block and block[0] in line.path:
            for marked in line.dates:
                if re.match(r"\d{4}-\d{2}-\d{2}T", marked):
                    return marked
    return None
