"""From the bytes of a source to its entries: one pure reader for each kind, all behind ``read``.

Knows no clock, socket, database or Scrapy. Bytes that are not what the kind promises raise ``SourceError``, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

from core.model import Listing, Source, SourceKind
from crawler.discover.document import Document, open_document
from crawler.discover.feed import read_feed
from crawler.discover.html_listing import read_listing
from crawler.discover.paging import older_pages, total_pages
from crawler.discover.sitemap import read_sitemap
from crawler.discover.sniff import feed_links, sniff
from crawler.discover.telegram import read_telegram
from crawler.discover.waiting import wanted_wait
from crawler.discover.weight import is_light
from crawler.discover.wordpress import read_wordpress

__all__ = ["READERS", "feed_links", "is_light", "older_pages", "read", "sniff", "total_pages", "wanted_wait"]

Reader = Callable[[Document, Source], Listing]

READERS: dict[SourceKind, Reader] = {
    SourceKind.FEED: read_feed,
    SourceKind.SITEMAP: read_sitemap,
    SourceKind.WORDPRESS: read_wordpress,
    SourceKind.LISTING: read_listing,
    SourceKind.TELEGRAM: read_telegram,
}


def read(kind: SourceKind, body: bytes, *, url: str, source: Source, content_type: str | None = None) -> Listing:
    """The entries in ``body``, which was fetched from ``url`` (after redirects) for ``source``.

    ``content_type`` is the header's value; only its charset is believed, and only where the bytes agree.
    Raises SourceError with a reason from: empty, malformed, too_large, entity_declaration, html_not_feed, html_not_sitemap,
    not_a_sitemap, not_json, api_error, not_a_channel, bad_selector.
    """
    return READERS[kind](open_document(body, url=url, content_type=content_type), source)
