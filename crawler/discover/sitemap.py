"""Sitemaps, Google-News sitemaps and sitemap indexes, read as a stream so that 50,000 addresses cost little memory.

``lastmod`` is when a page changed, not when it was published: it is given as that, never as the date of the article.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from core.errors import SourceError
from core.model import Entry, Listing, Nested, Source
from crawler.discover.assemble import assemble, repair_link
from crawler.discover.document import Document, find_root, is_html, refuse_entities, utf8_xml
from crawler.discover.feed import ROOT as FEED_ROOT
from crawler.discover.text import plain_line

ROOT = re.compile(r"<(?:\w{1,20}:)?(?:urlset|sitemapindex)(?=[\s>/])", re.IGNORECASE)

_END = re.compile(r"</(?:\w{1,20}:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
_ELEMENT_END = re.compile(r"</(?:\w{1,20}:)?(?:url|sitemap)\s*>", re.IGNORECASE)


def read_sitemap(document: Document, source: Source) -> Listing:
    """The pages of a sitemap and the sitemaps of an index."""
    refuse_entities(document)
    start = find_root(document.text, ROOT)
    if start is None:
        raise _no_sitemap(document)
    pages, nested, broken = _elements(_whole_elements(document.text[start:]))
    if broken and not pages and not nested:
        raise SourceError("malformed", f"{document.url} is a sitemap cut off or garbled: {broken}")
    usable = dict.fromkeys(_usable(nested, document.url))
    notes = [f"not well-formed: {broken}"] if broken else []
    notes += [] if pages or nested else ["no entries"]
    notes += ["no sitemap of the index has a usable address"] if nested and not usable else []
    return replace(assemble(pages, source, base=document.url, notes=notes), nested=tuple(usable))


def _whole_elements(text: str) -> str:
    """The sitemap up to its end or, where it is cut off, up to its last whole element: an address cut short is one, but a wrong one."""
    if _END.search(text):
        return text
    ends = [0, *(element.end() for element in _ELEMENT_END.finditer(text))]
    return text[: ends[-1]]


def _usable(nested: list[Nested], base: str) -> Iterator[Nested]:
    """Those with an address, which is repaired, other than the index's own."""
    for sitemap in nested:
        url = repair_link(sitemap.url, base)
        if url is not None and url != base:
            yield replace(sitemap, url=url)


def _no_sitemap(document: Document) -> SourceError:
    if find_root(document.text, FEED_ROOT) is not None:
        return SourceError("not_a_sitemap", f'{document.url} is a feed, not a sitemap; give the source kind = "feed"')
    if is_html(document.text):
        return SourceError("html_not_sitemap", f"{document.url} is a web page, not a sitemap; robots.txt of the outlet may name one")
    return SourceError("malformed", f"{document.url} is not a sitemap; look at it in a browser")


def _elements(text: str) -> tuple[list[Entry], list[Nested], str]:
    """Every ``url`` and ``sitemap`` element, its address as written, and what is wrong with the markup ("" for nothing)."""
    stream = etree.iterparse(
        io.BytesIO(utf8_xml(text)), events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    pages: list[Entry] = []
    nested: list[Nested] = []
    try:
        for _, element in stream:
            kind = _name(element)
            if kind == "url":
                pages.append(_entry(_fields(element)))
            elif kind == "sitemap":
                nested.append(_nested(_fields(element)))
            if kind in ("url", "sitemap"):
                _forget(element)
    except (etree.XMLSyntaxError, UnicodeDecodeError) as error:
        return pages, nested, _one_line(error)
    return pages, nested, _one_line(stream.error_log.last_error or "")


def _fields(element: Any) -> dict[str, str]:
    """Texts of the direct children, and those of ``news:news`` under ``news:…``; the first of a name wins."""
    fields: dict[str, str] = {}
    for name, text in _children(element):
        fields.setdefault(name, text)
    return fields


def _children(element: Any) -> Iterator[tuple[str, str]]:
    for child in element:
        if _name(child) == "news":
            yield from ((f"news:{_name(part)}", _text(part)) for part in child)
        else:
            yield _name(child), _text(child)


def _name(element: Any) -> str:
    """Local name, also where the prefix was never declared; "" for a comment."""
    return element.tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1].lower() if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    return (element.text or "").strip() if isinstance(element.tag, str) else ""


def _forget(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:200]


def _entry(fields: dict[str, str]) -> Entry:
    keywords = (plain_line(word) for word in re.split("[,،]", fields.get("news:keywords", "")))
    return Entry(
        url=fields.get("loc", ""),
        title=plain_line(fields.get("news:title")),
        published=fields.get("news:publication_date") or None,
        tags=tuple(word for word in keywords if word),
        modified=fields.get("lastmod") or None,
    )


def _nested(fields: dict[str, str]) -> Nested:
    return Nested(fields.get("loc", ""), fields.get("lastmod") or None)
