"""trafilatura behind one function of ours: imported when first needed, kept from its date search, its errors turned into "nothing"."""

from __future__ import annotations

import logging

from core.text import clean_line

_MOST_CHARACTERS = 1_000_000


def read_paragraphs(html: str) -> list[str]:
    """The article text that trafilatura finds in ``html``, one string per paragraph; empty when it finds none."""
    if len(html) > _MOST_CHARACTERS:
        return []
    from lxml.etree import LxmlError  # type: ignore[import-untyped]
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    try:
        document = bare_extraction(html, fast=True, with_metadata=False, include_comments=False, include_tables=False)
    except (LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError):
        return []
    text = getattr(document, "text", None) or ""
    return [line for part in text.split("\n") if (line := clean_line(part))]
