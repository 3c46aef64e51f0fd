"""Runs Scrapy crawls in this process, any number after one another, on the running asyncio reactor."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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

    async def run(self, orders: Sequence[Order]) -> list[PollRun]:
        """Polls the orders' outlets in one crawl and returns the ledger rows, written."""
        crawler = self._runner.create_crawler(OutletSpider)
        self._active.add(crawler)
        try:
            await self._runner.crawl(crawler, context=self._context, recorder=self._recorder, orders=orders)
        finally:
            self._active.discard(crawler)
            self._recorder.flush()
        spider: Any = crawler.spider
        return list(spider.runs)

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
        stopping = [asyncio.ensure_future(crawler.stop_async()) for crawler in self._active]
        if stopping:  # a request that hangs would hold the engine for its whole timeout
            await asyncio.wait(stopping, timeout=_LAST_WORDS)
        self._context.reader.close()


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
