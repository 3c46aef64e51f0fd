"""Every request passes here, redirects too: private addresses, robots.txt, the host's turn, an honest User-Agent, Retry-After."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from core.model import Outlet
from core.retry_after import retry_after_seconds
from crawler.addresses import PrivateAddressError, is_public, literal_address
from crawler.context import AGENT, Context
from crawler.failures import NotWebError, RobotsDeniedError, TimeIsUpError
from crawler.hosts import host_of
from crawler.robots import Robots, read_robots

_ROBOTS_REQUEST = "rasid_robots"


class PoliteMiddleware:
    """Raises IgnoreRequest with a reason for what may not be fetched; the spider's errback counts it."""

    def __init__(self, crawler: Crawler, context: Context) -> None:
        self._crawler = crawler
        self._context = context
        self._asking: dict[str, asyncio.Future[Robots]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PoliteMiddleware:
        context = getattr(crawler.spider, "context", None)
        if context is None:
            raise NotConfigured("not one of our spiders: scrapy shell or scrapy fetch")
        middleware = cls(crawler, context)
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    def spider_closed(self) -> None:
        for waiting in self._asking.values():
            waiting.cancel()

    async def process_request(self, request: Request) -> None:
        host = host_of(request.url)
        self._check_address(request.url)
        request.headers[b"User-Agent"] = self._context.user_agent.encode()
        request.meta["download_slot"] = host
        poll = request.cb_kwargs.get("poll") or request.meta.get("rasid_poll")
        if not request.meta.get(_ROBOTS_REQUEST):
            await self._obey_robots(request, host)
        await self._take_turn(host, poll)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status >= 400:
            header = (response.headers.get(b"Retry-After") or b"").decode("latin-1")
            seconds = retry_after_seconds(header, self._context.clock.now())
            if seconds is not None:
                self._context.hosts.hold(host_of(response.url), seconds)
        return response

    def _check_address(self, url: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise NotWebError(url)
        literal = literal_address(url)
        if literal is not None and not self._context.polling.allow_private_addresses and not is_public(literal):
            raise PrivateAddressError(literal)

    async def _take_turn(self, host: str, poll: Any) -> None:
        outlet: Outlet | None = poll.outlet if poll is not None else None
        polling = self._context.polling if outlet is None else self._context.polling.of(outlet)
        await self._context.hosts.turn(host, polling.spacing if not (poll is not None and poll.over) else 0.0)
        if poll is not None and poll.over:
            raise TimeIsUpError("the poll is over")

    async def _obey_robots(self, request: Request, host: str) -> None:
        robots = self._context.robots.get(host, self._context.clock.monotonic())
        if robots is None:
            robots = await self._ask_once(request, host)
        if not robots.allows(request.url, AGENT):
            raise RobotsDeniedError(host, robots.unreachable)

    async def _ask_once(self, request: Request, host: str) -> Robots:
        """The host's rules; requests that want them at the same time share one question."""
        waiting = self._asking.get(host)
        if waiting is None:
            waiting = self._asking[host] = asyncio.ensure_future(self._ask(request, host))
            waiting.add_done_callback(lambda _: self._asking.pop(host, None))
        return await asyncio.shield(waiting)

    async def _ask(self, request: Request, host: str) -> Robots:
        parts = urlsplit(request.url)
        poll = request.cb_kwargs.get("poll") or request.meta.get("rasid_poll")
        meta = {_ROBOTS_REQUEST: True, "rasid_poll": poll}
        question = Request(f"{parts.scheme}://{parts.netloc}/robots.txt", meta=meta, dont_filter=True)
        answer = await self._crawler.engine.download_async(question)
        robots = read_robots(answer.status, answer.body)
        self._context.robots.put(host, robots, self._context.clock.monotonic())
        delay = robots.crawl_delay(AGENT)
        if delay:
            self._context.hosts.slow_down(host, delay)
        return robots
