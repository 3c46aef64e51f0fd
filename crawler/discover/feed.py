"""RSS 2.0, RSS 1.0 (RDF) and Atom through feedparser, which survives more broken feeds than any other; JSON Feed beside it.

The text is decoded and stripped of control characters before feedparser sees it; links and texts are ours to clean afterwards.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.errors import SourceError
from core.model import Entry, Listing, Source
from crawler.discover.assemble import assemble, web_address
from crawler.discover.document import Document, find_root, is_html, markup_only, refuse_entities, strip_controls, utf8_xml
from crawler.discover.json_feed import is_json_feed, read_json_feed
from crawler.discover.text import plain_line, plain_text

ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|RDF|channel)(?=[\s>/])", re.IGNORECASE)
_ELEMENT = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 7 * 86400.0, "monthly": 30 * 86400.0, "yearly": 365 * 86400.0}
_LONGEST_WAIT = 7 * 86400.0
# What feedparser is known to raise on rubbish; it has no exception of its own for it.
_FEEDPARSER_ERRORS = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError, OverflowError)


def read_feed(document: Document, source: Source) -> Listing:
    """The entries of a feed. A feed that is not well-formed but still yields entries is read, and the listing says so."""
    if is_json_feed(document.text):
        return read_json_feed(document, source)
    refuse_entities(document)
    start = find_root(document.text, ROOT)
    if start is None:
        raise _no_feed(document)
    feed = _parse(document.text[start:], document.url)
    shown, tags = len(feed["entries"]), len(_ELEMENT.findall(markup_only(document.text)))
    if not shown and (tags or feed.get("bozo")):
        raise SourceError("malformed", f"{document.url} is a feed cut off or garbled: no entry of {tags} could be read")
    listing = assemble((_entry(item) for item in feed["entries"]), source, base=document.url, notes=_notes(feed, shown, tags))
    links, channel = _links(feed), feed["feed"]
    return replace(
        listing,
        older=web_address(links.get("next") or links.get("prev-archive"), document.url),
        hub=web_address(links.get("hub"), document.url),
        wait=_wanted_wait(channel),
    )


def _no_feed(document: Document) -> SourceError:
    if is_html(document.text):
        return SourceError("html_not_feed", f"{document.url} is a web page, not a feed; 'rasid outlets check' looks for the feed's address")
    return SourceError("malformed", f"{document.url} is neither RSS nor Atom; look at it in a browser")


def _parse(text: str, url: str) -> dict[str, Any]:
    import feedparser  # half as slow to import as everything else of a poll together

    try:
        feed: dict[str, Any] = feedparser.parse(io.BytesIO(utf8_xml(text)), sanitize_html=False, resolve_relative_uris=False)
    except _FEEDPARSER_ERRORS as error:
        raise SourceError("malformed", f"{url} is a feed that cannot be parsed: {type(error).__name__}") from error
    return feed


def _notes(feed: dict[str, Any], shown: int, tags: int) -> Iterator[str]:
    if feed.get("bozo"):
        yield f"not well-formed: {' '.join(str(feed.get('bozo_exception')).split())[:200]}"
    if shown < tags:
        yield f"{shown} entries read of {tags} item tags"
    if not shown:
        yield "no entries"


def _links(feed: dict[str, Any]) -> dict[str, str]:
    """The first link of each relation that the feed has about itself (RFC 5005 paging, WebSub hubs)."""
    found: dict[str, str] = {}
    for link in feed["feed"].get("links") or ():
        found.setdefault(str(link.get("rel") or ""), str(link.get("href") or ""))
    return found


def _wanted_wait(channel: dict[str, Any]) -> float:
    """Seconds between two polls that the feed asks for: ``ttl`` (minutes), ``sy:updatePeriod`` by ``sy:updateFrequency``; 0 for none."""
    ttl = _number(_get(channel, "ttl")) * 60
    period = _PERIODS.get(str(_get(channel, "sy_updateperiod") or "").strip().lower(), 0.0)
    frequency = _number(_get(channel, "sy_updatefrequency")) or 1.0
    return min(max(ttl, period / frequency), _LONGEST_WAIT)


def _number(text: object) -> float:
    """A number that makes sense as a count, else 0."""
    found = str(text or "").strip()
    return float(found) if found.isdecimal() and len(found) < 8 else 0.0


def _entry(item: dict[str, Any]) -> Entry:
    return Entry(
        url=_link(item),
        title=plain_line(_get(item, "title")),
        published=_date(item),
        summary=plain_text(_get(item, "summary")),
        content=_content(item),
        author=plain_line(_get(item, "author")),
        tags=tuple(dict.fromkeys(tag for tag in (plain_line(tag.get("term")) for tag in _get(item, "tags") or ()) if tag)),
    )


def _get(item: dict[str, Any], key: str) -> Any:
    """The value as the feed has it: feedparser's own ``get`` lends ``published`` to ``updated`` and warns about it."""
    return dict.get(item, key)


def _link(item: dict[str, Any]) -> str:
    """The alternate link, or a permalink guid."""
    link = _get(item, "link")
    if not link:
        guid = str(_get(item, "id") or "")
        link = guid if guid.startswith(("http://", "https://")) else ""
    return str(link)


def _date(item: dict[str, Any]) -> str | None:
    for key in ("published", "updated", "created"):
        value = _get(item, key)
        if isinstance(value, str) and value.strip():
            return strip_controls(value).strip()
    return None


def _content(item: dict[str, Any]) -> str | None:
    """The longest full text of the item as HTML; a summary is not one."""
    values = [str(part.get("value") or "") for part in _get(item, "content") or ()]
    return strip_controls(max(values, key=len, default="")) or None
