"""Fetches a few addresses politely and gives back what came, for checks, explanations and new outlets; stores nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from twisted.python.failure import Failure

from core.errors import RasidError
from crawler.context import AGENT, Context
from crawler.failures import describe_failure, describe_status, is_refusal
from crawler.hosts import host_of
from spiders.crawls import project_settings
from spiders.outlet import declared_encoding, header

_PERMANENT = (301, 308)
_NEVER_ASKED = ("private_address", "not_web", "held", "no_answer")
_LAST_WORDS = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, or why there is none (``reason``, ``sentence``). ``url`` is the final address.

    ``moved``: every redirect on the way there was a permanent one. ``link``: the Link header. ``sitemaps``: what robots.txt names.
    ``robots``: what it says of the final address: ok, denied, unreachable, none (the host has no rules), or None when it was never asked.
    """

    asked: str
    url: str
    status: int | None = None
    body: bytes = b""
    content_type: str | None = None
    encoding: str | None = None
    reason: str = ""
    sentence: str = ""
    moved: bool = False
    link: str = ""
    robots: str | None = None
    sitemaps: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def refused(self) -> bool:
        """Whether the outlet says no, by its status or its robots.txt; that is to be respected."""
        return is_refusal(self.reason)


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
            try:
                request = Request(url, callback=self.parse, errback=self.failed, dont_filter=True, cb_kwargs={"asked": url})
            except ValueError:  # a port beyond all ports, half of an IPv6 address
                self.results.append(Fetched(url, url, reason="not_web", sentence="the address is not a web address"))
            else:
                yield request

    def parse(self, response: Response, asked: str) -> None:
        reason, sentence = ("", "") if response.status == 200 else describe_status(response.status)
        redirects = response.meta.get("redirect_reasons", ())
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
                moved=bool(redirects) and all(status in _PERMANENT for status in redirects),
                link=header(response, "Link") or "",
            )
        )

    def failed(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]
        reason, sentence = describe_failure(failure)
        self.results.append(Fetched(request.cb_kwargs["asked"], request.url, reason=reason, sentence=sentence))


async def fetch(context: Context, urls: Sequence[str], *, stop: asyncio.Event | None = None) -> dict[str, Fetched]:
    """What each address answered, by the address asked.

    Raises RasidError when ``stop`` is set before all have answered.
    """
    results: list[Fetched] = []
    settings = project_settings()
    settings.set("ITEM_PIPELINES", {})
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(FetchSpider)
    crawling = runner.crawl(crawler, context=context, urls=urls, results=results)
    await _finish(crawler, crawling, stop)
    found = {result.asked: result for result in results}
    answers = {url: found.get(url) or Fetched(url, url, reason="no_answer", sentence="nothing came back") for url in urls}
    return {url: _with_robots(context, answer) for url, answer in answers.items()}


async def _finish(crawler: Any, crawling: asyncio.Future[None], stop: asyncio.Event | None) -> None:
    """Waits for the end of the crawl, or ends it when ``stop`` is set."""
    if stop is None:
        await crawling
        return
    stopping = asyncio.ensure_future(stop.wait())
    waiting: set[asyncio.Future[Any]] = {crawling, stopping}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not crawling.done():  # a request that hangs would hold the engine for its whole timeout
        await asyncio.wait({asyncio.ensure_future(crawler.stop_async())}, timeout=_LAST_WORDS)
        raise RasidError("stopped before every address had answered")
    await crawling


def _with_robots(context: Context, answer: Fetched) -> Fetched:
    """The answer with what its host's robots.txt says, as the crawl has read it."""
    robots = context.robots.get(host_of(answer.url), context.clock.monotonic())
    if robots is None:
        return replace(answer, robots=None if answer.reason in _NEVER_ASKED else "unreachable")
    if robots.unreachable is not None or robots.rules is None:
        return replace(answer, robots="none" if robots.unreachable is None else "unreachable")
    allowed = robots.allows(answer.url, AGENT)
    return replace(answer, robots="ok" if allowed else "denied", sitemaps=tuple(robots.rules.sitemaps))
