"""Politeness towards one host, for all crawls of the process: spacing, Crawl-delay, Retry-After. Knows no request and no response."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

from core.clock import Clock
from core.errors import RasidError

MAX_HOLD = 24 * 3600.0  # seconds; a server asked for 88 hours once
PATIENCE = 30.0  # seconds a request waits in its poll for a held host; beyond that the next poll comes back
_MAX_HOSTS = 2000


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
    """One turn after the other for each host. Times are monotonic seconds of the clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

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
        """The host asked for a pause (Retry-After)."""
        state = self._state(host)
        state.held_until = max(state.held_until, self._clock.monotonic() + min(max(seconds, 0.0), MAX_HOLD))

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


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Seconds of a Retry-After header in either form (RFC 9110 §10.2.3), None when it is neither."""
    text = value.strip()
    if text.isdigit():
        return min(float(text), MAX_HOLD)
    try:
        return min(max(0.0, (parsedate_to_datetime(text) - now).total_seconds()), MAX_HOLD)
    except (ValueError, TypeError):
        return None
