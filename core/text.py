"""Folding and cleaning of Arabic, Turkish, Kurdish, Persian and English text: one place for detection, de-duplication and search.

``clean`` makes text safe and readable for people; ``fold`` makes a key for machines, never shown, and ``fold_with_offsets``
leads from that key back to the original words. Nothing here raises on any string; everything is linear in its length.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Sequence

_AR = "\u0621-\u063a\u0641-\u064a\u0671-\u06d3\u06d5"
"""Letters of the Arabic script, for character classes."""

# Bidi controls, zero-width marks, soft hyphen, BOM, lone surrogates, and C0/C1 controls other than tab and newline; not ZWNJ.
_INVISIBLE_CLASS = (
    "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
)
_INVISIBLE = re.compile(f"[{_INVISIBLE_CLASS}]+|\u200c+(?![{_AR}])|(?<![{_AR}])\u200c+")
_ESCAPED_AGAIN = re.compile(
    r"&(?:amp|quot|apos|nbsp|[lr]aquo|[lr][sd]quo|[mn]dash|hellip|#(?!(?:60|62|x3[ce]);)(?:\d{2,6}|x[\da-f]{2,5}));", re.I
)
_VISIBLE = re.compile(f"[^{_INVISIBLE_CLASS}\u200c]*")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\s*\n\s*")
_WORDS = re.compile(r"\w+")

# What folding deletes or rewrites before the one-to-one replacements: invisible characters, tashkeel, tatweel (also with a dot or
# a blank between two of them: القـ.ـبضة), combining marks of Latin letters, ZWNJ, and compatibility forms (ﺗﺮﻛﻴﺎ, Ｓｙｒｉａ).
_MARKS_CLASS = "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
_EDITS = re.compile(
    f"\u0640(?:(?:[. …]{{1,3}}\u0640)+|\u0640*[.…]{{1,3}}(?=[{_AR}]))"
    f"|[{_INVISIBLE_CLASS}{_MARKS_CLASS}]+|\u200c+|[\ufb00-\ufdff\ufe70-\ufefc\uff01-\uff5e]+"
)
# Runs without any of these; matching a run is many times faster than searching for an exception to it.
_PLAIN = re.compile(f"[^{_INVISIBLE_CLASS}{_MARKS_CLASS}\u200c\ufb00-\ufdff\ufe70-\ufefc\uff01-\uff5e]*")
_NO_ARABIC = re.compile("[^\u0600-\u06ff]*")
_NO_FORMS = re.compile("[^\ufb00-\ufdff\ufe70-\ufefc\uff01-\uff5e]*")
_CASELESS = re.compile("[\x00-@\\[-`{-\xa9\xab-\xb4\xb6-\xbf\u0600-\u06ff\u2000-\u206f]*")
_NO_ACCENTS = re.compile("[^\u00c0-\u024f]*")
_USUAL_MARKS = "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"
_DROPPED = re.compile(f"[{_INVISIBLE_CLASS}{_MARKS_CLASS}\u200c]+")
_PERSIAN_ENDING = re.compile("\u200c+(?:[ایي]|ا[یي]|ها|ها[یي]|هایی|هایش|اند|ام|ایم)(?![ء-ي\u0671-\u06d3\u06d5])")

# Dots set inside an Arabic word to dodge platform filters: غ.زة, د.ا.عش, قس.د. Decided by ``_is_break`` for each dot.
_DOTS = re.compile(f"\\.{{1,3}}(?=[{_AR}])")
_TITLES = frozenset("دأاممبصت")
# What a word can end in but hardly begin with: انفجا..رات, الاحت.لال. Behind a whole word stand whole words: عاجل..قصف.
_ENDING = re.compile(f"[{_AR}]?(?:ات|ون|ين|ان|ية|ال|ار|ها|هم)(?![{_AR}])")
_LIKE_ENDINGS = frozenset((
    "ال", "بال", "جار", "حال", "حين", "خان", "دار", "دان", "دون", "دين", "سار", "سين", "صار", "صين", "طار", "عين", "غار", "فان", "قال",
    "كان", "كون", "لها", "لهم", "لون", "مال", "مات", "نار", "نال", "هان", "هون", "بات", "بان", "بها", "بهم", "بين", "ثار", "جال", "ذات",
    "فيها", "مهم", "ثان", "عام",
))  # fmt: skip
_SHORT_WORDS = frozenset((
    "أب", "أخ", "أم", "أن", "أو", "إذ", "إن", "اب", "اخ", "اذ", "ام", "ان", "او", "بك", "بل", "به", "بي", "ثم", "ذا", "ذي", "عن",
    "في", "قد", "كل", "كم", "كي", "لا", "لك", "لم", "لن", "له", "لو", "لي", "ما", "مع", "من", "هل", "هم", "هن", "هو", "هي", "يا",
))  # fmt: skip

_FOLDS = (
    ("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ٱ", "ا"), ("ى", "ي"), ("ة", "ه"), ("ی", "ي"), ("ک", "ك"), ("ؤ", "و"), ("ئ", "ي"),
    ("ە", "ه"), ("ھ", "ه"), ("ہ", "ه"), ("ۀ", "ه"), ("ۆ", "و"), ("ێ", "ي"), ("ڕ", "ر"), ("ڵ", "ل"), ("گ", "ك"), ("ڤ", "ف"),
)  # fmt: skip
_DIGITS = tuple(zip("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789", strict=True))
_NO_DIGITS = re.compile("[^٠-٩۰-۹]*")
_APOSTROPHES = (("’", "'"), ("‘", "'"), ("ʼ", "'"), ("′", "'"), ("`", "'"), ("´", "'"))
_LATIN = (
    ("İ", "i"), ("I", "i"), ("ı", "i"), ("Ş", "s"), ("ş", "s"), ("Ğ", "g"), ("ğ", "g"), ("Ç", "c"), ("ç", "c"),
    ("Ö", "o"), ("ö", "o"), ("Ü", "u"), ("ü", "u"), ("Â", "a"), ("â", "a"), ("Î", "i"), ("î", "i"), ("Û", "u"), ("û", "u"),
    ("Ê", "e"), ("ê", "e"),
)  # fmt: skip
_ACCENTED = re.compile("[\u00c0-\u024f]")


def clean(text: str) -> str:
    """Text fit for people: entities resolved, invisible and bidi controls gone, spaces collapsed; newlines kept as single.

    A zero-width non-joiner stays where it belongs, between two letters of the Arabic script (می‌شود).
    """
    text = _SPACES.sub(" ", _readable(text))
    return (_BLANK_LINES.sub("\n", text) if "\n" in text else text).strip()


def _unescape(text: str) -> str:
    """The entities of ``text`` as characters, also those that were escaped twice; a second round makes no tags."""
    text = html.unescape(text)
    for _ in range(2):
        if not _ESCAPED_AGAIN.search(text):
            break
        text = _ESCAPED_AGAIN.sub(lambda found: html.unescape(found[0]), text)
    return text


def clean_line(text: str) -> str:
    """``clean`` on one line: newlines become spaces."""
    if text.isprintable() and "  " not in text and "&" not in text:  # most lines; the only space that is printable is the blank
        return unicodedata.normalize("NFC", text.strip(" "))
    return " ".join(_readable(text).split())


def _readable(text: str) -> str:
    """``clean``, but for the spaces."""
    if "&" in text:
        text = _unescape(text)
    return unicodedata.normalize("NFC", text if _VISIBLE.fullmatch(text) else _INVISIBLE.sub("", text))


def fold(text: str) -> str:
    """A matching key: marks and tatweel gone, letter variants, digits, apostrophes and case unified (``İ I ı`` all become ``i``).

    Not reversible, and its length may differ from the text's; ``fold_with_offsets`` leads back.
    """
    if text.isascii():
        return (text if text.isprintable() else _DROPPED.sub("", text)).lower()
    if not _PLAIN.fullmatch(text):
        if _only_drops(text):
            for mark in _USUAL_MARKS:
                if mark in text:
                    text = text.replace(mark, "")
            if not _PLAIN.fullmatch(text):
                text = _DROPPED.sub("", text)
        else:
            text = _EDITS.sub(_edited, text)
    return _fold_letters(_DOTS.sub(_joined, text) if _may_be_broken(text) else text)


def fold_with_offsets(text: str) -> tuple[str, Sequence[int]]:
    """``fold(text)`` and, for each position in it and for its end, the position in ``text``."""
    edited, offsets = _edit_all(text)
    return (edited.lower() if text.isascii() else _fold_letters(edited)), offsets


def fold_offsets(text: str) -> Sequence[int]:
    """The second part of ``fold_with_offsets``, for who has the first."""
    return _edit_all(text)[1]


def _edit_all(text: str) -> tuple[str, Sequence[int]]:
    """What remains of a text before its letters are folded, and where."""
    if _PLAIN.fullmatch(text):
        edited: str = text
        offsets: Sequence[int] = range(len(text) + 1)
    elif _only_drops(text):
        edited, offsets = _edit(text, _DROPPED, _dropped)
    else:
        edited, offsets = _edit(text, _EDITS, _edited)
    if text.isascii() or not _may_be_broken(edited):
        return edited, offsets
    joined, more = _edit(edited, _DOTS, _joined)
    return joined, more if isinstance(offsets, range) else [offsets[i] for i in more]


def folded_words(text: str) -> list[str]:
    """The words of the folded text, without punctuation."""
    return _WORDS.findall(fold(text))


def title_key(title: str) -> str:
    """The key under which two headlines are the same: folded words joined by single spaces."""
    return " ".join(folded_words(title))


def _edit(text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> tuple[str, Sequence[int]]:
    """``pattern.sub(replace, text)`` and, for each position in the result and for its end, the position in ``text``."""
    pieces: list[str] = []
    offsets: list[int] = []
    last = 0
    for found in pattern.finditer(text):
        start, end = found.span()
        new = replace(found)
        pieces += [text[last:start], new]
        offsets += range(last, start)
        offsets += [min(start + i, end - 1) for i in range(len(new))]
        last = end
    pieces.append(text[last:])
    offsets += range(last, len(text) + 1)
    return "".join(pieces), offsets


def _only_drops(text: str) -> bool:
    """Whether every edit of a text deletes one kind of mark: no compatibility forms, no non-joiner, no broken-up tatweel."""
    return "\u200c" not in text and "\u0640." not in text and "\u0640 " not in text and _NO_FORMS.fullmatch(text) is not None


def _dropped(_found: re.Match[str]) -> str:
    return ""


def _may_be_broken(text: str) -> bool:
    """Whether a full stop is followed by anything but a blank or the end."""
    stops = text.count(".")
    return stops > 0 and stops != text.count(". ") + text.count(".\n") + (text[-1] == ".")


def _edited(found: re.Match[str]) -> str:
    """What stands for a match of ``_EDITS``."""
    text = found[0]
    if text[0] == "\u200c":
        return _unjoined(found)
    if text[0] < "\ufb00" or "\ufeff" in text:
        return ""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text))


def _unjoined(found: re.Match[str]) -> str:
    """A zero-width non-joiner is a blank between two words (سوریه‌ای), nothing after the old spelling of Sorani ە (ئه‌ردۆغان)."""
    text, start, end = found.string, found.start(), found.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    if not (before.isalpha() and after.isalpha()):
        return ""
    return "" if before == "ه" and not _PERSIAN_ENDING.match(text, start) else " "


def _joined(found: re.Match[str]) -> str:
    """Nothing for dots inside a broken word, the dots themselves elsewhere."""
    text, start, end = found.string, found.start(), found.end()
    left = _letters_before(text, start)
    if not left:
        return found[0]
    alone = not text[end + 1 : end + 2].isalpha()
    if alone and text[end] != "و":
        return ""
    if len(left) > 2:
        return "" if (ending := _ENDING.match(text, end)) and ending[0] not in _LIKE_ENDINGS else found[0]
    if left in _SHORT_WORDS:
        return found[0]
    inside = text[start - len(left) - 1 : start - len(left)] == "."
    return found[0] if len(left) == 1 and left in _TITLES and not inside and text[end + 2 : end + 3] != "." else ""


def _letters_before(text: str, end: int) -> str:
    """The letters right before ``end``, at most three (three means: three or more)."""
    start = end
    while start > 0 and end - start < 3 and text[start - 1].isalpha():
        start -= 1
    return text[start:end]


def _fold_letters(text: str) -> str:
    """The replacements of one character by one character."""
    for old, new in _APOSTROPHES:
        if old in text:
            text = text.replace(old, new)
    if not _NO_ARABIC.fullmatch(text):
        for old, new in _FOLDS if _NO_DIGITS.fullmatch(text) else (*_FOLDS, *_DIGITS):
            if old in text:
                text = text.replace(old, new)
    if _CASELESS.fullmatch(text):
        return text
    accented = not _NO_ACCENTS.fullmatch(text)
    if accented:
        for old, new in _LATIN:
            if old in text:
                text = text.replace(old, new)
    return (text if not accented or _NO_ACCENTS.fullmatch(text) else _ACCENTED.sub(_unaccented, text)).lower()


def _unaccented(found: re.Match[str]) -> str:
    base = unicodedata.normalize("NFKD", found[0])[0]
    return base if base.isascii() and base.isalpha() else found[0]
