"""Fetches a few addresses politely and gives back what came, for checks and explanations; stores nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.context import Context
from crawler.failures import describe_failure, describe_status
from spiders.crawls import project_settings
from spiders.outlet import declared_encoding, header


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, or why there is none (``reason``, ``sentence``). ``url`` is the final address."""

    asked: str
    url: str
    status: int | None = None
    body: bytes = b""
    content_type: str | None = None
    encoding: str | None = None
    reason: str = ""
    sentence: str = ""

    @property
    def ok(self) -> bool:
        return self.status == 200


class FetchSpider(Spider):
    """Each address once; ``results`` is filled in the order in which answers come."""

    name = "fetch"

    def __init__(self, context: Context, urls: Sequence[str], results: list[Fetched], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.urls = urls
        self.results = results

    async def start(self) -> AsyncIterator[Any]:
        for url in dict.fromkeys(self.urls):
            yield Request(url, callback=self.parse, errback=self.failed, dont_filter=True, cb_kwargs={"asked": url})

    def parse(self, response: Response, asked: str) -> None:
        reason, sentence = ("", "") if response.status == 200 else describe_status(response.status)
        self.results.append(
            Fetched(
                asked,
                response.url,
                response.status,
                response.body,
                header(response, "Content-Type"),
                declared_encoding(response),
                reason,
                sentence,
            )
        )

    def failed(self, failure: Failure) -> None:
        asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]
        reason, sentence = describe_failure(failure)
        self.results.append(Fetched(asked, asked, reason=reason, sentence=sentence))


async def fetch(context: Context, urls: Sequence[str]) -> dict[str, Fetched]:
    """What each address answered, by the address asked."""
    results: list[Fetched] = []
    settings = project_settings()
    settings.set("ITEM_PIPELINES", {})
    await AsyncCrawlerRunner(settings).crawl(FetchSpider, context=context, urls=urls, results=results)
    found = {result.asked: result for result in results}
    return {url: found.get(url) or Fetched(url, url, reason="no_answer", sentence="nothing came back") for url in urls}
