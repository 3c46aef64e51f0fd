"""Where a source keeps its older entries, for when a gap must be filled. Pure: addresses in, addresses out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from core.model import Listing, Source, SourceKind

PER_PAGE = 100
"""Posts on a page of the WordPress REST interface: the most it gives."""


def older_pages(source: Source, listing: Listing | None, *, url: str, since: datetime | None, page: int) -> str | None:
    """The address of page number ``page`` of older entries, or None where this kind of source has none.

    ``listing``: what the page before showed, if it was read; what it announces itself is believed. ``url``: the source's address.
    ``since``: aware; WordPress is asked only for what is newer. For WordPress page 1 is a question of its own; for others it is ``url``.
    """
    if source.kind is SourceKind.WORDPRESS:
        return _wordpress_page(url, since, page)
    if source.kind is SourceKind.SITEMAP:
        return None
    if page < 2:
        return url
    if source.older is not None:
        return _filled(source.older, url, page)
    if listing is not None and listing.older is not None:
        return listing.older
    if source.kind is SourceKind.FEED:
        return with_parameters(url, paged=str(page))
    return None


def total_pages(headers: Mapping[str, str]) -> int | None:
    """How many pages WordPress has for a question (``X-WP-TotalPages``), None when it does not say."""
    text = next((value for name, value in headers.items() if name.lower() == "x-wp-totalpages"), "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def with_parameters(url: str, **values: str | None) -> str:
    """The address with these query parameters in place of those of the same name, which None only takes away.

    The others stay as they are written: a query in windows-1256 would not survive being decoded and encoded again.
    """
    parts = urlsplit(url)
    kept = [field for field in parts.query.split("&") if field and unquote(field.partition("=")[0]) not in values]
    added = [f"{name}={quote(value, safe=':')}" for name, value in values.items() if value is not None]
    return urlunsplit(parts._replace(query="&".join([*kept, *added]), fragment=""))


def _wordpress_page(url: str, since: datetime | None, page: int) -> str:
    """WordPress reads ``after`` with its zone; an ``offset`` would make it ignore ``page``."""
    after = {} if since is None else {"after": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return with_parameters(url, offset=None, **after, page=str(page), per_page=str(PER_PAGE), orderby="date", order="desc")


def _filled(template: str, url: str, page: int) -> str | None:
    """The address that the source's template means; None where it means none."""
    try:
        return urljoin(url, template.replace("{page}", str(page)))
    except ValueError:
        return None
