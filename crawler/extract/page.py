"""A fetched page, parsed once: its meta elements, JSON-LD, headings and visible lines. Knows HTML, decides nothing about articles."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from core.text import clean_line
from crawler.extract import encoding, guard, jsonld
from crawler.extract.furniture import Judge
from crawler.extract.lines import Line, Reading, read_lines
from crawler.extract.xpath import BadSelectorError, XPathTree, is_xpath, without

_MOST_NODES = 200
_TELLING = 'meta[content], h1, img[alt], link[rel=canonical][href], script[type="application/ld+json"]'


class Page:
    """One page. What costs much is computed when first asked for.

    Raises ExtractionError for bytes that are no page or too dangerous to parse.
    """

    def __init__(self, body: bytes, url: str, declared_encoding: str | None = None) -> None:
        guard.check_bytes(body)
        self.utf8 = encoding.to_utf8(body, declared_encoding)
        guard.check_text(self.utf8)
        self.url = url
        self.tree = LexborHTMLParser(self.utf8)
        self.bad_selectors: list[str] = []
        self._told = self._telling()
        self.metas = self._metas()
        self.headings = self._headings()

    @cached_property
    def _xpath(self) -> XPathTree:
        return XPathTree(self.utf8)

    def _telling(self) -> dict[str, list[LexborNode]]:
        """The elements by which pages tell about themselves, by their name: one walk over the page, which is a tenth of reading it."""
        found: dict[str, list[LexborNode]] = {}
        for node in self.tree.css(_TELLING):
            found.setdefault(node.tag or "", []).append(node)
        return found

    def _metas(self) -> dict[str, list[str]]:
        """``property``, ``name`` or ``itemprop`` of each ``meta`` in lower case, with its contents."""
        found: dict[str, list[str]] = {}
        for node in self._told.get("meta", [])[:300]:
            attributes = node.attributes
            content = clean_line(attributes.get("content") or "")
            for key in {attributes.get("property"), attributes.get("name"), attributes.get("itemprop")}:
                if key and content:
                    found.setdefault(key.strip().lower(), []).append(content)
        return found

    def meta(self, *names: str) -> str:
        """The first of these ``meta`` elements that has a content, or ""."""
        return next((self.metas[name][0] for name in names if name in self.metas), "")

    @property
    def language(self) -> str | None:
        node = self.tree.css_first("html")
        lang = ((node.attributes.get("lang") or node.attributes.get("xml:lang") or "") if node is not None else "").strip()
        return lang or None

    @property
    def canonical(self) -> str | None:
        """The address that ``link rel=canonical`` gives, as it stands."""
        return next((node.attributes.get("href") for node in self._told.get("link", [])), None)

    @cached_property
    def document_title(self) -> str:
        node = self.tree.css_first("title")
        return clean_line(node.text(deep=False))[:500] if node is not None else ""

    def _headings(self) -> tuple[str, ...]:
        """Texts of the ``h1`` elements."""
        return tuple(text[:500] for node in self._told.get("h1", [])[:10] if (text := clean_line(node.text(separator=" "))))

    @cached_property
    def jsonld(self) -> jsonld.Thing:
        scripts = [node.text(deep=True) for node in self._told.get("script", [])]
        titles = (*self.headings, self.meta("og:title"))
        return jsonld.read_article(scripts, self.url, titles) if scripts else {}

    @cached_property
    def captions(self) -> tuple[str, ...]:
        """Alternative texts of the images, which themes repeat as visible captions."""
        alts = (node.attributes.get("alt") or "" for node in self._told.get("img", [])[:100])
        return tuple(dict.fromkeys(alt.strip() for alt in alts if len(alt) > 2))

    @cached_property
    def _reading(self) -> Reading:
        body = self.tree.body
        return Reading([], []) if body is None else read_lines(body, Judge(spared=self._spared))

    @property
    def lines(self) -> list[Line]:
        """The visible lines, without furniture and without what classes call noise."""
        return self._reading.lines

    @property
    def containers(self) -> list[int]:
        """Ids of the elements that themes use for the body of articles."""
        return self._reading.containers

    @cached_property
    def all_lines(self) -> list[Line]:
        """The visible lines of the whole page but its menus and its foot."""
        body = self.tree.body
        return [] if body is None else read_lines(body, Judge(lenient=True)).lines

    def select(self, selector: str, *, below: LexborNode | None = None, most: int = _MOST_NODES) -> list[LexborNode]:
        """The first ``most`` nodes of an outlet's selector, outermost only; none, and a note, when the selector is malformed."""
        try:
            if most == 1 and below is None:
                first = self.tree.css_first(selector)
                return [] if first is None else [first]
            nodes = (self.tree if below is None else below).css(selector)
        except SelectolaxError:
            self.bad_selectors.append(selector)
            return []
        return outermost(nodes[:most])

    def texts_at(self, selector: str, most: int) -> list[str]:
        """Texts of what an outlet's selector finds; of ``meta``, ``time`` and images the machine-readable value."""
        if is_xpath(selector):
            try:
                found = self._xpath.texts(selector, most)
            except BadSelectorError:
                self.bad_selectors.append(selector)
                return []
        else:
            found = [_text_of(node) for node in self.select(selector, most=most)]
        return [text for part in found if (text := clean_line(part))]

    def lines_at(self, selector: str, remove: tuple[str, ...] = ()) -> list[Line]:
        """The lines of what an outlet's selector finds, without furniture and without what the ``remove`` selectors find inside."""
        by_path = [path for path in remove if is_xpath(path)]
        css = [path for path in remove if not is_xpath(path)]
        try:
            if is_xpath(selector):
                nodes = _parsed(self._xpath.fragments(selector, by_path, _MOST_NODES))
            else:
                nodes = self.select(selector, most=_MOST_NODES)
                nodes = _parsed([without(node.html or "", by_path) for node in nodes]) if by_path else nodes
        except BadSelectorError as error:
            self.bad_selectors.append(str(error))
            return []
        return [line for node in nodes for line in self._lines_of(node, css)]

    def _lines_of(self, node: LexborNode, remove: list[str]) -> list[Line]:
        skip = {inner.mem_id for selector in remove for inner in self.select(selector, below=node)}
        return read_lines(node, Judge(skip=skip, spared=self._spared)).lines

    def absolute(self, address: str | None) -> str | None:
        """``address`` on this page as an absolute web address, or None."""
        if not address:
            return None
        try:
            whole = urljoin(self.url, address.strip())
            return whole if urlsplit(whole).scheme in ("http", "https") and urlsplit(whole).hostname else None
        except ValueError:
            return None

    @cached_property
    def _spared(self) -> frozenset[int]:
        """Ids of what holds the headline: it is not noise whatever its classes say (some sites put the page into one form)."""
        found: set[int] = set()
        for node in self._told.get("h1", [])[:5]:
            above = [node.mem_id]
            parent = node.parent
            while parent is not None and parent.tag not in ("body", "html", "-document") and parent.mem_id not in found:
                above.append(parent.mem_id)
                if parent.tag in ("aside", "nav", "footer"):
                    break
                parent = parent.parent
            else:
                found.update(above)
        return frozenset(found)


def _text_of(node: LexborNode) -> str:
    attributes = node.attributes
    marked = attributes.get("content") or attributes.get("datetime") or (attributes.get("src") if node.tag == "img" else None)
    return marked or node.text(separator=" ")


def _parsed(fragments: list[str]) -> list[LexborNode]:
    """The pieces of HTML as nodes, each in a tree of its own."""
    return [body for fragment in fragments if (body := LexborHTMLParser(fragment).body) is not None]


def outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """The nodes that lie in no other of them, each once, in document order."""
    chosen: dict[int, LexborNode] = {node.mem_id: node for node in nodes}
    if len(chosen) == 1:
        return list(chosen.values())
    return [node for node in chosen.values() if not _has_ancestor(node, chosen)]


def _has_ancestor(node: LexborNode, among: dict[int, LexborNode]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.mem_id in among:
            return True
        parent = parent.parent
    return False
