"""Whether a body is read so fast that the event loop may do it; any other is read in the process that reads pages. Pure."""

from __future__ import annotations

from core.markup import count_open_formats

MOST_BYTES = 64 * 1024
MOST_TAGS = 2_000
MOST_OPEN_FORMATS = 20
"""So much takes 20 ms at most in the usual sources: 50 entries of a feed, 300 addresses of a sitemap, 250 links of a listing."""


def is_light(body: bytes) -> bool:
    """Whether reading takes less than 50 ms, as far as one can see: what is compressed, or in wide characters, is not seen."""
    return (
        len(body) <= MOST_BYTES
        and not body.startswith(b"\x1f\x8b")
        and b"\0" not in body
        and body.count(b"<") <= MOST_TAGS
        and count_open_formats(body) <= MOST_OPEN_FORMATS
    )
