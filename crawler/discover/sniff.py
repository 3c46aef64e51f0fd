"""What an unknown address serves, and where a web page says its feeds are: for ``rasid crawl URL`` and ``rasid outlets check``."""

from __future__ import annotations

import re

from core.errors import SourceError
from core.model import SourceKind
from crawler.discover.assemble import repair_link
from crawler.discover.document import decode, find_root, inflate
from crawler.discover.feed import ROOT as FEED_ROOT
from crawler.discover.html_listing import base_address
from crawler.discover.json_feed import is_json_feed
from crawler.discover.markup import parse_html
from crawler.discover.sitemap import ROOT as SITEMAP_ROOT

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml",
                         "application/feed+json", "application/json"})  # fmt: skip
_POSTS = re.compile(r"""\[\s*\{[^\[\]]{0,2000}"(?:date_gmt|guid|link|slug)"\s*:""")
_NO_FEED = re.compile(r"/comments/|[?&]feed=comments|/wp-json/|[?&]rest_route=", re.IGNORECASE)
"""Comments are no news, and what WordPress announces as JSON is the page itself."""


def sniff(body: bytes, content_type: str | None = None) -> SourceKind | None:
    """Feed, WordPress posts or sitemap by what the bytes are, whatever the header says; None for a web page and anything else."""
    try:
        text = decode(inflate(body), content_type).lstrip("\x00 \t\r\n")
    except SourceError:
        return None
    if text.startswith("["):
        is_empty_list = "json" in (content_type or "") and text.rstrip() == "[]"
        return SourceKind.WORDPRESS if is_empty_list or _POSTS.match(text) else None
    if is_json_feed(text):
        return SourceKind.FEED
    head = text[:65536]
    sitemap, feed = find_root(head, SITEMAP_ROOT), find_root(head, FEED_ROOT)
    if sitemap is not None and (feed is None or sitemap < feed):
        return SourceKind.SITEMAP
    return SourceKind.FEED if feed is not None else None


def feed_links(body: bytes, url: str) -> tuple[str, ...]:
    """The feeds that a web page announces (``<link rel="alternate">``), absolute, in its order; feeds of comments are left out."""
    try:
        tree = parse_html(decode(inflate(body)), url)
    except SourceError:
        return ()
    base, found = base_address(tree, url), []
    for link in tree.css("link[rel][href]"):
        kind = (link.attributes.get("type") or "").split(";")[0].strip().lower()
        if "alternate" in (link.attributes.get("rel") or "").lower().split() and kind in _FEED_TYPES:
            found.append(repair_link(link.attributes.get("href") or "", base))
    return tuple(dict.fromkeys(link for link in found if link and not _NO_FEED.search(link)))
