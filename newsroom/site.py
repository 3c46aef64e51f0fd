"""One loopback web site on a free port: paths that can be set and changed at any time, honest validators, every request remembered.

with SiteServer() as site:
    site.set("/feed/", Resource(body, content_type="application/rss+xml"))
    ...
    assert site.count("/feed/", status=304) == 1
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import quote, unquote

from aiohttp import web

from core.clock import Clock, SystemClock
from newsroom.loop import LoopThread

HTML = "text/html; charset=UTF-8"

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Hit(NamedTuple):
    """One request as the site saw it. ``status`` is 0 while it is not answered, and for ever if it never is."""

    outlet: str
    path: str
    status: int
    user_agent: str
    conditional: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path answers. ``body`` may be a function, asked at every request.

    With ``validators`` a 200 carries ETag and Last-Modified, and a matching conditional request gets 304.
    """

    body: bytes | str | Callable[[], bytes | str] = b""
    status: int = 200
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: bool = True

    def read(self) -> bytes:
        body = self.body() if callable(self.body) else self.body
        return body.encode() if isinstance(body, str) else body


Behaviour = Resource | Handler | bytes | str
"""What ``set`` takes: a resource, an aiohttp handler, or the body of a web page."""


class SiteServer:
    """A web site on 127.0.0.1. All methods may be called from any thread.

    Several sites can share a ``loop``; without one the site makes its own and closes it with itself.
    """

    def __init__(self, name: str = "site", *, loop: LoopThread | None = None, clock: Clock | None = None) -> None:
        self.name = name
        self._clock = clock or SystemClock()
        self._own_loop = loop is None
        self._loop = loop or LoopThread()
        self._behaviours: dict[str, Resource | Handler] = {}
        self._modified_at: dict[str, datetime] = {}
        self._hits: list[Hit] = []
        self._runner = self._loop.call(self._start())
        address: tuple[str, int] = self._runner.addresses[0]
        self.port = address[1]
        self.url = f"http://127.0.0.1:{self.port}/"

    def set(self, path: str, behaviour: Behaviour) -> None:
        """From now on ``path`` (with or without its query, plain or percent-encoded) answers so."""
        key = unquote(path)
        made = Resource(behaviour) if isinstance(behaviour, bytes | str) else behaviour
        if self._behaviours.get(key) != made:
            self._modified_at[key] = self._next_second(key)
        self._behaviours[key] = made

    def remove(self, path: str) -> None:
        """From now on ``path`` answers 404."""
        self._behaviours.pop(unquote(path), None)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that answer something."""
        return tuple(self._behaviours)

    @property
    def requests(self) -> list[Hit]:
        """Every request so far, in the order of arrival."""
        return list(self._hits)

    def count(self, path: str, *, status: int | None = None) -> int:
        """How often ``path`` was asked for, and if ``status`` is given, answered so."""
        return sum(hit.path == unquote(path) and status in (None, hit.status) for hit in self.requests)

    def close(self) -> None:
        """Ends the site; requests under way are cut off."""
        self._loop.call(self._runner.cleanup())
        if self._own_loop:
            self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    async def _start(self) -> web.ServerRunner:
        server = web.Server(self._answer, access_log=None)
        runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = unquote(request.path_qs)
        headers = request.headers
        conditional = "If-None-Match" in headers or "If-Modified-Since" in headers
        index = len(self._hits)
        self._hits.append(Hit(self.name, path, 0, headers.get("User-Agent", ""), conditional))
        response = await self._behave(path, request)
        self._hits[index] = self._hits[index]._replace(status=response.status)
        return response

    async def _behave(self, path: str, request: web.BaseRequest) -> web.StreamResponse:
        key = path if path in self._behaviours else path.partition("?")[0]
        behaviour = self._behaviours.get(key)
        if behaviour is None:
            return web.Response(status=404, text="<html><body><h1>404</h1></body></html>", content_type="text/html")
        if isinstance(behaviour, Resource):
            return self._serve(key, behaviour, request)
        return await behaviour(request)

    def _serve(self, key: str, resource: Resource, request: web.BaseRequest) -> web.Response:
        body = resource.read()
        headers = {"Content-Type": resource.content_type}
        if resource.validators and resource.status == 200:
            etag, modified_at = f'"{hashlib.sha256(body).hexdigest()[:20]}"', self._modified_at[key]
            headers |= {"ETag": etag, "Last-Modified": format_datetime(modified_at, usegmt=True)}
            if is_unchanged(request.headers, etag, modified_at):
                return web.Response(status=304, headers={**headers, **resource.headers})
        return web.Response(status=resource.status, headers={**headers, **resource.headers}, body=body)

    def _next_second(self, key: str) -> datetime:
        """Now, but at least a second after the last change: Last-Modified counts seconds and must not lie."""
        now = self._clock.now().replace(microsecond=0)
        before = self._modified_at.get(key)
        return now if before is None else max(now, before + timedelta(seconds=1))


def is_unchanged(headers: Mapping[str, str], etag: str, modified_at: datetime) -> bool:
    """RFC 9110 §13.1: If-None-Match decides where it stands, else If-Modified-Since."""
    asked = headers.get("If-None-Match")
    if asked is not None:
        return etag in (tag.strip().removeprefix("W/") for tag in asked.split(","))
    try:
        return modified_at <= parsedate_to_datetime(headers.get("If-Modified-Since", ""))
    except (TypeError, ValueError):
        return False


def redirect(to: str, *, status: int = 302) -> Resource:
    """A resource that sends the client to ``to``, which may be any address at all."""
    return Resource(status=status, headers={"Location": quote(to, safe="%/:=&?~#+!$,;'@()*[]")}, validators=False)


def with_status(resource: Resource, status: int, **headers: str) -> Resource:
    """The resource under another status; ``Retry_After="5"`` becomes the header ``Retry-After``."""
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(resource, status=status, headers={**resource.headers, **extra}, validators=False)
