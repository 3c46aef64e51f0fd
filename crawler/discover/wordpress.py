"""The WordPress REST list of posts (``/wp-json/wp/v2/posts``, with or without ``_embed``)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from core.errors import SourceError
from core.model import Entry, Listing, Source
from crawler.discover.assemble import assemble
from crawler.discover.document import Document, is_html, strip_controls
from crawler.discover.text import plain_line, plain_text

_LIST = re.compile(r"\[\s*(?:\{|\])")


def read_wordpress(document: Document, source: Source) -> Listing:
    """The posts of a JSON list. An error object of the API raises SourceError ``api_error`` with the outlet's own words."""
    posts = parse_json(document)
    if isinstance(posts, dict):
        words = plain_line(posts.get("message")) or "an object where a list of posts is expected"
        raise SourceError("api_error", f"{document.url} answered: {words}")
    if not isinstance(posts, list):
        raise SourceError("not_json", f"{document.url} is not a JSON list of posts")
    found = [_entry(post) for post in posts if isinstance(post, dict)]
    strange = len(posts) - len(found)
    return assemble(found, source, base=document.url, dropped={"malformed_entry": strange}, notes=() if posts else ("no entries",))


def parse_json(document: Document) -> Any:
    """The JSON value of the document, also behind a PHP warning. Raises SourceError ``not_json``."""
    text = document.text.strip()
    begin = _LIST.search(text)
    for candidate in (text, text[begin.start() :] if begin else ""):
        try:
            return json.JSONDecoder().raw_decode(candidate)[0]
        except (ValueError, RecursionError):
            continue
    found = "a web page" if is_html(text) else "something else, or cut off"
    raise SourceError("not_json", f"{document.url} should be JSON but is {found}; its REST interface may be switched off")


def _entry(post: dict[str, Any]) -> Entry:
    content = _rendered(post, "content")
    return Entry(
        url=_string(post.get("link")) or "",
        title=plain_line(_rendered(post, "title")),
        published=_date(post),
        summary=plain_text(_rendered(post, "excerpt")),
        content=content if content and content.strip() else None,
        author=plain_line(next((name for name in _names(post, "author")), None)),
        tags=tuple(dict.fromkeys(name for name in map(plain_line, _names(post, "wp:term")) if name)),
    )


def _rendered(post: dict[str, Any], field: str) -> str | None:
    """``title.rendered`` and its like; some sites flatten it to a string. A protected post has no content."""
    value = post.get(field)
    if isinstance(value, dict):
        value = None if value.get("protected") is True else value.get("rendered")
    return _string(value)


def _date(post: dict[str, Any]) -> str | None:
    """``date_gmt`` made explicit with a Z, else ``date``, which is local time without a zone."""
    gmt = _string(post.get("date_gmt"))
    if gmt and not gmt.startswith("0000"):
        return gmt if gmt.endswith("Z") else f"{gmt}Z"
    local = _string(post.get("date"))
    return local if local and not local.startswith("0000") else None


def _names(post: dict[str, Any], relation: str) -> Iterator[str]:
    """The names in ``_embedded``, which nests terms in a list for each taxonomy."""
    embedded = post.get("_embedded")
    stack = [embedded.get(relation) if isinstance(embedded, dict) else None]
    while stack:
        value = stack.pop(0)
        if isinstance(value, list):
            stack[:0] = value
        elif isinstance(value, dict) and isinstance(value.get("name"), str):
            yield value["name"]


def _string(value: object) -> str | None:
    return strip_controls(value) or None if isinstance(value, str) else None
