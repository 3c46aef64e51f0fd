"""The tables. ``HEAD`` is the Alembic revision that creates them; instants are stored as UTC and come back aware."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    text,
)

HEAD = "0004"

# Every column that points at another table has an index: without one, a row deleted there is looked for in the whole table.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant. Refuses naive values; gives back UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; give it a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id() -> Column[Any]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

outlets = Table(
    "outlets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("home", Text),  # confirmed by `rasid outlets check`
    Column("identity_at", UtcDateTime),  # last time the home page showed the identity
    Column("state", Text, nullable=False, server_default="new"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("state_since", UtcDateTime),
    Column("seeded_at", UtcDateTime),
    Column("last_poll_at", UtcDateTime),
    Column("last_ok_at", UtcDateTime),
    Column("next_poll_at", UtcDateTime),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("extractions", Text, nullable=False, server_default=""),  # what became of the last pages, a letter each: g good, b bad
)

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("outlet", Text, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", LargeBinary),
    Column("last_status", Integer),
    Column("last_polled_at", UtcDateTime),
    Column("last_ok_at", UtcDateTime),
    Column("newest_entry_at", UtcDateTime),
    Column("entries", Integer, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("first_polled_at", UtcDateTime),
    Column("next_poll_at", UtcDateTime),
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("failing_since", UtcDateTime),
    Column("last_new_at", UtcDateTime),  # when a poll last found a new entry
    Column("full_at", UtcDateTime),  # when a whole body last came
    Column("unverified", Integer, nullable=False, server_default="0"),  # answers without a body since then
    Column("verify_after", Integer, nullable=False, server_default="1"),  # doubles while the validators tell the truth
    Column("verify_at", UtcDateTime),  # from then on silence is surprising and the next poll is unconditional
    Column("keys_hash", LargeBinary),  # of the entries last shown
    Column("future", Integer, nullable=False, server_default="0"),  # entries dated in the future when last read
    Column("moved_to", Text),  # target of a permanent redirect
    Column("moved_since", UtcDateTime),
    Column("moved_polls", Integer, nullable=False, server_default="0"),
    Column("address", Text),  # adopted after a redirect that lasted; asked instead of url
    Column("wait", Float, nullable=False, server_default="0"),  # seconds the server itself wants between two polls
    Column("hub", Text),  # the WebSub hub it announces
    Column("rhythm", JSON),  # what the cadence has learned
    Column("gap_since", UtcDateTime),  # entries since then may be missing: a gap that could not be closed
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True),
    Column("held_until", UtcDateTime),  # Retry-After
    Column("lies", Integer, nullable=False, server_default="0"),
    Column("distrusted_at", UtcDateTime),  # its validators lied: no conditional requests
    Column("note", Text, nullable=False, server_default=""),
)

conditions = Table(
    "conditions",
    metadata,
    Column("outlet", Text, primary_key=True),
    Column("condition", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    Column("outlet", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)

poll_runs = Table(
    "poll_runs",
    metadata,
    _id(),
    Column("outlet", Text, nullable=False),
    Column("scheduled_for", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime, nullable=False),
    Column("outcome", Text, nullable=False),
    *(
        Column(name, Integer, nullable=False, server_default="0")
        for name in ("seen", "new", "known", "revised", "filtered", "failed", "pending", "duplicates", "matched", "alerted")
    ),
    Column("reasons", JSON, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Index("ix_poll_runs_outlet_started_at", "outlet", "started_at"),
    Index("ix_poll_runs_started_at", "started_at"),
)

entries = Table(
    "entries",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # 16 bytes: blake2b of the canonical URL
    Column("outlet", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("state", Text, nullable=False),  # pending, stored, failed (given up), filtered
    Column("reason", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("seeding", Boolean, nullable=False, server_default=text("false")),
    Column("detail", JSON),  # title, published, summary, content of a pending entry; emptied when done
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("article", BigInteger().with_variant(Integer, "sqlite"), index=True),  # what it became; it may have been pruned since
    Index("ix_entries_outlet_state", "outlet", "state"),
)

stories = Table(
    "stories",
    metadata,
    _id(),
    Column("title", Text, nullable=False),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("articles", Integer, nullable=False, server_default="1"),
)

articles = Table(
    "articles",
    metadata,
    _id(),
    Column("external_id", Text),
    Column("outlet", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("url_key", LargeBinary, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("title_key", LargeBinary, nullable=False, index=True),
    Column("lead", Text),
    Column("body", Text, nullable=False),
    Column("words", Integer, nullable=False),
    Column("language", Text),
    Column("published_at", UtcDateTime),
    Column("modified_at", UtcDateTime),
    Column("first_seen_at", UtcDateTime, nullable=False, index=True),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("section", Text),
    Column("image", Text),
    Column("original_source", Text),
    Column("original_title_key", LargeBinary, index=True),
    Column("cited_sources", JSON, nullable=False),
    Column("content_hash", LargeBinary, nullable=False, index=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("story", ForeignKey("stories.id"), nullable=False, index=True),
    Column("verdict", Text, nullable=False),
    Column("repeats", ForeignKey("articles.id"), index=True),
    Column("similarity", Float, nullable=False, server_default="0"),
    Column("provenance", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
)

bands = Table(
    "bands",
    metadata,
    Column("band", BigInteger, primary_key=True),  # 8 bytes of a hash of (band number, its four MinHash values)
    Column("article", BigInteger, ForeignKey("articles.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

revisions = Table(
    "revisions",
    metadata,
    _id(),
    Column("article", ForeignKey("articles.id"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("content_hash", LargeBinary, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

matches = Table(
    "matches",
    metadata,
    _id(),
    Column("article", ForeignKey("articles.id"), nullable=False),
    Column("topic", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("matched_at", UtcDateTime, nullable=False),
    UniqueConstraint("article", "topic"),
)

alerts = Table(
    "alerts",
    metadata,
    _id(),
    Column("story", ForeignKey("stories.id"), nullable=False),
    Column("topic", Text, nullable=False),
    Column("article", ForeignKey("articles.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("story", "topic"),  # one alert per story
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("alert", ForeignKey("alerts.id")),  # either an alert
    Column("notice", ForeignKey("notices.id")),  # or a notice
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="pending"),  # pending, delivered, dead
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime, nullable=False),
    Column("lease_owner", Text),
    Column("lease_until", UtcDateTime),
    Column("last_error", Text, nullable=False, server_default=""),
    Column("reference", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),
    UniqueConstraint("alert", "channel"),
    UniqueConstraint("notice", "channel"),
    Index("ix_deliveries_state_channel_id", "state", "channel", "id"),
)

judgements = Table(
    "judgements",
    metadata,
    _id(),
    Column("article", ForeignKey("articles.id"), nullable=False),
    Column("topic", Text, nullable=False),
    Column("relevant", Boolean, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("judged_by", Text, nullable=False, server_default=""),
    Column("judged_at", UtcDateTime, nullable=False),  # the last one of an article and topic counts
    Index("ix_judgements_article_topic", "article", "topic"),
)

search_texts = Table(
    "search_texts",
    metadata,
    Column("article", BigInteger().with_variant(Integer, "sqlite"), ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),  # folded words, joined by blanks
    Column("body", Text, nullable=False),  # those of lead, body and tags
)

SEARCH_INDEX = "article_search"
"""What the database makes of ``search_texts`` by itself: FTS5 and triggers in SQLite, a generated column and a GIN index in PostgreSQL."""

_SEARCH_DDL = {
    "sqlite": (
        f"create virtual table {SEARCH_INDEX} using fts5"
        "(title, body, content='search_texts', content_rowid='article', tokenize='unicode61 remove_diacritics 0')",
        "create trigger search_texts_insert after insert on search_texts begin"
        f" insert into {SEARCH_INDEX}(rowid, title, body) values (new.article, new.title, new.body); end",
        "create trigger search_texts_delete after delete on search_texts begin"
        f" insert into {SEARCH_INDEX}({SEARCH_INDEX}, rowid, title, body) values ('delete', old.article, old.title, old.body); end",
        "create trigger search_texts_update after update on search_texts begin"
        f" insert into {SEARCH_INDEX}({SEARCH_INDEX}, rowid, title, body) values ('delete', old.article, old.title, old.body);"
        f" insert into {SEARCH_INDEX}(rowid, title, body) values (new.article, new.title, new.body); end",
    ),
    "postgresql": (
        "alter table search_texts add column document tsvector generated always as"
        " (setweight(to_tsvector('simple'::regconfig, title), 'A') || to_tsvector('simple'::regconfig, body)) stored",
        f"create index {SEARCH_INDEX} on search_texts using gin (document)",
    ),
}
for _dialect, _statements in _SEARCH_DDL.items():
    for _statement in _statements:
        event.listen(search_texts, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


def is_described(name: str | None, kind: str, _parents: object = None) -> bool:
    """Whether the metadata describes what has that name in the database; it does not describe what the search index is made of."""
    return not (name or "").startswith(SEARCH_INDEX) and (kind, name) != ("column", "document")
