"""RawArticle ► Article: cleans the strings, reads the dates, names the language, and makes the keys that de-duplication compares."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from core.model import Article, Entry, Outlet, RawArticle, Source
from core.text import clean_line, fold, folded_words
from crawler.normalise.citations import clean_source, find_citations
from crawler.normalise.dates import ParsedDate, date_in_url, parse_date
from crawler.normalise.language import identify
from crawler.normalise.minhash import fingerprint_words
from crawler.normalise.urls import canonical_url, site_of

LEAD_LENGTH = 500
_DISAGREEMENT = timedelta(days=1)
_TITLE_DATE = re.compile(r"[\s|–—-]*(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\s*$")
_SEPARATOR = re.compile(r"\s*(?:\s[-–—:]|[|»«•·]|::)\s*$")
_LEADING_SEPARATOR = re.compile(r"^\s*(?:[-–—:]\s|[|»«•·]|::)\s*")
_EDGE = " \t\n|-–—·•»«"
_CUT_CHARACTER = re.compile("\\s*[ÙØÃ\ufffd]+$")
_MORE = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|(?:اقرأ المزيد|Read more|Continue reading|Devamı(?: için)?)\b.*)$", re.I | re.S)
_SYNDICATION = re.compile(
    r"\s*(?:The post .{1,300}? (?:appeared first|first appeared) on .*|ظهرت المقالة .{1,300}? أولا\S*ً? على .*)$", re.S
)


def normalise(
    raw: RawArticle,
    *,
    outlet: Outlet,
    source: Source | None,
    entry: Entry | None,
    url: str,
    now: datetime,
    known_sources: Mapping[str, str] | None = None,
) -> Article:
    """The article of a page that was found at ``url`` (its final address) through ``entry`` of ``source``.

    ``known_sources``: further spellings under which outlets are cited -> their names.
    """
    title = clean_title(raw.title or (entry.title if entry else None) or "", outlet)
    paragraphs = [line for paragraph in raw.paragraphs if (line := clean_line(paragraph))]
    body = "\n".join(paragraphs)
    words = folded_words(body)
    language = identify(f"{title}\n{body}", declared=raw.language, expected=outlet.languages)
    dates = _published(raw, entry, source, outlet, url, now)
    dated_by = raw.provenance.get("published", "page") if dates.layer == "page" else dates.layer
    provenance = {**raw.provenance, **({"published_at": dated_by} if dated_by else {})}
    provenance.pop("published", None)
    if language:
        provenance["language"] = "text"
    return Article(
        outlet=outlet.id,
        url=_address(raw, url),
        title=title,
        body=body,
        language=language,
        content_hash=content_hash(words),
        fingerprint=fingerprint_words(words),
        lead=_lead(raw, entry, title, paragraphs),
        published_at=dates.at,
        modified_at=_modified(raw, outlet, now),
        authors=_lines(raw.authors or ((entry.author,) if entry and entry.author else ())),
        tags=_lines(raw.tags or (entry.tags if entry else ())),
        section=clean_line(raw.section or "") or None,
        image=image_url(raw.image, url),
        original_source=clean_source(raw.original_source),
        original_title=clean_title(raw.original_title, outlet) or None if raw.original_title else None,
        cited_sources=find_citations(body, known_sources),
        provenance=provenance,
        notes=tuple(dict.fromkeys((*raw.notes, *dates.notes))),
    )


def content_hash(words: list[str]) -> bytes:
    """16 bytes that are equal when the folded words of two bodies are."""
    return hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=16).digest()


def clean_title(title: str, outlet: Outlet) -> str:
    """The headline alone: without the outlet's name at either end (`` - طيف بوست``) and without a date behind it."""
    title = clean_line(title)
    names = {fold(name.strip(_EDGE)): None for name in (*outlet.rules.title_suffixes, outlet.name, *outlet.aliases)}
    while True:
        shorter = _without_name(_TITLE_DATE.sub("", title), names) or title
        if shorter == title:
            return title.strip(_EDGE) or title
        title = shorter


def image_url(image: str | None, page: str) -> str | None:
    """The absolute address of an image, otherwise as it stands; None when it is not a web address."""
    if not image:
        return None
    try:
        found = urljoin(page, image.strip())
        return found if urlsplit(found).scheme in ("http", "https") else None
    except ValueError:
        return None


# --------------------------------------------------------------------------- fields


def _without_name(title: str, names: Mapping[str, None]) -> str:
    """The title without one of the names at its end or start, if a separator stands between."""
    for name in names:
        if not name:
            continue
        for cut in _cuts(title):
            if fold(title[cut:].strip(_EDGE)) == name and (head := _SEPARATOR.search(title[:cut])):
                return title[: head.start()].strip()
            if fold(title[:cut].strip(_EDGE)) == name and (tail := _LEADING_SEPARATOR.search(title[cut:])):
                return title[cut + tail.end() :].strip()
    return title.strip()


def _cuts(title: str) -> list[int]:
    """Where a separator ends or begins."""
    return sorted({at for match in re.finditer(r"\s[-–—:]\s|\s*(?:[|»«•·]|::)\s*", title) for at in match.span()})


def _address(raw: RawArticle, url: str) -> str:
    """The canonical address the page names, if it lies on the same site and is not just the home page; else its own."""
    own = canonical_url(url) or url
    named = canonical_url(raw.canonical_url, base=url) if raw.canonical_url else None
    if named is None or site_of(named) != site_of(own):
        return own
    at_home = urlsplit(named).path == "/" and not urlsplit(named).query
    return own if at_home else named


def _lead(raw: RawArticle, entry: Entry | None, title: str, paragraphs: list[str]) -> str | None:
    candidates = (raw.lead, entry.summary if entry else None, paragraphs[0] if paragraphs else None)
    for candidate in candidates:
        lead = _plain(candidate) if candidate else ""
        if lead and folded_words(lead) != folded_words(title):
            return _shortened(lead)
    return None


def _plain(html: str) -> str:
    """One line of text of a piece of HTML, without the tails that feeds append."""
    text = clean_line(html)
    if "<" in text:
        from selectolax.lexbor import LexborHTMLParser

        root = LexborHTMLParser(text)
        root.strip_tags(["script", "style"], recursive=True)
        text = clean_line(root.body.text(separator=" ") if root.body else "")
    return _CUT_CHARACTER.sub("", _MORE.sub("", _SYNDICATION.sub("", text))).strip()


def _shortened(text: str) -> str:
    if len(text) <= LEAD_LENGTH:
        return text
    cut = text.rfind(" ", LEAD_LENGTH // 2, LEAD_LENGTH - 1)
    return text[: cut if cut > 0 else LEAD_LENGTH - 1].rstrip(" ،,;؛-–") + "…"


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := clean_line(text))))


# --------------------------------------------------------------------------- dates


@dataclass(slots=True)
class _Dates:
    at: datetime | None = None
    layer: str | None = None
    notes: list[str] = field(default_factory=list)


def _published(raw: RawArticle, entry: Entry | None, source: Source | None, outlet: Outlet, url: str, now: datetime) -> _Dates:
    """The feed's date, else the page's, else the day in the address, else None; never ``now``."""
    found = _Dates()
    feed_zone, override = (source.zone or outlet.zone, source.zone_override) if source else (outlet.zone, None)
    feed = _claim("feed", entry.published if entry else None, found, now, feed_zone, override)
    page = _claim("page", raw.published, found, now, outlet.zone or feed_zone, None)
    day = date_in_url(url)
    address = ParsedDate(datetime(day.year, day.month, day.day, tzinfo=UTC), "day") if day else None
    if address and address.at and address.at > now + timedelta(days=1):
        found.notes.append("published_at: the date in the address is in the future")
        address = None
    if feed and page and _more_exact(page, feed):
        feed = None
    layers = {"feed": feed, "page": page, "url": address}
    chosen = next(((name, claim) for name, claim in layers.items() if claim), None)
    if chosen is None:
        return found
    found.layer, (found.at, precision) = chosen[0], (chosen[1].at, chosen[1].precision)
    if precision == "day":
        found.notes.append("published_at: only the day is known")
    found.notes += [
        f"published_at: {name} says {other.at:%Y-%m-%d}, {found.layer} says {found.at:%Y-%m-%d}"
        for name, other in layers.items()
        if other and other.at and found.at and name != found.layer and abs(other.at - found.at) > _DISAGREEMENT
    ]
    return found


def _claim(layer: str, text: str | None, found: _Dates, now: datetime, zone: str | None, override: str | None) -> ParsedDate | None:
    """The date a layer claims, or None; the reason is noted."""
    if not text or not text.strip():
        return None
    parsed = parse_date(text, now=now, zone=zone, zone_override=override)
    if parsed.note and parsed.note != "relative":
        found.notes.append(f"published_at: {layer}: {parsed.note}")
    return None if parsed.at is None or parsed.note == "labelled as an update" else parsed


def _more_exact(page: ParsedDate, feed: ParsedDate) -> bool:
    """Both name the same day (give or take the zone), but only the page names the minute."""
    if feed.precision != "day" or page.precision != "minute" or not feed.at or not page.at:
        return False
    return timedelta(hours=-14) <= page.at - feed.at <= timedelta(hours=38)


def _modified(raw: RawArticle, outlet: Outlet, now: datetime) -> datetime | None:
    return parse_date(raw.modified, now=now, zone=outlet.zone).at if raw.modified else None
