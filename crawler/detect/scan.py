"""Finds the terms of a gazetteer in a field of an article: one automaton, then a check of the word around each find.

Knows which words stand where, not what follows from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from core.text import fold, fold_offsets
from crawler.detect.endings import LONGEST_ENDING, LONGEST_PREFIX, may_follow, may_precede
from crawler.detect.gazetteer import Term

_SENTENCE_END = re.compile(r"[.!?؟\n](?:(?=\s|$)|(?<=\n))")  # one class of letters at its head is searched for twice as fast
_MOST_WORDS = 10_000
"""How many words with their clitics and endings are remembered; then the memory starts anew."""
_BLANKS = frozenset(" \n'،,.:")
_HIDING = ("mask", "idiom")
_LONGEST_FORM = 100
_MOST_HITS = 400
"""Hits of a field that are looked at: no honest 1,000 characters hold more."""


class Field:
    """A field of an article, folded; the way back to the original is found when first asked for.

    ``chosen``: the hits that count, by topic.
    """

    __slots__ = ("_ends", "_offsets", "chosen", "folded", "hits", "name", "original")

    def __init__(self, name: str, original: str) -> None:
        self.name, self.original, self.folded = name, original, fold(original) if original else ""
        self.hits: list[Hit] | None = None
        self.chosen: dict[str, list[Hit]] = {}
        self._offsets: Sequence[int] | None = None
        self._ends: list[int] | None = None

    def sentence_ends(self) -> list[int]:
        """Where the sentences of the folded text end."""
        if self._ends is None:
            self._ends = [found.end() for found in _SENTENCE_END.finditer(self.folded)]
        return self._ends

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the folded span stands for."""
        if self._offsets is None:
            self._offsets = fold_offsets(self.original)
        return self._offsets[start], self._offsets[end - 1] + 1 if end > start else self._offsets[start]

    def begins(self, start: int, words: tuple[str, ...]) -> bool:
        """Whether the original goes on with one of ``words`` where the folded ``start`` stands."""
        if self._offsets is None:
            self._offsets = fold_offsets(self.original)
        return self.original.startswith(words, self._offsets[start])

    def words(self, start: int, end: int) -> str:
        """The original words of a folded span."""
        first, last = self.span(start, end)
        return self.original[first:last]


class Hit(NamedTuple):
    """A term in a field; ``start`` and ``end`` enclose the whole words, in the folded text; ``form`` is the spelling without glue.

    Hits sort by their place: leftmost, then longest (``reach`` is ``-end``), then by ``rank``, what should win between equals.
    """

    start: int
    reach: int
    rank: int
    term: Term
    end: int
    form: str


Candidate = tuple[Term, frozenset[str], int]
"""A term that a spelling may stand for, in which languages, and its rank among terms spelled as long."""


class Scanner:
    """All terms in one pass over a text."""

    def __init__(self, terms: Iterable[Term]) -> None:
        forms, self._step = _forms_of(terms)
        self._patterns = list(forms)
        self._candidates = list(forms.values())
        self._arabic = [any("\u0600" <= letter <= "\u06ff" for letter in pattern) for pattern in self._patterns]
        self._automaton = AhoCorasick(self._patterns)
        self._known: dict[tuple[int, str, str], tuple[Candidate, ...]] = {}
        self._bare = [self._fitting((pattern, "", "")) for pattern in range(len(self._patterns))]

    def scan(self, field: Field) -> list[Hit]:
        """Everything found in a field, for all topics and with overlaps: the only pass over the text."""
        if field.hits is None:
            field.hits = self._scan(field)
        return field.hits

    def _scan(self, field: Field) -> list[Hit]:
        text = field.folded
        if not text:
            return []
        length = len(text)
        hits: list[Hit] = []
        arabic, patterns, known, bare, step = self._arabic, self._patterns, self._known, self._bare, self._step
        for pattern, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            left, right = start, end
            if start and text[start - 1] not in _BLANKS and text[start - 1].isalnum():
                left = _word_start(text, start) if arabic[pattern] else -1
                if left < 0:
                    continue
            if end < length and text[end] not in _BLANKS and text[end].isalnum():
                right = _word_end(text, end)
                if right < 0:
                    continue
            if left == start and right == end:
                terms = bare[pattern]
            else:
                key = (pattern, text[left:start], text[end:right])
                terms = known.get(key) or self._terms(key)
            form = patterns[pattern]
            for term, _, rank in terms:
                if not term.spelled or _spelled(field, term, form, start):
                    hits.append(Hit(left, -right, rank - step * min(len(form), _LONGEST_FORM), term, right, form))
            if len(hits) > _MOST_HITS:
                break
        return hits

    def _terms(self, key: tuple[int, str, str]) -> tuple[Candidate, ...]:
        """The terms that a pattern stands for with these letters glued to it, and their ranks."""
        if key in self._known:
            return self._known[key]
        if len(self._known) >= _MOST_WORDS:
            self._known.clear()
        found = self._known[key] = self._fitting(key)
        return found

    def _fitting(self, key: tuple[int, str, str]) -> tuple[Candidate, ...]:
        pattern, prefix, ending = key
        length = len(self._patterns[pattern])
        every = self._candidates[pattern]
        fitting = tuple(
            candidate
            for candidate in every
            if any(may_follow(ending, kind, length) and (not prefix or may_precede(prefix, kind)) for kind in candidate[1])
        )
        return every if len(fitting) == len(every) else fitting  # a copy for every spelling would take a megabyte


def _forms_of(terms: Iterable[Term]) -> tuple[dict[str, tuple[Candidate, ...]], int]:
    """Each folded spelling with the terms it may stand for, and how much a letter more weighs in the rank of a find.

    What hides others wins, then the longer spelling, then what says more. Nothing is kept twice: every word would take megabytes.
    """
    every = sorted(terms, key=lambda term: (term.kind not in _HIDING, -term.total, term.name))
    shared: dict[frozenset[str], frozenset[str]] = {}
    alike: dict[tuple[int, ...], tuple[Candidate, ...]] = {}
    forms: dict[str, tuple[Candidate, ...]] = {}
    for place, whole in enumerate(every):
        term = replace(whole, spellings=())  # they are read once
        rank = place if term.kind in _HIDING else place + _LONGEST_FORM * len(every)
        own: dict[frozenset[str], Candidate] = {}
        for form, language in whole.forms():
            *others, last = forms.get(form) or (None,)
            if last is not None and last[0] is term:
                languages = last[1] | {language}
            else:
                others, languages = [*others, last] if last else [], frozenset((language,))
            languages = shared.setdefault(languages, languages)
            fitting = (*others, own.setdefault(languages, (term, languages, rank)))
            forms[form] = alike.setdefault(tuple(map(id, fitting)), fitting)
    return forms, len(every)


def choose(found: Iterable[Hit], topic: str | None = None, *, implied: bool = True) -> list[Hit]:
    """The hits that count for ``topic``, in order: at each place the longest side and the longest damper, unless hidden.

    ``found`` is in the order of the text; after the first word that opens a tail of related headlines nothing counts. ``implied``: also
    those that only imply a side.
    """
    sides, dampers, others = [], [], []
    for hit in found:
        term = hit.term
        if term.kind == "tail":
            break
        if (term.topic is None or term.topic == topic) and (implied or not term.implied):
            if term.kind == "side" or term.kind == "mask":
                sides.append(hit)
            elif term.kind == "damper" or term.kind == "idiom":
                dampers.append(hit)
            else:
                others.append(hit)
    others += _longest(sides)
    others += _longest(dampers)
    others.sort()
    return others


def _longest(hits: list[Hit]) -> list[Hit]:
    """Without overlaps, the first in their order; what hides others wins and is dropped."""
    if len(hits) < 2:
        return [hit for hit in hits if hit.term.kind not in _HIDING]
    hits.sort()
    chosen: list[Hit] = []
    end = -1
    for hit in hits:
        if hit.start >= end:
            end = hit.end
            if hit.term.kind not in _HIDING:
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


def _spelled(field: Field, term: Term, pattern: str, start: int) -> bool:
    """Whether it begins as it must; where all is in capitals, US may be a pronoun."""
    if not "a" <= field.folded[start] <= "z":
        return True
    return field.begins(start, term.spelled) and (pattern != "us" or not field.original.isupper())
