"""What ``rasid crawl`` and ``rasid run`` do with deliveries that cannot leave."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from rasid import wiring
from rasid.commands import crawl, run
from storage import outbox

STORY = "أردوغان والشرع يبحثان في أنقرة فتح معبرين جديدين على الحدود التركية السورية"


def deliver(desk: Any) -> None:
    """As after a crawl; fails when it waits for what nobody sends."""
    asyncio.run(asyncio.wait_for(crawl._deliver(wiring.read_config(desk.config), desk.store), 30))


def rename_channel(desk: Any, name: str, more: str = "") -> None:
    text = desk.config.read_text(encoding="utf-8").replace('id = "desk"', f'id = "{name}"') + more
    desk.config.write_text(text, encoding="utf-8")


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
