"""``rasid demo``: the real daemon against the bundled newsroom, in half a minute, told step by step."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import SystemClock
from core.config import Config, build_outlet
from core.errors import RasidError
from core.settings import OutletConfig, PollingConfig, StoreConfig
from rasid.terminal import configure_logs, isolate, print_table, say, shorten
from rasid.wiring import CONSOLE

if TYPE_CHECKING:
    from newsroom import Newsroom, Step
    from storage import Store

_POLLING = {
    "min_interval": "1.5s",
    "max_interval": "1.5s",
    "spacing": "0.02s",
    "allow_private_addresses": True,
    "contact": "demo@localhost",
}
_PATIENCE = 10.0  # seconds for one step
_VERDICTS = {
    "alert": "a new story: one alert",
    "fold": "told already: folded into its story, no alert",
    "ignore": "not our topic: no alert",
}


def run(*, keep: bool) -> None:
    """Raises RasidError when a step does not come out as it should."""
    from newsroom import Newsroom
    from spiders.reactor import run_in_reactor
    from storage import open_store

    configure_logs(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="rasid-demo-") as folder, Newsroom() as newsroom:
        config = demo_config(newsroom, Path(folder))
        store = open_store(config.store.url)
        with contextlib.closing(store):
            run_in_reactor(lambda stop: _show(config, store, newsroom, stop, keep=keep), allow_private=True)


def demo_config(newsroom: Newsroom, folder: Path) -> Config:
    """The newsroom's outlets, polled every second and a half, with alerts on the terminal."""
    outlets = tuple(build_outlet(OutletConfig.model_validate(data), home_is_users=True) for data in newsroom.outlets)
    store = StoreConfig(url=f"sqlite:///{folder / 'demo.db'}")
    return Config(store, PollingConfig.model_validate(_POLLING), outlets, (CONSOLE,))


async def _show(config: Config, store: Store, newsroom: Newsroom, stop: asyncio.Event, *, keep: bool) -> None:
    from rasid.commands.run import serve

    started = asyncio.get_running_loop().time()
    ended = asyncio.Event()
    daemon = asyncio.create_task(serve(config, store, ended))
    try:
        await _tell(config, store, newsroom, stop, daemon)
        say(f"\nThat took {asyncio.get_running_loop().time() - started:.0f} seconds. For the live outlets: rasid config init, rasid run.")
        if keep:
            say("Running on until Ctrl-C (--keep).")
            await stop.wait()
    finally:
        ended.set()
        await daemon


async def _tell(config: Config, store: Store, newsroom: Newsroom, stop: asyncio.Event, daemon: asyncio.Task[None]) -> None:
    say(f"A newsroom of {len(config.outlets)} invented outlets runs on this machine; the daemon polls each every 1.5 seconds.\n")
    seeded = await _wait(lambda: _all_seeded(store, config), stop, daemon)
    if not seeded:
        return
    articles, matched = _counts(store)
    say(f"First polls: {articles} articles stored, {matched} of them about Turkey and Syria. Nobody is alerted: that was there before.\n")
    for step in list(newsroom.steps):
        if stop.is_set():
            return
        await _play(store, newsroom, step, stop, daemon)
    await _wait(lambda: _unchanged(store) >= len(config.outlets), stop, daemon)
    _summarise(config, store, newsroom)


async def _play(store: Store, newsroom: Newsroom, step: Step, stop: asyncio.Event, daemon: asyncio.Task[None]) -> None:
    before = _alerts(store)
    newsroom.play_next(at=SystemClock().now() - timedelta(seconds=5))
    title = newsroom.article(step.outlet, step.article).title
    say(f"► {step.outlet} publishes {isolate(shorten(title, 90))}")
    url = newsroom.address(step.outlet, step.article)
    if not await _wait(lambda: _stored(store, url), stop, daemon):
        return
    await _wait(lambda: not _waiting(store), stop, daemon)
    told = _alerts(store) - before
    say(f"  {_VERDICTS[step.expect]} ({step.note})\n")
    if told != (step.expect == "alert"):
        raise RasidError(f"the demo expected {step.expect!r} of {url}, but {told} alerts came; please report this")


async def _wait(ready: Callable[[], object], stop: asyncio.Event, daemon: Awaitable[None]) -> bool:
    """Whether it became true before Ctrl-C. Raises RasidError when it takes too long."""
    until = asyncio.get_running_loop().time() + _PATIENCE
    while not ready():
        if stop.is_set():
            return False
        if isinstance(daemon, asyncio.Task) and daemon.done():
            daemon.result()
        if asyncio.get_running_loop().time() > until:
            raise RasidError("the demo got stuck; please report this with the output of 'rasid demo'")
        await asyncio.sleep(0.1)
    return True


def _all_seeded(store: Store, config: Config) -> bool:
    from storage import polls

    with store.read() as connection:
        states = polls.load_outlets(connection)
    return all(outlet.id in states and states[outlet.id].seeded_at for outlet in config.outlets)


def _counts(store: Store) -> tuple[int, int]:
    rows = _articles(store)
    return len(rows), sum(bool(row["topics"]) for row in rows)


def _articles(store: Store) -> list[dict[str, object]]:
    from storage.articles import list_articles

    with store.read() as connection:
        return list(list_articles(connection))


def _stored(store: Store, url: str) -> bool:
    from crawler.normalise.urls import url_key
    from storage import entries

    with store.read() as connection:
        known = entries.find_known(connection, [url_key(url)]).get(url_key(url))
        return known is not None and known.state == entries.STORED


def _alerts(store: Store) -> int:
    from storage import outbox

    with store.read() as connection:
        return sum(sum(states.values()) for states in outbox.depth(connection).values())


def _waiting(store: Store) -> int:
    from storage import outbox

    with store.read() as connection:
        return sum(states.get("pending", 0) for states in outbox.depth(connection).values())


def _unchanged(store: Store) -> int:
    from storage import polls

    with store.read() as connection:
        return sum(run.outcome.value == "not_modified" for run in polls.list_runs(connection, limit=10_000))


def _summarise(config: Config, store: Store, newsroom: Newsroom) -> None:
    from storage import polls

    with store.read() as connection:
        runs = polls.list_runs(connection, limit=10_000)
    articles = _articles(store)
    port = {outlet.id: newsroom.sites[outlet.id] for outlet in config.outlets}
    rows = []
    for outlet in config.outlets:
        mine = [run for run in runs if run.outlet == outlet.id]
        verdicts = Counter(str(row["verdict"]) for row in articles if row["outlet"] == outlet.id)
        rows.append(
            (
                outlet.id,
                outlet.name,
                len(mine),
                sum(run.outcome.value == "not_modified" for run in mine),
                sum(hit.status == 304 for hit in port[outlet.id].requests),
                sum(verdicts.values()),
                sum(verdicts.values()) - verdicts["new"],
                sum(run.alerted for run in mine),
            )
        )
    print_table("what happened", ("outlet", "name", "polls", "unchanged", "304", "articles", "folded", "alerts"), rows)
