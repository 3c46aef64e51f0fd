"""When an outlet is polled next. Pure arithmetic: instants are aware, lengths are seconds."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.config import PollingConfig
from core.model import Outcome, Outlet

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_CATCH_UP_GAP = 0.25  # seconds between two outlets that are overdue at a start
_CATCH_UP_SPAN = 20.0  # at the most for all of them


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of an outlet's interval, in seconds."""

    shortest: float
    longest: float


def limits_of(outlet: Outlet, polling: PollingConfig) -> Limits:
    """The outlet's own bounds, else the general ones."""
    shortest = outlet.min_interval or polling.min_interval
    return Limits(shortest, max(shortest, outlet.max_interval or polling.max_interval))


def phase_of(outlet_id: str, interval: float) -> float:
    """A stable offset in [0, interval): outlets with the same interval are spread over it, and stay where they are."""
    digest = hashlib.blake2b(outlet_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 * interval


def next_poll_at(outlet_id: str, *, now: datetime, outcome: Outcome, failures: int, held: float, limits: Limits) -> datetime:
    """The next instant on the outlet's grid.

    After ``failures`` failed polls in a row the interval doubles with each, up to the longest; an outlet is never given up.
    ``held``: seconds its host asked to be left alone.
    """
    if outcome in (Outcome.FAILED, Outcome.SKIPPED) and failures:
        wait = min(limits.longest, limits.shortest * 2.0 ** min(failures - 1, 30))
        return now + timedelta(seconds=max(wait, held))
    at = _grid_point(outlet_id, now, limits.shortest)
    return max(at, now + timedelta(seconds=held))


def catch_up(due: Sequence[str], now: datetime) -> dict[str, datetime]:
    """Instants for outlets that are overdue at a start: at once, but one after the other, not all together."""
    gap = min(_CATCH_UP_GAP, _CATCH_UP_SPAN / max(1, len(due)))
    return {outlet_id: now + timedelta(seconds=index * gap) for index, outlet_id in enumerate(due)}


def _grid_point(outlet_id: str, now: datetime, interval: float) -> datetime:
    """The first grid point that is at least half an interval away."""
    phase = phase_of(outlet_id, interval)
    elapsed = (now - _EPOCH).total_seconds() + interval / 2
    return _EPOCH + timedelta(seconds=math.ceil((elapsed - phase) / interval) * interval + phase)
