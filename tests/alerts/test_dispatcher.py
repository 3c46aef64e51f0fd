"""The dispatcher over a real store: order, outages, dead letters, crashes, stopping."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from alerts import build_notifiers
from alerts.dispatcher import LEASE, Dispatcher
from core.errors import PermanentDeliveryError, StoreError, TransientDeliveryError
from core.model import Alert, Message, Notice, Receipt
from core.settings import ChannelConfig
from storage import Store, health, outbox

Add = Callable[..., int]
DAY = 86400.0


class Scripted:
    """A notifier that does what ``fail`` says of a title and its attempt; None is a yes."""

    def __init__(self, fail: Callable[[str, int], Exception | None] = lambda _title, _attempt: None) -> None:
        self.fail = fail
        self.sent: list[str] = []
        self.ids: list[str] = []
        self.attempts: Counter[str] = Counter()
        self.gate: asyncio.Event | None = None
        self.entered = asyncio.Event()

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def render(self, item: Alert | Notice, message_id: str) -> Message:
        return Message(message_id, item.title, (item.title,))

    async def send(self, message: Message, taken: list[str]) -> Receipt:
        self.attempts[message.subject] += 1
        self.ids.append(message.id)
        self.entered.set()
        if self.gate is not None:
            await self.gate.wait()
        error = self.fail(message.subject, self.attempts[message.subject])
        if error is not None:
            raise error
        self.sent.append(message.subject)
        return Receipt(f"ref-{len(self.sent)}")


def dispatcher(store: Store, clock: Any, **notifiers: Any) -> Dispatcher:
    return Dispatcher(store, notifiers, clock=clock, owner="test", names={})


@asynccontextmanager
async def running(subject: Dispatcher) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(subject.run())
    try:
        yield task
    finally:
        await subject.stop(1.0)
        await task


async def until(condition: Callable[[], bool], tick: Callable[[], None] = lambda: None) -> None:
    """Until it holds; ``tick`` moves the fake clock on and wakes the dispatcher."""
    async with asyncio.timeout(30):
        while not condition():
            tick()
            await asyncio.sleep(0.001)


def depth(store: Store, channel: str = "desk") -> dict[str, int]:
    with store.begin() as c:
        return dict(outbox.depth(c).get(channel, {}))


def channel_of(kind: str, telegram: Any, mail_server: Any) -> ChannelConfig:
    """The channel ``desk``: the chat, or two recipients."""
    mail = {"host": "127.0.0.1", "port": mail_server.port, "security": "none", "from": "r@example.org"}
    options: dict[str, Any] = {
        "telegram": {"chat_id": "1", "token": {"env": "RASID_TEST_TOKEN"}, "api_base": telegram.base},
        "email": {**mail, "to": ["a@example.org", "b@example.org"]},
    }[kind]
    return ChannelConfig(id="desk", notifier=kind, **options)


def play(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def test_in_order_at_once_and_logged(store: Store, clock: Any, add_alert: Add, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    desk = Scripted()

    async def story() -> None:
        subject = dispatcher(store, clock, desk=desk)
        async with running(subject):
            for _ in range(5):
                add_alert("desk")
            subject.wake()
            await until(lambda: depth(store) == {"delivered": 5})

    play(story)
    assert desk.sent == [f"title {n}" for n in range(1, 6)]
    assert caplog.text.count("delivered channel=desk alert=") == 5
    with store.begin() as c:
        assert outbox.list_deliveries(c)[-1].reference == "ref-1"


def test_notices_go_the_way_of_alerts(store: Store, clock: Any, add_alert: Add, caplog: pytest.LogCaptureFixture) -> None:
    """In the same queue, with ids and log lines of their own, and as dead letters when the channel does not want them."""
    caplog.set_level(logging.INFO)
    desk = Scripted(lambda title, attempt: PermanentDeliveryError("403") if (title, attempt) == ("Taif: stale", 1) else None)
    add_alert("desk")
    with store.begin() as c:
        for kind in ("failing", "stale"):
            title = f"Taif: {kind}"
            health.record_notice(c, outlet="taif_post", kind=kind, title=title, text="t", created_at=clock.now(), channels=["desk"])
    add_alert("desk")

    async def story() -> None:
        subject = dispatcher(store, clock, desk=desk)
        async with running(subject):
            await until(lambda: depth(store) == {"dead": 1, "delivered": 3})
            with store.begin() as c:
                assert [row.title for row in outbox.list_deliveries(c, state="dead")] == ["Taif: stale"]
                outbox.requeue_dead(c, now=clock.now())
            subject.wake()
            await until(lambda: depth(store) == {"delivered": 4})

    play(story)
    assert desk.sent == ["title 1", "Taif: failing", "title 2", "Taif: stale"]
    assert [name.split(".")[0] for name in desk.ids] == ["alert-1", "notice-1", "notice-2", "alert-2", "notice-2"]
    assert desk.ids[2] == desk.ids[4]
    for line in ("delivered channel=desk alert=1", "delivered channel=desk notice=1", "dead letter channel=desk notice=2"):
        assert caplog.text.count(line) == 1


def test_order_holds_through_an_outage(store: Store, clock: Any, add_alert: Add) -> None:
    desk = Scripted(lambda title, attempt: TransientDeliveryError("down", retry_after=5) if attempt < 6 and title == "title 2" else None)
    mail = Scripted()
    for _ in range(4):
        add_alert("desk", "mail")

    async def story() -> None:
        subject = dispatcher(store, clock, desk=desk, mail=mail)
        async with running(subject):
            await until(lambda: depth(store, "mail") == {"delivered": 4})  # another channel's outage is not its business
            await until(lambda: depth(store) == {"delivered": 4}, tick=lambda: (clock.advance(2), subject.wake())[1])

    play(story)
    assert desk.sent == ["title 1", "title 2", "title 3", "title 4"]
    assert len(set(desk.ids)) == 4, "every attempt of a delivery carries the same id"


@pytest.mark.parametrize("kind", ["telegram", "email", "webhook"])
def test_order_holds_through_a_server_in_trouble(
    store: Store, clock: Any, add_alert: Add, telegram: Any, mail_server: Any, webhook: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("RASID_TEST_TOKEN", "1:x")
    telegram.script = [(429, {"ok": False, "parameters": {"retry_after": 3}}), "ok", (500, {}), "drop", "garbage", "ok", (502, {})]
    mail_server.data_script = ["450 busy", "250 OK", "421 bye", "drop", "250 OK", "451 local error"]
    webhook.script = [(429, "", {"Retry-After": "3"}), 200, 500, "drop", b"HTTP/1.1 2", 202, 502]
    for _ in range(6):
        add_alert("desk")

    async def story() -> None:
        await telegram.start()
        await webhook.start()
        mail_server.start()
        options: dict[str, Any] = {
            "telegram": {"chat_id": "1", "token": {"env": "RASID_TEST_TOKEN"}, "api_base": telegram.base},
            "email": {"host": "127.0.0.1", "port": mail_server.port, "security": "none", "from": "r@example.org", "to": ["a@example.org"]},
            "webhook": {"url": webhook.url},
        }[kind]
        built = build_notifiers([ChannelConfig(id="desk", notifier=kind, **options)])
        subject = dispatcher(store, clock, **built)
        async with running(subject):
            await until(lambda: depth(store).get("delivered", 0) >= 3, tick=lambda: (clock.advance(2), subject.wake())[1])
            mail_server.stop()  # refused for a while
            await telegram.stop()
            await webhook.stop()
            for _ in range(20):
                clock.advance(1)
                subject.wake()
                await asyncio.sleep(0.002)
            mail_server.start()
            await telegram.start()
            await webhook.start()
            await until(lambda: depth(store) == {"delivered": 6}, tick=lambda: (clock.advance(2), subject.wake())[1])
        await telegram.stop()
        await webhook.stop()

    play(story)
    texts = [body["text"] for body in telegram.accepted + webhook.accepted] or [
        content.decode("utf-8", "replace") for _, content in mail_server.accepted
    ]
    assert [next(n for n in range(1, 7) if f"title {n}" in text) for text in texts] == [1, 2, 3, 4, 5, 6]


def test_a_refused_message_is_dead_at_once_and_comes_back_when_asked(store: Store, clock: Any, add_alert: Add) -> None:
    desk = Scripted(lambda title, attempt: PermanentDeliveryError("403") if (title, attempt) == ("title 1", 1) else None)
    add_alert("desk"), add_alert("desk")

    async def story() -> None:
        subject = dispatcher(store, clock, desk=desk)
        async with running(subject):
            await until(lambda: depth(store) == {"dead": 1, "delivered": 1})
            with store.begin() as c:
                outbox.requeue_dead(c, now=clock.now())
            subject.wake()
            await until(lambda: depth(store) == {"delivered": 2})

    play(story)


def test_a_poison_message_does_not_block_its_channel_and_dies_in_the_end(store: Store, clock: Any, add_alert: Add) -> None:
    desk = Scripted(lambda title, _attempt: RuntimeError("cannot") if title == "title 1" else None)
    add_alert("desk"), add_alert("desk")

    async def story() -> None:
        subject = dispatcher(store, clock, desk=desk)
        async with running(subject):
            await until(lambda: depth(store) == {"pending": 1, "delivered": 1}, tick=lambda: (clock.advance(60), subject.wake())[1])
            assert desk.attempts["title 1"] >= outbox.OVERTAKE_AFTER
            await until(lambda: depth(store) == {"dead": 1, "delivered": 1}, tick=lambda: (clock.advance(3600), subject.wake())[1])

    play(story)


def test_a_channel_that_asked_for_a_rest_gets_it_also_from_those_that_may_overtake(
    store: Store, clock: Any, add_alert: Add, telegram: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RASID_TEST_TOKEN", "1:x")
    telegram.script = [(500, {})] * (outbox.OVERTAKE_AFTER - 1) + [(429, {"ok": False, "parameters": {"retry_after": 600}})]
    add_alert("desk"), add_alert("desk")

    async def story() -> None:
        await telegram.start()
        notifiers = build_notifiers([channel_of("telegram", telegram, mail_server)])
        subject = dispatcher(store, clock, **notifiers)
        for _ in range(outbox.OVERTAKE_AFTER):
            assert await subject.deliver_next("desk")
            clock.advance(300 if telegram.script else 0)
        for _ in range(6):
            assert not await subject.deliver_next("desk")
            clock.advance(100)
        assert len(telegram.requests) == outbox.OVERTAKE_AFTER
        assert await subject.deliver_next("desk")
        assert await subject.deliver_next("desk")
        await subject.stop(0.1)
        await telegram.stop()

    play(story)
    assert depth(store) == {"delivered": 2}


def test_what_a_crash_left_leased_is_delivered_again(store: Store, clock: Any, add_alert: Add) -> None:
    add_alert("desk")
    with store.begin() as c:
        assert outbox.lease_next(c, "desk", owner="dead process", now=clock.now(), lease=LEASE) is not None
    desk = Scripted()

    async def story() -> None:
        subject = dispatcher(store, clock, desk=desk)
        async with running(subject):
            await asyncio.sleep(0.02)
            assert desk.sent == []
            clock.advance(LEASE.total_seconds())
            subject.wake()
            await until(lambda: depth(store) == {"delivered": 1})

    play(story)


def test_a_flood_of_two_hundred(store: Store, clock: Any, add_alert: Add) -> None:
    for _ in range(200):
        add_alert("desk")
    desk = Scripted()

    async def story() -> None:
        async with running(dispatcher(store, clock, desk=desk)):
            await until(lambda: len(desk.sent) == 200)

    play(story)
    assert desk.sent == [f"title {n}" for n in range(1, 201)]
    assert depth(store) == {"delivered": 200}


def test_stopping_lets_what_is_in_flight_end(store: Store, clock: Any, add_alert: Add) -> None:
    add_alert("desk"), add_alert("desk")

    async def story() -> None:
        desk = Scripted()
        desk.gate = asyncio.Event()
        subject = dispatcher(store, clock, desk=desk)
        task = asyncio.create_task(subject.run())
        await desk.entered.wait()
        stopping = asyncio.create_task(subject.stop(10.0))
        await asyncio.sleep(0)
        desk.gate.set()
        await stopping
        await task
        assert desk.sent == ["title 1"]

    play(story)
    assert depth(store) == {"delivered": 1, "pending": 1}


def test_what_does_not_end_in_time_is_given_back(store: Store, clock: Any, add_alert: Add) -> None:
    add_alert("desk")

    async def story() -> None:
        desk = Scripted()
        desk.gate = asyncio.Event()
        subject = dispatcher(store, clock, desk=desk)
        task = asyncio.create_task(subject.run())
        await desk.entered.wait()
        await subject.stop(0.01)
        await task

    play(story)
    with store.begin() as c:
        assert outbox.lease_next(c, "desk", owner="next", now=clock.now(), lease=LEASE) is not None


def test_without_channels_it_runs_until_stopped(store: Store, clock: Any) -> None:
    async def story() -> None:
        subject = dispatcher(store, clock)
        task = asyncio.create_task(subject.run())
        await asyncio.sleep(0.01)
        assert not task.done()
        await subject.stop(0.1)
        await task

    play(story)


@pytest.mark.parametrize(("kind", "end"), [("telegram", "busy"), ("telegram", "refused"), ("telegram", "stopped"), ("email", "busy")])
def test_what_was_taken_before_a_restart_is_not_sent_again(
    store: Store, clock: Any, add_alert: Add, telegram: Any, mail_server: Any, monkeypatch: pytest.MonkeyPatch, kind: str, end: str
) -> None:
    """The first part, or recipient, gets through; the second later, from another process, or after ``alerts retry``."""
    monkeypatch.setenv("RASID_TEST_TOKEN", "1:x")
    monkeypatch.setattr("alerts.render.pack_lines.__defaults__", (60,))
    telegram.script = ["ok", {"busy": (500, {}), "refused": (400, {}), "stopped": "hang"}[end]]
    mail_server.rcpt_script = ["250 OK", "450 greylisted"]
    add_alert("desk", title="x" * 40)

    async def attempt(condition: Callable[[], bool]) -> None:
        await telegram.start()
        subject = dispatcher(store, clock, **build_notifiers([channel_of(kind, telegram, mail_server)]))
        async with running(subject):
            await until(condition)
        await telegram.stop()

    def failed() -> bool:
        with store.begin() as c:
            return outbox.list_deliveries(c)[0].last_error != ""

    async def story() -> None:
        mail_server.start()
        await attempt(failed if end != "stopped" else lambda: len(telegram.requests) == 2)
        with store.begin() as c:
            assert len(json.loads(outbox.list_deliveries(c)[0].reference)) == 1
            outbox.requeue_dead(c, now=clock.now())
        clock.advance(60)
        await attempt(lambda: depth(store) == {"delivered": 1})

    play(story)
    if kind == "telegram":
        texts = [body["text"] for body in telegram.accepted]
        assert len(texts) > 2
        assert len(set(texts)) == len(texts)
    else:
        assert [to for to, _ in mail_server.accepted] == [["a@example.org"], ["b@example.org"]]


@pytest.mark.parametrize("later", [False, True])
def test_a_recipient_refused_for_good_beside_others_is_told(
    store: Store, clock: Any, add_alert: Add, telegram: Any, mail_server: Any, caplog: pytest.LogCaptureFixture, later: bool
) -> None:
    mail_server.rcpt_script = ["250 OK", *(["450 greylisted"] if later else []), "550 unknown"]
    mail_server.start()
    add_alert("desk")

    async def story() -> None:
        subject = dispatcher(store, clock, **build_notifiers([channel_of("email", telegram, mail_server)]))
        async with running(subject):
            await until(lambda: depth(store) == {"delivered": 1}, tick=lambda: (clock.advance(1), subject.wake())[1])

    play(story)
    with store.begin() as c:
        assert outbox.list_deliveries(c)[0].last_error == "refused: b@example.org (550)"
    assert "refused: b@example.org (550)" in caplog.text
    assert [to for to, _ in mail_server.accepted] == [["a@example.org"]]


def test_what_was_missing_and_is_no_recipient_any_more_is_not_waited_for(
    store: Store, clock: Any, add_alert: Add, telegram: Any, mail_server: Any
) -> None:
    add_alert("desk")
    with store.begin() as c:
        leased = outbox.lease_next(c, "desk", owner="o", now=clock.now(), lease=LEASE)
        assert leased is not None
        outbox.postpone(c, leased.id, error="450", not_before=clock.now(), taken=["a@example.org", "b@example.org"])

    async def story() -> None:
        subject = dispatcher(store, clock, **build_notifiers([channel_of("email", telegram, mail_server)]))
        async with running(subject):
            await until(lambda: depth(store) == {"delivered": 1})

    play(story)
    assert mail_server.accepted == []


# --------------------------------------------------------------------------- known defects


def test_an_old_dead_letter_gets_a_new_chance(store: Store, clock: Any, add_alert: Add) -> None:
    add_alert("desk")
    clock.advance(4 * DAY)  # the daemon was off, or the dead letter was asked for again
    desk = Scripted(lambda _title, attempt: TransientDeliveryError("busy") if attempt == 1 else None)

    async def story() -> None:
        subject = dispatcher(store, clock, desk=desk)
        async with running(subject):
            await until(lambda: "pending" not in depth(store), tick=lambda: (clock.advance(1), subject.wake())[1])

    play(story)
    assert depth(store) == {"delivered": 1}


def test_a_yes_is_not_forgotten_while_the_database_is_busy(
    store: Store, clock: Any, add_alert: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_alert("desk")
    desk = Scripted()
    real, refused = outbox.confirm, iter([True])

    def confirm(*args: Any, **options: Any) -> None:
        if next(refused, False):
            raise StoreError("database is locked")
        real(*args, **options)

    monkeypatch.setattr(outbox, "confirm", confirm)

    async def story() -> None:
        subject = dispatcher(store, clock, desk=desk)
        async with running(subject):
            await until(lambda: depth(store) == {"delivered": 1}, tick=lambda: (clock.advance(1), subject.wake())[1])

    play(story)
    assert desk.sent == ["title 1"]


def test_a_flood_leaves_the_loop_to_others(store: Store, clock: Any, add_alert: Add) -> None:
    for _ in range(20):
        add_alert("desk")
    seen: set[int] = set()

    async def story() -> None:
        desk = Scripted()
        async with running(dispatcher(store, clock, desk=desk)):
            while len(desk.sent) < 20:
                await asyncio.sleep(0)
                seen.add(len(desk.sent))

    play(story)
    assert len(seen) > 5


def test_a_hanging_notifier_is_cut_off(store: Store, clock: Any, add_alert: Add, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alerts.dispatcher.SEND_LIMIT", 0.01, raising=False)
    add_alert("desk")

    async def story() -> None:
        desk = Scripted()
        desk.gate = asyncio.Event()
        async with running(dispatcher(store, clock, desk=desk)):
            await desk.entered.wait()
            await asyncio.sleep(0.1)
            with store.begin() as c:
                assert outbox.list_deliveries(c)[0].last_error != ""

    play(story)


def test_a_channel_that_broke_down_is_not_silent(store: Store, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any, **_options: Any) -> None:
        raise LookupError("a bug outside the border of one delivery")

    monkeypatch.setattr(outbox, "lease_next", broken)

    async def story() -> None:
        subject = dispatcher(store, clock, desk=Scripted())
        task = asyncio.create_task(subject.run())
        await asyncio.sleep(0.05)
        noticed = task.done()
        await subject.stop(0.1)
        await asyncio.gather(task, *subject._tasks.values(), return_exceptions=True)  # takes the error out, or pytest reports it too
        assert noticed

    play(story)
