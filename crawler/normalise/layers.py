"""Decides which date of an article counts when its feed, its page and its address each claim one. Pure, and never ``now``.

Layers that differ by a zone or by the day's precision agree. Two that really differ outvote nobody: the date is None, with a note,
unless a third takes a side or one of them is plainly not the day of publication.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from core.model import Entry, Outlet, RawArticle, Source
from crawler.normalise.dates import AN_UPDATE, date_in_url, parse_date
from crawler.normalise.parsed_date import ParsedDate

_TOLERANCE = timedelta(days=1)
_DAY = timedelta(days=1)
_SAME_STAMP = timedelta(minutes=10)
_GUESSED = ("text",)
"""Layers of the page that read visible text; a clock may stand in it."""

Claims = dict[str, ParsedDate]


@dataclass(frozen=True, slots=True)
class Dates:
    """``layer``: which one gave ``published_at`` (``feed``, ``page``, ``meta``, ``url``), or None."""

    published_at: datetime | None = None
    modified_at: datetime | None = None
    layer: str | None = None
    notes: tuple[str, ...] = ()


def find_dates(raw: RawArticle, *, entry: Entry | None, source: Source | None, outlet: Outlet, url: str, now: datetime) -> Dates:
    """When the article was published and changed, as its outlet claims."""
    notes: list[str] = []
    read = _read_claims(raw, entry, source, outlet, url, now, notes)
    modified = _modified(raw, read, outlet, now, notes)
    claims = {layer: claim for layer, claim in read.items() if claim.at and claim.note != AN_UPDATE}
    for layer in _not_of_publication(claims, modified, raw.provenance.get("published"), now, notes):
        del claims[layer]
    chosen = choose(claims, notes)
    published = claims[chosen] if chosen else ParsedDate(None)
    if published.at and published.precision == "day":
        notes.append("published_at: only the day is known")
    if modified and published.at and modified < published.at - _TOLERANCE:
        notes.append(f"modified_at: {modified:%Y-%m-%d} is before the publication")
        modified = None
    return Dates(published.at, modified, chosen, tuple(notes))


def choose(claims: Mapping[str, ParsedDate], notes: list[str]) -> str | None:
    """The layer whose date counts: all agree, or most of three do; None where they conflict, which is noted."""
    if not claims:
        return None
    apart = [pair for pair in combinations(claims, 2) if not agree(claims[pair[0]], claims[pair[1]])]
    notes += [f"published_at: {b} says {claims[b].at:%Y-%m-%d}, {a} says {claims[a].at:%Y-%m-%d}" for a, b in apart]
    if not apart:
        return _most_exact(claims, list(claims))
    outvoted = set.intersection(*map(set, apart))
    majority = [layer for layer in claims if layer not in outvoted]
    if len(outvoted) == 1 and len(majority) >= 2:
        return _most_exact(claims, majority)
    notes.append("published_at: the layers conflict")
    return None


def agree(one: ParsedDate, other: ParsedDate) -> bool:
    """Not more than a day apart; a claim of the day alone means any time of it."""
    if not one.at or not other.at:
        return False
    first, second = sorted((one, other), key=lambda claim: claim.at or datetime.max.replace(tzinfo=UTC))
    length = _DAY if first.precision == "day" else timedelta()
    return second.at - first.at - length <= _TOLERANCE if first.at and second.at else False


def _most_exact(claims: Mapping[str, ParsedDate], layers: list[str]) -> str:
    """The first of the layers that names the minute, else the first."""
    return next((layer for layer in layers if claims[layer].precision == "minute"), layers[0])


def _read_claims(
    raw: RawArticle, entry: Entry | None, source: Source | None, outlet: Outlet, url: str, now: datetime, notes: list[str]
) -> Claims:
    zone, override = (source.zone or outlet.zone, source.zone_override) if source else (outlet.zone, None)
    texts = {"feed": entry.published if entry else None, "page": raw.published}
    zones = {"feed": (zone, override), "page": (outlet.zone or zone, None)}
    claims: Claims = {}
    for layer, text in texts.items():
        if text and text.strip():
            claims[layer] = parse_date(text, now=now, zone=zones[layer][0], zone_override=zones[layer][1])
            if claims[layer].note not in (None, "relative"):
                notes.append(f"published_at: {layer}: {claims[layer].note}")
    if raw.other_published and "page" in claims:
        other = parse_date(raw.other_published, now=now, zone=zones["page"][0])
        if other.at and not agree(other, claims["page"]):
            claims["meta"] = other
    if day := date_in_url(url):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if at <= now + _DAY:
            claims["url"] = ParsedDate(at, "day")
        else:
            notes.append("published_at: the date in the address is in the future")
    return claims


def _not_of_publication(claims: Claims, modified: datetime | None, page_layer: str | None, now: datetime, notes: list[str]) -> list[str]:
    """Layers that another one contradicts and that say something else: when the article was changed, or what day it is today."""
    found = []
    for layer, claim in claims.items():
        earlier = any(other.at and claim.at and other.at < claim.at and not agree(claim, other) for other in claims.values())
        if not earlier or not claim.at:
            continue
        if modified and claim.precision == "minute" and abs(claim.at - modified) <= _SAME_STAMP:
            notes.append(f"published_at: {layer}: the date of the last change")
            found.append(layer)
        elif layer == "page" and page_layer in _GUESSED and abs(now - claim.at) <= _DAY:
            notes.append("published_at: page: a clock, it names the day of reading")
            found.append(layer)
    return found


def _modified(raw: RawArticle, claims: Claims, outlet: Outlet, now: datetime, notes: list[str]) -> datetime | None:
    """When the page says that it was changed; a stamp found in the place of publication counts when it is labelled as an update."""
    if raw.modified:
        found = parse_date(raw.modified, now=now, zone=outlet.zone)
        if found.at is None and found.note:
            notes.append(f"modified_at: {found.note}")
        return found.at
    page = claims.get("page")
    return page.at if page and page.note == AN_UPDATE else None
