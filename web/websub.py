"""WebSub (W3C Recommendation, https://www.w3.org/TR/websub/) as an accelerator: a hub's push brings a source's next poll forward.

A push is never trusted: its content is thrown away, and polling goes on as if there were no hub. What hubs do wrong ends here.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence

from aiohttp import web

from core.clock import Clock
from core.errors import StoreError
from core.model import Outlet
from storage import Store, polls
from web.hubs import Answer, Hubs
from web.listener import Listener
from web.pushes import Push, judge_push
from web.subscription import (
    Subscription,
    follow_hubs,
    form_of,
    hold,
    next_due_at,
    note_asked,
    note_denied,
    note_spared,
    note_verified,
    read_lease,
)  # fmt: skip

log = logging.getLogger("rasid.web")

PUSH_GAP = 30.0  # seconds between two polls of an outlet that pushes may cause
_LOOK_AGAIN = 15.0  # seconds; polls find hubs all the time
_BODY_LIMIT = 10.0  # seconds for the body of one push
_HUBS_AT_ONCE = 4
_LEAST_SECRET = 16  # bytes


class Subscriber:
    """Keeps a subscription for every source of the outlets that announces a hub; ``run`` until ``stop``.

    ``callback``: the public address that leads to ``listen`` (host, port). ``poll_now``: brings the next poll of an outlet forward.
    ``secret``: at least 16 bytes, the same after a restart; callbacks and signatures are derived from it. ``is_public``: whether
    an IP address literal is a public one; hubs elsewhere are refused unless ``allow_private``. ``push_gap``: seconds.
    """

    def __init__(
        self, store: Store, outlets: Sequence[Outlet], *, callback: str, listen: tuple[str, int], poll_now: Callable[[str], None],
        clock: Clock, secret: bytes, user_agent: str, is_public: Callable[[str], bool], allow_private: bool = False,
        push_gap: float = PUSH_GAP,
    ) -> None:  # fmt: skip
        if len(secret) < _LEAST_SECRET:
            raise ValueError(f"the secret has {len(secret)} bytes, less than {_LEAST_SECRET}: callbacks could be guessed")
        self._store = store
        self._watched = {outlet.id: {source.id for source in outlet.sources} for outlet in outlets if outlet.enabled}
        self._callback = callback
        self._poll_now = poll_now
        self._clock = clock
        self._secret = secret
        self._push_gap = push_gap
        self._listener = Listener(listen, self._answer)
        self._hubs = Hubs(user_agent=user_agent, is_public=is_public, clock=clock, allow_private=allow_private)
        self._slots = asyncio.Semaphore(_HUBS_AT_ONCE)
        self._subscriptions: dict[str, Subscription] = {}
        self._by_token: dict[str, str] = {}
        self._complained: set[str] = set()
        self._last_polls: dict[str, float] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._running = False
        self.counts: Counter[str] = Counter()
        """Since the start: ``verified``, ``denied``, ``unknown`` requests, and pushes by what became of them."""

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        return tuple(self._subscriptions.values())

    async def open(self) -> None:
        """Begins to listen, so that a port in use is known before anything is polled. Raises RasidError then."""
        await self._listener.open()

    async def run(self) -> None:
        """Subscribes, renews and answers hubs until ``stop``. Opens by itself; raises RasidError like ``open``."""
        await self.open()
        self._running = True
        working, stopping = asyncio.create_task(self._work()), asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                log.error("websub ended by an error of ours; polling goes on without it")
                working.result()
        finally:
            for task in (working, stopping):
                task.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)
            await self._close()
            self._ended.set()

    async def stop(self) -> None:
        """Ends ``run`` and gives the port back. Subscriptions stay with the hubs: after a restart they are the same."""
        self._stopping.set()
        if self._running:
            await self._ended.wait()
        else:
            await self._close()

    async def _close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        await self._listener.close()
        await self._hubs.close()

    # ------------------------------------------------------------------ asking hubs

    async def _work(self) -> None:
        while True:
            await self.subscribe_due()
            await asyncio.sleep(self._until_due())

    def _until_due(self) -> float:
        due_at = next_due_at(self._subscriptions.values())
        wait = _LOOK_AGAIN if due_at is None else (due_at - self._clock.now()).total_seconds()
        return min(max(wait, 1.0), _LOOK_AGAIN)

    async def subscribe_due(self) -> None:
        """One round: looks which sources announce a hub and asks for the subscriptions that are due. Hubs side by side."""
        self._look()
        now = self._clock.now()
        due: dict[str, list[str]] = {}
        for subscription in self._subscriptions.values():
            if subscription.due_at <= now:
                due.setdefault(subscription.hub, []).append(subscription.source)
        async with asyncio.TaskGroup() as group:
            for sources in due.values():
                group.create_task(self._ask_hub(sources))

    def _look(self) -> None:
        """Reads the hubs that polls have found. While the database refuses, the subscriptions stay as they are."""
        try:
            with self._store.read() as connection:
                states = polls.load_sources(connection, list(self._watched))
        except StoreError as error:
            log.error("hubs not readable, looking again later error=%r", str(error))
            return
        wanted = [state for state in states.values() if state.id in self._watched[state.outlet]]
        self._subscriptions = follow_hubs(
            self._subscriptions, wanted, secret=self._secret, instance=self._store.instance, now=self._clock.now()
        )
        self._by_token = {subscription.token: source for source, subscription in self._subscriptions.items()}

    async def _ask_hub(self, sources: Sequence[str]) -> None:
        """Asks one hub for the sources one after the other; when it fails for one, it is spared the others."""
        async with self._slots:
            failed = False
            for source in sources:
                if failed:
                    self._subscriptions[source] = note_spared(self._subscriptions[source], self._clock.now())
                else:
                    failed = (await self._ask(source)).hub_fails

    async def _ask(self, source: str) -> Answer:
        # noted before the request, because some hubs verify before they answer
        subscription = self._subscriptions[source] = note_asked(self._subscriptions[source], self._clock.now())
        started = self._clock.monotonic()
        answer = await self._hubs.ask(subscription.hub, form_of(subscription, self._callback))
        seconds = self._clock.monotonic() - started
        if answer.accepted:
            log.info("asked hub=%r outlet=%s source=%s seconds=%.1f", subscription.hub, subscription.outlet, source, seconds)
        else:
            self._note_refusal(source, answer)
        return answer

    def _note_refusal(self, source: str, answer: Answer) -> None:
        now = self._clock.now()
        # as it is now: the hub may have verified or denied meanwhile
        subscription = self._subscriptions[source] = hold(self._subscriptions[source], now, answer.retry_after)
        again_in = (subscription.due_at - now).total_seconds()
        log.warning(
            "not subscribed, polling goes on hub=%r outlet=%s source=%s status=%s reason=%r again_in=%.0f",
            subscription.hub, subscription.outlet, source, answer.status, answer.reason, again_in,
        )  # fmt: skip

    # ------------------------------------------------------------------ answering hubs

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """Only the last part of the path counts: a proxy may or may not strip the rest, and the token cannot be guessed."""
        source = self._by_token.get(request.path.rpartition("/")[2])
        answer = None
        if source is not None and request.method == "GET":
            answer = self._answer_question(self._subscriptions[source], request)
        elif source is not None and request.method == "POST":
            answer = await self._answer_push(self._subscriptions[source], request)
        if answer is None:
            self.counts["unknown"] += 1
        return answer or web.Response(status=404)

    def _answer_question(self, subscription: Subscription, request: web.Request) -> web.Response | None:
        """Verification of intent and denial (WebSub §5.2, §5.3), for what we did ask; None for anything else."""
        query = request.query
        if not subscription.asked or query.get("hub.topic") != subscription.topic:
            return None
        if query.get("hub.mode") == "denied":
            self._denied(subscription, query.get("hub.reason", "")[:200])
            return web.Response()
        if query.get("hub.mode") == "subscribe" and query.get("hub.challenge"):
            self._verified(subscription, read_lease(query.get("hub.lease_seconds")))
            return web.Response(text=query["hub.challenge"], headers={"X-Content-Type-Options": "nosniff"})
        return None  # "unsubscribe" too: we never ask for that

    def _verified(self, subscription: Subscription, lease: float) -> None:
        now = self._clock.now()
        after = self._subscriptions[subscription.source] = note_verified(subscription, now, lease)
        self._complained.discard(subscription.source)
        self.counts["verified"] += 1
        log.log(
            logging.INFO if subscription.attempts else logging.DEBUG,  # hubs may verify again unasked, as often as they like
            "subscribed hub=%r outlet=%s source=%s lease=%.0f renewed_in=%.0f",
            subscription.hub, subscription.outlet, subscription.source, lease, (after.due_at - now).total_seconds(),
        )  # fmt: skip

    def _denied(self, subscription: Subscription, reason: str) -> None:
        after = self._subscriptions[subscription.source] = note_denied(subscription, self._clock.now(), reason)
        self.counts["denied"] += 1
        log.warning(
            "denied by the hub, polling goes on hub=%r outlet=%s source=%s reason=%r",
            subscription.hub, subscription.outlet, subscription.source, after.denied,
        )  # fmt: skip

    async def _answer_push(self, subscription: Subscription, request: web.Request) -> web.Response:
        """Acknowledged whatever it is (WebSub §7.1): a forger learns nothing. Only a body that never ends is cut off."""
        try:
            async with asyncio.timeout(_BODY_LIMIT):
                push = await judge_push(request.content.iter_any(), request.headers.get("X-Hub-Signature"), subscription.key)
        except (TimeoutError, ConnectionError, web.RequestPayloadError):
            self.counts["broken_off"] += 1
            return _cut_off(408)
        self.counts[push.value] += 1
        if push is Push.ACCEPTED:
            self._bring_forward(subscription.outlet)
        else:
            self._complain(subscription, push)
        return _cut_off(202) if push is Push.TOO_LARGE else web.Response(status=202)

    def _complain(self, subscription: Subscription, push: Push) -> None:
        """One line until the next verification, so that a stranger cannot fill the log."""
        if subscription.source not in self._complained:
            self._complained.add(subscription.source)
            log.warning(
                "ignored a push, others like it are only counted outlet=%s source=%s reason=%s",
                subscription.outlet, subscription.source, push.value,
            )  # fmt: skip

    # ------------------------------------------------------------------ bringing polls forward

    def _bring_forward(self, outlet: str) -> None:
        """Polls now, or at the end of the gap after the last such poll. Per outlet, because its sources share a poll."""
        if outlet in self._timers or self._stopping.is_set():
            return
        last = self._last_polls.get(outlet)
        wait = 0.0 if last is None else last + self._push_gap - self._clock.monotonic()
        if wait <= 0:
            self._poll(outlet)
        else:
            self._timers[outlet] = asyncio.get_running_loop().call_later(wait, self._poll, outlet)

    def _poll(self, outlet: str) -> None:
        self._timers.pop(outlet, None)
        self._last_polls[outlet] = self._clock.monotonic()
        self.counts["polls"] += 1
        log.info("pushed, polling now outlet=%s", outlet)
        self._poll_now(outlet)


def _cut_off(status: int) -> web.Response:
    response = web.Response(status=status)
    response.force_close()
    return response
