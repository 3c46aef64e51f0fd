"""What ``rasid crawl`` and ``rasid run`` do with deliveries that cannot leave."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest

from rasid import wiring
from rasid.commands import alerts, crawl, run, search
from spiders.reactor import Stop
from storage import outbox
from tests.harness import SmtpSink, free_port

STORY = "أردوغان والشرع يبحثان في أنقرة فتح معبرين جديدين على الحدود التركية السورية"
OTHER_STORY = "دمشق وأنقرة توقعان اتفاقا لنقل الغاز التركي إلى حلب عبر كلس"


def deliver(desk: Any) -> None:
    """As after a crawl; fails when it waits for what nobody sends."""

    async def main() -> None:
        await asyncio.wait_for(crawl.deliver_now(wiring.read_config(desk.config), desk.store, Stop()), 30)

    asyncio.run(main())


def rename_channel(desk: Any, name: str, more: str = "") -> None:
    change(desk, 'id = "desk"', f'id = "{name}"', more)


def change(desk: Any, old: str, new: str, more: str = "") -> None:
    desk.config.write_text(desk.config.read_text(encoding="utf-8").replace(old, new) + more, encoding="utf-8")


@pytest.mark.parametrize("how", ["renamed", "disabled"])
def test_deliveries_of_a_forgotten_channel_are_told_and_not_waited_for(desk: Any, caplog: pytest.LogCaptureFixture, how: str) -> None:
    desk.receive(STORY, STORY)
    rename_channel(desk, "new") if how == "renamed" else rename_channel(desk, "desk", "enabled = false\n")
    config = wiring.read_config(desk.config)
    with desk.store.begin() as connection:
        assert outbox.depth(connection) == {"desk": {"pending": 1}}
    deliver(desk)
    with caplog.at_level(logging.WARNING):
        run._warn_of_forgotten_channels(config, desk.store)
        assert "disabled: desk (1); a channel with that id gets them" in caplog.text
    caplog.clear()
    desk.configure()
    run._warn_of_forgotten_channels(wiring.read_config(desk.config), desk.store)
    assert caplog.text == ""
    deliver(desk)
    with desk.store.begin() as connection:
        assert outbox.depth(connection) == {"desk": {"delivered": 1}}


def test_dates_in_json_are_iso(desk: Any) -> None:
    desk.now += timedelta(microseconds=123456)
    desk.receive(STORY, STORY)
    alerts.show(desk.config, state=None, limit=5, as_json=True)
    (row,) = desk.json()
    assert (row["created_at"], row["not_before"], row["delivered_at"]) == ("2026-11-24T09:01:00+00:00", "2026-11-24T09:01:00+00:00", None)
    search.run(desk.config, ["أردوغان"], since=None, outlet=None, topic=None, limit=5, ranked=False, as_json=True)
    (found,) = desk.json()
    assert found["first_seen_at"] == "2026-11-24T09:01:00+00:00"


@pytest.mark.parametrize("count", [1, 2])
def test_alerts_that_could_not_be_sent_are_told(desk: Any, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(crawl, "_DELIVERY_TIME", 0.5)
    mail = (
        f'notifier = "email"\nhost = "127.0.0.1"\nport = {free_port()}\nsecurity = "none"\nfrom = "r@example.org"\nto = ["a@example.org"]'
    )
    change(desk, 'notifier = "console"', mail)
    for title in (STORY, OTHER_STORY)[:count]:
        desk.receive(title, title)
    deliver(desk)
    (line,) = desk.capture.readouterr().err.splitlines()
    assert line.startswith(f"rasid: {count} alerts wait in the outbox: cannot reach the mail server 127.0.0.1")
    assert line.endswith("; 'rasid run' delivers them")


def test_alerts_that_were_refused_are_told(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = SmtpSink()
    sink.inbox.script = ["550 go away"]
    mail = f'notifier = "email"\nhost = "127.0.0.1"\nport = {sink.port}\nsecurity = "none"\nfrom = "r@example.org"\nto = ["a@example.org"]'
    change(desk, 'notifier = "console"', mail)
    desk.receive(STORY, STORY)
    deliver(desk)
    (line,) = desk.capture.readouterr().err.splitlines()
    assert line.startswith("rasid: refused for good: 1 of the alerts: the mail server refuses the message: 550 go away")
    assert "rasid alerts retry" in line
    desk.receive(OTHER_STORY, OTHER_STORY)
    deliver(desk)
    assert desk.capture.readouterr().err == "", "what was refused earlier is not told again"
    assert len(sink.mails) == 1
    sink.stop()
