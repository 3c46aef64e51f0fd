"""Finds the terms of a gazetteer in a field of an article: one automaton, then a check of the word around each find.

Knows which words stand where, not what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from core.text import fold, fold_with_offsets
from crawler.detect.endings import LONGEST_ENDING, LONGEST_PREFIX, may_follow, may_precede
from crawler.detect.gazetteer import Term

_MOST_WORDS = 50_000
"""How many words with their clitics and endings are remembered; then the memory starts anew."""
_MOST_HITS = 400
"""Hits of a field that are looked at: no honest 1,000 characters hold more."""


class Field:
    """A field of an article, folded; the way back to the original is found when first asked for."""

    __slots__ = ("_offsets", "folded", "name", "original")

    def __init__(self, name: str, original: str) -> None:
        self.name, self.original, self.folded = name, original, fold(original) if original else ""
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
        self._known: dict[tuple[int, str, str], tuple[Term, ...]] = {}

    def _add(self, form: str, language: str, term: Term) -> None:
        known = self._forms.setdefault(form, [])
        for other, languages in known:
            if other is term:
                languages.add(language)
                return
        known.append((term, {language}))

    def scan(self, field: Field) -> list[Hit]:
        """Everything found in a field, for all topics and with overlaps: the only pass over the text."""
        text = field.folded
        if not text:
            return []
        length, hits = len(text), []
        arabic, patterns, known = self._arabic, self._patterns, self._known
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
            key = (pattern, text[left:start], text[end:right])
            terms = known.get(key)
            if terms is None:
                terms = self._terms(key)
            for term in terms:
                if not term.spelled or _spelled(field, term, start):
                    hits.append(Hit(term, left, right, patterns[pattern]))
            if len(hits) > _MOST_HITS:
                break
        return hits

    def _terms(self, key: tuple[int, str, str]) -> tuple[Term, ...]:
        """The terms that a pattern stands for with these letters glued to it."""
        pattern, prefix, ending = key
        length = len(self._patterns[pattern])
        found = tuple(
            term
            for term, languages in self._candidates[pattern]
            if any(may_follow(ending, kind, length) and (not prefix or may_precede(prefix, kind)) for kind in languages)
        )
        if len(self._known) >= _MOST_WORDS:
            self._known.clear()
        self._known[key] = found
        return found


def choose(found: Iterable[Hit], topic: str | None = None) -> list[Hit]:
    """The hits that count for ``topic``, in order: at each place the longest side and the longest damper, unless hidden.

    ``found`` is in the order of the text; after the first word that opens a tail of related headlines nothing counts.
    """
    sides, dampers, others = [], [], []
    for hit in found:
        term = hit.term
        if term.kind == "tail":
            break
        if term.topic is None or term.topic == topic:
            if term.kind == "side" or term.kind == "mask":
                sides.append(hit)
            elif term.kind == "damper" or term.kind == "idiom":
                dampers.append(hit)
            else:
                others.append(hit)
    others += _longest(sides, "mask")
    others += _longest(dampers, "idiom")
    others.sort(key=lambda hit: (hit.start, hit.end))
    return others


def _longest(hits: list[Hit], hiding: str) -> list[Hit]:
    """Leftmost, then longest, then the longest spelling, then what says most, without overlaps; what is of the kind ``hiding`` wins ties and is dropped."""
    if not hits:
        return hits
    if len(hits) == 1:
        return [] if hits[0].term.kind == hiding else hits
    chosen: list[Hit] = []
    end = -1
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.term.kind != hiding, -len(hit.form), -hit.term.total, hit.term.name)):
        if hit.start >= end:
            end = hit.end
            if hit.term.kind != hiding:
                chosen.append(hit)
    return chosen


def _word_start(text: str, start: int) -> int:
    """Where the word begins that holds ``start``; -1 when that is too far for clitics."""
    left = start
    while left and text[left - 1].isalnum():
        left -= 1
        if start - left > LONGEST_PREFIX:
            return -1
    return left


def _word_end(text: str, end: int) -> int:
    """Where the word ends that goes on after ``end``; -1 when that is too far for an ending."""
    right, last = end, min(len(text), end + LONGEST_ENDING + 1)
    while right < last and text[right].isalnum():
        right += 1
    return right if right - end <= LONGEST_ENDING else -1


def _spelled(field: Field, term: Term, start: int) -> bool:
    return not "a" <= field.folded[start] <= "z" or field.begins(start, term.spelled)
