"""The daemon among outlets that misbehave: it lives on, is polite, counts everything and ends cleanly."""

from __future__ import annotations

import hmac
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode
from urllib.request import Request, urlopen

import psutil
import pytest
from aiohttp import web

from newsroom import TROUBLES, Resource, SiteServer, redirect
from tests.harness import (
    Daemon,
    FakeOutlet,
    FakeTelegram,
    free_port,
    outlet_table,
    rasid,
    running_daemon,
    simple_page,
    wait_until,
    write_config,
)

TITLE = "وفد تركي يبحث في دمشق إعادة تشغيل معبر باب السلامة رقم {}"
TEXT = ["بحث وفد تركي في دمشق مع مسؤولين سوريين إعادة تشغيل معبر باب السلامة الحدودي، واتفق الجانبان على لجنة مشتركة رقم {}."]


@pytest.fixture
def outlet() -> Iterator[FakeOutlet]:
    made = FakeOutlet("wire")
    made.publish(
        "/old/",
        simple_page("افتتاح مكتبة عامة في وسط المدينة بعد ترميمها", ["افتتحت مكتبة عامة في وسط المدينة بعد عامين من الترميم."]),
        "قديم",
    )
    yield made
    made.site.close()


def publish(outlet: FakeOutlet, number: int) -> None:
    title = TITLE.format(number)
    words = " ".join(f"كلمة{number}ع{index}" for index in range(30))
    outlet.publish(f"/n/{number}/", simple_page(title, [TEXT[0].format(number), words]), title)


def status(config: Path) -> dict[str, Any]:
    rows = json.loads(rasid("status", "--json", config=config).stdout)["outlets"]
    return {row["id"]: row for row in rows}


def runs(config: Path, outlet: str) -> list[sqlite3.Row]:
    connection = sqlite3.connect(config.parent / "rasid.db")
    connection.row_factory = sqlite3.Row
    try:
        return connection.execute("select * from poll_runs where outlet = ? order by id", (outlet,)).fetchall()
    except sqlite3.OperationalError:  # the daemon has not made its tables yet
        return []
    finally:
        connection.close()


def table(name: str, url: str, kind: str = "feed") -> str:
    return f'[[outlets]]\nid = "{name}"\nname = "{name}"\ntime_limit = "3s"\n[[outlets.sources]]\nkind = "{kind}"\nurl = "{url}"\n'


BAD = [
    "404", "403", "500", "503-retry-after", "html-feed", "empty-body", "empty-feed", "truncated-gzip", "broken-feed", "drop", "reset",
    "never", "endless", "gzip-bomb", "xml-bomb", "redirect-loop", "redirect-private", "redirect-file", "wrong-charset",
]  # fmt: skip


@pytest.mark.slow
def test_it_lives_on_among_all_troubles_and_hangs_delay_nobody(tmp_path: Path, outlet: FakeOutlet) -> None:
    telegram = FakeTelegram()
    sites = {name: SiteServer(name) for name in BAD}
    try:
        for name, site in sites.items():
            site.set("/feed/", TROUBLES[name])
        tables = [table("bad_" + name.replace("-", "_"), f"{site.url}feed/") for name, site in sites.items()]
        config = write_config(tmp_path, outlets=[*tables, outlet_table(outlet)], telegram=telegram)
        with running_daemon(config) as daemon:
            wait_until(lambda: "outlet=wire outcome=ok" in daemon.log, what="the good outlet's first poll")
            assert daemon.process is not None
            process = psutil.Process(daemon.process.pid)
            peak = 0.0
            for number in range(5):
                publish(outlet, number)
                wait_until(lambda seen=number: len(telegram.messages) > seen, seconds=10, what=f"alert {number}")
                peak = max(peak, process.memory_info().rss / 1e6)
            wait_until(
                lambda: all(row["last_outcome"] for name, row in status(config).items() if name.startswith("bad_")), what="all polls"
            )
            assert daemon.alive
            assert peak < 300, f"{peak:.0f} MB"
            assert daemon.stop() == 0
        outcomes = {name: row["last_outcome"] for name, row in status(config).items() if name.startswith("bad_")}
        good = {"bad_empty_feed", "bad_broken_feed", "bad_wrong_charset", "bad_truncated_gzip"}
        assert {name for name, outcome in outcomes.items() if outcome in ("failed", "timed_out")} >= set(outcomes) - good
        assert outcomes["bad_never"] == "timed_out"
        reasons = {name: row["reason"] for name, row in status(config).items()}
        for name in set(outcomes) - good:
            assert reasons[name], f"{name} failed without saying why"
        assert "Traceback" not in daemon.log
        waits = [row["scheduled_for"] for row in runs(config, "wire")]
        assert len(waits) >= 5
    finally:
        telegram.close()
        for site in sites.values():
            site.close()


def test_the_ledger_adds_up_and_quiet_polls_are_304(tmp_path: Path, outlet: FakeOutlet) -> None:
    outlet.entries.insert(0, ("/gone/", "لا صفحة لهذا العنوان"))
    config = write_config(tmp_path, outlets=[outlet_table(outlet)])
    with running_daemon(config):
        wait_until(lambda: len(runs(config, "wire")) >= 1, what="the first poll")
        publish(outlet, 1)
        wait_until(lambda: outlet.site.count("/feed/", status=304) >= 2, what="304s")
    for row in runs(config, "wire"):
        parts = ("new", "known", "revised", "filtered", "failed", "pending")
        assert row["seen"] == sum(row[part] for part in parts), dict(row)
    assert sum(row["new"] for row in runs(config, "wire")) == 2
    assert any(json.loads(row["reasons"]).get("http_404") for row in runs(config, "wire"))
    assert runs(config, "wire")[-1]["outcome"] == "not_modified"


def test_robots_crawl_delay_and_spacing_are_obeyed(tmp_path: Path, outlet: FakeOutlet) -> None:
    outlet.site.set("/robots.txt", Resource("User-agent: *\nDisallow: /n/2/\nCrawl-delay: 0.4\n", content_type="text/plain"))
    for number in (1, 2, 3):
        publish(outlet, number)
    arrivals: list[float] = []
    page = simple_page(TITLE.format(9), TEXT)

    async def timed(_request: Any) -> Any:
        from aiohttp import web

        arrivals.append(time.monotonic())
        return web.Response(text=page, content_type="text/html")

    for number in (1, 3):
        outlet.site.set(f"/n/{number}/", timed)
    config = write_config(tmp_path, outlets=[outlet_table(outlet)])
    result = rasid("crawl", "wire", config=config)
    assert "robots=1" in result.stdout, result.stdout
    assert outlet.site.count("/n/2/") == 0
    assert outlet.site.count("/robots.txt") == 1
    assert arrivals[1] - arrivals[0] >= 0.39
    refusing = SiteServer()
    refusing.set("/robots.txt", Resource(status=500))
    refusing.set("/feed/", "<rss version='2.0'><channel><title>x</title></channel></rss>")
    try:
        config = write_config(tmp_path, outlets=[table("shy", f"{refusing.url}feed/")])
        assert "robots.txt" in rasid("crawl", "shy", config=config).stderr
        assert refusing.count("/feed/") == 0, "a robots.txt that cannot be read means: wait"
    finally:
        refusing.close()


def test_a_host_that_asks_for_a_pause_gets_it(tmp_path: Path, outlet: FakeOutlet) -> None:
    outlet.site.set("/feed/", Resource(status=429, headers={"Retry-After": "3600"}, validators=False))
    config = write_config(tmp_path, outlets=[outlet_table(outlet)])
    with running_daemon(config):
        wait_until(lambda: len(runs(config, "wire")) >= 1, what="the refused poll")
        time.sleep(5)
        assert outlet.site.count("/feed/") == 1
    wait = status(config)["wire"]["next_poll_at"]
    assert wait > status(config)["wire"]["last_poll_at"][:13], wait
    assert len(runs(config, "wire")) == 1


def test_a_parked_domain_is_noticed_and_not_believed(tmp_path: Path, outlet: FakeOutlet) -> None:
    """Built-in homes must show their masthead; here the built-in definition is a file of the test's."""
    from core.clock import SystemClock
    from core.config import build_outlet
    from core.model import Outcome
    from core.settings import OutletConfig
    from crawler.poll import Order, Poll
    from spiders.outlet import shows_identity
    from storage.polls import OutletState

    definition = {"id": "wire", "name": "w", "home": outlet.url, "identity": ["طيف بوست"], "sources": [{"kind": "feed", "url": "/feed/"}]}
    parked = build_outlet(OutletConfig.model_validate(definition))
    assert not parked.home_is_users
    assert shows_identity("<h1>طَيف بُوست</h1>".encode(), parked.identity)
    assert not shows_identity(b"<h1>This domain is for sale</h1>", parked.identity)
    now = SystemClock().now()
    poll = Poll(Order(parked, now, 1.0), OutletState("wire"), {}, now, lambda poll, run: found.append(run))
    found: list[Any] = []
    poll.begin()
    poll.skip("identity lost: for sale")
    poll.end(now)
    assert found[0].outcome is Outcome.SKIPPED
    assert "identity lost" in found[0].note


def test_sigterm_in_the_middle_of_a_poll_loses_nothing(tmp_path: Path, outlet: FakeOutlet) -> None:
    telegram = FakeTelegram()
    try:
        config = write_config(tmp_path, outlets=[outlet_table(outlet)], telegram=telegram)
        with running_daemon(config) as daemon:
            wait_until(lambda: "outcome=ok" in daemon.log, what="the silent first poll")
            for number in range(4):
                outlet.entries.insert(0, (f"/n/{number}/", TITLE.format(number)))
                outlet.site.set(f"/n/{number}/", TROUBLES["never"])
            outlet._list()
            wait_until(lambda: outlet.site.count("/n/0/") >= 1, what="a page that hangs")
            assert daemon.stop() == 0
            assert "stopped; the rest follows" in daemon.log
            for number in range(4):
                outlet.site.set(
                    f"/n/{number}/",
                    simple_page(TITLE.format(number), [TEXT[0].format(number), " ".join(f"ك{number}{i}" for i in range(40))]),
                )
            daemon.start()
            wait_until(lambda: len(telegram.messages) == 4, what="the four alerts after the restart")
            assert daemon.stop() == 0
    finally:
        telegram.close()


def test_only_one_daemon_works_on_a_database(tmp_path: Path, outlet: FakeOutlet) -> None:
    config = write_config(tmp_path, outlets=[outlet_table(outlet)])
    with running_daemon(config) as daemon:
        wait_until(lambda: "started" in daemon.log, what="the first daemon")
        second = rasid("run", config=config)
        assert second.returncode == 1
        assert f"another rasid (process {daemon.process.pid if daemon.process else 0})" in second.stderr
        assert json.loads(rasid("status", "--json", config=config).stdout)["daemon"]["pid"] == (daemon.process.pid if daemon.process else 0)


def test_outlets_without_an_address_are_said_in_one_line(tmp_path: Path, outlet: FakeOutlet) -> None:
    config = write_config(
        tmp_path, outlets=['[[outlets]]\nid = "taif_post"\n', '[[outlets]]\nid = "majallat_alyawm"\n', outlet_table(outlet)]
    )
    with running_daemon(config) as daemon:
        wait_until(lambda: "outcome=ok" in daemon.log, what="a poll of the outlet that has one")
        lines = [line for line in daemon.log.splitlines() if "no address yet" in line]
        assert len(lines) == 1
        assert "majallat_alyawm,taif_post" in lines[0]


def test_a_page_cannot_lead_us_to_private_addresses(tmp_path: Path) -> None:
    """Redirects pass the same gate as the first request; loopback is allowed here, the metadata address is not."""
    from crawler.addresses import is_public

    assert not is_public("169.254.169.254")
    with SiteServer() as site:
        site.set("/feed/", redirect("file:///etc/passwd"))
        config = write_config(tmp_path, outlets=[table("x", f"{site.url}feed/")])
        assert rasid("crawl", "x", config=config).returncode == 1


def test_a_restart_goes_on_where_it_stopped(tmp_path: Path, outlet: FakeOutlet) -> None:
    config = write_config(tmp_path, outlets=[outlet_table(outlet)])
    daemon = Daemon(config)
    for _ in range(2):
        daemon.start()
        before = len(runs(config, "wire"))
        wait_until(lambda seen=before: len(runs(config, "wire")) > seen, what="a poll")
        assert daemon.stop() == 0
    assert outlet.site.count("/feed/", status=200) == 1, "validators survive the restart"
    assert outlet.site.count("/old/") == 1, "nothing is fetched twice"


def test_a_push_of_a_hub_brings_the_next_poll_forward(tmp_path: Path, outlet: FakeOutlet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real hub on loopback: it is asked, verifies, and pushes; the outlet, which would be polled in an hour, is polled now."""
    monkeypatch.setenv("RASID_TEST_WEBSUB", "a secret of the test, long enough")
    asked: list[dict[str, str]] = []
    hub = SiteServer("hub")

    async def subscribe(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(dict(parse_qsl((await request.read()).decode())))
        return web.Response(status=202)

    hub.set("/", subscribe)
    port = free_port()
    feed = outlet.site
    head = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{hub.url}"/>'

    def show(*numbers: int) -> None:
        items = "".join(f"<item><title>{n}</title><link>{feed.url}story/{n}/</link></item>" for n in numbers)
        for number in numbers:
            text = f"افتتحت البلدية المكتبة رقم {number} أمام القراء."
            feed.set(f"/story/{number}/", simple_page(f"خبر رقم {number} عن مكتبة الحي الشرقي", [text]))
        body = f"<rss version='2.0'><channel><title>x</title>{head}{items}</channel></rss>"
        feed.set("/feed/", Resource(body, content_type="application/rss+xml"))

    show(1)
    listen = f"127.0.0.1:{port}"
    extra = f'[websub]\ncallback = "http://{listen}/hooks"\nlisten = "{listen}"\nsecret = {{ env = "RASID_TEST_WEBSUB" }}\n'
    table_of = outlet_table(outlet).replace("languages", 'min_interval = "1h"\nlanguages')
    config = write_config(tmp_path, outlets=[table_of], extra=extra)
    try:
        with running_daemon(config) as daemon:
            wait_until(lambda: len(runs(config, "wire")) == 1, what="the first poll")
            wait_until(lambda: asked, seconds=90, what="the subscription")
            callback, key = asked[0]["hub.callback"], asked[0]["hub.secret"].encode()
            topic = asked[0]["hub.topic"]
            query = urlencode({"hub.mode": "subscribe", "hub.topic": topic, "hub.challenge": "c1", "hub.lease_seconds": "864000"})
            with urlopen(f"{callback}?{query}", timeout=10) as answer:
                assert (answer.status, answer.read()) == (200, b"c1")
            show(2, 1)
            body = b"<rss>whatever</rss>"
            for signature in ("sha256=00", "sha256=" + hmac.new(key, body, "sha256").hexdigest()):
                before = len(runs(config, "wire"))
                with urlopen(Request(callback, data=body, headers={"X-Hub-Signature": signature}), timeout=10) as answer:
                    assert 200 <= answer.status < 300
                if signature == "sha256=00":
                    time.sleep(1.0)
                    assert len(runs(config, "wire")) == before, "a push that is not signed is ignored"
            wait_until(lambda: len(runs(config, "wire")) == 2, what="the poll that the push caused")
            assert runs(config, "wire")[-1]["new"] == 1
            assert daemon.stop() == 0
    finally:
        hub.close()
