"""Asks a WebSub hub for a subscription. A hub's address stands in somebody's feed, so it is not trusted: only http and https, only
public addresses, no cookies, few redirects, a time limit, and of its answer only the status and the first words.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import aiohttp

from core.clock import Clock
from core.retry_after import retry_after_seconds
from web.subscription import is_web_address

TIME_LIMIT = 15.0  # seconds for one request
_REDIRECTS = 3
_LONGEST_REASON = 200  # bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a hub said to a request. ``status``: None when there was no answer. ``retry_after``: seconds it wants to be left alone."""

    status: int | None
    reason: str = ""
    retry_after: float = 0.0

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def hub_fails(self) -> bool:
        """It would fail for other sources just so."""
        return self.status is None or self.status == 429 or self.status >= 500


class Hubs:
    """``is_public``: whether an IP address literal is a public one. To be used and closed on one event loop."""

    def __init__(self, *, user_agent: str, is_public: Callable[[str], bool], clock: Clock, allow_private: bool = False) -> None:
        self._clock = clock
        self._user_agent = user_agent
        self._is_public = is_public
        self._allow_private = allow_private
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, hub: str, form: Mapping[str, str]) -> Answer:
        """Sends the form, also where the hub redirects it to (307, 308). What goes wrong is an answer, not an exception."""
        for _ in range(_REDIRECTS + 1):
            if not is_web_address(hub):
                return Answer(None, "not a web address")
            answer, target = await self._post(hub, form)
            if target is None:
                return answer
            hub = target
        return Answer(None, "too many redirects")

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(self, hub: str, form: Mapping[str, str]) -> tuple[Answer, str | None]:
        """The answer, or where to ask instead."""
        try:
            async with self._open_session().post(hub, data=form, allow_redirects=False) as response:
                if response.status in (307, 308) and "Location" in response.headers:
                    return Answer(response.status), urljoin(hub, response.headers["Location"])
                reason = "" if response.ok else (await response.content.read(_LONGEST_REASON)).decode(errors="replace")
                return Answer(
                    response.status, reason, retry_after_seconds(response.headers.get("Retry-After"), self._clock.now()) or 0.0
                ), None
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: an address that yarl refuses
            return Answer(None, _describe(error)), None

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(socket_factory=self._open_socket, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self._user_agent, "Accept-Encoding": "identity"},
                timeout=aiohttp.ClientTimeout(total=TIME_LIMIT),
                auto_decompress=False,
            )
        return self._session

    def _open_socket(self, address: aiohttp.AddrInfoType) -> socket.socket:
        """The last step before a connection: whatever the name or the redirect was, this is the address that would be reached."""
        family, kind, protocol, _, target = address
        if not self._allow_private and not self._is_public(str(target[0])):
            raise OSError(errno.EACCES, f"{target[0]} is a private address")
        return socket.socket(family, kind, protocol)


def _describe(error: Exception) -> str:
    system = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return (system.strerror if isinstance(system, OSError) else None) or type(error).__name__
