"""Real parts around the program under test: an SMTP server, a Telegram API, feeds and listings, and the daemon as a process."""

from __future__ import annotations

import asyncio
import email
import email.policy
import html
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.controller import Controller

from newsroom import Resource, SiteServer

ROOT = Path(__file__).parents[1]
BUILTIN_IDS = sorted(path.stem for path in (ROOT / "spiders" / "outlets").glob("*.toml"))


def wait_until(ready: Callable[[], object], seconds: float = 30.0, what: str = "") -> None:
    """Returns as soon as it is true; fails the test when it does not become so."""
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, f"waited {seconds:g} s in vain for {what or ready}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --------------------------------------------------------------------------- Telegram


class FakeTelegram:
    """The Bot API on loopback. ``script`` answers the next requests: ``429``, ``500`` or ``drop``; after it everything is taken."""

    TOKEN = "123456:SECRET-of-the-test"

    def __init__(self) -> None:
        self.site = SiteServer("telegram")
        self.url = self.site.url.rstrip("/")
        self.messages: list[dict[str, Any]] = []
        self.script: list[str] = []
        self.refused = 0
        self.down = False
        self.site.set(f"/bot{self.TOKEN}/sendMessage", self._answer)

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        payload = json.loads(await request.read())
        step = "drop" if self.down else self.script.pop(0) if self.script else "take"
        if step == "take":
            self.messages.append(payload)
            result = {
                "message_id": len(self.messages),
                "date": 1,
                "chat": {"id": payload["chat_id"], "type": "private"},
                "text": payload["text"],
            }
            return web.json_response({"ok": True, "result": result})
        self.refused += 1
        if step == "429":
            body = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}}
            return web.json_response(body, status=429)
        if step == "drop":
            assert request.transport is not None
            request.transport.abort()
        return web.json_response({"ok": False, "error_code": 500, "description": "Internal Server Error"}, status=500)

    def close(self) -> None:
        self.site.close()


# --------------------------------------------------------------------------- SMTP


class _Inbox:
    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.script: list[str] = []
        self.refused = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.script:
            self.refused += 1
            return self.script.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 taken"


class SmtpSink:
    """A real SMTP server that keeps what it takes. ``script``: answers to the next MAIL commands, e.g. ``421 later``."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.inbox = _Inbox()
        self._controller: Controller | None = None
        self.start()

    @property
    def mails(self) -> list[EmailMessage]:
        return self.inbox.mails

    def start(self) -> None:
        self._controller = Controller(self.inbox, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """From now on connections are refused."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


# --------------------------------------------------------------------------- outlets


@dataclass
class FakeOutlet:
    """An outlet on a port of its own, with a feed or a home page that lists articles; both have honest validators."""

    id: str
    kind: str = "feed"
    site: SiteServer = field(default_factory=SiteServer)
    entries: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._list()

    @property
    def url(self) -> str:
        return self.site.url

    def publish(self, path: str, page: bytes | str, title: str) -> str:
        """The page appears, and its title in the list. Returns its address."""
        self.site.set(path, page)
        self.entries.insert(0, (path, title))
        self._list()
        return self.url.rstrip("/") + path

    def _list(self) -> None:
        base = self.url.rstrip("/")
        if self.kind == "feed":
            items = "".join(f"<item><title>{html.escape(title)}</title><link>{base}{path}</link></item>" for path, title in self.entries)
            feed = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{self.id}</title>{items}</channel></rss>'
            self.site.set("/feed/", Resource(feed, content_type="application/rss+xml; charset=UTF-8"))
        links = "".join(f'<li><a href="{path}">{html.escape(title)}</a></li>' for path, title in self.entries)
        self.site.set("/", f"<html><head><title>{self.id}</title></head><body><ul>{links}</ul></body></html>")


def simple_page(title: str, paragraphs: Sequence[str], *, published: str = "") -> str:
    """An article page without any theme."""
    meta = f'<meta property="article:published_time" content="{published}">' if published else ""
    body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f'<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{html.escape(title)}</title>{meta}</head>'
        f"<body><article><h1>{html.escape(title)}</h1>{body}</article></body></html>"
    )


# --------------------------------------------------------------------------- the program


def write_config(
    folder: Path, *, outlets: Sequence[str], telegram: FakeTelegram | None = None, smtp: SmtpSink | None = None, extra: str = ""
) -> Path:
    """A rasid.toml with fast polls; ``outlets`` are TOML tables, all built-in outlets that are not among them are switched off."""
    mentioned = "\n".join(outlets)
    off = [f'[[outlets]]\nid = "{name}"\nenabled = false\n' for name in BUILTIN_IDS if f'id = "{name}"' not in mentioned]
    channels = []
    if telegram is not None:
        channels.append(
            '[[channels]]\nid = "desk"\nnotifier = "telegram"\nchat_id = "-1001"\ntoken = { env = "RASID_TEST_TOKEN" }\n'
            f'api_base = "{telegram.url}"\n'
        )
    if smtp is not None:
        channels.append(
            f'[[channels]]\nid = "mail"\nnotifier = "email"\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\n'
            'from = "rasid@example.org"\nto = ["desk@example.org"]\n'
        )
    text = f"""
[store]
url = "sqlite:///{folder / "rasid.db"}"
[polling]
contact = "desk@example.org"
min_interval = "1s"
max_interval = "4s"
spacing = "0.02s"
allow_private_addresses = true
{extra}
{chr(10).join(outlets)}
{chr(10).join(off)}
{chr(10).join(channels)}
"""
    path = folder / "rasid.toml"
    path.write_text(text, encoding="utf-8")
    return path


def outlet_table(outlet: FakeOutlet, *, builtin: bool = False) -> str:
    """The outlet's table in rasid.toml: only a home for a built-in one."""
    if builtin:
        return f'[[outlets]]\nid = "{outlet.id}"\nhome = "{outlet.url}"\n'
    source = "/feed/" if outlet.kind == "feed" else "/"
    return (
        f'[[outlets]]\nid = "{outlet.id}"\nname = "{outlet.id}"\nhome = "{outlet.url}"\nlanguages = ["ar"]\n'
        f'[[outlets.sources]]\nkind = "{outlet.kind}"\nurl = "{source}"\n'
    )


def rasid(*arguments: str, config: Path | None = None, stdin: str | None = None, cwd: Path | None = None, timeout: float = 60) -> Any:
    """Runs ``rasid`` to its end."""
    command = [sys.executable, "-m", "rasid", *(("--config", str(config)) if config else ()), *arguments]
    return subprocess.run(
        command, input=stdin, cwd=cwd or ROOT, env=_environment(), capture_output=True, text=True, timeout=timeout, check=False
    )


class Daemon:
    """``rasid run`` as a process of its own."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.log_path = config.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log_path.open("ab") as log:
            command = [sys.executable, "-m", "rasid", "run", "--config", str(self.config)]
            self.process = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=log, stderr=log)

    @property
    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """``kill -9``."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@contextmanager
def running_daemon(config: Path) -> Iterator[Daemon]:
    """The daemon while the test runs; its log is printed when the test fails."""
    daemon = Daemon(config)
    daemon.start()
    try:
        yield daemon
    except BaseException:
        print(daemon.log[-8000:])  # noqa: T201
        raise
    finally:
        if daemon.process is not None and daemon.alive:
            with suppress(subprocess.TimeoutExpired):
                daemon.stop()
            if daemon.alive:
                daemon.kill()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "RASID_TEST_TOKEN": FakeTelegram.TOKEN, "PYTHONWARNINGS": "default", "COLUMNS": "160"}


def run_async(coroutine: Any) -> Any:
    return asyncio.run(coroutine)
