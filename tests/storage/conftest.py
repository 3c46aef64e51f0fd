"""A PostgreSQL server of our own for the tests of this folder, where one is installed; see ``postgres``."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from storage import Store, open_store
from tests.harness import free_port


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server on which databases may be made: ``$RASID_TEST_POSTGRES``, else one started for this session.

    Skips with the reason where there is neither.
    """
    given = os.environ.get("RASID_TEST_POSTGRES")
    if given:
        yield given
        return
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server: install one, or set RASID_TEST_POSTGRES to its address")
    user = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="rasid-pg-"))
    if user is not None:
        shutil.chown(folder, user)
    port, data = free_port(), folder / "data"
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"

    def call(program: str, *arguments: str) -> None:
        command = [str(programs / program), *arguments]
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)

    call("initdb", "-D", str(data), "-A", "trust", "-U", "rasid", "--encoding=UTF8", "--locale=C.UTF-8")
    call("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://rasid@127.0.0.1:{port}/postgres"
    finally:
        call("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """The address of an empty database."""
    name = f"rasid_{uuid.uuid4().hex[:12]}"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield make_url(postgres).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def either_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """The store under test, once in each database."""
    sqlite = f"sqlite:///{tmp_path / 'rasid.db'}"
    opened = open_store(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_database"))
    yield opened
    opened.close()


def _programs() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``."""
    found = [Path(where).resolve().parent for where in [shutil.which("initdb")] if where]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


def _unprivileged() -> str | None:
    """Whom the server runs as: PostgreSQL refuses to be root. None: ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in ("postgres", "nobody") if name in names), None)
    if user is None:
        pytest.skip("PostgreSQL does not run as root, and there is no user 'postgres'")
    return user
