"""Chooses among an outlet's rules of today and those of its earlier themes the ones that a page was made for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime

from core.model import Entry, Rules
from crawler.extract import jsonld
from crawler.extract.page import Page

_LEAST = 40  # characters
_ISO = re.compile(r"(20\d\d|19\d\d)-(\d\d)-(\d\d)")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:/|-|$)")


def choose_rules(page: Page, rules: Rules, entry: Entry | None, published: tuple[str, ...]) -> Rules:
    """The rules for this page.

    A page that says when it was published gets the rules of that time; other pages, and pages on which those find no body, the newest
    that do. Today's when none do. ``published``: names of the ``meta`` elements that hold the date.
    """
    if not rules.older:
        return rules
    newest_first = [rules, *sorted(rules.older, key=lambda old: old.valid_until or date.max, reverse=True)]
    day = next(_days(page, entry, published), None)
    in_force = [old for old in newest_first[1:] if day is not None and old.valid_until is not None and day <= old.valid_until]
    order = [*reversed(in_force), *newest_first]
    return next((version for version in order if _finds_body(page, version)), order[0])


def _finds_body(page: Page, rules: Rules) -> bool:
    return bool(rules.body) and sum(len(line.text) for line in page.lines_at(rules.body or "", rules.remove)) >= _LEAST


def _days(page: Page, entry: Entry | None, published: tuple[str, ...]) -> Iterator[date]:
    """Days on which the page may have been published, the surest first."""
    said = [jsonld.text_of(page.jsonld, "datePublished", "dateCreated"), page.meta(*published), (entry.published if entry else None) or ""]
    for text in said:
        iso = _ISO.match(text.strip())
        day = _day(*iso.groups()) if iso is not None else _rfc_day(text) if text else None
        if day is not None:
            yield day
    if (match := _IN_ADDRESS.search(page.url)) is not None and (day := _day(*match.groups())) is not None:
        yield day


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _rfc_day(text: str) -> date | None:
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError):
        return None
