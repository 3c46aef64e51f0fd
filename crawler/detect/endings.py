"""What may stand before and after a name inside one word: Arabic clitics and inflection, Turkish suffixes, other endings.

Works on folded text. Everything is bounded, so that المشترك holds no Turk and سوريانو no Syrian.
"""

from __future__ import annotations

import re

LONGEST_PREFIX = 5
LONGEST_ENDING = 16

_PREFIXES = frozenset(
    conjunction + preposition + article
    for conjunction in ("", "و", "ف")
    for preposition in ("", "ب", "ل", "ك", "س")
    for article in ("", "ال")
) | {"لل", "ولل", "فلل"}
_VERB_PREFIXES = frozenset(
    conjunction + particle + person for conjunction in ("", "و", "ف") for particle in ("", "س", "ل") for person in ("", "ي", "ت", "ن", "ا")
)
_NOUN_OR_VERB_PREFIXES = _PREFIXES | _VERB_PREFIXES

_KURMANJI = (
    "", "e", "i", "a", "ye", "yi", "ya", "yeye", "eye", "an", "yan", "iyan", "en", "yen", "ek", "yek", "ane", "o", "iya", "eyiyan", "yiyan",
    "yeyi", "yeya", "iye", "iyen", "yane", "eke", "ekan", "eki", "de", "ede", "yede", "iyede", "re", "yera", "iyek", "iyeki", "iyeke",
)  # fmt: skip
_SORANI = (
    "", "ي", "اي", "ش", "يش", "دا", "وه", "ه", "هوه", "يي", "ييه", "ييهكان", "ييهكاني", "هكان", "هكاني", "ن", "يدا", "يان", "هدا", "هي",
    "يهوه", "هكه", "هكهي", "هكهدا", "هكانه", "هكاندا", "هكانيش", "ان", "اني", "انه", "يهكان", "يهكاني", "يهكاندا", "يه", "يتي", "ياني",
    "يك", "يكي", "يكدا", "يهك", "يهكي", "ييهك", "ييهكي", "هك", "هكي", "مان", "تان", "هكانيان", "انيش", "هكهوه", "هكهش",
    "ييهكانيش", "ييهكاندا", "هكهيان",
)  # fmt: skip
_ARABIC_VERB = (
    "", "ا", "ه", "ت", "تا", "تان", "ان", "ين", "ون", "وا", "نا", "ها", "هم", "هما", "ات", "اته", "اتها", "اتهم", "تها", "ته", "يه", "تهم",
    "ي",
)  # fmt: skip
_FIXED = {
    "ar": frozenset({""}),
    "stem": frozenset(("", "ا", "ه", "ين", "ون", "ان", "ات", "تان", "تين", "ي", "و", "يا", "تنا", "تها", "يه", "ينا", "وه")),
    "ar_verb": frozenset(_ARABIC_VERB),
    "en": frozenset(("", "s")),
    "en_stem": frozenset(("", "s", "es", "ed", "d", "ing", "ment", "ments", "er", "ers", "ion", "ions", "al", "als")),
    "fa": frozenset(("", "ي", "اي", "ها", "هاي", "هايي", "ش", "ايها", "هايش", "ان", "يها", "است", "اش")),
    "ckb": frozenset(_SORANI),
    "ku": frozenset(_KURMANJI),
}
# Plural or "li", possession, case, "-ki" and its case, copula, in this order and each at most once; vowels as folding leaves them
# (i for ı, u for ü).
_TURKISH = re.compile(
    r"(?:l[iu])?(?:l[ae]r)?(?:[iu]m[iu]z|[iu]n[iu]z|s?[iu])?"
    r"(?:n?[iu]n|[yn]?[iu]|[yn]?[ae]|n?[dt][ae]n?|n?[dt][ae]ki(?:l[ae]r)?(?:n?[iu]n|n?[iu]|n[ae])?|y?l[ae]|n?c[ae]|s[iu]z)?"
    r"(?:[dt][iu]r|yd[iu]|ym[iu]s|ys[ae])?"
)
_VOWELS = "aeiou"
_LATIN = re.compile("[a-z]{0,16}")


def may_precede(prefix: str, kind: str) -> bool:
    """Whether these letters may stand glued before a word of the Arabic script."""
    return prefix in (_NOUN_OR_VERB_PREFIXES if kind == "ar_verb" else _PREFIXES)


def may_follow(ending: str, kind: str, length: int) -> bool:
    """Whether these letters may stand glued after a name of ``length`` letters in language ``kind``.

    ``stem``, ``ar_verb``, ``en_stem``, ``tr_stem``: whole paradigms. ``tr_soft``: the form of a Turkish name before a vowel (Haleb-e).
    """
    if kind == "tr_soft":
        return ending[:1] in tuple(_VOWELS) and _TURKISH.fullmatch(ending) is not None
    if not ending:
        return True
    if kind == "any":
        return any(may_follow(ending, each, length) for each in ("ar", "en", "fa", "ckb", "ku", "tr"))
    if kind == "tr_stem":
        return _LATIN.fullmatch(ending) is not None
    if kind == "tr":
        return length > 3 and _TURKISH.fullmatch(ending) is not None
    return (length > 3 or kind in ("stem", "ar_verb", "ckb", "ku", "en")) and ending in _FIXED[kind]
