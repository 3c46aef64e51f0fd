"""Turns a parsed page into its lines of visible text in document order, each with what its markup says about it.

A line is what a reader sees as one: block elements, ``br`` and blank lines end it. Knows HTML, knows nothing of news.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from core.text import clean_line
from crawler.extract.furniture import Judge, Mark, Node


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``path``: ids of the enclosing blocks, outermost first. ``links``: share of its characters inside links.
    ``dates``: what ``time`` and date-marked elements in it say. ``box`` and ``picture``: ids of the innermost
    blocks around it that have a button or a field, and a picture; 0 without one."""

    text: str
    tag: str = "p"
    links: float = 0.0
    path: tuple[int, ...] = ()
    dates: tuple[str, ...] = ()
    box: int = 0
    picture: int = 0


INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr img picture source
    """.split()  # noqa: SIM905
)
SILENT = frozenset(
    """
    script style noscript template svg math iframe object embed video audio canvas map head title select option
    button input textarea datalist dialog meter progress img picture source area base link meta
    """.split()  # noqa: SIM905
)
_BREAKS = ("br", "hr")
_CONTROLS = frozenset(("button", "input", "form", "select", "textarea"))
_PICTURES = ("img", "picture")
_NO_BOXES = frozenset(("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "td", "body", "main", "article"))
_DEEPEST_PATH = 200
_HEADLINE = 20
"""Letters from which a link is a headline: two of these side by side are two lines, as a reader sees them in a list."""
_PIECES = re.compile(r"\n[^\S\n]*\n")


@dataclass(slots=True)
class _Pen:
    """The line being written."""

    parts: list[str] = field(default_factory=list)
    linked: int = 0
    total: int = 0
    dates: list[str] = field(default_factory=list)

    def write(self, text: str, *, linked: bool) -> None:
        self.parts.append(text)
        size = len(text) - text.count(" ")
        self.total += size
        self.linked += size if linked else 0

    def is_headline(self) -> bool:
        """Whether what was written is nothing but a link, and long enough for somebody's headline."""
        return self.total >= _HEADLINE and self.linked == self.total

    def lift(self, tag: str, path: tuple[int, ...]) -> Line | None:
        """The finished line, or None when nothing visible was written."""
        if not self.parts and not self.dates:
            return None
        text = clean_line("".join(self.parts))
        line = Line(text, tag, min(1.0, self.linked / self.total) if self.total else 0.0, path, tuple(self.dates))
        self.parts, self.linked, self.total, self.dates = [], 0, 0, []
        return line if line.text or line.dates else None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a walk found: lines in document order, and the ids of elements marked as the article's container."""

    lines: list[Line]
    containers: list[int]


def read_lines(root: Node, judge: Judge) -> Reading:
    """The lines below ``root``, without what ``judge`` marks as furniture."""
    walk = _Walk(judge)
    return Reading(walk.read(root), walk.containers)


@dataclass(slots=True)
class _Open:
    """An element whose end has not been reached."""

    node: Node
    tag: str
    date: str | None = None
    parts: int = 0


class _Walk:
    """One depth-first walk; iterative, because pages may be nested deeper than Python's stack."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self.containers: list[int] = []
        self._lines: list[Line] = []
        self._pen = _Pen()
        self._links = 0
        self._blocks: list[tuple[str, tuple[int, ...]]] = []
        self._open: list[_Open] = []
        self._controls: list[tuple[int, ...]] = []
        self._pictures: list[tuple[int, ...]] = []

    def read(self, root: Node) -> list[Line]:
        self._blocks.append((root.tag or "div", (root.mem_id,)))
        node = root.first_child
        while node is not None or self._open:
            node = self._leave(self._open.pop()) if node is None else self._visit(node)
        self._end_line()
        return _boxed(self._lines, self._controls, self._pictures) if self._controls or self._pictures else self._lines

    def _visit(self, node: Node) -> Node | None:
        """Handles a node and gives the one to visit next, None at the end of an element."""
        tag = node.tag or ""
        if tag == "-text":
            self._write(node.text_content or "")
        elif tag in _BREAKS:
            self._end_line()
        elif tag[:1] == "-" or tag in SILENT:
            if tag in _CONTROLS:
                self._note(self._controls)
            elif tag in _PICTURES:
                self._note(self._pictures)
        elif (mark := self._judge.mark(node, tag)) is Mark.SKIP:
            if tag == "form":
                self._note(self._controls)
            if tag not in INLINE:
                self._end_line()
        else:
            return self._enter(node, tag, mark)
        return node.next

    def _enter(self, node: Node, tag: str, mark: Mark) -> Node | None:
        if tag == "a" and not self._links and self._pen.is_headline():
            self._end_line()
        if tag == "a":
            self._links += 1
        elif tag not in INLINE:
            self._end_line()
            path = self._blocks[-1][1]
            self._blocks.append((tag, (*path, node.mem_id) if len(path) < _DEEPEST_PATH else path))
        opened = _Open(node, tag)
        if mark is Mark.CONTAINER:
            self.containers.append(node.mem_id)
        elif mark is Mark.DATE:
            attributes = node.attributes
            opened.date = (attributes.get("datetime") or attributes.get("content") or "").strip()
            opened.parts = len(self._pen.parts)
        self._open.append(opened)
        return node.first_child

    def _leave(self, element: _Open) -> Node | None:
        if element.date is not None and (date := element.date or clean_line("".join(self._pen.parts[element.parts :])[:200])):
            self._pen.dates.append(date)
        if element.tag == "a":
            self._links -= 1
        elif element.tag not in INLINE:
            self._end_line()
            self._blocks.pop()
        return element.node.next

    def _note(self, found: list[tuple[int, ...]]) -> None:
        tag, path = self._blocks[-1]
        if tag not in _NO_BOXES:
            found.append(path[-2:])

    def _end_line(self) -> None:
        line = self._pen.lift(*self._blocks[-1])
        if line is not None:
            self._lines.append(line)

    def _write(self, text: str) -> None:
        """Writes a text node; in ``pre`` every newline ends the line, elsewhere only a blank line does."""
        if "\n" not in text:
            self._pen.write(text, linked=self._links > 0)
        elif not text.strip():
            if self._pen.parts:
                self._pen.write(" ", linked=False)
        else:
            pieces = text.split("\n") if self._blocks[-1][0] == "pre" else _PIECES.split(text)
            for number, piece in enumerate(pieces):
                if number:
                    self._end_line()
                self._pen.write(piece, linked=self._links > 0)


def _boxed(lines: list[Line], controls: list[tuple[int, ...]], pictures: list[tuple[int, ...]]) -> list[Line]:
    """The lines, with the blocks of the controls and the pictures beside them."""
    written = {block for line in lines for block in line.path}
    boxes, frames = _blocks_of(controls, written), _blocks_of(pictures, written)
    either = boxes | frames
    return [
        line if either.isdisjoint(line.path) else replace(line, box=_innermost(line.path, boxes), picture=_innermost(line.path, frames))
        for line in lines
    ]


def _blocks_of(paths: list[tuple[int, ...]], written: set[int]) -> set[int]:
    """The innermost of each two blocks; one without text gives way to the one around it."""
    return {path[-1] if path[-1] in written else path[0] for path in paths}


def _innermost(path: tuple[int, ...], blocks: set[int]) -> int:
    return next((block for block in reversed(path) if block in blocks), 0)


def within(lines: list[Line], block: int) -> list[Line]:
    """The lines inside the block with that id."""
    return [line for line in lines if block in line.path]
