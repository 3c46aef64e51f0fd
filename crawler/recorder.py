"""Between crawls and the store: what is known, what became of an entry, and the ledger. Every method is one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from core.errors import StoreError
from core.model import Article, Entry, Listing, Match, Outcome, Outlet, PollRun, Source, SourceKind, Verdict, VerdictKind
from core.settings import HEALTH
from crawler import dedup
from crawler.answers import forget_reading
from crawler.context import Context
from crawler.hosts import host_of
from crawler.normalise.dates import parse_date
from crawler.normalise.parsed_date import ParsedDate
from crawler.normalise.urls import canonical_url, key_of, url_key
from crawler.poll import Conclusion, Ended, NewNotice, Order, Poll, Visit, conclude_nothing
from storage import articles, entries, health, outbox, polls
from storage.entries import KnownEntry, PendingEntry
from storage.health import OpenCondition
from storage.polls import OutletState, SourceState

log = logging.getLogger("rasid.crawler")

NEAR_WINDOW = timedelta(days=30)
RETRY_WAITS = tuple(timedelta(minutes=minutes) for minutes in (0, 5, 30, 120, 720))
"""Waits before the next try of an entry whose page could not be read; after the last one it has failed for good."""
_GOOD = (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.PARTIAL)
_OLD = timedelta(days=1)
"""What is so much older than the last reading was there before it."""
_THIN = 80  # characters: a body shorter than that is none
_EXTRACTIONS = 30
_FINISH_TOGETHER = 0.25  # seconds: polls that end within it share one transaction


@dataclass(frozen=True, slots=True)
class Taken:
    """What a listing came to. ``fresh``: to be fetched, the oldest first; ``known``: how many were known when we last looked.

    ``published``: dates of the new ones; ``newest_at``, ``oldest_at``: of all that are shown; ``future``: how many are dated ahead.
    ``withheld``: how many are as unknown as before, because the order wants nothing so old.
    """

    fresh: list[PendingEntry]
    known: int
    new: int
    published: list[datetime]
    newest_at: datetime | None
    oldest_at: datetime | None
    future: int
    withheld: int
    keys: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What storing an article came to. ``outcome``: new, revised or known, as in the ledger."""

    outcome: str
    article_id: int
    verdict: Verdict
    topics: tuple[str, ...] = ()
    alerted: tuple[str, ...] = ()


Finished = tuple[Poll, PollRun, OutletState]
"""A poll that has ended, its row in the ledger, and what is remembered of its outlet."""


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
        with self._context.store.read() as connection:
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
        """Writes the polls that have ended, with what follows from them."""
        ended, self._finished = self._finished, []
        for poll, run, state in self._write(ended) if ended else ():
            try:
                _log_run(run)
                poll.order.on_finished(run, state)
            except Exception:  # whoever has ordered one poll must not keep the others from learning of their end
                log.exception("failed at the end of a poll outlet=%s", run.outlet)

    def _write(self, ended: Sequence[tuple[Poll, PollRun]]) -> list[Finished]:
        """Writes polls together, or each by itself when one keeps the others from it. What cannot be written ends all the same."""
        hosts = self._context.hosts.changed()
        try:
            with self._context.store.begin() as connection:
                finished = self._conclude(connection, ended)
                polls.add_runs(connection, [run for _, run, _ in finished])
                health.save_hosts(connection, hosts)
            return finished
        except StoreError as error:
            log.error("not recorded polls=%d error=%r", len(ended), str(error))
            reason = "not_recorded_store"
            self._context.hosts.keep(hosts)
        except Exception as error:  # the border of one poll: whoever has ordered it waits for its end
            self._context.hosts.keep(hosts)
            if len(ended) > 1:
                return [finished for item in ended for finished in self._write([item])]
            log.exception("not recorded polls=1 outlet=%s", ended[0][1].outlet)
            reason = f"not_recorded_bug_{type(error).__name__}"
        return [(poll, _count(run, reason, "the poll could not be written down; the log has more"), poll.state) for poll, run in ended]

    def _conclude(self, connection: Connection, ended: Sequence[tuple[Poll, PollRun]]) -> list[Finished]:
        """Asks each order what follows from its poll, and writes it down. Returns the ledger rows and the outlets' states."""
        now = self._context.clock.now()
        open_now = health.load_conditions(connection, [poll.outlet.id for poll, _ in ended])
        concluded = [self._follow(poll, run, tuple(open_now.get(poll.outlet.id, ())), now) for poll, run in ended]
        polls.save_sources(connection, [state for _, _, conclusion in concluded for state in conclusion.sources])
        whole = [conclusion.state for poll, _, conclusion in concluded if poll.order.address is None]
        polls.save_outlets(connection, whole)
        for poll, _, conclusion in concluded:
            if list(conclusion.conditions) != open_now.get(poll.outlet.id, []):
                health.save_conditions(connection, poll.outlet.id, conclusion.conditions)
            self._tell(connection, poll.outlet, conclusion.notices, now)
        return [(poll, run, conclusion.state) for poll, run, conclusion in concluded]

    def _follow(self, poll: Poll, run: PollRun, open_now: tuple[OpenCondition, ...], now: datetime) -> tuple[Poll, PollRun, Conclusion]:
        """What follows from one poll. Where that cannot be decided nothing does, and the poll says so."""
        ended = _ended(poll, run, _outlet_state(poll, run), open_now, now, self._context.hosts.held_for)
        try:
            return poll, run, poll.order.conclude(ended)
        except Exception as error:  # the border of one poll: the others are not to be held up
            log.exception("nothing was concluded outlet=%s", run.outlet)
            why = "what follows from the poll could not be decided; the log has more"
            return poll, _count(run, f"not_concluded_bug_{type(error).__name__}", why), conclude_nothing(ended)

    def _tell(self, connection: Connection, outlet: Outlet, notices: Sequence[NewNotice], now: datetime) -> None:
        """Writes notices to the operator, to be delivered like alerts."""
        channels = self._context.route(HEALTH)
        for notice in notices:
            log.warning("notice outlet=%s kind=%s title=%r text=%r", outlet.id, notice.kind, notice.title, notice.text)
            health.record_notice(
                connection, outlet=outlet.id, kind=notice.kind, title=notice.title, text=notice.text, created_at=now, channels=channels
            )
        if notices and channels:
            asyncio.get_running_loop().call_soon(self._context.wake)  # when the transaction is over

    # ------------------------------------------------------------------ entries

    def take_listing(
        self, poll: Poll, visit: Visit, listing: Listing, *, state: SourceState | None = None, gap_since: datetime | None = None
    ) -> Taken:
        """Counts what a source showed, remembers its new entries together with its ``state``, and returns those to fetch.

        Sources list the newest first; what is returned begins with the oldest, so that alerts come in the order of events.

        The first time a source is read its entries are seeding: stored and matched, but not alerted. ``gap_since``: the listing is an
        older page that is read to fill a gap; known is then what was known at that instant, and what is older stays out.

        What is too old for the order is remembered at a first reading, which shows what was there before us. Later it is withheld, for a
        poll that wants it, and the source forgets this reading, so that it gets to be seen then.
        """
        # With the instant of the reading itself, so that "known at our last reading" can be asked later.
        now = (state.last_ok_at if state is not None else None) or self._context.clock.now()
        for reason, count in listing.dropped.items():
            poll.see("filtered", reason, count)
        keyed = self._key_entries(poll, listing)
        dates = {key: self._date(entry, visit.source) for key, entry in keyed.items()}
        with self._context.store.begin() as connection:
            known = entries.find_known(connection, list(keyed))
            unknown = [key for key in keyed if key not in known]
            too_old = {key: "before_since" for key in unknown if _is_too_old(poll.order, dates[key].at)}
            left_out = too_old if visit.seeding else {}
            asked = [key for key in unknown if key not in left_out]
            remembered = left_out | self._only_remembered(poll, visit, asked, known, list(keyed), dates, gap_since)
            withheld = sum(key not in remembered for key in too_old)
            made = {key: PendingEntry(key, poll.outlet.id, visit.source.id, keyed[key], seeding=visit.seeding) for key in unknown}
            fresh = [made[key] for key in unknown if key not in remembered and key not in too_old]
            entries.register(connection, fresh, now=now)
            for reason in sorted(set(remembered.values())):
                old = [made[key] for key, why in remembered.items() if why == reason]
                entries.register(connection, old, now=now, filtered=reason)
                poll.see("filtered", reason, len(old))
            if state is not None:
                polls.save_sources(connection, [forget_reading(state, visit.before) if withheld else state])
        if withheld:
            poll.see("filtered", "before_since", withheld)
        self._count_known(poll, known)
        since = gap_since or visit.before.last_ok_at
        before = sum(since is None or entry.first_seen_at <= since for entry in known.values())
        instants = [at for key in keyed if (at := dates[key].at) is not None]
        return Taken(
            fresh[::-1],
            known=before,
            new=len(fresh),
            published=[at for item in fresh if (at := dates[item.key].at) is not None and item.entry.published],
            newest_at=max(instants, default=None),
            oldest_at=min(instants, default=None),
            future=sum(date.note == "in the future" for date in dates.values()),
            withheld=withheld,
            keys=frozenset(keyed),
        )

    def _only_remembered(
        self,
        poll: Poll,
        visit: Visit,
        unknown: Sequence[bytes],
        known: Mapping[bytes, KnownEntry],
        shown: Sequence[bytes],
        dates: Mapping[bytes, ParsedDate],
        gap_since: datetime | None,
    ) -> dict[bytes, str]:
        """New entries that are not fetched, with the reason: what was there before us, or is too much for a first reading."""
        if visit.seeding:
            order = sorted(unknown, key=lambda key: dates[key].at or datetime.min.replace(tzinfo=UTC), reverse=True)
            dated = sum(dates[key].at is not None for key in unknown)
            newest = order if dated * 2 > len(unknown) else list(unknown)
            return dict.fromkeys(newest[self._context.polling.of(poll.outlet).seed_limit :], "before_seeding")
        limit = None
        if gap_since is not None:
            limit = gap_since - _OLD
        elif visit.source.kind is SourceKind.SITEMAP and visit.watched_since is not None:
            limit = visit.watched_since - _OLD
        if limit is None:
            return {}
        old = {key: "before_watch" for key in unknown if (at := dates[key].at) is not None and at < limit}
        if visit.source.kind is SourceKind.SITEMAP:
            return old
        last_known = max((number for number, key in enumerate(shown) if key in known), default=len(shown))
        asked = set(unknown)
        return old | {key: "before_watch" for key in shown[last_known + 1 :] if key in asked and dates[key].at is None}

    def _count_known(self, poll: Poll, known: Mapping[bytes, KnownEntry]) -> None:
        waiting = {key for key, entry in known.items() if entry.state == entries.PENDING}
        poll.see("known", count=len(known) - len(waiting))
        later = waiting - {item.key for item in poll.carried_over}  # the others are counted when their turn comes in this poll
        if later:
            poll.see("known", "waits_for_retry", len(later))

    def remember_gap(self, state: SourceState) -> None:
        """A gap has opened: should we be interrupted, the next poll goes on filling it."""
        with self._context.store.begin() as connection:
            polls.save_sources(connection, [state])

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
            elif (key := key_of(address)) in poll.shown:
                poll.see("known", "listed_twice")
            else:
                keyed[key] = entry
                poll.shown.add(key)
        return keyed

    def _date(self, entry: Entry, source: Source) -> ParsedDate:
        """When the entry was published, or where only that is known, changed."""
        text = entry.published or entry.modified
        if not text:
            return ParsedDate(None)
        return parse_date(text, now=self._context.clock.now(), zone=source.zone, zone_override=source.zone_override)

    def is_last_try(self, pending: PendingEntry) -> bool:
        """Whether the entry is given up when its page cannot be read this time."""
        return pending.attempts + 1 >= len(RETRY_WAITS)

    def fail_entry(self, poll: Poll, pending: PendingEntry, reason: str, *, final: bool = False) -> None:
        """The page of the entry could not be made an article; it is tried again later, or given up and counted."""
        given_up = final or self.is_last_try(pending)
        with self._context.store.begin() as connection:
            if given_up:
                entries.settle(connection, pending.key, state=entries.FAILED, reason=reason)
            else:
                not_before = self._context.clock.now() + RETRY_WAITS[pending.attempts + 1]
                entries.postpone(connection, pending.key, reason=reason, not_before=not_before)
        poll.settle(pending.key, "failed", reason)

    def note_unread(self, poll: Poll, pending: PendingEntry) -> None:
        """The page says no, or gave no article: counted once for each entry."""
        if pending.attempts == 0:
            poll.extractions += "b"

    # ------------------------------------------------------------------ articles

    def record(self, poll: Poll, pending: PendingEntry, article: Article, found: Sequence[Match], *, missing: str = "") -> Recorded:
        """Stores the article with its story, matches, alerts and deliveries, and settles its entry, in one transaction.

        ``missing``: why the page could not be read, where the article is only what its source says of it.
        """
        now = self._context.clock.now()
        with self._context.store.begin() as connection:
            recorded = self.store_article(connection, article, found, silent=pending.seeding, now=now)
            entries.settle(connection, pending.key, state=entries.STORED, reason=recorded.verdict.reason, article=recorded.article_id)
        if missing:
            poll.reasons[f"unread_{missing}"] += 1
            poll.notes.append(f"pages that could not be read ({missing}) were judged by what the source says of them")
        elif recorded.outcome == "new":
            poll.extractions += "g" if len(article.body) >= _THIN else "b"
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


def _is_too_old(order: Order, published_at: datetime | None) -> bool:
    return order.since is not None and published_at is not None and published_at < order.since


def _outlet_state(poll: Poll, run: PollRun) -> OutletState:
    """The outlet's state as the poll itself shows it; who plans ahead may know better. One address says nothing of its outlet."""
    state = poll.state
    if poll.order.address is not None:
        return state
    good = run.outcome in _GOOD or (run.outcome is Outcome.TIMED_OUT and poll.read_something)
    name = "ok" if good else "identity_lost" if poll.skipped else "failing"
    return replace(
        state,
        identity_at=poll.identity_at or state.identity_at,
        state=name,
        reason="" if good else run.note,
        state_since=run.finished_at if name != state.state else state.state_since,
        seeded_at=state.seeded_at or (run.finished_at if good else None),
        last_poll_at=run.finished_at,
        last_ok_at=run.finished_at if good else state.last_ok_at,
        failures=0 if good else state.failures + 1,
        extractions=(state.extractions + poll.extractions)[-_EXTRACTIONS:],
    )


def _ended(
    poll: Poll, run: PollRun, state: OutletState, open_now: tuple[OpenCondition, ...], now: datetime, held_for: Callable[[str], float]
) -> Ended:
    seen = tuple(visit.observe(held_for(host_of(visit.address))) for visit in poll.visits.values() if visit.outcome is not None)
    known = {**poll.sources, **{observation.source.id: observation.after for observation in seen}}
    return Ended(poll.outlet, run, state, seen, known, open_now, poll.held, now)


def _count(run: PollRun, reason: str, sentence: str) -> PollRun:
    """The row with another counted reason."""
    return replace(run, reasons={**run.reasons, reason: 1}, note="; ".join(filter(None, (run.note, sentence))))


def _log_run(run: PollRun) -> None:
    counts = " ".join(f"{name}={getattr(run, name)}" for name in ("new", "known", "revised", "filtered", "failed", "pending", "alerted"))
    seconds = (run.finished_at - run.started_at).total_seconds()
    note = f" note={run.note!r}" if run.note else ""
    log.info("polled outlet=%s outcome=%s %s seconds=%.1f%s", run.outlet, run.outcome.value, counts, seconds, note)
