"""Opens the database, brings it to the newest schema and hands out transactions. SQLite gets WAL and waits instead of failing."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from core.errors import ConfigError, StoreError
from core.masking import mask_url
from storage import schema
from storage.search import remember_folding

_EXAMPLE = "postgresql+psycopg://user@host/rasid"


class Store:
    """An open database at the newest schema. ``instance`` is a random id of this database, for Message-IDs and leases."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with self.read() as connection:
            known = _instance(connection)
        self.instance = known or self._name_itself()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction that may write: commits at the end, rolls back on any exception. In SQLite it has the write lock from the start.

        Raises StoreError when the database refuses.
        """
        with self._refusals(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads: it sees the database as it was at its first statement, and neither waits for who writes nor
        holds them up. The database refuses to write in it.

        Raises StoreError when the database refuses.
        """
        with self._refusals(), _reading(self.engine) as connection:
            yield connection

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"the database {_label(self.engine)} refused: {_reason(self.engine, error)}") from error

    def _name_itself(self) -> str:
        with self.begin() as connection:
            known = _instance(connection)  # another process may have been faster
            made = known or uuid.uuid4().hex
            if known is None:
                connection.execute(schema.meta.insert().values(key="instance", value=made))
            return made

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

    Raises ConfigError for an unusable URL, and StoreError with one sentence when it cannot be opened or is newer than this program.
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
        raise StoreError(f"cannot open the database {_label(engine)}: {_reason(engine, error)}") from error


def open_engine(url: str) -> Engine:
    """An engine with our connection settings; does not touch the schema.

    Raises ConfigError for an unusable URL and StoreError for a missing driver.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() not in _READING:
            raise ValueError(parsed.get_backend_name())
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (NoSuchModuleError, ImportError) as error:
        raise StoreError(f"no driver for store.url: {error}; pip install psycopg[binary] and write it like {_EXAMPLE}") from error
    except (ArgumentError, ValueError) as error:
        raise ConfigError([f"store.url is not a database address; write it like sqlite:///rasid.db or {_EXAMPLE}"]) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "reset", _let_write)
    return engine


def current_revision(engine: Engine) -> str | None:
    """The Alembic revision the database is at, None when it is empty. Raises StoreError for tables that are not ours."""
    with _reading(engine) as connection:
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


def give_way() -> None:
    """Between two transactions of a long work: who waits for SQLite's lock looks every 100 ms, and would find it taken every time."""
    time.sleep(0.1)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we emit BEGIN ourselves
    cursor = connection.cursor()
    # synchronous=normal: a power cut may undo the last transactions, never tear one. Articles, validators and the outbox are undone
    # together, so the next poll does them again; a crash of the program undoes nothing.
    for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", "busy_timeout=15000", "cache_size=-1000"):
        cursor.execute(f"pragma {pragma}")
    cursor.close()


_READING: Mapping[str, Mapping[str, Any]] = {
    "sqlite": {"reading": True},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
"""Options of a connection that only reads. They end with it: SQLAlchemy resets those of PostgreSQL, ``_let_write`` what we made of ours."""


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        connection.execution_options(**_READING[engine.dialect.name])
        with connection.begin():
            yield connection


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("reading"):
        connection.exec_driver_sql("pragma query_only=on")
        connection.exec_driver_sql("begin")
    else:
        connection.exec_driver_sql("begin immediate")


def _let_write(connection: Any, _record: object, _state: object) -> None:
    """When the connection goes back to the pool."""
    connection.execute("pragma query_only=off")


_ADVICE = {
    "SQLITE_CANTOPEN": "check that its folder exists and can be written",
    "SQLITE_NOTADB": "name another file in store.url, or move this one away",
    "SQLITE_CORRUPT": "move it away and put your last backup in its place",
    "SQLITE_BUSY": "another program holds its lock; try again when it has ended",
    "SQLITE_READONLY": "check the permissions of the file and its folder",
    "SQLITE_FULL": "make room on the disk",
    "postgresql": "check that the server runs, and host, port, user and database in store.url",
}


def _reason(engine: Engine, error: DBAPIError) -> str:
    """What the database says, in one line, and what to do."""
    said = str(error.orig).strip().partition("\n")[0]
    code = "_".join(getattr(error.orig, "sqlite_errorname", "").split("_")[:2]) or engine.dialect.name  # SQLITE_BUSY_SNAPSHOT is BUSY
    return f"{said}; {_ADVICE.get(code, 'check disk space and permissions')}"


def _label(engine: Engine) -> str:
    return mask_url(engine.url.render_as_string(hide_password=False))


def _instance(connection: Connection) -> str | None:
    found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == "instance")).scalar()
    return None if found is None else str(found)
