"""Whom an article cites (``ونقلت صحيفة "X"``, ``نقلا عن``, ``according to``) and the one name each source is stored under.

The names and their spellings are in ``sources.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from core.text import folded_words

_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_QUOTED = r"[\"«“”„'](?P<quoted>[^\"»”“«'\n]{2,40})[\"»”“']"
_PLAIN = r"(?P<plain>[^\W\d_][\w'-]*(?:[ \t]+[\w'-]+){0,4})"
_NOUN = r"(?:صحيف[ةت]ي?|جريدة|وكالة(?:\s+(?:أنباء|الأنباء))?|قنا[ةت]ي?|موقع|شبكة|إذاعة|مجلة|تلفزيون|منصة)"
_VERB = r"[وف]?(?:نقلت|نقل|أفادت|أفاد|ذكرت|ذكر|قالت|كشفت|أوردت|أورد|نشرت|نشر|أشارت|أوضحت|بثت|أعلنت|أضافت)"
_CITED = re.compile(
    "|".join(
        (
            rf"نقل(?:ا|اً)\s+عن\s+(?:{_NOUN}\s+)?(?:{_QUOTED}|{_PLAIN})",
            rf"(?:وفق(?:ا)?|بحسب|حسب|طبقا|استنادا)\s+(?:ل|إلى\s+)?(?:ما\s+)?(?:{_VERB}\s+)?(?:عن\s+)?ل?(?:{_NOUN})\s+(?:{_QUOTED}|{_PLAIN})",
            rf"(?<!\w){_VERB}\s+(?:\w+\s+)?(?:{_NOUN})\s+(?:{_QUOTED}|{_PLAIN})",
            rf"(?<!\w){_VERB}\s+(?:{_QUOTED}|{_PLAIN})",
            rf"(?<!\w)(?:ل|في\s+(?:تصريح|حديث|مقابلة|حوار)\w*\s+(?:مع\s+|ل)?)(?:{_NOUN})\s+(?:{_QUOTED}|{_PLAIN})",
        )
    )
    .replace("(?P<quoted>", "(")
    .replace("(?P<plain>", "(")
)
_LATIN = re.compile(
    r"(?:according to|reported by|cited by|quoted by|told)\s+(?:the\s+)?((?:[A-Z]\w+|[A-Z]{2,5})(?:[ -][A-Z0-9]\w*){0,2})"
    r"|((?:[A-ZÇĞİÖŞÜ][\w-]+)(?:\s+[A-ZÇĞİÖŞÜ][\w-]+){0,2})(?:['’]\w+|\s+gazetesi\w*|\s+haber ajansı\w*|\s+ajansı\w*)"
    r"\s+(?:göre|aktardı|haberine göre|verdiği habere göre|konuşan)"
)
_TRIM = " \t\n\"'«»“”„‘’()[]{}<>.,،؛;:!?؟|/\\-–—_*•#ـ"
_LABEL = re.compile(r"^\s*(?:ال?مصدر|المصادر|(?:Haber\s+)?Kayna(?:k|ğı)|Source)\s*[:：]\s*", re.I)


def _tables() -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = tomllib.loads(files(__package__).joinpath("sources.toml").read_text("utf-8"))["source"]
    return tables


@lru_cache(maxsize=1)
def source_aliases() -> Mapping[str, str]:
    """Folded spelling -> the name it is stored under."""
    return MappingProxyType({_key(spelling): table["name"] for table in _tables() for spelling in (table["name"], *table["aliases"])})


def clean_source(text: str | None) -> str | None:
    """An original source as a person would write it: without label, quotes and punctuation; None when nothing is left."""
    if not text:
        return None
    line = next((part for part in _LABEL.sub("", text).splitlines() if part.strip(_TRIM)), "")
    return " ".join(line.strip(_TRIM).split()) or None


def find_citations(text: str, known_sources: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The sources that the text cites, in order, each once.

    A quoted name is taken as it stands when it is unknown; an unquoted one only when it is known, because where it ends
    cannot be told. ``known_sources``: more spellings -> names, beside the built-in ones.
    """
    aliases = source_aliases()
    if known_sources:
        aliases = {**aliases, **{_key(spelling): name for spelling, name in known_sources.items()}}
    return tuple(dict.fromkeys(_names(_MARKS.sub("", text), aliases)))


def _names(text: str, aliases: Mapping[str, str]) -> Iterator[str]:
    matches = [*_CITED.finditer(text), *_LATIN.finditer(text)]
    for match in sorted(matches, key=re.Match.start):
        for number, found in enumerate(match.groups(), 1):
            if not found:
                continue
            known = _known(found, aliases)
            if known:
                if match.re is not _CITED or number not in _PLAIN_WITHOUT_NOUN or known not in _ambiguous():
                    yield known
            elif match.re is _CITED and number in _QUOTED_WITH_NOUN and len(found.split()) <= 4:
                yield found.strip(_TRIM)


_QUOTED_WITH_NOUN = frozenset({3, 5, 9})
"""Groups of _CITED in which a quoted name follows "newspaper", "agency", …: a quotation cannot be mistaken for a name there."""
_PLAIN_WITHOUT_NOUN = frozenset({2, 8})


@lru_cache(maxsize=1)
def _ambiguous() -> frozenset[str]:
    return frozenset(table["name"] for table in _tables() if table.get("ambiguous"))


def _known(text: str, aliases: Mapping[str, str]) -> str | None:
    """The known source whose name the words begin with, the longest first."""
    words = folded_words(text)
    for count in range(len(words), 0, -1):
        if name := aliases.get(" ".join(words[:count])):
            return name
    return None


def _key(spelling: str) -> str:
    return " ".join(folded_words(spelling))
