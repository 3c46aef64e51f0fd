"""Finds the lines of the article: outlet rules, JSON-LD, the feed's full text, a known container, trafilatura, paragraphs.

Each layer proposes lines, ``cleaning`` makes paragraphs of them, and the first layer that gives enough text is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise, takewhile

from selectolax.lexbor import LexborHTMLParser

from core.model import Entry, Rules
from core.text import clean_line
from crawler.extract import engine, jsonld
from crawler.extract.cleaning import Cleaned, clean_lines, find_end
from crawler.extract.furniture import Judge
from crawler.extract.lines import Line, read_lines, within
from crawler.extract.page import Page
from crawler.extract.prose import SUBHEADINGS, is_prose, is_sentence
from crawler.extract.sources import names_source

ENOUGH = 150
"""Characters of body from which a layer is believed at once; below, the others are asked too."""
LEAST = 40
"""Characters of body below which a page has no article."""
_ENOUGH_IN_CONTAINER = 400
_LONGEST_SUBHEADING = 100
_MOST_LINES_FOR_TRAFILATURA = 3_000

_MOST_APART = 2
_HEADINGS = ("h1", *SUBHEADINGS)

_TEXT_TAGS = frozenset(("p", *_HEADINGS, "blockquote", "li", "pre"))

Clean = Callable[[Sequence[Line]], Cleaned]


@dataclass(frozen=True, slots=True)
class Body:
    """An article's text and the layer that gave it."""

    cleaned: Cleaned
    layer: str

    @property
    def size(self) -> int:
        return sum(map(len, self.cleaned.paragraphs))


def find_body(page: Page, *, rules: Rules, entry: Entry | None, titles: Collection[str]) -> Body | None:
    """The article text of a page, or None when no layer finds at least a sentence."""

    def clean(lines: Sequence[Line]) -> Cleaned:
        return clean_lines(lines, titles=titles, rules=rules, captions=page.captions)

    best: Body | None = None
    for layer, cleaned in _layers(page, rules, entry, clean):
        body = Body(cleaned, layer)
        if body.size >= ENOUGH:
            return body
        if body.size >= LEAST and (best is None or body.size > 1.5 * best.size):
            best = body
    return best


def all_bodies(page: Page, rules: Rules, entry: Entry | None, titles: Collection[str]) -> list[Body]:
    """What every layer makes of the page, also those that are not asked when an earlier one has found enough."""

    def clean(lines: Sequence[Line]) -> Cleaned:
        return clean_lines(lines, titles=titles, rules=rules, captions=page.captions)

    return [Body(cleaned, layer) for layer, cleaned in _layers(page, rules, entry, clean)]


def body_of_entry(entry: Entry, *, rules: Rules, titles: Collection[str]) -> Body | None:
    """The article text of a full-text entry alone, or None."""
    body = Body(clean_lines(html_lines(entry.content or entry.summary or ""), titles=titles, rules=rules), "entry")
    return body if body.size >= LEAST else None


def html_lines(html: str) -> list[Line]:
    """The lines of a piece of HTML or plain text."""
    if "</" not in html and "<br" not in html:
        return [Line(line) for part in html.split("\n") if (line := clean_line(part))]
    root = LexborHTMLParser(html).body
    return read_lines(root, Judge()).lines if root is not None else []


def _layers(page: Page, rules: Rules, entry: Entry | None, clean: Clean) -> Iterator[tuple[str, Cleaned]]:
    if rules.body:
        yield "rules", clean(page.lines_at(rules.body, rules.remove))
    if (lines := _jsonld_lines(page)) is not None:
        yield "json-ld", clean(lines)
    if entry is not None and entry.has_full_text:
        yield "entry", clean(html_lines(entry.content or ""))
    yield from _generic(page, clean)


# --------------------------------------------------------------------------- JSON-LD


def _jsonld_lines(page: Page) -> list[Line] | None:
    """The lines of ``articleBody``, or None when there is none or when the page shows much more of the same text."""
    source = jsonld.body_of(page.jsonld)
    if len(source) < ENOUGH:
        return None
    lines = html_lines(source)
    whole = " ".join(line.text for line in lines)
    shown = [line for line in _region(page.lines) if line.text]
    size = sum(len(line.text) for line in shown if is_prose(line))
    same = any(line.text[:60] in whole for line in shown if is_prose(line))
    if same and size > 1.5 * len(whole):
        return None
    if len(lines) <= 2:
        # One piece without paragraphs: take the page's own lines where they are the same text.
        split = [line for line in shown if line.text in whole or names_source(line.text)]
        if sum(len(line.text) for line in split) > 0.8 * len(whole):
            return split
    return lines


# --------------------------------------------------------------------------- without rules


def _generic(page: Page, clean: Clean) -> Iterator[tuple[str, Cleaned]]:
    lines = page.lines
    container = _container(page, lines)
    if container:
        yield "paragraphs", clean(container)
    densest = _region(lines)
    region = clean(densest)
    dropped = {line.text for line in densest}.difference(region.paragraphs)
    beside = {line.path[-2] for line in densest if len(line.path) > 1 and is_prose(line)}

    def theirs() -> Cleaned:
        kept = [line for line in _trafilatura_lines(lines) if line.text not in dropped]
        foreign = _apart(kept, lines, beside)
        return clean([line for line in kept if line.text not in foreign])

    yield _better(region, theirs)
    yield "paragraphs", clean(_region(page.all_lines))


def _apart(kept: Sequence[Line], lines: Sequence[Line], beside: Collection[int]) -> set[str]:
    """Texts in ``kept`` that stand in none of the blocks, but in ones that begin with a name or with a heading: comments, notes, appeals.

    What begins with headings may be sections of the article, when it is more than a line or two.
    """
    heads = _heads(lines)
    apart = [line for line in kept if len(line.path) > 1 and beside and set(line.path[-3:-1]).isdisjoint(beside) and line.path[-2] in heads]
    headings = [line for line in apart if heads[line.path[-2]].tag in _HEADINGS]
    foreign = apart if len(headings) <= _MOST_APART else [line for line in apart if heads[line.path[-2]].tag not in _HEADINGS]
    size = sum(len(line.text) for line in foreign)
    return {line.text for line in foreign} if 2 * size < sum(len(line.text) for line in kept) else set()


def _heads(lines: Sequence[Line]) -> dict[int, Line]:
    """By their ids the first lines of the blocks that begin with a label or a link."""
    first: dict[int, Line] = {}
    for line in lines:
        for block in line.path[-2:] if line.text else ():
            first.setdefault(block, line)
    return {block: line for block, line in first.items() if not is_sentence(line)}


def _container(page: Page, lines: list[Line]) -> list[Line]:
    """The lines in the element that themes use for the article's body, when it holds an article's worth of text."""
    chosen: list[Line] = []
    most = _ENOUGH_IN_CONTAINER - 1
    for container in page.containers[:50]:
        inside = within(lines, container)
        size = sum(len(line.text) for line in inside if is_prose(line))
        if size > most:
            chosen, most = inside, size
    return chosen


def _region(lines: list[Line]) -> list[Line]:
    """The lines in the element that holds most of the page's prose, counting it for its parent in full and above in part.

    Prose behind a line that ends articles is a second article and does not count, however long.
    """
    scores: dict[int, float] = {}
    blocks: dict[tuple[int, ...], list[int]] = {}
    for line in lines[: find_end(lines)]:
        if (len(line.text) >= 60 and line.links < 0.5) or is_sentence(line):
            blocks.setdefault(line.path, []).append(len(line.text))
    for path, sizes in blocks.items():
        own = path if len(sizes) > 1 else path[:-1] or path
        for share, block in zip((1.0, 0.6, 0.3), reversed(own), strict=False):
            scores[block] = scores.get(block, 0.0) + share * sum(sizes)
    return within(lines, max(scores, key=lambda block: scores[block])) if scores else lines


def _trafilatura_lines(lines: list[Line]) -> list[Line]:
    """What trafilatura makes of the page, with the markup of our own lines where they are the same."""
    if len(lines) > _MOST_LINES_FOR_TRAFILATURA:
        return []
    known = {line.text: line for line in lines}
    return [known.get(text, Line(text)) for text in engine.read_paragraphs(skeleton(lines[: find_end(lines)]))]


def skeleton(lines: Sequence[Line]) -> str:
    """The page reduced to its lines, nested as on the page: what trafilatura needs, at a fraction of the size."""
    parts = ["<html><body>"]
    path: tuple[int, ...] = ()
    for line in lines:
        around = line.path[:-1] if line.tag in _TEXT_TAGS else line.path
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, around, strict=False)))
        parts.append("</div>" * (len(path) - shared) + "<div>" * (len(around) - shared))
        path = around
        tag = line.tag if line.tag in _TEXT_TAGS else "p"
        text = escape(line.text, quote=False)
        parts.append(f"<{tag}><a href='#'>{text}</a></{tag}>" if line.links >= 0.8 else f"<{tag}>{text}</{tag}>")
    return "".join(parts) + "</div>" * len(path) + "</body></html>"


def _better(region: Cleaned, ask: Callable[[], Cleaned]) -> tuple[str, Cleaned]:
    """trafilatura's text, unless it lost paragraphs of the densest region or brought others in front of them."""
    theirs = ask()
    ours, other = sum(map(len, region.paragraphs)), sum(map(len, theirs.paragraphs))
    if not region.paragraphs:
        return "trafilatura", theirs
    if other >= 0.95 * ours and region.paragraphs[0] in theirs.paragraphs:
        before = theirs.paragraphs[: theirs.paragraphs.index(region.paragraphs[0])]
        if all(is_prose(Line(paragraph)) for paragraph in before):
            return "trafilatura", replace(region, paragraphs=_joined(region.paragraphs, theirs.paragraphs))
    return "paragraphs", region


def _joined(region: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """trafilatura's paragraphs, with the subheadings that it lost, and without the labels of the page's foot behind the densest region."""
    known = set(region)
    last = max(number for number, text in enumerate(theirs) if text in known)
    behind = theirs[last + 1 :]
    more = next((number for number, text in enumerate(behind) if not is_sentence(Line(text))), len(behind))
    found = list(theirs[: last + 1 + more])
    for before, text in pairwise(region):
        if text not in theirs and before in found and len(text) < _LONGEST_SUBHEADING:
            found.insert(found.index(before) + 1, text)
    return tuple(found)
