"""Finds lines that are no part of the article by the block they stand in: forms, cards, boxes, captions, lists, what stands behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from core.text import fold
from crawler.extract.boilerplate import BOX, FEWEST_PROVINCES, PROVINCES
from crawler.extract.labels import is_credit, is_invitation, is_post
from crawler.extract.lines import Line
from crawler.extract.prose import PROSE, SUBHEADINGS, is_prose, is_sentence

_MOST_IN_BOX = 8
_LONGEST_BOX = 500
_MOST_IN_CARD = 6
_MOST_SENTENCES_IN_CARD = 2
_MOST_IN_PICTURE = 2
_LONGEST_CAPTION = 160
_FEWEST_WORDS_OF_HEADLINE = 4
_LEAST_LEFT = 150
_MOST_IN_POST = 4
_FEWEST_SLIDES = 3
_SHORTEST_QUOTE = 45
_MOST_QUOTES = 50
_LONGEST_CARD_TEXT = 300
_EDGES = " .…«»“”\"'‘’„:"
_MOST = 0.8
_LINKED = 0.5
_MOST_SENTENCES_BEHIND = 3


def foreign_lines(lines: Sequence[Line]) -> set[int]:
    """Numbers of the lines in such blocks."""
    return _cards(lines) | _labels(lines) | _province_lines(lines) | _boxes(lines) | _credits(lines) | _built_apart(lines)


def _cards(lines: Sequence[Line]) -> set[int]:
    """Numbers of the lines in small blocks that present another article: its headline as a link, and labels, but no paragraph."""
    links = [line for line in lines if line.links >= 0.9 and len(line.path) >= 3 and len(line.text.split()) >= 4]
    if not links:
        return set()
    prose = {block for line in lines if is_prose(line) for block in line.path}
    blocks: dict[int, list[int]] = {line.path[-2]: [] for line in links if line.path[-2] not in prose} if prose else {}
    for number, line in enumerate(lines):
        for block in blocks.keys() & set(line.path):
            blocks[block].append(number)
    return {number for inside in blocks.values() if 1 < len(inside) <= _MOST_IN_CARD for number in inside}


def _boxes(lines: Sequence[Line]) -> set[int]:
    """Numbers of the lines in small blocks inside the article that a heading calls a newsletter, a fund drive or the like."""
    found: set[int] = set()
    for number, line in enumerate(lines):
        if len(line.text) >= PROSE or not BOX.match(line.text):
            continue
        found.add(number)
        for block in line.path[:-3:-1]:
            inside = [place for place, other in enumerate(lines) if block in other.path]
            if 1 < len(inside) <= _MOST_IN_BOX and 2 * sum(is_sentence(lines[place]) for place in inside) < sum(map(is_sentence, lines)):
                found.update(inside)
    return found


def _credits(lines: Sequence[Line]) -> set[int]:
    """Numbers of captions and agencies that stand before a paragraph."""
    found = {number for number, line in enumerate(lines) if is_credit(line.text)}
    last = max((number for number, line in enumerate(lines) if is_sentence(line)), default=0) if found else 0
    return {number for number in found if number < last}


def _province_lines(lines: Sequence[Line]) -> set[int]:
    """Numbers of the lines of a list of provinces, one a line."""
    found: set[int] = set()
    run: list[int] = []
    for number, line in enumerate((*lines, Line(""))):
        if 2 < len(line.text) < 20 and fold(line.text) in PROVINCES:
            run.append(number)
            continue
        found.update(run if len(run) >= FEWEST_PROVINCES else ())
        run = []
    return found


def _labels(lines: Sequence[Line]) -> set[int]:
    """Numbers of short labels right before somebody else's headline."""
    return {
        number
        for number, (line, following) in enumerate(pairwise(lines))
        if line.links < 0.5
        and 0 < len(line.text) < 40
        and len(line.text.split()) <= 5
        and not line.text.endswith((".", "!", "?", "؟"))
        and following.links >= 0.9
        and 3 <= len(following.text.split()) <= 40
    }


def _built_apart(lines: Sequence[Line]) -> set[int]:
    """Numbers of the lines in blocks that give themselves away by how they are built, whatever their words."""
    if not lines or (lines[-1].path[:-1] == lines[0].path[:-1] and not any(map(_is_marked, lines))):
        return set()
    sentences = [is_sentence(line) for line in lines]
    found = _controls(lines, sentences) | _pictures(lines, sentences) | _excerpts(lines, sentences) | _posts(lines)
    found |= _slides(lines, sentences) | _quotes(lines) | _invitations(lines, sentences)
    left = [number for number, sentence in enumerate(sentences) if sentence and number not in found]
    if found and sum(len(lines[number].text) for number in left) < _LEAST_LEFT:
        return set()
    return found | _behind(lines, sentences, left)


def _is_marked(line: Line) -> bool:
    return bool(line.box or line.picture) or line.links > _LINKED or line.tag != "p" or not line.text.endswith(".")


def _controls(lines: Sequence[Line], sentences: Sequence[bool]) -> set[int]:
    """Small blocks with a button or a field: a form, a meter, an appeal; none when much of the text stands so."""
    small = [
        inside
        for inside in _grouped(lines, [line.box for line in lines])
        if len(inside) <= _MOST_IN_BOX and _size(lines, inside) < _LONGEST_BOX
    ]
    found = {number for inside in small for number in inside}
    return found if found and 3 * _size(lines, found) < _size(lines, (n for n, sentence in enumerate(sentences) if sentence)) else set()


def _invitations(lines: Sequence[Line], sentences: Sequence[bool]) -> set[int]:
    """Small blocks that begin with words such as *Subscribe*: what follows in them says what for."""
    found: set[int] = set()
    size = _size(lines, (number for number, sentence in enumerate(sentences) if sentence))
    for number, line in enumerate(lines):
        if len(line.path) < 3 or sentences[number] or (number and line.path[-2] in lines[number - 1].path) or not is_invitation(line.text):
            continue
        inside = _run(lines, number, line.path[-2])
        if len(inside) < _MOST_IN_CARD and 3 * _size(lines, inside) < size:
            found.update(inside)
    return found


def _pictures(lines: Sequence[Line], sentences: Sequence[bool]) -> set[int]:
    """Small blocks of a picture and a line or two that are no sentences: captions."""
    return {
        number
        for inside in _grouped(lines, [line.picture for line in lines])
        if len(inside) <= _MOST_IN_PICTURE
        and not any(sentences[n] or len(lines[n].text) > _LONGEST_CAPTION or lines[n].tag in SUBHEADINGS for n in inside)
        for number in inside
    }


def _posts(lines: Sequence[Line]) -> set[int]:
    """Small blocks that end with whose post they show: *Name (@name) 3 November 2026*, *t.me/name/12*."""
    found: set[int] = set()
    for number, line in enumerate(lines):
        if len(line.path) < 2 or not is_post(line.text):
            continue
        for block in (line.path[-1], line.path[-2]):
            inside = [place for place in range(max(0, number - _MOST_IN_CARD), min(len(lines), number + 2)) if block in lines[place].path]
            if len(inside) > 1:
                found.update(inside if len(inside) <= _MOST_IN_POST and _size(lines, inside) < _LONGEST_BOX else ())
                break
    return found


def _slides(lines: Sequence[Line], sentences: Sequence[bool]) -> set[int]:
    """Pictures in a row with a sentence each, beside text that stands elsewhere: a gallery."""
    found: set[int] = set()
    row: list[int] = []
    for number in range(len(lines) + 1):
        line = lines[number] if number < len(lines) else None
        if line is not None and line.picture and len(line.text) <= _LONGEST_CAPTION and (not row or line.picture != lines[row[-1]].picture):
            row.append(number)
            continue
        found.update(row if len(row) >= _FEWEST_SLIDES else ())
        row = []
    elsewhere = sum(sentence for number, sentence in enumerate(sentences) if number not in found)
    return found if elsewhere > len(found) else set()


def _quotes(lines: Sequence[Line]) -> set[int]:
    """Lines that repeat a part of a paragraph, set apart to be seen."""
    short = [
        number for number, line in enumerate(lines) if _SHORTEST_QUOTE <= len(line.text) < _LONGEST_CARD_TEXT and not _is_paragraph(line)
    ]
    if len(short) > _MOST_QUOTES:
        return set()
    return {
        number for number in short if any(_is_part(lines[number].text, line.text) for place, line in enumerate(lines) if place != number)
    }


def _is_paragraph(line: Line) -> bool:
    return (line.tag == "p" and line.text.endswith(".")) or line.tag in SUBHEADINGS


def _is_part(text: str, of: str) -> bool:
    bare = text.strip(_EDGES)
    return len(of) > len(text) and bare in of


def _excerpts(lines: Sequence[Line], sentences: Sequence[bool]) -> set[int]:
    """Small blocks that begin with a linked headline and go on with the beginning of its article."""
    found: set[int] = set()
    for number, line in enumerate(lines):
        if line.links < 0.9 or number in found or len(line.path) < 3 or len(line.text.split()) < _FEWEST_WORDS_OF_HEADLINE:
            continue
        block = line.path[-2]
        if number and block in lines[number - 1].path:
            continue
        behind = _run(lines, number, block)
        if len(behind) <= _MOST_IN_CARD and 1 <= sum(sentences[n] for n in behind) <= _MOST_SENTENCES_IN_CARD:
            found.update(behind)
    return found


def _run(lines: Sequence[Line], start: int, block: int) -> list[int]:
    """Numbers of the lines from ``start`` that stand in the block; one more than a card has is enough."""
    inside = [start]
    for number in range(start + 1, min(len(lines), start + _MOST_IN_CARD + 1)):
        if block not in lines[number].path:
            break
        inside.append(number)
    return inside


def _behind(lines: Sequence[Line], sentences: Sequence[bool], left: Sequence[int]) -> set[int]:
    """Lines behind the block that has nearly all of the text, when they begin with a label: a biography, a note, an appeal."""
    if len(left) < 3 or lines[-1].path[:-1] == lines[left[0]].path[:-1]:
        return set()
    block = _main_block(lines, left)
    last = max((number for number in left if block in lines[number].path), default=len(lines) - 1)
    found: set[int] = set()
    start = last + 1
    while start < len(lines):
        box = next((block for block in lines[start].path if block not in lines[last].path), 0)
        inside = _run(lines, start, box)
        if not box or sentences[start] or not 0 < sum(sentences[number] for number in inside) <= _MOST_SENTENCES_BEHIND:
            break
        found.update(range(start, inside[-1] + 1))
        start = inside[-1] + 1
    return found


def _main_block(lines: Sequence[Line], left: Sequence[int]) -> int:
    """Id of the innermost block that has nearly all of the text, 0 when there is none."""
    sizes: dict[int, int] = {}
    for number in left:
        for block in lines[number].path:
            sizes[block] = sizes.get(block, 0) + len(lines[number].text)
    enough = _MOST * _size(lines, left)
    paths = (lines[left[0]].path, max((lines[number].path for number in left), key=len))
    deep = [(depth, block) for path in paths for depth, block in enumerate(path) if sizes[block] >= enough]
    return max(deep, default=(0, 0))[1]


def _grouped(lines: Sequence[Line], blocks: Sequence[int]) -> Iterable[list[int]]:
    groups: dict[int, list[int]] = {}
    for number, block in enumerate(blocks):
        if block and lines[number].text:
            groups.setdefault(block, []).append(number)
    return groups.values()


def _size(lines: Sequence[Line], numbers: Iterable[int] | Collection[int]) -> int:
    return sum(len(lines[number].text) for number in numbers)
