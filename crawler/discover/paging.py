"""Where a source keeps its older entries, for when a gap must be filled. Pure: addresses in, addresses out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from core.model import Listing, Source, SourceKind

PER_PAGE = 100
"""Posts on a page of the WordPress REST interface: the most it gives."""


def older_pages(source: Source, listing: Listing | None, *, url: str, since: datetime | None, page: int) -> str | None:
    """The address of page number ``page`` of older entries, or None where this kind of source has none.

    ``listing``: what the page before showed, if it was read; what it announces itself is believed. ``url``: the source's address.
    ``since``: aware; WordPress is asked only for what is newer. For WordPress page 1 is a question of its own.
    """
    if source.kind is SourceKind.WORDPRESS:
        return _wordpress_page(url, since, page)
    if source.kind is SourceKind.SITEMAP:
        return None
    if page < 2:
        return url
    if source.older is not None:
        return urljoin(url, source.older.replace("{page}", str(page)))
    if listing is not None and listing.older is not None:
        return listing.older
    if source.kind is SourceKind.FEED:
        return with_parameters(url, paged=str(page))
    return None


def total_pages(headers: Mapping[str, str]) -> int | None:
    """How many pages WordPress has for a question (``X-WP-TotalPages``), None when it does not say."""
    text = next((value for name, value in headers.items() if name.lower() == "x-wp-totalpages"), "").strip()
    return int(text) if text.isdigit() and len(text) < 9 else None


def with_parameters(url: str, **values: str) -> str:
    """The address with these query parameters, in the place of those of the same name."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in values]
    return urlunsplit(parts._replace(query=urlencode([*kept, *values.items()]), fragment=""))


def _wordpress_page(url: str, since: datetime | None, page: int) -> str:
    after = {} if since is None else {"after": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return with_parameters(url, **after, page=str(page), per_page=str(PER_PAGE), orderby="date", order="desc")
