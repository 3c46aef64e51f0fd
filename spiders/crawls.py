"""Runs Scrapy crawls in this process, any number after one another, on the running asyncio reactor."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from core.model import PollRun
from crawler.context import Context
from crawler.poll import Order
from crawler.recorder import Recorder
from spiders.outlet import OutletSpider

_LAST_WORDS = 1.0  # seconds
_STOPPED = "stopped; the rest follows in the next poll"


class CrawlRunner:
    """One per process; ``run`` may be called many times, also at once."""

    def __init__(self, context: Context, recorder: Recorder) -> None:
        self._context = context
        self._recorder = recorder
        self._runner = AsyncCrawlerRunner(project_settings())
        self._active: set[Crawler] = set()
        self._ending: set[asyncio.Future[None]] = set()

    async def run(self, orders: Sequence[Order]) -> list[PollRun]:
        """Polls the orders' outlets in one crawl and returns the ledger rows, written, when all polls are over."""
        crawler = self._runner.create_crawler(OutletSpider)
        self._active.add(crawler)
        over = asyncio.Event()
        crawling = self._runner.crawl(crawler, context=self._context, recorder=self._recorder, orders=orders, over=over)
        try:
            await self._wait(crawler, crawling, over)
        finally:
            self._active.discard(crawler)
            self._recorder.flush()
        spider: Any = crawler.spider
        return list(spider.runs)

    async def _wait(self, crawler: Crawler, crawling: asyncio.Future[None], over: asyncio.Event) -> None:
        """Until the crawl has ended, or all its polls have, with what still hangs left to its timeout: nobody wants it any more."""
        ended = asyncio.ensure_future(over.wait())
        waiting: set[asyncio.Future[Any]] = {crawling, ended}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
        await asyncio.wait({crawling}, timeout=_LAST_WORDS)
        if crawling.done():
            await crawling
        else:
            self._end(crawler)

    def _end(self, crawler: Crawler) -> asyncio.Future[None]:
        """Begins to end the crawl; a request that hangs holds the engine for its whole timeout."""
        ending = asyncio.ensure_future(_stop(crawler))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        return ending

    async def stop(self, grace: float) -> None:
        """Gives running polls ``grace`` seconds to end; the others are abandoned, and what they did not reach stays pending."""
        until = asyncio.get_running_loop().time() + grace
        while self._active and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)
        for crawler in self._active:
            spider: Any = crawler.spider
            if spider is not None:
                spider.abandon(_STOPPED)
        self._recorder.flush()
        stopping = [self._end(crawler) for crawler in self._active]
        if stopping:
            await asyncio.wait(stopping, timeout=_LAST_WORDS)
        self._context.reader.close()


async def _stop(crawler: Crawler) -> None:
    with suppress(RuntimeError):  # its engine does not run yet, or any more
        await crawler.stop_async()


class ProjectSettings(Settings):
    """Settings whose copies share their values: Scrapy makes a deep copy for every crawl, a quarter of what an unchanged poll costs."""

    def copy(self) -> ProjectSettings:
        twin = copy(self)
        twin.attributes = {name: copy(attribute) for name, attribute in self.attributes.items()}
        return twin


def project_settings() -> ProjectSettings:
    """The settings of ``crawler/settings.py``, wherever the program was started."""
    settings = ProjectSettings()
    settings.setmodule("crawler.settings", priority="project")
    return settings
