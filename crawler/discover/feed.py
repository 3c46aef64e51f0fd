"""RSS 2.0, RSS 1.0 (RDF) and Atom through feedparser, which survives more broken feeds than any other; JSON Feed beside it.

The text is decoded and stripped of control characters before feedparser sees it; links and texts are ours to clean afterwards.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from core.errors import SourceError
from core.model import Entry, Listing, Source
from crawler.discover.assemble import assemble, repair_link, web_address
from crawler.discover.document import Document, find_root, is_html, markup_spans, refuse_entities, strip_controls, utf8_xml
from crawler.discover.json_feed import is_json_feed, read_json_feed
from crawler.discover.text import plain_line, plain_text

ROOT = re.compile(r"<(?:\w{1,20}:)?(?:rss|feed|RDF|channel)(?=[\s>/])", re.IGNORECASE)
_ELEMENT = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_ROOT_TAG = re.compile(r"<([\w:]{1,32})[^<>]{0,4000}>")
_SPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
"""Namespaces that feeds use and forget to declare."""
_UNCLOSED = re.compile(
    r"<(title|link|guid|pubDate|author|category|id|published|updated)((?:\s[^<>]{0,300})?(?<!/)>)([^<]*|\s*<!\[CDATA\[.{0,1000}?\]\]>\s*)"
    r"(?=<(?:title|link|guid|pubDate|description|author|category|comments|enclosure|id|published|updated|summary|content|/item|/entry)[\s:>/])",
    re.IGNORECASE | re.DOTALL,
)
"""A field of an item that begins and is not closed before the next one begins."""
_MOST_SINGLE = 300
"""Items that are read one by one at the most; each costs about a millisecond, or several where they are long."""
_MOST_ITEMS = 5_000
_MOST_TAGS = 100_000
"""Feedparser takes 20 microseconds for a tag: two seconds for so many, which no feed of an outlet has."""
_LONG_TAG = re.compile(r"<\w[^<>]{8000}")
"""A tag that no feed has: feedparser's time grows with the square of the attributes, five seconds for 26,000."""
_NUMBER = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,6})?")
_PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 7 * 86400.0, "monthly": 30 * 86400.0, "yearly": 365 * 86400.0}
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_ADDRESS = re.compile(r"(?:https?:)?/\S*$|[^\s:/]+/\S*$", re.IGNORECASE)
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
    text = document.text[start:]
    begins = _item_begins(text)
    if len(begins) > _MOST_ITEMS or (len(text) > _MOST_TAGS and sum(text.count("<", *span) for span in markup_spans(text)) > _MOST_TAGS):
        raise SourceError("too_large", f"{document.url} has more than {_MOST_ITEMS} entries or {_MOST_TAGS} tags; such a feed is not read")
    if any(_LONG_TAG.search(text, *span) for span in markup_spans(text)):
        raise SourceError("too_large", f"{document.url} has a tag of more than 8000 characters, which no feed has; it was not read")
    feed = _parse(text, document.url)
    items = _read_items(feed, text, begins, document.url)
    if not items and (begins or feed.get("bozo")):
        raise SourceError("malformed", f"{document.url} is a feed cut off or garbled: no entry of {len(begins)} could be read")
    found, site, links = map(_entry, items), _site(feed, document.url), _links(feed)
    placed = (replace(entry, url=_place(entry.url, site)) for entry in found)
    listing = assemble(placed, source, base=document.url, notes=_notes(feed, len(items), len(begins)))
    older = web_address(links.get("next") or links.get("prev-archive"), document.url)
    return replace(
        listing,
        older=None if older == document.url else older,
        hub=web_address(links.get("hub"), document.url),
        wait=_wanted_wait(feed["feed"]),
    )


def _no_feed(document: Document) -> SourceError:
    if is_html(document.text):
        return SourceError("html_not_feed", f"{document.url} is a web page, not a feed; 'rasid outlets check' looks for the feed's address")
    return SourceError("malformed", f"{document.url} is neither RSS nor Atom; look at it in a browser")


def _parse(text: str, url: str) -> dict[str, Any]:
    import feedparser  # half as slow to import as everything else of a poll together

    try:
        feed: dict[str, Any] = feedparser.parse(
            io.BytesIO(utf8_xml(_declare_spaces(text))), sanitize_html=False, resolve_relative_uris=False
        )
    except _FEEDPARSER_ERRORS as error:
        raise SourceError("malformed", f"{url} is a feed that cannot be parsed: {type(error).__name__}") from error
    return feed


def _item_begins(text: str) -> list[int]:
    return [tag.start() for start, end in markup_spans(text) for tag in _ELEMENT.finditer(text, start, end)]


def _read_items(feed: dict[str, Any], text: str, begins: list[int], url: str) -> list[dict[str, Any]]:
    """The feed's items. Where broken markup has swallowed some, each is read for itself, so that one spoils only itself."""
    items: list[dict[str, Any]] = feed["entries"]
    whole = sum(map(bool, map(_link, items)))
    if not feed.get("bozo") or whole >= len(begins) or len(begins) > _MOST_SINGLE:
        return items
    single = [item for part in _single_items(text, begins) for item in _parse_single(part, url)]
    return single if sum(map(bool, map(_link, single))) > whole else items


def _single_items(text: str, begins: list[int]) -> Iterator[str]:
    """Each item in a feed of its own, under the feed's own root for the sake of its namespaces, up to its last whole tag."""
    root = _ROOT_TAG.match(text)
    if root is None:
        return
    for begin, end in zip(begins, [*begins[1:], len(text)], strict=True):
        item = text[begin:end]
        yield f"{root.group()}{_UNCLOSED.sub(_close, item[: item.rfind('>') + 1])}</{root[1]}>"


def _parse_single(text: str, url: str) -> list[dict[str, Any]]:
    try:
        items: list[dict[str, Any]] = _parse(text, url)["entries"]
    except SourceError:
        return []
    return items


def _close(field: re.Match[str]) -> str:
    return f"{field.group()}</{field[1]}>"


def _site(feed: dict[str, Any], url: str) -> str | None:
    """The site that an RSS feed names; the feed itself may lie with a service elsewhere."""
    site = repair_link(str(_get(feed["feed"], "link") or ""), url) if str(feed.get("version")).startswith("rss") else None
    return site if site is not None and _is_public(urlsplit(site).hostname or "") else None


def _place(link: str, site: str | None) -> str:
    """A relative link of RSS made absolute on its site; any other as it is."""
    relative = site is not None and link and not link.startswith("//") and ":" not in link.split("/")[0]
    return repair_link(link, site) or link if site is not None and relative else link


def _is_public(host: str) -> bool:
    """Not ``localhost`` nor an IP address, as feeds of carelessly moved sites have it."""
    return "." in host and ":" not in host and not host[-1].isdigit()


def _declare_spaces(text: str) -> str:
    """The feed with the namespaces of the usual prefixes declared at its root, where it is silent about them."""
    root = ROOT.match(text)
    missing = [f' xmlns:{prefix}="{uri}"' for prefix, uri in _SPACES.items() if f"<{prefix}:" in text and f"xmlns:{prefix}" not in text]
    return text if root is None else text[: root.end()] + "".join(missing) + text[root.end() :]


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
        for relation in str(link.get("rel") or "").lower().split():
            found.setdefault(relation, str(link.get("href") or ""))
    return found


def _wanted_wait(channel: dict[str, Any]) -> float:
    """Seconds between two polls that the feed asks for: ``ttl`` (minutes), ``sy:updatePeriod`` by ``sy:updateFrequency``; 0 for none."""
    ttl = _number(_get(channel, "ttl")) * 60
    period = _PERIODS.get(str(_get(channel, "sy_updateperiod") or "").strip().lower(), 0.0)
    frequency = _number(_get(channel, "sy_updatefrequency") or "1")
    return min(max(ttl, period / frequency if frequency else 0.0), _LONGEST_WAIT)


def _number(text: object) -> float:
    """A number that makes sense as a count, else 0."""
    found = _NUMBER.fullmatch(str(text or "").strip())
    return float(found.group()) if found else 0.0


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
    """The first alternate link, else an identifier that is an address, else where the entry itself lies."""
    links = _get(item, "links") or ()
    pages = [link for link in links if link.get("rel") == "alternate" and link.get("type") in _PAGES]
    identifier = str(_get(item, "id") or "").strip()
    other = str(_get(item, "link") or "").strip()
    if other == identifier and not _ADDRESS.match(other):
        other = ""  # feedparser takes every guid for a link that is not marked otherwise
    if not other and identifier.startswith(("http://", "https://")):
        other = identifier
    addresses = [*map(_href, pages), other, *(_href(link) for link in links if link.get("rel") == "self")]
    return next((address for address in addresses if address), "")


def _href(link: dict[str, Any]) -> str:
    return str(link.get("href") or "").strip()


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
