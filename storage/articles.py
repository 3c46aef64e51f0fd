"""Articles, their revisions, stories and matches. What is a duplicate is decided elsewhere; here it is looked up and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, or_, select, update

from core.model import Article, Candidate, Keys, Match, Verdict
from storage.matches import match_row
from storage.schema import alerts, articles, bands, judgements, matches, revisions, search_texts, stories
from storage.search import index_article

_MAX_CANDIDATES = 60


_CANDIDATE_COLUMNS = (
    articles.c.id.label("article_id"),
    *(
        articles.c[name]
        for name in (
            "story", "outlet", "url_key", "title_key", "original_title_key", "content_hash", "fingerprint", "first_seen_at", "words",
        )
    ),
)  # fmt: skip
# Built once: building a statement takes longer than running it.
_SAME = (
    select(*_CANDIDATE_COLUMNS)
    .where(
        or_(
            articles.c.url_key == bindparam("url"),
            articles.c.content_hash == bindparam("content_hash"),
            articles.c.title_key.in_(bindparam("titles", expanding=True)),
            articles.c.original_title_key.in_(bindparam("titles", expanding=True)),
        )
    )
    .limit(_MAX_CANDIDATES)
)
_SHARING_BANDS = (
    select(bands.c.article)
    .where(bands.c.band.in_(bindparam("bands", expanding=True)))
    .group_by(bands.c.article)
    .order_by(func.count().desc())
    .limit(_MAX_CANDIDATES)
)
_NEAR = select(*_CANDIDATE_COLUMNS).where(articles.c.id.in_(_SHARING_BANDS), articles.c.first_seen_at >= bindparam("since"))


def find_candidates(connection: Connection, article: Article, keys: Keys, *, now: datetime, window: timedelta) -> list[Candidate]:
    """Stored articles that the article may repeat: same address, content or title, or sharing fingerprint bands within the window."""
    titles = [key for key in (keys.title, keys.original_title) if key]
    exact = {"url": keys.url, "content_hash": article.content_hash, "titles": titles}
    rows = connection.execute(_SAME, exact).all()
    if keys.bands:
        rows = [*rows, *connection.execute(_NEAR, {"bands": list(keys.bands), "since": now - window})]
    return list({row.article_id: Candidate(*row) for row in rows}.values())


_GROW_STORY = (
    update(stories).where(stories.c.id == bindparam("story")).values(last_seen_at=bindparam("now"), articles=stories.c.articles + 1)
)
_INSERT_ARTICLE = articles.insert().returning(articles.c.id)
_INSERT_STORY = stories.insert().returning(stories.c.id)


def insert_article(
    connection: Connection,
    article: Article,
    keys: Keys,
    verdict: Verdict,
    *,
    now: datetime,
    external_id: str | None = None,
) -> tuple[int, int]:
    """Stores the article, in its story or a new one. Returns (article id, story id)."""
    story = verdict.story if verdict.story is not None else _insert_story(connection, article.title, now)
    if verdict.story is not None:
        connection.execute(_GROW_STORY, {"story": story, "now": now})
    values = _columns(article, keys) | {
        "external_id": external_id,
        "first_seen_at": now,
        "fetched_at": now,
        "story": story,
        "verdict": verdict.kind.value,
        "repeats": verdict.of,
        "similarity": verdict.similarity,
    }
    article_id = int(connection.execute(_INSERT_ARTICLE, values).scalar_one())
    _insert_bands(connection, article_id, keys.bands)
    index_article(connection, article_id, article.title, article.lead, article.body, article.tags)
    return article_id, story


def revise_article(connection: Connection, article_id: int, article: Article, keys: Keys, *, now: datetime) -> int:
    """Keeps the stored text as a revision and puts the new one in its place. Returns the story id."""
    old = connection.execute(select(articles).where(articles.c.id == article_id)).one()
    connection.execute(
        revisions.insert().values(article=article_id, title=old.title, body=old.body, content_hash=old.content_hash, seen_at=now)
    )
    values = _columns(article, keys) | {"fetched_at": now, "published_at": article.published_at or old.published_at}
    del values["url_key"], values["url"], values["outlet"]
    connection.execute(update(articles).where(articles.c.id == article_id).values(values))
    connection.execute(delete(bands).where(bands.c.article == article_id))
    _insert_bands(connection, article_id, keys.bands)
    index_article(connection, article_id, article.title, article.lead, article.body, article.tags)
    connection.execute(update(stories).where(stories.c.id == old.story).values(last_seen_at=now))
    return int(old.story)


def address_of(connection: Connection, article_id: int) -> str | None:
    """The address of a stored article; None when it has been pruned."""
    found = connection.execute(select(articles.c.url).where(articles.c.id == article_id)).scalar_one_or_none()
    return None if found is None else str(found)


def add_external_id(connection: Connection, article_id: int, external_id: str) -> None:
    """Notes the id that an article has elsewhere, unless it has one already."""
    unnamed = update(articles).where(articles.c.id == article_id, articles.c.external_id.is_(None))
    connection.execute(unnamed.values(external_id=external_id))


def insert_matches(connection: Connection, article_id: int, found: Iterable[Match], *, now: datetime) -> None:
    """Stores what topics think of the article, in place of what they thought before."""
    connection.execute(delete(matches).where(matches.c.article == article_id))
    rows = [match_row(article_id, match, now=now) for match in found]
    if rows:
        connection.execute(matches.insert(), rows)


def story_topics(connection: Connection, story: int) -> set[str]:
    """The topics that articles of the story have matched already."""
    query = select(matches.c.topic).distinct().join(articles, articles.c.id == matches.c.article).where(articles.c.story == story)
    return set(connection.execute(query).scalars())


def list_articles(
    connection: Connection,
    *,
    since: datetime | None = None,
    outlet: str | None = None,
    ids: Sequence[int] | None = None,
    after: int = 0,
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Article rows for people and programs, oldest first, with the keys that ``rasid export`` and ``rasid crawl --jsonl`` print.

    ``after``: those with a greater id; ``limit``: so many of them.
    """
    query = select(articles).where(articles.c.id > after).order_by(articles.c.id).limit(limit)
    if since is not None:
        query = query.where(articles.c.first_seen_at >= since)
    if outlet is not None:
        query = query.where(articles.c.outlet == outlet)
    if ids is not None:
        query = query.where(articles.c.id.in_(ids))
    rows = connection.execute(query).all()
    found = _matches_of(connection, [row.id for row in rows])
    return (article_row(row, found.get(row.id, ())) for row in rows)


def article_row(row: Row[Any], found: Sequence[Row[Any]] = ()) -> dict[str, Any]:
    """One article as a flat JSON-ready mapping."""
    return {
        "id": row.id,
        "external_id": row.external_id,
        "outlet": row.outlet,
        "url": row.url,
        "title": row.title,
        "lead": row.lead,
        "lang": row.language,
        "published_at": _iso(row.published_at),
        "first_seen_at": _iso(row.first_seen_at),
        "story": row.story,
        "verdict": row.verdict,
        "repeats": row.repeats,
        "topics": [match.topic for match in found],
        "matches": [{"topic": m.topic, "score": m.score, "reason": m.reason, "evidence": m.evidence} for m in found],
        "original_source": row.original_source,
        "cited_sources": row.cited_sources,
        "authors": row.authors,
        "provenance": row.provenance,
        "body": row.body,
    }


def count_articles(connection: Connection) -> Mapping[str, int]:
    """Stored articles per outlet."""
    rows = connection.execute(select(articles.c.outlet, func.count()).group_by(articles.c.outlet))
    return {row[0]: row[1] for row in rows}


def find_prunable(connection: Connection, *, before: datetime) -> list[int]:
    """Ids of articles first seen before the instant that nobody was alerted of or has judged, oldest first."""
    query = select(articles.c.id).where(articles.c.first_seen_at < before, *_UNNEEDED).order_by(articles.c.first_seen_at)
    return list(connection.execute(query).scalars())


def prune_articles(connection: Connection, ids: Sequence[int]) -> int:
    """Deletes those of the articles that nobody was alerted of or has judged by now; their entries stay. Returns how many."""
    rows = connection.execute(select(articles.c.id, articles.c.story).where(articles.c.id.in_(ids), *_UNNEEDED)).all()
    old = [row.id for row in rows]
    for table in (bands, matches, revisions, search_texts):
        connection.execute(delete(table).where(table.c.article.in_(old)))
    connection.execute(update(articles).where(articles.c.repeats.in_(old), articles.c.id.not_in(old)).values(repeats=None))
    connection.execute(delete(articles).where(articles.c.id.in_(old)))
    connection.execute(delete(stories).where(stories.c.id.in_({row.story for row in rows}), ~_HAS_ARTICLES, ~_HAS_ALERTS))
    return len(old)


_UNNEEDED = (
    ~exists().where(alerts.c.story == articles.c.story).correlate(articles),
    ~exists().where(judgements.c.article == articles.c.id).correlate(articles),
)
_HAS_ARTICLES = exists().where(articles.c.story == stories.c.id).correlate(stories)
_HAS_ALERTS = exists().where(alerts.c.story == stories.c.id).correlate(stories)


def _columns(article: Article, keys: Keys) -> dict[str, Any]:
    return {
        "outlet": article.outlet,
        "url": article.url,
        "url_key": keys.url,
        "title": article.title,
        "title_key": keys.title,
        "lead": article.lead,
        "body": article.body,
        "words": keys.words,
        "language": article.language,
        "published_at": article.published_at,
        "modified_at": article.modified_at,
        "authors": list(article.authors),
        "tags": list(article.tags),
        "section": article.section,
        "image": article.image,
        "original_source": article.original_source,
        "original_title_key": keys.original_title,
        "cited_sources": list(article.cited_sources),
        "content_hash": article.content_hash,
        "fingerprint": article.fingerprint,
        "provenance": dict(article.provenance),
        "notes": list(article.notes),
    }


def _insert_story(connection: Connection, title: str, now: datetime) -> int:
    row = {"title": title, "first_seen_at": now, "last_seen_at": now, "articles": 1}
    return int(connection.execute(_INSERT_STORY, row).scalar_one())


def _insert_bands(connection: Connection, article_id: int, keys: Sequence[int]) -> None:
    if keys:
        connection.execute(bands.insert(), [{"band": band, "article": article_id} for band in set(keys)])


def _matches_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for start in range(0, len(ids), 500):
        for row in connection.execute(select(matches).where(matches.c.article.in_(ids[start : start + 500])).order_by(matches.c.id)):
            found.setdefault(row.article, []).append(row)
    return found


def _iso(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
