"""CPU of polls whose source has not changed (304): one outlet alone, and fifty that fall due together.

python -m bench.polling [--rounds 30]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path

from bench.server import running_server
from core.clock import SystemClock
from core.model import Outlet, Source, SourceKind
from core.settings import PollingConfig
from crawler.context import Context
from crawler.poll import Order
from crawler.recorder import Recorder
from scheduler.cadence import Limits
from scheduler.plan import conclude
from spiders.crawls import CrawlRunner
from spiders.reactor import run_in_reactor
from storage import open_store


class Nothing:
    """A detector that is never asked: nothing new is found."""

    def match(self, **_: object) -> tuple[()]:
        return ()


def make_outlets(urls: list[str]) -> list[Outlet]:
    return [
        Outlet(f"o{number}", f"o{number}", None, ("ar",), (Source(f"o{number}:feed", SourceKind.FEED, f"{url}/feed/{number}"),))
        for number, url in enumerate(urls)
    ]


def make_crawls(database: Path, **polling_keys: object) -> CrawlRunner:
    polling = PollingConfig.model_validate({"spacing": "0.001s", "allow_private_addresses": True, "verify_every": 1000, **polling_keys})
    context = Context(open_store(f"sqlite:///{database}"), polling, SystemClock(), Nothing())
    return CrawlRunner(context, Recorder(context))


def make_orders(outlets: list[Outlet]) -> list[Order]:
    """As the daemon makes them, except that everything is due."""
    decide = partial(conclude, limits=Limits(300.0, 7200.0), verify_every=1000)
    return [Order(outlet, SystemClock().now(), 120.0, conclude=decide) for outlet in outlets]


async def measure(crawls: CrawlRunner, outlets: list[Outlet], rounds: int) -> tuple[float, int]:
    """Median CPU milliseconds per poll, and how many polls ended without a body."""
    spent, unchanged = [], 0
    for _ in range(rounds):
        orders = make_orders(outlets)
        start = time.process_time()
        runs = await crawls.run(orders)
        spent.append((time.process_time() - start) * 1000 / len(outlets))
        unchanged += sum(run.outcome.value == "not_modified" for run in runs)
    return statistics.median(spent), unchanged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    with running_server(hosts=50) as urls, tempfile.TemporaryDirectory() as folder:
        outlets = make_outlets(urls)

        async def measure_both(_stop: asyncio.Event) -> None:
            crawls = make_crawls(Path(folder) / "bench.db")
            for _ in range(2):  # reads the feeds and their pages
                await crawls.run(make_orders(outlets))
            for count in (1, 50):
                median, unchanged = await measure(crawls, outlets[:count], rounds)
                share = f"{unchanged} of {rounds * count} were 304"
                print(f"unchanged polls, {count:2} together: {median:6.2f} ms CPU per poll (median of {rounds} rounds; {share})")

        run_in_reactor(measure_both, allow_private=True)


if __name__ == "__main__":
    main()
