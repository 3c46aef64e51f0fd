"""HTML fragments of a source as plain text: titles on one line, summaries in paragraphs."""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser

from core.markup import MAX_ATTRIBUTES, count_open_formats, find_trap
from core.text import clean

_BLOCK = re.compile(r"(?=</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|table|blockquote|figure|figcaption|section|hr)\b)", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z!]")
_ANY_TAG = re.compile(r"<[^<>]*>")
_MOST_TAGS, _MOST_OPEN_FORMATS = 1_000, 20
"""With more of them a fragment is not parsed: thirty thousand elements left open in one summary take the parser eight seconds."""
_SILENT = ["script", "style", "template", "noscript", "iframe"]


def plain_line(markup: object) -> str | None:
    """The text of a title on one line; None when there is none."""
    return " ".join((plain_text(markup) or "").split()) or None


def plain_text(markup: object) -> str | None:
    """The text of an HTML fragment with one line for each block; None when there is none. Anything but a string has no text."""
    if not isinstance(markup, str):
        return None
    text = clean(_strip(markup))
    if _TAG.search(text):
        text = clean(_strip(text))  # escaped twice, as some content systems do
    return text or None


def _strip(markup: str) -> str:
    if "<" not in markup or not _TAG.search(markup):
        return markup
    if _is_trap(markup):
        return html.unescape(_ANY_TAG.sub("\n", markup))
    tree = LexborHTMLParser(_BLOCK.sub("\n", markup))
    tree.strip_tags(_SILENT)
    return tree.body.text(deep=True, separator="") if tree.body is not None else ""


def _is_trap(markup: str) -> bool:
    """No honest summary is so; its words are enough then."""
    tags = markup.count("<")
    if tags > _MOST_TAGS or (tags <= _MOST_OPEN_FORMATS and len(markup) <= MAX_ATTRIBUTES):
        return tags > _MOST_TAGS
    text = markup.encode("utf-8", "replace")
    return count_open_formats(text) > _MOST_OPEN_FORMATS or find_trap(text) is not None
