"""The spider of every outlet: reads each source, skips what is known, fetches the pages of the rest and yields them.

It carries one outlet or many that fall due together; each is a ``Poll`` of its own, with its own time limit, and ends by itself.
"""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from core.errors import StoreError
from core.model import Outcome, PollRun, Source, SourceKind
from core.text import fold
from crawler.context import Context
from crawler.discover import feed_links, sniff
from crawler.failures import describe_failure, describe_status
from crawler.hosts import host_of
from crawler.items import Page
from crawler.poll import Order, PendingEntry, Poll, Visit, visit_source
from crawler.recorder import Recorder
from spiders.sources import SourceSpider, answer_of

log = logging.getLogger("rasid.spiders")

IDENTITY_LIFETIME = 24 * 3600.0  # seconds between two looks at the masthead
_SHOWN = 1_000_000
"""Bytes of a home page in which the masthead must stand; ten times as many can take a second."""
_GONE = (404, 410)


class OutletSpider(SourceSpider):
    """``orders`` are the polls to run; without them the spider polls the outlet that it is named after (``scrapy crawl``).

    ``over`` is set when all of them have ended.
    """

    name = "outlet"

    def __init__(
        self, context: Context, recorder: Recorder, orders: Sequence[Order], over: asyncio.Event | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.recorder = recorder
        self.orders = orders
        self.polls: list[Poll] = []
        self.runs: list[PollRun] = []
        self.over = over or asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> OutletSpider:
        if "context" not in kwargs:
            kwargs = {**kwargs, **load_object(crawler.settings["RASID_CONTEXT_FACTORY"])(cls.name)}
        spider = cls(*args, **kwargs)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        loop = asyncio.get_running_loop()
        try:
            self.polls = self.recorder.open_polls(self.orders, self._finished)
        except StoreError as error:
            log.error("not begun polls=%d error=%r", len(self.orders), str(error))
        for poll in self.polls:
            poll.begin()
            poll.on_over = loop.call_later(poll.order.time_limit, self._time_is_up, poll).cancel
            with self.border(poll, None):  # what is wrong with one must not keep the others from beginning
                for request in self._open(poll):
                    yield request

    def closed(self, reason: str) -> None:
        """Scrapy's hook at the end of a crawl. A poll that still runs has lost what would have ended it, unless somebody stops us."""
        outcome = Outcome.PARTIAL if reason == "shutdown" else Outcome.FAILED
        for poll in self.polls:
            poll.finish(self.context.clock.now(), outcome, "the crawl ended before the poll did; the rest follows in the next poll")
        self.recorder.flush()

    def abandon(self, note: str) -> None:
        """Ends the polls that still run; what they did not reach stays pending."""
        for poll in self.polls:
            poll.finish(self.context.clock.now(), Outcome.PARTIAL, note)

    def _time_is_up(self, poll: Poll) -> None:
        limit = poll.order.time_limit
        poll.finish(self.context.clock.now(), Outcome.TIMED_OUT, f"not done after {limit:g} s; the rest follows in the next poll")

    def _finished(self, poll: Poll, run: PollRun) -> None:
        asked = {host_of(visit.address) for visit in poll.visits.values()} or {host_of(source.url) for source in poll.outlet.sources}
        poll.held = max((self.context.hosts.held_for(host) for host in asked), default=0.0)
        self.runs.append(run)
        self.recorder.finish(poll, run)
        if len(self.runs) == len(self.polls):
            self.over.set()

    # ------------------------------------------------------------------ requests

    def _open(self, poll: Poll) -> Iterable[Request]:
        if poll.order.address is not None:
            yield self.request(poll, poll.order.address, self.parse_address)
        elif self._must_show_identity(poll):
            assert poll.outlet.home is not None
            yield self.request(poll, poll.outlet.home, self.parse_home)
        else:
            yield from self.poll_sources(poll)

    def _must_show_identity(self, poll: Poll) -> bool:
        outlet, seen_at = poll.outlet, poll.state.identity_at
        if outlet.home is None or outlet.home_is_users or not outlet.identity:
            return False
        return seen_at is None or (self.context.clock.now() - seen_at).total_seconds() > IDENTITY_LIFETIME

    def fetch(self, poll: Poll, pending: PendingEntry, source: Source | None) -> Request:
        """The request for an entry's page."""
        poll.expect(pending)
        return self.request(poll, pending.entry.url, self.parse_page, pending=pending, source=source)

    # ------------------------------------------------------------------ answers

    def parse_home(self, response: Response, poll: Poll) -> Iterator[Any]:
        """The home page must show one of the outlet's identity words; a parked or sold domain does not, and is not believed."""
        with self.border(poll, None):
            if response.status == 200 and not shows_identity(response.body, poll.outlet.identity):
                words = " / ".join(poll.outlet.identity)
                poll.skip(f"identity lost: {response.url} does not show {words!r}; check the outlet's address")
            elif not poll.over:
                poll.identity_at = self.context.clock.now() if response.status == 200 else None
                yield from self.poll_sources(poll)

    async def parse_address(self, response: Response, poll: Poll) -> AsyncIterator[Any]:
        """One address on demand: a source of any kind, a home page, or an article."""
        with self.border(poll, None):
            if response.status != 200:
                poll.fail("address", f"{response.url}: {describe_status(response.status)[1]}")
            elif not poll.over:
                async for found in self._read_address(response, poll):
                    yield found

    async def _read_address(self, response: Response, poll: Poll) -> AsyncIterator[Any]:
        url = response.url
        kind = sniff(response.body, header(response, "Content-Type"))
        if kind is None and urlsplit(url).path in ("", "/"):
            feeds = feed_links(response.body, url)
            if feeds:
                yield self.ask(poll, _ad_hoc(poll, SourceKind.FEED, feeds[0]))
                return
            kind = SourceKind.LISTING
        if kind is not None:
            visit = _ad_hoc(poll, kind, url)
            poll.visits[visit.source.id] = visit
            async for found in self.read_source(answer_of(response), poll, visit):
                yield found
            return
        pending = self.recorder.expect_address(poll, url)
        poll.answered = True
        poll.begin()
        yield Page(poll, pending, None, url, response.body, declared_encoding(response))

    def take(self, poll: Poll, pending: PendingEntry, source: Source | None) -> Iterator[Any]:
        """An entry whose source carries whole articles is an item at once; of the others the page is fetched."""
        carries_all = source is not None and (source.full_text or source.kind is SourceKind.TELEGRAM)
        if pending.entry.content and carries_all:
            poll.expect(pending)
            poll.begin()
            yield _whole_entry(poll, pending, source)
        else:
            yield self.fetch(poll, pending, source)

    def parse_page(self, response: Response, poll: Poll, pending: PendingEntry, source: Source | None) -> Iterator[Any]:
        if poll.over:
            poll.end(self.context.clock.now())
        elif response.status != 200 and pending.entry.has_full_text:
            yield _whole_entry(poll, pending, source)  # the page is closed to us, but the feed has carried it
        elif response.status != 200:
            reason, _ = describe_status(response.status)
            yield _missing(poll, pending, source, reason, final=response.status in _GONE and pending.attempts > 0)
        else:  # the pipeline ends it
            yield Page(poll, pending, source, response.url, response.body, declared_encoding(response))

    def failed(self, failure: Failure) -> Iterator[Any]:
        """A request came to nothing; the reason is counted where it belongs, unless the feed has carried the whole article."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kwargs = dict(request.cb_kwargs)
        poll: Poll = kwargs["poll"]
        pending: PendingEntry | None = kwargs.get("pending")
        if not poll.over and pending is not None:  # the pipeline ends it
            source = kwargs.get("source")
            whole = pending.entry.has_full_text
            yield _whole_entry(poll, pending, source) if whole else _missing(poll, pending, source, describe_failure(failure)[0])
            return
        if not poll.over:
            yield from self._count_failure(poll, failure, kwargs)
        if "visit" in kwargs:
            yield from self.after_source(poll, kwargs["visit"])
        poll.end(self.context.clock.now())

    def _count_failure(self, poll: Poll, failure: Failure, kwargs: dict[str, Any]) -> Iterator[Any]:
        reason, sentence = describe_failure(failure)
        if "visit" in kwargs:
            self.not_read(poll, kwargs["visit"], reason, sentence)
        elif "walk" in kwargs:
            yield from self.skip_page(poll, kwargs["walk"], reason)
        elif "doubted" in kwargs:
            poll.notes.append(f"{kwargs['doubted'].address}: its validators could not be verified: {sentence}")
        elif poll.order.address is not None:
            poll.fail("address", f"{poll.order.address}: {sentence}")
        else:  # the home page did not answer, so nothing speaks against the outlet: its sources may
            yield from self.poll_sources(poll)


def shows_identity(body: bytes, identity: Sequence[str]) -> bool:
    """Whether a home page shows one of the identity words, however it spells alefs and capitals."""
    page = fold(html.unescape(body[:_SHOWN].decode("utf-8", "replace")))
    return any(fold(word) in page for word in identity)


def _ad_hoc(poll: Poll, kind: SourceKind, url: str) -> Visit:
    """A visit at the outlet's source at that address, else at one made for it."""
    known = next((source for source in poll.outlet.sources if source.url == url), None)
    source = known or Source(f"{poll.outlet.id}:{kind.value}:{url}", kind, url, zone=poll.outlet.zone)
    return visit_source(source, poll.sources.get(source.id), poll.outlet.id)


def header(response: Response, name: str) -> str | None:
    """A header of the answer as text, None when it is not there."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def declared_encoding(response: Response) -> str | None:
    """The charset that the Content-Type declares."""
    content_type = header(response, "Content-Type") or ""
    return content_type.lower().partition("charset=")[2].strip(" \"';") or None


def _missing(poll: Poll, pending: PendingEntry, source: Source | None, reason: str, *, final: bool = False) -> Page:
    """An entry whose page did not come."""
    return Page(poll, pending, source, pending.entry.url, told=True, missing=reason, final=final)


def _whole_entry(poll: Poll, pending: PendingEntry, source: Source | None) -> Page:
    """The article that a source carried itself."""
    return Page(poll, pending, source, pending.entry.url, told=True)
