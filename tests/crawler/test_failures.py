"""What a failure means: whether it is a no, and that everybody who asks gets the same answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.model import Entry, Outlet
from crawler.failures import describe_status, is_refusal
from crawler.items import Page
from crawler.pipelines import may_be_told
from crawler.poll import Order, OutletState, PendingEntry, Poll
from scheduler.cadence import Limits, failure_wait
from spiders.fetch import Fetched

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LIMITS = Limits(300.0, 7200.0)
DAY = 86400.0


@pytest.mark.parametrize(
    ("reason", "refused"),
    [("http_401", True), ("http_403", True), ("http_406", True), ("http_451", True), ("robots", True), ("http_404", False),
     ("http_410", False), ("http_429", False), ("http_500", False), ("robots_unreachable", False), ("timeout", False), ("", False)],
)  # fmt: skip
def test_a_no_is_one_for_everybody(reason: str, refused: bool) -> None:
    outlet = Outlet("x", "x", None, ())
    poll = Poll(Order(outlet, NOW, 10.0), OutletState("x"), {}, NOW, lambda poll, run: None)
    page = Page(poll, PendingEntry(b"k" * 16, "x", "s", Entry("https://e.org/1")), None, "https://e.org/1", missing=reason)
    assert is_refusal(reason) is refused
    assert Fetched("https://e.org/", "https://e.org/", reason=reason).refused is refused
    assert may_be_told(page) is refused, "who says no is taken at the word of the source at once"
    assert (failure_wait(reason, 1, LIMITS) == DAY) is refused


def test_what_is_gone_is_no_refusal_but_waits_like_one_from_the_second_time_on() -> None:
    assert [failure_wait("http_410", failures, LIMITS) for failures in (1, 2, 9)] == [7200.0, DAY, DAY]


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "that is a no"), (406, "that is a no"), (451, "that is a no"), (304, "nothing has changed"), (302, "not a web address"),
     (410, "gone for good"), (418, "does not give this page"), (503, "a problem of its own")],
)  # fmt: skip
def test_every_status_has_a_sentence(status: int, words: str) -> None:
    reason, sentence = describe_status(status)
    assert reason == f"http_{status}"
    assert words in sentence
    assert sentence.endswith(f"(HTTP {status})")
