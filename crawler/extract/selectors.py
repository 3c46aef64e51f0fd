"""Whether the selectors of an outlet can be read at all; on a page a malformed one finds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from core.model import Outlet, Rules
from crawler.extract.xpath import BadSelectorError, XPathTree, is_xpath

_SELECTING = ("title", "lead", "body", "author", "date", "image", "tags")


def wrong_selectors(outlet: Outlet) -> Iterator[str]:
    """A sentence for each selector of the outlet that is malformed."""
    for key, rules in (("rules", outlet.rules), *((f"old_rules.{number}", old) for number, old in enumerate(outlet.rules.older))):
        for name, selector in _selectors(rules):
            if not _is_css(selector) if not is_xpath(selector) else not _is_xpath(selector):
                yield f"outlets.{outlet.id}.{key}.{name}: {selector!r} is no CSS selector and no XPath"
    for number, source in enumerate(outlet.sources):
        if source.links is not None and not _is_css(source.links):
            yield f"outlets.{outlet.id}.sources.{number}.links: {source.links!r} is no CSS selector"


def _selectors(rules: Rules) -> Iterable[tuple[str, str]]:
    single = [(name, getattr(rules, name)) for name in _SELECTING]
    return [*((name, selector) for name, selector in single if selector is not None), *(("remove", selector) for selector in rules.remove)]


def _is_css(selector: str) -> bool:
    try:
        LexborHTMLParser("<p></p>").css(selector)
    except (SelectolaxError, ValueError):
        return False
    return True


def _is_xpath(selector: str) -> bool:
    try:
        XPathTree(b"<p></p>").texts(selector, 1)
    except BadSelectorError:
        return False
    return True
