"""The links of an HTML page (home page, section, search) that lead to articles.

The source's ``article`` pattern decides; without one, ``looks_like_article`` judges an unknown outlet by address and anchor text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from core.errors import SourceError
from core.model import Entry, Listing, Source
from core.text import clean_line
from crawler.discover.assemble import assemble, repair_link
from crawler.discover.document import Document

_MIN_WORDS = 4
"""Words of the anchor text (or slug) from which a link reads like a headline."""

_NEVER = frozenset(
    [
        "category", "categories", "cat", "tag", "tags", "topic", "topics", "author", "authors", "writer", "page", "pages", "search",
        "login", "register", "signup", "account", "cart", "about", "contact", "privacy", "terms", "policy", "advertise", "feed", "rss",
        "wp-admin", "wp-login.php", "wp-content", "wp-json", "static", "assets", "images", "img", "newsletter", "subscribe", "podcast",
        "تصنيف", "قسم", "أقسام", "وسم", "وسوم", "كاتب", "كتاب", "صفحة", "بحث", "اتصل-بنا", "من-نحن", "سياسة-الخصوصية",
        "kategori", "etiket", "yazar", "yazarlar", "sayfa", "arama", "iletisim", "hakkimizda", "kunye", "gizlilik",
    ]
)  # fmt: skip
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|pdf|mp[34]|zip|xml|json|apk)$", re.IGNORECASE)
_DATED = re.compile(r"/20\d\d[/-]\d{1,2}(?:[/-]\d{1,2})?(?:/|-|$)")
_ID = re.compile(r"(?:^|[-_/])(?:\d{4,}|[0-9a-f]{12,})(?:\.\w{2,5})?$")
_ID_SEGMENT = re.compile(r"(?:^|/)\d{5,}/")
_SHORT_ID = re.compile(r"(?:^|/)(?:a|p|n|news|story|article|node|haber)/\d+$", re.IGNORECASE)
_QUERY_ID = re.compile(r"(?:^|&)(?:p|id|newsid|articleid|nid)=\d+(?:&|$)", re.IGNORECASE)
_PAGE = re.compile(r"/(?:page|sayfa|صفحة)/(\d{1,6})(?:/|$|\?)|[?&](?:page|paged|p|pg|sayfa|s|start)=(\d{1,6})(?:&|$)", re.IGNORECASE)
_NEXT_WORDS = frozenset(
    ["next", "next page", "next »", "next ›", "older", "older posts", "older entries", "← older posts", "»", "›", "التالي", "التالي »",
     "الصفحة التالية", "الأقدم", "المزيد", "sonraki", "sonraki »", "sonraki sayfa", "daha eski", "ileri", "دواتر", "پاشتر"]
)  # fmt: skip
_SLUG_WORDS = re.compile(r"[-_+ ]+")


def read_listing(document: Document, source: Source) -> Listing:
    """Every link of the page: an entry if it leads to an article, counted otherwise."""
    tree = LexborHTMLParser(document.text)
    base = base_address(tree, document.url)
    anchors = _anchors(tree, source)
    notes = () if anchors else ("no links",)
    listing = assemble(
        map(_entry, anchors), source, base=base, accept=lambda entry: looks_like_article(entry.url, entry.title, document.url), notes=notes
    )
    return replace(listing, older=older_page(tree, base, document.url))


def older_page(tree: LexborHTMLParser, base: str, url: str) -> str | None:
    """The page with older entries that a listing leads to: ``rel=next``, else a link to the number after its own, or one that says so."""
    announced = tree.css_first("link[rel~=next][href], a[rel~=next][href]")
    if announced is not None:
        return _same_site(announced, base, url)
    links = [(anchor, clean_line(anchor.text(deep=True))) for anchor in tree.css("a[href]")]
    upcoming = str(_page_number(url) + 1)
    for anchor, words in links:
        if words.lower() in _NEXT_WORDS or (words == upcoming and _page_number(anchor.attributes.get("href") or "") == int(upcoming)):
            found = _same_site(anchor, base, url)
            if found is not None and found != url:
                return found
    return None


def _same_site(anchor: LexborNode, base: str, url: str) -> str | None:
    found = repair_link(anchor.attributes.get("href") or "", base)
    return found if found is not None and _site(urlsplit(found).hostname) == _site(urlsplit(url).hostname) else None


def _page_number(url: str) -> int:
    """The number of a page of a listing; the first one has none."""
    found = _PAGE.search(unquote(url))
    return int(found[1] or found[2]) if found else 1


def looks_like_article(url: str, title: str | None, page_url: str) -> bool:
    """Whether an unknown outlet's link is likely an article: same site, no section or tag, and an id, a date or a headline."""
    parts, page = urlsplit(url), urlsplit(page_url)
    path = unquote(parts.path).strip("/")
    segments = [segment.lower() for segment in path.split("/") if segment]
    if _site(parts.hostname) != _site(page.hostname) or _FILE.search(path) or _NEVER.intersection(segments):
        return False
    if _QUERY_ID.search(parts.query):
        return True
    if not segments or path == unquote(page.path).strip("/"):
        return False
    if _DATED.search(f"/{path}") and len(segments[-1]) > 2:
        return not segments[-1].isdigit() or len(segments[-1]) > 3
    if any(pattern.search(path) for pattern in (_ID, _ID_SEGMENT, _SHORT_ID)):
        return True
    return len(_words(segments[-1])) >= _MIN_WORDS and (not title or len(title.split()) >= _MIN_WORDS)


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


def _entry(anchor: LexborNode) -> Entry:
    return Entry(url=anchor.attributes.get("href") or "", title=next(_titles(anchor), None))


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


def _site(host: str | None) -> str:
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", (host or "").lower())


def _words(slug: str) -> list[str]:
    return [word for word in _SLUG_WORDS.split(slug.removesuffix(".html")) if word]
