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
from crawler.extract import extract
from crawler.items import Page
from crawler.normalise import normalise
from crawler.recorder import Recorder

log = logging.getLogger("rasid.crawler")


_FOR_GOOD = ("not_html", "too_large")
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

    def process_item(self, item: Page) -> Page:
        try:
            if not item.poll.over:
                self._record(item)
        except ExtractionError as error:
            self._recorder.not_extracted(item.poll, item.pending, error.reason, final=error.reason in _FOR_GOOD)
            log.info("not extracted outlet=%s url=%s reason=%s", item.poll.outlet.id, item.url, error.reason)
        except StoreError as error:
            item.poll.settle(item.pending.key, "failed", "store")
            log.error("not stored outlet=%s url=%s error=%r", item.poll.outlet.id, item.url, str(error))
        except Exception as error:  # the border of one article
            log.exception("failed on an article outlet=%s url=%s", item.poll.outlet.id, item.url)
            self._recorder.fail_entry(item.poll, item.pending, f"bug_{type(error).__name__}")
        finally:
            item.poll.end(self._context.clock.now())
        return item

    def _record(self, item: Page) -> None:
        article, found = read_page(item, self._context)
        self._recorder.record(item.poll, item.pending, article, found)


def read_page(item: Page, context: Context) -> tuple[Article, Sequence[Match]]:
    """The article on a page and what each topic thinks of it.

    Raises ExtractionError.
    """
    outlet = item.poll.outlet
    raw = extract(item.body, url=item.url, rules=outlet.rules, entry=item.pending.entry, declared_encoding=item.encoding)
    article = normalise(raw, outlet=outlet, source=item.source, entry=item.pending.entry, url=item.url, now=context.clock.now())
    found = context.detector.match(title=article.title, lead=article.lead, body=article.body, tags=article.tags, language=article.language)
    return article, found
