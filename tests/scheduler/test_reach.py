"""When nothing can be reached it is us: nobody is told, no wait grows, and all is polled soon after the line is back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.model import Outcome, Outlet, PollRun, Source, SourceKind
from crawler.poll import Conclusion, Ended, Observation, OpenCondition, OutletState, SourceState
from scheduler.cadence import Limits
from scheduler.plan import conclude
from scheduler.reach import Reach

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LIMITS = Limits(300.0, 7200.0)


class Desk:
    """Polls outlets one after the other and keeps their states."""

    def __init__(self, outlets: int) -> None:
        self.reach = Reach(outlets)
        self.states: dict[str, SourceState] = {}
        self.failures: dict[str, int] = {}
        self.conditions: dict[str, tuple[OpenCondition, ...]] = {}
        self.told: list[str] = []

    def poll(self, name: str, reason: str = "") -> Conclusion:
        source = Source(f"{name}:feed", SourceKind.FEED, f"https://{name}.example/feed")
        before = self.states.get(name) or SourceState(source.id, name, source.url, first_polled_at=NOW - timedelta(days=9))
        outcome = Outcome.FAILED if reason else Outcome.NOT_MODIFIED
        after = SourceState(**{**{f: getattr(before, f) for f in before.__slots__}, "reason": reason})
        self.failures[name] = self.failures.get(name, 0) + 1 if reason else 0
        ended = Ended(
            Outlet(name, name, None, ("ar",), (source,)),
            PollRun(name, NOW, NOW, NOW, outcome),
            OutletState(name, failures=self.failures[name]),
            (Observation(source, before, after, outcome, reason),),
            {source.id: after},
            self.conditions.get(name, ()),
            0.0,
            NOW,
        )
        concluded = conclude(ended, limits=LIMITS, verify_every=40, reach=self.reach)
        (self.states[name],) = concluded.sources
        self.conditions[name] = concluded.conditions
        self.told += [f"{name} {notice.kind}" for notice in concluded.notices]
        return concluded


def wait(concluded: Conclusion) -> float:
    assert concluded.state.next_poll_at is not None
    return (concluded.state.next_poll_at - NOW).total_seconds()


def test_offline_tells_nobody_and_waits_do_not_grow() -> None:
    desk = Desk(6)
    names = [f"o{number}" for number in range(6)]
    for _ in range(20):
        waits = [wait(desk.poll(name, "dns")) for name in names]
    assert desk.reach.is_cut_off
    assert desk.told == []
    assert all(value <= 1200 for value in waits), "all is polled soon after the line is back"
    assert all(desk.conditions[name][0].condition == "failing" for name in names), "but it is seen in the status"
    for name in names:
        desk.poll(name)
    assert not desk.reach.is_cut_off
    assert desk.told == []
    assert all(desk.conditions[name] == () for name in names)


def test_one_outlet_among_many_is_told() -> None:
    desk = Desk(6)
    for _ in range(5):
        for number in range(5):
            desk.poll(f"o{number}")
        last = desk.poll("o5", "timeout")
    assert desk.told == ["o5 failing"]
    assert wait(last) > 1200


def test_servers_that_answer_wrongly_show_that_the_line_is_up() -> None:
    desk = Desk(4)
    for _ in range(4):
        for number in range(4):
            desk.poll(f"o{number}", "http_500")
    assert not desk.reach.is_cut_off
    assert len(desk.told) == 4


def test_with_one_or_two_outlets_nobody_can_tell() -> None:
    desk = Desk(2)
    for _ in range(4):
        desk.poll("o0", "dns")
        desk.poll("o1", "dns")
    assert desk.told == ["o0 failing", "o1 failing"]
