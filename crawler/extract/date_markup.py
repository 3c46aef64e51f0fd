"""Finds the date that a page's markup gives for its article without JSON-LD or meta elements: microdata, ``abbr``, ``data-`` attributes.

Only the marks nearest to the headline count, and only when all of them name one day: cards of other articles are marked in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from selectolax.lexbor import LexborNode

from core.text import clean_line, title_key
from crawler.extract.page import Page

_NAMED = (
    '[itemprop="datePublished"],[itemprop="dateCreated"],[property="datePublished"],[property="schema:datePublished"],[pubdate],'
    "abbr.published[title],.published[title],time.published,time.entry-date,[data-published],[data-publish-date],[data-published-at],"
    "[data-pubdate],[data-publish-time],[data-published-time]"
)
_PLAIN = "[data-timestamp],[data-datetime],[data-date],[data-time],[data-utime],[data-epoch],[data-unixtime]"
_ATTRIBUTES = (
    "datetime", "content", "data-published", "data-publish-date", "data-published-at", "data-pubdate", "data-publish-time",
    "data-published-time", "data-timestamp", "data-datetime", "data-date", "data-time", "data-utime", "data-epoch", "data-unixtime",
    "title",
)  # fmt: skip
_MACHINE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?|\d{10}|\d{13}")
_UPDATE = re.compile("updat|modif|guncel|edit", re.IGNORECASE)
_HIGHEST = 5
_MOST_MARKS = 3
_LONGEST_CARD = 400
_HEADLINES = "h1,h2,h3,h4,[itemprop=headline],.entry-title,.post-title"


def date_near_headline(page: Page, titles: Iterable[str]) -> str | None:
    """The machine-readable date in the smallest block that holds the headline and such a date; None where it is not clear."""
    keys = {title_key(title) for title in titles if title}
    for headline in page.tree.css(_HEADLINES)[:40]:
        if title_key(clean_line(headline.text(separator=" "))[:500]) in keys and (found := _above(headline)) is not None:
            return found
    return None


def instant(text: str) -> str:
    """A date as text; seconds or milliseconds since 1970 as ISO 8601."""
    if not re.fullmatch(r"\d{10}|\d{13}", text):
        return text
    return datetime.fromtimestamp(int(text[:10]), UTC).isoformat()


def _above(headline: LexborNode) -> str | None:
    block = headline.parent
    for _ in range(_HIGHEST):
        if block is None or block.tag in ("body", "html", "-document"):
            return None
        for selector in (_NAMED, _PLAIN):
            dates = list(_marked(block.css(selector)))
            if dates:
                return dates[0] if len(dates) <= _MOST_MARKS and len({date[:10] for date in dates}) == 1 else None
        block = block.parent
    return None


def _marked(nodes: Collection[LexborNode]) -> Iterator[str]:
    for node in nodes:
        attributes = node.attributes
        if _UPDATE.search(f"{attributes.get('class')} {attributes.get('itemprop')} {attributes.get('property')}") or _in_card(node):
            continue
        said = (attributes.get(name) or "" for name in _ATTRIBUTES)
        if (found := next((text.strip() for text in said if _MACHINE.fullmatch(text.strip())), None)) is not None:
            yield instant(found)


def _in_card(node: LexborNode) -> bool:
    """Whether a mark stands beside the link of somebody's headline."""
    block = node.parent
    for _ in range(2):
        if block is None or block.css_first("h1") is not None or len(block.text()) > _LONGEST_CARD:
            return False
        if any(len(link.text().split()) >= 4 for link in block.css("a")[:20]):
            return True
        block = block.parent
    return False
