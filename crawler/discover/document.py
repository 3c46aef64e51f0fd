"""The bytes of a source as text: gzip opened within a bound, the charset found out rather than believed.

Outlets declare windows-1256 and send UTF-8, or the other way round; what decodes without error is what it is.
"""

from __future__ import annotations

import html.entities
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import SourceError

MAX_INFLATED = 50 * 1024 * 1024
"""Bytes a gzipped source may grow to: what the sitemap protocol allows for one file."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"), (b"\xff\xfe", "utf-16-le"),
         (b"\xfe\xff", "utf-16-be"))  # fmt: skip
_WIDE = ((re.compile(rb"(?:[\t\r\n ]\x00)*[<{\[]\x00"), "utf-16-le"), (re.compile(rb"(?:\x00[\t\r\n ])*\x00[<{\[]"), "utf-16-be"))
_DECLARED = re.compile(
    rb"""<\?xml[^<>]{0,200}?encoding\s*=\s*["']([\w.:-]+)|<meta[^<>]{0,300}?charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_LEGACY = frozenset({"cp1256", "cp1254", "cp1252", "cp1251", "iso8859-1", "iso8859-6", "iso8859-9", "iso8859-15", "mac-arabic"})
_WESTERN = frozenset({"cp1252", "cp1254", "iso8859-15"})
"""What servers claim without looking; Arabic bytes decode under it without error and mean nothing."""
_ARABIC, _SURELY_ARABIC = 0.5, 0.75
"""Share of the high bytes that stand in runs: nearly all in Arabic, about a third in Turkish (``ışığı`` has runs too)."""
_REFERENCE = re.compile(r"&(?:#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));?|([A-Za-z][A-Za-z0-9]{0,31});)?", re.IGNORECASE)
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HIGH_RUN = re.compile(rb"[\x80-\xff]{2,}")
_HIGH = re.compile(rb"[\x80-\xff]")
# UTF-8 that was taken for windows-1252 and encoded again: what its bytes 80–BF have become, and what its letters look like.
_SPECIALS = {bytes([code]).decode("cp1252"): chr(code) for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_REST = f"[\x80-\xbf{''.join(_SPECIALS)}]"
_DOUBLED = re.compile(f"(?:[\xc2-\xdf]{_REST}|[\xe0-\xef]{_REST}{{2}}|[\xf0-\xf4]{_REST}{{3}})+")
_DOUBLED_LETTER = re.compile(f"[\xc3-\xc5\xd8-\xdb]{_REST}")
_ONCE = {ord(special): byte for special, byte in _SPECIALS.items()}
_MOST_BY_CHANCE = 7
"""Pairs like ``Ø£`` that a text may hold without having been encoded twice."""
_OPAQUE = re.compile(r"<!--|<!\[CDATA\[|<\?")
_CLOSERS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """A source's body as text, without byte order mark and control characters, and the address it came from."""

    text: str
    url: str


def open_document(body: bytes, *, url: str, content_type: str | None = None) -> Document:
    """The document in ``body``.

    Raises SourceError: ``empty``, ``malformed`` (broken gzip) or ``too_large``.
    """
    inflated = inflate(body)
    if not inflated.strip():
        raise SourceError("empty", f"{url} answered with an empty body; look at it in a browser")
    text = strip_controls(undouble(decode(inflated, content_type)))
    if not text.strip():
        raise SourceError("empty", f"{url} answered with nothing but blanks; look at it in a browser")
    return Document(text, url)


def inflate(body: bytes, limit: int = MAX_INFLATED) -> bytes:
    """The body, decompressed if it starts like gzip. Raises SourceError ``malformed`` or ``too_large``."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    plain = b""
    while body.startswith(b"\x1f\x8b"):  # a file may hold several members, where its writer appended to it
        machine = zlib.decompressobj(wbits=31)
        try:
            plain += machine.decompress(body, limit + 1 - len(plain))
        except zlib.error as error:
            raise SourceError("malformed", f"the gzip data of the source is broken: {error}") from error
        if len(plain) > limit:
            raise SourceError("too_large", f"the gzip data of the source grows beyond {limit // 1048576} MiB and was not read")
        if not machine.eof:
            raise SourceError("malformed", "the gzip data of the source ends too early; the answer was cut off")
        body = machine.unused_data
    return plain


def decode(body: bytes, content_type: str | None = None) -> str:
    """The body as text; never fails. Order: byte order mark, valid UTF-8, declared charset, what the letters look like."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    for start, encoding in _WIDE:
        if start.match(body):
            return body.decode(encoding, "replace")
    if _is_utf8(body):
        return body.decode("utf-8", "replace")
    share = _share_in_runs(body)
    declared = [name for name in _declared(body, content_type) if name not in _WESTERN or share < _SURELY_ARABIC]
    for encoding in (*declared, "cp1256" if share > _ARABIC else "cp1254"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return body.decode("utf-8", "replace")


def _is_utf8(body: bytes) -> bool:
    """Valid UTF-8, or nearly: cut in mid-character here and there, as some feeds' summaries are."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        bad = text.count("\ufffd")
        wide = sum(len(run) for run in re.findall("[^\x00-\x7f\ufffd]+", text))
        return bad * 20 < wide
    return True


def _declared(body: bytes, content_type: str | None) -> Iterator[str]:
    """The charsets that the document and the header claim, as far as they are known single-byte ones."""
    names = [name.decode("ascii", "replace") for groups in _DECLARED.findall(body[:4096]) for name in groups if name]
    names += _CHARSET.findall(content_type or "")
    for name in names:
        folded = name.lower().replace("windows-", "cp").replace("iso-", "iso")
        if folded in _LEGACY:
            yield {"iso8859-1": "cp1252", "iso8859-9": "cp1254"}.get(folded, folded)


def _share_in_runs(body: bytes) -> float:
    """How many of the high bytes stand beside another one, 0–1."""
    high = len(_HIGH.findall(body))
    return sum(len(run) for run in _HIGH_RUN.findall(body)) / high if high else 0.0


def undouble(text: str) -> str:
    """The text with its letters put right where UTF-8 was encoded as UTF-8 once more (``Ø£Ù†`` for two Arabic letters)."""
    if len(_DOUBLED_LETTER.findall(text)) <= _MOST_BY_CHANCE:
        return text
    return _DOUBLED.sub(_once, text)


def _once(run: re.Match[str]) -> str:
    try:
        return run.group().translate(_ONCE).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return run.group()


def strip_controls(text: str) -> str:
    """The text without characters that neither XML nor a database takes: controls and lone surrogates."""
    return _CONTROL.sub("", text)


def find_root(text: str, root: re.Pattern[str]) -> int | None:
    """Where the XML root element begins; None where none does. A PHP warning may precede it, an HTML page may not."""
    found = root.search(text)
    return None if found is None or is_html(text[: found.start()]) else found.start()


def utf8_xml(text: str) -> bytes:
    """XML text that begins with its root element, in UTF-8 with a declaration that says so, for parsers that decode again.

    References that XML does not know are put right: ``&nbsp;`` of HTML, ``&#11;`` that may not be, and the bare ampersand of an
    address (``?a=1&lang=ar``), which parsers take for an entity or leave out.
    """
    parts, position = [b'<?xml version="1.0" encoding="utf-8"?>\n'], 0
    for start, end in markup_spans(text):
        repaired = _REFERENCE.sub(_legal_reference, text[start:end])
        parts += (text[position:start].encode("utf-8", "replace"), repaired.encode("utf-8", "replace"))
        position = end
    return b"".join((*parts, text[position:].encode("utf-8", "replace")))


def _legal_reference(reference: re.Match[str]) -> str:
    """The reference as XML has it, or nothing where it stands for what may not stand in XML (``&#11;``, ``&#xD800;``)."""
    hexadecimal, decimal, name = reference.groups()
    if name in _OF_XML:
        return reference.group()
    if name is not None:
        meant = html.entities.html5.get(f"{name};")
        return "".join(f"&#{ord(character)};" for character in meant) if meant else f"&amp;{name};"
    if hexadecimal is None and decimal is None:
        return "&amp;"
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return f"&#{code};" if code <= 0x10FFFF and not _CONTROL.match(chr(code)) else ""


def markup_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of what lies outside comments, CDATA sections and processing instructions, in linear time."""
    position = 0
    while (opening := _OPAQUE.search(text, position)) is not None:
        yield position, opening.start()
        closer = _CLOSERS[opening.group()]
        end = text.find(closer, opening.end())
        if end < 0:
            position = opening.end()
            break
        position = end + len(closer)
    yield position, len(text)


def markup_only(text: str) -> str:
    """The text without comments, CDATA sections and processing instructions."""
    return "".join(text[start:end] for start, end in markup_spans(text))


def refuse_entities(document: Document) -> None:
    """Raises SourceError ``entity_declaration`` when the document declares entities: no honest source does."""
    if "<!entity" in document.text.lower() and "<!entity" in markup_only(document.text).lower():
        raise SourceError("entity_declaration", f"{document.url} declares XML entities, which no feed needs; it was not read")


def is_html(text: str) -> bool:
    """Whether this is a web page rather than XML or JSON."""
    return _HTML.search(text[:65536]) is not None
