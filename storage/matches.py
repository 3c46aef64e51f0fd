"""Stored articles as topics read them, and what topics thought of them; for judging again what is stored."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from core.model import Evidence, Match
from storage.dialect import upsert
from storage.rows import columns_of, fields_from, values_of
from storage.schema import articles, matches, meta

_PROGRESS = "rematch"


@dataclass(frozen=True, slots=True)
class StoredText:
    """What a topic reads of a stored article. ``content_hash`` tells whether it has been revised since."""

    id: int
    story: int
    outlet: str
    url: str
    title: str
    lead: str | None
    body: str
    tags: tuple[str, ...]
    language: str | None
    published_at: datetime | None
    first_seen_at: datetime
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class StoredMatch:
    """What a topic thought of an article."""

    topic: str
    score: float
    reason: str
    evidence: tuple[Evidence, ...]
    matched_at: datetime


_COLUMNS = columns_of(articles, StoredText)


def read_texts(connection: Connection, *, after: int = 0, since: datetime | None = None, limit: int = 200) -> list[StoredText]:
    """The next articles after an id, oldest first."""
    query = select(*_COLUMNS).where(articles.c.id > after).order_by(articles.c.id).limit(limit)
    if since is not None:
        query = query.where(articles.c.first_seen_at >= since)
    return [_text(row) for row in connection.execute(query)]


def read_these(connection: Connection, ids: Sequence[int], *, lock: bool = False) -> list[StoredText]:
    """Those of the articles that are still there, oldest first. ``lock``: nobody revises them until the transaction ends."""
    query = select(*_COLUMNS).where(articles.c.id.in_(ids)).order_by(articles.c.id)
    return [_text(row) for row in connection.execute(query.with_for_update() if lock else query)]


def count_texts(connection: Connection, *, after: int = 0, since: datetime | None = None) -> int:
    """How many ``read_texts`` would give in all."""
    query = select(func.count()).select_from(articles).where(articles.c.id > after)
    if since is not None:
        query = query.where(articles.c.first_seen_at >= since)
    return int(connection.execute(query).scalar_one())


def stored_matches(connection: Connection, ids: Sequence[int]) -> dict[tuple[int, str], StoredMatch]:
    """What topics thought of the articles, by article and topic."""
    found = connection.execute(select(matches).where(matches.c.article.in_(ids)))
    return {
        (row.article, row.topic): StoredMatch(
            row.topic, row.score, row.reason, tuple(Evidence(**item) for item in row.evidence or ()), row.matched_at
        )
        for row in found
    }


def match_row(article_id: int, match: Match, *, now: datetime) -> dict[str, Any]:
    """What a topic thinks of an article, as it is stored."""
    row = {"article": article_id, "topic": match.topic, "score": match.score, "reason": match.reason, "matched_at": now}
    return {**row, "evidence": [values_of(item) for item in match.evidence]}


def replace_match(connection: Connection, article_id: int, topic: str, match: Match | None, *, now: datetime) -> None:
    """Puts what the topic thinks now in place of what it thought; None: it does not match any more."""
    connection.execute(delete(matches).where(matches.c.article == article_id, matches.c.topic == topic))
    if match is not None:
        connection.execute(matches.insert().values(match_row(article_id, match, now=now)))


def load_progress(connection: Connection) -> dict[str, Any]:
    """How far the last rematch came that did not end; empty when there is none."""
    found = connection.execute(select(meta.c.value).where(meta.c.key == _PROGRESS)).scalar()
    return dict(json.loads(found)) if found else {}


def save_progress(connection: Connection, progress: Mapping[str, Any] | None) -> None:
    """Writes down how far a rematch has come, in the transaction of its batch; None: it is done."""
    if progress is None:
        connection.execute(delete(meta).where(meta.c.key == _PROGRESS))
    else:
        upsert(connection, meta, [{"key": _PROGRESS, "value": json.dumps(progress)}])


def _text(row: Any) -> StoredText:
    return StoredText(**{**fields_from(row, StoredText), "tags": tuple(row.tags or ())})
