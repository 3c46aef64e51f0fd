"""When a source and its outlet are polled next. Pure arithmetic: instants are aware, lengths are seconds.

An entry that is published between two polls waits for the next one. Of all ways to spend the same number of requests, polling each
source when its unseen entries are expected to have waited equally long *together* makes the mean wait least: for a steady rate r that is
an interval of sqrt(2 W / r), the square-root rule of refreshing under a budget (Lagrange: the derivative of r T/2 + c/T vanishes at
T = sqrt(2c/r)). It also ends the night in time: the busy morning is part of what is expected.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.model import Outcome, Outlet
from core.settings import PollingConfig
from crawler.failures import is_refusal
from crawler.poll import Observation, SourceState
from scheduler.reach import NETWORK
from scheduler.rhythm import (
    Rhythm,
    expected_arrivals,
    instant,
    learn,
    learn_overlap,
    read_rhythm,
    time_until_arrivals,
    time_until_waiting,
    to_mapping,
)

BUSY = 6 / 3600.0
"""Entries per second of a source that is polled at the pace; others follow by the square root of their rate."""
SURPRISING = 5.0
"""A silence in which so many entries were to be expected (probability e^-5) is verified."""
_BURSTS = 4.0
"""Variance of the number of entries in an interval, in multiples of its mean; 1 if they came one by one."""
_SURE = 7.0
"""Standard deviations above its mean that must fit into a window; bursts are no bell curve, and chances come every few minutes."""
_LEARN_FROM_SILENCE = 6 * 3600.0
_DAY = 86400.0
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_CATCH_UP_GAP = 0.25  # seconds between two outlets that are overdue at a start
_CATCH_UP_SPAN = 20.0  # at the most for all of them
_GONE = "http_410"
_OURS = ("held", "store")
_HARD = (
    "http_404", "not_web", "private_address", "tls", "html_not_feed", "html_not_sitemap", "not_a_sitemap", "not_a_channel", "redirects",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of an outlet's interval, in seconds. ``pace``: the interval of a source with BUSY entries a second; 0: the shortest."""

    shortest: float
    longest: float
    pace: float = 0.0


def limits_of(outlet: Outlet, polling: PollingConfig) -> Limits:
    """The outlet's own bounds, else the general ones."""
    own = polling.of(outlet)
    return Limits(own.min_interval, max(own.min_interval, own.max_interval), own.pace or 0.0)


def plan_source(
    seen: Observation,
    *,
    at: datetime,
    limits: Limits,
    outlet_id: str,
    held: float = 0.0,
    verify_every: int = 40,
    cut_off: bool = False,
    exposed: bool = False,
) -> SourceState:
    """The source's state with what follows from a poll: next poll, failures in a row, rhythm, and when its validators are verified.

    ``held``: seconds its host asked to be left alone. ``cut_off``: we could reach nobody, so it is not the source that failed.
    ``exposed``: what leaves its window is nowhere to be had, see crawler.gaps.
    """
    if seen.outcome is Outcome.FAILED:
        return _after_failure(seen, at, limits, outlet_id, held, ours=seen.reason in _OURS or (cut_off and seen.reason in NETWORK))
    rhythm, mapping = _learned(seen, at)
    wait = _interval(seen, rhythm, at, limits, exposed=exposed)
    upcoming = _grid_point(outlet_id, at, wait, limits, held=held)
    state = replace(seen.after, failures=0, failing_since=None, rhythm=mapping, next_poll_at=upcoming)
    return _with_verification(state, seen, rhythm, verify_every)


def next_poll_at(sources: Iterable[SourceState], *, at: datetime, limits: Limits, outlet_id: str) -> datetime:
    """When the outlet is polled next: at the earliest instant of its sources in use; those that were never asked have waited enough."""
    soonest = _grid_point(outlet_id, at, limits.shortest, limits)
    return min((state.next_poll_at or soonest for state in sources), default=soonest)


def plan_anew(planned: Mapping[str, datetime], now: datetime, jumped: float = 0.0) -> dict[str, datetime]:
    """Instants of first polls: what is overdue is caught up with, one outlet after the other.

    ``jumped``: by how many seconds the clock has been set since they were planned. Where it was set back, every poll stays as far off as
    it was.
    """
    moved = {outlet_id: at + timedelta(seconds=min(jumped, 0.0)) for outlet_id, at in planned.items()}
    overdue = sorted((at, outlet_id) for outlet_id, at in moved.items() if at <= now)
    return moved | catch_up([outlet_id for _, outlet_id in overdue], now)


def catch_up(due: Sequence[str], now: datetime) -> dict[str, datetime]:
    """Instants for outlets that are overdue at a start: at once, but one after the other, not all together."""
    gap = min(_CATCH_UP_GAP, _CATCH_UP_SPAN / max(1, len(due)))
    return {outlet_id: now + timedelta(seconds=index * gap) for index, outlet_id in enumerate(due)}


def phase_of(outlet_id: str, interval: float) -> float:
    """A stable offset in [0, interval): outlets with the same interval are spread over it, and stay where they are."""
    digest = hashlib.blake2b(outlet_id.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 * interval


def failure_wait(reason: str, failures: int, limits: Limits) -> float:
    """Seconds until a source that failed ``failures`` times in a row is asked again; it grows, and it is never for ever.

    A no (403, robots.txt) is asked again after a day, and so is what is gone (410) from the second time on. What is wrong in itself
    (404, no feed) grows fast, up to a day. What may pass (no answer, a broken server) begins at the shortest interval and doubles up to
    the longest.
    """
    day = max(limits.longest, _DAY)
    steps = min(failures - 1, 40)
    if is_refusal(reason) or reason == _GONE:
        return day if reason != _GONE or failures > 1 else limits.longest
    if reason in _HARD:
        return min(day, limits.shortest * 3.0**steps)
    return min(limits.longest, limits.shortest * 2.0**steps)


def _after_failure(seen: Observation, at: datetime, limits: Limits, outlet_id: str, held: float, *, ours: bool) -> SourceState:
    """``ours``: no failure of the source; we kept away ourselves, or are offline."""
    if ours:
        wait, failures = limits.shortest, seen.before.failures
    else:
        failures = seen.before.failures + 1
        wait = failure_wait(seen.reason, failures, limits)
    since = seen.before.failing_since or (at if failures else None)
    upcoming = _grid_point(outlet_id, at, wait, limits, held=held)
    return replace(seen.after, failures=failures, failing_since=since, next_poll_at=upcoming)


def _learned(seen: Observation, at: datetime) -> tuple[Rhythm, Mapping[str, Any] | None]:
    """The rhythm after this poll, and how it is remembered. Silence is learned from only now and then: it costs a row otherwise."""
    rhythm = read_rhythm(seen.after.rhythm)
    last = instant(rhythm.at) if rhythm.at else seen.before.last_ok_at
    if last is None:
        last = min(seen.published, default=None) if len(seen.published) > 1 else None
    if last is None or (not seen.new and (at - last).total_seconds() < _LEARN_FROM_SILENCE):
        return rhythm, seen.after.rhythm
    dated = [published for published in seen.published if published >= last - timedelta(days=1)]
    undated = max(0, seen.new - len(seen.published)) if seen.before.last_ok_at is not None else 0
    rhythm = learn(rhythm, since=last, until=at, arrivals=dated, undated=undated)
    if seen.new and seen.before.last_ok_at is not None:
        rhythm = learn_overlap(rhythm, shown=seen.shown, known=seen.known)
    return rhythm, to_mapping(rhythm)


def _interval(seen: Observation, rhythm: Rhythm, at: datetime, limits: Limits, *, exposed: bool) -> float:
    """Seconds until the next poll: as early as the expected waiting demands, later if the server wishes, never too late for its window."""
    waiting = BUSY * (limits.pace or limits.shortest) ** 2 / 2
    wish = min(time_until_waiting(rhythm, at, waiting, most=limits.longest, boost=_boost(seen, rhythm, at)), _patience(seen, at, limits))
    safe = _safe_interval(seen, rhythm, at, limits, exposed=exposed)
    wait = min(max(wish, min(seen.after.wait, limits.longest)), safe)
    return min(max(wait, limits.shortest), limits.longest)


def _patience(seen: Observation, at: datetime, limits: Limits) -> float:
    """What a source lists at first says little of its future: its interval never exceeds a tenth of the time that we have watched it."""
    watched = (at - seen.after.first_polled_at).total_seconds() if seen.after.first_polled_at else 0.0
    return max(2 * max(limits.shortest, limits.pace), watched / 10)


def _boost(seen: Observation, rhythm: Rhythm, at: datetime) -> float:
    """News comes in bursts: how much more there was since the last poll than was to be expected."""
    since = seen.before.last_ok_at
    if since is None or since >= at:
        return 1.0
    usual = expected_arrivals(rhythm, max(since, at - timedelta(hours=6)), at)
    return min(max((seen.new + 1.0) / (usual + 1.0), 0.5), 4.0)


def _safe_interval(seen: Observation, rhythm: Rhythm, at: datetime, limits: Limits, *, exposed: bool) -> float:
    """Until when only the safe share of the window is expected to have been replaced, by the rhythm and by what was seen just now.

    The rest is the overlap that proves that nothing was missed.
    """
    window = seen.shown or seen.after.entries
    if not window:
        return limits.longest
    safe = min(rhythm.safe * window, _bearable(window)) if exposed else max(1.0, rhythm.safe * window)
    usual = time_until_arrivals(rhythm, at, safe, most=limits.longest)
    since = seen.before.last_ok_at
    if not seen.new or since is None or since >= at:
        return usual
    now = safe * (at - since).total_seconds() / seen.new
    return min(usual, now) if exposed or seen.new > 0.2 * window or not seen.complete else usual


def _bearable(window: int) -> float:
    """The most entries to expect until the next poll of a window that must bear bursts: x + z sqrt(b x) = window, solved for x."""
    spread = _SURE * math.sqrt(_BURSTS) / 2
    return (math.sqrt(spread**2 + window) - spread) ** 2


def _with_verification(state: SourceState, seen: Observation, rhythm: Rhythm, verify_every: int) -> SourceState:
    """Trust in validators is earned: each verification they pass doubles the answers without a body until the next one."""
    if not state.unverified:
        passed = seen.before.unverified > 0
        after = min(verify_every, seen.before.verify_after * 2) if passed else min(verify_every, seen.before.verify_after)
        return replace(state, verify_after=after, verify_at=None)
    if state.verify_at is None and state.full_at is not None and rhythm.is_settled:
        seconds = time_until_arrivals(rhythm, state.full_at, SURPRISING, most=7 * _DAY)
        return replace(state, verify_at=state.full_at + timedelta(seconds=seconds))
    return state


def _grid_point(outlet_id: str, at: datetime, wait: float, limits: Limits, *, held: float = 0.0) -> datetime:
    """The point of the outlet's grid nearest to ``at + wait``, at least half a step from now and not before a pause is over."""
    step = limits.shortest
    phase = phase_of(outlet_id, step)
    now = (at - _EPOCH).total_seconds() - phase
    nearest = round((now + wait) / step)
    earliest = math.ceil((now + max(held, step / 2)) / step)
    return _EPOCH + timedelta(seconds=max(nearest, earliest) * step + phase)
