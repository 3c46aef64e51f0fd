"""Refuses bytes that are no HTML page, and pages built to make a parser slow, before any parser sees them."""

from __future__ import annotations

import re

from core.errors import ExtractionError

MAX_BYTES = 3_000_000
MAX_ELEMENTS = 120_000
MAX_DEPTH = 2_500
MAX_OPEN_FORMATS = 250
_FEW_TAGS = 2_500
"""With so many tags at most, elements left open take 0.2 s and 300 MB at worst, which the process that reads pages is given."""
MAX_ATTRIBUTES = 20_000

_NESTING = re.compile(
    rb"<(/?)(?:div|section|article|main|span|ul|ol|dl|table|tbody|tr|td|blockquote|form|center|fieldset|details|svg|g|math)\b",
    re.IGNORECASE,
)
# Formatting elements left open are opened again in every following paragraph: forty kilobytes of them make a tree of a hundred megabytes.
_FORMATS = re.compile(rb"<(/?)[bcefinstuBCEFINSTU](?:|ig|ode|m|ont|obr|mall|trike|trong|t|IG|ODE|M|ONT|OBR|MALL|TRIKE|TRONG|T)[\s>/]")
_TAG = re.compile(rb"<[a-zA-Z]")
_SIGNATURES = {b"%PDF": "a PDF", b"\x89PNG": "an image", b"\xff\xd8\xff": "an image", b"GIF8": "an image", b"PK\x03\x04": "a ZIP archive",
               b"\x1f\x8b": "gzip data that was not unpacked", b"RIFF": "an image"}  # fmt: skip
_FEED = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.S | re.I)


def check_bytes(body: bytes) -> None:
    """Raises ExtractionError ``empty``, ``too_large`` or ``not_html`` for what cannot be a page."""
    if not body.strip():
        raise ExtractionError("empty", "the page has no content; the outlet answered with an empty body")
    if len(body) > MAX_BYTES:
        raise ExtractionError("too_large", f"the page has {len(body)} bytes; more than {MAX_BYTES} are not read")
    for signature, what in _SIGNATURES.items():
        if body.startswith(signature):
            raise ExtractionError("not_html", f"the page is {what}, not HTML")


def check_text(text: bytes) -> None:
    """For UTF-8 text. Raises ExtractionError ``not_html`` or ``too_large`` (nesting and other traps that would take a parser seconds)."""
    if not _TAG.search(text):
        raise ExtractionError("not_html", "the page has no HTML tags; check that the address is an article's")
    if (feed := _FEED.match(text, 0, 2000)) is not None:
        raise ExtractionError("not_html", f"the page is a <{feed[1].decode()}> document; use it as a source, not as an article")
    tags = text.count(b"<")
    if tags > 2 * MAX_ELEMENTS:
        raise ExtractionError("too_large", f"the page has more than {MAX_ELEMENTS} elements; such a page is not read")
    if tags > _FEW_TAGS and _depth(_FORMATS, text) > MAX_OPEN_FORMATS:
        raise ExtractionError("too_large", f"more than {MAX_OPEN_FORMATS} formatting elements are left open; such a page is not read")
    if tags > 4_000 and _depth(_NESTING, text) > MAX_DEPTH:
        raise ExtractionError("too_large", f"elements are nested more than {MAX_DEPTH} deep; such a page is not read")
    if _most_attributes(text) > MAX_ATTRIBUTES:
        raise ExtractionError("too_large", f"an element has more than {MAX_ATTRIBUTES} attributes; such a page is not read")


def _depth(tags: re.Pattern[bytes], text: bytes) -> int:
    """The deepest nesting of these tags, counting an end tag without a start as nothing."""
    depth = deepest = 0
    for closing in tags.findall(text):
        if closing:
            depth = depth - 1 if depth else 0
        else:
            depth += 1
            if depth > deepest:
                deepest = depth
    return deepest


def _most_attributes(text: bytes) -> int:
    """An upper bound of the number of attributes of one element: of what begins before a long piece without a ``<``; a few probes tell."""
    step, run, most = MAX_ATTRIBUTES // 2, 0, 0
    for start in range(0, len(text), step):
        run = run + 1 if text.find(b"<", start, start + step) < 0 else 0
        if run == 3:  # two bytes an attribute: a run of three lies inside any element with too many
            opening = text.rfind(b"<", 0, start)
            closing = text.find(b">", opening)
            most = max(most, len(text[opening : closing if closing >= 0 else len(text)].split()) if opening >= 0 else 0)
    return most
