"""The schema is the same whichever way a database came to it, and an old or foreign one is noticed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from core.errors import ConfigError, StoreError
from storage import Store, open_store
from storage.engine import backup, create, current_revision, open_engine, upgrade
from storage.lock import holder, single_instance
from storage.schema import HEAD, is_described, meta, metadata, poll_runs
from tests.harness import free_port


def tables(url: str) -> dict[str, object]:
    engine = open_engine(url)
    found = inspect(engine)
    try:
        return {
            name: (
                [(column["name"], str(column["type"]), column["nullable"], column["default"]) for column in found.get_columns(name)],
                sorted(index["name"] or "" for index in found.get_indexes(name)),
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(str(unique["column_names"]) for unique in found.get_unique_constraints(name)),
            )
            for name in found.get_table_names()
        }
    finally:
        engine.dispose()


def test_migrations_and_a_new_database_make_the_same_tables(tmp_path: Path) -> None:
    migrated, created = f"sqlite:///{tmp_path / 'a.db'}", f"sqlite:///{tmp_path / 'b.db'}"
    for url, make in ((migrated, upgrade), (created, create)):
        engine = open_engine(url)
        make(engine)
        assert current_revision(engine) == HEAD
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection, opts={"include_name": is_described}), metadata) == []
        engine.dispose()
    assert tables(migrated) == tables(created)
    assert index_of(migrated) == index_of(created)


def index_of(url: str) -> list[tuple[str, str]]:
    """What the search index and its triggers are made by, in the words of the database."""
    engine = open_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("select name, sql from sqlite_master where tbl_name like '%search%' and sql is not null"))
        rows = sorted((str(name), " ".join(str(sql).lower().split())) for name, sql in found if name != "search_texts")
    engine.dispose()
    assert {"article_search", "search_texts_insert", "search_texts_update", "search_texts_delete"} <= {name for name, _ in rows}
    return rows


def test_it_opens_again_and_keeps_its_instance(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    first = open_store(url)
    instance = first.instance
    first.close()
    second = open_store(url)
    assert second.instance == instance
    with second.engine.connect() as connection:
        assert connection.execute(text("pragma journal_mode")).scalar() == "wal"
        assert connection.execute(text("pragma foreign_keys")).scalar() == 1
    second.close()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update alembic_version set version_num = '9999'", "newer rasid"),
        ("drop table alembic_version", "another program"),
    ],
)
def test_a_database_of_another_program_or_version_is_refused(tmp_path: Path, statement: str, words: str) -> None:
    path = tmp_path / "a.db"
    open_store(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match=words):
        open_store(f"sqlite:///{path}")


def refusal(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(url)
    return str(caught.value)


def test_a_database_that_cannot_be_opened_is_one_sentence_that_fits(tmp_path: Path) -> None:
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"words, not pages. " * 500)
    assert refusal(f"sqlite:///{junk}").endswith("file is not a database; name another file in store.url, or move this one away")
    assert "check that its folder exists" in refusal(f"sqlite:///{tmp_path / 'nowhere' / 'a.db'}")
    server = refusal(f"postgresql+psycopg://u:hush-hush@127.0.0.1:{free_port()}/db?password=hush-hush")
    assert server.endswith("check that the server runs, and host, port, user and database in store.url")
    assert "\n" not in server
    assert "folder" not in server
    assert "hush-hush" not in server


def test_a_damaged_page_is_a_refusal_too(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    opened = open_store(f"sqlite:///{path}")
    with opened.begin() as connection:
        connection.execute(meta.insert(), [{"key": f"{number}", "value": "x" * 500} for number in range(100)])
    opened.close()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(StoreError, match="put your last backup in its place"):
        look(f"sqlite:///{path}")


def look(url: str) -> None:
    with closing(open_store(url)) as opened, opened.read() as connection:
        connection.execute(meta.select()).all()


@pytest.mark.parametrize("url", ["rasid.db", "mysql://u:p@h/db", "oracle://h", "postgresql+psycopg://h:port/db", "sqlite://rasid.db"])
def test_an_address_of_no_database_we_know_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigError, match=r"sqlite:///rasid\.db or postgresql"):
        open_store(url)


def test_instants_are_aware_and_come_back_in_utc(store: Store) -> None:
    at = datetime(2026, 11, 24, 12, 0, tzinfo=timezone(timedelta(hours=3)))
    row = {"outlet": "a", "scheduled_for": at, "started_at": at, "finished_at": at, "outcome": "ok", "reasons": {}}
    with store.begin() as connection:
        connection.execute(poll_runs.insert().values(row))
        assert connection.execute(poll_runs.select()).one().started_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    with pytest.raises(Exception, match="naive"), store.begin() as connection:
        connection.execute(poll_runs.insert().values(row | {"started_at": datetime(2026, 11, 24)}))  # noqa: DTZ001


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    def half_done() -> None:
        with store.begin() as connection:
            connection.execute(meta.insert().values(key="half", value="done"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_done()
    with store.begin() as connection:
        assert connection.execute(meta.select().where(meta.c.key == "half")).first() is None


def test_the_lock_knows_its_holder(store: Store, tmp_path: Path) -> None:
    import os

    assert holder(store) is None
    with single_instance(store):
        assert holder(store) == os.getpid()
        with pytest.raises(StoreError, match="another rasid"), single_instance(store):
            pass
    assert holder(store) is None


def test_backup_refuses_what_it_cannot_do(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot write the backup"):
        backup(store, tmp_path / "no" / "such" / "folder.db")
