"""Text with words marked at their exact offsets, for a terminal: wrapped, every line isolated, nothing in it that moves the cursor."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from core.model import Evidence

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Span = tuple[int, int]

_FIRST_STRONG, _POP = "\u2068", "\u2069"
_UNPRINTABLE = re.compile("[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SENTENCE_END = re.compile(r"[.!?؟۔](?=\s|$)|\n")
_LABEL = 9
_LONGEST = 600
"""Characters of a title, lead or sentence that are shown."""


def make_console() -> Console:
    """As wide as the terminal; in a pipe 160 wide and without colours."""
    from rich.console import Console

    return Console(soft_wrap=False, highlight=False, width=None if sys.stdout.isatty() else 160)


def print_sentence(console: Console, sentence: str, style: str = "") -> None:
    """A sentence, broken at words on a terminal, on one line in a pipe."""
    from rich.text import Text

    console.print(Text(sentence, style=style), soft_wrap=not console.is_terminal)


def spans_of(evidence: Iterable[Evidence], field: str) -> list[Span]:
    """Where the evidence of a field stands in its original text, in order and without overlaps."""
    found = sorted((item.position, item.position + len(item.text)) for item in evidence if item.field == field and item.text)
    return [span for i, span in enumerate(found) if i == 0 or span[0] >= found[i - 1][1]]


def sentences(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """The sentences of the text that hold one of the spans."""
    start = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]:
        if any(start <= first < end for first, _ in spans):
            yield start + len(text[start:end]) - len(text[start:end].lstrip()), end
        start = end


def print_marked(console: Console, label: str, text: str, spans: Sequence[Span], within: Span | None = None) -> None:
    """The text, or its part ``within``, behind a label; ``spans`` are offsets in the whole text."""
    from rich.text import Text

    start, end = _shown(within or (0, len(text)), spans)
    line = Text(_UNPRINTABLE.sub(" ", text[start:end]).rstrip())
    for first, last in spans:
        if start <= first < end:
            line.stylize("bold yellow", first - start, last - start)
    for number, part in enumerate(_wrapped(console, line)):
        console.print(Text(f"  {label if number == 0 else '':{_LABEL}}").append(_FIRST_STRONG).append_text(part).append(_POP))


def _wrapped(console: Console, line: Text) -> Iterator[Text]:
    for part in line.wrap(console, max(20, console.width - _LABEL - 4), overflow="fold"):
        part.rstrip()
        yield part


def _shown(within: Span, spans: Sequence[Span]) -> Span:
    """A part that is not too long, around the first of the spans."""
    start, end = within
    if end - start <= _LONGEST:
        return within
    first = next((span[0] for span in spans if start <= span[0] < end), start)
    start = max(start, first - _LONGEST // 4)
    return start, min(end, start + _LONGEST)
