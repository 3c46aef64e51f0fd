"""Finds whom an article was taken from: the source line, the syndication sentence of WordPress, the wrapper of a reposter."""

from __future__ import annotations

import re

LONGEST_NAME = 60

_LABEL = r"(?:المصدر|مصدر\s+الخبر|Haber\s+Kayna(?:k|ğı)|Kaynak|Source)"
SOURCE_LINE = re.compile(rf"[\W_]*{_LABEL}\s*[:：]\s*(?P<s>.*)$", re.IGNORECASE)
_WORDPRESS = (
    re.compile(r"(?:ظهرت?\s+(?:المقالة|التدوينة|المقال|الخبر)|نُ?شرت?\s+(?:المقالة|التدوينة))\s+(?P<t>.{3,300}?)\s+(?:أولاً?|أولًا|اولا)\s+(?:على|في)\s+(?P<s>.{2,60}?)\s*\.?$"),
    re.compile(r"The\s+post\s+(?P<t>.{3,300}?)\s+(?:first\s+appeared|appeared\s+first)\s+on\s+(?P<s>.{2,60}?)\s*\.?$", re.I),
)  # fmt: skip
_BEGIN_SYNDICATION = frozenset("ظنTt")
_EDGES = " \t.,،;؛:-–—|/\\*()[]{}<>«»\"'“”"
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?", re.ASCII)
AGENCY = (
    r"(?:reuters|afp|ap|aa|dha|iha|i̇ha|anka|anha|anf|dpa|efe|tass|xinhua|sputnik|sana|epa(?:-efe)?|anadolu(?:\s+ajansı|\s+agency)?|"
    r"رويترز|سبوتنيك|الأناضول|سانا|فرانس\s*برس|[أا]\s*[.ـ]?\s*ف\s*[.ـ]?\s*ب|د\s*[.ـ]?\s*ب\s*[.ـ]?\s*[أا]|[أا]سوشيتد\s*برس|روسيا\s+اليوم|وكالات|"
    r"ایرنا|ایسنا|تسنیم|ئەی\s*ئێف\s*پی|ڕۆیتەرز)"
)
AGENCIES = re.compile(rf"rt|{AGENCY}", re.IGNORECASE)
"""A line of nothing but an agency's name."""


def name_in(text: str) -> str | None:
    """A source's name without the punctuation around it, or None when this is no name (empty, a sentence)."""
    name = text.strip(_EDGES)
    bare = _ADDRESS.sub("", name).strip(_EDGES)
    if len(bare) >= 2:
        name = bare
    if not 2 <= len(name) <= LONGEST_NAME or name.endswith(("؟", "!")) or len(name.split()) > 8:
        return None
    return name


def match_source_line(line: str) -> str | None:
    """What stands behind the label of a source line (maybe ""), or None when the line is none."""
    if ":" not in line and "：" not in line:
        return None
    match = SOURCE_LINE.match(line)
    if match is None or len(match["s"]) > 2 * LONGEST_NAME:
        return None
    return match["s"].strip()


def names_source(line: str) -> bool:
    """Whether a line says nothing but whom an article was taken from: a source line, or the name of an agency."""
    return match_source_line(line) is not None or AGENCIES.fullmatch(line.strip(_EDGES)) is not None


def match_syndication(line: str) -> tuple[str, str] | None:
    """Title and outlet of a WordPress sentence such as ``The post T appeared first on S.``"""
    if line[:1] not in _BEGIN_SYNDICATION:
        return None
    for pattern in _WORDPRESS:
        if (match := pattern.match(line)) is not None:
            return match["t"].strip(_EDGES), match["s"].strip(_EDGES)
    return None
