"""Who only reads sees one state of the database, holds nobody up, and cannot write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from core.errors import StoreError
from rasid.commands import status
from storage import Store, open_store
from storage.schema import meta


@pytest.fixture
def other(either_store: Store) -> Iterator[Store]:
    """The same database, opened by somebody else who would be refused at once where he had to wait."""
    opened = open_store(either_store.engine.url.render_as_string(hide_password=False))
    if opened.engine.dialect.name == "sqlite":
        impatient(opened)
    yield opened
    opened.close()


def impatient(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("pragma busy_timeout=0")


def put(connection: Connection, key: str) -> None:
    connection.execute(meta.insert().values(key=key, value=""))


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(meta)).scalar_one())


def test_a_reader_sees_one_state_and_holds_up_no_writer(either_store: Store, other: Store) -> None:
    with either_store.read() as reading:
        before = count(reading)
        with other.begin() as writing:
            put(writing, "meanwhile")
        assert count(reading) == before
    with either_store.read() as reading:
        assert count(reading) == before + 1


def test_a_writer_holds_up_no_reader(either_store: Store, other: Store) -> None:
    with either_store.begin() as writing:
        put(writing, "unfinished")
        with other.read() as reading:
            seen = count(reading)
    with other.read() as reading:
        assert count(reading) == seen + 1


def test_a_reader_cannot_write_and_the_next_transaction_of_its_connection_can(either_store: Store) -> None:
    with pytest.raises((StoreError, DBAPIError), match=r"readonly|read-only"), either_store.read() as reading:
        put(reading, "never")
    with either_store.begin() as writing:
        put(writing, "next")
        assert writing.execute(select(meta.c.key).where(meta.c.key.in_(["never", "next"]))).scalars().all() == ["next"]


def test_the_next_transaction_of_a_readers_connection_has_the_write_lock_from_the_start(store: Store) -> None:
    with store.read() as reading:
        count(reading)
    second = open_store(store.engine.url.render_as_string(hide_password=False))
    impatient(second)
    with store.begin() as holding:
        count(holding)
        with pytest.raises(StoreError, match="locked"), second.begin() as refused:
            count(refused)
    second.close()


def test_opening_and_looking_wait_for_nobody(tmp_path: Path) -> None:
    path = tmp_path / "rasid.db"
    open_store(f"sqlite:///{path}").close()
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("begin immediate")
    writer.execute("insert into meta (key, value) values ('unfinished', '')")
    opened = open_store(f"sqlite:///{path}")  # the lock is never given back: who wants it fails
    assert status.gather(opened, [])["outlets"] == []
    opened.close()
    writer.close()
