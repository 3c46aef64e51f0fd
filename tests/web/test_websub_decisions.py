"""When hubs are asked, which names they get, and which signatures are believed. No socket."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.polls import SourceState
from web.pushes import LONGEST, Push, judge_push
from web.subscription import (
    LEASE,
    Subscription,
    follow_hubs,
    form_of,
    hold,
    is_web_address,
    next_due_at,
    note_asked,
    note_denied,
    note_verified,
    read_lease,
    wait_after,
)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECRET = b"a secret of the desk, long enough"
HUB = "https://hub.example.net/"
SOURCE = SourceState("wire:0", "wire", "https://wire.example.org/feed/", hub=HUB)
DAY = 86400.0


def follow(*states: SourceState, known: dict[str, Subscription] | None = None, **changes: object) -> dict[str, Subscription]:
    settings = {"secret": SECRET, "instance": "one", "now": NOW, **changes}
    return follow_hubs(known or {}, states, **settings)  # type: ignore[arg-type]


def seconds_until_due(subscription: Subscription, now: datetime = NOW) -> float:
    return (subscription.due_at - now).total_seconds()


# --------------------------------------------------------------------------- which


def test_a_source_with_a_hub_is_due_at_once_and_one_without_is_not_followed() -> None:
    found = follow(SOURCE, SourceState("wire:1", "wire", "https://wire.example.org/b/"))
    assert list(found) == ["wire:0"]
    assert found["wire:0"].due_at == NOW
    assert not found["wire:0"].asked
    assert next_due_at(found.values()) == NOW
    assert next_due_at([]) is None


def test_the_topic_is_the_address_that_is_polled() -> None:
    assert follow(SOURCE)["wire:0"].topic == "https://wire.example.org/feed/"
    moved = replace(SOURCE, address="https://www.wire.example.org/feed/")
    assert follow(moved)["wire:0"].topic == "https://www.wire.example.org/feed/"


@pytest.mark.parametrize(
    "hub", ["", "hub", "//hub.example.net/", "ftp://hub.example.net/", "file:///etc/passwd", "http://", "http://[::1", "http://h:99999/"]
)
def test_a_hub_that_is_no_web_address_is_not_followed(hub: str) -> None:
    assert not is_web_address(hub)
    assert follow(replace(SOURCE, hub=hub)) == {}


def test_names_are_stable_and_differ_for_every_source_hub_database_and_secret() -> None:
    found = [
        follow(SOURCE)["wire:0"],
        follow(replace(SOURCE, id="wire:1"))["wire:1"],
        follow(replace(SOURCE, hub="https://other.example.net/"))["wire:0"],
        follow(SOURCE, instance="two")["wire:0"],
        follow(SOURCE, secret=b"another secret of another desk")["wire:0"],
    ]
    names = {subscription.token for subscription in found} | {subscription.key for subscription in found}
    assert len(names) == 10, "a token or key repeats, or a token is somebody's key"
    assert follow(SOURCE, now=NOW + timedelta(days=9))["wire:0"].token == found[0].token
    assert all(len(name.encode()) < 200 for name in names), "WebSub §5.1: hub.secret has less than 200 bytes"
    assert found[0].token not in repr(found[0]), "a log of it would give the callback away"
    assert found[0].key not in repr(found[0])


def test_the_form_says_what_the_recommendation_wants() -> None:
    subscription = follow(SOURCE)["wire:0"]
    assert form_of(subscription, "https://desk.example.org/websub/") == {
        "hub.mode": "subscribe",
        "hub.topic": "https://wire.example.org/feed/",
        "hub.callback": f"https://desk.example.org/websub/{subscription.token}",
        "hub.secret": subscription.key,
        "hub.lease_seconds": "864000",
    }


def test_what_did_not_change_is_kept_and_what_is_gone_is_forgotten() -> None:
    known = {"wire:0": note_verified(note_asked(follow(SOURCE)["wire:0"], NOW), NOW, DAY)}
    assert follow(SOURCE, known=known, now=NOW + timedelta(hours=1)) == known
    assert follow(known=known) == {}


def test_a_feed_that_names_another_hub_every_time_makes_us_ask_once_an_hour_at_most() -> None:
    known, asked = follow(SOURCE), 0
    for minute in range(600):
        now = NOW + timedelta(minutes=minute)
        known = follow(replace(SOURCE, hub=f"https://hub{minute}.example.net/"), known=known, now=now)
        if known["wire:0"].due_at <= now:
            known["wire:0"] = note_asked(known["wire:0"], now)
            asked += 1
    assert 1 <= asked <= 10


# --------------------------------------------------------------------------- when


def test_waits_grow_from_five_minutes_to_a_day() -> None:
    waits = [wait_after(attempts) for attempts in range(1, 12)]
    assert waits[:3] == [300, 600, 1200]
    assert waits == sorted(waits)
    assert waits[-1] == wait_after(10**6) == DAY


def test_what_is_never_verified_is_asked_ever_more_rarely() -> None:
    subscription, now, asked = follow(SOURCE)["wire:0"], NOW, 0
    while now < NOW + timedelta(days=30):
        subscription = note_asked(subscription, now)
        now, asked = subscription.due_at, asked + 1
    assert 30 <= asked <= 40
    assert subscription.asked


@pytest.mark.parametrize(
    ("lease", "renewed"), [(DAY, 0.8 * DAY), (1, 300), (0, 300), (LEASE, 0.8 * LEASE), (100 * DAY, LEASE), (1e12, LEASE)]
)
def test_renewal_comes_before_the_lease_ends_within_bounds(lease: float, renewed: float) -> None:
    verified = note_verified(note_asked(follow(SOURCE)["wire:0"], NOW), NOW, lease)
    assert seconds_until_due(verified) == pytest.approx(renewed)
    assert verified.attempts == 0
    assert verified.ends_at is not None


@pytest.mark.parametrize(
    ("text", "seconds"), [("3600", 3600), (None, LEASE), ("", LEASE), ("-1", LEASE), ("1e9", LEASE), ("9" * 5000, LEASE)]
)
def test_a_lease_is_read_or_taken_as_asked_for(text: str | None, seconds: float) -> None:
    assert read_lease(text) == seconds


def test_a_denial_is_remembered_until_a_verification() -> None:
    denied = note_denied(note_asked(follow(SOURCE)["wire:0"], NOW), NOW, "")
    assert denied.denied == "no reason given"
    assert seconds_until_due(denied) == DAY
    assert note_verified(denied, NOW, DAY).denied == ""


def test_a_hub_may_ask_for_a_longer_wait_but_not_for_a_shorter_or_endless_one() -> None:
    asked = note_asked(follow(SOURCE)["wire:0"], NOW)
    assert seconds_until_due(hold(asked, NOW, 3600)) == 3600
    assert seconds_until_due(hold(asked, NOW, 1)) == 300
    assert seconds_until_due(hold(asked, NOW, 99_999_999)) == DAY


# --------------------------------------------------------------------------- signatures


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def judge(signature: str | None, *parts: bytes, key: str = "k") -> Push:
    return asyncio.run(judge_push(chunks(*parts), signature, key))


def sign(method: str, body: bytes, key: str = "k") -> str:
    return hmac.new(key.encode(), body, getattr(hashlib, method)).hexdigest()


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_right_signatures_are_accepted_however_the_body_is_cut(method: str) -> None:
    digest = sign(method, "خبر جديد".encode() + b"<x/>")
    assert judge(f"{method}={digest}", "خبر جديد".encode(), b"<x/>") is Push.ACCEPTED
    assert judge(f" {method.upper()} = {digest.upper()} ", "خبر جديد".encode() + b"<x/>") is Push.ACCEPTED


def test_the_known_answer_of_rfc_4231() -> None:
    """Test case 2: key "Jefe", HMAC-SHA-256; so that the tests and the program cannot be wrong in the same way."""
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert judge(f"sha256={digest}", b"what do ya want ", b"for nothing?", key="Jefe") is Push.ACCEPTED


@pytest.mark.parametrize(
    ("signature", "found"),
    [
        (None, Push.UNSIGNED),
        ("", Push.UNSIGNED),
        ("=", Push.UNSIGNED),
        ("md5=" + hmac.new(b"k", b"body", "md5").hexdigest(), Push.UNSIGNED),
        ("shake_128=00", Push.UNSIGNED),
        (sign("sha256", b"body"), Push.UNSIGNED),
        ("sha256=", Push.WRONG_SIGNATURE),
        ("sha256=" + sign("sha256", b"body")[:-1], Push.WRONG_SIGNATURE),
        ("sha256=" + sign("sha256", b"body", key="another"), Push.WRONG_SIGNATURE),
        ("sha256=" + sign("sha256", b"another body"), Push.WRONG_SIGNATURE),
        ("sha1=" + sign("sha256", b"body"), Push.WRONG_SIGNATURE),
        ("sha256=توقيع", Push.WRONG_SIGNATURE),
        ("sha256=\udcff\udcfe", Push.WRONG_SIGNATURE),
    ],
)
def test_other_signatures_are_not(signature: str | None, found: Push) -> None:
    assert judge(signature, b"body") is found


@given(st.one_of(st.none(), st.text(), st.text().map(lambda text: f"sha256={text}")))
def test_no_header_breaks_it_or_passes(signature: str | None) -> None:
    assert judge(signature, b"body") in (Push.UNSIGNED, Push.WRONG_SIGNATURE)


def test_a_body_is_read_up_to_a_limit_and_no_further() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 65536
            yield bytes(65536)

    assert asyncio.run(judge_push(endless(), "sha256=00", "k")) is Push.TOO_LARGE
    assert read <= LONGEST + 65536
    assert judge("sha1=" + sign("sha1", bytes(LONGEST)), bytes(LONGEST)) is Push.ACCEPTED, "the limit itself is allowed"
