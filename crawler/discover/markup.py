"""HTML of a source as a tree, unless it is built to make the parser slow."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from core.errors import SourceError
from core.markup import find_trap


def parse_html(text: str, url: str) -> LexborHTMLParser:
    """The tree. Raises SourceError ``too_large``, for the same reasons as pages are refused."""
    if (trap := find_trap(text.encode("utf-8", "replace"))) is not None:
        raise SourceError("too_large", f"{url} has {trap}; it was not read")
    return LexborHTMLParser(text)
