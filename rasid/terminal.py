"""What a person sees in a terminal: tables, times, right-to-left words that stay in their cell, and logs."""

from __future__ import annotations

import codecs
import json
import logging
import os
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from core.text import clean_line

_WORD = 30
"""A longer word in a table may be broken: an address."""
_REST = 16  # of the last column, which holds the longest text
_GAP = 3
_ARABIC = range(0x0590, 0x0900)
_PLAIN = {"–": "-", "—": "-", "…": "...", "×": "x", "·": ".", "►": ">", "─": "-", "’": "'"}


def prepare_streams() -> None:
    """What the terminal cannot show is replaced; what is closed leads nowhere, and no other file gets its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is this one
    codecs.register_error("rasid", _plain)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        getattr(sys, name).reconfigure(errors="rasid")


def _plain(error: UnicodeError) -> tuple[str, int]:
    """A plain spelling, nothing for what is invisible, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(_PLAIN.get(char, "" if unicodedata.category(char) == "Cf" else "?") for char in lost), error.end


def isolate(text: str) -> str:
    """Foreign text on one line, without control characters; right-to-left words are isolated from what stands beside them."""
    line = clean_line(text)
    return f"\u2068{line}\u2069" if any(ord(char) in _ARABIC for char in line) else line


def shorten(text: str, width: int) -> str:
    """At most ``width`` characters, cut at a word."""
    line = clean_line(text)
    return line if len(line) <= width else line[: width - 1].rsplit(" ", 1)[0] + "…"


def clock_time(at: datetime | None) -> str:
    """``2026-11-24 09:00`` in UTC, or a dash."""
    return "–" if at is None else at.strftime("%Y-%m-%d %H:%M")


def say(line: str = "") -> None:
    """A line on stdout."""
    print(line, flush=True)  # noqa: T201


def note(line: str) -> None:
    """A line on stderr."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def print_json(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=not _shows_everything(), indent=2, default=_as_text))


def print_json_line(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=not _shows_everything(), default=_as_text))


def iso(at: datetime) -> str:
    """``2026-11-24T09:00:00+00:00``, as all JSON has it."""
    return at.isoformat(timespec="seconds")


def _as_text(value: Any) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)


def _shows_everything() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table as wide as the terminal; plain enough for a pipe. Where it would break words each row is a paragraph instead."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [[isolate(str(cell)) for cell in row] for row in rows]
    widths = [max(map(_longest_word, column)) for column in zip(columns, *cells, strict=True)]
    console = Console(soft_wrap=False, width=None if sys.stdout.isatty() else 160)
    least = sum(min(width, _WORD) for width in widths[:-1]) + min(widths[-1], _REST)
    if least + _GAP * len(columns) > console.width:
        _print_paragraphs(title, columns, cells, console.width)
        return
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        words = all(" " not in row[number] for row in cells) and widths[number] <= _WORD
        table.add_column(column, overflow="fold", no_wrap=words)
    for row in cells:
        table.add_row(*map(Text, row))
    console.print(table)


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _print_paragraphs(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> None:
    """The first cell, and below it the others with the names of their columns; words stay whole however narrow it is."""
    say(title)
    for first, *others in rows:
        named = [f"{column} {cell}" for column, cell in zip(columns[1:], others, strict=True) if cell not in ("", "–")]
        say(first)
        for line in textwrap.wrap(" · ".join(named), max(width, 20), initial_indent="  ", subsequent_indent="  ", break_long_words=False):
            say(line)


def configure_logs(level: int = logging.INFO) -> None:
    """Our lines on stderr with the time; of Scrapy and others only what is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%S"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("rasid").setLevel(level)
    for name in ("apscheduler", "scrapy", "twisted", "py.warnings", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for name in ("trafilatura", "htmldate", "courlan", "charset_normalizer", "filelock"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
