"""What follows from a poll: when each source and the outlet are polled next, what its health is, and what people are told. Pure."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from core.model import Condition
from crawler.choosing import in_use
from crawler.gaps import is_exposed
from crawler.poll import Conclusion, Ended, NewNotice, OpenCondition, OutletState, SourceState
from scheduler.cadence import Limits, next_poll_at, plan_source
from scheduler.health import assess, change, describe_gap, describe_move
from scheduler.reach import Reach
from scheduler.rhythm import missing, read_rhythm

log = logging.getLogger("rasid.scheduler")


def conclude(ended: Ended, *, limits: Limits, verify_every: int, reach: Reach | None = None) -> Conclusion:
    """The decision of the daemon about a poll that has ended. ``reach``: whether it is us who are cut off."""
    cut_off = _is_cut_off(reach, ended)
    outlet, at = ended.outlet, ended.at
    plan = partial(plan_source, at=at, limits=limits, outlet_id=outlet.id, verify_every=verify_every, cut_off=cut_off)
    planned = {seen.source.id: plan(seen, held=seen.held, exposed=is_exposed(outlet, seen.source)) for seen in ended.observations}
    sources = {**ended.sources, **planned}
    findings = assess(replace(ended, sources=sources), missing=lambda state: missing(read_rhythm(state.rhythm), at))
    if cut_off:
        findings = tuple(replace(found, certain=found.certain and found.condition is not Condition.FAILING) for found in findings)
    conditions, notices = change(ended.conditions, findings, outlet_name=outlet.name, outlet_id=outlet.id, at=at)
    state = replace(_named(ended.state, conditions, at), next_poll_at=_next_poll_at(ended, [*planned], sources, limits))
    return Conclusion(state, tuple(planned.values()), conditions, (*notices, *_events(ended)))


def _is_cut_off(reach: Reach | None, ended: Ended) -> bool:
    if reach is None:
        return False
    before = reach.is_cut_off
    reach.note(ended)
    if reach.is_cut_off is not before:
        log.warning("no outlet can be reached; is this machine offline?" if reach.is_cut_off else "outlets can be reached again")
    return reach.is_cut_off


def _next_poll_at(ended: Ended, asked: Sequence[str], sources: dict[str, SourceState], limits: Limits) -> datetime:
    """The earliest of the sources in use; a poll that got to none of them waits longer each time."""
    if not asked:
        wait = min(limits.longest, limits.shortest * 2.0 ** min(max(0, ended.state.failures - 1), 30))
        return ended.at + timedelta(seconds=max(wait, ended.held))
    used = [sources[source.id] for source in in_use(ended.outlet, sources) if source.id in sources]
    return next_poll_at(used, at=ended.at, limits=limits, outlet_id=ended.outlet.id)


def _named(state: OutletState, conditions: Sequence[OpenCondition], at: datetime) -> OutletState:
    """The state under the name of the worst condition, or ok."""
    worst = conditions[0] if conditions else None
    name, reason = (worst.condition, worst.reason) if worst else ("ok", "")
    since = worst.since_at if worst else state.state_since if state.state == "ok" else at
    return replace(state, state=name, reason=reason, state_since=since or at)


def _events(ended: Ended) -> list[NewNotice]:
    """What happened once and is no condition: an address that has moved for good, a gap that stays open."""
    notices = []
    for seen in ended.observations:
        if seen.after.address and seen.after.address != seen.before.address:
            notices.append(describe_move(ended.outlet.name, seen.source.url, seen.after.address))
        if not seen.complete and seen.after.gap_since is None:
            notices.append(describe_gap(ended.outlet.name, seen.source.url, seen.before.gap_since or seen.before.last_ok_at))
    return notices
