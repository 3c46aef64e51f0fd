"""What is asked of which WebSub hub and when, as values. Knows no socket, clock or store.

Every request counts as failed until the hub has verified it, so there is one state: when the hub is asked next.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from storage.polls import SourceState

LEASE = 10 * 86400  # seconds that we ask for
SHORTEST_WAIT = 300.0
LONGEST_WAIT = 86400.0
_RENEW_AT = 0.8  # of the lease
_CHANGED_WAIT = 3600.0  # a feed that names another hub every time must not make us ask each of them


@dataclass(frozen=True, slots=True)
class Subscription:
    """One source at one hub.

    ``token``: last part of the callback's address. ``key``: what the hub signs with. ``asked``: whether we did ask, and a
    verification is ours. ``attempts``: requests in a row that the hub did not verify. ``ends_at``: end of the lease, None without one.
    """

    source: str
    outlet: str
    hub: str
    topic: str
    token: str = field(repr=False)
    key: str = field(repr=False)
    due_at: datetime
    asked: bool = False
    attempts: int = 0
    ends_at: datetime | None = None
    denied: str = ""


def follow_hubs(
    known: Mapping[str, Subscription], states: Iterable[SourceState], *, secret: bytes, instance: str, now: datetime
) -> dict[str, Subscription]:
    """The subscriptions, by source id, that the sources announce now; those that did not change are kept as they are."""
    announced = {state.id: _begin(state, state.hub, secret, instance, now) for state in states if is_web_address(state.hub)}
    return {source: _keep_or_take(known.get(source), found, now) for source, found in announced.items() if is_web_address(found.topic)}


def is_web_address(url: str | None) -> bool:
    """Whether it is an absolute http or https address with a host."""
    try:
        parts = urlsplit(url or "")
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def next_due_at(subscriptions: Iterable[Subscription]) -> datetime | None:
    return min((subscription.due_at for subscription in subscriptions), default=None)


def form_of(subscription: Subscription, callback: str) -> dict[str, str]:
    """The form of a subscription request (WebSub §5.1). ``callback``: our public address without the token."""
    return {
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": f"{callback.rstrip('/')}/{subscription.token}",
        "hub.secret": subscription.key,
        "hub.lease_seconds": str(LEASE),
    }


def note_asked(subscription: Subscription, now: datetime) -> Subscription:
    """The hub is being asked; unless it verifies, it is asked again after a wait that grows."""
    return replace(note_spared(subscription, now), asked=True)


def note_spared(subscription: Subscription, now: datetime) -> Subscription:
    """It was due, but its hub has just failed for another source: it waits as if it had been asked."""
    attempts = subscription.attempts + 1
    return replace(subscription, attempts=attempts, due_at=now + timedelta(seconds=wait_after(attempts)))


def hold(subscription: Subscription, now: datetime, seconds: float) -> Subscription:
    """Not asked again before so many seconds, which the hub wanted."""
    return replace(subscription, due_at=max(subscription.due_at, now + timedelta(seconds=min(seconds, LONGEST_WAIT))))


def note_verified(subscription: Subscription, now: datetime, lease: float) -> Subscription:
    """The hub has verified. Renewed at 80 % of the lease, but a hub can neither make us ask all the time nor never again."""
    lease = min(max(lease, 0.0), 366 * 86400.0)
    renewal = min(max(lease * _RENEW_AT, SHORTEST_WAIT), float(LEASE))
    return replace(subscription, attempts=0, denied="", ends_at=now + timedelta(seconds=lease), due_at=now + timedelta(seconds=renewal))


def note_denied(subscription: Subscription, now: datetime, reason: str) -> Subscription:
    """The hub said no (WebSub §5.2); it may change its mind, so it is asked again after the longest wait."""
    return replace(subscription, denied=reason or "no reason given", ends_at=None, due_at=now + timedelta(seconds=LONGEST_WAIT))


def wait_after(attempts: int) -> float:
    """Seconds until the next request, after so many in a row that were not verified."""
    return float(min(SHORTEST_WAIT * 2 ** min(max(attempts - 1, 0), 20), LONGEST_WAIT))


def read_lease(text: str | None) -> float:
    """Seconds of ``hub.lease_seconds``; what we asked for when the hub does not say."""
    return float(text) if text and text.isdecimal() and len(text) <= 12 else float(LEASE)


def derive(secret: bytes, *names: str) -> str:
    """64 hexadecimal digits that only the holder of the secret can make from the names: nothing has to be stored."""
    return hmac.new(secret, json.dumps(names).encode(), "sha256").hexdigest()


def _begin(state: SourceState, hub: str | None, secret: bytes, instance: str, now: datetime) -> Subscription:
    """The hub is part of both names, so a hub that the feed has left can no longer sign, nor reach the callback."""
    names = (instance, state.id, hub or "")
    token, key = derive(secret, "callback", *names), derive(secret, "signature", *names)
    return Subscription(state.id, state.outlet, hub or "", state.address or state.url, token, key, now)


def _keep_or_take(known: Subscription | None, found: Subscription, now: datetime) -> Subscription:
    if known is None:
        return found
    if (known.hub, known.topic) == (found.hub, found.topic):
        return known
    return replace(found, due_at=now + timedelta(seconds=_CHANGED_WAIT) if known.asked else known.due_at)
