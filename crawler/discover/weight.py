"""Whether a body is read so fast that the event loop may do it; any other is read in the process that reads pages. Pure."""

from __future__ import annotations

from core.markup import count_open_formats

MOST_BYTES = 48 * 1024
MOST_TAGS = 1_000
MOST_ITEMS = 60
MOST_OPEN_FORMATS = 20
"""So much takes 20 ms in usual sources (50 entries of a feed, 150 addresses of a sitemap, 120 links of a listing), 0.1 s if built slow."""


def is_light(body: bytes) -> bool:
    """Whether reading is done at once, as far as one can see: what is compressed, or in wide characters, is not seen."""
    return (
        len(body) <= MOST_BYTES
        and not body.startswith(b"\x1f\x8b")
        and b"\0" not in body
        and body.count(b"<") <= MOST_TAGS
        and body.count(b"<item") + body.count(b"<entry") <= MOST_ITEMS
        and count_open_formats(body) <= MOST_OPEN_FORMATS
    )
