"""An HTTP server at one address that hands every request to one function. Sets the limits; knows nothing of what is asked for.

Stands behind a proxy that speaks TLS. A bug is a 500 without a word of how; what a client garbles is not worth a line of the log.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from core.errors import RasidError

log = logging.getLogger("rasid.web.http")

_IDLE_LIMIT = 15.0  # seconds a connection without a request is kept
_LINGER = 2.0  # seconds during which the rest of an unread body is drained, so that the client sees the answer


class Listener:
    """Listens from ``open`` to ``close``, on ``listen`` (host, port) and nowhere else."""

    def __init__(self, listen: tuple[str, int], answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> None:
        self._listen = listen
        self._answer = answer
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        """Raises RasidError when the address cannot be had."""
        if self._runner is not None:
            return
        app = web.Application(logger=log)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=log,
            keepalive_timeout=_IDLE_LIMIT,
            lingering_time=_LINGER,
            auto_decompress=False,
            shutdown_timeout=1.0,
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, *self._listen).start()
        except OSError as error:
            await self.close()
            raise _unusable(self._listen, error) from error

    async def close(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()


def _unusable(listen: tuple[str, int], error: OSError) -> RasidError:
    host, port = listen
    return RasidError(f"cannot listen on {host}:{port}: {error.strerror or error}; end what uses it, or choose another websub.listen")


def _is_ours(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


log.addFilter(_is_ours)
