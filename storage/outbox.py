"""Alerts and their deliveries: what was intended, to whom, and how far it got. Rows are written with the article, sent later.

A channel's deliveries go out in the order of their ids. What a failure means is decided elsewhere; here it is only written down.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Update, and_, func, or_, select, update

from core.model import Alert, Delivery, Evidence, Notice
from core.settings import HEALTH
from storage.dialect import insert
from storage.schema import alerts, articles, deliveries, matches, notices

PENDING, DELIVERED, DEAD = "pending", "delivered", "dead"

OVERTAKE_AFTER = 10
"""Attempts after which a delivery that waits no longer holds up those behind it."""

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as people and programs list it. That of a notice has no alert, story and article; its topic is ``health``.

    ``reference``: what the channel answered; of a delivery that is not delivered, what was taken so far, as JSON, or nothing.
    """

    id: int
    alert: int | None
    notice: int | None
    channel: str
    state: str
    attempts: int
    created_at: datetime
    not_before: datetime
    delivered_at: datetime | None
    last_error: str
    reference: str
    topic: str
    story: int | None
    article: int | None
    outlet: str
    title: str
    url: str


def record_alert(
    connection: Connection, *, story: int, topic: str, article_id: int, created_at: datetime, channels: Sequence[str]
) -> int | None:
    """Writes the alert and one delivery for each channel. Returns the alert's id, or None when the story has one for the topic."""
    statement = insert(connection, alerts).values(story=story, topic=topic, article=article_id, created_at=created_at)
    statement = statement.on_conflict_do_nothing(index_elements=["story", "topic"]).returning(alerts.c.id)
    alert = connection.execute(statement).scalar_one_or_none()
    rows = [{"alert": alert, "channel": channel, "not_before": created_at, "created_at": created_at} for channel in dict.fromkeys(channels)]
    if alert is None:
        return None
    if rows:
        connection.execute(deliveries.insert(), rows)
    return int(alert)


def lease_next(
    connection: Connection, channel: str, *, owner: str, now: datetime, lease: timedelta, names: Mapping[str, str] = _NO_NAMES
) -> Delivery | None:
    """Takes the delivery whose turn it is, for the time of the lease; None when it is not due or somebody has it.

    ``names``: outlet id to the name readers see.
    """
    head = connection.execute(_head(channel, now)).one_or_none()
    if head is None or head.not_before > now or (head.lease_until is not None and head.lease_until > now):
        return None
    taken = connection.execute(
        update(deliveries)
        .where(deliveries.c.id == head.id, deliveries.c.state == PENDING, _unleased(now))
        .values(attempts=deliveries.c.attempts + 1, lease_owner=owner, lease_until=now + lease)
    )
    if taken.rowcount != 1:
        return None
    return _delivery(connection.execute(_WHOLE.where(deliveries.c.id == head.id)).one(), names)


def next_due_at(connection: Connection, channel: str, *, now: datetime) -> datetime | None:
    """When ``lease_next`` may have something for the channel; None when nothing is pending."""
    head = connection.execute(_head(channel, now)).one_or_none()
    waiting = select(func.min(deliveries.c.not_before)).where(_pending(channel), _may_be_overtaken(now))
    dues = [connection.execute(waiting).scalar()]
    if head is not None:
        dues.append(max(head.not_before, head.lease_until or head.not_before))
    return min((due for due in dues if due is not None), default=None)


def confirm(connection: Connection, delivery_id: int, *, reference: str, now: datetime, note: str = "") -> None:
    """The channel took it; ``note`` says what was wrong all the same, and stands where errors stand."""
    connection.execute(_settle(delivery_id).values(state=DELIVERED, reference=reference, delivered_at=now, last_error=note))


def postpone(connection: Connection, delivery_id: int, *, error: str, not_before: datetime, taken: Sequence[str] = ()) -> None:
    """The channel did not take it, or took only what is ``taken``; it stays pending and the lease ends."""
    values = {"last_error": error, "not_before": not_before, "reference": _noted(taken)}
    connection.execute(_settle(delivery_id).where(deliveries.c.state == PENDING).values(values))


def bury(connection: Connection, delivery_id: int, *, error: str, taken: Sequence[str] = ()) -> None:
    """Makes it a dead letter, which remembers what was ``taken``."""
    values = {"state": DEAD, "last_error": error, "reference": _noted(taken)}
    connection.execute(_settle(delivery_id).where(deliveries.c.state == PENDING).values(values))


def release_leases(connection: Connection) -> int:
    """Ends all leases; for a new holder of the single-instance lock, to whom every lease is stale. Returns how many."""
    held = update(deliveries).where(deliveries.c.state == PENDING, deliveries.c.lease_until.is_not(None))
    return connection.execute(held.values(lease_owner=None, lease_until=None)).rowcount


def requeue_dead(connection: Connection, *, now: datetime, channel: str | None = None) -> int:
    """Makes dead letters pending again, with their attempts forgotten. Returns how many."""
    dead = update(deliveries).where(deliveries.c.state == DEAD)
    if channel is not None:
        dead = dead.where(deliveries.c.channel == channel)
    return connection.execute(dead.values(state=PENDING, attempts=0, not_before=now, lease_owner=None, lease_until=None)).rowcount


def depth(connection: Connection) -> Mapping[str, Mapping[str, int]]:
    """Number of deliveries per channel and state."""
    query = select(deliveries.c.channel, deliveries.c.state, func.count()).group_by(deliveries.c.channel, deliveries.c.state)
    found: dict[str, dict[str, int]] = {}
    for channel, state, count in connection.execute(query.order_by(deliveries.c.channel)):
        found.setdefault(channel, {})[state] = count
    return found


def last_error(connection: Connection, channels: Iterable[str], state: str) -> str:
    """Why the one of them that was tried last did not leave; empty when none was tried."""
    query = select(deliveries.c.last_error).where(deliveries.c.state == state, deliveries.c.channel.in_(list(channels)))
    query = query.where(deliveries.c.last_error != "").order_by(deliveries.c.not_before.desc(), deliveries.c.id.desc()).limit(1)
    return str(connection.execute(query).scalar_one_or_none() or "")


def list_deliveries(connection: Connection, *, limit: int = 50, state: str | None = None, channel: str | None = None) -> list[DeliveryRow]:
    """Deliveries, newest first."""
    query = _WHOLE.order_by(deliveries.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(deliveries.c.state == state)
    if channel is not None:
        query = query.where(deliveries.c.channel == channel)
    return [_listed(row) for row in connection.execute(query)]


# --------------------------------------------------------------------------- queries

_ARTICLE_COLUMNS = ("outlet", "url", "title", "lead", "language", "published_at", "first_seen_at", "original_source")

# A match may be gone when a later revision of the article is no longer relevant: the alert still stands, so an outer join.
_WHOLE = select(
    deliveries,
    alerts.c.story,
    alerts.c.topic,
    alerts.c.article,
    alerts.c.created_at.label("alerted_at"),
    *(articles.c[name] for name in _ARTICLE_COLUMNS),
    *(notices.c[name].label(f"notice_{name}") for name in ("outlet", "kind", "title", "text", "created_at")),
    matches.c.score,
    matches.c.reason,
    matches.c.evidence,
).select_from(
    deliveries.outerjoin(alerts, alerts.c.id == deliveries.c.alert)
    .outerjoin(articles, articles.c.id == alerts.c.article)
    .outerjoin(notices, notices.c.id == deliveries.c.notice)
    .outerjoin(matches, and_(matches.c.article == alerts.c.article, matches.c.topic == alerts.c.topic))
)


def _pending(channel: str) -> ColumnElement[bool]:
    return and_(deliveries.c.state == PENDING, deliveries.c.channel == channel)


def _may_be_overtaken(now: datetime) -> ColumnElement[bool]:
    return and_(deliveries.c.attempts >= OVERTAKE_AFTER, deliveries.c.not_before > now)


def _unleased(now: datetime) -> ColumnElement[bool]:
    return or_(deliveries.c.lease_until.is_(None), deliveries.c.lease_until <= now)


def _head(channel: str, now: datetime) -> Any:
    """The oldest pending delivery of the channel, past those that may be overtaken."""
    columns = (deliveries.c.id, deliveries.c.not_before, deliveries.c.lease_until)
    return select(*columns).where(_pending(channel), ~_may_be_overtaken(now)).order_by(deliveries.c.id).limit(1)


def _settle(delivery_id: int) -> Update:
    """An update of the delivery that also ends its lease."""
    return update(deliveries).where(deliveries.c.id == delivery_id).values(lease_owner=None, lease_until=None)


def _noted(taken: Sequence[str]) -> str:
    return json.dumps(list(taken), ensure_ascii=False) if taken else ""


def _taken(noted: str) -> tuple[str, ...]:
    return tuple(json.loads(noted)) if noted else ()


def _listed(row: Row[Any]) -> DeliveryRow:
    values = {field.name: getattr(row, field.name) for field in fields(DeliveryRow)}
    if row.notice is not None:
        values |= {"topic": HEALTH, "outlet": row.notice_outlet, "title": row.notice_title, "url": ""}
    return DeliveryRow(**values)


def _delivery(row: Row[Any], names: Mapping[str, str]) -> Delivery:
    item = _alert(row, names) if row.notice is None else _notice(row, names)
    return Delivery(row.id, row.channel, item, row.attempts, row.created_at, _taken(row.reference))


def _notice(row: Row[Any], names: Mapping[str, str]) -> Notice:
    return Notice(
        id=row.notice,
        outlet=row.notice_outlet,
        outlet_name=names.get(row.notice_outlet, row.notice_outlet),
        kind=row.notice_kind,
        title=row.notice_title,
        text=row.notice_text,
        created_at=row.notice_created_at,
    )


def _alert(row: Row[Any], names: Mapping[str, str]) -> Alert:
    return Alert(
        id=row.alert,
        story=row.story,
        topic=row.topic,
        created_at=row.alerted_at,
        article_id=row.article,
        outlet_name=names.get(row.outlet, row.outlet),
        score=row.score or 0.0,
        reason=row.reason or "",
        evidence=tuple(Evidence(**item) for item in row.evidence or ()),
        **{name: getattr(row, name) for name in _ARTICLE_COLUMNS},
    )
