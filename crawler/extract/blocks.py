"""Finds blocks that are no part of the article by how they are built, whatever their words: forms, cards, captions, what stands behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from crawler.extract.lines import Line

_MOST_IN_BOX = 8
_LONGEST_BOX = 500
_MOST_IN_CARD = 6
_MOST_SENTENCES_IN_CARD = 2
_MOST_IN_PICTURE = 2
_LONGEST_CAPTION = 160
_FEWEST_WORDS_OF_HEADLINE = 4
_LEAST_LEFT = 150
_MOST = 0.8
_LINKED = 0.5
_MOST_SENTENCES_BEHIND = 3


def foreign_blocks(lines: Sequence[Line], sentences: Sequence[bool]) -> set[int]:
    """Numbers of the lines in such blocks. ``sentences``: which lines read like article text."""
    if not lines or (
        lines[-1].path[:-1] == lines[0].path[:-1] and not any(line.box or line.picture or line.links > _LINKED for line in lines)
    ):
        return set()
    found = _controls(lines, sentences) | _pictures(lines, sentences) | _excerpts(lines, sentences)
    left = [number for number, sentence in enumerate(sentences) if sentence and number not in found]
    if found and sum(len(lines[number].text) for number in left) < _LEAST_LEFT:
        return set()
    return found | _behind(lines, sentences, left)


def _controls(lines: Sequence[Line], sentences: Sequence[bool]) -> set[int]:
    """Small blocks with a button or a field: a form, a meter, an appeal; none when much of the text stands so."""
    small = [
        inside
        for inside in _grouped(lines, [line.box for line in lines])
        if len(inside) <= _MOST_IN_BOX and _size(lines, inside) < _LONGEST_BOX
    ]
    found = {number for inside in small for number in inside}
    return found if found and 3 * _size(lines, found) < _size(lines, (n for n, sentence in enumerate(sentences) if sentence)) else set()


def _pictures(lines: Sequence[Line], sentences: Sequence[bool]) -> set[int]:
    """Small blocks of a picture and a line or two that are no sentences: captions."""
    return {
        number
        for inside in _grouped(lines, [line.picture for line in lines])
        if len(inside) <= _MOST_IN_PICTURE and not any(sentences[n] or len(lines[n].text) > _LONGEST_CAPTION for n in inside)
        for number in inside
    }


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
    rest = range(last + 1, len(lines))
    behind = sum(sentences[number] for number in rest)
    if not 0 < behind <= _MOST_SENTENCES_BEHIND or sentences[last + 1] or any(block in lines[number].path for number in rest):
        return set()
    return set(rest)


def _main_block(lines: Sequence[Line], left: Sequence[int]) -> int:
    """Id of the innermost block that has nearly all of the text, 0 when there is none."""
    sizes: dict[int, int] = {}
    for number in left:
        for block in lines[number].path:
            sizes[block] = sizes.get(block, 0) + len(lines[number].text)
    enough = _MOST * _size(lines, left)
    longest = max((lines[number].path for number in left), key=len)
    chosen = 0
    for path in (lines[left[0]].path, longest):
        for block in path:
            if sizes[block] >= enough:
                chosen = block
    return chosen


def _grouped(lines: Sequence[Line], blocks: Sequence[int]) -> Iterable[list[int]]:
    groups: dict[int, list[int]] = {}
    for number, block in enumerate(blocks):
        if block and lines[number].text:
            groups.setdefault(block, []).append(number)
    return groups.values()


def _size(lines: Sequence[Line], numbers: Iterable[int] | Collection[int]) -> int:
    return sum(len(lines[number].text) for number in numbers)
