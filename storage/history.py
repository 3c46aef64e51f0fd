"""What happened to one address: its entry, its article, and the alerts of its story with their deliveries. Only reads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from storage.rows import columns_of
from storage.schema import alerts, articles, deliveries, entries


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """An entry as it is remembered."""

    outlet: str
    source: str
    url: str
    state: str
    reason: str
    attempts: int
    not_before: datetime | None
    seeding: bool
    first_seen_at: datetime
    article: int | None


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """Of a stored article, what tells its way. ``repeats``: the article that it copies or reworks."""

    id: int
    external_id: str | None
    outlet: str
    url: str
    url_key: bytes
    title: str
    first_seen_at: datetime
    fetched_at: datetime
    published_at: datetime | None
    story: int
    verdict: str
    repeats: int | None
    similarity: float


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery of an alert."""

    channel: str
    state: str
    attempts: int
    delivered_at: datetime | None
    not_before: datetime
    last_error: str


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """An alert of a story, and where its deliveries are."""

    id: int
    topic: str
    article: int
    created_at: datetime
    deliveries: tuple[DeliveryRecord, ...]


def find_entry(connection: Connection, keys: Collection[bytes]) -> EntryRecord | None:
    """The entry under one of the keys."""
    row = connection.execute(select(*columns_of(entries, EntryRecord)).where(entries.c.key.in_(keys))).first()
    return None if row is None else EntryRecord(*row)


def entry_of(connection: Connection, article: ArticleRecord) -> EntryRecord | None:
    """The entry that the article came from: under its own address, or under another one that its source named."""
    found = find_entry(connection, [article.url_key])
    if found is not None:
        return found
    query = select(*columns_of(entries, EntryRecord)).where(entries.c.article == article.id).order_by(entries.c.first_seen_at)
    row = connection.execute(query).first()
    return None if row is None else EntryRecord(*row)


def article_by_address(connection: Connection, keys: Collection[bytes]) -> ArticleRecord | None:
    """The article under one of the keys."""
    row = connection.execute(select(*columns_of(articles, ArticleRecord)).where(articles.c.url_key.in_(keys))).first()
    return None if row is None else ArticleRecord(*row)


def article_by_id(connection: Connection, text: str) -> ArticleRecord | None:
    """The article with that id of ours, else the one that came in under it from outside."""
    own = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1
    same = or_(articles.c.id == own, articles.c.external_id == text)
    row = connection.execute(select(*columns_of(articles, ArticleRecord)).where(same).order_by(articles.c.id != own)).first()
    return None if row is None else ArticleRecord(*row)


def article_with_id(connection: Connection, article_id: int) -> ArticleRecord | None:
    """The article with that id of ours."""
    row = connection.execute(select(*columns_of(articles, ArticleRecord)).where(articles.c.id == article_id)).first()
    return None if row is None else ArticleRecord(*row)


def article_of_alert(connection: Connection, alert_id: int) -> tuple[ArticleRecord, str] | None:
    """The article that an alert is about, and the alert's topic."""
    query = select(*columns_of(articles, ArticleRecord), alerts.c.topic).join(alerts, alerts.c.article == articles.c.id)
    row = connection.execute(query.where(alerts.c.id == alert_id)).first()
    return None if row is None else (ArticleRecord(*row[:-1]), row[-1])


def story_articles(connection: Connection, story: int) -> list[ArticleRecord]:
    """The articles of a story, the first one first."""
    query = select(*columns_of(articles, ArticleRecord)).where(articles.c.story == story).order_by(articles.c.id)
    return [ArticleRecord(*row) for row in connection.execute(query)]


def story_alerts(connection: Connection, story: int) -> list[AlertRecord]:
    """The alerts of a story, one per topic at most."""
    columns = (alerts.c.id, alerts.c.topic, alerts.c.article, alerts.c.created_at)
    rows = connection.execute(select(*columns).where(alerts.c.story == story).order_by(alerts.c.id)).all()
    return [AlertRecord(*row, _deliveries(connection, row.id)) for row in rows]


def _deliveries(connection: Connection, alert: int) -> tuple[DeliveryRecord, ...]:
    query = select(*columns_of(deliveries, DeliveryRecord)).where(deliveries.c.alert == alert).order_by(deliveries.c.id)
    return tuple(DeliveryRecord(*row) for row in connection.execute(query))
