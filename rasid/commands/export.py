"""``rasid export``: what is stored, oldest first, as JSON lines or as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import UsageError
from rasid import wiring
from rasid.commands.crawl import parse_since
from rasid.terminal import print_json_line

if TYPE_CHECKING:
    from sqlalchemy import Connection

COLUMNS = {
    "articles": (
        "id", "external_id", "outlet", "url", "title", "lang", "published_at", "first_seen_at", "story", "verdict", "topics",
        "original_source", "body",
    ),
    "stories": ("id", "title", "first_article", "articles", "outlets", "first_seen_at", "last_seen_at", "topics"),
    "alerts": ("id", "story", "topic", "article", "outlet", "title", "url", "score", "reason", "created_at", "deliveries"),
}  # fmt: skip
"""What can be exported, and the columns of its table."""
_FORMATS = ("jsonl", "csv")
_BATCH = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a cell that begins with one of these."""


def run(path: Path | None, what: str, *, since: str | None, form: str) -> None:
    """Prints the rows. Raises UsageError for what is not stored or no format."""
    if what not in COLUMNS:
        raise UsageError(f"{what!r} cannot be exported; choose one of {', '.join(COLUMNS)}")
    if form not in _FORMATS:
        raise UsageError(f"--format {form!r} is none; choose jsonl or csv")
    start = parse_since(since) if since else None
    store = wiring.open_configured_store(wiring.read_config(path))
    with store.read() as connection:
        batches = _batches(connection, what, start)
        _print_csv(COLUMNS[what], batches) if form == "csv" else _print_lines(batches)
    store.close()


def _batches(connection: Connection, what: str, since: datetime | None) -> Iterator[list[dict[str, Any]]]:
    from storage.articles import list_articles
    from storage.listing import list_alerts, list_stories

    reads: dict[str, Callable[..., Iterable[dict[str, Any]]]] = {
        "articles": list_articles,
        "stories": list_stories,
        "alerts": list_alerts,
    }
    read = reads[what]
    rows = list(read(connection, since=since, after=0, limit=_BATCH))
    while rows:
        yield rows
        rows = list(read(connection, since=since, after=rows[-1]["id"], limit=_BATCH))


def _print_lines(batches: Iterator[list[dict[str, Any]]]) -> None:
    for rows in batches:
        for row in rows:
            print_json_line(row)


def _print_csv(columns: Sequence[str], batches: Iterator[list[dict[str, Any]]]) -> None:
    """In UTF-8 and with CRLF on every system, as RFC 4180 has it."""
    _write_csv([columns])
    for rows in batches:
        _write_csv([[cell_of(row[name]) for name in columns] for row in rows])


def _write_csv(rows: Sequence[Sequence[Any]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    sys.stdout.buffer.write(written.getvalue().encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def cell_of(value: Any) -> Any:
    """What stands in a cell: lists joined, nothing for None, and an apostrophe before what a spreadsheet would run."""
    if isinstance(value, list):
        value = "; ".join(": ".join(map(str, item.values())) if isinstance(item, dict) else str(item) for item in value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
