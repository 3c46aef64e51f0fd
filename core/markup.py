"""HTML built to make a parser slow, recognised before any parser sees it. For pages, and for the sources that are HTML or carry it."""

from __future__ import annotations

import re

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


def find_trap(text: bytes) -> str | None:
    """What is wrong with UTF-8 markup that would take a parser seconds, as the end of "it has …"; None for any other."""
    tags = text.count(b"<")
    if tags > 2 * MAX_ELEMENTS:
        return f"more than {MAX_ELEMENTS} elements"
    if tags > _FEW_TAGS and count_open_formats(text) > MAX_OPEN_FORMATS:
        return f"more than {MAX_OPEN_FORMATS} formatting elements left open"
    if tags > 4_000 and _depth(_NESTING, text) > MAX_DEPTH:
        return f"elements nested more than {MAX_DEPTH} deep"
    if _most_attributes(text) > MAX_ATTRIBUTES:
        return f"an element with more than {MAX_ATTRIBUTES} attributes"
    return None


def count_open_formats(text: bytes) -> int:
    """How many formatting elements (``b``, ``i``, ``font``, …) are open at once, at the most."""
    return _depth(_FORMATS, text)


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
