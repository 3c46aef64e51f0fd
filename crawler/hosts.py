"""Politeness towards one host, for all crawls of the process: spacing, Crawl-delay, Retry-After. Knows no request and no response."""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from core.clock import Clock
from core.errors import RasidError
from core.retry_after import LONGEST
from storage.health import HostState

MAX_HOLD = LONGEST
PATIENCE = 30.0  # seconds a request waits in its poll for a held host; beyond that the next poll comes back
SPREAD, MAX_SPREAD = 0.1, 60.0  # share of a pause and seconds that are added to it at the most
PARDON = timedelta(days=30)
"""After so long a host that lied is trusted again, and watched as at the beginning."""
_MAX_HOSTS = 2000
_SALT = os.urandom(8)


class HostHeldError(RasidError):
    """The host asked us to wait for longer than a poll lasts. ``seconds`` are left."""

    def __init__(self, host: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"{host} asked to be left alone for another {seconds:.0f} s")


@dataclass(slots=True)
class _Host:
    free_at: float = 0.0
    held_until: float = 0.0
    crawl_delay: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hosts:
    """One turn after the other for each host, and what is remembered of it. Times are monotonic seconds of the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._remembered: dict[str, HostState] = {}
        self._changed: set[str] = set()

    def restore(self, states: Iterable[HostState]) -> None:
        """What an earlier process knew: pauses that still last, and hosts whose validators lied."""
        for state in states:
            self._remembered[state.host] = state
            if state.held_until is not None:
                left = (state.held_until - self._clock.now()).total_seconds()
                if left > 0:
                    self._state(state.host).held_until = self._clock.monotonic() + min(left, MAX_HOLD)

    def changed(self) -> list[HostState]:
        """What is to be remembered and was not asked for yet."""
        changed, self._changed = self._changed, set()
        return [self._remembered[host] for host in sorted(changed)]

    def keep(self, states: Iterable[HostState]) -> None:
        """What was asked for could not be written down: it still is to be."""
        self._changed.update(state.host for state in states)

    def trusts(self, host: str) -> bool:
        """Whether the host's validators may be used: they have not lied, or it is so long ago that they get another chance."""
        state = self._remembered.get(host)
        return state is None or state.distrusted_at is None or self._clock.now() - state.distrusted_at > PARDON

    def distrust(self, host: str, note: str) -> None:
        """The host's validators lied: from now on it is asked without conditions."""
        state = self._remembered.get(host) or HostState(host)
        self._remember(replace(state, lies=state.lies + 1, distrusted_at=self._clock.now(), note=note))

    def _remember(self, state: HostState) -> None:
        self._remembered[state.host] = state
        self._changed.add(state.host)

    async def turn(self, host: str, spacing: float) -> None:
        """Waits until the host may be asked again; ``spacing`` seconds, or its Crawl-delay if longer, lie between two turns.

        Raises HostHeldError when it asked for a longer wait.
        """
        state = self._state(host)
        async with state.lock:
            held = state.held_until - self._clock.monotonic()
            if held > PATIENCE:
                raise HostHeldError(host, held)
            wait = max(state.free_at, state.held_until) - self._clock.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            state.free_at = self._clock.monotonic() + max(spacing, state.crawl_delay)

    def hold(self, host: str, seconds: float) -> None:
        """The host asked for a pause (Retry-After). A little is added, so that not everybody it has sent away comes back at once."""
        state = self._state(host)
        seconds = min(max(seconds, 0.0), MAX_HOLD)
        seconds += min(seconds * SPREAD, MAX_SPREAD) * _share(host)
        state.held_until = max(state.held_until, self._clock.monotonic() + seconds)
        if seconds > PATIENCE:  # shorter pauses end before a restart does
            known = self._remembered.get(host) or HostState(host)
            self._remember(replace(known, held_until=self._clock.now() + timedelta(seconds=self.held_for(host))))

    def held_for(self, host: str) -> float:
        """Seconds the host still wants to be left alone, 0 when it does not."""
        state = self._hosts.get(host)
        return 0.0 if state is None else max(0.0, state.held_until - self._clock.monotonic())

    def slow_down(self, host: str, crawl_delay: float) -> None:
        """The host's robots.txt asks for this Crawl-delay, in seconds."""
        self._state(host).crawl_delay = min(crawl_delay, 300.0)

    def _state(self, host: str) -> _Host:
        state = self._hosts.get(host)
        if state is None:
            state = self._hosts[host] = _Host()
            while len(self._hosts) > _MAX_HOSTS:
                self._hosts.popitem(last=False)
        self._hosts.move_to_end(host)
        return state


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host with its port: the unit of politeness; "" of what is no address."""
    try:
        return urlsplit(url).netloc.lower().rpartition("@")[2]
    except ValueError:
        return ""


def _share(host: str) -> float:
    """A number in [0, 1) that differs between installations and hosts, and stays while the process lives."""
    return hash((_SALT, host)) % 1000 / 1000
