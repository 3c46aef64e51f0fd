"""Puts right what was decoded with the wrong character set: ``Ø³ÙˆØ±ÙŠØ§``, ``TÃ¼rkiye``, ``ÓæÑíÇ``, ``Baþbakan``.

Only where the wrong reading is certain, because what stands there is no text of any language; all else stays as it is. Never raises.
"""

from __future__ import annotations

import re
import unicodedata


def repair(text: str) -> str:
    """``text`` with its letters put right; the same object when nothing is certainly wrong."""
    if text.isascii() or not any(suspect.search(text) for suspect in _SUSPECTS):
        return text
    return _retake_turkish(_retake_arabic(undouble(text)))


def undouble(text: str) -> str:
    """``text`` where UTF-8 was taken for another character set, up to three times over, in parts of it or all of it."""
    for _ in range(_MOST_TIMES):
        before, text = text, _undouble_arabic(_undouble_latin(text))
        if before == text:
            break
    return text


# --------------------------------------------------------------------------- tables


def _bytes_of(*codecs: str) -> dict[int, int]:
    """Character -> the byte it was, for every byte above ASCII; the last codec wins."""
    return {ord(bytes([code]).decode(codec, "ignore") or chr(code)): code for codec in codecs for code in range(0x80, 0x100)}


def _class(table: dict[int, int], first: int, last: int) -> str:
    return "[" + "".join(re.escape(chr(character)) for character, code in table.items() if first <= code <= last) + "]"


_MOST_TIMES = 3
_LATIN = _bytes_of("latin-1", "cp1254", "cp1252") | {ord(letter): letter.encode("cp1254")[0] for letter in "ĞğİıŞş"}
_CP1256 = _bytes_of("cp1256")
_NEXT = _class(_LATIN, 0x80, 0xBF)
_NEXT_1256 = _class(_CP1256, 0x80, 0xBF)
_LETTER = "[^\\W\\d_]"
# UTF-8 read as Latin: two letters for one of ours. Arabic ones count only in a row, and Â after a capital is a Turkish word (HÂLÂ»).
_SURE = re.compile(f"[ÃÄÅ]{_NEXT}|(?:[ØÙÚÛ]{_NEXT}){{2}}|â[€\x80]{_NEXT}|(?<![^\\W\\d_a-z])Â{_NEXT}")
_TWICE = re.compile(f"Ã{_class(_LATIN, 0x82, 0x86)}|Ã{_class(_LATIN, 0x98, 0x9B)}")
_PAIR = re.compile(f"[ÃÄÅØÙÚÛ]{_NEXT}|â[€\x80]{_NEXT}|(?<![^\\W\\d_a-z])Â{_NEXT}")
_RUN = re.compile(f"(?:{_PAIR.pattern})+")
# UTF-8 read as windows-1256: Arabic letters become ط§ ظ„ and so on, Turkish ones أ¼ ؤ± inside Latin words.
_SURE_1256 = re.compile(f"(?:[طظعغ]{_NEXT_1256}){{3}}|(?<=[A-Za-z])[أؤإ]{_NEXT_1256}|[أؤإ]{_NEXT_1256}(?=[A-Za-z])")
_PAIRS_1256 = re.compile(
    f"(?:[طظعغ]{_NEXT_1256}){{2,}}|(?<!{_LETTER})(?:[طظأآ]{_NEXT_1256}|(?:[أؤإ]{_NEXT_1256}){{2,4}})(?!{_LETTER})|â€{_NEXT_1256}|(?<!{_LETTER})آ[«»]"
    f"|(?<=[A-Za-z])(?:[أؤإ]{_NEXT_1256})+|(?:[أؤإ]{_NEXT_1256})+(?=[A-Za-z])"
)
# Looked for by their second, rarer half: many times faster.
_SUSPECTS = (
    re.compile(f"{_class(_LATIN | _CP1256, 0x80, 0xBF)}(?<=[ÂÃÄÅØÙÚÛâطظعغأؤإ].)", re.DOTALL),
    re.compile("[ýþðÝÞÐ]|[À-ÿ]{4}"),
)
_OURS = re.compile("[\u0600-\u06ff\u200c-\u200f\u2010-\u203a\u00a0-\u00bf\u00c0-\u017f]+")
_TURKISH = str.maketrans("ýþðÝÞÐ", "ışğİŞĞ")
# Icelandic, Czech, Turkmen; or Turkish that is right.
_NOT_TURKISH = re.compile("[áíúóéæøåäňÁÍÚÓÉÆØÅÄŇčěřžšůČĚŘŽŠŮşğıŞĞİ]")

# --------------------------------------------------------------------------- repairs


def _undouble_latin(text: str) -> str:
    if not _SURE.search(text) and not _TWICE.search(text):
        return text
    return _whole(text) or _RUN.sub(lambda found: _decoded(found[0], _LATIN, _PAIR), text)


def _undouble_arabic(text: str) -> str:
    return _PAIRS_1256.sub(lambda found: _decoded(found[0], _CP1256), text) if _SURE_1256.search(text) else text


def _whole(text: str) -> str | None:
    """All of the text as the UTF-8 that it was, or None when a part of it was none."""
    try:
        return _original(text, _LATIN).decode("utf-8")
    except UnicodeError:
        return None


def _original(text: str, table: dict[int, int]) -> bytes:
    """The bytes that were read as ``text``. Raises UnicodeEncodeError where a character stands for none."""
    return text.translate(table).encode("latin-1")


def _decoded(characters: str, table: dict[int, int], parts: re.Pattern[str] | None = None) -> str:
    """What the characters, or else each of their parts, were in UTF-8; the characters themselves when that is nothing that we know."""
    try:
        found = _original(characters, table).decode("utf-8")
    except UnicodeError:
        found = ""
    if found and _OURS.fullmatch(found):
        return found
    return parts.sub(lambda part: _decoded(part[0], table), characters) if parts else characters


def _retake_arabic(text: str) -> str:
    """windows-1256 read as Latin: nearly all words consist of accented letters alone, and all of these were Arabic ones."""
    words = re.findall(r"[^\s\d!-/:-@\[-`{-~]+", text)
    wrong = [word for word in words if len(word) >= 2 and all("\u00c0" <= character <= "\u00ff" for character in word)]
    if sum(map(len, wrong)) < _LEAST_LETTERS or len(wrong) < 0.6 * len(words):
        return text
    try:
        found = _original(text, _LATIN).decode("cp1256")
    except UnicodeError:
        return text
    letters = [character for character in found if character.isalpha()]
    arabic = sum(unicodedata.name(letter, "").startswith("ARABIC") for letter in letters)
    return found if arabic >= 0.9 * len(letters) else text


_LEAST_LETTERS = 5


def _retake_turkish(text: str) -> str:
    """windows-1254 read as Latin-1: ý þ ð in words that no language with these letters writes so."""
    count = sum(map(text.count, "ýþðÝÞÐ"))
    if count < 2 or _NOT_TURKISH.search(text):
        return text
    inside = len(re.findall("(?<=[A-Za-zçöüÇÖÜýð])[þÞ]", text)) + len(re.findall("[ýÝ]", text))
    return text.translate(_TURKISH) if inside >= 1 and count - inside <= inside else text
