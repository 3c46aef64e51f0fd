"""The webhook over a real server: what it is sent, what its answers mean, what is never told."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from alerts import build_notifiers
from alerts.dispatcher import Dispatcher
from alerts.notifier import Notifier, message_id
from alerts.render import as_text, facts_of
from core.errors import ConfigError, DeliveryError, PermanentDeliveryError, TransientDeliveryError
from core.model import Alert, Evidence, Message, Notice
from core.settings import ChannelConfig
from storage import Store, outbox

MakeAlert = Callable[..., Alert]
LOGIN, KEY = 'Bearer SECRET/log"in+1', "SECRET-key-of-the-body"
HOSTILE = '<b>x</b>\x1b[31m \u202eevil\u202c \u2066z\u2069 \ud800 "q" \\ \u0000end\nsecond\u2028third'
INVISIBLE = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u061c\u200e\u200f\x1b\x00\ud800\u2028")
OURS = {"\u2068", "\u2069"}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASID_TEST_LOGIN", LOGIN)
    monkeypatch.setenv("RASID_TEST_KEY", KEY)


def build(url: str, **options: Any) -> Notifier:
    return build_notifiers([ChannelConfig(id="desk", notifier="webhook", url=url, **options)])["desk"]


@asynccontextmanager
async def running(webhook: Any, *script: Any, path: str = "", **options: Any) -> AsyncIterator[Notifier]:
    """A notifier whose server answers from the script."""
    await webhook.start()
    webhook.script = list(script)
    notifier = build(webhook.url + path, **options)
    try:
        yield notifier
    finally:
        await notifier.close()
        await webhook.stop()


async def failure_of(notifier: Notifier, taken: list[str] | None = None) -> DeliveryError:
    try:
        await notifier.send(Message("m", "s", ("{}",)), [] if taken is None else taken)
    except DeliveryError as error:
        return error
    pytest.fail("the message was taken")


def failure(webhook: Any, step: Any, **options: Any) -> DeliveryError:
    async def story() -> DeliveryError:
        async with running(webhook, step, **options) as notifier:
            return await failure_of(notifier)

    return asyncio.run(story())


# --------------------------------------------------------------------------- what is sent


def test_an_alert_is_a_signed_object_with_all_facts(webhook: Any, make_alert: MakeAlert) -> None:
    istanbul = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=3)))
    evidence = (Evidence("أنقرة", "turkey", "title", 0, 1.0, "وأنقرة"),)
    alert = make_alert(evidence=evidence, published_at=istanbul, original_source="سانا")

    async def story() -> None:
        headers = {"Authorization": {"env": "RASID_TEST_LOGIN"}, "X-Desk": "night"}
        async with running(webhook, headers=headers, secret={"env": "RASID_TEST_KEY"}) as notifier:
            await notifier.send(notifier.render(alert, message_id(alert, "desk", "i")), [])

    asyncio.run(story())
    [(headers, body)] = webhook.requests
    assert headers["X-Rasid-Signature"] == f"sha256={hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()}"
    assert (headers["Authorization"], headers["X-Desk"]) == (LOGIN, "night")
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["User-Agent"].startswith("Rasid/")
    assert headers["Idempotency-Key"] == "alert-7.desk.i"
    assert json.loads(body.decode()) == {
        "kind": "alert",
        "id": "alert-7.desk.i",
        "topic": "turkey-syria",
        "score": 0.9,
        "reason": "both sides",
        "evidence": [{"term": "أنقرة", "side": "turkey", "field": "title", "text": "وأنقرة"}],
        "story": 1,
        "article": {
            "id": 1,
            "outlet": "taif_post",
            "outlet_name": "طيف بوست",
            "url": "https://example.org/a?x=1&y=2",
            "title": "تركيا وسوريا",
            "lead": "خبر قصير",
            "language": "ar",
            "published_at": "2026-11-24T09:00:00+00:00",
            "first_seen_at": "2026-11-24T09:00:00+00:00",
            "original_source": "سانا",
        },
        "text": as_text(facts_of(alert)),
    }


def test_what_is_unknown_is_null_and_nothing_is_signed_without_a_secret(webhook: Any, make_alert: MakeAlert) -> None:
    alert = make_alert(lead=None, language=None, published_at=None, url="javascript:alert(1)")

    async def story() -> None:
        async with running(webhook) as notifier:
            await notifier.send(notifier.render(alert, "m"), [])

    asyncio.run(story())
    assert "X-Rasid-Signature" not in webhook.requests[0][0]
    article = webhook.accepted[0]["article"]
    assert [name for name, value in article.items() if value is None] == ["url", "lead", "language", "published_at", "original_source"]


def test_a_notice_has_its_fields(webhook: Any) -> None:
    notice = Notice(4, "taif_post", "طيف بوست", "never_delivered", "طيف: silent", "one\ntwo", datetime(2026, 11, 24, tzinfo=UTC))

    async def story() -> None:
        async with running(webhook) as notifier:
            await notifier.send(notifier.render(notice, message_id(notice, "desk", "i")), [])

    asyncio.run(story())
    assert webhook.accepted[0] == {
        "kind": "notice",
        "id": "notice-4.desk.i",
        "topic": "health",
        "condition": "never_delivered",
        "outlet": "taif_post",
        "outlet_name": "طيف بوست",
        "title": "طيف: silent",
        "details": "one\ntwo",
        "created_at": "2026-11-24T00:00:00+00:00",
        "text": as_text(facts_of(notice)),
    }


def strings_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings_in(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings_in(item)]
    return [value] if isinstance(value, str) else []


def test_what_was_fetched_arrives_clean(webhook: Any, make_alert: MakeAlert) -> None:
    evidence = (Evidence(HOSTILE, HOSTILE, "title", 0, 1.0, HOSTILE), Evidence("t", "s", "body", 0, 1.0, "word " * 5000))
    names = ("title", "lead", "outlet_name", "original_source", "reason", "language")
    alert = make_alert(evidence=evidence, url=f"https://example.org/{HOSTILE}", **dict.fromkeys(names, HOSTILE))
    notice = Notice(4, "x", HOSTILE, "failing", HOSTILE, HOSTILE, datetime(2026, 11, 24, tzinfo=UTC))

    async def story() -> None:
        async with running(webhook) as notifier:
            for item in (alert, notice):
                await notifier.send(notifier.render(item, "m"), [])

    asyncio.run(story())
    for body in webhook.accepted:
        assert not INVISIBLE & set("".join(strings_in(body)))
        text = body.pop("text")
        assert text.count("\u2068") == text.count("\u2069") > 0
        assert not OURS & set("".join(strings_in(body)))
        assert max(map(len, strings_in(body))) <= 500
    assert webhook.accepted[0]["article"]["title"] == '<b>x</b>[31m evil z "q" \\ end second third'


# --------------------------------------------------------------------------- what the answers mean


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_a_yes_and_is_not_asked_for_twice(webhook: Any, status: int) -> None:
    async def story() -> None:
        async with running(webhook, (status, "", {"X-Request-Id": "r-\u202e9"}), status) as notifier:
            taken: list[str] = []
            assert (await notifier.send(Message("m", "s", ("{}",)), taken)).reference == "r-9"
            assert (await notifier.send(Message("m", "s", ("{}",)), taken)).reference == "r-9"
            assert len(webhook.requests) == 1
            assert (await notifier.send(Message("m", "s", ("{}",)), [])).reference == ""

    asyncio.run(story())


@pytest.mark.parametrize(
    ("step", "kind", "retry_after", "words"),
    [
        ((429, "", {"Retry-After": "7"}), TransientDeliveryError, 7.0, "asks us to wait"),
        ((503, "", {"Retry-After": "9"}), TransientDeliveryError, 9.0, "asks us to wait"),
        ((503, "", {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}), TransientDeliveryError, 86400.0, "asks us to wait"),
        ((429, "", {"Retry-After": "soon"}), TransientDeliveryError, None, "asks us to wait"),
        (429, TransientDeliveryError, None, "asks us to wait"),
        ((500, "", {"Retry-After": "7"}), TransientDeliveryError, None, "HTTP 500"),
        (502, TransientDeliveryError, None, "HTTP 502"),
        (408, TransientDeliveryError, None, "HTTP 408"),
        (425, TransientDeliveryError, None, "HTTP 425"),
        (401, TransientDeliveryError, None, "check the headers and the secret"),
        (403, TransientDeliveryError, None, "check the headers and the secret"),
        (404, TransientDeliveryError, None, "check the url"),
        (400, PermanentDeliveryError, None, "HTTP 400"),
        ((410, "gone \x1b[31m\u202efor\n good"), PermanentDeliveryError, None, "HTTP 410: gone [31mfor good"),
        (413, PermanentDeliveryError, None, "HTTP 413"),
        (422, PermanentDeliveryError, None, "HTTP 422"),
        ("drop", TransientDeliveryError, None, "cannot reach 127.0.0.1: ServerDisconnectedError"),
        (b"HTTP/1.1 20", TransientDeliveryError, None, "cannot reach 127.0.0.1"),
        (b"SSH-2.0-x\r\n\r\n", TransientDeliveryError, None, "cannot reach 127.0.0.1"),
        (b"HTTP/1.1 500 x\r\nContent-Length: 99\r\n\r\nhalf", TransientDeliveryError, None, "HTTP 500: half"),
        (b"HTTP/1.1 422 x\r\nContent-Length: 99\r\n\r\nhalf", PermanentDeliveryError, None, "HTTP 422: half"),
    ],
)  # fmt: skip
def test_what_the_server_answers_is_understood(
    webhook: Any, step: Any, kind: type[DeliveryError], retry_after: float | None, words: str
) -> None:
    error = failure(webhook, step)
    assert type(error) is kind
    assert getattr(error, "retry_after", None) == retry_after
    assert words in str(error)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_says_what_to_do(webhook: Any, status: int) -> None:
    error = failure(webhook, (status, "", {"Location": "/elsewhere?key=SECRET"}))
    assert type(error) is PermanentDeliveryError
    assert "set url to the final address" in str(error)
    assert "SECRET" not in str(error)
    assert len(webhook.requests) == 1


def test_a_yes_whose_answer_breaks_off_is_a_yes(webhook: Any) -> None:
    async def story() -> None:
        async with running(webhook, b"HTTP/1.1 200 OK\r\nX-Request-Id: r\r\nContent-Length: 999\r\n\r\nhalf") as notifier:
            taken: list[str] = []
            assert (await notifier.send(Message("m", "s", ("{}",)), taken)).reference == "r"
            assert taken == ["r"]

    asyncio.run(story())


def test_nobody_there_and_nobody_who_answers_are_transient(webhook: Any) -> None:
    async def nobody() -> DeliveryError:
        notifier = build("http://127.0.0.1:1/")
        try:
            return await failure_of(notifier)
        finally:
            await notifier.close()

    for error in (asyncio.run(nobody()), failure(webhook, "hang", timeout="0.2s")):
        assert type(error) is TransientDeliveryError
        assert str(error).startswith("cannot reach 127.0.0.1: ")


def test_a_server_that_dies_in_mid_answer_gets_it_after_its_restart(webhook: Any) -> None:
    async def story() -> None:
        async with running(webhook, "hang") as notifier:
            attempt = asyncio.create_task(failure_of(notifier))
            while not webhook.requests:
                await asyncio.sleep(0.01)
            [connection] = webhook._runner.server.connections
            connection.transport.abort()
            assert type(await attempt) is TransientDeliveryError
            await webhook.stop()
            await webhook.start()
            await notifier.send(Message("m", "s", ("{}",)), [])
            assert webhook.keys == ["m", "m"]

    asyncio.run(story())


def test_of_a_long_answer_a_little_is_shown(webhook: Any) -> None:
    said = str(failure(webhook, (400, "word " * 1_000_000)))
    assert said.endswith("word…")
    assert len(said) < 260


def test_retries_and_restarts_have_the_same_key_and_body(webhook: Any, store: Store, clock: Any, add_alert: Callable[..., int]) -> None:
    number = add_alert("desk")
    webhook.script = [500, "drop", (503, "", {"Retry-After": "600"}), b"HTTP/1.1 2"]

    async def story() -> None:
        await webhook.start()
        for attempt in range(1, 6):
            notifiers = build_notifiers([ChannelConfig(id="desk", notifier="webhook", url=webhook.url, secret={"env": "RASID_TEST_KEY"})])
            subject = Dispatcher(store, notifiers, clock=clock, owner=f"process {attempt}")
            assert await subject.deliver_next("desk")
            assert len(webhook.requests) == attempt
            await subject.stop(1.0)
            clock.advance(60 if attempt == 3 else 700)
            if attempt == 3:
                assert not await subject.deliver_next("desk"), "it asked for ten minutes"
                clock.advance(600)
        await webhook.stop()

    asyncio.run(story())
    assert set(webhook.keys) == {f"alert-{number}.desk.{store.instance}"}
    assert len({(headers["X-Rasid-Signature"], body) for headers, body in webhook.requests}) == 1
    with store.begin() as c:
        assert outbox.depth(c)["desk"] == {"delivered": 1}


# --------------------------------------------------------------------------- what is never told


def _echo(word: str) -> list[str]:
    return [f"no {word} here", json.dumps({"said": word}), json.dumps({"said": word}).replace("/", "\\/"), "x" * 190 + f" {word}"]


@pytest.mark.parametrize(
    "said", [*_echo(LOGIN), *_echo(LOGIN.split()[1]), *_echo(KEY), "POST /alerts/SECRET-in-the-path?sig=SECRET-q%2Fx", "SECRET-q/x"]
)
@pytest.mark.parametrize("status", [400, 401, 500, 503])
def test_a_server_that_repeats_our_secrets_does_not_get_them_into_a_log(
    webhook: Any, caplog: pytest.LogCaptureFixture, said: str, status: int
) -> None:
    caplog.set_level(logging.DEBUG)
    headers = {"Authorization": {"env": "RASID_TEST_LOGIN"}}
    error = failure(
        webhook, (status, said), path="/SECRET-in-the-path?sig=SECRET-q%2Fx", headers=headers, secret={"env": "RASID_TEST_KEY"}
    )  # fmt: skip
    assert "SECRET" not in "".join(traceback.format_exception(error)) + repr(error) + caplog.text
    assert f"HTTP {status}" in str(error)


@pytest.mark.parametrize("step", ["drop", b"HTTP/1.1 2", b"garbage\r\n\r\n", (302, "", {"Location": "http://[bad"}), "hang"])
def test_errors_name_the_host_alone(webhook: Any, caplog: pytest.LogCaptureFixture, step: Any) -> None:
    caplog.set_level(logging.DEBUG)

    async def story() -> tuple[Notifier, DeliveryError]:
        options = {"headers": {"X-Key": "SECRET-as-text"}, "secret": {"env": "RASID_TEST_KEY"}, "timeout": "0.5s"}
        async with running(webhook, step, path="?key=SECRET", **options) as notifier:
            return notifier, await failure_of(notifier)

    notifier, error = asyncio.run(story())
    assert "127.0.0.1" in str(error)
    assert "/alerts" not in str(error) + caplog.text
    assert "SECRET" not in "".join(traceback.format_exception(error)) + repr(error) + repr(notifier) + caplog.text


def test_a_secret_that_is_gone_or_broken_waits_for_its_operator(webhook: Any, tmp_path: Path) -> None:
    key, login = tmp_path / "key", tmp_path / "login"
    key.write_text("k", encoding="utf-8")
    login.write_text("l", encoding="utf-8")

    async def story() -> None:
        async with running(webhook, headers={"X-Login": {"file": str(login)}}, secret={"file": str(key)}) as notifier:
            key.unlink()
            error = await failure_of(notifier)
            assert (type(error), str(error).startswith("secret: cannot read")) == (TransientDeliveryError, True)
            key.write_text("k", encoding="utf-8")
            login.write_text("SECRET\r\nX-More: 1", encoding="utf-8")
            error = await failure_of(notifier)
            assert (type(error), "headers.X-Login" in str(error)) == (TransientDeliveryError, True)
            assert "SECRET" not in "".join(traceback.format_exception(error))
            assert webhook.requests == []
            login.write_text("new", encoding="utf-8")
            await notifier.send(Message("m", "s", ("{}",)), [])
            assert webhook.requests[0][0]["X-Login"] == "new"

    asyncio.run(story())


# --------------------------------------------------------------------------- its keys


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "url is missing"),
        ({"url": "ftp://e.example/SECRET"}, "url: this is not a web address"),
        ({"url": "e.example/SECRET"}, "url: this is not a web address"),
        ({"url": "https://e.example:99999/?SECRET"}, "url: this is not a web address"),
        ({"url": "https://u:SECRET@e.example/"}, "url: a login does not stand in the address"),
        ({"url": "https://e.example/", "secrt": "SECRET"}, "did you mean 'secret'"),
        ({"url": "https://e.example/", "secret": "SECRET"}, "a secret does not stand in the file"),
        ({"url": "https://e.example/", "secret": {"env": "RASID_NO_SUCH"}}, "secret: the environment variable RASID_NO_SUCH is not set"),
        ({"url": "https://e.example/", "headers": {"X-A": {"env": "RASID_NO_SUCH"}}}, "headers.X-A: the environment variable"),
        ({"url": "https://e.example/", "headers": {"X-A": {"env": "A", "file": "SECRET"}}}, "X-A: write exactly one of"),
        ({"url": "https://e.example/", "headers": {"X-A": {"value": "SECRET"}}}, "X-A: write exactly one of"),
        ({"url": "https://e.example/", "headers": {"X-A": 1}}, "X-A: write a text in quotes"),
        ({"url": "https://e.example/", "headers": {"X-A": "SECRET\r\nX-B: 1"}}, "X-A: a header is one line of text"),
        ({"url": "https://e.example/", "headers": {"X A": "SECRET"}}, "'X A' is no name of a header"),
        ({"url": "https://e.example/", "headers": {"content-TYPE": "SECRET"}}, "content-TYPE is set by Rasid itself"),
        ({"url": "https://e.example/", "headers": {"X-A": "SECRET", "x-a": "2"}}, "a header stands twice"),
        ({"url": "https://e.example/", "headers": "SECRET"}, "headers: write a table"),
        ({"url": "https://e.example/", "timeout": "soon"}, "timeout: "),
    ],
)  # fmt: skip
def test_wrong_keys_are_one_sentence_without_their_secrets(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        build_notifiers([ChannelConfig(id="desk", notifier="webhook", **options)])
    [problem] = raised.value.problems
    assert problem.startswith("channels.desk: ")
    assert words in problem
    assert "SECRET" not in problem


def test_loopback_and_private_addresses_are_the_operators_own() -> None:
    for url in ("http://localhost:8080", "http://10.0.0.3/alerts?key=1", "https://[::1]/x"):
        build(url)
