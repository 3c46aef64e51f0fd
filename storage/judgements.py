"""What people judged: whether an article belongs to a topic. Nothing is overwritten; the last judgement of an article and topic counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.schema import articles, judgements


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement, with what it is about. ``counts``: it is the last one."""

    id: int
    article: int
    topic: str
    relevant: bool
    note: str
    judged_by: str
    judged_at: datetime
    outlet: str
    title: str
    url: str
    counts: bool


def add(connection: Connection, *, article: int, topic: str, relevant: bool, note: str, judged_by: str, judged_at: datetime) -> int:
    """Writes a judgement down. Returns its id."""
    values = {"article": article, "topic": topic, "relevant": relevant, "note": note, "judged_by": judged_by, "judged_at": judged_at}
    return int(connection.execute(judgements.insert().values(values).returning(judgements.c.id)).scalar_one())


def load(connection: Connection, *, topic: str | None = None, limit: int | None = None, history: bool = True) -> list[Judgement]:
    """Judgements, newest first; without ``history`` only those that count."""
    last = select(func.max(judgements.c.id)).group_by(judgements.c.article, judgements.c.topic)
    counts = judgements.c.id.in_(last)
    columns = (judgements, articles.c.outlet, articles.c.title, articles.c.url, counts.label("counts"))
    query = select(*columns).join(articles, articles.c.id == judgements.c.article).order_by(judgements.c.id.desc()).limit(limit)
    if topic is not None:
        query = query.where(judgements.c.topic == topic)
    if not history:
        query = query.where(counts)
    return [Judgement(**row._mapping) for row in connection.execute(query)]
