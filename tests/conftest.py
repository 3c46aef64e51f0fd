"""Fixtures for everybody: a fake clock, a real SQLite store, and a guard that lets tests reach loopback only."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import Store, open_store


class FakeClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'rasid.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the five real pages; tests that want it are skipped where it is absent."""
    folder = Path(os.environ.get("RASID_SEEDS", Path(__file__).parents[2] / "shared" / "seeds"))
    if not folder.is_dir():
        pytest.skip(f"no seed texts at {folder}; set RASID_SEEDS to their folder")
    return folder


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection to anything but this machine fails the test that tried it."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not ipaddress.ip_address(address[0].split("%")[0]).is_loopback:
            pytest.fail(f"a test tried to reach {address[0]}; tests may contact loopback only")
        return real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
