"""A fetched page becomes a stored article: extract ► normalise ► detect ► one transaction. The border of "one article"."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from sqlalchemy.exc import DataError, IntegrityError

from core.errors import ExtractionError, StoreError
from core.model import Article, Match
from crawler.context import Context, judge
from crawler.failures import is_refusal
from crawler.items import Page
from crawler.reading import WorkerError, describe_bug
from crawler.recorder import Recorder
from crawler.worker import Job

log = logging.getLogger("rasid.crawler")


_FOR_GOOD = ("not_html", "too_large", "too_slow")
"""Reasons that another try would not change."""
_OURS = ("held", "time_is_up", "robots_unreachable")
"""Reasons that say nothing of the page: it was not asked for."""
_NEVER_TOLD = ("private_address", "not_web")
"""Nobody is sent to such an address."""


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
                await self._settle(item)
        except StoreError as error:
            self._not_stored(item, error)
        except WorkerError as error:
            log.error("failed on an article outlet=%s url=%s\n%s", item.poll.outlet.id, item.url, error)
            self._give_up(item, *describe_bug(error.name))
        except Exception as error:  # the border of one article
            log.exception("failed on an article outlet=%s url=%s", item.poll.outlet.id, item.url)
            self._give_up(item, *describe_bug(type(error).__name__))
        finally:
            item.poll.end(self._context.clock.now())
        return item

    def _give_up(self, item: Page, reason: str, sentence: str) -> None:
        _explain(item, sentence)
        try:
            self._recorder.fail_entry(item.poll, item.pending, reason)
        except StoreError as error:
            self._not_stored(item, error)

    def _not_stored(self, item: Page, error: StoreError) -> None:
        """The entry stays as it is, for the next poll; only where the database wants none of this article it is tried less and less."""
        log.error("not stored outlet=%s url=%s error=%r", item.poll.outlet.id, item.url, str(error))
        _explain(item, str(error))
        if isinstance(error.__cause__, DataError | IntegrityError):
            with suppress(StoreError):
                self._recorder.fail_entry(item.poll, item.pending, "store")
        item.poll.settle(item.pending.key, "failed", "store")  # unless it is already

    async def _settle(self, item: Page) -> None:
        if not item.missing:
            try:
                article, found = await read_page(item, self._context)
            except ExtractionError as error:
                log.info("not extracted outlet=%s url=%s reason=%s", item.poll.outlet.id, item.url, error.reason)
                self._recorder.note_unread(item.poll, item.pending)
                _explain(item, str(error))
                item = replace(item, body=b"", told=True, missing=error.reason, final=error.reason in _FOR_GOOD)
            else:
                if not item.poll.over:  # its time may be up meanwhile; then the entry stays pending
                    self._recorder.record(item.poll, item.pending, article, found)
                return
        await self._tell(item)

    async def _tell(self, item: Page) -> None:
        """Without a page the source's own words are judged: a story is told at once, all else when the last try has failed too.

        Who says no is asked a second time and no more.
        """
        if is_refusal(item.missing):
            self._recorder.note_unread(item.poll, item.pending)
        last = item.final or self._recorder.is_last_try(item.pending) or (is_refusal(item.missing) and item.pending.attempts > 0)
        if not item.poll.over and (last or may_be_told(item)) and item.missing not in _NEVER_TOLD:
            with suppress(ExtractionError):
                article, found = await read_page(item, self._context)
                if item.poll.over:
                    return
                if last or any(match.relevant for match in found):
                    self._recorder.record(item.poll, item.pending, article, found, missing=item.missing)
                    return
        if not item.poll.over:
            self._recorder.fail_entry(item.poll, item.pending, item.missing, final=item.final)


def _explain(item: Page, sentence: str) -> None:
    """Who has asked for this one page is told why there is no article."""
    if item.poll.order.address is not None:
        item.poll.notes.append(f"{item.url}: {sentence}")


def may_be_told(item: Page) -> bool:
    """Whether the source's words may stand for the page already: it says no, or has failed before."""
    return is_refusal(item.missing) or (item.pending.attempts > 0 and item.missing not in _OURS)


async def read_page(item: Page, context: Context) -> tuple[Article, Sequence[Match]]:
    """The article on a page and what each topic thinks of it.

    Raises ExtractionError and WorkerError.
    """
    outlet, entry, limit = item.poll.outlet, item.pending.entry, context.polling.of(item.poll.outlet).page_limit
    job = Job(item.body, item.url, item.encoding, outlet, item.source, entry, context.clock.now(), limit, told=item.told)
    article = await context.reader.read(job)
    return article, judge(context.detector, article)
