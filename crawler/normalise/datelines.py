"""Datelines: what stands before the first sentence of an article (``ANKARA (AA) -``, ``تونس/ يامنة سالمي/ الأناضول``).

Read only when it is certain: every part of it is a place, a known outlet, a desk or a person between them, and a sign or the end of
the paragraph closes it. What is not certain stays in the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from core.text import folded_words

_LONGEST = 90
_MOST_PARTS = 4
_MOST_WORDS = 5
_DASH = "-–—−ـ"
_PART = r"[^\n/()،,.:؛;!?؟«»\"“”_|–—−ـ-]{2,40}?"
_PEOPLE = _PART.replace("،,", "")
_BRACKETED = re.compile(rf"(?P<head>{_PART}) ?,? ?\((?P<inner>[^()\n]{{2,40}})\) ?[{_DASH}]{{1,3}} ?")
_SLASHED = re.compile(rf"(?P<parts>{_PEOPLE}(?: ?/ ?{_PEOPLE}){{1,3}}) ?(?:(?P<end>$)|[{_DASH}]{{1,3}} ?)")
_DASHED = re.compile(rf"(?P<parts>{_PART}(?: ?[{_DASH}] ?{_PART}){{1,2}}) ?(?:(?P<end>$)|[{_DASH}]{{1,3}} )")
_MARKED = re.compile(r"(?P<head>[^\W_][^\W_]*(?:_[^\W_]+){0,2})_(?P<desk>[^\W_]+)(?: ?[:–—-] ?| |$)")
_SIGNED = re.compile(rf"(?P<head>{_PART}) ?/ (?=\w)")
_TIGHT = re.compile(rf"(?P<place>{_PART})-(?P<rest>[\u0621-\u064a]+(?: [\u0621-\u064a]+){{0,2}})(?= )")
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}")


_Found = tuple[tuple[str, ...], tuple[str, ...]]
"""Sources and authors."""


@dataclass(frozen=True, slots=True)
class Dateline:
    """``length``: how many characters of the first paragraph it takes. ``sources``: names of outlets, as they stand."""

    length: int
    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


def find_dateline(paragraph: str, is_source: Callable[[str], bool]) -> Dateline | None:
    """The dateline with which a paragraph begins, or None. ``is_source``: whether a text is the name of an outlet or agency."""
    head = paragraph[:_LONGEST]
    for match, found in _readings(head, len(paragraph) <= _LONGEST, is_source):
        if found is not None and (dateline := _ended(match, paragraph, found)):
            return dateline
    return None


def _readings(head: str, whole: bool, is_source: Callable[[str], bool]) -> Iterator[tuple[re.Match[str], _Found | None]]:
    """What each shape of a dateline makes of the beginning of a paragraph. ``whole``: the paragraph is no longer than that."""
    if match := _BRACKETED.match(head):
        yield match, _bracketed(match["head"].strip(), match["inner"].strip(), is_source)
    for pattern, signs in ((_SLASHED, "/"), (_DASHED, _DASH)):
        match = pattern.match(head)
        if match and (match["end"] is None or whole):
            parts = [part.strip() for part in re.split(rf"\s*[{signs}]+\s*", match["parts"])]
            alone = match["end"] is not None
            yield match, _parts(parts, is_source, alone=alone) if alone or signs == "/" or len(parts) == 2 else None
    if (match := _MARKED.match(head)) and (match.end() < len(head) or whole):
        name = match["head"].replace("_", " ")
        yield match, (((name,) if is_source(name) else ()), ()) if _key(match["desk"]) in _desks() else None
    if (match := _TIGHT.match(head)) and _is_place(match["place"]):
        words = match["rest"].split()
        agency = next((name for n in range(len(words), 0, -1) if is_source(name := " ".join(words[:n]))), None)
        if agency and (tight := re.match(re.escape(f"{match['place']}-{agency} "), head)):
            yield tight, ((agency,), ())
    if (match := _SIGNED.match(head)) and "/" not in head[match.end() :]:
        yield match, ((match["head"],), ()) if is_source(match["head"]) else None
    if whole and (match := re.fullmatch(r"(?P<all>.+)", head)) and _key(head) in _desks():
        yield match, ((), (head.strip(),) if " " in head.strip() else ())


def without_dateline(paragraphs: Sequence[str], dateline: Dateline | None) -> list[str]:
    """The paragraphs without the dateline of the first; one that was nothing else goes."""
    if dateline is None:
        return list(paragraphs)
    rest = paragraphs[0][dateline.length :].strip()
    return [*([rest] if rest else []), *paragraphs[1:]]


def _ended(match: re.Match[str], paragraph: str, found: _Found) -> Dateline | None:
    """None when what follows does not begin like a sentence."""
    rest = paragraph[match.end() :]
    if rest and not (rest[0].isalnum() or rest[0] in "\"'“”«‘’(#"):
        return None
    return Dateline(match.end(), *found)


def _bracketed(head: str, inner: str, is_source: Callable[[str], bool]) -> _Found | None:
    """``CITY (AGENCY) -``, ``OUTLET (desk) -``."""
    if _is_place(head):
        if is_source(inner):
            return (inner,), ()
        return ((), ()) if _key(inner) in _desks() else None
    if is_source(head) and (_key(inner) in _desks() or _is_place(inner)):
        return (head,), ()
    if _key(inner) in _desks() and " " in inner and len(head.split()) <= _MOST_WORDS:
        return (), ()
    if _is_shouted_place(head) and is_source(inner):
        return (inner,), ()
    return None


def _parts(parts: list[str], is_source: Callable[[str], bool], *, alone: bool) -> _Found | None:
    """Places, desks, one outlet and, between place and outlet, people. ``alone``: the paragraph is nothing else."""
    if not 2 <= len(parts) <= _MOST_PARTS:
        return None
    kinds = [_kind(part, is_source) for part in parts]
    sources = tuple(part for part, kind in zip(parts, kinds, strict=True) if kind == "source")
    unknown = [part for part, kind in zip(parts, kinds, strict=True) if kind == "unknown"]
    desks = tuple(part for part, kind in zip(parts, kinds, strict=True) if kind == "desk" and " " in part)
    if alone and len(parts) == 2 and desks and len(unknown) == 1 and len(unknown[0].split()) <= _MOST_WORDS:
        return (), desks  # an outlet that we do not know, and its desk
    if len(sources) != 1 or len(unknown) > 1:
        return None
    people = tuple(name.strip() for part in unknown for name in re.split("[،,]", part))
    if people and not (kinds == ["place", "unknown", "source"] and all(" " in name and _NAME.fullmatch(name) for name in people)):
        return None
    return sources, people or desks


def _kind(part: str, is_source: Callable[[str], bool]) -> str:
    if is_source(part):
        return "source"
    if _key(part) in _desks():
        return "desk"
    return "place" if _is_place(part) else "unknown"


def _is_place(text: str) -> bool:
    return _key(text) in _places()


def _is_shouted_place(text: str) -> bool:
    """A Turkish agency writes the place in capitals: ``KAHRAMANMARAŞ (AA) -``."""
    return text.isupper() and len(text) >= 3 and len(text.split()) <= 2 and text[0] < "\u0600"


def _key(text: str) -> str:
    return " ".join(folded_words(text.strip("#()[] ")))


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    told = tomllib.loads(files(__package__).joinpath("datelines.toml").read_text("utf-8"))
    return {name: frozenset(_key(text) for text in texts) for name, texts in told.items()}


def _places() -> frozenset[str]:
    return _lists()["places"]


def _desks() -> frozenset[str]:
    return _lists()["desks"]
