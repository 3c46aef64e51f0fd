"""The daemon under a clock that somebody sets: polling neither stops nor comes all at once. APScheduler sees the same clock."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers import base

from core.model import Outcome, Outlet, PollRun, Source, SourceKind
from core.settings import PollingConfig
from crawler.poll import Order, OutletState
from scheduler import daemon as module
from scheduler.cadence import plan_anew
from scheduler.daemon import Daemon
from storage import Store, polls

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAMES = ("one", "two", "three", "four")


class SetClock:
    """The machine's clock, and by how many seconds somebody has set it."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def monotonic(self) -> float:
        return time.monotonic()


class InstantCrawls:
    """Polls that end at once; the next is ``wait`` seconds later."""

    def __init__(self, clock: SetClock, wait: float) -> None:
        self.clock, self.wait = clock, wait
        self.crawls: list[list[Order]] = []

    async def run(self, orders: Sequence[Order]) -> Sequence[PollRun]:
        self.crawls.append(list(orders))
        for order in orders:
            now = self.clock.now()
            run = PollRun(order.outlet.id, order.scheduled_for, now, now, Outcome.OK)
            order.on_finished(run, OutletState(order.outlet.id, next_poll_at=now + timedelta(seconds=self.wait)))
        return []

    async def stop(self, grace: float) -> None:
        return None

    def count(self, name: str) -> int:
        return sum(order.outlet.id == name for crawl in self.crawls for order in crawl)


class Idle:
    """A dispatcher without work."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    async def run(self) -> None:
        await self.over.wait()

    async def stop(self, grace: float) -> None:
        self.over.set()


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    clock = SetClock()

    class Seen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return clock.now().astimezone(tz)

    monkeypatch.setattr(base, "datetime", Seen)
    return clock


def outlets() -> list[Outlet]:
    return [Outlet(name, name, None, (), sources=(Source(f"{name}:f", SourceKind.FEED, "http://127.0.0.1/feed"),)) for name in NAMES]


def run_daemon(store: Store, clock: SetClock, crawls: InstantCrawls, script: Callable[[], Any]) -> None:
    """A daemon on these outlets, until the script is through."""

    async def main() -> None:
        daemon = Daemon(store=store, outlets=outlets(), polling=PollingConfig(), crawls=crawls, dispatcher=Idle(), clock=clock)
        stop = asyncio.Event()
        running = asyncio.create_task(daemon.run(stop))
        try:
            await script()
        finally:
            stop.set()
            await running

    asyncio.run(main())


async def until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(300):
        if condition():
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"waited in vain for {what}")


def plan(store: Store, **seconds: float) -> None:
    """The outlets are planned so many seconds from now."""
    with store.begin() as connection:
        polls.save_outlets(
            connection, [OutletState(name, next_poll_at=datetime.now(UTC) + timedelta(seconds=wait)) for name, wait in seconds.items()]
        )


def jumps(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "the clock was set" in record.getMessage()]


@pytest.mark.parametrize("hours", [1, 24 * 400])
def test_a_clock_set_back_stops_nothing(
    store: Store, moved: SetClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, hours: int
) -> None:
    monkeypatch.setattr(module, "CHECK_CLOCK", 0.1)
    caplog.set_level(logging.WARNING)
    crawls = InstantCrawls(moved, wait=1.0)

    async def script() -> None:
        await until(lambda: all(crawls.count(name) for name in NAMES), "the first polls")
        moved.offset = -3600.0 * hours
        seen = len(crawls.crawls)
        await until(lambda: all(crawls.count(name) >= 4 for name in NAMES), "polls by the new clock")
        for name in NAMES:
            orders = [order for crawl in crawls.crawls[seen:] for order in crawl if order.outlet.id == name]
            assert [order.only_due for order in orders[:2]] == [False, True], "the instants of its sources mean nothing any more, once"

    run_daemon(store, moved, crawls, script)
    assert len(jumps(caplog)) == 1
    assert f"seconds=-{3600 * hours};" in jumps(caplog)[0]


def test_a_clock_set_forward_makes_polls_due_one_after_the_other(
    store: Store, moved: SetClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Noticed by the look at the clock."""
    monkeypatch.setattr(module, "CHECK_CLOCK", 0.1)
    plan(store, one=600, two=700, three=800, four=900)
    assert_one_after_the_other(store, moved, caplog)


def test_so_it_does_when_the_scheduler_notices_first(store: Store, moved: SetClock, caplog: pytest.LogCaptureFixture) -> None:
    plan(store, one=2, two=700, three=800, four=900)
    assert_one_after_the_other(store, moved, caplog)


def assert_one_after_the_other(store: Store, moved: SetClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    crawls = InstantCrawls(moved, wait=3600.0)

    async def script() -> None:
        await asyncio.sleep(0.2)
        assert crawls.crawls == []
        moved.offset = 3600.0
        await until(lambda: all(crawls.count(name) for name in NAMES), "what is overdue")

    run_daemon(store, moved, crawls, script)
    assert [crawls.count(name) for name in NAMES] == [1, 1, 1, 1]
    instants = sorted(order.scheduled_for for crawl in crawls.crawls for order in crawl)
    spread = [later - earlier for earlier, later in zip(instants[-3:], instants[-2:], strict=False)]
    assert spread == [timedelta(seconds=0.25)] * 2, "as at the start"
    assert len(jumps(caplog)) == 1


def test_a_steady_clock_changes_no_plan(
    store: Store, moved: SetClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "CHECK_CLOCK", 0.05)
    plan(store, one=600, two=700, three=800, four=900)
    crawls = InstantCrawls(moved, wait=3600.0)

    async def script() -> None:
        moved.offset = 20.0
        await asyncio.sleep(0.3)

    run_daemon(store, moved, crawls, script)
    assert crawls.crawls == []
    assert jumps(caplog) == []


def test_after_a_step_back_every_poll_stays_as_far_off() -> None:
    planned = {"a": NOW + timedelta(hours=1, seconds=90), "b": NOW + timedelta(hours=1, seconds=10)}
    assert plan_anew(planned, NOW, -3600.0) == {"a": NOW + timedelta(seconds=90), "b": NOW + timedelta(seconds=10)}


def test_after_a_step_forward_only_what_is_overdue_moves() -> None:
    planned = {"a": NOW - timedelta(seconds=5), "b": NOW - timedelta(seconds=50), "c": NOW + timedelta(seconds=40)}
    assert plan_anew(planned, NOW, 3600.0) == {"b": NOW, "a": NOW + timedelta(seconds=0.25), "c": planned["c"]}
