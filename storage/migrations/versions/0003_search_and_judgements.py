"""Full-text search over what is stored, and what people judged."""

import sqlalchemy as sa
from alembic import op

from storage.schema import UtcDateTime
from storage.search import remember_folding, searchable

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BATCH = 500

_INDEX = {
    "sqlite": (
        "create virtual table article_search using fts5"
        "(title, body, content='search_texts', content_rowid='article', tokenize='unicode61 remove_diacritics 0')",
        "create trigger search_texts_insert after insert on search_texts begin"
        " insert into article_search(rowid, title, body) values (new.article, new.title, new.body); end",
        "create trigger search_texts_delete after delete on search_texts begin"
        " insert into article_search(article_search, rowid, title, body) values ('delete', old.article, old.title, old.body); end",
        "create trigger search_texts_update after update on search_texts begin"
        " insert into article_search(article_search, rowid, title, body) values ('delete', old.article, old.title, old.body);"
        " insert into article_search(rowid, title, body) values (new.article, new.title, new.body); end",
    ),
    "postgresql": (
        "alter table search_texts add column document tsvector generated always as"
        " (setweight(to_tsvector('simple'::regconfig, title), 'A') || to_tsvector('simple'::regconfig, body)) stored",
        "create index article_search on search_texts using gin (document)",
    ),
}


def upgrade() -> None:
    with op.batch_alter_table("entries") as batch:
        batch.add_column(sa.Column("article", _ID, nullable=True))
    op.create_table(
        "judgements",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("article", _ID, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("judged_by", sa.Text(), server_default="", nullable=False),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_judgements_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgements")),
    )
    op.create_index("ix_judgements_article_topic", "judgements", ["article", "topic"], unique=False)
    op.create_table(
        "search_texts",
        sa.Column("article", _ID, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_search_texts_article")),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_search_texts")),
    )
    connection = op.get_bind()
    for statement in _INDEX[connection.dialect.name]:
        op.execute(statement)
    _fill(connection)
    remember_folding(connection)


def _fill(connection: sa.Connection) -> None:
    articles = sa.table(
        "articles", *(sa.column(name) for name in ("id", "title", "lead", "body")), sa.column("tags", sa.JSON())
    )
    texts = sa.table("search_texts", *(sa.column(name) for name in ("article", "title", "body")))
    last = 0
    while rows := connection.execute(sa.select(articles).where(articles.c.id > last).order_by(articles.c.id).limit(_BATCH)).all():
        found = [searchable(row.title, row.lead, row.body, row.tags) for row in rows]
        connection.execute(
            texts.insert(), [{"article": row.id, "title": title, "body": body} for row, (title, body) in zip(rows, found, strict=True)]
        )
        last = rows[-1].id


def downgrade() -> None:
    op.drop_column("entries", "article")
    op.drop_table("search_texts")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop table article_search")
    op.drop_index("ix_judgements_article_topic", table_name="judgements")
    op.drop_table("judgements")
