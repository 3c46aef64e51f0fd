"""``rasid run``: the daemon."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import SystemClock
from rasid import wiring
from rasid.memory import give_back_early
from rasid.terminal import configure_logs

if TYPE_CHECKING:
    from core.config import Config
    from scheduler.daemon import Daemon
    from storage import Store
    from web.websub import Subscriber

log = logging.getLogger("rasid")


def run(path: Path | None) -> None:
    """Runs until SIGTERM or SIGINT. Raises ConfigError and StoreError before anything is polled."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # nothing has begun yet; the reactor puts its own in place

    from spiders.reactor import run_in_reactor
    from storage.lock import single_instance

    give_back_early()
    configure_logs()
    config = wiring.read_config(path)
    store = wiring.open_configured_store(config)
    with single_instance(store):
        run_in_reactor(lambda stop: serve(config, store, stop), allow_private=config.polling.allow_private_addresses)
    store.close()


async def serve(config: Config, store: Store, stop: asyncio.Event) -> None:
    """The daemon on the running loop, until ``stop`` is set."""
    from core.settings import HEALTH
    from crawler.recorder import Recorder
    from scheduler.daemon import Daemon
    from spiders.crawls import CrawlRunner

    outlets = wiring.known_outlets(config, store)
    dispatcher = wiring.build_dispatcher(config, store, outlets)
    context = wiring.build_context(config, store, wake=dispatcher.wake)
    if not config.polling.contact:
        log.warning("polling.contact is not set; outlets cannot tell whom to write to")
    if not context.route(HEALTH):
        log.warning("no channel has the topic 'health'; outlets that fail or fall silent are told only here and by 'rasid status'")
    _warn_of_forgotten_channels(config, store)
    daemon = Daemon(
        store=store,
        outlets=outlets,
        polling=config.polling,
        crawls=CrawlRunner(context, Recorder(context)),
        dispatcher=dispatcher,
        clock=SystemClock(),
    )
    log.info("started config=%s channels=%s", config.path or "defaults", ",".join(c.id for c in wiring.channels_of(config)))
    await _run(daemon, wiring.build_subscriber(config, store, outlets, daemon.poll_now), stop)
    log.info("stopped polls=%d", daemon.runs)


def _warn_of_forgotten_channels(config: Config, store: Store) -> None:
    """Deliveries of a channel that was renamed, removed or disabled wait for it for ever."""
    from storage import outbox

    known = {channel.id for channel in wiring.channels_of(config)}
    with store.read() as connection:
        waiting = {channel: states.get(outbox.PENDING, 0) for channel, states in outbox.depth(connection).items() if channel not in known}
    if any(waiting.values()):
        forgotten = ", ".join(f"{channel} ({count})" for channel, count in waiting.items() if count)
        log.warning(
            "deliveries wait for channels that are not in the configuration or are disabled: %s; a channel with that id gets them",
            forgotten,
        )


async def _run(daemon: Daemon, subscriber: Subscriber | None, stop: asyncio.Event) -> None:
    """The daemon, and beside it what listens to hubs."""
    if subscriber is None:
        await daemon.run(stop)
        return
    await subscriber.open()  # a port in use ends it here, before anything is polled
    subscribing = asyncio.create_task(subscriber.run())
    try:
        await daemon.run(stop)
    finally:
        await subscriber.stop()
        await asyncio.gather(subscribing, return_exceptions=True)  # it has logged what it ended with
