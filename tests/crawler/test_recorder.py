"""The end of a poll in the ledger: whatever goes wrong there, everybody who has ordered a poll is told of its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core.errors import StoreError
from core.model import Outcome, Outlet, PollRun, Source, SourceKind
from core.settings import PollingConfig
from crawler.context import Context
from crawler.normalise.parsed_date import ParsedDate
from crawler.poll import Conclusion, Ended, Order, OutletState, SourceState, conclude_nothing, visit_source
from crawler.recorder import Recorder
from storage import Store, polls

Finished = list[tuple[PollRun, OutletState]]


@pytest.fixture
def context(store: Store, clock: Any) -> Iterator[Context]:
    made = Context(store, PollingConfig(), clock, detector=None)  # type: ignore[arg-type]
    yield made
    made.reader.close()


def end_polls(context: Context, orders: list[Order]) -> None:
    """Polls of these orders end together, with nothing read."""

    async def main() -> None:
        recorder = Recorder(context)
        for poll in recorder.open_polls(orders, recorder.finish):
            poll.finish(context.clock.now(), Outcome.PARTIAL, "the end of the test's poll")
        recorder.flush()

    asyncio.run(main())


def order(context: Context, name: str, told: Finished, conclude: Callable[[Ended], Conclusion] = conclude_nothing) -> Order:
    return Order(
        Outlet(name, name, None, ()),
        context.clock.now(),
        10.0,
        conclude=conclude,
        on_finished=lambda run, state: told.append((run, state)),
    )


def ledger(store: Store) -> dict[str, PollRun]:
    with store.begin() as connection:
        return polls.last_runs(connection)


def refuse(ended: Ended) -> Conclusion:
    raise ZeroDivisionError(ended.outlet.id)


def test_a_poll_of_which_nothing_can_be_concluded_is_written_down_and_holds_up_nobody(context: Context) -> None:
    told: Finished = []
    end_polls(context, [order(context, "bad", told, refuse), order(context, "good", told)])
    assert [run.outlet for run, _ in told] == ["bad", "good"]
    rows = ledger(context.store)
    assert rows["bad"].reasons == {"not_concluded_bug_ZeroDivisionError": 1}
    assert "could not be decided" in rows["bad"].note
    assert rows["good"].reasons == {}


def test_a_poll_that_cannot_be_written_down_keeps_no_other_from_it(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    real = polls.add_runs

    def add_runs(connection: Any, runs: list[PollRun]) -> None:
        if any(run.outlet == "bad" for run in runs):
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        real(connection, runs)

    monkeypatch.setattr(polls, "add_runs", add_runs)
    told: Finished = []
    context.hosts.distrust("e.org", "it lied")
    end_polls(context, [order(context, name, told) for name in ("one", "bad", "two")])
    assert {run.outlet: dict(run.reasons) for run, _ in told} == {
        "one": {},
        "bad": {"not_recorded_bug_UnicodeEncodeError": 1},
        "two": {},
    }
    assert set(ledger(context.store)) == {"one", "two"}
    assert context.hosts.changed() == [], "what is known of the host was written with one of them"


@pytest.mark.parametrize("statement", ["drop table poll_runs", "drop table outlets"])
def test_a_database_that_refuses_ends_polls_all_the_same(context: Context, statement: str) -> None:
    told: Finished = []
    context.hosts.distrust("e.org", "it lied")

    async def main() -> None:
        recorder = Recorder(context)
        opened = recorder.open_polls([order(context, name, told) for name in ("one", "two")], recorder.finish)
        with context.store.begin() as connection:
            connection.execute(text(statement))
        for poll in opened:
            poll.finish(context.clock.now(), Outcome.PARTIAL)
        recorder.flush()

    asyncio.run(main())
    assert [(run.outlet, dict(run.reasons)) for run, _ in told] == [("one", {"not_recorded_store": 1}), ("two", {"not_recorded_store": 1})]
    assert [state.host for state in context.hosts.changed()] == ["e.org"], "it is still to be written"


def test_whoever_fails_on_being_told_keeps_the_others_from_nothing(context: Context) -> None:
    told: Finished = []

    def fail(run: PollRun, state: OutletState) -> None:
        raise RuntimeError("the listener has gone")

    deaf = Order(Outlet("deaf", "deaf", None, ()), context.clock.now(), 10.0, on_finished=fail)
    end_polls(context, [deaf, order(context, "good", told)])
    assert [run.outlet for run, _ in told] == ["good"]
    assert set(ledger(context.store)) == {"deaf", "good"}


class Listed(list[bytes]):
    """Keys that nobody searches one by one: in a listing of 50,000 that would take minutes."""

    def index(self, *arguments: Any) -> int:
        raise AssertionError("a search through the whole listing for one of its entries")


def test_of_undated_entries_in_a_gap_those_below_known_ground_were_there_before(context: Context) -> None:
    shown = Listed([b"new 1", b"new 2", b"known 1", b"new 3", b"known 2", b"old 1", b"dated", b"old 2", b"not asked for"])
    known = {key: Any for key in shown if key.startswith(b"known")}
    dates = {key: ParsedDate(context.clock.now() if key == b"dated" else None) for key in shown}
    source = Source("one:feed", SourceKind.FEED, "https://e.org/feed")
    state = SourceState(source.id, "one", source.url, last_ok_at=context.clock.now(), first_polled_at=context.clock.now())
    unknown = [key for key in shown if key not in known and key != b"not asked for"]

    def left_out(shown: list[bytes]) -> dict[bytes, str]:
        visit = visit_source(source, state, "one")
        return Recorder(context)._only_remembered(Any, visit, unknown, known, shown, dates, context.clock.now())  # type: ignore[arg-type]

    assert left_out(shown) == {b"old 1": "before_watch", b"old 2": "before_watch"}
    assert left_out(Listed(key for key in shown if key not in known)) == {}, "nothing known is shown, so the gap goes on"


def test_a_malformed_database_is_an_expected_error(store: Store) -> None:
    with pytest.raises(StoreError, match="malformed"), store.begin():
        raise DatabaseError("insert", {}, Exception("database disk image is malformed"))
