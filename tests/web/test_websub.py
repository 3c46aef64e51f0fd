"""The subscriber against real hubs on loopback: those that keep to the recommendation and those that do not."""

from __future__ import annotations

import asyncio
import hmac
import logging
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from core.errors import RasidError, StoreError
from core.model import Outlet, Source, SourceKind
from crawler.addresses import is_public
from storage import Store, polls
from storage.polls import SourceState
from web import hubs
from web.subscription import Subscription
from web.websub import Subscriber

SECRET = b"a secret of the desk, long enough"
FEED = "https://wire.example.org/feed/"
BODY = "<feed><title>خبر عاجل</title></feed>".encode()
GARBAGE = [
    b"\x16\x03\x01\x02\x00\r\n\r\n",
    b"GET / HTTP/9\r\n\r\n",
    b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n: x\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: x\r\n" % number for number in range(1000)) + b"\r\n",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Hub:
    """Answers from ``script`` (a status, headers too, or "hang"; default 202) and verifies what it took, as a hub does.

    ``verifies``: "after" its answer, "before" it, or "never".
    """

    def __init__(self, *, host: str = "127.0.0.1", verifies: str = "after", lease: str | None = "86400") -> None:
        self.port = free_port()
        self.url = f"http://{host}:{self.port}/hub?k=1"
        self.verifies = verifies
        self.lease = lease
        self.script: list[Any] = []
        self.forms: list[dict[str, str]] = []
        self.agents: set[str | None] = set()
        self.echoes: list[tuple[int, str]] = []
        self._host = host
        self._released = asyncio.Event()
        self._verifying: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/hub", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self.port).start()

    async def stop(self) -> None:
        self._released.set()
        await asyncio.gather(*self._verifying)
        if self._runner is not None:
            await self._runner.cleanup()

    async def settle(self) -> None:
        """Until everything taken is verified."""
        await asyncio.gather(*self._verifying)

    async def _take(self, request: web.Request) -> web.Response:
        assert request.query_string == "k=1", "the query of a hub's address is part of it"
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append(form)
        self.agents.add(request.headers.get("User-Agent"))
        step = self.script.pop(0) if self.script else 202
        if step == "hang":
            await self._released.wait()
        status, headers = step if isinstance(step, tuple) else (step, {})
        if status == 202 and self.verifies == "before":
            await self._verify(form)
        elif status == 202 and self.verifies == "after":
            self._verifying.add(asyncio.create_task(self._verify(form)))
        return web.Response(status=status, headers=headers, text="because of the weather" if status >= 400 else "")

    async def _verify(self, form: dict[str, str]) -> None:
        changes = {} if self.lease is None else {"hub.lease_seconds": self.lease}
        self.echoes.append(await question(form["hub.callback"], {"hub.topic": form["hub.topic"], **changes}))


async def question(callback: str, query: dict[str, str], *, mode: str = "subscribe", challenge: str = "c-4711&ü") -> tuple[int, str]:
    whole = {"hub.mode": mode, "hub.challenge": challenge, **query}
    async with aiohttp.ClientSession() as session, session.get(callback, params=whole) as response:
        return response.status, await response.text()


async def push(form: dict[str, str], *, method: str = "sha256", signature: str | None = "right", body: Any = BODY) -> int:
    """Delivers content as the hub that was sent the form. The status of the answer."""
    headers = {"Content-Type": "application/atom+xml"}
    if signature is not None:
        right = hmac.new(form["hub.secret"].encode(), body if isinstance(body, bytes) else b"", method).hexdigest()
        headers["X-Hub-Signature"] = f"{method}={right}" if signature == "right" else signature
    async with aiohttp.ClientSession() as session, session.post(form["hub.callback"], data=body, headers=headers) as response:
        return response.status


def outlet(name: str, sources: int = 1, **changes: Any) -> Outlet:
    made = tuple(Source(f"{name}:{number}", SourceKind.FEED, f"https://{name}.example.org/{number}/") for number in range(sources))
    return replace(Outlet(name, name, None, ("ar",), made), **changes)


class Desk:
    """A subscriber over a store in which polls have found hubs; ``polls`` are the outlets it brought forward."""

    def __init__(self, store: Store, clock: Any, **settings: Any) -> None:
        self.store = store
        self.port = free_port()
        self.callback = f"http://127.0.0.1:{self.port}/websub"
        self.polls: list[str] = []
        self.outlets: list[Outlet] = []
        self.settings: dict[str, Any] = {
            "callback": self.callback, "listen": ("127.0.0.1", self.port), "poll_now": self.polls.append, "clock": clock, "secret": SECRET,
            "user_agent": "rasid-test", "is_public": is_public, "allow_private": True, **settings,
        }  # fmt: skip

    def found(self, made: Outlet, hub: str | None, **changes: Any) -> None:
        """As a poll that has read the outlet's sources leaves it."""
        self.outlets.append(made)
        self.remember(*(replace(SourceState(source.id, made.id, source.url, hub=hub), **changes) for source in made.sources))

    def remember(self, *states: SourceState) -> None:
        with self.store.begin() as connection:
            polls.save_sources(connection, states)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Subscriber]:
        """Listens, and asks only when the test says so."""
        subject = Subscriber(self.store, self.outlets, **self.settings)
        await subject.open()
        try:
            yield subject
        finally:
            await subject.stop()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Subscriber]:
        subject = Subscriber(self.store, self.outlets, **self.settings)
        task = asyncio.create_task(subject.run())
        try:
            yield subject
        finally:
            await subject.stop()
            await task


@pytest.fixture
def desk(store: Store, clock: Any) -> Desk:
    return Desk(store, clock)


@asynccontextmanager
async def serving(*hubs_: Hub) -> AsyncIterator[None]:
    for hub in hubs_:
        await hub.start()
    try:
        yield
    finally:
        for hub in hubs_:
            await hub.stop()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


def play(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def only(subject: Subscriber) -> Subscription:
    (subscription,) = subject.subscriptions
    return subscription


# --------------------------------------------------------------------------- the whole way


@pytest.mark.parametrize("verifies", ["after", "before"])
def test_subscribes_is_verified_and_a_push_brings_the_poll_forward(desk: Desk, verifies: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hub = Hub(verifies=verifies)
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub), desk.running() as subject:
            await until(lambda: hub.echoes)
            assert only(subject).attempts == 0
            assert desk.polls == [], "a subscription alone is no reason to poll"
            assert await push(hub.forms[0]) == 202
            assert desk.polls == ["wire"]
            assert subject.counts == {"verified": 1, "accepted": 1, "polls": 1}

    play(story)
    assert hub.echoes == [(200, "c-4711&ü")]
    assert hub.agents == {"rasid-test"}
    assert hub.forms[0]["hub.topic"] == "https://wire.example.org/0/"
    for secret in (hub.forms[0]["hub.secret"], hub.forms[0]["hub.callback"].rpartition("/")[2], SECRET.decode(), "خبر"):
        assert not any(secret in record.getMessage() for record in caplog.records), "the log gives a secret or a body away"


def test_after_a_restart_the_old_subscription_still_works(desk: Desk) -> None:
    hub = Hub()
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub):
            for _ in range(2):
                async with desk.listening() as subject:
                    await subject.subscribe_due()
                    await hub.settle()
            async with desk.running():
                await until(lambda: len(hub.echoes) == 3)
                assert await push(hub.forms[0]) == 202, "signed with the key from before the restarts"
                assert desk.polls == ["wire"]

    play(story)
    assert len({form["hub.callback"] for form in hub.forms}) == len({form["hub.secret"] for form in hub.forms}) == 1


def test_only_enabled_outlets_and_sources_that_are_still_defined_are_subscribed(desk: Desk) -> None:
    hub = Hub()
    desk.found(outlet("wire", sources=2), hub.url)
    desk.found(outlet("closed", enabled=False), hub.url)
    desk.found(outlet("mute"), None)
    desk.remember(SourceState("wire:9", "wire", FEED, hub=hub.url), SourceState("gone:0", "gone", FEED, hub=hub.url))

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()
            await hub.settle()

    play(story)
    assert sorted(form["hub.topic"] for form in hub.forms) == ["https://wire.example.org/0/", "https://wire.example.org/1/"]


def test_a_hub_that_a_later_poll_finds_is_asked_in_a_later_round(desk: Desk) -> None:
    hub, made = Hub(), outlet("wire")
    desk.found(made, None)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()
            assert hub.forms == []
            desk.remember(SourceState("wire:0", "wire", "https://wire.example.org/0/", hub=hub.url))
            await subject.subscribe_due()
            await hub.settle()

    play(story)
    assert hub.echoes == [(200, "c-4711&ü")]


# --------------------------------------------------------------------------- verification and denial


def test_only_what_we_asked_for_is_verified(desk: Desk) -> None:
    hub = Hub(verifies="never")
    desk.found(outlet("wire", sources=2), hub.url)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()
            ours, other = hub.forms
            right = {"hub.topic": ours["hub.topic"], "hub.lease_seconds": "60"}
            base = desk.callback
            for status, callback, query, mode in [
                (404, ours["hub.callback"], {**right, "hub.topic": other["hub.topic"]}, "subscribe"),
                (404, ours["hub.callback"], {**right, "hub.topic": ""}, "subscribe"),
                (404, ours["hub.callback"], {"hub.lease_seconds": "60"}, "subscribe"),
                (404, ours["hub.callback"], right, "unsubscribe"),
                (404, ours["hub.callback"], right, "publish"),
                (404, ours["hub.callback"], {**right, "hub.challenge": ""}, "subscribe"),
                (404, other["hub.callback"], right, "subscribe"),
                (404, f"{base}/{'0' * 64}", right, "subscribe"),
                (404, f"{ours['hub.callback']}/more", right, "subscribe"),
                (404, base, right, "subscribe"),
                (404, base, {**right, "hub.topic": other["hub.topic"]}, "denied"),
                (200, ours["hub.callback"], right, "subscribe"),
            ]:
                assert (await question(callback, query, mode=mode))[0] == status, (callback, query, mode)
            assert subject.counts == {"unknown": 11, "verified": 1}

    play(story)


def test_a_callback_that_no_hub_was_given_is_not_verified(desk: Desk) -> None:
    hub = Hub()
    hub.script = [503]
    desk.found(outlet("wire", sources=2), hub.url)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()
            (spared,) = [subscription for subscription in subject.subscriptions if not subscription.asked]
            for mode in ("subscribe", "denied"):
                assert (await question(f"{desk.callback}/{spared.token}", {"hub.topic": spared.topic}, mode=mode))[0] == 404

    play(story)
    assert len(hub.forms) == 1


@pytest.mark.parametrize("challenge", ["<script>alert(1)</script>", "تحدٍّ", "a\r\nSet-Cookie: x=1", "x" * 4000, "\N{GRINNING FACE} %ff"])
def test_challenges_come_back_as_plain_text_whatever_they_are(desk: Desk, challenge: str) -> None:
    hub = Hub(verifies="never")
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject, aiohttp.ClientSession() as session:
            await subject.subscribe_due()
            query = {"hub.mode": "subscribe", "hub.topic": hub.forms[0]["hub.topic"], "hub.challenge": challenge}
            async with session.get(hub.forms[0]["hub.callback"], params=query) as response:
                assert (response.status, response.content_type) == (200, "text/plain")
                assert (await response.read()).decode() == challenge
                assert "Set-Cookie" not in response.headers
            async with session.get(f"{hub.forms[0]['hub.callback']}?hub.mode=subscribe&hub.topic=%ff%fe&hub.challenge=%ff") as response:
                assert response.status == 404

    play(story)


def test_a_denial_is_noted_and_asked_again_after_a_day(desk: Desk, clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    hub = Hub(verifies="never")
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()
            reason = {"hub.topic": hub.forms[0]["hub.topic"], "hub.reason": "not for you\nfaked log line"}
            assert (await question(hub.forms[0]["hub.callback"], reason, mode="denied"))[0] == 200
            assert only(subject).denied == "not for you\nfaked log line"
            clock.advance(86399)
            await subject.subscribe_due()
            assert len(hub.forms) == 1
            clock.advance(2)
            hub.verifies = "before"
            await subject.subscribe_due()
            assert len(hub.forms) == 2
            assert only(subject).denied == ""

    play(story)
    (line,) = [record.getMessage() for record in caplog.records if "denied" in record.getMessage()]
    assert "\n" not in line


# --------------------------------------------------------------------------- leases


def test_a_lease_is_renewed_before_it_ends_and_not_earlier(desk: Desk, clock: Any) -> None:
    hub = Hub(verifies="before", lease="100000")
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()
            for seconds, asked in [(79_000, 1), (1_001, 2), (79_000, 2), (1_001, 3)]:
                clock.advance(seconds)
                await subject.subscribe_due()
                assert len(hub.forms) == asked

    play(story)


def test_the_running_subscriber_renews_by_itself(store: Store, clock: Any) -> None:
    class Hasty:
        """Five minutes, the shortest time to a renewal, pass between any two looks."""

        def now(self) -> Any:
            clock.advance(300)
            return clock.now()

        def monotonic(self) -> float:
            return float(clock.monotonic())

    desk, hub = Desk(store, Hasty()), Hub(verifies="before", lease="1")
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub), desk.running():
            await until(lambda: len(hub.echoes) >= 2)

    play(story)
    assert {status for status, _ in hub.echoes} == {200}


def test_a_hub_that_gives_tiny_leases_is_not_asked_all_the_time(desk: Desk, clock: Any) -> None:
    hub = Hub(verifies="before", lease="1")
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            for _ in range(100):
                await subject.subscribe_due()
                clock.advance(30)

    play(story)
    assert len(hub.forms) == 10, "3000 seconds, five minutes apart"


def test_another_hub_gets_another_callback_and_the_old_one_is_gone(desk: Desk, clock: Any) -> None:
    old, new, made = Hub(verifies="before"), Hub(verifies="before"), outlet("wire")
    desk.found(made, old.url)

    async def story() -> None:
        async with serving(old, new), desk.listening() as subject:
            await subject.subscribe_due()
            desk.remember(SourceState("wire:0", "wire", "https://wire.example.org/0/", hub=new.url))
            await subject.subscribe_due()
            assert new.forms == [], "not at once: feeds that alternate between hubs would make us ask all the time"
            clock.advance(3601)
            await subject.subscribe_due()
            assert await push(old.forms[0]) == 404
            assert await push(new.forms[0]) == 202

    play(story)
    assert desk.polls == ["wire"]
    assert old.forms[0]["hub.secret"] != new.forms[0]["hub.secret"]


# --------------------------------------------------------------------------- pushes


@pytest.fixture
def tell(desk: Desk) -> Callable[[Callable[[Subscriber, dict[str, str]], Coroutine[Any, Any, None]]], None]:
    """Plays a story that is given the subscriber and the form that its hub got; the hub has verified."""

    def play_it(story: Callable[[Subscriber, dict[str, str]], Coroutine[Any, Any, None]]) -> None:
        hub = Hub(verifies="before")
        desk.found(outlet("wire"), hub.url)

        async def whole() -> None:
            async with serving(hub), desk.listening() as subject:
                await subject.subscribe_due()
                await story(subject, hub.forms[0])

        play(whole)

    return play_it


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_right_signature_of_every_method_is_believed(desk: Desk, tell: Any, method: str) -> None:
    async def story(_subject: Subscriber, form: dict[str, str]) -> None:
        assert await push(form, method=method) == 202

    tell(story)
    assert desk.polls == ["wire"]


def test_pushes_without_a_right_signature_are_acknowledged_ignored_and_counted(
    desk: Desk, tell: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(subject: Subscriber, form: dict[str, str]) -> None:
        for signature in (None, "sha256=" + "0" * 64, "sha256=توقيع", "md5=00", "right"):
            wrong = {**form, "hub.secret": "guessed"} if signature == "right" else form
            assert await push(wrong, signature=signature) == 202, "a forger learns nothing from the answer"
        assert (subject.counts["unsigned"], subject.counts["wrong_signature"], subject.counts["accepted"]) == (2, 3, 0)

    tell(story)
    assert desk.polls == []
    assert caplog.text.count("ignored a push") == 1, "a stranger could fill the log"


def test_pushes_in_a_row_cause_one_poll_and_the_last_is_not_forgotten(desk: Desk, tell: Any, clock: Any) -> None:
    desk.settings["push_gap"] = 3600.0

    async def story(subject: Subscriber, form: dict[str, str]) -> None:
        for _ in range(5):
            assert await push(form) == 202
        assert desk.polls == ["wire"], "the first at once, the others within the gap are one later poll"
        assert subject.counts["accepted"] == 5
        (timer,) = subject._timers.values()
        await subject.stop()
        assert timer.cancelled(), "nothing fires after the end"

    tell(story)


def test_a_push_within_the_gap_fires_at_its_end(desk: Desk, tell: Any) -> None:
    desk.settings["push_gap"] = 0.2

    async def story(subject: Subscriber, form: dict[str, str]) -> None:
        await push(form)
        for _ in range(4):  # at the same instant, which requests are not
            subject._bring_forward("wire")
        await until(lambda: len(desk.polls) > 1)
        await asyncio.sleep(0.01)  # others would fire with it
        assert desk.polls == ["wire", "wire"]

    tell(story)


def test_a_push_after_the_gap_is_at_once_again(desk: Desk, tell: Any, clock: Any) -> None:
    async def story(_subject: Subscriber, form: dict[str, str]) -> None:
        await push(form)
        clock.advance(31)
        await push(form)
        assert desk.polls == ["wire", "wire"]

    tell(story)


def test_the_sources_of_one_outlet_share_the_gap_and_outlets_do_not(desk: Desk) -> None:
    hub = Hub(verifies="before")
    desk.found(outlet("wire", sources=2), hub.url)
    desk.found(outlet("paper"), hub.url)
    desk.settings["push_gap"] = 3600.0

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()
            for form in hub.forms:
                assert await push(form) == 202

    play(story)
    assert sorted(desk.polls) == ["paper", "wire"]


def test_an_endless_push_is_cut_off(desk: Desk, tell: Any) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield bytes(65536)
            await asyncio.sleep(0.01)

    async def story(subject: Subscriber, form: dict[str, str]) -> None:
        with suppress(aiohttp.ClientError):  # cut off before the answer was read
            assert await push(form, signature="sha256=00", body=endless()) == 202
        assert subject.counts["too_large"] == 1
        assert await push(form) == 202

    tell(story)
    assert desk.polls == ["wire"]
    assert sent >= 1024 * 1024


def test_a_push_that_is_too_large_is_answered_all_the_same(desk: Desk, tell: Any) -> None:
    megabyte = b"x" * (1024 * 1024)

    async def body() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield megabyte

    async def story(subject: Subscriber, form: dict[str, str]) -> None:
        signature = "sha256=" + hmac.new(form["hub.secret"].encode(), megabyte * 3, "sha256").hexdigest()
        assert await push(form, signature=signature, body=body()) == 202
        assert subject.counts["too_large"] == 1

    tell(story)
    assert desk.polls == []


@pytest.mark.parametrize("ending", ["hang up", "hang", "garbled"])
def test_a_push_that_breaks_off_is_no_push(desk: Desk, tell: Any, ending: str, caplog: pytest.LogCaptureFixture, monkeypatch: Any) -> None:
    monkeypatch.setattr("web.websub._BODY_LIMIT", 0.2)

    async def story(subject: Subscriber, form: dict[str, str]) -> None:
        path = form["hub.callback"].removeprefix(f"http://127.0.0.1:{desk.port}")
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
        length, body = ("Transfer-Encoding: chunked", "zz\r\n") if ending == "garbled" else ("Content-Length: 100", "half")
        writer.write(f"POST {path} HTTP/1.1\r\nHost: desk\r\n{length}\r\n\r\n{body}".encode())
        await writer.drain()
        if ending == "garbled":
            assert b" 400 " in await reader.readline()
        elif ending == "hang":
            assert b" 408 " in await reader.readline()
        writer.close()
        await push(form)
        assert subject.counts["accepted"] == 1

    tell(story)
    assert desk.polls == ["wire"]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


# --------------------------------------------------------------------------- hubs that fail


def test_a_hub_that_is_down_is_asked_ever_more_rarely_and_found_when_it_is_back(desk: Desk, clock: Any) -> None:
    hub = Hub(verifies="before")
    desk.found(outlet("wire"), hub.url)
    waits: list[float] = []

    async def story() -> None:
        async with desk.listening() as subject:
            for _ in range(12):
                await subject.subscribe_due()
                waits.append((only(subject).due_at - clock.now()).total_seconds())
                clock.advance(waits[-1])
            async with serving(hub):
                await subject.subscribe_due()
                assert only(subject).attempts == 0
                assert await push(hub.forms[0]) == 202

    play(story)
    assert waits[:3] == [300, 600, 1200]
    assert waits == sorted(waits)
    assert waits[-1] == 86400
    assert desk.polls == ["wire"]


@pytest.mark.parametrize(
    ("step", "asked"), [(503, 1), ((429, {"Retry-After": "7200"}), 1), ("hang", 1), (400, 3), (404, 3), (303, 3), (307, 3)]
)
def test_a_hub_that_fails_for_one_source_is_spared_the_others(
    desk: Desk, step: Any, asked: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hubs, "TIME_LIMIT", 0.3)
    hub = Hub()
    hub.script = [step] * 3
    desk.found(outlet("wire", sources=3), hub.url)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()
            assert all(subscription.attempts == 1 for subscription in subject.subscriptions)
            assert all(subscription.ends_at is None for subscription in subject.subscriptions)

    play(story)
    assert len(hub.forms) == asked
    assert caplog.text.count("not subscribed, polling goes on") == asked


@pytest.mark.parametrize("dated", [False, True])
def test_retry_after_is_obeyed(desk: Desk, clock: Any, dated: bool) -> None:
    hub = Hub(verifies="before")
    later = format_datetime(clock.now() + timedelta(hours=2), usegmt=True) if dated else "7200"
    hub.script = [(503, {"Retry-After": later})]
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()
            clock.advance(7199)
            await subject.subscribe_due()
            assert len(hub.forms) == 1
            clock.advance(2)
            await subject.subscribe_due()
            assert len(hub.forms) == 2

    play(story)


def test_a_hub_that_hangs_delays_no_other(desk: Desk) -> None:
    slow, quick = Hub(), Hub()
    slow.script = ["hang"]
    desk.found(outlet("wire"), slow.url)
    desk.found(outlet("paper"), quick.url)

    async def story() -> None:
        async with serving(slow, quick), desk.running():
            await until(lambda: slow.forms and quick.echoes)
            await push(quick.forms[0])

    play(story)  # ends although the slow hub has not answered
    assert desk.polls == ["paper"]


def test_a_hub_that_takes_the_request_and_never_verifies_is_asked_again(desk: Desk, clock: Any) -> None:
    hub = Hub(verifies="never")
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            for seconds, asked in [(0, 1), (299, 1), (2, 2), (599, 2), (2, 3)]:
                clock.advance(seconds)
                await subject.subscribe_due()
                assert len(hub.forms) == asked

    play(story)


# --------------------------------------------------------------------------- hubs are not trusted


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "127.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]"])
def test_a_hub_at_a_private_address_is_refused(desk: Desk, host: str, caplog: pytest.LogCaptureFixture) -> None:
    hub = Hub()
    desk.settings["allow_private"] = False
    desk.found(outlet("wire"), f"http://{host}:{hub.port}/hub?k=1")

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            await subject.subscribe_due()

    play(story)
    assert hub.forms == []
    refusal = "InvalidUrl" if host in ("127.1", "2130706433") else "private address"
    assert refusal in caplog.text, "refused for another reason than it should be"


@pytest.mark.parametrize("target", ["private", "ws", "file:///etc/passwd", "http://:80/", "http://[::1", "again"])
def test_a_redirect_leads_to_no_private_address_and_not_round_in_circles(desk: Desk, target: str) -> None:
    front, behind = Hub(), Hub(host="127.0.0.2")
    targets = {"private": behind.url, "ws": front.url.replace("http", "ws"), "again": front.url}
    front.script = [(307, {"Location": targets.get(target, target)})] * 9
    desk.settings.update(allow_private=False, is_public=lambda address: address == "127.0.0.1")
    desk.found(outlet("wire"), front.url)

    async def story() -> None:
        async with serving(front, behind), desk.listening() as subject:
            await subject.subscribe_due()
            assert only(subject).attempts == 1

    play(story)
    assert behind.forms == []
    assert len(front.forms) == (4 if target == "again" else 1)


def test_a_redirect_to_another_hub_is_followed(desk: Desk) -> None:
    front, behind = Hub(), Hub(verifies="before")
    front.script = [(308, {"Location": behind.url})]
    desk.found(outlet("wire"), front.url)

    async def story() -> None:
        async with serving(front, behind), desk.listening() as subject:
            await subject.subscribe_due()
            assert only(subject).attempts == 0

    play(story)
    assert front.forms == behind.forms


# --------------------------------------------------------------------------- the server


def test_nothing_else_is_answered(desk: Desk, tell: Any) -> None:
    async def story(subject: Subscriber, form: dict[str, str]) -> None:
        async with aiohttp.ClientSession() as session:
            for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
                for path in ("", "/", "/websub", "/websub/", f"/websub/{'0' * 64}", "/..%2f..%2fetc/passwd", "/%ff"):
                    async with session.request(method, f"http://127.0.0.1:{desk.port}{path}") as response:
                        assert (response.status, await response.read()) == (404, b""), (method, path)
            for method in ("HEAD", "PUT", "DELETE"):
                async with session.request(method, form["hub.callback"]) as response:
                    assert response.status == 404
        assert subject.counts["unknown"] == 7 * 7 + 3

    tell(story)
    assert desk.polls == []


def test_a_proxy_may_strip_the_path_of_the_callback(desk: Desk, tell: Any) -> None:
    async def story(_subject: Subscriber, form: dict[str, str]) -> None:
        assert await push({**form, "hub.callback": form["hub.callback"].replace("/websub/", "/")}) == 202

    tell(story)
    assert desk.polls == ["wire"]


def test_garbage_gets_no_traceback_and_no_line_in_the_log(desk: Desk, tell: Any, caplog: pytest.LogCaptureFixture) -> None:
    async def story(_subject: Subscriber, form: dict[str, str]) -> None:
        for garbage in GARBAGE:
            reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
            writer.write(garbage)
            answer = await reader.read()
            writer.close()
            assert b" 400 " in answer.partition(b"\r\n")[0]
            assert b"Traceback" not in answer
            assert b".py" not in answer
        assert await push(form) == 202

    tell(story)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_bug_of_ours_is_in_the_log_and_not_in_the_answer(desk: Desk, tell: Any, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_outlet: str) -> None:
        raise RuntimeError("a bug on purpose")

    desk.settings["poll_now"] = fail

    async def story(_subject: Subscriber, form: dict[str, str]) -> None:
        signature = "sha256=" + hmac.new(form["hub.secret"].encode(), BODY, "sha256").hexdigest()
        for accept in ("text/html", "text/plain"):
            async with aiohttp.ClientSession() as session:
                headers = {"X-Hub-Signature": signature, "Accept": accept}
                async with session.post(form["hub.callback"], data=BODY, headers=headers) as response:
                    if accept == "text/html":
                        assert response.status == 500
                    assert "purpose" not in await response.text()

    tell(story)
    assert "a bug on purpose" in caplog.text


def test_a_port_in_use_is_one_sentence_and_leaves_nothing_behind(desk: Desk) -> None:
    async def story() -> None:
        async with desk.listening():
            other = Subscriber(desk.store, desk.outlets, **desk.settings)
            for start in (other.open, other.run):
                with pytest.raises(RasidError, match=rf"^cannot listen on 127\.0\.0\.1:{desk.port}: .*websub\.listen$"):
                    await start()
            await other.stop()
        async with desk.running():  # the port is free again
            pass

    play(story)


def test_a_locked_database_is_looked_at_again_later(desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    hub = Hub(verifies="before")
    desk.found(outlet("wire"), hub.url)

    def locked(*_: object) -> None:
        raise StoreError("the database is locked")

    async def story() -> None:
        async with serving(hub), desk.listening() as subject:
            with monkeypatch.context() as patch:
                patch.setattr(polls, "load_sources", locked)
                await subject.subscribe_due()
            assert hub.forms == []
            await subject.subscribe_due()
            with monkeypatch.context() as patch:
                patch.setattr(polls, "load_sources", locked)
                await subject.subscribe_due()
            assert await push(hub.forms[0]) == 202, "what was known stays known meanwhile"

    play(story)
    assert caplog.text.count("hubs not readable") == 2
    assert desk.polls == ["wire"]


def test_stopping_ends_it_whatever_it_is_doing(desk: Desk) -> None:
    hub = Hub()
    hub.script = ["hang"]
    desk.found(outlet("wire"), hub.url)

    async def story() -> None:
        async with serving(hub):
            async with desk.running() as subject:
                await until(lambda: hub.forms)
            await subject.stop()  # again: nothing to do
        assert len(asyncio.all_tasks()) == 1, "a task was left behind"
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", desk.port)

    play(story)


def test_an_error_of_ours_ends_it_and_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug on purpose")

    monkeypatch.setattr(polls, "load_sources", broken)
    desk.found(outlet("wire"), None)

    async def story() -> None:
        subject = Subscriber(desk.store, desk.outlets, **desk.settings)
        with pytest.raises(RuntimeError, match="on purpose"):
            await subject.run()
        await subject.stop()

    play(story)
    assert "polling goes on without it" in caplog.text


def test_a_secret_that_can_be_guessed_is_refused(desk: Desk) -> None:
    desk.settings["secret"] = b"short"
    with pytest.raises(ValueError, match="guessed"):
        Subscriber(desk.store, desk.outlets, **desk.settings)
