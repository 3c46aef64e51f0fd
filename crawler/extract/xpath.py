"""Selectors of outlets that are XPath: a second tree, by lxml, built only where an outlet has such a rule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_STARTS = ("/", "(", "./", "xpath:")


class BadSelectorError(Exception):
    """The expression is not XPath."""


def is_xpath(selector: str) -> bool:
    """Whether a selector is XPath: it begins with ``/``, ``(``, ``./`` or ``xpath:``; no CSS selector does."""
    return selector.lstrip().startswith(_STARTS)


class XPathTree:
    """A page for XPath."""

    def __init__(self, utf8: bytes) -> None:
        from lxml import html  # type: ignore[import-untyped]

        parser = html.HTMLParser(encoding="utf-8", remove_comments=True)
        self._root: Any = html.document_fromstring(utf8 or b"<html></html>", parser=parser)

    def texts(self, selector: str, most: int) -> list[str]:
        """What it finds: of attributes and text nodes the value, of elements the machine-readable value or the text."""
        return [_text(found) for found in _find(self._root, selector)[:most]]

    def fragments(self, selector: str, remove: Iterable[str], most: int) -> list[str]:
        """The HTML of the elements it finds, outermost only, without what the ``remove`` expressions find inside them."""
        elements = [found for found in _find(self._root, selector)[:most] if _is_element(found)]
        return [_without(element, remove) for element in elements if not any(above in elements for above in element.iterancestors())]


def without(fragment: str, remove: Iterable[str]) -> str:
    """A piece of HTML without what the expressions find in it."""
    from lxml import html

    return _without(html.fragment_fromstring(fragment, create_parent="div"), remove)


def _without(element: Any, remove: Iterable[str]) -> str:
    from lxml import html

    for selector in remove:
        for found in _find(element, _inside(selector)):
            if _is_element(found) and found is not element and found.getparent() is not None:
                found.drop_tree()
    return str(html.tostring(element, encoding="unicode", with_tail=False))


def _inside(selector: str) -> str:
    """``//x`` searches the whole page even from an element; inside the element is what is meant."""
    plain = selector.strip().removeprefix("xpath:").strip()
    return f".{plain}" if plain.startswith("/") else plain


def _find(root: Any, selector: str) -> list[Any]:
    from lxml import etree

    try:
        found = root.xpath(selector.strip().removeprefix("xpath:").strip())
    except (etree.XPathError, ValueError, TypeError):
        raise BadSelectorError(selector) from None
    return found if isinstance(found, list) else [found] if isinstance(found, str) else []


def _is_element(found: Any) -> bool:
    return isinstance(getattr(found, "tag", None), str)


def _text(found: Any) -> str:
    if not _is_element(found):
        return str(found)
    marked = found.get("content") or found.get("datetime") or (found.get("src") if found.tag == "img" else None)
    return str(marked) if marked else " ".join(found.itertext())
