"""Conditions that outlets are in, what is known of hosts, and notices to the operator. Notices are delivered like alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from storage.dialect import upsert
from storage.rows import values_of
from storage.schema import conditions, deliveries, hosts, notices


@dataclass(frozen=True, slots=True)
class OpenCondition:
    """A condition that an outlet is in. ``told_at``: when people were told of it, None while it is not certain."""

    outlet: str
    condition: str
    reason: str
    since_at: datetime
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of a host: how long it wants to be left alone, and whether its validators told the truth."""

    host: str
    held_until: datetime | None = None
    lies: int = 0
    distrusted_at: datetime | None = None
    note: str = ""


def load_conditions(connection: Connection, outlets: Sequence[str] | None = None) -> dict[str, list[OpenCondition]]:
    """The open conditions by outlet, in the order of their names."""
    query = select(conditions).order_by(conditions.c.outlet, conditions.c.condition)
    if outlets is not None:
        query = query.where(conditions.c.outlet.in_(outlets))
    found: dict[str, list[OpenCondition]] = {}
    for row in connection.execute(query):
        found.setdefault(row.outlet, []).append(OpenCondition(**row._mapping))
    return found


def save_conditions(connection: Connection, outlet: str, open_now: Iterable[OpenCondition]) -> None:
    """These are the outlet's conditions from now on; others are over."""
    rows = [values_of(item) for item in open_now]
    gone = delete(conditions).where(conditions.c.outlet == outlet)
    if rows:
        gone = gone.where(conditions.c.condition.not_in([row["condition"] for row in rows]))
    connection.execute(gone)
    upsert(connection, conditions, rows)


def load_hosts(connection: Connection) -> dict[str, HostState]:
    return {row.host: HostState(**row._mapping) for row in connection.execute(select(hosts))}


def save_hosts(connection: Connection, states: Iterable[HostState]) -> None:
    upsert(connection, hosts, [values_of(state) for state in states])


def record_notice(
    connection: Connection, *, outlet: str, kind: str, title: str, text: str, created_at: datetime, channels: Sequence[str]
) -> int:
    """Writes the notice and one delivery for each channel. Returns its id."""
    values: Mapping[str, Any] = {"outlet": outlet, "kind": kind, "title": title, "text": text, "created_at": created_at}
    notice = int(connection.execute(notices.insert().values(**values).returning(notices.c.id)).scalar_one())
    rows = [
        {"notice": notice, "channel": channel, "not_before": created_at, "created_at": created_at} for channel in dict.fromkeys(channels)
    ]
    if rows:
        connection.execute(deliveries.insert(), rows)
    return notice
