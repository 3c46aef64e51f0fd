"""The outbox's rows: one alert per story and topic, strict order per channel, leases, dead letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.model import Delivery, Notice
from storage import Store, health, outbox

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
Add = Callable[..., int]


def lease(store: Store, at: datetime = NOW, channel: str = "desk", owner: str = "me") -> Delivery | None:
    with store.begin() as c:
        return outbox.lease_next(c, channel, owner=owner, now=at, lease=LEASE, names={"taif_post": "Taif"})


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_story_is_told_once_per_topic(store: Store, add_alert: Add) -> None:
    add_alert("desk")
    with store.begin() as c:
        again = outbox.record_alert(c, story=1, topic="turkey-syria", article_id=1, created_at=NOW, channels=["desk"])
        other = outbox.record_alert(c, story=1, topic="other", article_id=1, created_at=NOW, channels=["desk", "desk", "mail"])
        assert again is None
        assert other is not None
        assert outbox.depth(c) == {"desk": {"pending": 2}, "mail": {"pending": 1}}


def test_nothing_is_left_of_a_transaction_that_fails(store: Store, add_alert: Add) -> None:
    add_alert("desk")

    def fail() -> None:
        with store.begin() as c:
            outbox.record_alert(c, story=1, topic="other", article_id=1, created_at=NOW, channels=["desk"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with store.begin() as c:
        assert outbox.depth(c) == {"desk": {"pending": 1}}


def test_a_lease_brings_everything_needed(store: Store, add_alert: Add) -> None:
    alert = add_alert("desk", title="العنوان")
    found = lease(store)
    assert found is not None
    assert (found.item.id, found.attempts, found.item.title, found.item.outlet_name) == (alert, 1, "العنوان", "Taif")
    assert (found.item.reason, found.item.score, found.item.evidence[0].side) == ("both", 0.9, "turkey")


def test_an_alert_whose_match_is_gone_is_still_delivered(store: Store, add_alert: Add) -> None:
    add_alert("desk", match=False)
    found = lease(store)
    assert found is not None
    assert (found.item.score, found.item.reason, found.item.evidence) == (0.0, "", ())


def test_one_at_a_time_and_an_expired_lease_is_taken_again(store: Store, add_alert: Add) -> None:
    add_alert("desk", "mail")
    add_alert("desk")
    first = lease(store)
    assert first is not None
    assert lease(store, owner="other") is None
    assert lease(store, channel="mail") is not None
    with store.begin() as c:
        assert outbox.next_due_at(c, "desk", now=NOW) == after(60)
    again = lease(store, after(60), owner="other")
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)


def test_a_new_holder_of_the_lock_ends_all_leases(store: Store, add_alert: Add) -> None:
    add_alert("desk")
    assert lease(store) is not None
    with store.begin() as c:
        assert outbox.release_leases(c) == 1
    assert lease(store, owner="new") is not None


def test_the_head_holds_the_others_until_it_has_failed_often(store: Store, add_alert: Add) -> None:
    first, second = add_alert("desk"), add_alert("desk")
    at = NOW
    for attempt in range(1, outbox.OVERTAKE_AFTER + 1):
        head = lease(store, at)
        assert head is not None
        assert (head.item.id, head.attempts) == (first, attempt)
        with store.begin() as c:
            outbox.postpone(c, head.id, error="no", not_before=at + timedelta(seconds=10))
        if attempt < outbox.OVERTAKE_AFTER:
            assert lease(store, at + timedelta(seconds=9)) is None
            at += timedelta(seconds=10)
    overtaker = lease(store, at)
    assert overtaker is not None
    assert overtaker.item.id == second
    with store.begin() as c:
        outbox.confirm(c, overtaker.id, reference="r", now=at)
        assert outbox.next_due_at(c, "desk", now=at) == at + timedelta(seconds=10)
    late = lease(store, at + timedelta(seconds=10))
    assert late is not None
    assert late.item.id == first


def test_dead_letters_are_listed_and_come_back(store: Store, add_alert: Add) -> None:
    add_alert("desk", "mail")
    for channel in ("desk", "mail"):
        found = lease(store, channel=channel)
        assert found is not None
        with store.begin() as c:
            outbox.bury(c, found.id, error="403")
    with store.begin() as c:
        assert outbox.next_due_at(c, "desk", now=NOW) is None
        dead = outbox.list_deliveries(c, state="dead", channel="desk")
        assert [(row.channel, row.attempts, row.last_error) for row in dead] == [("desk", 1, "403")]
        assert outbox.requeue_dead(c, now=after(5), channel="desk") == 1
        assert outbox.depth(c) == {"desk": {"pending": 1}, "mail": {"dead": 1}}
        assert outbox.requeue_dead(c, now=after(5)) == 1
    again = lease(store, after(5))
    assert again is not None
    assert again.attempts == 1


def test_what_was_taken_stays_taken(store: Store, add_alert: Add) -> None:
    add_alert("desk")
    found = lease(store)
    assert found is not None
    with store.begin() as c:
        outbox.confirm(c, found.id, reference="12,13", now=after(1))
        outbox.postpone(c, found.id, error="late news", not_before=after(9))
        outbox.bury(c, found.id, error="late news")
        (row,) = outbox.list_deliveries(c)
    assert (row.state, row.reference, row.delivered_at, row.last_error) == ("delivered", "12,13", after(1), "")
    assert lease(store, after(100)) is None


def test_the_newest_are_listed_first(store: Store, add_alert: Add) -> None:
    ids = [add_alert("desk") for _ in range(5)]
    with store.begin() as c:
        assert [row.alert for row in outbox.list_deliveries(c, limit=2)] == ids[:-3:-1]


def test_notices_and_alerts_share_a_queue_in_their_order(store: Store, add_alert: Add) -> None:
    add_alert("desk", title="one")
    with store.begin() as c:
        health.record_notice(
            c,
            outlet="taif_post",
            kind="failing",
            title="Taif: failing",
            text="no answer",
            created_at=NOW,
            channels=["desk", "mail", "desk"],
        )
        assert outbox.depth(c) == {"desk": {"pending": 2}, "mail": {"pending": 1}}
    add_alert("desk", title="two")
    items = []
    for _ in range(3):
        taken = lease(store)
        assert taken is not None
        items.append(taken.item)
        with store.begin() as c:
            outbox.confirm(c, taken.id, reference="", now=NOW)
    assert [item.title for item in items] == ["one", "Taif: failing", "two"]
    assert items[1] == Notice(1, "taif_post", "Taif", "failing", "Taif: failing", "no answer", NOW)
    with store.begin() as c:
        rows = outbox.list_deliveries(c, channel="desk")
    assert [(row.topic, row.title, row.notice) for row in rows] == [
        ("turkey-syria", "two", None), ("health", "Taif: failing", 1), ("turkey-syria", "one", None),
    ]  # fmt: skip
