"""Addresses that cannot be asked: one costs its own poll and nobody else's, wherever it comes from."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsroom import Resource, SiteServer
from newsroom.site import redirect
from tests.harness import ROOT, rasid, running_daemon, simple_page, wait_until, write_config
from tests.poller import Poller

BEYOND = "http://127.0.0.1:99999/a/"
HALF = "http://[::1"
PAGE = simple_page("خبر عن افتتاح مكتبة عامة في الحي الشرقي", ["افتتحت البلدية مكتبة عامة في الحي الشرقي أمام القراء بعد ترميم طويل."])


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as server:
        server.set("/a/1/", PAGE)
        yield server


def feed(*links: str) -> Resource:
    items = "".join(f"<item><title>خبر رقم {number}</title><link>{link}</link></item>" for number, link in enumerate(links))
    return Resource(f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>", content_type="application/rss+xml")


def sitemap(*links: str, index: bool = False) -> Resource:
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    rows = "".join(f"<{inner}><loc>{link}</loc></{inner}>" for link in links)
    return Resource(
        f'<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{outer}>', content_type="application/xml", validators=False
    )


def table(name: str, url: str, kind: str = "feed") -> str:
    return f'[[outlets]]\nid = "{name}"\nname = "{name}"\n[[outlets.sources]]\nkind = "{kind}"\nurl = "{url}"\n'


def execute(config: Path, statement: str, *values: str) -> None:
    with sqlite3.connect(config.parent / "rasid.db", timeout=20) as connection:
        connection.execute(statement, values)


def outcomes(config: Path, outlet: str) -> list[str]:
    with sqlite3.connect(config.parent / "rasid.db", timeout=20) as connection:
        return [row[0] for row in connection.execute("select outcome from poll_runs where outlet = ? order by id", (outlet,))]


@pytest.mark.parametrize("address", [BEYOND, HALF])
def test_an_entry_without_an_address_is_left_out_and_the_others_are_read(tmp_path: Path, site: SiteServer, address: str) -> None:
    site.set("/feed/", feed(address, f"{site.url}a/1/"))
    with Poller(write_config(tmp_path, outlets=[table("x", f"{site.url}feed/")])) as poller:
        polled = poller.poll()
    assert (polled.outcome, polled.articles) == ("ok", [f"{site.url}a/1/"])
    assert polled.run["seen"] == polled.run["new"] + polled.run["filtered"] == 2


@pytest.mark.parametrize("index", [False, True])
@pytest.mark.parametrize("address", [BEYOND, HALF])
def test_so_are_addresses_in_a_sitemap(tmp_path: Path, site: SiteServer, address: str, index: bool) -> None:
    site.set("/news.xml", sitemap(f"{site.url}a/1/"))
    site.set("/map.xml", sitemap(address, f"{site.url}news.xml" if index else f"{site.url}a/1/", index=index))
    with Poller(write_config(tmp_path, outlets=[table("x", f"{site.url}map.xml", "sitemap")])) as poller:
        polled = poller.poll()
    assert polled.articles == [f"{site.url}a/1/"]
    assert polled.outcome == "ok"


@pytest.mark.parametrize("address", [BEYOND, HALF])
@pytest.mark.parametrize("path", ["/feed/", "/robots.txt"])
def test_a_redirect_to_nowhere_is_a_counted_failure_of_the_source(tmp_path: Path, site: SiteServer, path: str, address: str) -> None:
    site.set("/feed/", feed(f"{site.url}a/1/"))
    site.set(path, redirect(address))
    with Poller(write_config(tmp_path, outlets=[table("x", f"{site.url}feed/")])) as poller:
        polled = poller.poll()
    assert polled.outcome == "failed"
    assert polled.run["reasons"] == {"source_not_web": 1}
    assert polled.run["note"] == f"{site.url}feed/: the address is not a web address"


def test_a_redirect_of_a_page_is_a_failure_of_its_entry(tmp_path: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(f"{site.url}a/1/", f"{site.url}a/2/"))
    site.set("/a/2/", redirect(BEYOND))
    with Poller(write_config(tmp_path, outlets=[table("x", f"{site.url}feed/")])) as poller:
        polled = poller.poll()
    assert (polled.run["new"], polled.run["failed"], polled.run["reasons"]) == (1, 1, {"not_web": 1})


def test_an_entry_of_an_earlier_poll_that_cannot_be_asked_is_counted(tmp_path: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(f"{site.url}a/1/", f"{site.url}a/2/"))
    config = write_config(tmp_path, outlets=[table("x", f"{site.url}feed/")])
    with Poller(config) as poller:
        assert poller.poll().run["failed"] == 1, "there is no second page"
        execute(config, "update entries set url = ? where url like '%/a/2/'", BEYOND)
        poller.advance(hours=1)
        polled = poller.poll()
    assert (polled.run["failed"], polled.run["reasons"]) == (1, {"not_web": 1})


@pytest.mark.parametrize("address", [BEYOND, HALF])
def test_a_source_that_cannot_be_asked_stops_no_other_outlet(tmp_path: Path, site: SiteServer, address: str) -> None:
    """``rasid.toml`` refuses such an address; this one is where the source is thought to have moved to."""
    for path in ("/bad/", "/one/", "/two/"):
        site.set(path, feed(f"{site.url}a/1/"))
    names = ("bad", "one", "two")
    config = write_config(tmp_path, outlets=[table(name, f"{site.url}{name}/") for name in names])
    assert rasid("crawl", "bad", config=config).returncode == 0
    execute(config, "update sources set address = ? where outlet = 'bad'", address)
    with running_daemon(config) as daemon:
        wait_until(lambda: all(len(outcomes(config, name)) >= 3 for name in names), what="three polls of each")
        assert daemon.stop() == 0
        assert "Traceback" not in daemon.log
    assert set(outcomes(config, "bad")[1:]) == {"failed"}
    assert "failed" not in outcomes(config, "one") + outcomes(config, "two")


def test_a_crawl_that_dies_is_followed_by_another(tmp_path: Path, site: SiteServer) -> None:
    """Without the table of entries no poll can be opened; when it is back, everything goes on."""
    site.set("/feed/", feed(f"{site.url}a/1/"))
    config = write_config(tmp_path, outlets=[table(name, f"{site.url}feed/?{name}") for name in ("one", "two")])
    with running_daemon(config) as daemon:
        wait_until(lambda: "outlet=one outcome=" in daemon.log and "outlet=two outcome=" in daemon.log, what="the first polls")
        execute(config, "alter table entries rename to entries_away")
        wait_until(lambda: daemon.log.count("planned again") >= 2, what="two polls in vain")
        execute(config, "alter table entries_away rename to entries")
        assert "not begun polls=" in daemon.log
        assert "Traceback" not in daemon.log, "a database that refuses is an expected condition"
        before = {name: len(outcomes(config, name)) for name in ("one", "two")}
        wait_until(lambda: all(len(outcomes(config, name)) > count for name, count in before.items()), what="another poll of each")
        assert daemon.stop() == 0


FETCH = """
import asyncio, sys
from pathlib import Path
from rasid import wiring
from spiders.fetch import fetch
from spiders.reactor import run_in_reactor
from storage import open_store

async def main(_stop):
    context = wiring.build_context(wiring.read_config(Path(sys.argv[1])), open_store("sqlite://"))
    found = await fetch(context, sys.argv[2:])
    for url in sys.argv[2:]:
        print(url, found[url].status, found[url].reason)

run_in_reactor(main, allow_private=True)
"""


def test_a_fetch_of_several_addresses_gives_the_others(tmp_path: Path, site: SiteServer) -> None:
    config = write_config(tmp_path, outlets=[table("x", f"{site.url}feed/")])
    command = [sys.executable, "-c", FETCH, str(config), BEYOND, HALF, f"{site.url}a/1/"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert shown.stdout.splitlines() == [f"{BEYOND} None not_web", f"{HALF} None not_web", f"{site.url}a/1/ 200 "]
    assert shown.stderr == ""


def test_a_poll_that_cannot_be_written_down_is_followed_by_another(tmp_path: Path, site: SiteServer) -> None:
    """Without the ledger no poll can be recorded; the outlet is polled again, and not at once for ever."""
    site.set("/feed/", feed(f"{site.url}a/1/"))
    config = write_config(tmp_path, outlets=[table("x", f"{site.url}feed/")])
    with running_daemon(config) as daemon:
        wait_until(lambda: "outlet=x outcome=" in daemon.log, what="the first poll")
        execute(config, "alter table poll_runs rename to poll_runs_away")
        wait_until(lambda: daemon.log.count("not recorded") >= 2, what="two polls in vain")
        execute(config, "alter table poll_runs_away rename to poll_runs")
        before = len(outcomes(config, "x"))
        wait_until(lambda: len(outcomes(config, "x")) > before, what="another poll")
        assert daemon.stop() == 0
