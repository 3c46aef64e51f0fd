"""When an outlet is polled next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Outcome
from scheduler.cadence import Limits, catch_up, next_poll_at, phase_of

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LIMITS = Limits(300.0, 7200.0)


def plan(outcome: Outcome = Outcome.OK, *, failures: int = 0, held: float = 0.0, now: datetime = NOW, outlet: str = "arab48") -> datetime:
    return next_poll_at(outlet, now=now, outcome=outcome, failures=failures, held=held, limits=LIMITS)


def test_a_quiet_outlet_is_polled_about_every_interval() -> None:
    assert timedelta(seconds=150) <= plan() - NOW <= timedelta(seconds=450)


def test_the_phase_does_not_drift() -> None:
    first = plan()
    late = first + timedelta(seconds=17)
    assert plan(now=late) == first + timedelta(seconds=300)


def test_outlets_are_spread_over_the_interval() -> None:
    phases = [phase_of(f"outlet_{number}", 300.0) for number in range(60)]
    per_minute = [sum(start <= phase < start + 60 for phase in phases) for start in range(0, 300, 60)]
    assert min(per_minute) >= 4
    assert phases == [phase_of(f"outlet_{number}", 300.0) for number in range(60)]


@pytest.mark.parametrize(("failures", "seconds"), [(1, 300), (2, 600), (3, 1200), (6, 7200), (1000, 7200)])
def test_failures_wait_longer_each_time_but_never_for_ever(failures: int, seconds: int) -> None:
    assert plan(Outcome.FAILED, failures=failures) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.FAILED])
def test_a_host_that_asks_for_a_pause_gets_it(outcome: Outcome) -> None:
    assert plan(outcome, failures=int(outcome is Outcome.FAILED), held=20_000.0) == NOW + timedelta(seconds=20_000)


@given(st.sampled_from(list(Outcome)), st.integers(0, 10_000), st.floats(0, 86_400), st.text(min_size=1))
def test_it_is_always_soon_enough_and_never_at_once(outcome: Outcome, failures: int, held: float, outlet: str) -> None:
    wait = (plan(outcome, failures=failures, held=held, outlet=outlet) - NOW).total_seconds()
    assert 150 <= wait <= max(7200.0, held + 1)


def test_a_restart_catches_up_without_a_storm() -> None:
    planned = catch_up([f"outlet_{number}" for number in range(400)], NOW)
    assert min(planned.values()) == NOW
    assert max(planned.values()) <= NOW + timedelta(seconds=20)
    assert len(set(planned.values())) == 400
