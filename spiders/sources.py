"""What a spider does at the sources of an outlet: ask, read, verify, open sitemaps of an index, fill gaps, turn to the fallback.

What follows from an answer is decided in ``crawler`` (answers, choosing, gaps); here are only the requests.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response

from core.errors import SourceError, StoreError
from core.model import Listing, Outcome, Source, SourceKind
from crawler.answers import (
    Answer,
    conditions,
    forget_body,
    forget_reading,
    is_cut_off,
    note_answer,
    note_body,
    note_unchanged,
    same_validators,
)
from crawler.choosing import in_use, nested_sources, sources_to_ask
from crawler.context import Context
from crawler.discover import is_light, read
from crawler.failures import describe_status
from crawler.gaps import GapWalk, Step, describe_gap, is_gap
from crawler.hosts import host_of
from crawler.normalise.dates import parse_date
from crawler.poll import PendingEntry, Poll, Visit, visit_source
from crawler.reading import WorkerError, describe_bug
from crawler.recorder import Recorder, Taken
from crawler.validators import is_due, must_verify
from crawler.worker import SourceJob

log = logging.getLogger("rasid.spiders")

_PERMANENT = (301, 308)
_NOWHERE = "about:invalid"
"""Stands for an address that cannot be asked; the middleware refuses it, so that it is counted like every other failure."""


class SourceSpider(Spider):
    """The half of OutletSpider that reads sources; articles are the other half's."""

    context: Context
    recorder: Recorder

    # ------------------------------------------------------------------ asking

    def poll_sources(self, poll: Poll) -> Iterator[Request]:
        """The first requests of a poll: its sources, as far as their time has come."""
        if poll.order.only_due:
            due = partial(is_due, at=self.context.clock.now(), shortest=self.context.polling.of(poll.outlet).min_interval)
            chosen = sources_to_ask(poll.outlet, poll.sources, is_due=due)
        else:
            chosen = in_use(poll.outlet, poll.sources)
        poll.unanswered = {source.id for source in chosen}
        for source in chosen:
            yield self.ask(poll, visit_source(source, poll.sources.get(source.id), poll.outlet.id))
        if not chosen:
            yield from self._backlog(poll)

    def ask(self, poll: Poll, visit: Visit) -> Request:
        """The request for a source: conditional, unless its validators are not to be trusted or have to be verified."""
        poll.visits[visit.source.id] = visit
        trusted = self.context.hosts.trusts(host_of(visit.address)) and not must_verify(visit.before, self.context.clock.now())
        named = conditions(visit.before) if trusted else {}
        visit.conditional = bool(named)
        return self.request(poll, visit.address, self.parse_source, headers=named, visit=visit)

    def request(self, poll: Poll, url: str, callback: Any, headers: dict[str, str] | None = None, **kwargs: Any) -> Request:
        """A request that belongs to the poll; its callback, or ``failed``, ends it."""
        make = partial(
            Request, callback=callback, errback=self.failed, headers=headers, dont_filter=True, cb_kwargs={"poll": poll, **kwargs}
        )
        try:
            request = make(url)
        except ValueError:  # a port beyond all ports, half of an IPv6 address
            request = make(_NOWHERE)
        poll.begin()
        return request

    def failed(self, failure: Any) -> Iterator[Any]:
        raise NotImplementedError

    def take(self, poll: Poll, pending: PendingEntry, source: Source | None) -> Iterator[Any]:
        """What becomes of a new entry."""
        raise NotImplementedError

    # ------------------------------------------------------------------ answers

    async def parse_source(self, response: Response, poll: Poll, visit: Visit) -> AsyncIterator[Any]:
        poll.begin()  # the poll does not end with the border: the backlog may have its turn yet
        with self.border(poll, visit):
            if not poll.over:
                async for found in self.read_source(answer_of(response), poll, visit):
                    yield found
        for request in self.after_source(poll, visit):
            yield request
        poll.end(self.context.clock.now())

    def after_source(self, poll: Poll, visit: Visit) -> Iterator[Request]:
        """When every source has answered, the fallbacks have their turn if none was read, and then entries of earlier polls.

        The other way round a long backlog at a slow host would take all the time, and what is new would never be seen.
        """
        if visit.source.id not in poll.unanswered:
            return
        poll.unanswered.discard(visit.source.id)
        if poll.unanswered or poll.over:
            return
        fallbacks = [] if poll.read_something else self._fallbacks(poll)
        if fallbacks:
            poll.unanswered = {source.id for source in fallbacks}
            for source in fallbacks:
                yield self.ask(poll, visit_source(source, poll.sources.get(source.id), poll.outlet.id))
            return
        yield from self._backlog(poll)

    def _backlog(self, poll: Poll) -> Iterator[Request]:
        """The pages that earlier polls did not reach."""
        for pending in poll.carried_over:
            known = next((source for source in poll.outlet.sources if source.id == pending.source), None)
            yield self.fetch(poll, pending, known)

    def _fallbacks(self, poll: Poll) -> list[Source]:
        """The sources for when nothing else can be read, that were not asked in this poll yet."""
        states = {**poll.sources, **{visit.source.id: visit.after for visit in poll.visits.values()}}
        return [source for source in in_use(poll.outlet, states) if source.fallback and source.id not in poll.visits]

    def fetch(self, poll: Poll, pending: PendingEntry, source: Source | None) -> Request:
        raise NotImplementedError

    @contextmanager
    def border(self, poll: Poll, visit: Visit | None) -> Iterator[None]:
        """The border of "one poll": whatever goes wrong with an answer is recorded as a failure of its source."""
        where = visit.source.id if visit else "none"
        try:
            yield
        except StoreError as error:
            log.error("not stored outlet=%s source=%s error=%r", poll.outlet.id, where, str(error))
            self._not_done(poll, visit, "store", str(error))
        except Exception as error:
            log.exception("failed on a source outlet=%s source=%s", poll.outlet.id, where)
            self._not_done(poll, visit, *describe_bug(type(error).__name__))
        finally:
            poll.end(self.context.clock.now())

    def _not_done(self, poll: Poll, visit: Visit | None, reason: str, sentence: str) -> None:
        """``visit``: None for what belongs to no source, or is only a part of one."""
        if visit is not None:
            self.not_read(poll, visit, reason, sentence)
        else:
            poll.fail(reason, sentence)

    def not_read(self, poll: Poll, visit: Visit, reason: str, sentence: str) -> None:
        after = visit.after if visit.after is not visit.before else replace(visit.before, last_polled_at=self.context.clock.now())
        poll.not_read(visit, replace(after, reason=reason), reason, f"{visit.address}: {sentence}")

    async def read_source(self, answer: Answer, poll: Poll, visit: Visit) -> AsyncIterator[Any]:
        """What a source's answer comes to: nothing new, or new entries, or a counted reason why it could not be read."""
        now = self.context.clock.now()
        visit.after = state = note_answer(visit.before, answer, now)
        if answer.status != 200 and not (answer.status == 304 and visit.conditional):
            self.not_read(poll, visit, *describe_status(answer.status))
            return
        body_hash = hashlib.blake2b(answer.body, digest_size=16).digest() if answer.status == 200 else None
        if body_hash is None or body_hash == visit.before.body_hash:
            poll.visited(visit, note_unchanged(state, answer, now), Outcome.NOT_MODIFIED)
            for found in self._follow_up(poll, visit, None, answer):
                yield found
            return
        try:
            listing = await self._read(poll, answer, visit.source)
        except SourceError as error:
            if not poll.over:
                self.not_read(poll, visit, error.reason, str(error))
            return
        if poll.over:  # its time was up meanwhile; what the source shows is read in the next poll
            return
        changed = note_body(state, answer, now, body_hash=body_hash, entries=len(listing.entries), wait=listing.wait)
        if is_cut_off(visit.source.kind, answer.body):
            changed = forget_body(changed)
            poll.reasons["source_cut_off"] += 1
            poll.notes.append(f"{visit.address}: the answer was cut off; it is read whole next time")
        for found in self._take_body(poll, visit, listing, replace(changed, hub=listing.hub), answer):
            yield found

    async def _read(self, poll: Poll, answer: Answer, source: Source) -> Listing:
        """The entries in an answer: read here where that is done at once, in the worker otherwise. Raises SourceError."""
        content_type = answer.header("content-type")
        if is_light(answer.body):
            return read(source.kind, answer.body, url=answer.url, source=source, content_type=content_type)
        job = SourceJob(source.kind, answer.body, answer.url, source, content_type, self.context.polling.of(poll.outlet).page_limit)
        try:
            return await self.context.reader.read_source(job)
        except WorkerError as error:
            log.error("failed on a source source=%s url=%s\n%s", source.id, answer.url, error)
            raise SourceError(*describe_bug(error.name)) from None

    def _take_body(self, poll: Poll, visit: Visit, listing: Listing, state: Any, answer: Answer) -> Iterator[Any]:
        taken = self.recorder.take_listing(poll, visit, listing, state=state)
        if taken.withheld:
            state = forget_reading(state, visit.before)
            if visit.index is not None:
                visit.index.after = forget_body(visit.index.after)
        visit.shown, visit.known = len(listing.entries), taken.known
        keys_hash = hashlib.blake2b(b"".join(sorted(taken.keys)), digest_size=16).digest()
        lied = visit.before.keys_hash not in (None, keys_hash) and visit.before.body_hash is not None
        newest_at = taken.newest_at or state.newest_entry_at
        keys = {"keys_hash": keys_hash} if state.body_hash is not None else {}
        poll.visited(visit, replace(state, **keys, newest_entry_at=newest_at, future=taken.future), Outcome.OK)
        visit.found(taken.new, taken.published, self.context.clock.now())
        poll.notes.extend(listing.notes)
        if lied:
            yield from self._verify(poll, visit, answer)
        yield from self._follow_up(poll, visit, listing, answer, taken.fresh)

    def _follow_up(
        self, poll: Poll, visit: Visit, listing: Listing | None, answer: Answer, fresh: Sequence[PendingEntry] = ()
    ) -> Iterator[Any]:
        """What a reading leads to: sitemaps of an index, older pages where there is a gap, and the new entries."""
        yield from self._open_nested(poll, visit, listing)
        if is_gap(visit) and visit.source.kind is not SourceKind.SITEMAP:
            visit.held_back = list(fresh)
            yield from self._fill_gap(poll, visit, listing, answer.url)
        else:
            for pending in fresh:
                yield from self.take(poll, pending, visit.source)

    # ------------------------------------------------------------------ validators

    def _verify(self, poll: Poll, visit: Visit, answer: Answer) -> Iterator[Request]:
        """The entries have changed: did the validators say so? Where they differ too, the old ones are shown once more.

        A server that still answers 304 to them does so whatever it shows.
        """
        if same_validators(visit.before, answer):
            self._distrust(poll, visit, "its validators stayed the same while its entries changed")
        elif visit.before.unverified and not visit.conditional and conditions(visit.before):
            yield self.request(poll, visit.address, self.parse_verification, headers=conditions(visit.before), doubted=visit)

    def parse_verification(self, response: Response, poll: Poll, doubted: Visit) -> None:
        with self.border(poll, None):
            if response.status == 304:
                self._distrust(poll, doubted, "it answers 304 to validators of a body that it no longer shows")

    def _distrust(self, poll: Poll, visit: Visit, why: str) -> None:
        host = host_of(visit.address)
        if not self.context.hosts.trusts(host):
            return
        self.context.hosts.distrust(host, f"{visit.address}: {why}")
        poll.reasons["validators_lied"] += 1
        poll.notes.append(f"{host} is no longer asked conditionally: {why}")

    # ------------------------------------------------------------------ sitemaps of an index

    def _open_nested(self, poll: Poll, visit: Visit, listing: Listing | None) -> Iterator[Request]:
        if visit.source.kind is not SourceKind.SITEMAP or (listing is not None and not listing.nested):
            return
        for source in nested_sources(visit, listing, poll.sources, partial(_instant, now=self.context.clock.now())):
            if source.id in poll.visits:
                continue
            inner = visit_source(source, poll.sources.get(source.id), poll.outlet.id)
            inner.seeding, inner.watched_since, inner.index = visit.seeding, visit.watched_since, visit
            if visit.source.id in poll.unanswered:
                poll.unanswered.add(source.id)
            yield self.ask(poll, inner)

    # ------------------------------------------------------------------ gaps

    def _fill_gap(self, poll: Poll, visit: Visit, listing: Listing | None, url: str) -> Iterator[Any]:
        """Goes back over older pages. The new entries wait, for at a slow host they would take all the time of the poll."""
        since = visit.before.gap_since or visit.before.last_ok_at
        assert since is not None
        visit.after = replace(visit.after, gap_since=since)
        visit.complete = False
        self.recorder.remember_gap(visit.after)
        walk = GapWalk(poll.outlet, visit, since, self.context.polling.of(poll.outlet).gap_pages, listing, url)
        yield from self._next_page(poll, walk)

    def _next_page(self, poll: Poll, walk: GapWalk) -> Iterator[Any]:
        step = walk.next_step()
        if step is not None:
            yield self.request(poll, step.url, self.parse_gap, walk=walk, step=step)
            return
        visit = walk.visit
        visit.complete = walk.closed
        visit.after = replace(visit.after, gap_since=walk.since if visit.withheld else None)
        poll.notes.append(describe_gap(walk))
        poll.reasons["gap_closed" if walk.closed else "gap_open"] += 1
        fresh, visit.held_back = visit.held_back, []
        for pending in fresh:
            yield from self.take(poll, pending, visit.source)

    async def parse_gap(self, response: Response, poll: Poll, walk: GapWalk, step: Step) -> AsyncIterator[Any]:
        with self.border(poll, None):
            answer = answer_of(response)
            listing, reason = None, f"http_{answer.status}"
            if answer.status == 200 and not poll.over:
                try:
                    listing = await self._read(poll, answer, step.source)
                except SourceError as error:
                    reason = error.reason
            if poll.over:
                return
            for found in self.skip_page(poll, walk, reason) if listing is None else self._take_gap(answer, listing, poll, walk, step):
                yield found

    def _take_gap(self, answer: Answer, listing: Listing, poll: Poll, walk: GapWalk, step: Step) -> Iterator[Any]:
        taken = self._take_page(poll, walk, step, listing)
        walk.read(listing, answer.headers, known=taken.known, new=taken.new, oldest_at=taken.oldest_at)
        walk.visit.held_back = [*taken.fresh, *walk.visit.held_back]
        walk.visit.found(taken.new, taken.published, self.context.clock.now())
        yield from self._next_page(poll, walk)

    def skip_page(self, poll: Poll, walk: GapWalk, reason: str) -> Iterator[Any]:
        """An older page could not be read; a path without one ends with ``http_404``."""
        poll.reasons[f"gap_page_{reason}"] += 1
        walk.failed()
        yield from self._next_page(poll, walk)

    def _take_page(self, poll: Poll, walk: GapWalk, step: Step, listing: Listing) -> Taken:
        page = visit_source(step.source, poll.sources.get(step.source.id), poll.outlet.id)
        page.seeding, page.watched_since = False, walk.visit.watched_since
        taken = self.recorder.take_listing(poll, page, listing, gap_since=walk.since)
        walk.visit.withheld = walk.visit.withheld or taken.withheld > 0
        return taken


def answer_of(response: Response) -> Answer:
    """The response as plain values."""
    reasons = response.meta.get("redirect_reasons", ()) if response.request is not None else ()
    headers = {name.decode("latin-1").lower(): values[-1].decode("latin-1") for name, values in response.headers.items() if values}
    moved = bool(reasons) and all(reason in _PERMANENT for reason in reasons)
    return Answer(response.status, response.url, response.body, headers, moved)


def _instant(text: str, now: datetime) -> datetime | None:
    return parse_date(text, now=now).at
