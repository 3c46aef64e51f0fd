"""What a person sees in a terminal: tables, times, right-to-left words that stay in their cell, and logs."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from core.text import clean_line

_ARABIC = range(0x0590, 0x0900)


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
    say(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_json_line(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=False, default=_plain))


def iso(at: datetime) -> str:
    """``2026-11-24T09:00:00+00:00``, as all JSON has it."""
    return at.isoformat(timespec="seconds")


def _plain(value: Any) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table as wide as the terminal; plain enough for a pipe."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(isolate(str(cell))) for cell in row))
    Console(soft_wrap=False, width=None if sys.stdout.isatty() else 160).print(table)


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
