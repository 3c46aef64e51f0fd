"""The link on a listing that leads to the entries before those it shows. Same site only; None where nothing says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from core.text import clean_line
from crawler.discover.assemble import repair_link
from crawler.discover.shapes import site

_NUMBER = re.compile(
    r"[/-](?:page|sayfa|صفحة|p)[/_-]?(\d{1,6})(?:[/?.]|$)|[?&](?:page|paged|p|pg|pagenum|pageno|page_no|pageindex|sayfa)=(\d{1,6})(?:&|$)",
    re.IGNORECASE,
)
_NEXT = frozenset(
    ["next", "next page", "older", "older posts", "older entries", "older news", "»", "›", ">", "→", "←", "التالي", "التالية",
     "الصفحة التالية", "صفحة تالية", "الأقدم", "أقدم", "الأخبار الأقدم", "المقالات الأقدم", "مقالات أقدم", "رسائل أقدم", "sonraki",
     "sonraki sayfa", "ileri", "daha eski", "eski haberler", "eski kayıtlar", "daha eski kayıtlar", "پاشتر", "دواتر"]
)  # fmt: skip
_EDGES = " \t»«›‹→←>…."


def older_page(tree: LexborHTMLParser, base: str, url: str) -> str | None:
    """``rel=next``, else a link to the page whose number follows this one's, else one whose words promise older entries.

    ``base``: what relative links are relative to. ``url``: the page's own address.
    """
    announced = (_target(link, base, url) for link in tree.css("link[rel~=next][href], a[rel~=next][href]"))
    leading = next((address for address in announced if address), None)
    return leading or next((address for _, address in sorted(_candidates(tree, base, url), key=_rank)), None)


def _rank(candidate: tuple[int, str]) -> int:
    return candidate[0]


def _candidates(tree: LexborHTMLParser, base: str, url: str) -> Iterator[tuple[int, str]]:
    """Links that may lead to older entries, the surest with the lowest number."""
    current = _page_number(url)
    for anchor in tree.css("a[href]"):
        words = clean_line(anchor.text(deep=True)).lower()
        promised, figure = _is_next(words, anchor), int(words) if words.isdecimal() and len(words) < 7 else None
        says = promised or figure is not None or _page_number(anchor.attributes.get("href") or "") is not None
        address = _target(anchor, base, url) if says else None
        if address is None:
            continue
        number, own = _page_number(address), _same_list(address, url)
        if own and figure is None and number == (current or 1) + 1:
            yield (0 if promised else 1), address
        elif number is None and figure is not None and address == _next_by_bare_number(url, figure):
            yield 1, address
        elif _follows(number, figure, current, promised=promised):
            yield (3 if number is None else 1 if own else 2), address


def _follows(number: int | None, figure: int | None, current: int | None, *, promised: bool) -> bool:
    """Whether a link to page ``number`` under the text ``figure`` is the next one. Some count from nought (``?page=1`` is "2")."""
    if number is None or figure is None:
        return promised and (number is None or number > (current or 0))
    return (number in (1, 2) and figure == 2) if current is None else (number == current + 1 and figure in (number, number + 1))


def _is_next(words: str, anchor: LexborNode) -> bool:
    label = clean_line(anchor.attributes.get("aria-label") or anchor.attributes.get("title") or "").lower()
    return any(text in _NEXT or text.strip(_EDGES) in _NEXT for text in (words, label) if text)


def _target(anchor: LexborNode, base: str, url: str) -> str | None:
    """Where the link leads, if to another page of the same site."""
    found = repair_link(anchor.attributes.get("href") or "", base)
    if found is None or found.rstrip("/") == url.partition("#")[0].rstrip("/"):
        return None
    return found if site(urlsplit(found).hostname) == site(urlsplit(url).hostname) else None


def _page_number(url: str) -> int | None:
    """The number of a page of a listing; the first one mostly has none."""
    found = _NUMBER.search(unquote(url))
    return int(found[1] or found[2]) if found else None


def _same_list(address: str, url: str) -> bool:
    """Whether both are pages of one listing: the same path, but for what gives the number."""
    return _NUMBER.sub("", unquote(urlsplit(address).path)).strip("/") == _NUMBER.sub("", unquote(urlsplit(url).path)).strip("/")


def _next_by_bare_number(url: str, figure: int) -> str | None:
    """``/gundem/2`` after ``/gundem`` and ``/gundem/3`` after ``/gundem/2``, if ``figure`` is the number in question."""
    stem, _, last = url.rstrip("/").rpartition("/")
    if last.isdecimal() and len(last) < 5:
        return f"{stem}/{figure}" if figure == int(last) + 1 else None
    return f"{url.rstrip('/')}/2" if figure == 2 else None
