"""Stories and alerts as rows for people and programs, some at a time, oldest first; articles stand in ``storage.articles``. Only reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from storage.schema import alerts, articles, deliveries, matches, stories


def list_stories(connection: Connection, *, since: datetime | None, after: int, limit: int) -> list[dict[str, Any]]:
    """The next stories after an id that were first seen since then."""
    query = select(stories).where(stories.c.id > after).order_by(stories.c.id).limit(limit)
    if since is not None:
        query = query.where(stories.c.first_seen_at >= since)
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    first = _first_articles(connection, ids)
    outlets, topics = _outlets(connection, ids), _topics(connection, ids)
    return [
        {
            "id": row.id,
            "title": row.title,
            "first_article": first.get(row.id),
            "articles": row.articles,
            "outlets": outlets.get(row.id, []),
            "first_seen_at": row.first_seen_at.isoformat(),
            "last_seen_at": row.last_seen_at.isoformat(),
            "topics": topics.get(row.id, []),
        }
        for row in rows
    ]


def list_alerts(connection: Connection, *, since: datetime | None, after: int, limit: int) -> list[dict[str, Any]]:
    """The next alerts after an id that were made since then, with what became of their deliveries."""
    query = _ALERTS.where(alerts.c.id > after).order_by(alerts.c.id).limit(limit)
    if since is not None:
        query = query.where(alerts.c.created_at >= since)
    rows = connection.execute(query).all()
    sent = _deliveries(connection, [row.id for row in rows])
    return [{**row._asdict(), "created_at": row.created_at.isoformat(), "deliveries": sent.get(row.id, [])} for row in rows]


# A later revision may match no more: the alert still stands, so an outer join.
_ALERTS = select(
    *(alerts.c[name] for name in ("id", "story", "topic", "article")),
    *(articles.c[name] for name in ("outlet", "title", "url")),
    matches.c.score,
    matches.c.reason,
    alerts.c.created_at,
).select_from(
    alerts.join(articles, articles.c.id == alerts.c.article).outerjoin(
        matches, and_(matches.c.article == alerts.c.article, matches.c.topic == alerts.c.topic)
    )
)


def _first_articles(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    query = select(articles.c.story, func.min(articles.c.id)).where(articles.c.story.in_(ids)).group_by(articles.c.story)
    return {row[0]: row[1] for row in connection.execute(query)}


def _outlets(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    """Of each story, in the order in which they told it."""
    query = select(articles.c.story, articles.c.outlet).where(articles.c.story.in_(ids)).group_by(articles.c.story, articles.c.outlet)
    found: dict[int, list[str]] = {}
    for story, outlet in connection.execute(query.order_by(func.min(articles.c.id))):
        found.setdefault(story, []).append(outlet)
    return found


def _topics(connection: Connection, ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(articles.c.story, matches.c.topic).distinct().join(matches, matches.c.article == articles.c.id)
    found: dict[int, list[str]] = {}
    for story, topic in connection.execute(query.where(articles.c.story.in_(ids)).order_by(matches.c.topic)):
        found.setdefault(story, []).append(topic)
    return found


def _deliveries(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, str]]]:
    query = select(deliveries.c.alert, deliveries.c.channel, deliveries.c.state).where(deliveries.c.alert.in_(ids))
    found: dict[int, list[dict[str, str]]] = {}
    for alert, channel, state in connection.execute(query.order_by(deliveries.c.id)):
        found.setdefault(alert, []).append({"channel": channel, "state": state})
    return found
