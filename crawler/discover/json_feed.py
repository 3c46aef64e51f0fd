"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), also where it forgets to say so."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from core.errors import SourceError
from core.model import Entry, Listing, Source
from crawler.discover.assemble import assemble, web_address
from crawler.discover.document import Document, strip_controls
from crawler.discover.text import plain_line, plain_text

_BEGIN = re.compile(r"\s*\{")
_VERSION = re.compile(r'"version"\s*:\s*"https?://(?:www\.)?jsonfeed\.org/')
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*\{')
_HEAD = 65536


def is_json_feed(text: str) -> bool:
    """Whether this is an object that calls itself a JSON Feed, or one whose items all have the address of a page."""
    if not _BEGIN.match(text):
        return False
    if _VERSION.search(text[:_HEAD] + text[-_HEAD:]):
        return True
    items = _list(_load(text).get("items")) if _ITEMS.search(text) else []
    return bool(items) and all(isinstance(item, dict) and _link(item) for item in items)


def read_json_feed(document: Document, source: Source) -> Listing:
    """The items of a JSON Feed. Raises SourceError ``malformed``."""
    feed = _load(document.text)
    items = feed.get("items")
    if not isinstance(items, list):
        raise SourceError("malformed", f"{document.url} is a JSON Feed cut off, garbled, or without a list of items")
    found = [_entry(item) for item in items if isinstance(item, dict)]
    strange = len(items) - len(found)
    listing = assemble(found, source, base=document.url, dropped={"malformed_entry": strange}, notes=() if items else ("no entries",))
    older = web_address(_string(feed.get("next_url")), document.url)
    return replace(listing, older=None if older == document.url else older, hub=_hub(feed, document.url))


def _load(text: str) -> dict[str, Any]:
    """The object of a feed; empty where it cannot be read."""
    try:
        feed = json.JSONDecoder().raw_decode(text.strip())[0]
    except (ValueError, RecursionError):
        return {}
    return feed if isinstance(feed, dict) else {}


def _entry(item: dict[str, Any]) -> Entry:
    markup, text = _string(item.get("content_html")), _string(item.get("content_text"))
    return Entry(
        url=_link(item),
        title=plain_line(_string(item.get("title"))),
        published=_string(item.get("date_published")),
        summary=plain_text(_string(item.get("summary"))) or (None if markup else text),
        content=markup or _paragraphs(text),
        author=plain_line(next(_authors(item), None)),
        tags=tuple(dict.fromkeys(tag for tag in map(plain_line, filter(None, map(_string, _list(item.get("tags"))))) if tag)),
        modified=_string(item.get("date_modified")),
    )


def _paragraphs(text: str | None) -> str | None:
    """Plain text as the HTML that an entry's content is."""
    lines = (line.strip() for line in (text or "").splitlines())
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line) or None


def _link(item: dict[str, Any]) -> str:
    """The item's own page; the id where it is an address; the page it is about at last."""
    page, identifier, other = (_string(item.get(key)) or "" for key in ("url", "id", "external_url"))
    return page or (identifier if identifier.startswith(("http://", "https://", "/")) else other)


def _authors(item: dict[str, Any]) -> Iterator[str]:
    """Names; version 1.0 has one ``author``, 1.1 a list."""
    for author in (*_list(item.get("authors")), item.get("author")):
        if isinstance(author, dict) and (name := _string(author.get("name"))):
            yield name


def _hub(feed: dict[str, Any], base: str) -> str | None:
    hubs = [hub for hub in _list(feed.get("hubs")) if isinstance(hub, dict) and str(hub.get("type", "")).lower() == "websub"]
    return web_address(_string(hubs[0].get("url")), base) if hubs else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _string(value: object) -> str | None:
    return strip_controls(value).strip() or None if isinstance(value, str) else None
