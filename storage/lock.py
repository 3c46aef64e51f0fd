"""One daemon per database: a lock that the system releases even when its holder is killed."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from core.errors import StoreError
from storage.engine import Store

_ADVISORY_KEY = 7_241_940_312  # any number, the same in every release


@contextmanager
def single_instance(store: Store) -> Iterator[None]:
    """Holds the lock of the store.

    Raises StoreError when another process holds it.
    """
    if store.engine.dialect.name == "postgresql":
        with _advisory_lock(store):
            yield
    elif store.path is not None:
        with _file_lock(store.path.with_name(store.path.name + ".lock")):
            yield
    else:
        yield


def holder(store: Store) -> int | None:
    """The process that holds the lock of a SQLite store, None when nobody does or it cannot be known."""
    if store.path is None:
        return None
    path = store.path.with_name(store.path.name + ".lock")
    try:
        with path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read().strip() or 0)
            return None
    except (OSError, ValueError):
        return None


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    try:
        file = path.open("a+")
    except OSError as error:
        raise StoreError(f"cannot write the lock file {path}: {error.strerror}; check the folder's permissions") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise StoreError(f"another rasid (process {file.read().strip() or '?'}) works on this database; stop it first") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


@contextmanager
def _advisory_lock(store: Store) -> Iterator[None]:
    with store.engine.connect() as connection:
        if not connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": _ADVISORY_KEY}).scalar():
            raise StoreError("another rasid works on this database; stop it first")
        connection.commit()
        yield
