"""What is wrong with an outlet, when people are told, and that they are told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.model import Condition, Outcome, Outlet, PollRun, Source, SourceKind
from crawler.poll import Ended, OpenCondition, OutletState, SourceState
from scheduler.health import assess, change

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FEED = Source("x:feed", SourceKind.FEED, "https://x.example/feed")
OTHER = Source("x:other", SourceKind.FEED, "https://x.example/other")
SPARE = Source("x:t", SourceKind.TELEGRAM, "https://t.me/s/x", fallback=True)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def good(source: Source = FEED, **changes: Any) -> SourceState:
    values: dict[str, Any] = {
        "first_polled_at": ago(days=30), "last_ok_at": NOW, "last_new_at": ago(minutes=20), "entries": 20,
        "newest_entry_at": ago(minutes=30),
    }  # fmt: skip
    return SourceState(source.id, "x", source.url, **{**values, **changes})


def bad(source: Source = FEED, reason: str = "timeout", failures: int = 1) -> SourceState:
    return good(source, reason=reason, failures=failures, failing_since=ago(hours=1))


def ended(*states: SourceState, outcome: Outcome = Outcome.OK, note: str = "", open_now: Sequence[str] = (), **state: Any) -> Ended:
    known = {FEED.id: FEED, OTHER.id: OTHER, SPARE.id: SPARE}
    sources = tuple(known[item.id] for item in states)
    run = PollRun("x", NOW, NOW, NOW, outcome, note=note)
    conditions = tuple(OpenCondition("x", name, "before", ago(hours=2), ago(hours=1)) for name in open_now)
    return Ended(
        Outlet("x", "X", None, ("ar",), sources), run, OutletState("x", **state), (), {s.id: s for s in states}, conditions, 0.0, NOW
    )


def found(what: Ended, expected: float = 0.0) -> list[tuple[str, bool]]:
    return [(finding.condition.value, finding.certain) for finding in assess(what, expected=lambda state, since, until: expected)]


@pytest.mark.parametrize(
    ("what", "conditions"),
    [
        (ended(good()), []),
        (ended(bad(failures=1), outcome=Outcome.FAILED), [("failing", False)]),
        (ended(bad(failures=2), outcome=Outcome.FAILED), [("failing", False)]),
        (ended(bad(failures=3), outcome=Outcome.FAILED), [("failing", True)]),
        (ended(good(), bad(OTHER, failures=4), outcome=Outcome.PARTIAL), [("failing", False)]),
        (ended(good(), bad(OTHER, failures=5), outcome=Outcome.PARTIAL), [("failing", True)]),
        (ended(bad(reason="held", failures=0), outcome=Outcome.FAILED), []),
        (ended(outcome=Outcome.FAILED, note="no answer", failures=3), [("failing", True)]),
        (ended(bad(reason="http_403", failures=1), outcome=Outcome.FAILED), [("refused", False)]),
        (ended(bad(reason="robots", failures=2), outcome=Outcome.FAILED), [("refused", True)]),
        (ended(good(), outcome=Outcome.SKIPPED, note="identity lost: parked"), [("identity_lost", True)]),
        (ended(good(entries=0, last_new_at=None, newest_entry_at=None)), [("never_delivered", True)]),
        (ended(good(entries=0, last_new_at=None, newest_entry_at=None, first_polled_at=ago(hours=23))), []),
        (ended(good(entries=0)), []),
        (ended(good(newest_entry_at=ago(days=15))), [("stale", True)]),
        (ended(good(newest_entry_at=ago(days=13))), []),
        (ended(good(newest_entry_at=ago(days=200)), good(OTHER)), []),
        (ended(good(newest_entry_at=None)), []),
        (ended(good(), extractions="b" * 5 + "g" * 5), [("thinning", True)]),
        (ended(good(), extractions="b" * 9), []),
        (ended(good(), extractions="b" * 4 + "g" * 6), []),
        (ended(good(), extractions="b" * 4 + "g" * 6, open_now=["thinning"]), [("thinning", True)]),
        (ended(good(), extractions="b" * 3 + "g" * 7, open_now=["thinning"]), []),
        (ended(good(future=10)), [("clock_skew", True)]),
        (ended(good(future=9)), []),
        (ended(good(entries=1, future=1)), []),
        (ended(bad(failures=3, reason="http_500"), bad(OTHER, "http_403", 2)), [("failing", False), ("refused", True)]),
    ],
)
def test_what_is_found(what: Ended, conditions: list[tuple[str, bool]]) -> None:
    assert found(what) == conditions


@pytest.mark.parametrize(
    ("expected", "hours", "silent"),
    [
        (12.0, 4.0, True),
        (11.9, 400.0, False),  # a weekly magazine, a quiet night: by their own rhythm nothing was to be expected
        (100.0, 2.9, False),  # however busy, three hours must pass
        (0.0, 24 * 60.0, False),
    ],
)
def test_silence_is_measured_by_the_source_s_own_rhythm(expected: float, hours: float, silent: bool) -> None:
    what = ended(good(last_new_at=ago(hours=hours)))
    assert found(what, expected) == ([("silent", True)] if silent else [])


def test_a_source_that_delivers_excuses_the_others_for_longer() -> None:
    what = ended(good(last_new_at=ago(hours=10)), good(OTHER))

    def by_age(state: SourceState, since: datetime, until: datetime, rate: float = 2.0) -> float:
        return rate * (until - since).total_seconds() / 3600

    assert assess(what, expected=by_age) == ()
    (finding,) = assess(what, expected=lambda state, since, until: by_age(state, since, until, 3.0))
    assert finding.condition is Condition.SILENT
    assert "about 30 entries were to be expected" in finding.reason


def test_a_refusal_says_what_is_read_instead() -> None:
    (finding,) = assess(ended(bad(reason="http_403", failures=2), good(SPARE)), expected=lambda *_: 0.0)
    assert "https://t.me/s/x is read instead" in finding.reason
    (finding,) = assess(ended(bad(reason="http_403", failures=2)), expected=lambda *_: 0.0)
    assert "no fallback source" in finding.reason


# --------------------------------------------------------------------------- being told


class Desk:
    """Plays polls one after the other and keeps what was told."""

    def __init__(self) -> None:
        self.open_now: tuple[OpenCondition, ...] = ()
        self.told: list[tuple[str, str]] = []
        self.at = NOW

    def poll(self, what: Ended, *, hours: float = 1.0) -> None:
        self.at += timedelta(hours=hours)
        findings = assess(replace(what, conditions=self.open_now), expected=lambda *_: 0.0)
        self.open_now, notices = change(self.open_now, findings, outlet_name="Taif", outlet_id="x", at=self.at)
        self.told += [(notice.kind, notice.text) for notice in notices]

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.told]


def test_it_is_told_once_when_certain_and_once_when_over() -> None:
    desk = Desk()
    for failures in range(1, 12):
        desk.poll(ended(bad(failures=failures), outcome=Outcome.FAILED))
    assert desk.kinds == ["failing"]
    assert "rasid outlets check x" in desk.told[0][1]
    assert desk.open_now[0].since_at == NOW + timedelta(hours=1), "since the first failure, not since it was certain"
    desk.poll(ended(good()))
    assert desk.kinds == ["failing", "recovered"]
    assert "failing is over; it lasted 11 hours" in desk.told[1][1]
    desk.poll(ended(good()))
    assert desk.kinds == ["failing", "recovered"]


def test_what_passes_before_it_is_certain_is_never_told() -> None:
    desk = Desk()
    for _ in range(5):
        desk.poll(ended(bad(failures=1), outcome=Outcome.FAILED))
        desk.poll(ended(bad(failures=2), outcome=Outcome.FAILED))
        desk.poll(ended(good()))
    assert desk.kinds == []


def test_what_begins_together_is_told_together_and_what_ends_alone_says_what_remains() -> None:
    desk = Desk()
    desk.poll(ended(good(newest_entry_at=ago(days=20), future=20)))
    assert desk.kinds == ["stale"]
    assert "of 2026-11-04" in desk.told[0][1]
    assert "dated in the future" in desk.told[0][1]
    desk.poll(ended(good(newest_entry_at=ago(days=20))))
    assert desk.kinds == ["stale", "recovered"]
    assert "still stale" in desk.told[1][1]


def test_a_changed_reason_tells_nothing_again() -> None:
    desk = Desk()
    desk.poll(ended(bad(reason="timeout", failures=3), outcome=Outcome.FAILED))
    desk.poll(ended(bad(reason="http_500", failures=4), outcome=Outcome.FAILED))
    assert desk.kinds == ["failing"]
    assert "http_500" in desk.open_now[0].reason
