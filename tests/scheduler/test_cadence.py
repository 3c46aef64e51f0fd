"""When a source is polled next: never too late for its window, seldom where little comes, never given up, on a steady grid."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cadence import compare_counts
from core.model import Outcome, Outlet, Source, SourceKind
from core.settings import PollingConfig
from crawler.poll import Observation, SourceState
from crawler.validators import is_due, must_verify
from scheduler.cadence import Limits, catch_up, failure_wait, limits_of, next_poll_at, phase_of, plan_source
from scheduler.rhythm import Rhythm, learn, to_mapping

NOW = datetime(2026, 11, 24, 9, 0, 7, tzinfo=UTC)
LIMITS = Limits(300.0, 7200.0)
SOURCE = Source("x:feed", SourceKind.FEED, "https://x.example/feed")
REASONS = [
    "dns",
    "timeout",
    "http_500",
    "http_503",
    "http_404",
    "http_410",
    "http_403",
    "robots",
    "tls",
    "dropped",
    "bug_KeyError",
    "truncated",
]


def rhythm(per_hour: float, days: int = 10) -> dict[str, Any]:
    made = Rhythm()
    for hour in range(days * 24):
        since = NOW - timedelta(hours=days * 24 - hour)
        made = learn(made, since=since, until=since + timedelta(hours=1), arrivals=[], undated=1)
    return to_mapping(replace(made, entries=made.watched * per_hour / 3600, hours=tuple(per_hour * t / 3600 for t in made.hours_watched),
                              days=tuple(per_hour * t / 3600 for t in made.days_watched)))  # fmt: skip


def state(**changes: Any) -> SourceState:
    values: dict[str, Any] = {
        "first_polled_at": NOW - timedelta(days=30),
        "last_ok_at": NOW - timedelta(minutes=5),
        "full_at": NOW - timedelta(hours=1),
        "entries": 20,
        "body_hash": b"x",
    }
    return SourceState(SOURCE.id, "x", SOURCE.url, **{**values, **changes})


def quiet(**changes: Any) -> Observation:
    before = state(**changes)
    return Observation(SOURCE, before, replace(before, unverified=before.unverified + 1, last_ok_at=NOW), Outcome.NOT_MODIFIED)


def news(new: int, known: int, *, minutes: float = 5.0, **changes: Any) -> Observation:
    before = state(**{"last_ok_at": NOW - timedelta(minutes=minutes), **changes})
    after = replace(before, unverified=0, last_ok_at=NOW, full_at=NOW, entries=new + known)
    return Observation(SOURCE, before, after, Outcome.OK, shown=new + known, known=known, new=new)


def broken(reason: str, failures: int = 0) -> Observation:
    before = state(failures=failures)
    return Observation(SOURCE, before, replace(before, reason=reason), Outcome.FAILED, reason)


def wait(
    seen: Observation, *, limits: Limits = LIMITS, held: float = 0.0, at: datetime = NOW, outlet: str = "arab48", exposed: bool = False
) -> float:
    planned = plan_source(seen, at=at, limits=limits, outlet_id=outlet, held=held, exposed=exposed)
    assert planned.next_poll_at is not None
    return (planned.next_poll_at - at).total_seconds()


# --------------------------------------------------------------------------- rhythm


def test_an_unknown_source_is_polled_at_the_shortest_interval() -> None:
    assert wait(quiet()) <= 450


def test_patience_grows_with_the_time_a_source_was_watched() -> None:
    rare = rhythm(0.01)
    waits = [wait(quiet(rhythm=rare, first_polled_at=NOW - timedelta(hours=hours))) for hours in (0, 5, 10, 100)]
    assert waits[0] <= 2 * LIMITS.shortest + 150
    assert waits == sorted(waits)
    assert waits[2] <= 3600 + 150
    assert waits[3] > 4000


def test_the_interval_follows_the_square_root_of_the_rate() -> None:
    waits = {rate: wait(quiet(rhythm=rhythm(rate), entries=500)) for rate in (12.0, 1.0, 0.25, 0.05)}
    assert waits[12.0] <= 450
    assert 400 <= waits[1.0] <= 1300
    assert waits[0.25] == pytest.approx(2 * waits[1.0], rel=0.5)
    assert 2400 <= waits[0.05] <= 7200
    assert sorted(waits.values()) == list(waits.values())


@pytest.mark.parametrize("window", [10, 15, 20, 50])
def test_an_exposed_window_bears_a_burst(window: int) -> None:
    """Nowhere else is what leaves it: at the learned rate only so much may come until the next poll that seven standard deviations fit."""
    lazy = Limits(60.0, 36000.0, pace=36000.0)
    seen = quiet(rhythm=rhythm(2.0), entries=window)
    usual, exposed = wait(seen, limits=lazy), wait(seen, limits=lazy, exposed=True)
    expected = 2.0 * exposed / 3600
    assert exposed < usual
    assert expected + 7 * math.sqrt(4 * expected) == pytest.approx(window, rel=0.2)


def test_a_busy_poll_shortens_the_wait_of_an_exposed_source_at_once() -> None:
    lazy = Limits(60.0, 36000.0, pace=36000.0)
    calm, busy = (wait(news(new, 48, minutes=20.0, rhythm=rhythm(0.5)), limits=lazy, exposed=True) for new in (1, 4))
    assert busy < calm / 2


def test_a_small_window_is_polled_in_time_whatever_the_pace() -> None:
    lazy = Limits(300.0, 36000.0, pace=7200.0)
    assert wait(quiet(rhythm=rhythm(6.0), entries=500), limits=lazy) > 4 * 3600 / 6
    assert wait(quiet(rhythm=rhythm(6.0), entries=10), limits=lazy) <= 0.4 * 10 / 6 * 3600 + 300


def test_little_overlap_shortens_the_interval_at_once() -> None:
    slow = rhythm(0.05)
    calm, danger = news(1, 19, minutes=60, rhythm=slow), news(18, 2, minutes=60, rhythm=slow)
    assert wait(danger) < 0.6 * wait(calm)
    assert wait(danger) <= 0.4 * 20 / 18 * 3600 + 150
    assert wait(news(20, 0, minutes=600, rhythm=slow)) <= 0.4 * 600 * 60 + 150


def test_it_does_not_sleep_over_the_morning() -> None:
    made = Rhythm()
    for day in range(14):
        for hour in range(24):
            since = datetime(2026, 11, 10, tzinfo=UTC) + timedelta(days=day, hours=hour)
            made = learn(made, since=since, until=since + timedelta(hours=1), arrivals=[], undated=10 if 6 <= hour < 18 else 0)
    known = to_mapping(made)
    limits = Limits(300.0, 6 * 3600.0)
    at_night, before_dawn = (datetime(2026, 11, 24, hour, 2, tzinfo=UTC) for hour in (1, 5))

    def at(instant: datetime) -> float:
        seen = quiet(rhythm=known, last_ok_at=instant - timedelta(hours=1), full_at=None)
        return wait(seen, at=instant, limits=limits)

    assert at(at_night) >= 3 * at(datetime(2026, 11, 24, 10, 2, tzinfo=UTC))
    assert at_night + timedelta(seconds=at(at_night)) < datetime(2026, 11, 24, 6, 40, tzinfo=UTC)
    assert before_dawn + timedelta(seconds=at(before_dawn)) < datetime(2026, 11, 24, 6, 20, tzinfo=UTC)
    assert at(datetime(2026, 11, 24, 10, 2, tzinfo=UTC)) <= 600


# --------------------------------------------------------------------------- wishes and pauses


@given(wish=st.floats(0, 1e6), rate=st.sampled_from([0.05, 0.5, 5.0]))
def test_wishes_of_the_server_only_lengthen(wish: float, rate: float) -> None:
    known = rhythm(rate, days=3)
    without, with_wish = wait(quiet(rhythm=known)), wait(quiet(rhythm=known, wait=wish))
    assert without <= with_wish <= LIMITS.longest + LIMITS.shortest


def test_a_wish_is_not_followed_into_a_loss() -> None:
    assert wait(quiet(rhythm=rhythm(6.0), entries=10, wait=7200.0)) <= 0.4 * 10 / 6 * 3600 + 150


@pytest.mark.parametrize("seen", [quiet(), broken("http_503"), broken("held")])
def test_a_host_that_asks_for_a_pause_gets_it(seen: Observation) -> None:
    for held in (1000.0, 50_000.0):
        assert held <= wait(seen, held=held) <= held + LIMITS.shortest


@pytest.mark.parametrize("reason", ["held", "store"])
def test_what_is_our_own_doing_is_no_failure_of_the_source(reason: str) -> None:
    assert plan_source(broken(reason, 2), at=NOW, limits=LIMITS, outlet_id="x").failures == 2


# --------------------------------------------------------------------------- failures


@pytest.mark.parametrize("reason", REASONS)
def test_failures_wait_longer_each_time_but_never_for_ever(reason: str) -> None:
    waits = [failure_wait(reason, failures, LIMITS) for failures in range(1, 60)]
    assert waits == sorted(waits)
    assert all(LIMITS.shortest <= value <= 86400 for value in waits)
    assert wait(broken(reason, 10_000)) <= 86400 + LIMITS.shortest


def test_a_no_waits_longer_than_a_404_and_that_longer_than_a_silence() -> None:
    for failures in (2, 3, 4):
        soft, hard, no = (failure_wait(reason, failures, LIMITS) for reason in ("timeout", "http_404", "http_403"))
        assert soft < hard < no


def test_a_success_forgets_the_failures() -> None:
    failing = plan_source(broken("timeout", 3), at=NOW, limits=LIMITS, outlet_id="x")
    assert (failing.failures, failing.failing_since) == (4, NOW)
    again = replace(quiet(), before=failing, after=replace(failing, reason=""))
    fine = plan_source(again, at=NOW + timedelta(hours=1), limits=LIMITS, outlet_id="x")
    assert (fine.failures, fine.failing_since) == (0, None)


# --------------------------------------------------------------------------- the grid


@given(
    shortest=st.floats(0.05, 7200), span=st.floats(1, 50), new=st.integers(0, 60), known=st.integers(0, 60), outlet=st.text(min_size=1),
    held=st.floats(0, 1e5),
)  # fmt: skip
def test_it_is_always_within_the_bounds(shortest: float, span: float, new: int, known: int, outlet: str, held: float) -> None:
    limits = Limits(shortest, shortest * span)
    seconds = wait(news(new, known), limits=limits, outlet=outlet, held=held)
    assert max(shortest / 2, held) - 1e-5 <= seconds <= max(limits.longest, held) + shortest + 1e-5


def test_the_phase_does_not_drift_and_sources_of_an_outlet_meet() -> None:
    at, phases = NOW, set()
    for step in range(2000):
        planned = plan_source(quiet(rhythm=rhythm(6.0, days=1)) if step % 2 else news(1, 9), at=at, limits=LIMITS, outlet_id="taif_post")
        assert planned.next_poll_at is not None
        phases.add(round(planned.next_poll_at.timestamp() % 300, 3))
        at = planned.next_poll_at + timedelta(seconds=step % 7)  # polls begin late and take their time
    assert len(phases) == 1


def test_outlets_are_spread() -> None:
    phases = sorted(phase_of(f"outlet{number}", 300.0) for number in range(300))
    assert max(later - earlier for earlier, later in pairwise(phases)) < 15


def test_the_outlet_is_polled_with_its_first_source() -> None:
    sources = [state(next_poll_at=NOW + timedelta(minutes=minutes)) for minutes in (50, 10, 90)]
    assert next_poll_at(sources, at=NOW, limits=LIMITS, outlet_id="x") == NOW + timedelta(minutes=10)
    never_asked = next_poll_at([*sources, state()], at=NOW, limits=LIMITS, outlet_id="x")
    assert NOW < never_asked <= NOW + timedelta(minutes=10)


def test_what_is_nearly_due_is_asked_along() -> None:
    assert is_due(None, NOW, shortest=300.0)
    assert is_due(state(), NOW, shortest=300.0)
    assert is_due(state(next_poll_at=NOW + timedelta(seconds=50)), NOW, shortest=300.0)
    assert not is_due(state(next_poll_at=NOW + timedelta(seconds=100)), NOW, shortest=300.0)


def test_overdue_outlets_do_not_all_start_together() -> None:
    planned = catch_up([f"o{number}" for number in range(500)], NOW)
    spans = [(at - NOW).total_seconds() for at in planned.values()]
    assert len(set(spans)) == 500
    assert max(spans) <= 20


def test_an_outlet_has_its_own_bounds() -> None:
    outlet = Outlet("x", "X", None, ("ar",), min_interval=10.0, pace=20.0)
    assert limits_of(outlet, PollingConfig()) == Limits(10.0, 7200.0, 20.0)
    assert limits_of(replace(outlet, min_interval=9000.0, pace=None), PollingConfig()) == Limits(9000.0, 9000.0, 0.0)


# --------------------------------------------------------------------------- verification


def test_trust_is_earned() -> None:
    known, counts = state(unverified=0), []
    for _ in range(200):
        verified = must_verify(known, NOW)
        after = replace(known, unverified=0 if verified else known.unverified + 1)
        counts.append(verified)
        seen = Observation(SOURCE, known, after, Outcome.NOT_MODIFIED)
        known = plan_source(seen, at=NOW, limits=LIMITS, outlet_id="x", verify_every=40)
    instants = [number for number, verified in enumerate(counts) if verified]
    between = [later - earlier - 1 for earlier, later in pairwise(instants)]
    assert between[:6] == [2, 4, 8, 16, 32, 40]
    assert set(between[6:]) == {40}


def test_a_surprising_silence_is_verified() -> None:
    busy = state(rhythm=rhythm(10.0), verify_after=40, unverified=3)
    seen = Observation(SOURCE, busy, replace(busy, unverified=4), Outcome.NOT_MODIFIED)
    planned = plan_source(seen, at=NOW, limits=LIMITS, outlet_id="x")
    assert planned.verify_at is not None
    assert planned.verify_at - planned.full_at == pytest.approx(timedelta(minutes=30), abs=timedelta(minutes=6))  # type: ignore[operator]
    assert not must_verify(planned, planned.verify_at - timedelta(minutes=1))
    assert must_verify(planned, planned.verify_at)


# --------------------------------------------------------------------------- all together


def test_in_a_made_up_fortnight_nothing_is_lost_and_the_median_is_better_than_fixed() -> None:
    ours, fixed = compare_counts(seed=3, outlets=12, days=9.0, minutes=20.0)
    assert (ours.lost, ours.lied) == (0, 0)
    assert fixed.lost > 0, "the world is hard enough to lose something in it"
    assert fixed.lied > 0, "and nobody else finds the liars out"
    assert ours.requests <= fixed.requests * 1.02
    assert sorted(ours.delays)[len(ours.delays) // 2] < 0.75 * sorted(fixed.delays)[len(fixed.delays) // 2]
