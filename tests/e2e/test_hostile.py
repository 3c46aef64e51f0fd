"""Servers that mean harm or are beyond repair: nothing leaks, memory stays small, the others are polled on time."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from newsroom import Resource, SiteServer
from newsroom.trouble import TROUBLES
from tests.harness import FakeOutlet, outlet_table, rasid, running_daemon, simple_page, wait_until, write_config
from tests.poller import Poller

MB = 1e6


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as server:
        server.set("/trouble/secret", "<html><body>secret</body></html>")
        yield server


def table(name: str, url: str, keys: str = "") -> str:
    return f'[[outlets]]\nid = "{name}"\nname = "{name}"\n{keys}\n[[outlets.sources]]\nkind = "feed"\nurl = "{url}"\n'


@pytest.mark.parametrize(
    ("trouble", "reasons"),
    [
        ("gzip-bomb", {"source_too_large"}),
        ("endless", {"source_too_large", "source_timeout"}),
        ("slow", {"source_timeout", "source_timed_out"}),
        ("never", {"source_timeout", "source_timed_out"}),
        ("xml-bomb", {"source_entity_declaration"}),
        ("entity", {"source_entity_declaration"}),
        ("redirect-loop", {"source_redirects", "source_http_302"}),
        ("redirect-file", {"source_not_web", "source_http_302"}),
        ("redirect-private", {"source_private_address"}),
        ("redirect-name", {"source_private_address"}),
        ("html-as-rss", {"source_html_not_feed"}),
    ],
)
def test_each_ends_as_a_counted_failure(tmp_path: Path, site: SiteServer, trouble: str, reasons: set[str]) -> None:
    """127.0.0.1 written as a number counts as public here, every other address of this machine as what it is."""
    site.set("/feed/", TROUBLES[trouble])
    query = "?delay=3" if trouble == "slow" else ""
    config = write_config(tmp_path, outlets=[table("x", f"{site.url}feed/{query}", 'time_limit = "6s"')])
    config.write_text(config.read_text(encoding="utf-8").replace("allow_private_addresses = true", ""), encoding="utf-8")
    with Poller(config, public="127.0.0.1") as poller:
        polled = poller.poll()
    assert set(polled.run["reasons"]) & reasons, polled.run
    assert polled.outcome in ("failed", "timed_out")
    assert polled.articles == []
    assert site.count("/trouble/secret") == 0
    if trouble == "redirect-loop":
        assert len([hit for hit in site.requests if hit.path.startswith("/feed/")]) <= 6, "five redirects at the most"


@pytest.mark.parametrize("trouble", ["truncated-gzip", "broken-feed"])
def test_what_was_cut_off_is_read_whole_next_time(tmp_path: Path, site: SiteServer, trouble: str) -> None:
    site.set("/feed/", TROUBLES[trouble])
    with Poller(write_config(tmp_path, outlets=[table("x", f"{site.url}feed/")])) as poller:
        for _ in range(3):
            polled = poller.poll()
            poller.advance(minutes=10)
    assert polled.run["reasons"]["source_cut_off"] == 1
    assert "read whole next time" in polled.run["note"]
    assert not any(hit.conditional for hit in site.requests if hit.path == "/feed/")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1", "0x7f000001", "[::1]", "2130706433"])
def test_this_machine_is_not_fetched_by_any_name(tmp_path: Path, site: SiteServer, host: str) -> None:
    config = write_config(tmp_path, outlets=[table("x", f"http://{host}:{site.port}/feed/")])
    config.write_text(config.read_text(encoding="utf-8").replace("allow_private_addresses = true", ""), encoding="utf-8")
    answer = rasid("crawl", "x", config=config)
    assert answer.returncode == 1
    assert "private address" in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert site.requests == []


@pytest.mark.slow
def test_bombs_and_drips_cost_little_memory_and_delay_nobody(tmp_path: Path) -> None:
    """A 2 GB gzip bomb, an XML bomb, an endless body, a slow drip and a server that never answers, at every poll."""
    good = FakeOutlet("good")
    bad = {name: SiteServer(name) for name in ("gzip-bomb", "xml-bomb", "endless", "slow", "never", "redirect-loop")}
    try:
        good.publish(
            "/1/", simple_page("خبر أول عن افتتاح مكتبة في الحي", ["افتتحت البلدية مكتبة جديدة في الحي الشرقي أمام القراء."]), "خبر أول"
        )
        for name, site in bad.items():
            site.set("/feed/", TROUBLES[name])
        tables = [table(name.replace("-", "_"), f"{site.url}feed/?delay=1", 'time_limit = "5s"') for name, site in bad.items()]
        config = write_config(tmp_path, outlets=[*tables, outlet_table(good)])
        with running_daemon(config) as daemon:
            wait_until(lambda: "outlet=good" in daemon.log, what="a poll of the good outlet")
            assert daemon.process is not None
            process, peak, until = psutil.Process(daemon.process.pid), 0.0, time.monotonic() + 20
            while time.monotonic() < until:
                peak = max(peak, process.memory_info().rss / MB)
                time.sleep(0.05)
            wait_until(lambda: all(f"outlet={name.replace('-', '_')}" in daemon.log for name in bad), what="a poll of each bad one")
            assert daemon.stop() == 0
        assert peak < 300, f"{peak:.0f} MB"
        late = lateness(config.parent / "rasid.db", "good")
        assert len(late) >= 5
        assert late[len(late) // 2] < 1.0, f"the good outlet waited: {late}"
    finally:
        for site in [good.site, *bad.values()]:
            site.close()


def lateness(database: Path, outlet: str) -> list[float]:
    """Seconds between plan and beginning of the outlet's polls, in ascending order."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute("select scheduled_for, started_at from poll_runs where outlet = ?", (outlet,)).fetchall()
    return sorted((datetime.fromisoformat(began) - datetime.fromisoformat(planned)).total_seconds() for planned, began in rows)


def test_status_and_the_ledger_tell_what_happened(tmp_path: Path, site: SiteServer) -> None:
    site.set("/feed/", TROUBLES["403"])
    config = write_config(tmp_path, outlets=[table("x", f"{site.url}feed/")])
    with Poller(config) as poller:
        for _ in range(2):
            poller.poll()
            poller.advance(days=1, hours=1)
    row = next(row for row in json.loads(rasid("status", "--json", config=config).stdout)["outlets"] if row["id"] == "x")
    assert row["state"] == "refused"
    assert "does not want us" in row["reason"]
    assert row["since"] is not None
    assert [(source["state"], source["failures"]) for source in row["sources"]] == [("http_403", 2)]
    assert [item["condition"] for item in row["conditions"]] == ["refused"]
    ledger = json.loads(rasid("polls", "x", "--json", config=config).stdout)
    assert [(run["outcome"], run["reasons"]) for run in ledger] == [("failed", {"source_http_403": 1})] * 2
    shown = rasid("polls", "x", config=config).stdout
    assert "source_http_403 1" in " ".join(shown.split())
    unknown = rasid("polls", "nobody", config=config)
    assert (unknown.returncode, len(unknown.stderr.strip().splitlines())) == (2, 1)


HEAVY = "<rss><channel>" + "".join(f"<item><title>خبر {number}</title><link>/n/{number}/</link></item>" for number in range(4_000))


def test_a_source_that_takes_too_long_is_a_counted_failure_and_the_outlet_goes_on(tmp_path: Path) -> None:
    outlet = FakeOutlet("x")
    try:
        paragraphs = ["افتتحت البلدية صباح اليوم مكتبة عامة جديدة في الحي الجنوبي من المدينة."]
        outlet.publish("/a/", simple_page("خبر عن مكتبة عامة في الحي الجنوبي", paragraphs), "خبر")
        outlet.site.set("/heavy/", Resource(f"{HEAVY}</channel></rss>", content_type="application/rss+xml"))
        second = f'\n  [[outlets.sources]]\n  kind = "feed"\n  url = "{outlet.url}heavy/"\n'
        config = write_config(tmp_path, outlets=[outlet_table(outlet) + second], extra='page_limit = "0.3s"')
        with Poller(config) as poller:
            polled = poller.poll()
            assert (polled.run["outcome"], polled.run["new"], polled.run["reasons"]) == ("partial", 1, {"source_too_slow": 1})
            assert "took more than 0.3 s of CPU" in polled.run["note"]
            outlet.site.set("/heavy/", Resource(f"{HEAVY[:600]}</channel></rss>", content_type="application/rss+xml"))
            poller.advance(hours=13)
            assert "source_too_slow" not in poller.poll().run["reasons"]
    finally:
        outlet.site.close()


def test_a_big_source_is_read_in_the_worker_like_a_small_one(tmp_path: Path) -> None:
    outlet = FakeOutlet("x")
    try:
        for number in range(65):
            title = f"أنباء اليوم عن افتتاح مكتبة عامة جديدة رقم {number}"
            outlet.publish(
                f"/2026/11/25/{number}/", simple_page(title, [f"افتتحت البلدية صباح اليوم مكتبة عامة جديدة رقم {number}."]), title
            )
        with Poller(write_config(tmp_path, outlets=[outlet_table(outlet)])) as poller:
            polled = poller.poll()
            assert (polled.run["outcome"], polled.run["new"]) == ("ok", 65)
            assert poller.poll().run["outcome"] == "not_modified"
    finally:
        outlet.site.close()
