"""Full-text search over the stored articles: the folded words are written here, the database keeps its index of them by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, column, func, literal_column, select, table, text

from core.query import Phrase, Query, search_words
from core.text import fold
from storage.dialect import upsert
from storage.schema import SEARCH_INDEX, articles, matches, meta, search_texts

_LONGEST = 100_000
"""Characters of a body that are indexed; PostgreSQL takes at most 1 MB of words."""
_FOLDING = "search_folding"
_BATCH = 500
_TOGETHER = timedelta(hours=1)
_WALKED = 500
"""Newest articles that PostgreSQL looks through one by one before it asks its index."""
_RANKED = {"sqlite": 20_000, "postgresql": 2_000}
"""Newest finds among which a search ranks; PostgreSQL reads every one of them."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """What an article must be besides holding the words. ``lowest``: no id below it can be."""

    lowest: int
    conditions: tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a search found."""

    id: int
    outlet: str
    url: str
    title: str
    language: str | None
    published_at: datetime | None
    first_seen_at: datetime
    story: int


def searchable(title: str, lead: str | None, body: str, tags: Sequence[str] | None) -> tuple[str, str]:
    """What is indexed of an article: the words of its title, and those of lead, body and tags."""
    lead = "" if not lead or body.startswith(lead) else lead
    rest = "\n".join((lead, body[:_LONGEST], *(tags or ())))
    return search_words(title[:_LONGEST]), search_words(rest)


def index_article(connection: Connection, article_id: int, title: str, lead: str | None, body: str, tags: Sequence[str]) -> None:
    """Writes the words of a new or revised article."""
    words, rest = searchable(title, lead, body, tags)
    upsert(connection, search_texts, [{"article": article_id, "title": words, "body": rest}])


def find(
    connection: Connection,
    query: Query,
    *,
    since: datetime | None = None,
    outlet: str | None = None,
    topic: str | None = None,
    limit: int = 20,
    ranked: bool = False,
) -> list[Found]:
    """Articles that the query finds, newest first or the most fitting first."""
    conditions: list[ColumnElement[bool]] = []
    if since is not None:
        conditions.append(articles.c.first_seen_at >= since)
    if outlet is not None:
        conditions.append(articles.c.outlet == outlet)
    if topic is not None:
        conditions.append(articles.c.id.in_(select(matches.c.article).where(matches.c.topic == topic)))
    ask = _ask_sqlite if connection.dialect.name == "sqlite" else _ask_postgresql
    narrow = Narrow(_lowest_id(connection, since), tuple(conditions))
    return [Found(*row) for row in ask(connection, query, narrow, limit=limit, ranked=ranked)]


def reindex(connection: Connection, after: int = 0) -> int | None:
    """Writes the words of the next articles after an id anew. Returns the last id, or None when all are done."""
    columns = (articles.c.id, articles.c.title, articles.c.lead, articles.c.body, articles.c.tags)
    rows = connection.execute(select(*columns).where(articles.c.id > after).order_by(articles.c.id).limit(_BATCH)).all()
    for row in rows:
        index_article(connection, row.id, row.title, row.lead, row.body, row.tags)
    if rows:
        return int(rows[-1].id)
    remember_folding(connection)
    return None


def is_outdated(connection: Connection) -> bool:
    """Whether the words were folded by a program that folds otherwise, so that some would not be found."""
    known = connection.execute(select(meta.c.value).where(meta.c.key == _FOLDING)).scalar()
    return known is not None and known != _folding()


def remember_folding(connection: Connection) -> None:
    """Writes down how the words of the index are folded."""
    upsert(connection, meta, [{"key": _FOLDING, "value": _folding()}])


def _folding() -> str:
    """A value that changes when the folding of letters does."""
    letters = " ".join(chr(code) for code in (*range(0x20, 0x250), *range(0x600, 0x700), *range(0xFB50, 0xFE00)))
    return hashlib.blake2b(fold(letters).encode("utf-8", "replace"), digest_size=8).hexdigest()


# --------------------------------------------------------------------------- queries

_COLUMNS = tuple(articles.c[name] for name in ("id", "outlet", "url", "title", "language", "published_at", "first_seen_at", "story"))


def _lowest_id(connection: Connection, since: datetime | None) -> int:
    """Ids grow with first_seen_at, but for what two processes store at once, so a search needs not look below this one."""
    if since is None:
        return 0
    seen = articles.c.first_seen_at
    query = select(articles.c.id).where(seen >= since - _TOGETHER).order_by(seen, articles.c.id).limit(1)
    return int(connection.execute(query).scalar() or 0)


def _ask_sqlite(connection: Connection, query: Query, narrow: Narrow, *, limit: int, ranked: bool) -> Sequence[Any]:
    index = table(SEARCH_INDEX, column("rowid", Integer))
    score: ColumnElement[float] = literal_column(f"bm25({SEARCH_INDEX}, 4.0, 1.0)" if ranked else "0.0").label("score")
    held = select(index.c.rowid.label("article"), score).where(text(f"{SEARCH_INDEX} match :words"))
    if narrow.lowest:
        held = held.where(index.c.rowid >= narrow.lowest)
    found = held.order_by(index.c.rowid.desc())
    if ranked:
        newest = found.limit(_RANKED["sqlite"]).subquery("newest")
        found = select(newest.c.article, newest.c.score).order_by(newest.c.score, newest.c.article.desc())
    if not narrow.conditions:
        found = found.limit(limit)  # before the articles are read
    chosen = found.subquery("found")
    statement = select(*_COLUMNS).select_from(chosen.join(articles, articles.c.id == chosen.c.article)).where(*narrow.conditions)
    statement = statement.order_by(chosen.c.score, chosen.c.article.desc()).limit(limit)
    return connection.execute(statement, {"words": _fts5(query)}).all()


def _fts5(query: Query) -> str:
    return " AND ".join(f"({' OR '.join(_fts5_phrase(phrase) for phrase in clause)})" for clause in query.clauses)


def _fts5_phrase(phrase: Phrase) -> str:
    star = "*" if phrase.open else ""
    return " OR ".join(f'"{" ".join((first, *phrase.rest))}"{star}' for first in phrase.firsts)


def _ask_postgresql(connection: Connection, query: Query, narrow: Narrow, *, limit: int, ranked: bool) -> Sequence[Any]:
    """The planner walks the primary key backwards for rare words, and reads the words of every article for common ones.

    So the newest articles are looked through first; when they are not enough, the index is asked, materialised. Only the newest finds are
    ranked, because every one of them is read.
    """
    words = {"words": _tsquery(query)}
    if not ranked:
        newest = int(connection.execute(select(func.max(search_texts.c.article))).scalar() or 0)
        rows = connection.execute(_of_newest(narrow, newest - _WALKED, limit), words).all()
        if len(rows) >= limit or newest - _WALKED <= narrow.lowest:
            return rows
    connection.execute(text("set local enable_seqscan = off"))
    rows = connection.execute(_of_index(narrow, limit, ranked=ranked), words).all()
    connection.execute(text("set local enable_seqscan = on"))
    return rows


_QUERY = "to_tsquery('simple', :words)"


def _of_newest(narrow: Narrow, lowest: int, limit: int) -> Select[Any]:
    words = select(search_texts.c.article, literal_column("search_texts.document").label("document"))
    recent = words.where(search_texts.c.article >= max(lowest, narrow.lowest)).cte("recent").prefix_with("materialized")
    statement = select(*_COLUMNS).select_from(recent.join(articles, articles.c.id == recent.c.article))
    statement = statement.where(text(f"recent.document @@ {_QUERY}"), *narrow.conditions)
    return statement.order_by(articles.c.id.desc()).limit(limit)


def _of_index(narrow: Narrow, limit: int, *, ranked: bool) -> Select[Any]:
    held = select(search_texts.c.article).where(text(f"search_texts.document @@ {_QUERY}"))
    if narrow.lowest:
        held = held.where(search_texts.c.article >= narrow.lowest)
    found = held.cte("found").prefix_with("materialized")
    chosen = select(found.c.article)
    if narrow.conditions:
        chosen = chosen.join(articles, articles.c.id == found.c.article).where(*narrow.conditions)
    newest = (
        chosen.order_by(found.c.article.desc()).limit(_RANKED["postgresql"] if ranked else limit).cte("newest").prefix_with("materialized")
    )
    statement = select(*_COLUMNS).select_from(newest.join(articles, articles.c.id == newest.c.article))
    if not ranked:
        return statement.order_by(articles.c.id.desc())
    statement = statement.join(search_texts, search_texts.c.article == newest.c.article)
    return statement.order_by(text(f"ts_rank(search_texts.document, {_QUERY}) desc"), articles.c.id.desc()).limit(limit)


def _tsquery(query: Query) -> str:
    return " & ".join(f"({' | '.join(_tsquery_phrase(phrase) for phrase in clause)})" for clause in query.clauses)


def _tsquery_phrase(phrase: Phrase) -> str:
    star = ":*" if phrase.open else ""
    return " | ".join("(" + " <-> ".join(f"'{word}'" for word in (first, *phrase.rest)) + f"{star})" for first in phrase.firsts)
