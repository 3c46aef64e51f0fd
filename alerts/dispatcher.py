"""Delivers the outbox: one task for each channel, strictly in order, until the channel takes it or it is dead and visible.

    lease ► render ► send ► confirm         each step its own transaction; the row is there before and after a crash

Knows no channel and no reason why an alert exists.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from alerts.notifier import Notifier, kind_of, message_id
from alerts.retry import GIVE_UP_AFTER, least_time_spent, rest_after, wait_after
from core.clock import Clock
from core.errors import PermanentDeliveryError, StoreError, TransientDeliveryError
from core.model import Delivery, Receipt
from storage import Store, outbox

log = logging.getLogger("rasid.alerts")

LEASE = timedelta(seconds=360)
SEND_LIMIT = 330.0  # seconds for one message; less than LEASE, and more than a mail server may take to answer
_STORE_PAUSE = 1.0
_LOOK_AGAIN = 5.0  # seconds: other processes write to the outbox too


class Dispatcher:
    """``run`` until ``stop``; ``wake`` after deliveries were committed, so that they leave at once.

    ``names``: display names of outlets. ``owner``: who holds the leases.
    """

    def __init__(
        self, store: Store, notifiers: Mapping[str, Notifier], *, clock: Clock, owner: str, names: Mapping[str, str] | None = None
    ) -> None:
        self._store = store
        self._notifiers = notifiers
        self._clock = clock
        self._owner = owner
        self._names = names or {}
        self._wakes = {channel: asyncio.Event() for channel in notifiers}
        self._stopping = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failing_since: dict[int, datetime] = {}
        self._rests_until: dict[str, datetime] = {}

    async def run(self) -> None:
        """Delivers until ``stop`` is called. Raises what a channel's task ended with: a bug outside the border of one delivery."""
        self._tasks = {channel: asyncio.create_task(self._serve(channel)) for channel in self._notifiers}
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            first: set[asyncio.Task[Any]] = {stopping, *self._tasks.values()}
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if not self._stopping.is_set():
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            for task in self._tasks.values():
                if not task.cancelled():
                    task.result()

    def wake(self) -> None:
        """There is something new in the outbox."""
        for event in self._wakes.values():
            event.set()

    async def stop(self, grace: float) -> None:
        """Lets deliveries in flight end within ``grace`` seconds; the leases of the others are given back."""
        self._stopping.set()
        self.wake()
        tasks = [task for task in self._tasks.values() if not task.done()]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for notifier in self._notifiers.values():
            await notifier.close()

    async def _serve(self, channel: str) -> None:
        """One channel's work, as long as the dispatcher runs."""
        while not self._stopping.is_set():
            self._wakes[channel].clear()
            try:
                sent = await self.deliver_next(channel)
            except StoreError as error:
                log.error("outbox not readable channel=%s error=%r", channel, str(error))
                sent = False
            if sent:
                await asyncio.sleep(0)  # a notifier that never waits must not keep the loop to itself
            else:
                await self._rest(channel)

    async def _rest(self, channel: str) -> None:
        """Waits until the next delivery is due or somebody wakes us."""
        try:
            async with asyncio.timeout(self._until_due(channel)):
                await self._wakes[channel].wait()
        except TimeoutError:
            return

    def _until_due(self, channel: str) -> float:
        now = self._clock.now()
        try:
            with self._store.read() as connection:
                due_at = outbox.next_due_at(connection, channel, now=now)
        except StoreError:
            return _LOOK_AGAIN
        if due_at is None:
            return _LOOK_AGAIN
        due_at = max(due_at, self._rests_until.get(channel, due_at))
        return min(_LOOK_AGAIN, max(0.01, (due_at - now).total_seconds()))

    async def deliver_next(self, channel: str) -> bool:
        """Tries the channel's next delivery. Whether there was one that could be tried now.

        A channel that asked us to wait rests, whatever delivery is next.
        """
        now = self._clock.now()
        if now < self._rests_until.get(channel, now):
            return False
        with self._store.begin() as connection:
            delivery = outbox.lease_next(connection, channel, owner=self._owner, now=now, lease=LEASE, names=self._names)
        if delivery is None:
            return False
        started = self._clock.monotonic()
        taken = list(delivery.taken)
        try:
            receipt = await self._send(delivery, taken)
        except asyncio.CancelledError:
            with self._store.begin() as connection:
                self._postpone(connection, delivery, taken, "the program stopped before the channel answered", 0.0)
            raise
        except PermanentDeliveryError as error:
            await self._bury(delivery, taken, str(error))
        except TransientDeliveryError as error:
            await self._retry(delivery, taken, str(error), error.retry_after)
        except TimeoutError:
            await self._retry(delivery, taken, f"no answer within {SEND_LIMIT:.0f} seconds", None)
        except Exception as error:  # the border of one delivery
            log.exception("failed on a delivery channel=%s %s", channel, _label(delivery))
            await self._retry(delivery, taken, f"an error of the notifier: {type(error).__name__}", None)
        else:
            await self._confirm(delivery, receipt, started)
        return True

    async def _send(self, delivery: Delivery, taken: list[str]) -> Receipt:
        notifier = self._notifiers[delivery.channel]
        message = notifier.render(delivery.item, message_id(delivery.item, delivery.channel, self._store.instance))
        async with asyncio.timeout(SEND_LIMIT):
            await notifier.open()
            return await notifier.send(message, taken)

    async def _confirm(self, delivery: Delivery, receipt: Receipt, started: float) -> None:
        now = self._clock.now()
        answer = {"reference": receipt.reference, "note": receipt.note}
        await self._write(lambda connection: outbox.confirm(connection, delivery.id, now=now, **answer))
        self._failing_since.pop(delivery.id, None)
        seconds = self._clock.monotonic() - started
        log.info("delivered channel=%s %s attempts=%d seconds=%.2f", delivery.channel, _label(delivery), delivery.attempts, seconds)
        if receipt.note:
            log.warning("delivered in part channel=%s %s note=%r", delivery.channel, _label(delivery), receipt.note)

    async def _retry(self, delivery: Delivery, taken: list[str], error: str, retry_after: float | None) -> None:
        now = self._clock.now()
        self._rests_until[delivery.channel] = now + timedelta(seconds=rest_after(retry_after))
        failing = now - self._failing_since.setdefault(delivery.id, now)
        if max(failing, timedelta(seconds=least_time_spent(delivery.attempts))) >= GIVE_UP_AFTER:
            await self._bury(delivery, taken, error)
            return
        seconds = wait_after(delivery.attempts, delivery_id=delivery.id, retry_after=retry_after)
        await self._write(lambda connection: self._postpone(connection, delivery, taken, error, seconds))

    def _postpone(self, connection: Connection, delivery: Delivery, taken: list[str], error: str, seconds: float) -> None:
        outbox.postpone(connection, delivery.id, error=error, not_before=self._clock.now() + timedelta(seconds=seconds), taken=taken)
        log.warning(
            "not delivered channel=%s %s attempts=%d again_in=%.0f error=%r",
            delivery.channel, _label(delivery), delivery.attempts, seconds, error,
        )  # fmt: skip

    async def _write(self, write: Callable[[Connection], None]) -> None:
        """Writes what became of a delivery. While the database refuses it tries again: a yes forgotten is a message repeated."""
        while True:
            try:
                with self._store.begin() as connection:
                    return write(connection)
            except StoreError as error:
                log.error("outcome not stored yet error=%r", str(error))
                await asyncio.sleep(_STORE_PAUSE)

    async def _bury(self, delivery: Delivery, taken: list[str], error: str) -> None:
        await self._write(lambda connection: outbox.bury(connection, delivery.id, error=error, taken=taken))
        self._failing_since.pop(delivery.id, None)
        log.error("dead letter channel=%s %s attempts=%d error=%r", delivery.channel, _label(delivery), delivery.attempts, error)


def _label(delivery: Delivery) -> str:
    """What is delivered, for the log: ``alert=7`` or ``notice=7``."""
    return f"{kind_of(delivery.item)}={delivery.item.id}"
