"""The spider of every outlet: reads each source, skips what is known, fetches the pages of the rest and yields them.

It carries one outlet or many that fall due together; each is a ``Poll`` of its own, with its own time limit, and ends by itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from core.errors import SourceError
from core.model import Outcome, PollRun, Source, SourceKind
from core.text import fold
from crawler.context import Context
from crawler.discover import feed_links, read, sniff
from crawler.extract import is_full_text
from crawler.failures import describe_failure, describe_status
from crawler.items import Page
from crawler.middlewares import host_of
from crawler.poll import Order, PendingEntry, Poll, SourceState
from crawler.recorder import Recorder

log = logging.getLogger("rasid.spiders")

IDENTITY_LIFETIME = 24 * 3600.0  # seconds between two looks at the masthead
_GONE = (404, 410)


class OutletSpider(Spider):
    """``orders`` are the polls to run; without them the spider polls the outlet that it is named after (``scrapy crawl``)."""

    name = "outlet"

    def __init__(self, context: Context, recorder: Recorder, orders: Sequence[Order], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.context = context
        self.recorder = recorder
        self.orders = orders
        self.polls: list[Poll] = []
        self.runs: list[PollRun] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> OutletSpider:
        if "context" not in kwargs:
            kwargs = {**kwargs, **load_object(crawler.settings["RASID_CONTEXT_FACTORY"])(cls.name)}
        spider = cls(*args, **kwargs)
        spider._set_crawler(crawler)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        loop = asyncio.get_running_loop()
        self.polls = self.recorder.open_polls(self.orders, self._finished)
        for poll in self.polls:
            poll.begin()
            poll.on_over = loop.call_later(poll.order.time_limit, self._time_is_up, poll).cancel
            for request in self._open(poll):
                yield request
            poll.end(self.context.clock.now())

    def closed(self, reason: str) -> None:
        """Scrapy's hook at the end of a crawl."""
        self.recorder.flush()

    def abandon(self, note: str) -> None:
        """Ends the polls that still run; what they did not reach stays pending."""
        for poll in self.polls:
            poll.finish(self.context.clock.now(), Outcome.PARTIAL, note)

    def _time_is_up(self, poll: Poll) -> None:
        limit = poll.order.time_limit
        poll.finish(self.context.clock.now(), Outcome.TIMED_OUT, f"not done after {limit:g} s; the rest follows in the next poll")

    def _finished(self, poll: Poll, run: PollRun) -> None:
        poll.held = max((self.context.hosts.held_for(host_of(source.url)) for source in poll.outlet.sources), default=0.0)
        self.runs.append(run)
        self.recorder.finish(poll, run)

    # ------------------------------------------------------------------ requests

    def _open(self, poll: Poll) -> Iterable[Request]:
        if poll.order.address is not None:
            yield self._request(poll, poll.order.address, self.parse_address)
        elif self._must_show_identity(poll):
            assert poll.outlet.home is not None
            yield self._request(poll, poll.outlet.home, self.parse_home)
        else:
            yield from self._poll_sources(poll)

    def _must_show_identity(self, poll: Poll) -> bool:
        outlet, seen_at = poll.outlet, poll.state.identity_at
        if outlet.home is None or outlet.home_is_users or not outlet.identity:
            return False
        return seen_at is None or (self.context.clock.now() - seen_at).total_seconds() > IDENTITY_LIFETIME

    def _poll_sources(self, poll: Poll) -> Iterator[Request]:
        polled = [source for source in poll.outlet.sources if source.url.startswith(("http://", "https://"))]
        poll.unanswered = {source.id for source in polled}
        for source in polled:
            yield self._request(poll, source.url, self.parse_source, headers=_conditions(poll, source), source=source)

    def _after_source(self, poll: Poll, source: Source) -> Iterator[Request]:
        """When every source has answered, and what is new stands in the queue, it is the turn of entries of earlier polls.

        The other way round a long backlog at a slow host would take all the time, and what is new would never be seen.
        """
        if source.id not in poll.unanswered:
            return
        poll.unanswered.discard(source.id)
        if not poll.unanswered and not poll.over:
            for pending in poll.carried_over:
                known = next((known for known in poll.outlet.sources if known.id == pending.source), None)
                yield from self._fetch(poll, pending, known)

    def _fetch(self, poll: Poll, pending: PendingEntry, source: Source | None) -> Iterator[Request]:
        poll.expect(pending)
        yield self._request(poll, pending.entry.url, self.parse_page, pending=pending, source=source)

    def _request(self, poll: Poll, url: str, callback: Any, headers: dict[str, str] | None = None, **kwargs: Any) -> Request:
        poll.begin()
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            headers=headers,
            dont_filter=True,
            cb_kwargs={"poll": poll, **kwargs},
        )

    # ------------------------------------------------------------------ answers

    def parse_home(self, response: Response, poll: Poll) -> Iterator[Any]:
        """The home page must show one of the outlet's identity words; a parked or sold domain does not, and is not believed."""
        with self._border(poll, None):
            if response.status == 200 and not shows_identity(response.body, poll.outlet.identity):
                words = " / ".join(poll.outlet.identity)
                poll.skip(f"identity lost: {response.url} does not show {words!r}; check the outlet's address")
            elif not poll.over:
                poll.identity_at = self.context.clock.now() if response.status == 200 else None
                yield from self._poll_sources(poll)

    def parse_address(self, response: Response, poll: Poll) -> Iterator[Any]:
        """One address on demand: a source of any kind, a home page, or an article."""
        with self._border(poll, None):
            if response.status != 200:
                poll.fail("address", f"{response.url}: {describe_status(response.status)[1]}")
            elif not poll.over:
                yield from self._read_address(response, poll)

    def _read_address(self, response: Response, poll: Poll) -> Iterator[Any]:
        url = response.url
        kind = sniff(response.body, header(response, "Content-Type"))
        if kind is None and urlsplit(url).path in ("", "/"):
            feeds = feed_links(response.body, url)
            if feeds:
                source = _ad_hoc(poll, SourceKind.FEED, feeds[0])
                yield self._request(poll, source.url, self.parse_source, source=source)
                return
            kind = SourceKind.LISTING
        if kind is not None:
            yield from self._read_source(response, poll, _ad_hoc(poll, kind, url))
            return
        pending = self.recorder.expect_address(poll, url)
        poll.source_outcomes[url] = Outcome.OK
        poll.begin()
        yield Page(poll, pending, None, url, response.body, declared_encoding(response))

    def parse_source(self, response: Response, poll: Poll, source: Source) -> Iterator[Any]:
        poll.begin()  # the poll does not end with the border: the backlog may have its turn yet
        with self._border(poll, source):
            if not poll.over:
                yield from self._read_source(response, poll, source)
        yield from self._after_source(poll, source)
        poll.end(self.context.clock.now())

    @contextmanager
    def _border(self, poll: Poll, source: Source | None) -> Iterator[None]:
        """The border of "one poll": whatever goes wrong with an answer is recorded as a failure of its source."""
        try:
            yield
        except Exception as error:
            log.exception("failed on a source outlet=%s source=%s", poll.outlet.id, source.id if source else "home")
            if source is not None:
                state = poll.sources.get(source.id) or SourceState(source.id, poll.outlet.id, source.url)
                self._source_failed(poll, source, state, f"bug_{type(error).__name__}", f"an error of ours: {error}")
        finally:
            poll.end(self.context.clock.now())

    def _read_source(self, response: Response, poll: Poll, source: Source) -> Iterator[Any]:
        now = self.context.clock.now()
        state = replace(
            poll.sources.get(source.id) or SourceState(source.id, poll.outlet.id, source.url),
            last_status=response.status,
            last_polled_at=now,
            reason="",
        )
        if response.status == 304:
            poll.source_done(replace(state, last_ok_at=now), Outcome.NOT_MODIFIED)
            return
        if response.status != 200:
            self._source_failed(poll, source, state, *describe_status(response.status))
            return
        body_hash = hashlib.blake2b(response.body, digest_size=16).digest()
        if body_hash == state.body_hash:
            poll.source_done(replace(_with_validators(state, response), last_ok_at=now), Outcome.NOT_MODIFIED)
            return
        try:
            listing = read(source.kind, response.body, url=response.url, source=source, content_type=header(response, "Content-Type"))
        except SourceError as error:
            self._source_failed(poll, source, state, error.reason, str(error))
            return
        changed = replace(_with_validators(state, response), body_hash=body_hash, last_ok_at=now, entries=len(listing.entries))
        fresh = self.recorder.take_listing(poll, source, listing, changed)
        poll.source_done(changed, Outcome.OK)
        poll.notes.extend(listing.notes)
        for pending in fresh:
            yield from self._take(poll, pending, source)

    def _take(self, poll: Poll, pending: PendingEntry, source: Source) -> Iterator[Any]:
        """An entry whose source carries whole articles is an item at once; of the others the page is fetched."""
        if pending.entry.content and (source.full_text or source.kind is SourceKind.TELEGRAM):
            poll.expect(pending)
            poll.begin()
            yield _whole_entry(poll, pending, source)
        else:
            yield from self._fetch(poll, pending, source)

    def parse_page(self, response: Response, poll: Poll, pending: PendingEntry, source: Source | None) -> Iterator[Any]:
        if poll.over:
            poll.end(self.context.clock.now())
        elif response.status != 200 and is_full_text(pending.entry):
            yield _whole_entry(poll, pending, source)  # the page is closed to us, but the feed has carried it
        elif response.status != 200:
            reason, _ = describe_status(response.status)
            self.recorder.fail_entry(poll, pending, reason, final=response.status in _GONE and pending.attempts > 0)
            poll.end(self.context.clock.now())
        else:  # the pipeline ends it
            yield Page(poll, pending, source, response.url, response.body, declared_encoding(response))

    def failed(self, failure: Failure) -> Iterator[Any]:
        """A request came to nothing; the reason is counted where it belongs, unless the feed has carried the whole article."""
        request: Request = failure.request  # type: ignore[attr-defined]
        kwargs = dict(request.cb_kwargs)
        poll: Poll = kwargs["poll"]
        pending: PendingEntry | None = kwargs.get("pending")
        reason, sentence = describe_failure(failure)
        if not poll.over and pending is not None and is_full_text(pending.entry):
            yield _whole_entry(poll, pending, kwargs.get("source"))
            return
        source: Source | None = kwargs.get("source")
        if not poll.over:
            self._count_failure(poll, source, pending, reason, sentence)
        if source is not None and pending is None:
            yield from self._after_source(poll, source)
        poll.end(self.context.clock.now())

    def _count_failure(self, poll: Poll, source: Source | None, pending: PendingEntry | None, reason: str, sentence: str) -> None:
        if pending is not None:
            self.recorder.fail_entry(poll, pending, reason)
        elif source is not None:
            state = poll.sources.get(source.id) or SourceState(source.id, poll.outlet.id, source.url)
            self._source_failed(poll, source, replace(state, last_polled_at=self.context.clock.now()), reason, sentence)
        elif poll.order.address is not None:
            poll.fail("address", f"{poll.order.address}: {sentence}")
        else:  # the home page did not answer, so nothing speaks against the outlet: its sources may
            for request in self._poll_sources(poll):
                self.crawler.engine.crawl(request)

    def _source_failed(self, poll: Poll, source: Source, state: SourceState, reason: str, sentence: str) -> None:
        poll.source_failed(replace(state, reason=reason), reason, f"{source.url}: {sentence}")


def shows_identity(body: bytes, identity: Sequence[str]) -> bool:
    """Whether a home page shows one of the identity words, however it spells alefs and capitals."""
    page = fold(html.unescape(body.decode("utf-8", "replace")))
    return any(fold(word) in page for word in identity)


def _ad_hoc(poll: Poll, kind: SourceKind, url: str) -> Source:
    """The outlet's source at that address, else one made for it."""
    known = next((source for source in poll.outlet.sources if source.url == url), None)
    return known or Source(f"{poll.outlet.id}:{kind.value}:{url}", kind, url, zone=poll.outlet.zone)


def _conditions(poll: Poll, source: Source) -> dict[str, str]:
    """The conditional headers of a source we have read before."""
    state = poll.sources.get(source.id)
    if state is None or state.body_hash is None:
        return {}
    named = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in named.items() if value}


def _with_validators(state: SourceState, response: Response) -> SourceState:
    return replace(state, etag=header(response, "ETag"), last_modified=header(response, "Last-Modified"))


def header(response: Response, name: str) -> str | None:
    """A header of the answer as text, None when it is not there."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def declared_encoding(response: Response) -> str | None:
    """The charset that the Content-Type declares."""
    content_type = header(response, "Content-Type") or ""
    return content_type.lower().partition("charset=")[2].strip(" \"';") or None


def _whole_entry(poll: Poll, pending: PendingEntry, source: Source | None) -> Page:
    """The article that a source carried itself, as a page."""
    heading = html.escape(pending.entry.title or "")
    body = f"<article><h1>{heading}</h1>{pending.entry.content or ''}</article>"
    page = f"<html><head><title>{heading}</title></head><body>{body}</body></html>"
    return Page(poll, pending, source, pending.entry.url, page.encode("utf-8", "replace"), "utf-8")
