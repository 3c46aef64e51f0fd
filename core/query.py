"""What a person types to search, read into words and their forms. Pure; how a database is asked stands in ``storage.search``.

Folds as detection does. Arabic words match behind clitics (سوريا finds وبسوريا and السوريا), a word written with the article only its
definite forms (الباب finds وبالباب and للباب, not باب). Words in Latin letters match as beginnings (Suriye finds Suriyeli), because Turkish
and English put everything behind. In quotes the words stand as they are written, in that order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.text import fold, fold_with_offsets

MOST_WORDS = 32
_QUOTES = str.maketrans("“”„«»", '"""""')
_PARTS = re.compile(r'"([^"]*)(?:"|$)(\*?)|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")
_OR, _AND = ("OR", "|", "||"), ("AND", "&", "&&")
_SHORTEST_OPEN = 4
"""Letters of a Latin word that matches longer ones: ``port`` would find Portugal, ``the`` too much."""
_SHORTEST_GLUED = 3
"""Letters of an Arabic word before which clitics may stand."""
_CONJUNCTIONS = ("", "و", "ف")
_DEFINITE = ("ال", "بال", "كال", "لل")
_PREFIXES = tuple(c + p for c in _CONJUNCTIONS for p in ("", "ب", "ل", "ك", "س", *_DEFINITE))
_DEFINITE_PREFIXES = tuple(c + p for c in _CONJUNCTIONS for p in _DEFINITE)
_GLUE = tuple(c + p for c in _CONJUNCTIONS for p in ("", "ب", "ل", "ك"))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words that stand side by side. ``firsts``: what may stand for the first of them; ``open``: the last may go on."""

    firsts: tuple[str, ...]
    rest: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All of the clauses must hold; a clause holds when one of its phrases occurs."""

    clauses: tuple[tuple[Phrase, ...], ...]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where words of the query stand in the text, as offsets in its original, in order."""
        folded, offsets = fold_with_offsets(text)
        words = [(found[0], found.start(), found.end()) for found in _WORD.finditer(folded)]
        spelled = [word for word, _, _ in words]
        found: set[int] = set()
        for phrase in (phrase for clause in self.clauses for phrase in clause):
            for i in range(len(words)):
                if _stands(phrase, spelled, i):
                    found.update(range(i, i + 1 + len(phrase.rest)))
        return [(offsets[words[i][1]], offsets[words[i][2] - 1] + 1) for i in sorted(found)]


def search_words(text: str) -> str:
    """The words of a text as they are indexed: folded, joined by single blanks."""
    return " ".join(_WORD.findall(fold(text)))


def parse_query(text: str) -> Query:
    """Reads what was typed: words, ``"a phrase"``, ``begin*``, ``this OR that``; all words must occur. Never fails on punctuation.

    Raises ValueError with a sentence when there is no word in it, or too many.
    """
    clauses: list[tuple[Phrase, ...]] = []
    joined = False
    for part in _PARTS.finditer(text.translate(_QUOTES)):
        if part[3] in _OR:
            joined = bool(clauses)
            continue
        if part[3] in _AND:
            continue
        phrase = _quoted(part[1], star=bool(part[2])) if part[3] is None else _typed(part[3])
        if phrase is None:
            continue
        if joined:
            clauses[-1] = (*clauses[-1], phrase)
        else:
            clauses.append((phrase,))
        joined = False
    if not clauses:
        raise ValueError('there is no word to search for; write one or more words, or a "phrase" in quotes')
    if sum(1 + len(phrase.rest) for clause in clauses for phrase in clause) > MOST_WORDS:
        raise ValueError(f"that is more than {MOST_WORDS} words; search for fewer")
    return Query(tuple(clauses))


def _quoted(text: str, *, star: bool) -> Phrase | None:
    words = _WORD.findall(fold(text))
    if not words:
        return None
    glued = _is_arabic(words[0]) and len(words[0]) >= _SHORTEST_GLUED
    firsts = _glued(words[0]) if glued and len(words) > 1 else (words[0],)
    return Phrase(firsts, tuple(words[1:]), star)


def _typed(text: str) -> Phrase | None:
    folded = fold(text)
    stem, apostrophe, _ = folded.partition("'")
    if apostrophe and len(stem) >= _SHORTEST_GLUED and stem.isalpha():
        folded = stem  # Suriye'nin asks for Suriye
    words = _WORD.findall(folded)
    if not words:
        return None
    last = words[-1]
    starred = folded.endswith("*")
    opened = starred or (not _is_arabic(last) and last.isalpha() and len(last) >= _SHORTEST_OPEN)
    return Phrase(_forms(words[0]), tuple(words[1:]), opened)


@lru_cache(maxsize=256)
def _forms(word: str) -> tuple[str, ...]:
    """The word behind every clitic; one with the article keeps it."""
    if not _is_arabic(word) or len(word) < _SHORTEST_GLUED:
        return (word,)
    if word.startswith("ال") and len(word) > 4:
        return tuple(prefix + word[2:] for prefix in _DEFINITE_PREFIXES)
    return tuple(prefix + word for prefix in _PREFIXES)


def _glued(word: str) -> tuple[str, ...]:
    """The word as it is written, behind what can be glued to it."""
    forms = [prefix + word for prefix in _GLUE]
    if word.startswith("ال") and len(word) > 4:
        forms = [form.replace("لال", "لل", 1) if prefix.endswith("ل") else form for prefix, form in zip(_GLUE, forms, strict=True)]
    return tuple(forms)


def _is_arabic(word: str) -> bool:
    return "\u0600" <= word[0] <= "\u06ff"


def _stands(phrase: Phrase, words: Sequence[str], i: int) -> bool:
    return any(all(map(_fits, wanted, words[i : i + len(wanted)], _opens(wanted, phrase))) for wanted in _spelled(phrase, words, i))


def _spelled(phrase: Phrase, words: Sequence[str], i: int) -> Iterator[tuple[str, ...]]:
    if i + 1 + len(phrase.rest) <= len(words):
        yield from ((first, *phrase.rest) for first in phrase.firsts)


def _opens(wanted: Sequence[str], phrase: Phrase) -> list[bool]:
    return [False] * (len(wanted) - 1) + [phrase.open]


def _fits(wanted: str, word: str, is_open: bool) -> bool:
    return word.startswith(wanted) if is_open else word == wanted
