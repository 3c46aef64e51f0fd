"""Between crawls and the store: what is known, what became of an entry, and the ledger. Every method is one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.errors import StoreError
from core.model import Article, Entry, Listing, Match, Outcome, PollRun, Source, Verdict, VerdictKind
from crawler import dedup
from crawler.context import Context
from crawler.normalise import canonical_url, url_key
from crawler.normalise.dates import parse_date
from crawler.poll import Order, Poll
from storage import articles, entries, outbox, polls
from storage.entries import PendingEntry
from storage.polls import OutletState, SourceState

log = logging.getLogger("rasid.crawler")

NEAR_WINDOW = timedelta(days=30)
RETRY_WAITS = tuple(timedelta(minutes=minutes) for minutes in (0, 5, 30, 120, 720))
"""Waits before the next try of an entry whose page could not be read; after the last one it has failed for good."""
_GOOD = (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.PARTIAL)
_FINISH_TOGETHER = 0.1  # seconds: polls that end within it share one transaction


@dataclass(frozen=True, slots=True)
class Recorded:
    """What storing an article came to. ``outcome``: new, revised or known, as in the ledger."""

    outcome: str
    article_id: int
    verdict: Verdict
    topics: tuple[str, ...] = ()
    alerted: tuple[str, ...] = ()


class Recorder:
    """One per process; see the methods."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._finished: list[tuple[Poll, PollRun]] = []

    # ------------------------------------------------------------------ polls

    def open_polls(self, orders: Sequence[Order], on_finished: Callable[[Poll, PollRun], None]) -> list[Poll]:
        """A running poll for each order, with what is remembered of its outlet and sources."""
        ids = [order.outlet.id for order in orders]
        now = self._context.clock.now()
        with self._context.store.begin() as connection:
            states = polls.load_outlets(connection)
            sources = polls.load_sources(connection, ids)
            pending = entries.due(connection, ids, now=now)
        addresses = {source.id: source.url for order in orders for source in order.outlet.sources}
        by_outlet: dict[str, dict[str, SourceState]] = {outlet_id: {} for outlet_id in ids}
        for state in sources.values():
            if addresses.get(state.id, state.url) == state.url:  # an outlet that has moved is read as for the first time
                by_outlet[state.outlet][state.id] = state
        return [
            Poll(
                order,
                states.get(order.outlet.id) or OutletState(order.outlet.id),
                by_outlet[order.outlet.id],
                now,
                on_finished,
                carried_over=[item for item in pending if item.outlet == order.outlet.id],
            )
            for order in orders
        ]

    def finish(self, poll: Poll, run: PollRun) -> None:
        """Writes the ledger row and the states, together with those of polls that end at about the same time; then tells the order."""
        self._finished.append((poll, run))
        if len(self._finished) == 1:
            asyncio.get_running_loop().call_later(_FINISH_TOGETHER, self.flush)

    def flush(self) -> None:
        """Writes the polls that have ended."""
        ended, self._finished = self._finished, []
        if not ended:
            return
        states = [self._outlet_state(poll, run) for poll, run in ended]
        try:
            with self._context.store.begin() as connection:
                polls.save_sources(connection, [state for poll, _ in ended for state in poll.changed_sources.values()])
                polls.save_outlets(connection, states)
                polls.add_runs(connection, [run for _, run in ended])
        except StoreError as error:
            log.error("not recorded polls=%d error=%r", len(ended), str(error))
        for (poll, run), state in zip(ended, states, strict=True):
            _log_run(run)
            poll.order.on_finished(run, state)

    def _outlet_state(self, poll: Poll, run: PollRun) -> OutletState:
        state = poll.state
        good = run.outcome in _GOOD or (run.outcome is Outcome.TIMED_OUT and poll.read_something)
        failures = 0 if good else state.failures + 1
        name = "ok" if good else "identity_lost" if poll.skipped else "failing"
        changed = name != state.state
        seeded = state.seeded_at or (run.finished_at if good else None)
        updated = replace(
            state,
            identity_at=poll.identity_at or state.identity_at,
            state=name,
            reason="" if good else run.note,
            state_since=run.finished_at if changed else state.state_since,
            seeded_at=seeded,
            last_poll_at=run.finished_at,
            last_ok_at=run.finished_at if good else state.last_ok_at,
            failures=failures,
        )
        return replace(updated, next_poll_at=poll.order.next_poll_at(run.outcome, updated, poll.held) or state.next_poll_at)

    # ------------------------------------------------------------------ entries

    def take_listing(self, poll: Poll, source: Source, listing: Listing, state: SourceState) -> list[PendingEntry]:
        """Counts what the source showed, remembers its new entries together with its validators, and returns those to fetch.

        Sources list the newest first; what is returned begins with the oldest, so that alerts come in the order of events.

        The first time a source is read its entries are seeding: stored and matched, but not alerted.
        """
        now = self._context.clock.now()
        before = poll.sources.get(source.id)
        seeding = before is None or before.last_ok_at is None
        for reason, count in listing.dropped.items():
            poll.see("filtered", reason, count)
        keyed = self._key_entries(poll, listing)
        fresh = [
            PendingEntry(key, poll.outlet.id, source.id, entry, seeding=seeding)
            for key, entry in keyed.items()
            if not self._too_old(poll, source, entry)
        ]
        with self._context.store.begin() as connection:
            known = entries.known_states(connection, [item.key for item in fresh])
            unknown = [item for item in fresh if item.key not in known]
            entries.register(connection, unknown, now=now)
            polls.save_sources(connection, [replace(state, newest_entry_at=self._newest(listing, source) or state.newest_entry_at)])
        carried = {key for key, entry_state in known.items() if entry_state == entries.PENDING}
        poll.see("known", count=len(known) - len(carried))
        later = carried - {item.key for item in poll.carried_over}  # the others are counted when their turn comes in this poll
        if later:
            poll.see("known", "waits_for_retry", len(later))
        return unknown[::-1]

    def expect_address(self, poll: Poll, url: str) -> PendingEntry:
        """An article that was asked for by its address; it is remembered like one that a source showed."""
        pending = PendingEntry(url_key(canonical_url(url) or url), poll.outlet.id, "", Entry(url))
        with self._context.store.begin() as connection:
            entries.register(connection, [pending], now=self._context.clock.now())
        poll.expect(pending)
        return pending

    def _key_entries(self, poll: Poll, listing: Listing) -> dict[bytes, Entry]:
        keyed: dict[bytes, Entry] = {}
        for entry in listing.entries:
            address = canonical_url(entry.url)
            if address is None:
                poll.see("filtered", "no_web_address")
            elif (key := url_key(address)) in keyed or key in poll.waiting:
                poll.see("known", "listed_twice")
            else:
                keyed[key] = entry
        return keyed

    def _too_old(self, poll: Poll, source: Source, entry: Entry) -> bool:
        if poll.order.since is None or not entry.published:
            return False
        published_at = self._date(entry.published, source)
        old = published_at is not None and published_at < poll.order.since
        if old:
            poll.see("filtered", "before_since")
        return old

    def _newest(self, listing: Listing, source: Source) -> datetime | None:
        dates = [at for entry in listing.entries if entry.published and (at := self._date(entry.published, source))]
        return max(dates, default=None)

    def _date(self, text: str, source: Source) -> datetime | None:
        return parse_date(text, now=self._context.clock.now(), zone=source.zone, zone_override=source.zone_override).at

    def fail_entry(self, poll: Poll, pending: PendingEntry, reason: str, *, final: bool = False) -> None:
        """The page of the entry could not be made an article; it is tried again later, or given up and counted."""
        given_up = final or pending.attempts + 1 >= len(RETRY_WAITS)
        with self._context.store.begin() as connection:
            if given_up:
                entries.settle(connection, pending.key, state=entries.FAILED, reason=reason)
            else:
                not_before = self._context.clock.now() + RETRY_WAITS[pending.attempts + 1]
                entries.postpone(connection, pending.key, reason=reason, not_before=not_before)
        poll.settle(pending.key, "failed", reason)

    # ------------------------------------------------------------------ articles

    def record(self, poll: Poll, pending: PendingEntry, article: Article, found: Sequence[Match]) -> Recorded:
        """Stores the article with its story, matches, alerts and deliveries, and settles its entry, in one transaction."""
        now = self._context.clock.now()
        with self._context.store.begin() as connection:
            recorded = self.store_article(connection, article, found, silent=pending.seeding, now=now)
            entries.settle(connection, pending.key, state=entries.STORED, reason=recorded.verdict.reason)
        self._count(poll, pending, recorded)
        if recorded.alerted:
            self._context.wake()
        return recorded

    def store_article(
        self,
        connection: Connection,
        article: Article,
        found: Sequence[Match],
        *,
        silent: bool,
        now: datetime,
        external_id: str | None = None,
    ) -> Recorded:
        """The decision and the writing, inside the caller's transaction. ``silent``: no alert."""
        keys = dedup.keys(article)
        stored = articles.find_candidates(connection, article, keys, now=now, window=NEAR_WINDOW)
        verdict = dedup.decide(article, stored, now=now, mine=keys)
        if verdict.kind is VerdictKind.DUPLICATE and any(row.article_id == verdict.of and row.url_key == keys.url for row in stored):
            return Recorded("known", verdict.of or 0, verdict)
        if verdict.kind is VerdictKind.REVISION and verdict.of is not None:
            article_id, outcome = verdict.of, "revised"
            story = articles.revise_article(connection, article_id, article, keys, now=now)
        else:
            article_id, story = articles.insert_article(connection, article, keys, verdict, now=now, external_id=external_id)
            outcome = "new"
        relevant = [match for match in found if match.relevant]
        told = articles.story_topics(connection, story)
        articles.insert_matches(connection, article_id, relevant, now=now)
        fresh = [match.topic for match in relevant if match.topic not in told and not silent]
        alerted = [topic for topic in fresh if self._alert(connection, story, topic, article_id, now)]
        return Recorded(outcome, article_id, verdict, tuple(match.topic for match in relevant), tuple(alerted))

    def _alert(self, connection: Connection, story: int, topic: str, article_id: int, now: datetime) -> bool:
        channels = tuple(self._context.route(topic))
        return (
            outbox.record_alert(connection, story=story, topic=topic, article_id=article_id, created_at=now, channels=channels) is not None
        )

    def _count(self, poll: Poll, pending: PendingEntry, recorded: Recorded) -> None:
        poll.settle(pending.key, recorded.outcome)
        if recorded.outcome == "new" and recorded.verdict.kind is not VerdictKind.NEW:
            poll.counts["duplicates"] += 1
        poll.counts["matched"] += bool(recorded.topics)
        poll.counts["alerted"] += len(recorded.alerted)
        if recorded.outcome != "known" or poll.order.address is not None:
            poll.order.on_article(recorded.article_id)


def _log_run(run: PollRun) -> None:
    counts = " ".join(f"{name}={getattr(run, name)}" for name in ("new", "known", "revised", "filtered", "failed", "pending", "alerted"))
    seconds = (run.finished_at - run.started_at).total_seconds()
    note = f" note={run.note!r}" if run.note else ""
    log.info("polled outlet=%s outcome=%s %s seconds=%.1f%s", run.outlet, run.outcome.value, counts, seconds, note)
