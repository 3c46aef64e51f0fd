"""What an answer says beside its entries: validators, moves, waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.answers import MOVED_AFTER, Answer, conditions, note_answer, note_body, note_unchanged, same_validators
from storage.polls import SourceState

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BEFORE = SourceState("s", "x", "https://x.example/feed", etag='"1"', last_modified="Mon, 23 Nov 2026 09:00:00 GMT", body_hash=b"b")


def answer(status: int = 200, url: str = "https://x.example/feed", *, moved: bool = False, **headers: str) -> Answer:
    return Answer(status, url, b"", {name.replace("_", "-"): value for name, value in headers.items()}, moved)


def test_the_first_answer_is_remembered_as_such() -> None:
    first = note_answer(SourceState("s", "x", "https://x.example/feed"), answer(500), NOW)
    later = note_answer(first, answer(200), NOW + timedelta(hours=1))
    assert (first.first_polled_at, first.last_status, first.last_ok_at) == (NOW, 500, None)
    assert (later.first_polled_at, later.last_polled_at) == (NOW, NOW + timedelta(hours=1))


def test_answers_without_a_body_are_counted_until_one_comes() -> None:
    state = BEFORE
    for _ in range(3):
        state = note_unchanged(note_answer(state, answer(304), NOW), answer(304), NOW)
    assert (state.unverified, state.etag, state.full_at) == (3, '"1"', None)
    state = note_unchanged(state, answer(200, etag='"2"'), NOW)
    assert (state.unverified, state.etag, state.full_at) == (0, '"2"', NOW)


def test_a_body_brings_its_validators_and_waits() -> None:
    got = answer(200, etag='"9"', cache_control="max-age=1800")
    state = note_body(BEFORE, got, NOW, body_hash=b"new", entries=7, wait=600.0)
    assert (state.etag, state.last_modified, state.body_hash, state.entries) == ('"9"', None, b"new", 7)
    assert state.wait == 1800.0, "the longer of the two wishes"
    assert note_unchanged(state, answer(304), NOW).wait == 1800.0, "a 304 without a wish does not take it back"


def test_conditions_are_sent_only_for_what_we_have_read() -> None:
    assert conditions(BEFORE) == {"If-None-Match": '"1"', "If-Modified-Since": "Mon, 23 Nov 2026 09:00:00 GMT"}
    assert conditions(SourceState("s", "x", "u", etag='"1"')) == {}


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({"etag": '"1"'}, True),
        ({"etag": '"2"', "last_modified": "Mon, 23 Nov 2026 09:00:00 GMT"}, False),
        ({"last_modified": "Mon, 23 Nov 2026 09:00:00 GMT"}, False),
        ({}, False),
    ],
)
def test_the_entity_tag_decides(headers: dict[str, str], same: bool) -> None:
    assert same_validators(BEFORE, answer(200, **headers)) is same


def test_without_entity_tags_the_date_decides() -> None:
    before = SourceState("s", "x", "u", last_modified="Mon, 23 Nov 2026 09:00:00 GMT", body_hash=b"b")
    assert same_validators(before, answer(200, last_modified="Mon, 23 Nov 2026 09:00:00 GMT"))
    assert not same_validators(before, answer(200, last_modified="Tue, 24 Nov 2026 09:00:00 GMT"))
    assert not same_validators(SourceState("s", "x", "u", body_hash=b"b"), answer(200)), "no validators tell no lies"


def test_a_move_for_good_is_believed_when_it_lasts() -> None:
    there = answer(200, "https://new.example/feed", moved=True)
    state = BEFORE
    for hours in (0, 5, 10, 23):
        state = note_answer(state, there, NOW + timedelta(hours=hours))
        assert state.address is None
    state = note_answer(state, there, NOW + MOVED_AFTER)
    assert (state.address, state.moved_to, state.url) == ("https://new.example/feed", None, "https://x.example/feed")


@pytest.mark.parametrize(
    "interruption",
    [answer(200), answer(404, "https://new.example/feed", moved=True), answer(200, "https://other.example/feed", moved=True)],
)
def test_a_move_that_does_not_last_is_forgotten(interruption: Answer) -> None:
    there = answer(200, "https://new.example/feed", moved=True)
    state = note_answer(note_answer(BEFORE, there, NOW), interruption, NOW + timedelta(hours=20))
    state = note_answer(state, there, NOW + timedelta(hours=30))
    assert state.address is None
    assert state.moved_polls == 1
