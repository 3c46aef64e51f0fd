"""Why something did not alert: one clear sentence for every way an item can go, from what is stored alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import RasidError
from crawler.normalise.urls import url_key
from rasid.commands import topics, why_not
from storage import entries, outbox, polls
from storage.polls import OutletState, SourceState
from storage.pruning import prune
from storage.schema import deliveries
from tests.cli.conftest import NOW, Desk
from tests.harness import rasid

SYRIA = "أردوغان يستقبل الشرع في أنقرة لبحث الحدود التركية السورية"
OTHER = "نتائج مباريات الأسبوع في الدوري المحلي"
BODY = "استقبل الرئيس التركي نظيره السوري في أنقرة، وبحثا فتح معابر على الحدود بين البلدين وعودة اللاجئين وخط الغاز إلى حلب. "
IRAQ = '[[topics]]\nid = "turkey-iraq"\nsides = ["turkey", "iraq"]\n'
TURKEY_IRAQ = "أنقرة وبغداد توقعان اتفاقا جديدا حول مياه دجلة"


def ask(desk: Desk, what: object, topic: str | None = None) -> dict[str, Any]:
    why_not.run(desk.config, str(what), topic=topic, as_json=True)
    found: dict[str, Any] = desk.json()
    return found


def because(desk: Desk, what: object, topic: str | None = None) -> str:
    return str(ask(desk, what, topic)["because"])


# --------------------------------------------------------------------------- articles


def test_an_alert_that_was_delivered(desk: Desk) -> None:
    received = desk.receive(SYRIA, BODY, path="a")
    with desk.store.begin() as connection:
        delivery = outbox.list_deliveries(connection)[0]
        outbox.confirm(connection, delivery.id, reference="1", now=NOW + timedelta(minutes=5))
    found = ask(desk, received.article_id)
    assert found["alerted"]
    assert found["because"].startswith("There was an alert: alert 1 of turkey-syria was made at 2026-11-24 09:01 with this article")
    assert "delivered to desk at 2026-11-24 09:05" in found["because"]
    assert [step["step"] for step in found["steps"]] == ["seen", "entry", "stored", "verdict", "match", "alert", "delivery"]


def test_an_alert_that_no_channel_has_taken(desk: Desk) -> None:
    desk.receive(SYRIA, BODY, path="a")
    assert "not tried yet" in because(desk, 1)
    with desk.store.begin() as connection:
        connection.execute(deliveries.update().values(attempts=3, last_error="HTTP 502"))
    assert "desk is pending after 3 attempts (HTTP 502)" in because(desk, 1)
    with desk.store.begin() as connection:
        outbox.bury(connection, 1, error="chat not found")
    sentence = because(desk, 1)
    assert sentence.startswith("No alert arrived yet, because no channel has taken it")
    assert "desk is dead" in sentence


def test_an_alert_that_nobody_hears(desk: Desk) -> None:
    desk.configure(IRAQ)
    desk.receive(TURKEY_IRAQ, "", path="a")
    assert because(desk, 1, "turkey-iraq").startswith("No alert arrived, because no channel heard of turkey-iraq then")


def test_what_does_not_match_says_the_score(desk: Desk) -> None:
    desk.receive(OTHER, "", path="a")
    found = ask(desk, 1)
    assert found["because"].startswith("No alert, because it does not match turkey-syria: No word speaks for")
    assert "threshold 0.50" in found["because"]
    assert not found["alerted"]
    assert found["topics"][0]["relevant"] is False


def test_a_copy_of_a_story_that_has_alerted(desk: Desk) -> None:
    desk.receive(SYRIA, BODY * 2, path="a")
    copy = desk.receive(SYRIA, BODY * 2 + "نقلا عن وكالة.", path="b", outlet="other")
    found = ask(desk, copy.article_id)
    assert "with article 1 of the same story 1" in found["because"]
    assert next(step["text"] for step in found["steps"] if step["step"] == "verdict").startswith(
        ("near-duplicate of article 1", "duplicate of")
    )


def test_a_silent_first_reading(desk: Desk) -> None:
    desk.receive(SYRIA, BODY * 2, path="a", silent=True)
    assert because(desk, 1) == (
        "No alert, because it stood in the source when that was read for the first time, and first readings are silent."
    )
    copy = desk.receive(SYRIA, BODY * 2 + "نقلا عن وكالة.", path="b", outlet="other")
    sentence = because(desk, copy.article_id)
    assert "its story was known already: article 1 of wire matched turkey-syria" in sentence
    assert "silent first reading" in sentence


def test_stored_silently_from_outside(desk: Desk) -> None:
    desk.receive(SYRIA, BODY, silent=True, external_id="ext-7")
    found = ask(desk, "ext-7")
    assert found["because"] == "No alert, because it was stored silently, although it matches turkey-syria."
    assert found["article"]["external_id"] == "ext-7"


def test_a_topic_that_changed_since(desk: Desk) -> None:
    desk.receive(TURKEY_IRAQ, "", path="a")
    desk.configure(IRAQ)
    assert "run 'rasid topics rematch turkey-iraq --alert'" in because(desk, 1)
    topics.rematch(desk.config, "turkey-iraq", since=None, alert=False, as_json=True)
    desk.out()
    assert "only since the rematch of" in because(desk, 1)


def test_our_id_comes_before_one_from_outside(desk: Desk) -> None:
    desk.receive(OTHER, "", external_id="2")
    desk.receive(SYRIA, BODY, external_id="1")
    assert ask(desk, "1")["article"]["title"] == OTHER
    assert ask(desk, "alert:1")["article"]["title"] == SYRIA


@pytest.mark.parametrize(
    "address",
    ["https://wire.example/a/1", "http://www.wire.example/a/1/", "wire.example/a/1", "https://m.wire.example/a/1?utm_source=x&fbclid=1",
     " HTTPS://WIRE.EXAMPLE/a/1#top"],
)  # fmt: skip
def test_an_address_is_found_in_any_spelling(desk: Desk, address: str) -> None:
    desk.receive(OTHER, "", path="a/1")
    assert ask(desk, address)["article"]["id"] == 1


def test_a_page_that_names_another_address_is_found_under_both(desk: Desk) -> None:
    desk.receive(OTHER, "", path="feed/1", canonical="https://wire.example/2026/other/")
    for address in ("https://wire.example/feed/1", "https://wire.example/2026/other"):
        found = ask(desk, address)
        assert (found["article"]["id"], found["entry"]["url"]) == (1, "https://wire.example/feed/1")
    prune(desk.store, before=NOW + timedelta(days=1))
    assert because(desk, "https://wire.example/feed/1") == "It was stored as article 1, which never alerted and was pruned since."


# --------------------------------------------------------------------------- entries and outlets


def test_entries_that_have_no_article(desk: Desk) -> None:
    with desk.store.begin() as connection:
        for path in ("new", "later", "lost"):
            desk.list_entry(connection, path)
        desk.list_entry(connection, "old", filtered="before_seeding")
        entries.postpone(connection, url_key("https://wire.example/later"), reason="http_503", not_before=NOW + timedelta(minutes=30))
        entries.settle(connection, url_key("https://wire.example/lost"), state=entries.FAILED, reason="not_found")
        entries.settle(connection, desk.list_entry(connection, "elsewhere"), state=entries.STORED, reason="known")
    expected = {
        "new": "No alert, because its page has not been read yet; it was seen at 2026-11-24 09:00 and waits for its turn.",
        "later": "could not be read yet (http_503, 1 attempts); the next try is due at 2026-11-24 09:30.",
        "lost": "No alert, because its page could not be read: not_found, given up after 1 attempts.",
        "old": "No alert, because it was left out: it was too far down when the source was read for the first time",
        "elsewhere": "known under another one, or was pruned",
    }
    for path, words in expected.items():
        found = ask(desk, f"https://wire.example/{path}")
        assert words in found["because"]
        assert found["entry"]["state"] in ("pending", "failed", "filtered", "stored")
        assert found["article"] is None


def test_an_address_never_seen_at_an_outlet_we_know(desk: Desk) -> None:
    assert "has never been polled" in because(desk, "https://wire.example/unseen")
    state = OutletState("wire", state="ok", last_poll_at=NOW, last_ok_at=NOW)
    source = SourceState("wire:feed:/feed/", "wire", "https://wire.example/feed/", last_polled_at=NOW, entries=30)
    with desk.store.begin() as connection:
        polls.save_outlets(connection, [state])
        polls.save_sources(connection, [source])
    found = ask(desk, "https://www.wire.example/unseen")
    assert "never seen: wire covers that host, was polled last at 2026-11-24 09:00 (ok), and did not list it" in found["because"]
    assert (found["known"], found["outlet"]) == (False, "wire")
    with desk.store.begin() as connection:
        polls.save_sources(connection, [replace(source, gap_since=NOW - timedelta(days=1))])
    assert "entries since 2026-11-23 09:00 may be missing" in because(desk, "https://wire.example/unseen")
    desk.config.write_text(desk.config.read_text("utf-8").replace("home =", "enabled = false\nhome ="), encoding="utf-8")
    assert "is disabled" in because(desk, "https://wire.example/unseen")


@pytest.mark.parametrize(
    "what", ["https://nobody.example/x", "4711", "alert:99", "no such thing", "ftp://wire.example/a", "\udcff\0", "", "9" * 40]
)
def test_nothing_known_is_an_error(desk: Desk, what: str) -> None:
    with pytest.raises(RasidError, match="nothing is known of"):
        why_not.run(desk.config, what, topic=None, as_json=True)
    assert desk.json()["known"] is False


# --------------------------------------------------------------------------- the command


def test_as_a_person_uses_it(desk: Desk) -> None:
    desk.receive("\u202eخبر\u2066 " + SYRIA, BODY, path="a", silent=True)
    shown = rasid("why-not", "https://wire.example/a", config=desk.config)
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.strip().splitlines()
    assert lines[-1].startswith("No alert, because it stood in the source")
    assert "\x1b" not in shown.stdout
    assert shown.stdout.count("\u2068") == shown.stdout.count("\u2069")
    missing = rasid("why-not", "https://nobody.example/x", config=desk.config)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr.count("\n") == 1
    assert rasid("why-not", "1", "--topic", "turkey-irak", config=desk.config).returncode == 2
    as_json = rasid("why-not", "1", "--json", config=desk.config)
    assert json.loads(as_json.stdout)["alerted"] is False


def test_a_store_that_is_new_knows_nothing(tmp_path: Path) -> None:
    config = tmp_path / "rasid.toml"
    config.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/new.db"\n', encoding="utf-8")
    assert rasid("why-not", "1", config=config).returncode == 1
