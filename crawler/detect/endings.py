"""What may stand before and after a name inside one word: Arabic clitics, Turkish suffixes, English, Kurdish and Persian endings.

Works on folded text. Everything is bounded, so that المشترك holds no Turk and سوريانو no Syrian.
"""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST_PREFIX = 5
LONGEST_ENDING = 16

_PREFIXES = frozenset(
    conjunction + preposition + article
    for conjunction in ("", "و", "ف")
    for preposition in ("", "ب", "ل", "ك", "س")
    for article in ("", "ال")
) | {"لل", "ولل", "فلل"}

_KURMANJI = (
    "", "e", "i", "a", "ye", "yi", "ya", "yeye", "eye", "an", "yan", "iyan", "en", "yen", "ek", "yek", "ane", "o", "iya", "eyiyan", "yiyan",
)  # fmt: skip
_FIXED = {
    "ar": frozenset({""}),
    "stem": frozenset(("", "ا", "ه", "ين", "ون", "ان", "ات", "تان", "تين", "ي", "و", "يا", "تنا", "تها", "يه")),
    "en": frozenset(("", "s")),
    "fa": frozenset(("", "ي", "اي", "ها", "هاي", "هايي", "ش", "ايها")),
    "ckb": frozenset(("", "ي", "اي", "ش", "يش", "دا", "وه", "ه", "هوه", "يي", "ييه", "ييهكان", "ييهكاني", "هكان", "هكاني", "ن", "يدا")),
    "ku": frozenset(_KURMANJI),
}
# Plural or "li", possession, case, and "-dir", in this order and each at most once; vowels as folding leaves them (i for ı, u for ü).
_TURKISH = re.compile(
    r"(?:l[iu])?(?:l[ae]r)?(?:[iu]m[iu]z|[iu]n[iu]z|s[iu])?"
    r"(?:n?[iu]n|[yn]?[iu]|[yn]?[ae]|n?[dt][ae]n?|n?[dt][ae]ki(?:l[ae]r)?(?:n?[iu]n|n?[iu]|n[ae])?|y?l[ae]|c[ae])?"
    r"(?:[dt][iu]r)?"
)


@lru_cache(maxsize=4096)
def may_precede(prefix: str) -> bool:
    """Whether these letters may stand glued before an Arabic name."""
    return prefix in _PREFIXES


@lru_cache(maxsize=4096)
def may_follow(ending: str, kind: str, length: int) -> bool:
    """Whether these letters may stand glued after a name of ``length`` letters in language ``kind``."""
    if not ending:
        return True
    if kind == "any":
        return any(may_follow(ending, each, length) for each in ("ar", "en", "fa", "ckb", "ku", "tr"))
    if kind == "tr":
        return length > 3 and _TURKISH.fullmatch(ending) is not None
    return (length > 3 or kind in ("stem", "ckb", "ku", "en")) and ending in _FIXED[kind]
