"""Opens the database, brings it to the newest schema and hands out transactions. SQLite gets WAL and waits instead of failing."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from core.errors import StoreError
from storage import schema
from storage.search import remember_folding


class Store:
    """An open database at the newest schema. ``instance`` is a random id of this database, for Message-IDs and leases."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with self.begin() as connection:
            self.instance = _instance(connection)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction: commits at the end, rolls back on any exception.

        Raises StoreError when the database refuses.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise StoreError(f"the database {_label(self.engine)} refused: {error.orig}; check disk space and permissions") from error

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None for another database or one in memory."""
        name = self.engine.url.database
        if self.engine.dialect.name != "sqlite" or not name or name == ":memory:":
            return None
        return Path(name)

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, *, migrate: bool = True) -> Store:
    """The store at a SQLAlchemy URL, created and migrated when needed.

    Raises StoreError with one sentence when it cannot be opened or is newer than this program.
    """
    engine = open_engine(url)
    try:
        revision = current_revision(engine)
        if revision != schema.HEAD:
            if not migrate:
                raise StoreError(f"the database {_label(engine)} is at {revision or 'no schema'}; run 'rasid db upgrade'")
            create(engine) if revision is None else upgrade(engine)
        return Store(engine)
    except DBAPIError as error:
        engine.dispose()
        raise StoreError(
            f"cannot open the database {_label(engine)}: {error.orig}; check that its folder exists and can be written"
        ) from error


def open_engine(url: str) -> Engine:
    """An engine with our connection settings; does not touch the schema.

    Raises StoreError for an unusable URL or a missing driver.
    """
    try:
        parsed = make_url(url)
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except ArgumentError as error:
        raise StoreError("store.url is not a database address; write it like sqlite:///rasid.db") from error
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(f"no driver for store.url: {error}; install it, for PostgreSQL: pip install psycopg[binary]") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def current_revision(engine: Engine) -> str | None:
    """The Alembic revision the database is at, None when it is empty. Raises StoreError for tables that are not ours."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            return None
        if "alembic_version" not in tables:
            raise StoreError(f"the database {_label(engine)} holds tables of another program; choose another store.url")
        return connection.execute(text("select version_num from alembic_version")).scalar()


def create(engine: Engine) -> None:
    """Makes the newest schema in an empty database, in one transaction: a start that is killed leaves nothing half made.

    The same tables as the migrations make (a test compares them), without the 12 MB that Alembic takes.
    """
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
        remember_folding(connection)
        connection.execute(text("create table alembic_version (version_num varchar(32) not null primary key)"))
        connection.execute(text("insert into alembic_version (version_num) values (:head)"), {"head": schema.HEAD})


def upgrade(engine: Engine) -> None:
    """Runs the Alembic migrations up to the newest.

    Raises StoreError when the database was made by a newer program.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(f"the database {_label(engine)} cannot be migrated: {error}; was it made by a newer rasid?") from error


def backup(store: Store, target: Path) -> None:
    """Writes a consistent copy of a SQLite database to ``target`` while others go on.

    Raises StoreError for another database or an unwritable target.
    """
    if store.engine.dialect.name != "sqlite":
        raise StoreError("only SQLite is backed up by rasid; for PostgreSQL use pg_dump")
    if target.exists():
        raise StoreError(f"{target} exists already; choose another name")
    try:
        with closing(store.engine.raw_connection()) as connection:  # VACUUM wants no transaction, and raw connections begin none
            connection.cursor().execute("vacuum into ?", (str(target),))
    except sqlite3.Error as error:
        raise StoreError(f"cannot write the backup {target}: {error}") from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we emit BEGIN ourselves
    cursor = connection.cursor()
    # synchronous=normal: a power cut may undo the last transactions, never tear one. Articles, validators and the outbox are undone
    # together, so the next poll does them again; a crash of the program undoes nothing.
    for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", "busy_timeout=15000", "cache_size=-1000"):
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("begin immediate")


def _label(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _instance(connection: Connection) -> str:
    found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == "instance")).scalar()
    if found is None:
        found = uuid.uuid4().hex
        connection.execute(schema.meta.insert().values(key="instance", value=found))
    return str(found)
