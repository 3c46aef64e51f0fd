"""Refuses bytes that are no HTML page, and pages built to make a parser slow, before any parser sees them."""

from __future__ import annotations

import re

from core.errors import ExtractionError
from core.markup import find_trap

MAX_BYTES = 3_000_000
_TAG = re.compile(rb"<[a-zA-Z]")
_SIGNATURES = {b"%PDF": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image", b"PK\x03\x04": "a ZIP archive",
               b"\x1f\x8b": "gzip data that was not unpacked", b"RIFF": "an image"}  # fmt: skip
_FEED = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.S | re.I)


def check_bytes(body: bytes) -> None:
    """Raises ExtractionError ``empty``, ``too_large`` or ``not_html`` for what cannot be a page."""
    if not body.strip():
        raise ExtractionError("empty", "the page has no content; the outlet answered with an empty body")
    if len(body) > MAX_BYTES:
        raise ExtractionError("too_large", f"the page has {len(body)} bytes; more than {MAX_BYTES} are not read")
    for signature, what in _SIGNATURES.items():
        if body.startswith(signature):
            raise ExtractionError("not_html", f"the page is {what}, not HTML")


def check_text(text: bytes) -> None:
    """For UTF-8 text. Raises ExtractionError ``not_html`` or ``too_large`` (nesting and other traps that would take a parser seconds)."""
    if not _TAG.search(text):
        raise ExtractionError("not_html", "the page has no HTML tags; check that the address is an article's")
    if (feed := _FEED.match(text, 0, 2000)) is not None:
        raise ExtractionError("not_html", f"the page is a <{feed[1].decode()}> document; use it as a source, not as an article")
    if (trap := find_trap(text)) is not None:
        raise ExtractionError("too_large", f"the page has {trap}; such a page is not read")
