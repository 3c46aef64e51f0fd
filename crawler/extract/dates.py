"""Finds the text of an article's date on its page, unparsed. A date that is not clearly the article's own is not taken.

Never the first date of the page, a header clock, the date of a related headline or of an event in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from core.text import title_key
from crawler.extract.boilerplate import AGO, BYLINE, PUBLISHED_WORDS, UPDATED_WORDS, is_terminator
from crawler.extract.lines import Line
from crawler.extract.prose import is_prose, is_sentence

_MONTH = (
    r"(?:يناير|فبراير|مارس|[أا]بريل|[إا]بريل|مايو|يوني[وه]|يولي[وه]|يوليوز|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر"
    r"|جانفيه?|فيفري|[أا]فريل|ماي|جوان|جويلي[ةه]|[أا]وت|غشت|شتنبر|نونبر|دجنبر"
    r"|كانون\s+(?:الثاني|ال[أا]ول|ثاني|[أا]ول)|شباط|[آا]ذار|نيسان|[أا]يار|حزيران|تموز|[آا]ب|[أا]يلول|تشرين\s+(?:الثاني|ال[أا]ول|ثاني|[أا]ول)"
    r"|Ocak|Oca|Şubat|Şub|Mart|Nisan|Nis|Mayıs|Haziran|Haz|Temmuz|Tem|Ağustos|Ağu|Eylül|Eyl|Ekim|Eki|Kasım|Kas|Aralık|Ara"
    r"|Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:tember|t)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
    r"|(?:Sibat|Adar|Avdar|Nîsan|Avrêl|Gulan|Hezîran|Pûşper|Tîrmeh|Temûz|Tebax|Îlon|Cotmeh|Mijdar)[aeê]?|Çile(?:ya(?:\s+paşîn)?|yê)?"
    r"|Kanûn(?:a\s+(?:pêşîn|paşîn|yekem|duyem))?|(?:شوبات|ئازار|ئادار|نیسان|ئایار|مایس|حوزەیران|تەمموو?ز|ئاب|ئەیلوو?ل)ی?"
    r"|(?:تشرینی|کانوو?نی)\s+(?:یەکەم|دووەم)ی?|ژانویه|فوریه|آوریل|مه|ژوئن|ژوئیه|اوت|سپتامبر|اکتبر|نوامبر|دسامبر)"
)
_JALALI = r"(?:فروردین|اردیبهشت|خرداد|تیر|ا?مرداد|شهریور|مهر|آبان|آذر|دی|بهمن|اسفند)(?:\s*ماه)?"
_DIGIT = "[0-9٠-٩۰-۹]"
_YEAR = rf"(?:20|٢٠|۲۰){_DIGIT}{{2}}"
_PERSIAN_YEAR = rf"(?:1[34]|۱[۳۴]){_DIGIT}{{2}}"
_D = rf"{_DIGIT}{{1,2}}"
_CLOCK = rf"{_D}[:.]{_DIGIT}{{2}}(?::{_DIGIT}{{2}})?"
_HALF = r"(?:\s*(?:صباحا?ً?|مساءً?|صـ|مـ|ص|م|AM|PM)(?!\w))?"
_WEEKDAY = (
    r"(?:(?:ال)?(?:سبت|[أا]حد|[إا]ثنين|ثلاثاء|[أا]ربعاء|خميس|جمعة)|Pazartesi|Salı|Çarşamba|Perşembe|Cuma(?:rtesi)?|Pazar"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Du|Sê|Yek)şem|Çarşem|Pêncşem|Înî|Şemî"
    r"|(?:دوو|سێ|چوار|پێنج|یەک)?شەممە|هەینی|(?:دو|سه|چهار|پنج|یک)?\u200c?شنبه|جمعه)"
)
_ZONE = r"(?:\s*\(?(?:GMT|UTC|TSİ)(?:\s?[+-]\d{1,2}(?::?\d\d)?)?\)?(?!\w))?"
_TIME = rf"(?:\s*[-–|,،]?\s*(?:{_WEEKDAY}\s*,?\s*)?(?:(?:على\s+)?الساعة|ساعت|saat|at)?\s*{_CLOCK}{_HALF}{_ZONE})?"
_NAMED = (
    rf"{_D}(?:st|nd|rd|th|'?ê|ی)?,?\s*[-/–.]?\s*(?:من\s+|of\s+|شهر\s+)?{_MONTH}\.?(?:\s*[/(–-]?\s*{_MONTH}\)?)?(?:\s*[،,/-]\s*|\s+){_YEAR}"
)
_SEPARATED = rf"{_D}\s?(?P<a>[./-])\s?{_D}\s?(?P=a)\s?{_YEAR}|(?:{_YEAR}|{_PERSIAN_YEAR})(?P<b>[./-]){_D}(?P=b){_D}"
# What stands behind the year may be glued to it: "20264 minutes".
_WRITTEN = re.compile(
    rf"(?<![0-9٠-٩۰-۹:.])(?:{_NAMED}|{_D}\s+{_JALALI}\s*[،,]?\s*{_PERSIAN_YEAR}|{_MONTH}\.?\s+{_D}(?:st|nd|rd|th)?\s*[،,]?\s*{_YEAR}|{_SEPARATED})"
    rf"(?={_DIGIT}{{1,3}}\s*دقائق|{_DIGIT}{{1,3}}\s*دقيقة|(?!{_DIGIT})){_TIME}",
    re.IGNORECASE,
)
_GLUED = re.compile(rf"({_YEAR})(?={_DIGIT}{{1,3}}\s*دق)")
_RANGE = re.compile(rf"(?<![:.0-9٠-٩۰-۹]){_D}\s*[-–—]\s*$")
_HIJRI = r"\W*\d{1,2}\s+(?:محرم|صفر|ربيع|جماد[ىي]|رجب|شعبان|رمضان|شوال|ذ[وي])(?:\s+(?:ال)?\w+)?\s+(?:14|١٤)\d\d(?:\s*هـ?)?"
_AROUND_DATE = re.compile(
    rf"{_HIJRI}|{_WEEKDAY}|(?:\d+|[٠-٩]+)\s*(?:دقائق|دقيقة|min(?:utes)?(?:\s+read)?)|الموافق|الساعة|GMT|UTC|(?<!\w)(?:هـ?|م)(?!\w)|(?<!\w)an(?!\w)|[\W\d_]+",
    re.IGNORECASE,
)
_ADDED = "[أا]ضيف|تمت?\\s+ال[إا]ضافة|تاريخ\\s+ال[إا]ضافة|بتاريخ|حرر\\s+في|Created|Added"
_PUBLISHED = re.compile(
    rf"{PUBLISHED_WORDS.pattern}|انتشار|بڵاوکر|بەروار|Weşan|Dîrok|Tar[iî][hx]\w*\s*:|Date\s*:|تاریخ|التاريخ|{_ADDED}", re.IGNORECASE
)
_UPDATED = re.compile(rf"{UPDATED_WORDS.pattern}|Nûkirin|نوێکر|به\u200c?روز", re.IGNORECASE)
_PARTS = re.compile(r"\s*[|•·●]\s*|\s+/\s+")
_DASHES = re.compile(r"\s+[-–—]\s+")
_AGE = re.compile(
    rf"\W*(?:(?:{PUBLISHED_WORDS.pattern})\w*\s*[:：]?\s*)?({AGO}|(?:اليوم|أمس|[Bb]ugün|[Dd]ün|[Tt]oday|[Yy]esterday|Îro|Duh)\s*[,،-]?\s*(?:الساعة|saat|at)?\s*{_CLOCK}{_HALF})\W*",
    re.IGNORECASE,
)
_MOST_WORDS_BESIDE = 6
_MOST_LINES = 25
_MOST_LINES_BEHIND = 60
_MOST_ABOVE = 4
_LONGEST_LINE = 160


def date_in_header(lines: Sequence[Line], titles: Iterable[str]) -> str | None:
    """The date shown between the headline and the first paragraph, or in the headline's own block just above it.

    ``lines`` are those of the page in document order; without a headline among them there is no header and no date.
    """
    keys = {title_key(title) for title in titles if title}
    place = _headline_place(lines, keys)
    if place is None:
        return None
    first = next((number for number, line in enumerate(lines[:place]) if line.tag == "h1" and title_key(line.text) in keys), place)
    for line in (*_header_below(lines, place), *lines[first + 1 : place][:_MOST_LINES]):
        if (date := date_of_line(line)) is not None:
            return date
        if line.links < 0.5 and (age := _AGE.fullmatch(line.text)) is not None:
            return age[1]
    return _date_above(lines, place) or _date_behind(lines, place)


def date_of_line(line: Line) -> str | None:
    """The publication date that a line of an article's header gives, or None."""
    update = _UPDATED.search(line.text)
    if update and not _PUBLISHED.search(line.text):
        return _written_in(line.text[: update.start()])
    for marked in line.dates:
        if re.match(r"\d{4}-\d{2}-\d{2}", marked) or _WRITTEN.search(marked):
            return _written_in(marked) if _UPDATED.search(marked) else written_date(marked) or marked
    return _written_in(line.text)


def _written_in(text: str) -> str | None:
    """The date that a line consists of, or that it labels as the one of publication."""
    last = 0
    for match in _WRITTEN.finditer(text) if len(text) <= _LONGEST_LINE else ():
        before, last = text[last : match.start()], match.end()
        if _UPDATED.search(before) or _RANGE.search(before):
            continue
        if _PUBLISHED.search(before) or not _AROUND_DATE.sub("", f"{text[: match.start()]} {text[match.end() :]}"):
            return match[0].strip()
        if (part := _part_around(text, match)) is not None:
            return part
        around = f"{text[: match.start()]} {text[match.end() :]}"
        if (
            re.search(_CLOCK, match[0])
            and not text.endswith((".", ")"))
            and len(_AROUND_DATE.sub(" ", around).split()) <= _MOST_WORDS_BESIDE
        ):
            return match[0].strip()  # a caption names the day, but not the minute
    return None


def _part_around(text: str, match: re.Match[str]) -> str | None:
    """A date that is a whole part of a line such as ``author | date | views``, or, with its time of day, behind a dash."""
    for separator in (_PARTS, _DASHES):
        parts = separator.split(text)
        if len(parts) < 2 or any(len(part.split()) > _MOST_WORDS_BESIDE + 4 for part in parts):
            continue
        for part in parts:
            found = _WRITTEN.search(part)
            if found is None or found[0][:10] != match[0][:10] or _AROUND_DATE.sub("", part[: found.start()] + " " + part[found.end() :]):
                continue
            if separator is _PARTS or re.search(_CLOCK, found[0]):
                return found[0].strip()
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
        if is_prose(line) or _is_others_headline(line):
            return
        yield line


def _is_others_headline(line: Line) -> bool:
    return line.links >= 0.5 and len(line.text.split()) >= 5 and not BYLINE.match(line.text)


def _date_above(lines: Sequence[Line], place: int) -> str | None:
    """A date just above the headline, in the same small block: machine-readable, labelled, or a line of its own."""
    block = lines[place].path[-2:-1]
    inside = [line for line in lines[:place] if block and block[0] in line.path]
    for line in reversed(inside[-3:]):
        for marked in line.dates:
            if re.match(r"\d{4}-\d{2}-\d{2}T", marked):
                return marked
    for line in reversed(inside if len(inside) <= _MOST_ABOVE and len(inside) < place else ()):
        if line.links < 0.5 and (date := date_of_line(line)) is not None:
            return date
    return None


def _date_behind(lines: Sequence[Line], place: int) -> str | None:
    """The one date below the lead or at the end of the article that stands on a line of its own beside its paragraphs."""
    found: list[str] = []
    beside: set[tuple[int, ...]] = set()
    for line in lines[place + 1 : place + 1 + _MOST_LINES_BEHIND]:
        if _is_others_headline(line) or (beside and is_terminator(line.text)):
            break
        if is_sentence(line):
            beside |= {line.path[:-1], line.path[:-2]}
        elif beside and line.links < 0.5 and (line.path[:-1] in beside or line.path[:-2] in beside or _PUBLISHED.search(line.text)):
            found += [_exact(line, date)] if not _UPDATED.search(line.text) and (date := _written_in(line.text)) is not None else []
    return found[0] if found and len({date[:10] for date in found}) == 1 else None


def _exact(line: Line, date: str) -> str:
    """The machine-readable form of a line's only date, or the date as written."""
    return line.dates[0] if len(line.dates) == 1 and re.match(r"\d{4}-\d{2}-\d{2}T", line.dates[0]) else date
