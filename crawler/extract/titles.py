"""Chooses an article's headline among what a page offers, and takes the outlet's name off it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from core.text import clean_line
from core.text import title_key as _title_key

_SEPARATOR = re.compile(r"\s+(?:[-–—|•·»«]|::)\s+|\s*\|\s*")
_TRAILING_DATE = re.compile(r"\s*\d{1,2}/\d{1,2}/20\d{2}\s*$")
_LONGEST = 400

title_key = lru_cache(maxsize=2048)(_title_key)  # the same few headlines are compared again and again

Candidate = tuple[str, str]
"""A headline and the layer it comes from."""


def choose_title(
    candidates: Sequence[Candidate], *, headings: Sequence[str], document_title: str, site_names: Collection[str]
) -> Candidate | None:
    """The first candidate that is a headline of this page, without the outlet's name; or None.

    ``headings`` are what the page shows as ``h1``, ``document_title`` its ``title``; two of them that agree outvote one that does not.
    """
    sites = {title_key(name) for name in site_names if name}
    shown = next((text for text in headings if title_key(text) not in sites and _agree(text, document_title)), None)
    for text, layer in candidates:
        key = title_key(text)
        if not key or key in sites or len(text) > _LONGEST:
            continue
        if layer in ("meta", "json-ld", "entry") and shown and not _agree(text, document_title) and not _agree(text, shown):
            continue
        return text, layer
    return next(((_cut(text), layer) for text, layer in candidates if len(text) > _LONGEST), None)


def _cut(text: str) -> str:
    """The beginning of a headline that is far too long: to show a part of it beats losing the article."""
    return text[: _LONGEST - 1].rsplit(" ", 1)[0] + "…"


def outlet_in_title(document_title: str, headings: Sequence[str]) -> str:
    """The outlet's name, where a masthead set as ``h1`` repeats the short end of the ``title`` element; or ""."""
    separators = list(_SEPARATOR.finditer(document_title))
    if not separators:
        return ""
    tail = document_title[separators[-1].end() :]
    is_masthead = len(tail) < separators[-1].start() and title_key(tail) in {title_key(heading) for heading in headings}
    return tail if is_masthead else ""


def _agree(text: str, other: str) -> bool:
    """Whether one of two headlines contains the other."""
    one, two = title_key(text), title_key(other)
    return bool(one) and bool(two) and (one in two or two in one) and min(len(one), len(two)) >= 8


def strip_outlet(
    title: str,
    *,
    suffixes: Sequence[str] = (),
    site_names: Collection[str] = (),
    references: Sequence[str] = (),
    guess: bool = False,
) -> str:
    """The headline without the outlet's name or a listing's date behind it.

    ``references``: other forms of the headline; the longest that begins ``title`` and is followed by a separator is the headline.
    ``guess``: also drop a short last part behind a separator that nothing confirms, as in a bare ``title`` element.
    """
    title = _TRAILING_DATE.sub("", clean_line(title))
    for suffix in suffixes:
        title = title.removesuffix(clean_line(suffix)).rstrip(" -–—|")
    for reference in sorted(references, key=len, reverse=True):
        rest = title[len(reference) :] if reference and title.startswith(reference) else ""
        if rest and _SEPARATOR.match(rest):
            return reference.strip()
    sites = {title_key(name) for name in site_names if name}
    separators = list(_SEPARATOR.finditer(title))
    if not separators:
        return title
    head, tail = title[: separators[-1].start()], title[separators[-1].end() :]
    if title_key(tail) in sites or (guess and len(tail) <= 35 and len(tail.split()) <= 4 and len(head) >= 20):
        return head.strip()
    first, rest = title[: separators[0].start()], title[separators[0].end() :]
    return rest.strip() if title_key(first) in sites else title
