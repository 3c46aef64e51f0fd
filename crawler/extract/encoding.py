"""Decides how the bytes of a page are to be read: BOM, then whatever reads cleanly, then what the page claims, then letters.

A declaration is a hint and never believed against the bytes: text that is valid UTF-8 is UTF-8 whatever a header says.
"""

from __future__ import annotations

import codecs
import re

from core.mojibake import undouble

_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{3,30})""", re.IGNORECASE)
_HTML_LANG = re.compile(rb"""<html[^>]{0,400}?\slang\s*=\s*["']?([a-zA-Z]{2,3})""", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEAD = 4096
_PIECE = 1 << 14  # bytes
_MOST_MENDED = 4_000_000
"""Longer pages are no articles, and mending them would take seconds."""
_LATIN_LANGUAGES = ("tr", "ku", "kmr", "en", "de")
# Ø§ Ã¼ Ä± ÄŸ ÅŸ as UTF-8 makes them when it is applied twice; ط§ أ¼ أ® ؤ±, where windows-1256 came between. By their rarest byte.
_DOUBLED = re.compile(rb"[\xc3\xd8][\x83\x84\x98\xa3\xa4\xb7]\xc2(?:(?<=\xc3\x83.)|[\xa7\xae\xb1\xbc])", re.DOTALL)
_DOUBLED_TURKISH = re.compile(rb"\xc5\xb8(?<=\xc3[\x84\x85]\xc5\xb8)")
# What browsers do too: the Windows sets are supersets of what the ISO names promise.
_REALLY = {"iso8859-9": "cp1254", "iso8859-1": "cp1252", "ascii": "cp1252", "latin-1": "cp1252"}
_ARABIC = re.compile("[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc]")
_TURKISH = re.compile("[ıİşŞğĞçÇöÖüÜêÊîÎûÛâÂ]")  # and Kurmanji
_BOTH_IN_ONE_WORD = re.compile("[A-Za-z][\u0621-\u064a]|[\u0621-\u064a][A-Za-z]")
_WRONG = re.compile("[\u0080-\u009f\ufffd¤¦¬¯¸±¶þÞðÐ]")


def decode(body: bytes, declared: str | None = None) -> str:
    """The text of ``body``. Never raises; what cannot be read becomes U+FFFD."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace").lstrip("\ufeff")
    if wide := _wide(body):
        return body.decode(wide, "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = _decode_other(body, declared)
    return undouble(text) if _is_doubled(body) else text


def to_utf8(body: bytes, declared: str | None = None) -> bytes:
    """``body`` as UTF-8; the same object when it is that already."""
    if not (body.startswith(tuple(bom for bom, _ in _BOMS)) or _wide(body) or _is_doubled(body)) and _is_utf8(body):
        return body
    return decode(body, declared).encode("utf-8", "replace")


def _is_utf8(body: bytes) -> bool:
    """Piece by piece: the memory for a whole page costs more than the reading."""
    start = 0
    try:
        while start < len(body):
            last = start + _PIECE >= len(body)
            start += codecs.utf_8_decode(body[start : start + _PIECE], "strict", last)[1]
    except UnicodeDecodeError:
        return False
    return True


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of the markup is zero. It may look like valid UTF-8 with zeros in it."""
    if b"\0" not in body[:64]:
        return None
    head = body[:1024]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 4 < len(head) // 2 or min(even, odd) * 8 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_doubled(body: bytes) -> bool:
    """Whether the bytes hold what two rounds of UTF-8 make of the letters of our languages.

    To find one byte takes a tenth of a pattern's time.
    """
    if len(body) > _MOST_MENDED:
        return False
    at = body.find(b"\xc2")
    while at >= 0:
        if _DOUBLED.match(body, max(0, at - 2)):
            return True
        at = body.find(b"\xc2", at + 1)
    return b"\xc5" in body and _DOUBLED_TURKISH.search(body) is not None


def _decode_other(body: bytes, declared: str | None) -> str:
    head = body[:_HEAD]
    as_utf8 = body.decode("utf-8", "replace")
    # A few broken sequences (a cut end, a bad comment) in a page that is otherwise UTF-8. Single bytes read as UTF-8 break nearly all.
    if as_utf8.count("\ufffd") * 4 <= sum(byte > 0x7F for byte in body):
        return as_utf8
    claimed = [_codec(declared), _codec(_first(_META_CHARSET, head))]
    names = [name for name in claimed if name and not name.startswith("utf-")]
    names += ["cp1254", "cp1256"] if _first(_HTML_LANG, head) in _LATIN_LANGUAGES else ["cp1256", "cp1254"]
    readings = [body.decode(name, "replace") for name in dict.fromkeys([*names, "iso8859-6"])]
    return max(readings, key=_plausibility)


def _plausibility(text: str) -> float:
    """Share of letters of our languages among the letters beyond ASCII, less what no news text contains. The first of equals wins."""
    beyond = sum(not character.isascii() for character in text) or 1
    arabic, turkish = len(_ARABIC.findall(text)), len(_TURKISH.findall(text))
    mixed = min(arabic, turkish)  # é and ç among Arabic letters: Turkish text read as Arabic, or the reverse
    return round((max(arabic, turkish) - mixed - 2 * len(_WRONG.findall(text)) - 2 * len(_BOTH_IN_ONE_WORD.findall(text))) / beyond, 3)


def _codec(name: str | None) -> str | None:
    if not name:
        return None
    try:
        found = codecs.lookup(name.strip().strip("\"'")).name
        "".encode(found)  # refuses codecs that are not about text
    except (LookupError, ValueError, UnicodeError):
        return None
    return _REALLY.get(found, found)


def _first(pattern: re.Pattern[bytes], head: bytes) -> str | None:
    match = pattern.search(head)
    return match[1].decode("ascii", "replace").lower() if match else None
