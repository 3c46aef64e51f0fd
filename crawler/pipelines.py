"""A fetched page becomes a stored article: extract ► normalise ► detect ► one transaction. The border of "one article"."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from core.errors import ExtractionError, StoreError
from core.model import Article, Match
from crawler.context import Context
from crawler.items import Page
from crawler.reading import WorkerError
from crawler.recorder import Recorder
from crawler.worker import Job

log = logging.getLogger("rasid.crawler")


_FOR_GOOD = ("not_html", "too_large", "too_slow")
"""Reasons that another try would not change."""


class ArticlePipeline:
    """Whatever goes wrong with one page is recorded as that entry's failure, and the poll goes on."""

    def __init__(self, context: Context, recorder: Recorder) -> None:
        self._context = context
        self._recorder = recorder

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArticlePipeline:
        spider: Any = crawler.spider
        if not hasattr(spider, "recorder"):
            raise NotConfigured("not one of our spiders")
        return cls(spider.context, spider.recorder)

    async def process_item(self, item: Page) -> Page:
        try:
            if not item.poll.over:
                await self._record(item)
        except ExtractionError as error:
            if item.poll.over:
                return item  # it stays pending
            self._recorder.not_extracted(item.poll, item.pending, error.reason, final=error.reason in _FOR_GOOD)
            log.info("not extracted outlet=%s url=%s reason=%s", item.poll.outlet.id, item.url, error.reason)
        except StoreError as error:
            item.poll.settle(item.pending.key, "failed", "store")
            log.error("not stored outlet=%s url=%s error=%r", item.poll.outlet.id, item.url, str(error))
        except WorkerError as error:
            log.error("failed on an article outlet=%s url=%s\n%s", item.poll.outlet.id, item.url, error)
            self._recorder.fail_entry(item.poll, item.pending, f"bug_{error.name}")
        except Exception as error:  # the border of one article
            log.exception("failed on an article outlet=%s url=%s", item.poll.outlet.id, item.url)
            self._recorder.fail_entry(item.poll, item.pending, f"bug_{type(error).__name__}")
        finally:
            item.poll.end(self._context.clock.now())
        return item

    async def _record(self, item: Page) -> None:
        article, found = await read_page(item, self._context)
        if not item.poll.over:  # its time may be up meanwhile; then the entry stays pending
            self._recorder.record(item.poll, item.pending, article, found)


async def read_page(item: Page, context: Context) -> tuple[Article, Sequence[Match]]:
    """The article on a page and what each topic thinks of it.

    Raises ExtractionError and WorkerError.
    """
    outlet, entry, limit = item.poll.outlet, item.pending.entry, context.polling.page_limit
    article = await context.reader.read(Job(item.body, item.url, item.encoding, outlet, item.source, entry, context.clock.now(), limit))
    found = context.detector.match(title=article.title, lead=article.lead, body=article.body, tags=article.tags, language=article.language)
    return article, found
