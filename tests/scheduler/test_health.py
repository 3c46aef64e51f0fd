"""What is wrong with an outlet, when people are told, and that they are told once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.model import Condition, Outcome, Outlet, PollRun, Source, SourceKind
from crawler.poll import Ended, OpenCondition, OutletState, SourceState
from scheduler.health import assess, change, describe_gap, describe_move
from scheduler.rhythm import Rhythm, learn, missing, read_rhythm, to_mapping
from storage import Store, health

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FEED = Source("x:feed", SourceKind.FEED, "https://x.example/feed")
OTHER = Source("x:other", SourceKind.FEED, "https://x.example/other")
THIRD = Source("x:third", SourceKind.SITEMAP, "https://x.example/sitemap.xml")
SPARE = Source("x:t", SourceKind.TELEGRAM, "https://t.me/s/x", fallback=True)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def good(source: Source = FEED, **changes: Any) -> SourceState:
    values: dict[str, Any] = {
        "first_polled_at": ago(days=30), "last_ok_at": NOW, "last_new_at": ago(minutes=20), "entries": 20,
        "newest_entry_at": ago(minutes=30),
    }  # fmt: skip
    return SourceState(source.id, "x", source.url, **{**values, **changes})


def bad(source: Source = FEED, reason: str = "timeout", failures: int = 1, **changes: Any) -> SourceState:
    return good(source, reason=reason, failures=failures, failing_since=ago(hours=1), **changes)


def ended(*states: SourceState, outcome: Outcome = Outcome.OK, note: str = "", open_now: Sequence[str] = (), **state: Any) -> Ended:
    known = {source.id: source for source in (FEED, OTHER, THIRD, SPARE)}
    sources = tuple(known[item.id] for item in states)
    run = PollRun("x", NOW, NOW, NOW, outcome, note=note)
    conditions = tuple(OpenCondition("x", name, "before", ago(hours=2), ago(hours=1)) for name in open_now)
    return Ended(
        Outlet("x", "X", None, ("ar",), sources), run, OutletState("x", **state), (), {s.id: s for s in states}, conditions, 0.0, NOW
    )


def found(what: Ended, expected: float = 0.0) -> list[tuple[str, bool]]:
    return [(finding.condition.value, finding.certain) for finding in assess(what, missing=lambda state: expected)]


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
        (ended(good(entries=0, last_new_at=None, newest_entry_at=None)), [("never_delivered", False)]),
        (ended(good(entries=0, last_new_at=None, newest_entry_at=None), open_now=["never_delivered"]), [("never_delivered", True)]),
        (ended(bad(failures=1, entries=0, last_new_at=None, newest_entry_at=None), outcome=Outcome.FAILED), [("failing", False)]),
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
        (ended(good(future=5), open_now=["clock_skew"]), [("clock_skew", True)]),
        (ended(good(future=4), open_now=["clock_skew"]), []),
        (ended(bad(failures=2, reason="http_500"), bad(OTHER, "http_403", 1)), [("failing", False), ("refused", False)]),
        (ended(bad(failures=3, reason="http_500"), bad(OTHER, "http_403", 2)), [("failing", True), ("refused", True)]),
        (ended(bad(failures=4, reason="http_500"), bad(OTHER, "http_403", 2), good(THIRD)), [("failing", False), ("refused", True)]),
        (ended(bad(failures=3, reason="held"), outcome=Outcome.FAILED, open_now=["failing"]), [("failing", True)]),
        (ended(bad(failures=2, reason="held"), outcome=Outcome.FAILED, open_now=["refused"]), [("refused", True)]),
        (ended(good(), outcome=Outcome.TIMED_OUT, failures=3), [("failing", True)]),
        (ended(good(), outcome=Outcome.TIMED_OUT, failures=0), []),
        (ended(bad(reason="http_403", failures=2), bad(SPARE, failures=9)), [("refused", True)]),
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
    assert found(what, expected) == ([("silent", False)] if silent else [])


def test_a_silence_is_certain_when_two_more_entries_were_to_be_expected() -> None:
    """Opened two hours ago (see ``ended``): of 24 hours and 23 entries two hours are less than two entries, of 25 they are more."""
    what = ended(good(last_new_at=ago(hours=24)), open_now=["silent"])
    assert found(what, 23.0) == [("silent", False)]
    assert found(what, 25.0) == [("silent", True)]


@pytest.mark.parametrize("state", [good(last_new_at=ago(days=60)), bad(last_new_at=ago(days=60))])
def test_only_a_new_entry_ends_a_silence(state: SourceState) -> None:
    """Neither a failed poll does, nor that after so long nothing more is known of the rhythm."""
    open_now = OpenCondition("x", "silent", f"{FEED.url} answers, but …", ago(days=59), ago(days=59))
    assert ("silent", True) in found(replace(ended(state), conditions=(open_now,)))
    assert found(replace(ended(good()), conditions=(open_now,))) == []


def test_a_poll_that_reads_nothing_begins_no_silence() -> None:
    lost = ended(good(last_new_at=ago(hours=30)), outcome=Outcome.SKIPPED, note="identity lost: parked")
    assert found(lost, 99.0) == [("identity_lost", True)]


def watched(published: Sequence[datetime], *, days: float) -> SourceState:
    """A source of which so much was learned up to now, hour by hour."""
    rhythm, start = Rhythm(), ago(days=days)
    for hour in range(int(days * 24)):
        since, until = start + timedelta(hours=hour), start + timedelta(hours=hour + 1)
        rhythm = learn(rhythm, since=since, until=until, arrivals=[at for at in published if since < at <= until])
    return good(last_new_at=max(published), newest_entry_at=max(published), rhythm=to_mapping(rhythm))


def learned(what: Ended) -> list[str]:
    findings = assess(what, missing=lambda state: missing(read_rhythm(state.rhythm), NOW))
    return [finding.condition.value for finding in findings]


def test_a_night_and_a_weekly_magazine_are_not_silent_and_a_dead_day_is() -> None:
    midnight = NOW.replace(hour=0)
    day_paper = [midnight - timedelta(days=day) + timedelta(minutes=half * 30) for day in range(1, 29) for half in range(18, 42)]
    assert learned(ended(watched(day_paper, days=28))) == [], "nine in the morning, thirteen hours after the last"
    assert learned(ended(watched(day_paper[24:], days=28))) == ["silent"], "the same, but nothing came yesterday"
    magazine = [ago(days=3 + 7 * week, minutes=article) for week in range(8) for article in range(10)]
    assert learned(ended(watched(magazine, days=56))) == []


def test_a_source_that_delivers_excuses_the_others_for_longer() -> None:
    what = ended(good(last_new_at=ago(hours=10)), good(OTHER))

    def by_age(state: SourceState, rate: float = 2.0) -> float:
        assert state.last_new_at is not None
        return rate * (NOW - state.last_new_at).total_seconds() / 3600

    assert assess(what, missing=by_age) == ()
    (finding,) = assess(what, missing=lambda state: by_age(state, 3.0))
    assert finding.condition is Condition.SILENT
    assert "about 30 entries were to be expected" in finding.reason


def test_a_refusal_says_what_is_read_instead() -> None:
    (finding,) = assess(ended(bad(reason="http_403", failures=2), good(SPARE)), missing=lambda *_: 0.0)
    assert "https://t.me/s/x is read instead" in finding.reason
    (finding,) = assess(ended(bad(reason="http_403", failures=2)), missing=lambda *_: 0.0)
    assert "no fallback source" in finding.reason
    (finding,) = assess(ended(bad(reason="robots", failures=2), good(OTHER)), missing=lambda *_: 0.0)
    assert finding.reason == "https://x.example/feed does not want us (robots.txt); the other sources are read as before"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("timeout", "did not answer in time"),
        ("http_500", "answers HTTP 500"),
        ("bug_KeyError", "cannot be read (bug KeyError)"),
    ],
)
def test_a_failure_is_told_in_words(reason: str, words: str) -> None:
    (finding,) = assess(ended(bad(reason=reason, failures=3), good(OTHER)), missing=lambda *_: 0.0)
    assert finding.reason == f"1 of 2 sources: https://x.example/feed {words}, 3 times in a row since 2026-11-24 08:00 UTC"


# --------------------------------------------------------------------------- being told


class Desk:
    """Plays polls one after the other and keeps what was told."""

    def __init__(self) -> None:
        self.open_now: tuple[OpenCondition, ...] = ()
        self.told: list[tuple[str, str]] = []
        self.at = NOW

    def poll(self, what: Ended, *, hours: float = 1.0) -> None:
        self.at += timedelta(hours=hours)
        findings = assess(replace(what, conditions=self.open_now), missing=lambda *_: 0.0)
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
    assert "HTTP 500" in desk.open_now[0].reason


def test_a_trouble_that_turns_into_another_is_not_over() -> None:
    desk = Desk()
    for failures in range(1, 4):
        desk.poll(ended(bad(failures=failures), outcome=Outcome.FAILED))
    for failures in (4, 5):
        desk.poll(ended(bad(reason="http_403", failures=failures), outcome=Outcome.FAILED))
    assert desk.kinds == ["failing", "refused"]
    assert "Before this it was failing, since 2026-11-24 10:00 UTC." in desk.told[1][1]
    desk.poll(ended(good(), outcome=Outcome.SKIPPED, note="identity lost: parked"))
    assert "not read until its home page is its own again" in desk.told[2][1]
    desk.poll(ended(good()))
    assert desk.kinds == ["failing", "refused", "identity_lost", "recovered"]
    assert "identity lost is over; it lasted 6 hours" in desk.told[3][1], "since the first failure"


def test_a_pause_that_the_host_asked_for_ends_nothing() -> None:
    desk = Desk()
    for _ in range(3):
        desk.poll(ended(bad(reason="http_503", failures=3), outcome=Outcome.FAILED))
        desk.poll(ended(bad(reason="held", failures=3), outcome=Outcome.FAILED))
    assert desk.kinds == ["failing"]


@pytest.mark.parametrize("state", [{"newest_entry_at": ago(days=15)}, {"entries": 0, "last_new_at": None, "newest_entry_at": None}])
def test_a_failed_poll_ends_nothing_that_only_a_good_one_can_judge(state: dict[str, Any]) -> None:
    desk = Desk()
    for _ in range(3):
        desk.poll(ended(good(**state)))
        desk.poll(ended(bad(failures=1, **state), outcome=Outcome.FAILED))
    assert len(desk.kinds) == 1
    desk.poll(ended(good()))
    assert desk.kinds[1:] == ["recovered"]


def test_what_comes_back_must_become_certain_again() -> None:
    desk = Desk()
    for failures in (1, 2, 3, 0, 1, 2, 0, 1, 2, 3):
        desk.poll(ended(bad(failures=failures), outcome=Outcome.FAILED) if failures else ended(good()))
    assert desk.kinds == ["failing", "recovered", "failing"]


def test_one_that_is_not_certain_yet_takes_over_nothing() -> None:
    desk = Desk()
    desk.poll(ended(bad(failures=3), good(OTHER)))
    desk.poll(ended(bad(failures=5), good(OTHER)))
    desk.poll(ended(good(), bad(OTHER, reason="http_403", failures=1)))
    assert desk.kinds == ["failing", "recovered"]
    assert "refused" not in desk.told[1][1], "nobody was told of it yet"


def test_a_restart_tells_nothing_again(store: Store) -> None:
    desk = Desk()
    for failures in (3, 4, 5):
        desk.poll(ended(bad(failures=failures), outcome=Outcome.FAILED))
        with store.begin() as connection:
            health.save_conditions(connection, "x", desk.open_now)
        with store.begin() as connection:
            desk.open_now = tuple(health.load_conditions(connection)["x"])
    assert desk.kinds == ["failing"]
    desk.poll(ended(good()))
    with store.begin() as connection:
        health.save_conditions(connection, "x", desk.open_now)
        assert health.load_conditions(connection) == {}
    assert desk.kinds == ["failing", "recovered"]


def test_a_move_and_a_gap_say_where() -> None:
    moved = describe_move("Taif", "http://x.example/feed", "https://y.example/rss")
    assert (moved.kind, moved.title) == ("moved", "Taif: a source has moved")
    assert moved.text.startswith("http://x.example/feed has been redirected for good to https://y.example/rss")
    assert "entries since 2026-11-24 09:00 UTC may be missing" in describe_gap("Taif", FEED.url, NOW).text
    assert "entries before this poll may be missing" in describe_gap("Taif", FEED.url, None).text
