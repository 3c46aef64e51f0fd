"""Finds the terms of a gazetteer in a field of an article: one automaton, then a check of the word around each find.

Knows which words stand where, not what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from core.text import fold, fold_with_offsets
from crawler.detect.endings import LONGEST_ENDING, LONGEST_PREFIX, may_follow, may_precede
from crawler.detect.gazetteer import Term


class Field:
    """A field of an article, folded; the way back to the original is found when first asked for."""

    __slots__ = ("_offsets", "folded", "name", "original")

    def __init__(self, name: str, original: str) -> None:
        self.name, self.original, self.folded = name, original, fold(original)
        self._offsets: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the folded span stands for."""
        if self._offsets is None:
            self._offsets = fold_with_offsets(self.original)[1]
        return self._offsets[start], self._offsets[end - 1] + 1 if end > start else self._offsets[start]

    def begins(self, start: int, words: tuple[str, ...]) -> bool:
        """Whether the original goes on with one of ``words`` where the folded ``start`` stands."""
        if self._offsets is None:
            self._offsets = fold_with_offsets(self.original)[1]
        return self.original.startswith(words, self._offsets[start])

    def words(self, start: int, end: int) -> str:
        """The original words of a folded span."""
        first, last = self.span(start, end)
        return self.original[first:last]


class Hit(NamedTuple):
    """A term in a field; ``start`` and ``end`` enclose the whole words, in the folded text; ``form`` is the spelling without glue."""

    term: Term
    start: int
    end: int
    form: str


class Scanner:
    """All terms in one pass over a text."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._forms: dict[str, list[tuple[Term, set[str]]]] = {}
        for term in terms:
            for form, language in term.forms():
                self._add(form, language, term)
        self._patterns = list(self._forms)
        self._candidates = list(self._forms.values())
        self._arabic = [any("\u0600" <= letter <= "\u06ff" for letter in pattern) for pattern in self._patterns]
        self._automaton = AhoCorasick(self._patterns)

    def _add(self, form: str, language: str, term: Term) -> None:
        known = self._forms.setdefault(form, [])
        for other, languages in known:
            if other is term:
                languages.add(language)
                return
        known.append((term, {language}))

    def scan(self, field: Field) -> list[Hit]:
        """Everything found in a field, for all topics and with overlaps: the only pass over the text."""
        return list(self._valid(field)) if field.folded else []

    def _valid(self, field: Field) -> Iterator[Hit]:
        text, length = field.folded, len(field.folded)
        arabic, candidates, patterns = self._arabic, self._candidates, self._patterns
        for pattern, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            left, right = start, end
            if start and text[start - 1].isalnum():
                left = _word_start(text, start) if arabic[pattern] else -1
                if left < 0:
                    continue
            if end < length and text[end].isalnum():
                right = _word_end(text, end)
                if right < 0:
                    continue
            for term, languages in candidates[pattern]:
                if (right == end or _fits(text[end:right], languages, end - start)) and (not term.spelled or _spelled(field, term, start)):
                    yield Hit(term, left, right, patterns[pattern])


def choose(found: Iterable[Hit], topic: str | None = None) -> list[Hit]:
    """The hits that count for ``topic``, in order: at each place the longest side and the longest damper, unless hidden."""
    kinds: dict[str, list[Hit]] = {"side": [], "mask": [], "damper": [], "idiom": [], "relation": []}
    for hit in found:
        if hit.term.topic is None or hit.term.topic == topic:
            kinds[hit.term.kind].append(hit)
    sides = _longest(_unmasked(kinds["side"], kinds["mask"]))
    dampers = _longest(_unmasked(kinds["damper"], kinds["idiom"]))
    return sorted(sides + dampers + kinds["relation"], key=lambda hit: (hit.start, hit.end))


def _word_start(text: str, start: int) -> int:
    """Where the word begins when clitics stand before ``start``; -1 when something else does."""
    left = start
    while left and text[left - 1].isalnum():
        left -= 1
        if start - left > LONGEST_PREFIX:
            return -1
    return left if may_precede(text[left:start]) else -1


def _word_end(text: str, end: int) -> int:
    """Where the word ends that goes on after ``end``; -1 when that is too far for an ending."""
    right, last = end, min(len(text), end + LONGEST_ENDING + 1)
    while right < last and text[right].isalnum():
        right += 1
    return right if right - end <= LONGEST_ENDING else -1


def _fits(ending: str, languages: set[str], length: int) -> bool:
    return any(may_follow(ending, language, length) for language in languages)


def _spelled(field: Field, term: Term, start: int) -> bool:
    return not "a" <= field.folded[start] <= "z" or field.begins(start, term.spelled)


def _unmasked(sides: list[Hit], masks: list[Hit]) -> list[Hit]:
    """The hits that no mask at least as long overlaps."""
    if not masks:
        return sides
    kept, i = [], 0
    masks = _longest(masks)
    for hit in sorted(sides, key=lambda hit: hit.start):
        while i < len(masks) and masks[i].end <= hit.start:
            i += 1
        hidden = i < len(masks) and masks[i].start < hit.end and masks[i].end - masks[i].start >= hit.end - hit.start
        if not hidden:
            kept.append(hit)
    return kept


def _longest(hits: list[Hit]) -> list[Hit]:
    """Leftmost, then longest, then the longest spelling, without overlaps."""
    if len(hits) < 2:
        return hits
    chosen: list[Hit] = []
    end = -1
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, -len(hit.form), hit.term.name)):
        if hit.start >= end:
            chosen.append(hit)
            end = hit.end
    return chosen
