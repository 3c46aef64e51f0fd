"""The gazetteer: reads the TOML files beside it and the user's topics into terms and their folded spellings. Knows no decision."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from core.text import fold

_FOLDER = Path(__file__).parent / "gazetteer"
_LANGUAGES = ("ar", "stem", "ar_verb", "tr", "tr_stem", "en", "en_stem", "ku", "ckb", "fa")
_SOFTENED = {"p": "b", "t": "d", "k": "g"}
_LETTERS = "çğıöşüâêîûÇĞİÖŞÜÂÊÎÛ"
_BEGINNING = 5
"""How many letters of a spelling tell it from others written alike."""
_OUTSIDE = 0.6
"""What is left of a term's weight outside the time in which it holds."""


@dataclass(frozen=True, slots=True)
class Term:
    """One name and whom it speaks for.

    ``kind``: ``side``, ``relation``, ``passing`` (says that what follows is one among others), ``damper``, ``idiom`` (hides dampers) or
    ``mask`` (hides sides). ``weak``: a damper that counts only with others. ``country``: counts in enumerations. ``adjective``: may
    stand for goods and persons too. ``implied``: ``institution`` or ``act`` that a Turkish text need not call Turkish. ``actor``: does
    such acts itself. ``party``: deals with other parties of its own country. ``spelled``: a Latin spelling counts only when the
    original begins so. ``since``, ``until``: when it holds. ``topic``: the user's topic it belongs to, None for all. ``spellings``:
    (language, spelling).
    """

    name: str
    kind: str
    sides: Mapping[str, float] = field(default_factory=dict)
    damper: float = 0.0
    weak: bool = False
    country: bool = False
    implied: str = ""
    actor: bool = False
    party: bool = False
    adjective: bool = False
    since: date | None = None
    until: date | None = None
    spelled: tuple[str, ...] = ()
    topic: str | None = None
    spellings: tuple[tuple[str, str], ...] = ()
    _weights: dict[tuple[tuple[str, ...], date | None], tuple[float, ...]] = field(default_factory=dict, compare=False, repr=False)

    def forms(self) -> Iterator[tuple[str, str]]:
        """(folded spelling, language), with the forms that للـ and Turkish vowels give to names (الشرع ► للشرع, Halep ► Haleb-i)."""
        for language, spelling in self.spellings:
            folded = fold(spelling)
            yield folded, language
            if language in ("tr", "tr_stem") and folded[-1:] in _SOFTENED and len(folded) > 4:
                yield folded[:-1] + _SOFTENED[folded[-1]], "tr_soft" if language == "tr" else language
            if language in ("ar", "any") and folded.startswith("ال") and len(folded) > 4:
                yield "لل" + folded[2:], language

    @property
    def total(self) -> float:
        """How much it says of all sides together."""
        return sum(self.sides.values())

    def weights(self, sides: tuple[str, ...], day: date | None) -> tuple[float, ...]:
        """How strongly it speaks for each side in an article of that day (None: unknown, then time does not matter).

        Empty when it speaks for none of them.
        """
        if day is not None and self.since is None and self.until is None:
            day = None
        known = self._weights.get((sides, day))
        if known is None:
            holds = day is None or (self.since or day) <= day <= (self.until or day)
            known = tuple([self.sides.get(side, 0.0) * (1.0 if holds else _OUTSIDE) for side in sides])
            known = self._weights[sides, day] = known if any(known) else ()
        return known


@cache
def builtin_terms() -> tuple[Term, ...]:
    """Every term of the TOML files, in the order of file names and of the files."""
    return tuple(term for path in sorted(_FOLDER.glob("*.toml")) for term in _read(tomllib.loads(path.read_text(encoding="utf-8"))))


@cache
def builtin_sides() -> frozenset[str]:
    """Sides that a user's topic may name without bringing terms."""
    return frozenset(side for term in builtin_terms() for side in term.sides if side != "others")


def user_terms(topic: str, sides: Sequence[tuple[str, Sequence[str], float]], exclusions: Sequence[str]) -> Iterator[Term]:
    """The terms of a user's topic: (side, spellings, weight) and words that hide others."""
    for side, spellings, weight in sides:
        for spelling in spellings:
            if fold(spelling).strip():
                yield Term(spelling, "side", {side: max(0.0, min(weight, 1.0))}, topic=topic, spellings=(("any", spelling.strip()),))
    for spelling in exclusions:
        if fold(spelling).strip():
            yield Term(spelling, "mask", topic=topic, spellings=(("any", spelling.strip()),))


def _read(file: dict[str, Any]) -> Iterator[Term]:
    kind, side = file.get("kind", "side"), file.get("side")
    yield from _read_surnames(file)
    for key, table in file.items():
        if not isinstance(table, dict):
            continue
        spellings = _spellings(table)
        name, spelled = table.get("name", key), _beginnings(table)
        if kind == "context":
            damper = float(table.get("damper", 0.0))
            context = "damper" if damper else "idiom" if "hides" in table else str(table.get("speaks", "relation"))
            small = tuple(table.get("spelled", ()))  # HUMUS, in capitals, is the city
            yield Term(name, context, damper=damper, spelled=small, spellings=spellings)
            yield Term(name, context, damper=damper, weak=True, spellings=_spellings(table.get("weak", {})))
        elif kind == "mask":
            yield Term(key, "mask", spellings=spellings)
        elif kind == "country":
            name = table.get("name", key.capitalize())
            yield Term(name, "side", {key: 1.0}, country=True, spelled=spelled, spellings=spellings)
            yield Term(name, "side", {key: 0.9}, country=True, spelled=spelled, spellings=_spellings(table.get("people", {})))
        else:
            sides = {str(side): float(table.get("weight", 1.0)), **table.get("also", {})}
            flags = {key: table[key] for key in ("country", "implied", "actor", "party", "adjective", "since", "until") if key in table}
            yield Term(name, "side", sides, spelled=spelled, spellings=spellings, **flags)


def _beginnings(table: Mapping[str, Any]) -> tuple[str, ...]:
    """How the original may begin: as ``spelled`` says, or else as the spelling itself is written, at the head of a sentence too."""
    given = table.get("spelled", ())
    if not given:
        return ()
    allowed = _capitals(given)
    lists = [table, table.get("people", {})]
    others = {
        form
        for each in lists
        for _, text in _spellings(each)
        if text[0].isascii() or text[0] in _LETTERS
        if not text.startswith(allowed) and not any(beginning.startswith(text) for beginning in allowed)
        for form in (text[0].upper() + text[1:_BEGINNING], *_capitals([text[:_BEGINNING]]))
    }
    return (*allowed, *sorted(others))


def _capitals(spelled: Sequence[str]) -> tuple[str, ...]:
    """The beginnings and the same in capitals, with and without the Turkish dot."""
    return tuple(dict.fromkeys(form for each in spelled for form in (each, each.upper(), each.replace("i", "İ").upper())))


def _spellings(table: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((language, text) for language in _LANGUAGES for text in table.get(language, ()))


def _read_surnames(file: dict[str, Any]) -> Iterator[Term]:
    """Masks for given name + السوري, and for title + تركي."""
    pairs = [f"{given} {surname}" for given in file.get("given_names", ()) for surname in file.get("surnames", ())]
    pairs += [f"{title} تركي" for title in file.get("before_turki", ())]
    if pairs:
        yield Term("a person's name", "mask", spellings=tuple(("ar", pair) for pair in pairs))
