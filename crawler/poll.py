"""One poll of one outlet while it runs: what is still under way, what every entry became, and the ledger row at the end.

Holds no socket and no database; spiders and pipelines report to it. It ends when nothing is under way, or when its time is up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
    time; otherwise entries may be missing.
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

    ``since``: older entries are filtered and forgotten. ``address``: only this one instead of the outlet's sources. ``next_poll_at``
    decides from the outcome, the outlet's new state and the seconds its hosts want to be left alone. ``on_finished`` is called after
    the ledger row is written.
    """

    outlet: Outlet
    scheduled_for: datetime
    time_limit: float
    since: datetime | None = None
    address: str | None = None
    next_poll_at: Callable[[Outcome, OutletState, float], datetime | None] = lambda outcome, state, held: None
    on_finished: Callable[[PollRun, OutletState], None] = lambda run, state: None
    on_progress: Callable[[int, int], None] = lambda done, total: None
    on_article: Callable[[int], None] = lambda article_id: None


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
    source_outcomes: dict[str, Outcome] = field(default_factory=dict)
    changed_sources: dict[str, SourceState] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
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
        return any(outcome is not Outcome.FAILED for outcome in self.source_outcomes.values())

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
        self.counts["pending"] += len(self.waiting)
        self.on_finished(self, self._run(now, interruption))

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

    def source_done(self, state: SourceState, outcome: Outcome) -> None:
        self.source_outcomes[state.id] = outcome
        self.changed_sources[state.id] = state

    def source_failed(self, state: SourceState, reason: str, sentence: str) -> None:
        """``sentence`` is for people; ``reason`` is counted."""
        self.source_outcomes[state.id] = Outcome.FAILED
        self.changed_sources[state.id] = state
        self.reasons[f"source_{reason}"] += 1
        self.notes.append(sentence)

    def fail(self, reason: str, sentence: str) -> None:
        """Nothing could be read at all."""
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
        outcomes = list(self.source_outcomes.values())
        if self.skipped:
            return Outcome.SKIPPED
        if not outcomes or all(outcome is Outcome.FAILED for outcome in outcomes):
            return Outcome.FAILED
        if Outcome.FAILED in outcomes or self.counts["failed"] or self.counts["pending"]:
            return Outcome.PARTIAL
        if all(outcome is Outcome.NOT_MODIFIED for outcome in outcomes) and not self.counts["new"] and not self.counts["revised"]:
            return Outcome.NOT_MODIFIED
        return Outcome.OK


__all__ = ["Order", "OutletState", "PendingEntry", "Poll", "SourceState"]

_LEDGER = ("seen", "new", "known", "revised", "filtered", "failed", "pending", "duplicates", "matched", "alerted")
