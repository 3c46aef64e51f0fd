"""``rasid alerts``: deliveries, test messages, dead letters."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path

from core.clock import SystemClock
from core.config import Config
from core.errors import UsageError
from core.settings import ChannelConfig
from rasid import wiring
from rasid.terminal import clock_time, print_json, print_table, say, shorten

_STATES = ("pending", "delivered", "dead")


def show(path: Path | None, *, state: str | None, limit: int, as_json: bool) -> None:
    """Prints deliveries, newest first."""
    from storage import outbox

    if state is not None and state not in _STATES:
        raise UsageError(f"--state {state!r} is not one of {', '.join(_STATES)}")
    store = wiring.open_configured_store(wiring.read_config(path))
    with store.read() as connection:
        rows = outbox.list_deliveries(connection, limit=limit, state=state)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    cells = [
        (
            row.id,
            f"alert:{row.alert}" if row.alert is not None else f"notice:{row.notice}",
            row.channel,
            row.state,
            row.attempts,
            clock_time(row.created_at),
            shorten(row.title, 60),
            shorten(row.last_error, 60),
        )
        for row in rows
    ]
    print_table("deliveries", ("id", "of", "channel", "state", "attempts", "created", "title", "last error"), cells)


def send_test(path: Path | None, channel: str) -> None:
    """Sends a test message. Raises DeliveryError when the channel does not take it."""
    from alerts import build_notifiers
    from alerts.notifier import send_test

    notifier = build_notifiers([_choose(wiring.read_config(path), channel)])[channel]
    asyncio.run(send_test(notifier, now=SystemClock().now()))
    say(f"{channel}: the test message was taken")


def retry(path: Path | None, channel: str | None) -> None:
    """Puts dead letters back. Raises UsageError when nobody would send those of the channel."""
    from storage import outbox

    config = wiring.read_config(path)
    if channel is not None:
        _choose(config, channel)
    store = wiring.open_configured_store(config)
    with store.begin() as connection:
        count = outbox.requeue_dead(connection, now=SystemClock().now(), channel=channel)
    say(f"{count} dead letters are in the outbox again; the daemon delivers them" if count else "there are no dead letters")


def _choose(config: Config, channel: str) -> ChannelConfig:
    """The channel with that id. Raises UsageError when there is none or it is disabled."""
    known = wiring.channels_of(config)
    if any(item.id == channel for item in config.channels if not item.enabled):
        raise UsageError(f"the channel {channel!r} is disabled; set enabled = true in its table in {config.path}")
    chosen = next((item for item in known if item.id == channel), None)
    if chosen is None:
        raise UsageError(f"no channel is called {channel!r}; the channels are: {', '.join(item.id for item in known)}")
    return chosen
