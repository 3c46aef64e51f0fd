"""The RawArticle of an article that was handed to us: cleaned as a full-text entry is, kept whole where little would be left."""

from __future__ import annotations

import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from core.errors import ExtractionError
from core.markup import find_trap
from core.model import RawArticle, Rules, Supplied
from core.text import clean_line
from crawler.extract.body import LEAST
from crawler.extract.cleaning import clean_lines, unwrap
from crawler.extract.furniture import Judge
from crawler.extract.lines import Line, read_lines
from crawler.extract.titles import strip_outlet

_LONGEST_TITLE = 160
_MARKUP = re.compile(
    r"<(?:!--|/?(?:a|abbr|article|b|blockquote|body|br|center|dd|div|dl|dt|em|embed|figure|figcaption|font|footer|form|h[1-6]|head|header|hr"
    r"|html|i|iframe|img|input|li|link|main|meta|object|ol|p|pre|script|section|small|span|strong|style|sub|sup|svg|table|tbody|td|th|tr|u"
    r"|ul|video)(?:\s[^<>]*)?/?>)",
    re.I,
)
_BLOCKS = re.compile(r"<(?:article|blockquote|br|dd|div|h[1-6]|li|p|pre|section|td)\b", re.I)


def extract_supplied(supplied: Supplied, *, rules: Rules | None = None) -> RawArticle:
    """The article as it was handed to us; one without a title is called by its first words, one without a body is a headline alone.

    Raises ExtractionError ``no_title`` when it has no words, and ``too_large`` for markup built to make a parser slow.
    """
    rules = rules or Rules()
    title = strip_outlet(unwrap(_line_of(supplied.title), rules), suffixes=rules.title_suffixes)
    lines = _lines_of(supplied.body)
    cleaned = clean_lines(lines, titles=[title], rules=rules)
    paragraphs = cleaned.paragraphs if sum(map(len, cleaned.paragraphs)) >= LEAST else tuple(line.text for line in lines if line.text)
    title = title or cleaned.original_title or _begin(paragraphs[0] if paragraphs else "")
    if not title:
        raise ExtractionError("no_title", "it has neither title nor body; give it one of them")
    article = RawArticle(
        url=supplied.url,
        title=title,
        paragraphs=paragraphs,
        lead=unwrap(_line_of(supplied.lead), rules) or None,
        published=supplied.published,
        language=supplied.language,
        tags=supplied.tags,
        original_source=supplied.original_source or (None if cleaned.source_is_own else cleaned.original_source),
        original_title=cleaned.original_title,
    )
    filled = ("title", "paragraphs", "lead", "published", "tags", "original_source", "original_title")
    return replace(article, provenance={name: "given" for name in filled if getattr(article, name)})


def _lines_of(text: str) -> list[Line]:
    """The lines of a text, or of the HTML that it turns out to be. Line breaks count where no element makes paragraphs."""
    if not _MARKUP.search(text):
        return [Line(line) for part in text.splitlines() if (line := clean_line(part))]
    if (trap := find_trap(text.encode("utf-8", "replace"))) is not None:
        raise ExtractionError("too_large", f"its body has {trap}; such markup is not read")
    marked = text if _BLOCKS.search(text) else text.replace("\n", "<br>")
    root = LexborHTMLParser(marked).body
    return read_lines(root, Judge()).lines if root is not None else []


def _line_of(text: str) -> str:
    return " ".join(line.text for line in _lines_of(text) if line.text)


def _begin(text: str) -> str:
    """The first words of a text, as a title."""
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
