"""What every notifier does, told once; then what only mail or only Telegram does."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import logging
import ssl
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from alerts import build_notifiers
from alerts.notifier import Notifier, message_id, send_test
from alerts.notifiers.console import ConsoleNotifier
from core.errors import ConfigError, DeliveryError, PermanentDeliveryError, TransientDeliveryError
from core.model import Alert, Message, Notice
from core.settings import ChannelConfig

TOKEN, PASSWORD = "123:SECRET-token", "SECRET-password"
TELEGRAM_NO = {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASID_TEST_TOKEN", TOKEN)
    monkeypatch.setenv("RASID_TEST_PASSWORD", PASSWORD)


def build(kind: str, **options: Any) -> Notifier:
    return build_notifiers([ChannelConfig(id="desk", notifier=kind, **options)])["desk"]


def telegram_notifier(base: str, **more: Any) -> Notifier:
    return build("telegram", chat_id="-1001", token={"env": "RASID_TEST_TOKEN"}, api_base=base, **more)


def mail_notifier(port: int, **more: Any) -> Notifier:
    values = {"host": "127.0.0.1", "port": port, "security": "none", "from": "Rasid <r@example.org>", "to": ["a@example.org"], **more}
    return build("email", **values)


class Rig:
    """A notifier with its server, in words that fit every kind."""

    def __init__(self, kind: str, telegram: Any, mail: Any, webhook: Any) -> None:
        self.kind, self.telegram, self.mail, self.webhook, self.stream = kind, telegram, mail, webhook, io.StringIO()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Notifier]:
        await self.start()
        notifier = {
            "console": lambda: ConsoleNotifier(self.stream),
            "email": lambda: mail_notifier(self.mail.port),
            "telegram": lambda: telegram_notifier(self.telegram.base),
            "webhook": lambda: build("webhook", url=self.webhook.url),
        }[self.kind]()
        await notifier.open()
        try:
            yield notifier
        finally:
            await notifier.close()
            await self.stop()

    async def start(self) -> None:
        if self.kind == "telegram":
            await self.telegram.start()
        elif self.kind == "email":
            self.mail.start()
        elif self.kind == "webhook":
            await self.webhook.start()

    async def stop(self) -> None:
        await self.webhook.stop()
        await self.telegram.stop()
        self.mail.stop()

    async def break_once(self) -> None:
        if self.kind == "telegram":
            self.telegram.script = ["drop"]
        elif self.kind == "email":
            self.mail.data_script = ["450 later"]
        elif self.kind == "webhook":
            self.webhook.script = ["drop"]
        else:
            self.stream.close()

    async def mend(self, notifier: Notifier) -> None:
        if self.kind == "console":
            self.stream = io.StringIO()
            notifier._stream = self.stream  # type: ignore[attr-defined]

    def taken(self) -> int:
        servers = {"telegram": self.telegram, "email": self.mail, "webhook": self.webhook}
        return len(servers[self.kind].accepted) if self.kind in servers else self.stream.getvalue().count("تركيا")


@pytest.fixture(params=["console", "email", "telegram", "webhook"])
def rig(request: pytest.FixtureRequest, telegram: Any, mail_server: Any, webhook: Any) -> Rig:
    return Rig(request.param, telegram, mail_server, webhook)


def test_a_message_is_taken(rig: Rig, make_alert: Callable[..., Alert]) -> None:
    async def story() -> None:
        async with rig.running() as notifier:
            for number in range(3):
                await notifier.send(notifier.render(make_alert(lead=None), f"m{number}"), [])
            assert rig.taken() == 3

    asyncio.run(story())


def test_a_transient_failure_says_so_and_the_next_attempt_succeeds(rig: Rig, make_alert: Callable[..., Alert]) -> None:
    async def story() -> None:
        async with rig.running() as notifier:
            message = notifier.render(make_alert(lead=None), "m")
            await rig.break_once()
            taken: list[str] = []
            with pytest.raises(TransientDeliveryError):
                await notifier.send(message, taken)
            assert taken == []
            await rig.mend(notifier)
            await notifier.send(message, taken)
            assert rig.taken() == 1

    asyncio.run(story())


def test_a_restarted_server_is_found_again(rig: Rig, make_alert: Callable[..., Alert]) -> None:
    async def story() -> None:
        async with rig.running() as notifier:
            message = notifier.render(make_alert(lead=None), "m")
            await notifier.send(message, [])
            await rig.stop()
            if rig.kind != "console":
                with pytest.raises(TransientDeliveryError):
                    await notifier.send(message, [])
            await rig.start()
            await notifier.send(message, [])
            assert rig.taken() == 2

    asyncio.run(story())


def test_closing_twice_or_unopened_is_harmless(rig: Rig) -> None:
    async def story() -> None:
        async with rig.running() as notifier:
            await notifier.close()
            await notifier.close()

    asyncio.run(story())


def test_the_test_message_is_taken(rig: Rig) -> None:
    async def story() -> None:
        async with rig.running() as notifier:
            await send_test(notifier, now=datetime(2026, 11, 24, tzinfo=UTC))

    asyncio.run(story())


# --------------------------------------------------------------------------- Telegram


async def failure_of(notifier: Notifier, *texts: str) -> DeliveryError:
    try:
        await notifier.send(Message("m", "s", texts or ("text",)), [])
    except DeliveryError as error:
        return error
    finally:
        await notifier.close()
    pytest.fail("the message was taken")


@pytest.mark.parametrize(
    ("step", "kind", "retry_after"),
    [
        ((429, {"ok": False, "error_code": 429, "parameters": {"retry_after": 7}}), TransientDeliveryError, 7.0),
        ((429, {"ok": False}, {"Retry-After": "9"}), TransientDeliveryError, 9.0),
        ((429, {"ok": False}, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}), TransientDeliveryError, 86400.0),
        ((429, {"ok": False}, {"Retry-After": "soon"}), TransientDeliveryError, 1.0),
        ((500, {"ok": False}), TransientDeliveryError, None),
        ((502, {}), TransientDeliveryError, None),
        ((401, {"ok": False, "error_code": 401, "description": "Unauthorized"}), TransientDeliveryError, None),
        ((400, TELEGRAM_NO), PermanentDeliveryError, None),
        ((403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was kicked"}), PermanentDeliveryError, None),
        ((302, {}, {"Location": "http://127.0.0.1:1/"}), TransientDeliveryError, None),
        ("drop", TransientDeliveryError, None),
        ("garbage", TransientDeliveryError, None),
    ],
)  # fmt: skip
def test_what_telegram_answers_is_understood(telegram: Any, step: Any, kind: type[DeliveryError], retry_after: float | None) -> None:
    async def story() -> None:
        await telegram.start()
        telegram.script = [step]
        error = await failure_of(telegram_notifier(telegram.base))
        await telegram.stop()
        assert type(error) is kind
        assert getattr(error, "retry_after", None) == retry_after

    asyncio.run(story())


def test_a_group_that_moved_is_named(telegram: Any) -> None:
    said = "Bad Request: group chat was upgraded to a supergroup chat"

    async def story() -> None:
        await telegram.start()
        telegram.script = [(400, {"ok": False, "description": said, "parameters": {"migrate_to_chat_id": -1001987654321}})]
        error = await failure_of(telegram_notifier(telegram.base))
        await telegram.stop()
        assert type(error) is PermanentDeliveryError
        assert 'set chat_id = "-1001987654321"' in str(error)

    asyncio.run(story())


@pytest.mark.parametrize("step", ["drop", "garbage", (400, {"ok": False, "description": f"no bot{TOKEN} here"}), "refused", "bad port"])
def test_the_token_is_never_told(telegram: Any, step: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def story() -> tuple[Notifier, DeliveryError]:
        await telegram.start()
        telegram.script = [step]
        base = {"refused": "http://127.0.0.1:1", "bad port": "http://127.0.0.1:99999"}.get(str(step), telegram.base)
        notifier = telegram_notifier(base)
        error = await failure_of(notifier)
        await telegram.stop()
        return notifier, error

    notifier, error = asyncio.run(story())
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(notifier) + caplog.text
    assert "SECRET" not in told


def test_parts_already_taken_are_not_sent_again(telegram: Any) -> None:
    async def story() -> None:
        await telegram.start()
        notifier = telegram_notifier(telegram.base)
        telegram.script = ["ok", (500, {})]
        message = Message("m", "s", ("one", "two", "three"))
        taken: list[str] = []
        with pytest.raises(TransientDeliveryError):
            await notifier.send(message, taken)
        assert taken == ["101"]
        await notifier.close()
        receipt = await notifier.send(message, taken)
        assert [body["text"] for body in telegram.accepted] == ["one", "two", "three"]
        assert receipt.reference == "101,102,103"
        assert telegram.accepted[0]["parse_mode"] == "HTML"
        assert telegram.accepted[0]["link_preview_options"] == {"is_disabled": True}
        await notifier.close()
        await telegram.stop()

    asyncio.run(story())


@pytest.mark.parametrize("answer", [{"ok": True, "result": None}, {"ok": True, "result": True}, {"ok": True}])
def test_a_yes_without_an_id_is_a_yes(telegram: Any, answer: dict[str, Any]) -> None:
    async def story() -> None:
        await telegram.start()
        telegram.script = [(200, answer), "ok"]
        notifier = telegram_notifier(telegram.base)
        taken: list[str] = []
        try:
            await notifier.send(Message("m", "s", ("one", "two")), taken)
        finally:
            await notifier.close()
            await telegram.stop()
        assert taken == ["", "101"]

    asyncio.run(story())


def test_a_yes_in_two_packets_is_a_yes(telegram: Any) -> None:
    async def story() -> None:
        await telegram.start()
        telegram.script = ["slow_body"]
        notifier = telegram_notifier(telegram.base)
        try:
            await notifier.send(Message("m", "s", ("one",)), [])
        finally:
            await notifier.close()
            await telegram.stop()

    asyncio.run(story())


# --------------------------------------------------------------------------- mail


@pytest.mark.parametrize(
    ("data", "rcpt", "kind"),
    [
        ("450 busy", "250 OK", TransientDeliveryError),
        ("421 going down", "250 OK", TransientDeliveryError),
        ("drop", "250 OK", TransientDeliveryError),
        ("554 no", "250 OK", PermanentDeliveryError),
        ("250 OK", "550 unknown", PermanentDeliveryError),
        ("250 OK", "450 greylisted", TransientDeliveryError),
    ],
)
def test_what_the_mail_server_answers_is_understood(mail_server: Any, data: str, rcpt: str, kind: type[DeliveryError]) -> None:
    mail_server.data_script, mail_server.rcpt_script = [data], [rcpt]
    mail_server.start()
    assert type(asyncio.run(failure_of(mail_notifier(mail_server.port)))) is kind


def test_a_refused_connection_and_a_wrong_password_are_transient(mail_server: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert type(asyncio.run(failure_of(mail_notifier(mail_server.port)))) is TransientDeliveryError
    mail_server.password = "another"
    mail_server.start()
    notifier = mail_notifier(mail_server.port, username="u", password={"env": "RASID_TEST_PASSWORD"})
    error = asyncio.run(failure_of(notifier))
    assert type(error) is TransientDeliveryError
    assert "SECRET" not in "".join(traceback.format_exception(error)) + repr(notifier) + caplog.text


def test_a_server_that_wants_a_login_first_loses_no_alert(mail_server: Any) -> None:
    mail_server.wants = {"auth_required": True}
    mail_server.start()
    error = asyncio.run(failure_of(mail_notifier(mail_server.port)))
    assert type(error) is TransientDeliveryError
    assert "check username, password and security" in str(error)


@pytest.mark.parametrize(
    ("server", "options", "words"),
    [
        ("plain", {"security": "starttls"}, 'does not offer STARTTLS on port {port}; set security = "tls"'),
        ("plain", {"username": "u", "password": {"env": "RASID_TEST_PASSWORD"}}, 'offers no login on this connection; set security'),
        ("plain", {"security": "tls"}, 'does not speak TLS on port {port}; set security = "starttls"'),
        ("starttls", {"security": "starttls"}, "the certificate of the mail server 127.0.0.1 is not accepted: self-signed certificate"),
        ("tls", {"security": "tls"}, "the certificate of the mail server 127.0.0.1 is not accepted: self-signed certificate"),
        ("down", {}, "cannot reach the mail server 127.0.0.1"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_server_is_told(
    mail_server: Any, certificate: ssl.SSLContext, server: str, options: dict[str, Any], words: str
) -> None:
    mail_server.wants = {"starttls": {"tls_context": certificate}, "tls": {"ssl_context": certificate}}.get(server, {})
    if server != "down":
        mail_server.start()
    error = asyncio.run(failure_of(mail_notifier(mail_server.port, timeout="5s", **options)))
    assert type(error) is TransientDeliveryError
    assert words.format(port=mail_server.port) in str(error)
    assert server == "down" or "cannot reach" not in str(error)


def test_a_password_that_is_gone_sends_no_mail_without_login(mail_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mail_server.start()
    notifier = mail_notifier(mail_server.port, username="u", password={"env": "RASID_TEST_PASSWORD"})
    monkeypatch.delenv("RASID_TEST_PASSWORD")
    for _ in range(2):
        error = asyncio.run(failure_of(notifier))
        assert type(error) is TransientDeliveryError
        assert str(error).startswith("the environment variable RASID_TEST_PASSWORD is not set")
    assert mail_server.accepted == []


def test_a_recipient_for_whom_a_login_is_wanted_is_not_refused_for_good(mail_server: Any) -> None:
    mail_server.rcpt_script = ["530 authentication required"]
    mail_server.start()
    error = asyncio.run(failure_of(mail_notifier(mail_server.port)))
    assert type(error) is TransientDeliveryError
    assert "check username, password and security" in str(error)


@pytest.mark.parametrize(
    ("given", "missing"), [({"username": "u"}, "password"), ({"password": {"env": "RASID_TEST_PASSWORD"}}, "username")]
)
def test_half_a_login_is_refused(given: dict[str, Any], missing: str) -> None:
    with pytest.raises(ConfigError, match=f"channels.desk: {missing} is missing"):
        mail_notifier(25, **given)


def test_one_connection_serves_many_mails_and_headers_are_safe(mail_server: Any, make_alert: Callable[..., Alert]) -> None:
    mail_server.start()

    async def story() -> None:
        notifier = mail_notifier(mail_server.port)
        for number in range(3):
            alert = make_alert(title="سوريا\r\nBcc: victim@example.org\r\n\r\nbody")
            await notifier.send(notifier.render(alert, f"alert-{number}.desk.abc"), [])
        await notifier.close()

    asyncio.run(story())
    assert len(mail_server.sessions) == 1
    recipients, content = mail_server.accepted[1]
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert recipients == ["a@example.org"]
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("سوريا Bcc: victim@example.org")
    assert mail["Message-ID"].startswith("<alert-1.desk.abc")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime.tzinfo is not None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert 'dir="rtl"' in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    "word",
    [
        "=?utf-8?q?a=0D=0ABcc:_evil@example.net?=",
        "=?utf-8?b?YQ0KQmNjOiBldmlsQGV4YW1wbGUubmV0DQoNCmJvZHk=?=",
        "=?=?utf-8?q?a=0D=0ABcc:_evil@example.net?=",
        "=\n?utf-8?q?a=0D=0ABcc:_evil@example.net?=",
        "=\u200b?utf-8?q?a=0D=0ABcc:_evil@example.net?=",
    ],
)
def test_encoded_words_that_were_fetched_are_not_decoded(mail_server: Any, make_alert: Callable[..., Alert], word: str) -> None:
    mail_server.start()

    async def story() -> None:
        notifier = mail_notifier(mail_server.port)
        alert = make_alert(title=f"x {word}", outlet_name=word, original_source=word, reason=word, language=f"ar {word}")
        await notifier.send(notifier.render(alert, "m"), [])
        await notifier.close()

    asyncio.run(story())
    ((_, content),) = mail_server.accepted
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert set(mail.keys()) == {"Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
    assert mail["Subject"].startswith("x =")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_a_server_may_think_about_a_mail_longer_than_about_a_command(mail_server: Any) -> None:
    mail_server.data_script = ["slow"]
    mail_server.start()

    async def story() -> None:
        notifier = mail_notifier(mail_server.port, timeout="0.2s")
        await notifier.send(Message("m", "s", ("text",)), [])
        await notifier.close()

    asyncio.run(story())
    assert len(mail_server.accepted) == 1


def test_no_server_is_waited_for_beyond_the_lease() -> None:
    from alerts import dispatcher
    from alerts.notifiers import smtp

    assert smtp.DATA_LIMIT < dispatcher.SEND_LIMIT < dispatcher.LEASE.total_seconds()


def test_a_recipient_refused_for_now_is_tried_again(mail_server: Any) -> None:
    mail_server.rcpt_script = ["250 OK", "450 greylisted"]
    mail_server.start()

    async def story() -> None:
        notifier = mail_notifier(mail_server.port, to=["a@example.org", "b@example.org"])
        try:
            taken: list[str] = []
            with pytest.raises(TransientDeliveryError):
                await notifier.send(Message("m", "s", ("text",)), taken)
            assert taken == ["a@example.org"]
            await notifier.send(Message("m", "s", ("text",)), taken)
            assert [to for to, _ in mail_server.accepted] == [["a@example.org"], ["b@example.org"]]
        finally:
            await notifier.close()

    asyncio.run(story())


# --------------------------------------------------------------------------- console


def test_a_terminal_without_utf8_shows_the_alert_all_the_same(make_alert: Callable[..., Alert]) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    notifier = ConsoleNotifier(stream)
    asyncio.run(notifier.send(notifier.render(make_alert(), "m"), []))


def test_a_notice_is_taken(rig: Rig) -> None:
    notice = Notice(
        4,
        "taif_post",
        "طيف بوست",
        "failing",
        "تركيا: failing",
        "first <b>reason</b> & more\nsecond line",
        datetime(2026, 11, 24, tzinfo=UTC),
    )

    async def story() -> None:
        async with rig.running() as notifier:
            message = notifier.render(notice, message_id(notice, "desk", "i"))
            assert message.id == "notice-4.desk.i"
            assert message.subject == "[Rasid] تركيا: failing"
            await notifier.send(message, [])
            assert rig.taken() == 1
            shown = "\n".join(message.texts)
            assert "health: failing" in shown
            assert "second line" in shown
            if rig.kind == "telegram":
                assert "&lt;b&gt;reason" in rig.telegram.accepted[0]["text"]
            if rig.kind == "email":
                mail = email.message_from_bytes(rig.mail.accepted[0][1], policy=email.policy.default)
                assert (mail["Subject"], mail["Message-ID"]) == ("[Rasid] تركيا: failing", "<notice-4.desk.i@example.org>")
                assert "&lt;b&gt;reason&lt;/b&gt; &amp; more" in mail.get_body(("html",)).get_content()

    asyncio.run(story())
