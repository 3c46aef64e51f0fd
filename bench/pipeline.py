"""The whole path from fetched page to stored match, against "trafilatura fast inline" on the same pages in the same run.

Ours: fetch, robots, extract, normalise, language, fingerprint, de-duplication, detection, one transaction per article.
Theirs: fetch, ``trafilatura.bare_extraction(fast=True, with_metadata=True)``, one row in SQLite (synchronous=NORMAL). Nothing else.

python -m bench.pipeline [--pages 150] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from sqlalchemy import select

from bench.corpus import make_page
from bench.server import running_server
from core.clock import SystemClock
from core.model import Entry, Outlet, Rules
from core.settings import PollingConfig
from crawler.context import Context
from crawler.detect import build_detector
from crawler.poll import Order
from crawler.recorder import Recorder
from spiders.outlet import OutletSpider
from spiders.reactor import run_in_reactor
from storage import Store, open_store
from storage.entries import PendingEntry, register
from storage.schema import articles

RULES = Rules(title="h1.entry-title", body=".entry-content", date=".post-date")


class TrafilaturaSpider(Spider):
    """The plain way: every page through trafilatura in the callback."""

    name = "trafilatura"

    def __init__(self, urls: list[str], database: Path, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = urls
        self.rows: list[tuple[str, str, str, str | None]] = []
        self.connection = sqlite3.connect(database, isolation_level=None)
        self.connection.execute("pragma journal_mode=wal")
        self.connection.execute("pragma synchronous=normal")
        self.connection.execute("create table a(url primary key, title, body, date)")

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            yield Request(url, dont_filter=True)

    def parse(self, response: Response) -> None:
        import trafilatura

        found = trafilatura.bare_extraction(response.text, fast=True, with_metadata=True, include_comments=False)
        row = (response.url, found.title, found.text, found.date) if found else (response.url, "", "", None)
        self.connection.execute("insert into a values(?,?,?,?)", row)
        self.rows.append(row)


PLAIN = {
    "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "ROBOTSTXT_OBEY": False,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
}  # fmt: skip


async def run_theirs(base: str, numbers: range, folder: Path) -> tuple[float, int]:
    """Pages per second and right dates."""
    runner = AsyncCrawlerRunner(PLAIN)
    crawler = runner.create_crawler(TrafilaturaSpider)
    start = time.perf_counter()
    await runner.crawl(crawler, urls=[f"{base}/post/{number}" for number in numbers], database=folder / f"t{numbers.start}.db")
    seconds = time.perf_counter() - start
    spider: Any = crawler.spider
    dates = {row[0]: row[3] for row in spider.rows}
    return len(numbers) / seconds, sum(dates[f"{base}/post/{number}"] == make_page(number).date for number in numbers)


async def run_ours(base: str, numbers: range, folder: Path, rules: Rules) -> tuple[float, int]:
    """Pages per second and right dates."""
    store = open_store(f"sqlite:///{folder / f'r{numbers.start}.db'}")
    polling = PollingConfig.model_validate({"spacing": "0.0001s", "allow_private_addresses": True})
    context = Context(store, polling, SystemClock(), build_detector())
    outlet = Outlet("bench", "موقع القياس", None, ("ar",), (), rules)
    urls = {number: f"{base}/post/{number}" for number in numbers}
    _remember(store, urls)
    from spiders.crawls import project_settings

    settings = project_settings()
    settings.set("CONCURRENT_REQUESTS_PER_DOMAIN", 16)
    runner = AsyncCrawlerRunner(settings)
    recorder = Recorder(context)
    start = time.perf_counter()
    await runner.crawl(OutletSpider, context=context, recorder=recorder, orders=[Order(outlet, SystemClock().now(), 600.0)])
    seconds = time.perf_counter() - start
    recorder.flush()
    with store.begin() as connection:
        rows = {row.url: row.published_at for row in connection.execute(select(articles.c.url, articles.c.published_at))}
    store.close()
    assert len(rows) == len(numbers), f"{len(rows)} of {len(numbers)} pages were stored"
    right = sum((at := rows[urls[number]]) is not None and at.date().isoformat() == make_page(number).date for number in numbers)
    return len(numbers) / seconds, right


def _remember(store: Store, urls: dict[int, str]) -> None:
    """The entries stand as pending, as a source would have listed them."""
    from crawler.normalise.urls import url_key

    now = SystemClock().now()
    with store.begin() as connection:
        register(connection, [PendingEntry(url_key(url), "bench", "", Entry(url)) for url in urls.values()], now=now)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    total = options.pages * options.rounds * 3
    with running_server(warm=total) as (base,), tempfile.TemporaryDirectory() as name:
        speeds: dict[str, list[float]] = {"trafilatura fast inline": [], "rasid, no rules": [], "rasid, CSS rules": []}
        dates = dict.fromkeys(speeds, 0)

        async def measure(_stop: asyncio.Event) -> None:
            position = 0
            for _ in range(options.rounds):
                for label in speeds:  # every candidate gets pages that nobody has seen: extractors keep caches
                    numbers = range(position, position + options.pages)
                    position += options.pages
                    if label.startswith("trafilatura"):
                        speed, right = await run_theirs(base, numbers, Path(name))
                    else:
                        speed, right = await run_ours(base, numbers, Path(name), RULES if "CSS" in label else Rules())
                    speeds[label].append(speed)
                    dates[label] += right

        run_in_reactor(measure, allow_private=True)
    anchor = statistics.median(speeds["trafilatura fast inline"])
    for label, values in speeds.items():
        median = statistics.median(values)
        share = f"{dates[label]}/{options.pages * options.rounds}"
        print(f"{label:24} {median:7.1f} pages/s [{min(values):.1f}-{max(values):.1f}]  {median / anchor:5.2f} x   right dates {share}")


if __name__ == "__main__":
    main()
