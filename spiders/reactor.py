"""Runs one coroutine on the asyncio Twisted reactor, which Scrapy needs; once per process, since a reactor cannot restart."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from scrapy.utils.reactor import install_reactor

_T = TypeVar("_T")
_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


class Stop(asyncio.Event):
    """Set when the program is to end. ``signal``: the signal that said so."""

    signal: int | None = None

    def set_by(self, number: int) -> None:
        self.signal = number
        self.set()


def run_in_reactor(main: Callable[[Stop], Coroutine[Any, Any, _T]], *, allow_private: bool = False) -> _T:
    """Runs ``main(stop)`` to its end and returns its result; SIGTERM and SIGINT set ``stop``.

    ``allow_private``: names may lead to private addresses.
    """
    install_reactor(_REACTOR)
    from twisted.internet import reactor as installed  # may be imported only now

    reactor: Any = installed

    from crawler.addresses import GuardedResolver

    resolver = GuardedResolver(reactor, 10000, 10.0)
    resolver.allow_private = allow_private
    resolver.install_on_reactor()
    outcome: list[asyncio.Future[_T]] = []

    async def start() -> None:
        loop = asyncio.get_running_loop()
        stop = Stop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set_by, number)
        task = loop.create_task(main(stop))
        outcome.append(task)
        task.add_done_callback(lambda _: reactor.stop())

    reactor.callWhenRunning(lambda: asyncio.ensure_future(start()))
    reactor.run(installSignalHandlers=False)
    return outcome[0].result()
