"""A poll while it runs: when it ends, what it counts, what its outcome is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from core.model import Entry, Outcome, Outlet, PollRun, Source, SourceKind
from crawler.poll import Order, OutletState, PendingEntry, Poll, visit_source

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OUTLET = Outlet("wire", "Wire", None, ("ar",))


def make_poll() -> tuple[Poll, list[PollRun]]:
    runs: list[PollRun] = []
    return Poll(Order(OUTLET, NOW, 10.0), OutletState("wire"), {}, NOW, lambda poll, run: runs.append(run)), runs


def pending(number: int) -> PendingEntry:
    return PendingEntry(bytes([number]) * 16, "wire", "s", Entry(f"https://e.org/{number}"))


def answers(poll: Poll, outcome: Outcome, number: int = 1) -> None:
    """A source of the poll answers so."""
    visit = visit_source(Source(f"s{number}", SourceKind.FEED, "https://e.org/feed"), None, "wire")
    poll.visits[visit.source.id] = visit
    if outcome is Outcome.FAILED:
        poll.not_read(visit, visit.after, "dns", "no such name")
    else:
        poll.visited(visit, visit.after, outcome)


def test_it_ends_when_nothing_is_under_way() -> None:
    poll, runs = make_poll()
    poll.begin()
    poll.begin()
    poll.end(NOW)
    assert runs == []
    answers(poll, Outcome.OK)
    poll.end(NOW)
    assert [run.outcome for run in runs] == [Outcome.OK]
    poll.finish(NOW)
    assert len(runs) == 1, "it ends once"


def test_what_was_not_reached_stays_pending_and_the_ledger_adds_up() -> None:
    poll, runs = make_poll()
    poll.begin()
    answers(poll, Outcome.OK)
    poll.see("known", count=5)
    poll.see("filtered", "not_an_article", 2)
    for number in range(4):
        poll.expect(pending(number))
    poll.settle(pending(0).key, "new")
    poll.settle(pending(1).key, "failed", "http_404")
    poll.finish(NOW, Outcome.TIMED_OUT, "time was up")
    poll.settle(pending(2).key, "new")
    run = runs[0]
    assert (run.seen, run.new, run.known, run.filtered, run.failed, run.pending) == (11, 1, 5, 2, 1, 2)
    assert run.seen == run.new + run.known + run.revised + run.filtered + run.failed + run.pending
    assert run.reasons == {"not_an_article": 2, "http_404": 1}
    assert run.note == "time was up"
    assert poll.read_something


def fails(poll: Poll) -> None:
    answers(poll, Outcome.FAILED)


def one_of_two_fails(poll: Poll) -> None:
    answers(poll, Outcome.OK, 1)
    answers(poll, Outcome.FAILED, 2)


def is_unchanged(poll: Poll) -> None:
    answers(poll, Outcome.NOT_MODIFIED, 1)
    answers(poll, Outcome.NOT_MODIFIED, 2)


def is_unchanged_but_an_old_entry_was_read(poll: Poll) -> None:
    answers(poll, Outcome.NOT_MODIFIED)
    poll.expect(pending(1))
    poll.settle(pending(1).key, "new")


def a_page_fails(poll: Poll) -> None:
    answers(poll, Outcome.OK)
    poll.expect(pending(1))
    poll.settle(pending(1).key, "failed", "no_body")


def is_skipped(poll: Poll) -> None:
    poll.skip("identity lost")


def reads_nothing(poll: Poll) -> None:
    return


@pytest.mark.parametrize(
    ("happens", "outcome"),
    [
        (fails, Outcome.FAILED),
        (one_of_two_fails, Outcome.PARTIAL),
        (is_unchanged, Outcome.NOT_MODIFIED),
        (is_unchanged_but_an_old_entry_was_read, Outcome.OK),
        (a_page_fails, Outcome.PARTIAL),
        (is_skipped, Outcome.SKIPPED),
        (reads_nothing, Outcome.FAILED),
    ],
    ids=lambda value: value.__name__ if callable(value) and not isinstance(value, Outcome) else "",
)
def test_outcomes(happens: Callable[[Poll], None], outcome: Outcome) -> None:
    poll, runs = make_poll()
    poll.begin()
    happens(poll)
    poll.end(NOW)
    assert runs[0].outcome is outcome


def test_its_time_limit_lets_go_of_it() -> None:
    poll, _ = make_poll()
    released: list[bool] = []
    poll.on_over = lambda: released.append(True)
    poll.begin()
    poll.end(NOW)
    assert released == [True], "a timer that stays would keep the whole crawl in memory"
