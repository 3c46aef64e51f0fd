"""The links of an HTML page (home page, section, search) that lead to articles.

The source's ``article`` pattern decides; without one, ``looks_like_article`` judges an unknown outlet's links.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from core.errors import SourceError
from core.model import Entry, Listing, Source
from core.text import clean_line
from crawler.discover.assemble import assemble, repair_link
from crawler.discover.document import Document
from crawler.discover.markup import parse_html
from crawler.discover.pager import older_page
from crawler.discover.shapes import looks_like_article

_FRAMES = ",".join(
    f"{frame} a[href]"
    for frame in (
        "nav", "footer", "[role=navigation]", "[role=contentinfo]", ".menu", ".nav", ".navbar", ".navigation", ".main-menu", ".main-nav",
        ".top-menu", ".footer-menu", ".site-nav", ".footer", ".site-footer", "#footer", "#menu", "#nav", "#navigation", ".header",
        "#header", ".head", ".topbar", ".top-bar", ".breadcrumb",
        ".breadcrumbs", ".tagcloud", ".widget_nav_menu", ".widget_pages", ".widget_categories", ".widget_archive", ".widget_tag_cloud",
    )
)  # fmt: skip
"""What holds the same links on every page. A ``footer`` within an article is not meant."""
_HEADLINE = 6
"""Words from which a link is a headline although a menu shows it too."""
_MOST_NESTED = 1_000
"""Links within links within links, whose texts are read again and again: nine seconds for six thousand."""
_DEEPEST = 12
"""Segments of a path that are looked at for sections above it."""
_BELOW = 3
"""Links that lie below another one's path from which that is a section."""


def read_listing(document: Document, source: Source) -> Listing:
    """Every link of the page: an entry if it leads to an article, counted otherwise."""
    tree = parse_html(document.text, document.url)
    if len(tree.css("a a a")) > _MOST_NESTED:
        raise SourceError("too_large", f"{document.url} has more than {_MOST_NESTED} links nested in links; it was not read")
    base = base_address(tree, document.url)
    anchors = _anchors(tree, source)
    notes = () if anchors else ("no links",)
    accept = None if source.article is not None else _judge(tree, anchors, base, document.url, chosen=source.links is not None)
    listing = assemble(map(_entry, anchors), source, base=base, accept=accept, notes=notes)
    return replace(listing, older=older_page(tree, base, document.url))


def _judge(tree: LexborHTMLParser, anchors: list[LexborNode], base: str, url: str, *, chosen: bool) -> Callable[[Entry], bool]:
    """What decides of an entry. Where a selector has ``chosen`` the links, it does not matter where they stand."""
    menus, outside = (frozenset[str](), frozenset[str]()) if chosen else _places(tree, anchors, base)
    sections = _sections(anchors)

    def is_article(entry: Entry) -> bool:
        is_headline = len((entry.title or "").split()) >= _HEADLINE
        in_menu = entry.url in menus and not (is_headline and entry.url in outside)
        framed = in_menu or unquote(urlsplit(entry.url).path).strip("/") in sections
        return looks_like_article(entry.url, entry.title, url, framed=framed)

    return is_article


def _places(tree: LexborHTMLParser, anchors: list[LexborNode], base: str) -> tuple[frozenset[str], frozenset[str]]:
    """The addresses that stand in menus and footers, and of those the ones that also stand elsewhere."""
    within = {anchor.mem_id for anchor in tree.css("article a[href]")}
    framed = {anchor.mem_id for anchor in tree.css(_FRAMES)} - within
    menus = {_href(anchor) for anchor in anchors if anchor.mem_id in framed}
    both = menus.intersection(_href(anchor) for anchor in anchors if anchor.mem_id not in framed)
    return _repaired(menus, base), _repaired(both, base)


def _repaired(links: set[str], base: str) -> frozenset[str]:
    return frozenset(filter(None, (repair_link(link, base) for link in links)))


def _sections(anchors: list[LexborNode]) -> frozenset[str]:
    """Paths below which several other links of the page lie."""
    below: Counter[str] = Counter()
    for path in {_path(_href(anchor)) for anchor in anchors}:
        segments = path.split("/")
        below.update("/".join(segments[:depth]) for depth in range(1, min(len(segments), _DEEPEST)))
    return frozenset(path for path, count in below.items() if count >= _BELOW)


def _path(link: str) -> str:
    """The decoded path of a link as written; relative ones keep what they say."""
    try:
        return unquote(urlsplit(link.strip()).path).strip("/")
    except ValueError:
        return ""


def base_address(tree: LexborHTMLParser, url: str) -> str:
    node = tree.css_first("base[href]")
    try:
        return urljoin(url, (node.attributes.get("href") or "").strip()) if node is not None else url
    except ValueError:
        return url


def _anchors(tree: LexborHTMLParser, source: Source) -> list[LexborNode]:
    """The links the source's selector points at: the matches themselves, or the links inside them."""
    if source.links is None:
        return tree.css("a[href]")
    try:
        matches = tree.css(source.links)
    except (SelectolaxError, ValueError) as error:
        raise SourceError("bad_selector", f"links = {source.links!r} is not a CSS selector; correct it in the outlet's file") from error
    return [anchor for match in matches for anchor in ([match] if match.tag == "a" else match.css("a[href]"))]


def _href(anchor: LexborNode) -> str:
    return anchor.attributes.get("href") or ""


def _entry(anchor: LexborNode) -> Entry:
    return Entry(url=_href(anchor), title=next(_titles(anchor), None))


def _titles(anchor: LexborNode) -> Iterator[str]:
    """The anchor's text, else its ``title``, else the text for its picture."""
    picture = anchor.css_first("img[alt]")
    candidates = (
        anchor.text(deep=True, separator=" "),
        anchor.attributes.get("title"),
        anchor.attributes.get("aria-label"),
        picture.attributes.get("alt") if picture is not None else None,
    )
    return (line for line in (clean_line(text or "") for text in candidates) if line)
