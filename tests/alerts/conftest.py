"""Loopback servers that misbehave on request, and rows for the outbox."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from core.model import Alert
from storage import Store, outbox
from storage.schema import articles, matches, stories

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def make_alert() -> Callable[..., Alert]:
    def make(**changes: Any) -> Alert:
        values: dict[str, Any] = {
            "id": 7, "story": 1, "topic": "turkey-syria", "created_at": NOW, "article_id": 1, "outlet": "taif_post",
            "outlet_name": "طيف بوست", "url": "https://example.org/a?x=1&y=2", "title": "تركيا وسوريا", "lead": "خبر قصير",
            "language": "ar", "published_at": NOW, "first_seen_at": NOW, "original_source": None, "score": 0.9, "reason": "both sides",
        }  # fmt: skip
        return Alert(**{**values, **changes})

    return make


@pytest.fixture
def add_alert(store: Store) -> Callable[..., int]:
    """Writes a story, an article, a match and the alert for the channels. Returns the alert's id."""
    count = iter(range(1, 10_000))

    def add(*channels: str, at: datetime = NOW, title: str | None = None, match: bool = True) -> int:
        number = next(count)
        key = number.to_bytes(16, "big")
        with store.begin() as c:
            story = c.execute(stories.insert().values(title="s", first_seen_at=at, last_seen_at=at).returning(stories.c.id)).scalar_one()
            article = c.execute(
                articles.insert().values(
                    outlet="taif_post", url=f"https://example.org/{number}", url_key=key, title=title or f"title {number}", title_key=key,
                    body="b", words=1, first_seen_at=at, fetched_at=at, authors=[], tags=[], cited_sources=[], content_hash=key,
                    fingerprint=b"", story=story, verdict="new", provenance={}, notes=[],
                ).returning(articles.c.id)
            ).scalar_one()  # fmt: skip
            if match:
                evidence = [{"term": "t", "side": "turkey", "field": "title", "position": 0, "weight": 1.0, "text": "t"}]
                values = {"article": article, "topic": "turkey-syria", "score": 0.9, "reason": "both", "evidence": evidence}
                c.execute(matches.insert().values(**values, matched_at=at))
            alert = outbox.record_alert(c, story=story, topic="turkey-syria", article_id=article, created_at=at, channels=channels)
        assert alert is not None
        return alert

    return add


class FakeTelegram:
    """Answers from ``script`` (default: yes). Steps: "drop", "garbage", "slow_body", "hang", or (status, body[, headers])."""

    def __init__(self) -> None:
        self.script: list[Any] = []
        self.accepted: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._stopped = asyncio.Event()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/{bot}/sendMessage", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self._stopped.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(request.match_info["bot"])
        step = self.script.pop(0) if self.script else "ok"
        if step == "drop":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if step == "hang":
            await self._stopped.wait()
            return web.Response(status=500)
        if step == "garbage":
            return web.Response(text="<html>bad gateway</html>")
        if isinstance(step, tuple):
            status, answer, *headers = step
            return web.json_response(answer, status=status, headers=headers[0] if headers else None)
        self.accepted.append(body)
        answer = {"ok": True, "result": {"message_id": 100 + len(self.accepted)}}
        return await self._in_two_pieces(request, answer) if step == "slow_body" else web.json_response(answer)

    async def _in_two_pieces(self, request: web.Request, answer: Any) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        data = json.dumps(answer).encode()
        await response.write(data[:10])
        await asyncio.sleep(0.05)  # so that they are two packets
        await response.write(data[10:])
        await response.write_eof()
        return response


@pytest.fixture
def telegram() -> FakeTelegram:
    return FakeTelegram()


class _Controller(Controller):
    """Closes the connections that are still open when it stops, as a server that goes down does."""

    def __init__(self, handler: Any, **options: Any) -> None:
        self.made: list[Any] = []
        super().__init__(handler, **options)

    def factory(self) -> Any:
        self.made.append(super().factory())
        return self.made[-1]

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(timeout=10)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for server in self.made:
            if server.transport is not None:
                server.transport.abort()
        await asyncio.sleep(0.02)  # lets the tasks of the sessions end


class FakeMail:
    """An SMTP server that answers from scripts; ``drop`` closes the connection instead of answering, ``slow`` takes half a second.

    ``wants``: options of aiosmtpd.
    """

    def __init__(self) -> None:
        self.data_script: list[str] = []
        self.rcpt_script: list[str] = []
        self.accepted: list[tuple[list[str], bytes]] = []
        self.sessions: set[Any] = set()
        self.password: str | None = None
        self.wants: dict[str, Any] = {}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller: _Controller | None = None

    def start(self) -> None:
        options: dict[str, Any] = {}
        if self.password is not None:
            options = {"authenticator": self._authenticate, "auth_require_tls": False}
        options |= self.wants
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password.decode() == self.password, handled=False)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        answer = self.rcpt_script.pop(0) if self.rcpt_script else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.data_script.pop(0) if self.data_script else "250 OK"
        if answer == "drop":
            server.transport.abort()
            return "421 bye"
        if answer == "slow":
            await asyncio.sleep(0.5)
            answer = "250 OK"
        if answer.startswith("250"):
            self.sessions.add(session.peer)
            self.accepted.append((list(envelope.rcpt_tos), envelope.content))
        return answer


@pytest.fixture
def certificate(tmp_path: Path) -> ssl.SSLContext:
    """Of a server, made out by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(NOW - timedelta(days=400)).not_valid_after(NOW + timedelta(days=40_000)).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path / "server.pem"
    path.write_bytes(plain + made.public_bytes(pem))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


@pytest.fixture
def mail_server() -> Iterator[FakeMail]:
    server = FakeMail()
    yield server
    server.stop()


class FakeWebhook:
    """A program that takes alerts. Answers from ``script`` (default: 204): an int, (status, body[, headers]), "hang", "drop", or raw
    bytes after which the connection breaks."""

    def __init__(self) -> None:
        self.script: list[Any] = []
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.accepted: list[dict[str, Any]] = []
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._listening: socket.socket | None = None
        self._stopped = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alerts"

    @property
    def keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for headers, _ in self.requests]

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        await web.SockSite(self._runner, self._listening).start()

    async def stop(self) -> None:
        self._stopped.set()
        if self._runner is not None:
            assert self._listening is not None
            asyncio.get_running_loop().remove_reader(self._listening.fileno())
            await asyncio.sleep(0.02)  # asyncio forgets a connection that is accepted while its server closes
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append((dict(request.headers), body))
        step = self.script.pop(0) if self.script else 204
        if step == "hang":
            await self._stopped.wait()
            step = 500
        if isinstance(step, bytes) or step == "drop":
            assert request.transport is not None
            request.transport.write(step if isinstance(step, bytes) else b"")
            request.transport.close()
            return web.Response()
        status, text, *headers = step if isinstance(step, tuple) else (step, "")
        if 200 <= status < 300:
            self.accepted.append(json.loads(body))
        return web.Response(text=text, status=status, headers=headers[0] if headers else None)


@pytest.fixture
def webhook() -> FakeWebhook:
    return FakeWebhook()
