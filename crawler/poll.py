"""One poll of one outlet while it runs: what is still under way, what every entry became, and the ledger row at the end.

Holds no socket and no database; spiders and pipelines report to it. It ends when nothing is under way, or when its time is up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.model import Outcome, Outlet, PollRun, Source
from storage.entries import PendingEntry
from storage.health import OpenCondition
from storage.polls import OutletState, SourceState


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Observation:
    """What a poll saw of one source. ``before`` and ``after`` are its states; ``reason`` is the counted one of a failure, or "".

    ``shown`` entries, of which ``known`` were known before the poll and ``new`` were not (both 0 without a body). ``published``: when
    the new ones were published, as far as they say so. ``complete``: known ground was reached, or the source was read for the first
    time; otherwise entries may be missing. ``held``: seconds that its host wants to be left alone.
    """

    source: Source
    before: SourceState
    after: SourceState
    outcome: Outcome
    reason: str = ""
    shown: int = 0
    known: int = 0
    new: int = 0
    published: tuple[datetime, ...] = ()
    complete: bool = True
    held: float = 0.0


@dataclass(frozen=True, slots=True)
class NewNotice:
    """Something to tell the operator. ``kind``: a value of Condition, ``recovered`` or ``moved``."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A poll that has ended, for whoever decides what follows from it. ``sources``: the states of all sources, also of those not asked.

    ``held``: seconds that the outlet's hosts want to be left alone. ``at``: now.
    """

    outlet: Outlet
    run: PollRun
    state: OutletState
    observations: tuple[Observation, ...]
    sources: Mapping[str, SourceState]
    conditions: tuple[OpenCondition, ...]
    held: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What follows: the states to remember, the conditions that are open from now on, and what people are told."""

    state: OutletState
    sources: tuple[SourceState, ...]
    conditions: tuple[OpenCondition, ...]
    notices: tuple[NewNotice, ...] = ()


def conclude_nothing(ended: Ended) -> Conclusion:
    """A poll on demand changes no plan."""
    return Conclusion(ended.state, tuple(seen.after for seen in ended.observations), ended.conditions)


@dataclass(frozen=True, slots=True)
class Order:
    """A wish to poll: what, when it was due, and whom to tell.

    ``since``: older entries are not fetched. ``address``: only this one instead of the outlet's sources. ``only_due``:
    sources whose own time has not come are left out. ``conclude`` decides what follows from the poll. ``on_finished`` is called
    after the ledger row is written.
    """

    outlet: Outlet
    scheduled_for: datetime
    time_limit: float
    since: datetime | None = None
    address: str | None = None
    only_due: bool = False
    conclude: Callable[[Ended], Conclusion] = conclude_nothing
    on_finished: Callable[[PollRun, OutletState], None] = lambda run, state: None
    on_progress: Callable[[int, int], None] = lambda done, total: None
    on_article: Callable[[int], None] = lambda article_id: None


@dataclass(slots=True)
class Visit:
    """What a poll does at one source, while it does it. ``before`` and ``after``: its states; ``outcome``: None until it has answered.

    ``seeding``: it is read for the first time, nothing alerts. ``watched_since``: what is older was there before us. ``conditional``:
    it was asked whether anything has changed. ``held_back``: new entries that wait until a gap is filled. ``withheld``: an older
    page showed unknown entries that the order does not want.
    """

    source: Source
    before: SourceState
    after: SourceState
    seeding: bool
    watched_since: datetime | None = None
    conditional: bool = False
    outcome: Outcome | None = None
    reason: str = ""
    shown: int = 0
    known: int = 0
    new: int = 0
    published: list[datetime] = field(default_factory=list)
    complete: bool = True
    held_back: list[PendingEntry] = field(default_factory=list)
    withheld: bool = False
    index: Visit | None = None
    """The visit at the sitemap index that this sitemap belongs to."""

    @property
    def address(self) -> str:
        """Where the source is asked: where it has moved to, if it has."""
        return self.before.address or self.source.url

    def found(self, new: int, published: Sequence[datetime], at: datetime) -> None:
        """New entries were found, here or on a page that belongs to the source."""
        self.new += new
        self.published += published
        if new:
            self.after = replace(self.after, last_new_at=at)
        if self.index is not None:
            self.index.found(new, published, at)

    def observe(self, held: float) -> Observation:
        """What it came to, at the end of the poll."""
        return Observation(
            self.source,
            self.before,
            self.after,
            self.outcome or Outcome.FAILED,
            self.reason,
            self.shown,
            self.known,
            self.new,
            tuple(self.published),
            self.complete,
            held,
        )


def visit_source(source: Source, state: SourceState | None, outlet_id: str) -> Visit:
    """A visit that has not begun, with what is remembered of the source."""
    before = state or SourceState(source.id, outlet_id, source.url)
    return Visit(source, before, before, seeding=before.last_ok_at is None, watched_since=before.first_polled_at)


@dataclass(slots=True)
class Poll:
    """``on_finished`` is called once, with the ledger row. ``carried_over``: entries of earlier polls that are still to be fetched."""

    order: Order
    state: OutletState
    sources: dict[str, SourceState]
    started_at: datetime
    on_finished: Callable[[Poll, PollRun], None]
    carried_over: list[PendingEntry] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    waiting: dict[bytes, PendingEntry] = field(default_factory=dict)
    shown: set[bytes] = field(default_factory=set)
    """Keys of the entries that any source has shown in this poll."""
    visits: dict[str, Visit] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    answered: bool = False
    """The page of an article that was asked for by its address has answered."""
    broken: bool = False
    """Something that belongs to no source has failed."""
    extractions: str = ""
    """A letter for each new page: g when an article came out of it, b when not."""
    on_over: Callable[[], None] = _nothing
    """Called when the poll ends, to let go of its time limit: a timer would keep the whole crawl in memory."""
    under_way: int = 0
    over: bool = False
    skipped: bool = False
    held: float = 0.0
    identity_at: datetime | None = None
    requests: int = 0

    @property
    def outlet(self) -> Outlet:
        return self.order.outlet

    @property
    def read_something(self) -> bool:
        """At least one source answered as it should."""
        return any(outcome is not Outcome.FAILED for outcome in self._outcomes())

    def begin(self) -> None:
        """A request or item of this poll is under way."""
        self.under_way += 1
        self.requests += 1

    def end(self, now: datetime) -> None:
        """It is done, whatever came of it."""
        self.under_way -= 1
        self.order.on_progress(self.requests - self.under_way, self.requests)
        if self.under_way == 0:
            self.finish(now)

    def finish(self, now: datetime, interruption: Outcome | None = None, note: str = "") -> None:
        """Ends the poll: normally, or by an ``interruption`` (time is up, the daemon stops); what waits stays pending."""
        if self.over:
            return
        self.over = True
        self.on_over()
        if note:
            self.notes.append(note)
        if interruption is Outcome.TIMED_OUT:
            self._time_out(now)
        for pending in [item for visit in self.visits.values() for item in visit.held_back]:
            self.expect(pending)
        self.counts["pending"] += len(self.waiting)
        self.on_finished(self, self._run(now, interruption))

    def _time_out(self, now: datetime) -> None:
        """Sources that have not answered by now have failed."""
        for visit in self.visits.values():
            if visit.outcome is None:
                visit.after, visit.outcome = replace(visit.after, reason="timed_out", last_polled_at=now), Outcome.FAILED
                visit.reason = "timed_out"
                self.reasons["source_timed_out"] += 1

    # ------------------------------------------------------------------ what became of entries

    def see(self, outcome: str, reason: str | None = None, count: int = 1) -> None:
        """Elements that a source showed and that need no page: ``known`` or ``filtered``."""
        self.counts["seen"] += count
        self.counts[outcome] += count
        if reason is not None:
            self.reasons[reason] += count

    def expect(self, pending: PendingEntry) -> None:
        """An entry whose page will be fetched."""
        self.counts["seen"] += 1
        self.waiting[pending.key] = pending

    def settle(self, key: bytes, outcome: str, reason: str | None = None) -> None:
        """What became of an expected entry: ``new``, ``revised``, ``known`` or ``failed``. After the end it no longer counts."""
        if self.over or self.waiting.pop(key, None) is None:
            return
        self.counts[outcome] += 1
        if reason is not None:
            self.reasons[reason] += 1

    # ------------------------------------------------------------------ what became of sources

    def visited(self, visit: Visit, after: SourceState, outcome: Outcome) -> None:
        """The source has answered as it should."""
        visit.after, visit.outcome, visit.reason = after, outcome, ""

    def not_read(self, visit: Visit, after: SourceState, reason: str, sentence: str) -> None:
        """The source could not be read. ``sentence`` is for people; ``reason`` is counted."""
        visit.after, visit.outcome, visit.reason = after, Outcome.FAILED, reason
        self.reasons[f"source_{reason}"] += 1
        self.notes.append(sentence)

    def fail(self, reason: str, sentence: str) -> None:
        """Something else than a source could not be read: the home page, an address on demand, an older page."""
        self.broken = True
        self.reasons[reason] += 1
        self.notes.append(sentence)

    def skip(self, note: str) -> None:
        """The outlet is not polled this time, on purpose."""
        self.skipped = True
        self.notes.append(note)

    def _run(self, now: datetime, interruption: Outcome | None) -> PollRun:
        counts = {name: self.counts[name] for name in _LEDGER}
        return PollRun(
            outlet=self.outlet.id,
            scheduled_for=self.order.scheduled_for,
            started_at=self.started_at,
            finished_at=now,
            outcome=interruption or self._outcome(),
            reasons=dict(self.reasons),
            note="; ".join(dict.fromkeys(self.notes)),
            **counts,
        )

    def _outcome(self) -> Outcome:
        outcomes = self._outcomes()
        if self.skipped:
            return Outcome.SKIPPED
        if not outcomes or all(outcome is Outcome.FAILED for outcome in outcomes) or (self.answered and self.counts["failed"]):
            return Outcome.FAILED
        if Outcome.FAILED in outcomes or self.counts["failed"] or self.counts["pending"]:
            return Outcome.PARTIAL
        if all(outcome is Outcome.NOT_MODIFIED for outcome in outcomes) and not self.counts["new"] and not self.counts["revised"]:
            return Outcome.NOT_MODIFIED
        return Outcome.OK

    def _outcomes(self) -> list[Outcome]:
        found = [visit.outcome for visit in self.visits.values() if visit.outcome is not None]
        return [*found, *[Outcome.OK] * self.answered, *[Outcome.FAILED] * self.broken]


__all__ = [
    "Conclusion", "Ended", "NewNotice", "Observation", "OpenCondition", "Order", "OutletState", "PendingEntry", "Poll", "SourceState",
    "Visit", "conclude_nothing", "visit_source",
]  # fmt: skip

_LEDGER = ("seen", "new", "known", "revised", "filtered", "failed", "pending", "duplicates", "matched", "alerted")
