"""State of outlets and sources between polls, and the ledger of polls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from core.model import Outcome, PollRun
from storage.dialect import upsert
from storage.rows import columns_of, fields_from, values_of
from storage.schema import outlets, poll_runs, sources


@dataclass(frozen=True, slots=True)
class OutletState:
    """What is remembered of an outlet. ``state``: new, ok, needs_address, or the worst Condition it is in."""

    id: str
    home: str | None = None
    identity_at: datetime | None = None
    state: str = "new"
    reason: str = ""
    state_since: datetime | None = None
    seeded_at: datetime | None = None
    last_poll_at: datetime | None = None
    last_ok_at: datetime | None = None
    next_poll_at: datetime | None = None
    failures: int = 0
    extractions: str = ""


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of a source: validators, the hash of the last body, how the last polls went, what was learned.

    The columns of the table ``sources`` explain each field. ``url`` is the address in the definition; ``address``, when there is
    one, is asked instead.
    """

    id: str
    outlet: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: bytes | None = None
    last_status: int | None = None
    last_polled_at: datetime | None = None
    last_ok_at: datetime | None = None
    newest_entry_at: datetime | None = None
    entries: int = 0
    reason: str = ""
    first_polled_at: datetime | None = None
    next_poll_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    last_new_at: datetime | None = None
    full_at: datetime | None = None
    unverified: int = 0
    verify_after: int = 1
    verify_at: datetime | None = None
    keys_hash: bytes | None = None
    future: int = 0
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_polls: int = 0
    address: str | None = None
    wait: float = 0.0
    hub: str | None = None
    rhythm: Mapping[str, Any] | None = None
    gap_since: datetime | None = None


def load_outlets(connection: Connection) -> dict[str, OutletState]:
    return {row.id: OutletState(*row) for row in connection.execute(select(*columns_of(outlets, OutletState)))}


def load_outlet(connection: Connection, outlet_id: str) -> OutletState:
    """The outlet's state; a fresh one when it was never polled."""
    row = connection.execute(select(*columns_of(outlets, OutletState)).where(outlets.c.id == outlet_id)).first()
    return OutletState(outlet_id) if row is None else OutletState(*row)


def save_outlets(connection: Connection, states: Iterable[OutletState]) -> None:
    upsert(connection, outlets, [values_of(state) for state in states])


def load_sources(connection: Connection, outlet_ids: Sequence[str]) -> dict[str, SourceState]:
    """The states of the outlets' sources, by source id."""
    query = select(*columns_of(sources, SourceState)).where(sources.c.outlet.in_(outlet_ids))
    return {row.id: SourceState(*row) for row in connection.execute(query)}


def save_sources(connection: Connection, states: Iterable[SourceState]) -> None:
    upsert(connection, sources, [values_of(state) for state in states])


def add_runs(connection: Connection, runs: Sequence[PollRun]) -> None:
    if runs:
        connection.execute(
            poll_runs.insert(), [{**values_of(run), "outcome": run.outcome.value, "reasons": dict(run.reasons)} for run in runs]
        )


def last_runs(connection: Connection) -> dict[str, PollRun]:
    """The newest poll run of each outlet."""
    newest = select(func.max(poll_runs.c.id)).group_by(poll_runs.c.outlet)
    return {row.outlet: _run(row) for row in connection.execute(select(poll_runs).where(poll_runs.c.id.in_(newest)))}


def list_runs(connection: Connection, outlet: str | None = None, *, limit: int = 100) -> list[PollRun]:
    """Poll runs, newest first."""
    query = select(poll_runs).order_by(poll_runs.c.id.desc()).limit(limit)
    if outlet is not None:
        query = query.where(poll_runs.c.outlet == outlet)
    return [_run(row) for row in connection.execute(query)]


def prune_runs(connection: Connection, *, before: datetime, limit: int | None = None) -> int:
    """Deletes poll runs older than ``before``, at most ``limit`` of them; returns how many."""
    old = select(poll_runs.c.id).where(poll_runs.c.started_at < before).order_by(poll_runs.c.started_at).limit(limit)
    return connection.execute(delete(poll_runs).where(poll_runs.c.id.in_(old))).rowcount


def _run(row: Row[Any]) -> PollRun:
    return PollRun(**{**fields_from(row, PollRun), "outcome": Outcome(row.outcome)})
