"""The daemon: APScheduler fires one job per outlet, those due together share a crawl, the dispatcher delivers, SIGTERM ends it.

Knows when, not how: polling is the spiders' business and delivering the dispatcher's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from core.clock import Clock
from core.model import Outlet, PollRun
from core.settings import PollingConfig
from crawler.poll import Order
from scheduler.cadence import limits_of, plan_anew
from scheduler.plan import conclude
from scheduler.reach import Reach
from storage import Store, outbox, polls
from storage.polls import OutletState

log = logging.getLogger("rasid.scheduler")

GATHER = 0.1  # seconds during which outlets that fall due join the same crawl
_NO = 86400.0  # seconds until an outlet that said no is asked again
_KEEP_RUNS = timedelta(days=90)
CHECK_CLOCK = 60.0  # seconds between two looks at the clock
CLOCK_JUMP = 30.0  # seconds by which it must have been set for plans to be made anew


class Crawls(Protocol):
    """Runs polls in this process."""

    async def run(self, orders: Sequence[Order]) -> Sequence[PollRun]: ...

    async def stop(self, grace: float) -> None: ...


class Delivers(Protocol):
    """The dispatcher's port."""

    async def run(self) -> None: ...

    async def stop(self, grace: float) -> None: ...


class Daemon:
    """``run`` returns after ``stop`` was set and everything is tidied away."""

    def __init__(
        self, *, store: Store, outlets: Sequence[Outlet], polling: PollingConfig, crawls: Crawls, dispatcher: Delivers, clock: Clock
    ) -> None:
        self._store = store
        self._outlets = {outlet.id: outlet for outlet in outlets if outlet.enabled}
        self._polling = polling
        self._crawls = crawls
        self._dispatcher = dispatcher
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._clock_base = (clock.now(), clock.monotonic())
        self._planned: dict[str, datetime] = {}
        self._distrusted: set[str] = set()
        """Outlets whose sources were planned by a clock that was set back since."""
        self._due: dict[str, Order] = {}
        self._under_way: dict[str, Order] = {}
        self._reach = Reach(sum(not outlet.needs_address for outlet in self._outlets.values()))
        self._wanted: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.runs = 0

    async def run(self, stop: asyncio.Event, grace: float = 10.0) -> None:
        """Polls and delivers until ``stop`` is set; then has ``grace`` seconds for what is under way."""
        with self._store.begin() as connection:
            outbox.release_leases(connection)
        dispatching = asyncio.create_task(self._dispatcher.run())
        self._scheduler.start()
        self._plan_first_polls()
        self._plan_pruning()
        watching = asyncio.create_task(self._watch_clock())
        ended = asyncio.create_task(stop.wait())
        await asyncio.wait({ended, dispatching}, return_when=asyncio.FIRST_COMPLETED)
        watching.cancel()
        await self._end(grace)
        ended.cancel()
        await asyncio.gather(dispatching)

    def poll_now(self, outlet_id: str) -> None:
        """Brings the outlet's next poll forward to this moment, and asks all its sources; one under way ends first."""
        if outlet_id not in self._outlets:
            return
        self._wanted.add(outlet_id)
        if outlet_id not in self._under_way:
            self._plan(outlet_id, self._clock.now())

    # ------------------------------------------------------------------ planning

    def _plan_first_polls(self) -> None:
        ready = [outlet for outlet in self._outlets.values() if not outlet.needs_address]
        waiting = sorted(outlet.id for outlet in self._outlets.values() if outlet.needs_address)
        log.info("watching outlets=%d", len(ready))
        if waiting:
            log.warning("not polled, no address yet outlets=%s; run 'rasid outlets check' or give a home in rasid.toml", ",".join(waiting))
        with self._store.read() as connection:
            states = polls.load_outlets(connection)
        now = self._clock.now()
        planned = {outlet.id: self._remembered(outlet, states.get(outlet.id), now) for outlet in ready}
        for outlet_id, at in plan_anew(planned, now).items():
            self._plan(outlet_id, at)

    def _remembered(self, outlet: Outlet, state: OutletState | None, now: datetime) -> datetime:
        """When the outlet was to be polled; not later than its own limits allow today."""
        if state is None or state.next_poll_at is None:
            return now
        longest = limits_of(outlet, self._polling).longest
        return min(state.next_poll_at, now + timedelta(seconds=max(longest, _NO) if state.failures else longest))

    def _plan(self, outlet_id: str, at: datetime) -> None:
        if self._stopping:
            return
        self._planned[outlet_id] = at
        self._scheduler.add_job(
            self._fall_due,
            DateTrigger(at),
            args=(outlet_id, at),
            id=f"poll:{outlet_id}",
            replace_existing=True,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=2,  # one that is planned anew while it falls due may do so again before the first has noticed
        )

    def _plan_pruning(self) -> None:
        self._scheduler.add_job(
            self._prune, "interval", days=1, id="prune", replace_existing=True, misfire_grace_time=None, coalesce=True, max_instances=1
        )

    async def _fall_due(self, outlet_id: str, at: datetime) -> None:
        self._follow_clock()  # one that was set forward makes everything due at once
        if self._planned.get(outlet_id) != at:
            return  # planned anew since
        del self._planned[outlet_id]
        if not self._due:
            asyncio.get_running_loop().call_later(GATHER, self._start_crawl)
        self._due[outlet_id] = self._under_way[outlet_id] = self._order(self._outlets[outlet_id], at)
        self._wanted.discard(outlet_id)
        self._distrusted.discard(outlet_id)

    def _order(self, outlet: Outlet, at: datetime) -> Order:
        limits, own = limits_of(outlet, self._polling), self._polling.of(outlet)
        return Order(
            outlet,
            scheduled_for=at,
            time_limit=own.time_limit,
            only_due=outlet.id not in self._wanted | self._distrusted,
            conclude=partial(conclude, limits=limits, verify_every=own.verify_every, reach=self._reach),
            on_finished=self._polled,
        )

    def _polled(self, run: PollRun, state: OutletState) -> None:
        self.runs += 1
        self._follow_clock()  # before it is planned by the clock as it is now
        self._under_way.pop(run.outlet, None)
        now = self._clock.now()
        if run.outlet in self._wanted:
            self._plan(run.outlet, now)
        elif state.next_poll_at is None or state.next_poll_at <= now:  # nothing was concluded: the next poll must not follow at once
            self._plan(run.outlet, self._soon())
        else:
            self._plan(run.outlet, state.next_poll_at)

    def _soon(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self._polling.min_interval)

    # ------------------------------------------------------------------ a clock that is set

    async def _watch_clock(self) -> None:
        """Jobs wait for instants of the wall clock; if it is set back they would wait for as long as it was set back."""
        while True:
            await asyncio.sleep(CHECK_CLOCK)
            self._follow_clock()

    def _follow_clock(self) -> None:
        """Plans every outlet anew when the clock was set, or the machine has slept; those under way are planned when they end."""
        now, passed = self._clock.now(), self._clock.monotonic()
        then, before = self._clock_base
        jumped = (now - then).total_seconds() - (passed - before)
        if abs(jumped) <= CLOCK_JUMP or self._stopping:
            return
        self._clock_base = (now, passed)
        if jumped < 0:
            self._distrusted.update(self._outlets)
        anew = plan_anew(self._planned, now, jumped)
        log.warning("the clock was set, or this machine has slept seconds=%+.0f; planned anew outlets=%d", jumped, len(anew))
        for outlet_id, at in anew.items():
            self._plan(outlet_id, at)
        self._plan_pruning()

    # ------------------------------------------------------------------ running

    def _start_crawl(self) -> None:
        orders, self._due = list(self._due.values()), {}
        if orders and not self._stopping:
            task = asyncio.create_task(self._crawl(orders))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _crawl(self, orders: Sequence[Order]) -> None:
        try:
            await self._crawls.run(orders)
        except Exception:  # the border of one crawl: its outlets are planned again
            log.exception("crawl failed outlets=%s", ",".join(order.outlet.id for order in orders))
        finally:
            self._plan_what_is_left(orders)

    def _plan_what_is_left(self, orders: Sequence[Order]) -> None:
        """The crawl is over: an order that has not told its end never will. One that has may be under way again, in another crawl."""
        left = [order.outlet.id for order in orders if self._under_way.get(order.outlet.id) is order]
        if left and not self._stopping:
            log.error("not polled, planned again outlets=%s", ",".join(left))
        for outlet_id in left:
            del self._under_way[outlet_id]
            self._plan(outlet_id, self._soon())

    async def _prune(self) -> None:
        with self._store.begin() as connection:
            gone = polls.prune_runs(connection, before=self._clock.now() - _KEEP_RUNS)
        log.info("pruned poll_runs=%d", gone)

    async def _end(self, grace: float) -> None:
        log.info("stopping crawls=%d", len(self._tasks))
        self._stopping = True
        self._scheduler.shutdown(wait=False)
        await self._crawls.stop(grace / 2)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._dispatcher.stop(grace / 2)
