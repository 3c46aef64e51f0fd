"""Each source's one name: the spellings of ``sources.toml`` and of the definitions of the outlets, and where they stand in a text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from ahocorasick_rs import AhoCorasick

from core.model import Outlet
from core.text import fold, folded_words

TRIM = " \t\n\"'«»“”„‘’()[]{}<>.,،؛;:!?؟|/\\-–—_*•#ـ"
_LABEL = re.compile(r"^\s*(?:ال?مصدر|المصادر|(?:Haber\s+)?Kayna(?:k|ğı)|Source)\s*[:：]\s*", re.I)
_PLACES = {ord(mark): " " for mark in "\u200c\u00a0-\u2010\u2011"} | {ord(mark): '"' for mark in "“”„«»"}
FLAT = {
    code: folded
    for code in (*range(0x41, 0x250), *range(0x600, 0x700), 0x2018, 0x2019, 0x2BC)
    if len(folded := fold(chr(code))) == 1 and folded != chr(code)
} | _PLACES
_PREFIXES = re.compile(r"(?<!\w)(?:[وف]?[لب]|[وفك])$")
_SUFFIX = re.compile(r"y?[eai](?!\w)")
_SORANI_SUFFIX = re.compile(r"ي(?!\w)")
_SHORT = 3  # letters; a Latin name as short as that is written in capitals


def _tables() -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = tomllib.loads(files(__package__).joinpath("sources.toml").read_text("utf-8"))["source"]
    return tables


def _spellings(table: Mapping[str, Any]) -> tuple[str, ...]:
    return (table["name"], *table["aliases"])


@lru_cache(maxsize=1)
def source_aliases() -> Mapping[str, str]:
    """Folded spelling -> the name it is stored under; "" for what only looks like a source."""
    return MappingProxyType({key: table["name"] for table in _tables() for spelling in _spellings(table) if (key := _key(spelling))})


def outlet_aliases(outlets: Iterable[Outlet]) -> dict[str, str]:
    """The spellings of outlets that the built-in table lacks -> the name that they are stored under. The table's names win."""
    found: dict[str, str] = {}
    for outlet in outlets:
        keys = [key for spelling in (outlet.name, *outlet.aliases) if (key := _key(spelling))]
        known = next((name for key in keys if (name := source_aliases().get(key) or found.get(key))), outlet.name)
        found.update({key: known for key in keys if key not in source_aliases() and key not in found})
    return found


class SourceNames:
    """Every known spelling, ready to be found in texts. ``more``: what ``outlet_aliases`` gave."""

    def __init__(self, more: Mapping[str, str] | None = None) -> None:
        self._names = {**(more or {}), **source_aliases()}
        spelled = dict(self._names)
        spelled |= {"لل" + key[2:]: name for key, name in self._names.items() if key.startswith("ال")}
        self._spelled = list(spelled.items())
        self._automaton = AhoCorasick([key for key, _ in self._spelled])

    def canonical(self, name: str) -> str | None:
        """The name under which a source is stored, or None when it is unknown."""
        return self._names.get(_key(name)) or None

    def of(self, outlet: Outlet) -> frozenset[str]:
        """The names under which texts that cite ``outlet`` are stored."""
        spellings = (outlet.name, *outlet.aliases)
        return frozenset((outlet.name, *(name for spelling in spellings if (name := self.canonical(spelling)))))

    def mentions(self, text: str, flat: str) -> Iterator[Mention]:
        """Where known names stand in the text, the longest at each place. ``flat``: the text translated by ``FLAT``."""
        end = -1
        matches = self._automaton.find_matches_as_indexes(flat, overlapping=True)
        for which, start, stop in sorted(matches, key=lambda match: (match[1], -match[2])):
            if start >= end and (mention := self._mention(which, start, stop, text, flat)):
                end = stop
                if mention.name:
                    yield mention

    def _mention(self, which: int, start: int, stop: int, text: str, flat: str) -> Mention | None:
        key, name = self._spelled[which]
        article = key.startswith("لل") and name not in (key, text[start:stop])
        if flat[start - 1 : start].isalnum() and not _PREFIXES.search(flat[max(0, start - 3) : start]):
            return None
        latin = key[0].isascii()
        if flat[stop : stop + 1].isalnum() and not (len(key) >= 3 and (_SUFFIX if latin else _SORANI_SUFFIX).match(flat, stop)):
            return None
        written = text[start:stop]
        capitals = key in _capitals() or len(key) <= _SHORT
        if latin and not (written.isupper() if capitals else written[0].isupper() or written[0].isdigit()):
            return None
        return Mention(start, stop, name, weak=key in _weak(), latin=latin, dropped=article)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text. ``weak``: also a common word. ``dropped``: its article is hidden in a preposition (``للأناضول``)."""

    start: int
    stop: int
    name: str
    weak: bool = False
    latin: bool = False
    dropped: bool = False
    unknown: bool = False


@lru_cache(maxsize=1)
def built_in_names() -> SourceNames:
    """The names in ``sources.toml`` alone."""
    return SourceNames()


def clean_source(text: str | None) -> str | None:
    """An original source as a person would write it: without label, quotes and punctuation; None when nothing is left."""
    if not text:
        return None
    line = next((part for part in _LABEL.sub("", text).splitlines() if part.strip(TRIM)), "")
    return " ".join(line.strip(TRIM).split()) or None


@lru_cache(maxsize=1)
def _weak() -> frozenset[str]:
    """Keys of the spellings that are also common words."""
    single = (spelling for table in _tables() if table.get("ambiguous") for spelling in _spellings(table) if " " not in _key(spelling))
    told = (spelling for table in _tables() for spelling in table.get("weak", ()))
    return frozenset(_key(spelling) for spelling in (*single, *told))


@lru_cache(maxsize=1)
def _capitals() -> frozenset[str]:
    """Keys of the spellings that are written in capitals: SANA is an agency, "sana" a word."""
    spellings = (spelling for table in _tables() for spelling in _spellings(table))
    return frozenset(_key(spelling) for spelling in spellings if spelling.isupper() and spelling.isalpha())


def _key(spelling: str) -> str:
    return " ".join(folded_words(spelling))
