"""What became of every entry ever seen: the memory that makes a poll skip what it knows and come back to what it could not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from core.model import Entry
from storage.dialect import insert_missing
from storage.schema import entries

PENDING, STORED, FAILED, FILTERED = "pending", "stored", "failed", "filtered"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """An entry whose article is not stored yet. ``key``: 16 bytes of its address. ``seeding``: it will not alert."""

    key: bytes
    outlet: str
    source: str
    entry: Entry
    attempts: int = 0
    seeding: bool = False


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry that has been seen before. ``state``: pending, stored, failed or filtered."""

    state: str
    first_seen_at: datetime


def find_known(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, KnownEntry]:
    """Those of the ``keys`` that have been seen before."""
    found: dict[bytes, KnownEntry] = {}
    columns = (entries.c.key, entries.c.state, entries.c.first_seen_at)
    for start in range(0, len(keys), _CHUNK):
        query = select(*columns).where(entries.c.key.in_(keys[start : start + _CHUNK]))
        found.update((row.key, KnownEntry(row.state, row.first_seen_at)) for row in connection.execute(query))
    return found


def article_under(connection: Connection, key: bytes) -> int | None:
    """The article that the entry became; it may have been pruned since. None when there is no such entry or article."""
    found = connection.execute(select(entries.c.article).where(entries.c.key == key)).scalar_one_or_none()
    return None if found is None else int(found)


def register(connection: Connection, pending: Iterable[PendingEntry], *, now: datetime, filtered: str = "") -> None:
    """Writes down entries that are still to be fetched; those known already stay as they are.

    ``filtered``: they will never be fetched, for this reason.
    """
    rows = [_row(item, now) for item in pending]
    if filtered:
        rows = [row | {"state": FILTERED, "reason": filtered, "detail": None} for row in rows]
    insert_missing(connection, entries, rows)


def due(connection: Connection, outlets: Sequence[str], *, now: datetime, limit: int = 1000) -> list[PendingEntry]:
    """Pending entries of the outlets that may be tried now, oldest first; what is over the limit waits for its next poll."""
    query = (
        select(entries)
        .where(entries.c.outlet.in_(outlets), entries.c.state == PENDING, or_(entries.c.not_before.is_(None), entries.c.not_before <= now))
        .order_by(entries.c.first_seen_at)
        .limit(limit)
    )
    return [_pending(row) for row in connection.execute(query)]


def settle(connection: Connection, key: bytes, *, state: str, reason: str = "", article: int | None = None) -> None:
    """The entry is done: stored as that article, filtered or given up."""
    connection.execute(
        update(entries)
        .where(entries.c.key == key)
        .values(state=state, reason=reason, article=article, detail=None, not_before=None, attempts=entries.c.attempts + 1)
    )


def postpone(connection: Connection, key: bytes, *, reason: str, not_before: datetime) -> None:
    """The entry could not be read this time; it stays pending."""
    connection.execute(
        update(entries).where(entries.c.key == key).values(reason=reason, not_before=not_before, attempts=entries.c.attempts + 1)
    )


def count_states(connection: Connection) -> dict[str, dict[str, int]]:
    """Number of entries per outlet and state."""
    query = select(entries.c.outlet, entries.c.state, func.count()).group_by(entries.c.outlet, entries.c.state)
    found: dict[str, dict[str, int]] = {}
    for outlet, state, count in connection.execute(query):
        found.setdefault(outlet, {})[state] = count
    return found


def _row(item: PendingEntry, now: datetime) -> dict[str, Any]:
    entry = item.entry
    detail = {
        "title": entry.title,
        "published": entry.published,
        "summary": entry.summary,
        "content": entry.content,
        "author": entry.author,
    }
    return {
        "key": item.key,
        "outlet": item.outlet,
        "source": item.source,
        "url": entry.url,
        "state": PENDING,
        "seeding": item.seeding,
        "detail": {**{name: value for name, value in detail.items() if value}, "tags": list(entry.tags)},
        "first_seen_at": now,
    }


def _pending(row: Row[Any]) -> PendingEntry:
    detail = dict(row.detail or {})
    entry = Entry(url=row.url, tags=tuple(detail.pop("tags", ())), **detail)
    return PendingEntry(row.key, row.outlet, row.source, entry, row.attempts, bool(row.seeding))
