"""Full-text search, in SQLite and in PostgreSQL: what is found, that the index follows the articles, and old databases."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, delete, select, text

from core.model import Article, Match, Verdict, VerdictKind
from core.query import parse_query
from crawler import dedup
from crawler.normalise.article import content_hash
from crawler.normalise.minhash import fingerprint
from storage import Store, articles, open_store, search
from storage.engine import backup, create, current_revision, open_engine, upgrade
from storage.schema import HEAD, is_described, meta, metadata, search_texts

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def article(number: int, title: str, body: str = "نص قصير", outlet: str = "wire", **more: object) -> Article:
    made = Article(outlet, f"https://e.org/{number}", title, body, "ar", content_hash(title + body), fingerprint(body))
    return replace(made, **more)  # type: ignore[arg-type]


def put(connection: Connection, item: Article, at: datetime = NOW) -> int:
    return articles.insert_article(connection, item, dedup.keys(item), Verdict(VerdictKind.NEW), now=at)[0]


def titles(store: Store, query: str, **options: object) -> list[str]:
    with store.begin() as connection:
        return [found.title for found in search.find(connection, parse_query(query), **options)]  # type: ignore[arg-type]


ITEMS = [
    ("القوات وبسوريا", "تقرير عن معبر باب الهوى"),
    ("الحدود السورية", "قال الوزير في أنـقرة إن المعبر مفتوح"),
    ("Suriye'nin kuzeyi", "Ankara SURİYELİ mülteciler için plan açıkladı"),
    ("Syrian refugees", "The plan of Ankara for Idlib, agreed in 2026"),
    ("مواعيد المباريات", "نتائج كرة القدم"),
]


@pytest.fixture
def filled(either_store: Store) -> Store:
    with either_store.begin() as connection:
        for number, (title, body) in enumerate(ITEMS):
            put(connection, article(number, title, body, outlet="wire" if number % 2 == 0 else "desk"), NOW + timedelta(hours=number))
    return either_store


FINDS: list[tuple[str, list[int]]] = [
    ("سوريا", [0]),
    ("سورية", [1]),
    ("معبر", [1, 0]),
    ("أنقره", [1]),
    ("ankara", [3, 2]),
    ("suriye", [2]),
    ("Ankara plan", [3, 2]),
    ('"plan of Ankara"', [3]),
    ('"Ankara plan"', []),
    ("idl*", [3]),
    ("2026", [3]),
    ("٢٠٢٦", [3]),
    ("ankara OR سوريا", [3, 2, 0]),
    ("نبراسكا", []),
]


def test_what_a_query_finds_newest_first(filled: Store) -> None:
    for query, numbers in FINDS:
        assert titles(filled, query) == [ITEMS[number][0] for number in numbers], query


def test_filters_and_limit(filled: Store) -> None:
    assert titles(filled, "ankara", outlet="wire") == [ITEMS[2][0]]
    assert titles(filled, "ankara", since=NOW + timedelta(hours=3)) == [ITEMS[3][0]]
    assert titles(filled, "ankara", since=NOW + timedelta(days=3)) == []
    assert titles(filled, "ankara", limit=1) == [ITEMS[3][0]]
    with filled.begin() as connection:
        articles.insert_matches(connection, 3, [Match("turkey-syria", True, 0.9, (), "because")], now=NOW)
    assert titles(filled, "ankara", topic="turkey-syria") == [ITEMS[2][0]]
    assert titles(filled, "ankara", topic="another") == []


def test_ranked_puts_the_title_first(either_store: Store) -> None:
    with either_store.begin() as connection:
        put(connection, article(1, "إدلب إدلب", "خبر عن إدلب"))
        put(connection, article(2, "خبر آخر", "كلام كثير عن أمور أخرى لا تعني أحدا ثم ذكر إدلب مرة واحدة في آخره"))
    assert titles(either_store, "إدلب") == ["خبر آخر", "إدلب إدلب"]
    assert titles(either_store, "إدلب", ranked=True) == ["إدلب إدلب", "خبر آخر"]


TYPED = [
    "a'b", "title:x", "NEAR(x y)", "x AND y", "NOT x", "(x", "x)", "x^2", "{a b}: c", "q:*", "!x & y | z", "a\\b", "'; drop table x;--",
    "x\u0000y", "<->", "x <-> y", "%", "--x", "+x", "1e5", "a@b.org https://e.org/x?y=1", "\U0001e900\U0001e901", "ﷺ", "x" * 5000, "***",
]  # fmt: skip


def test_no_query_is_a_database_error(filled: Store) -> None:
    for typed in TYPED:
        try:
            query = parse_query(typed)
        except ValueError:
            continue
        with filled.begin() as connection:
            assert search.find(connection, query) == [], typed
            assert search.find(connection, query, ranked=True) == [], typed
    assert len(titles(filled, "ankara")) == 2


def test_odd_words_find_themselves(either_store: Store) -> None:
    odd = ["1e5", "a@b.org", "x²y", "عبد/الله", "3.14", "C++", "ŵord", "ab12cd", "كورونا-19", "ﷺ"]
    with either_store.begin() as connection:
        for number, word in enumerate(odd):
            put(connection, article(number, f"قبل {word} بعد"))
    for word in odd:
        assert f"قبل {word} بعد" in titles(either_store, word), word


def test_the_index_follows_revisions_and_pruning(either_store: Store) -> None:
    first, second = article(1, "خبر من حلب", "في حلب"), article(2, "خبر من حماة", "في حماة")
    with either_store.begin() as connection:
        one, two = put(connection, first, NOW - timedelta(days=400)), put(connection, second, NOW)
    revised = replace(first, title="خبر من إدلب", body="في إدلب", content_hash=content_hash("في إدلب"))
    with either_store.begin() as connection:
        articles.revise_article(connection, one, revised, dedup.keys(revised), now=NOW)
    assert (titles(either_store, "حلب"), titles(either_store, "إدلب")) == ([], ["خبر من إدلب"])
    with either_store.begin() as connection:
        assert articles.prune_articles(connection, articles.find_prunable(connection, before=NOW - timedelta(days=180))) == 1
        assert connection.execute(select(search_texts.c.article)).scalars().all() == [two]
    assert (titles(either_store, "إدلب"), titles(either_store, "حماة")) == ([], ["خبر من حماة"])
    if either_store.engine.dialect.name == "sqlite":
        with either_store.begin() as connection:
            connection.execute(text("insert into article_search(article_search, rank) values ('integrity-check', 1)"))


def test_the_words_are_those_of_the_articles_after_any_history(store: Store) -> None:
    chance = random.Random(7)
    words = ["حلب", "إدلب", "أنقرة", "دمشق", "عفرين", "Suriye", "border"]
    bodies: dict[int, Article] = {}
    for step in range(120):
        with store.begin() as connection:
            item = article(step, chance.choice(words), " ".join(chance.choices(words, k=5)))
            if bodies and chance.random() < 0.4:
                chosen = chance.choice(list(bodies))
                changed = replace(bodies[chosen], title=item.title, body=item.body, content_hash=item.content_hash)
                articles.revise_article(connection, chosen, changed, dedup.keys(changed), now=NOW)
                bodies[chosen] = changed
            else:
                bodies[put(connection, item)] = item
    for word in words:
        wanted = {key for key, item in bodies.items() if word in f"{item.title} {item.body}".split()}
        with store.begin() as connection:
            assert {found.id for found in search.find(connection, parse_query(word), limit=1000)} == wanted


def test_a_huge_body_is_stored_and_found_by_its_beginning(either_store: Store) -> None:
    body = "بداية النص " + " ".join(f"كلمة{number}" for number in range(120_000))
    with either_store.begin() as connection:
        put(connection, article(1, "نص طويل", body))
    assert titles(either_store, "بداية كلمة77") == ["نص طويل"]


# --------------------------------------------------------------------------- old databases


def make_old(url: str) -> None:
    """A database as 0.1.0 made it before there was a search, with two articles in it."""
    from alembic import command
    from alembic.config import Config

    engine = open_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(search.__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    command.upgrade(config, "0002")
    columns = "id, outlet, url, url_key, title, title_key, lead, body, words, language, first_seen_at, fetched_at, authors, tags"
    columns += ", cited_sources, content_hash, fingerprint, story, verdict, provenance, notes"
    with engine.begin() as connection:
        connection.execute(text("insert into stories (id, title, first_seen_at, last_seen_at) values (1, 's', :now, :now)"), {"now": NOW})
        for number, (title, body) in enumerate(ITEMS[:2], 1):
            values = {"id": number, "url": f"https://e.org/{number}", "key": bytes([number]) * 16, "title": title, "body": body, "now": NOW}
            connection.execute(
                text(
                    f"insert into articles ({columns}) values (:id, 'wire', :url, :key, :title, :key, null, :body, 5, 'ar', :now, :now,"
                    """ '[]', '["وسم"]', '[]', :key, :key, 1, 'new', '{}', '[]')"""
                ),
                values,
            )
    engine.dispose()


def test_an_old_database_is_searchable_after_its_migration(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    make_old(url)
    opened = open_store(url)
    assert titles(opened, "معبر") == [ITEMS[1][0], ITEMS[0][0]]
    assert titles(opened, "وسم سوريا") == [ITEMS[0][0]]
    with opened.begin() as connection:
        assert not search.is_outdated(connection)
    opened.close()


def test_an_interrupted_migration_leaves_the_old_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    make_old(url)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(search, "searchable", interrupt)
        with pytest.raises(KeyboardInterrupt):
            open_store(url)
    engine = open_engine(url)
    assert current_revision(engine) == "0002"
    engine.dispose()
    opened = open_store(url)
    assert titles(opened, "معبر") == [ITEMS[1][0], ITEMS[0][0]]
    opened.close()


def test_a_backup_can_be_searched(store: Store, tmp_path: Path) -> None:
    with store.begin() as connection:
        put(connection, article(1, "خبر من حلب"))
    backup(store, tmp_path / "copy.db")
    copy = open_store(f"sqlite:///{tmp_path / 'copy.db'}")
    assert titles(copy, "حلب") == ["خبر من حلب"]
    copy.close()


def test_postgresql_the_same_either_way_and_old_ones_too(postgres_database: str) -> None:
    make_old(postgres_database)
    migrated = open_store(postgres_database)
    assert current_revision(migrated.engine) == HEAD
    assert titles(migrated, "معبر") == [ITEMS[1][0], ITEMS[0][0]]
    shape = _postgresql_shape(migrated)
    migrated.close()
    engine = open_engine(postgres_database)
    with engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    create(engine)
    engine.dispose()
    created = open_store(postgres_database)
    assert _postgresql_shape(created) == shape
    created.close()


def _postgresql_shape(store: Store) -> list[tuple[object, ...]]:
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"include_name": is_described}), metadata) == []
        columns = "select column_name, data_type, generation_expression from information_schema.columns where table_name = 'search_texts'"
        indexes = "select indexname, indexdef, '' from pg_indexes where tablename in ('search_texts', 'judgements')"
        return sorted(tuple(row) for query in (columns, indexes) for row in connection.execute(text(query)))


def test_downgrade_is_not_needed_to_migrate_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'twice.db'}"
    make_old(url)
    engine = open_engine(url)
    upgrade(engine)
    upgrade(engine)
    assert current_revision(engine) == HEAD
    engine.dispose()


# --------------------------------------------------------------------------- folding that has changed


def test_an_index_of_another_folding_is_noticed_and_written_anew(either_store: Store) -> None:
    with either_store.begin() as connection:
        put(connection, article(1, "خبر من حلب"))
        connection.execute(search_texts.update().values(title="otherwise"))
        connection.execute(meta.update().where(meta.c.key == "search_folding").values(value="other"))
        assert search.is_outdated(connection)
    assert titles(either_store, "حلب") == []
    last: int | None = 0
    while last is not None:
        with either_store.begin() as connection:
            last = search.reindex(connection, last)
    assert titles(either_store, "حلب") == ["خبر من حلب"]
    with either_store.begin() as connection:
        assert not search.is_outdated(connection)


def test_rows_deleted_by_hand_leave_the_index_right(store: Store) -> None:
    with store.begin() as connection:
        put(connection, article(1, "خبر من حلب"))
        connection.execute(delete(search_texts))
        connection.execute(text("insert into article_search(article_search, rank) values ('integrity-check', 1)"))
    assert titles(store, "حلب") == []
