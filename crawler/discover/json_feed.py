"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

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
_HEAD = 65536


def is_json_feed(text: str) -> bool:
    """Whether this is an object that calls itself a JSON Feed."""
    return _BEGIN.match(text) is not None and _VERSION.search(text[:_HEAD] + text[-_HEAD:]) is not None


def read_json_feed(document: Document, source: Source) -> Listing:
    """The items of a JSON Feed. Raises SourceError ``malformed``."""
    feed = _parse(document)
    items = feed.get("items")
    if not isinstance(items, list):
        raise SourceError("malformed", f"{document.url} is a JSON Feed without a list of items")
    found = [_entry(item) for item in items if isinstance(item, dict)]
    strange = len(items) - len(found)
    listing = assemble(found, source, base=document.url, dropped={"malformed_entry": strange}, notes=() if items else ("no entries",))
    return replace(listing, older=web_address(_string(feed.get("next_url")), document.url), hub=_hub(feed, document.url))


def _parse(document: Document) -> dict[str, Any]:
    try:
        feed = json.JSONDecoder().raw_decode(document.text.strip())[0]
    except (ValueError, RecursionError) as error:
        raise SourceError("malformed", f"{document.url} is a JSON Feed cut off or garbled") from error
    return feed if isinstance(feed, dict) else {}


def _entry(item: dict[str, Any]) -> Entry:
    html = _string(item.get("content_html"))
    text = _string(item.get("content_text"))
    return Entry(
        url=_link(item),
        title=plain_line(_string(item.get("title"))),
        published=_string(item.get("date_published")),
        summary=plain_text(_string(item.get("summary"))) or (text if text and not html else None),
        content=html,
        author=plain_line(next(_authors(item), None)),
        tags=tuple(dict.fromkeys(tag for tag in map(plain_line, filter(None, map(_string, _list(item.get("tags"))))) if tag)),
        modified=_string(item.get("date_modified")),
    )


def _link(item: dict[str, Any]) -> str:
    """The item's own page; the id where it is an address; the page it is about at last."""
    candidates = (item.get("url"), item.get("id"), item.get("external_url"))
    addresses = (text for text in map(_string, candidates) if text)
    return next((text for text in addresses if text.startswith(("http://", "https://", "/"))), "")


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
