"""What becomes of entries, by real crawls: closed pages, moved outlets, several sources, retries."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsroom import Resource, SiteServer
from tests.harness import FakeOutlet, outlet_table, rasid, simple_page, write_config
from tests.poller import Poller

TITLE = "لجنة تركية سورية مشتركة تجتمع في حلب لبحث ملف الكهرباء"
BODY = "".join(
    f"<p>اجتمعت لجنة تركية سورية مشتركة في حلب لبحث ملف الكهرباء والربط عبر الحدود، وقال عضو فيها إن المرحلة {i} تبدأ قريباً.</p>"
    for i in range(9)
)


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as server:
        yield server


def feed(site: SiteServer, content: str = "", *, title: str = TITLE, summary: str = "") -> Resource:
    encoded = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    encoded += f"<description>{summary}</description>" if summary else ""
    item = f"<item><title>{title}</title><link>{site.url}a/1/</link>{encoded}</item>"
    text = f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>x</title>{item}</channel></rss>'
    return Resource(text, content_type="application/rss+xml")


def table(site: SiteServer) -> str:
    return f'[[outlets]]\nid = "x"\nname = "x"\n[[outlets.sources]]\nkind = "feed"\nurl = "{site.url}feed/"\n'


def crawl(config: Path, *arguments: str) -> list[dict[str, Any]]:
    result = rasid("crawl", "x", "--jsonl", *arguments, config=config)
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_closed_page_is_read_from_the_feed_that_carried_it(tmp_path: Path, site: SiteServer, status: int) -> None:
    site.set("/feed/", feed(site, BODY))
    site.set("/a/1/", Resource(status=status))
    rows = crawl(write_config(tmp_path, outlets=[table(site)]))
    assert [(row["title"], row["topics"], row["url"]) for row in rows] == [(TITLE, ["turkey-syria"], f"{site.url}a/1/")]
    assert "المرحلة 8" in rows[0]["body"]


SUMMARY = "قال مصدر في وزارة الكهرباء السورية إن خط الربط مع تركيا يدخل الخدمة قبل نهاية العام بعد اختبارات تجرى هذا الأسبوع."


@pytest.mark.parametrize(("summary", "body"), [(SUMMARY, SUMMARY), ("", TITLE)])
@pytest.mark.parametrize("status", [401, 403, 406, 451])
def test_a_story_behind_a_closed_page_is_told_by_its_source_at_once(
    tmp_path: Path, site: SiteServer, status: int, summary: str, body: str
) -> None:
    site.set("/feed/", feed(site, summary=summary))
    site.set("/a/1/", Resource(status=status))
    config = write_config(tmp_path, outlets=[table(site)])
    rows = crawl(config)
    assert [(row["title"], row["topics"], row["body"]) for row in rows] == [(TITLE, ["turkey-syria"], body)]
    with sqlite3.connect(tmp_path / "rasid.db") as connection:
        reasons, note, seen, new = connection.execute("select reasons, note, seen, new from poll_runs").fetchone()
    assert (json.loads(reasons), seen, new) == ({f"unread_http_{status}": 1}, 1, 1)
    assert f"pages that could not be read (http_{status}) were judged by what the source says of them" in note
    assert crawl(config) == []
    assert site.count("/a/1/") == 1


def test_robots_that_close_the_pages_leave_what_the_feed_says(tmp_path: Path, site: SiteServer) -> None:
    site.set("/robots.txt", Resource("User-agent: *\nDisallow: /a/\n", content_type="text/plain"))
    site.set("/feed/", feed(site, summary=SUMMARY))
    rows = crawl(write_config(tmp_path, outlets=[table(site)]))
    assert [(row["title"], row["body"]) for row in rows] == [(TITLE, SUMMARY)]
    assert site.count("/a/1/") == 0


def test_what_is_no_story_by_its_summary_waits_for_its_page_once(tmp_path: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(site, title="لجنة مشتركة تجتمع لبحث ملف الكهرباء", summary="بحثت اللجنة مد خط جديد وصيانة المحطات القديمة."))
    site.set("/a/1/", Resource(status=403))
    config = write_config(tmp_path, outlets=[table(site)])
    assert crawl(config) == []
    with sqlite3.connect(tmp_path / "rasid.db") as connection:
        assert connection.execute("select state, reason, attempts from entries").fetchone() == ("pending", "http_403", 1)
        connection.execute("update entries set not_before = '2020-01-01 00:00:00'")
    assert [(row["topics"], row["body"]) for row in crawl(config)] == [([], "بحثت اللجنة مد خط جديد وصيانة المحطات القديمة.")]


def test_a_story_whose_page_fails_twice_is_told_by_its_source(tmp_path: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(site, summary=SUMMARY))
    site.set("/a/1/", Resource(status=503))
    config = write_config(tmp_path, outlets=[table(site)])
    assert crawl(config) == []
    with sqlite3.connect(tmp_path / "rasid.db") as connection:
        connection.execute("update entries set not_before = '2020-01-01 00:00:00'")
    assert [row["body"] for row in crawl(config)] == [SUMMARY]


def test_nobody_is_sent_to_a_private_address(tmp_path: Path, site: SiteServer) -> None:
    item = f"<item><title>{TITLE}</title><link>http://10.0.0.1/a/1/</link><description>{SUMMARY}</description></item>"
    site.set("/feed/", Resource(f'<rss version="2.0"><channel><title>x</title>{item}</channel></rss>', content_type="application/rss+xml"))
    config = write_config(tmp_path, outlets=[table(site)])
    config.write_text(config.read_text(encoding="utf-8").replace("allow_private_addresses = true", ""), encoding="utf-8")
    with Poller(config, public="127.0.0.1") as poller:
        for _ in range(5):
            polled = poller.poll()
            assert (polled.run["new"], polled.run["failed"], polled.run["reasons"]) == (0, 1, {"private_address": 1})
            poller.advance(hours=13)
        assert poller.poll().run["failed"] == 0
    with sqlite3.connect(tmp_path / "rasid.db") as connection:
        assert connection.execute("select state from entries").fetchone() == ("failed",)


def test_a_page_that_failed_is_tried_again_and_not_lost(tmp_path: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(site))
    site.set("/a/1/", Resource(status=500))
    config = write_config(tmp_path, outlets=[table(site)])
    assert crawl(config) == []
    site.set("/a/1/", simple_page(TITLE, [BODY.replace("<p>", "").replace("</p>", " ")]))
    site.set("/feed/", Resource("<rss version='2.0'><channel><title>x</title></channel></rss>", content_type="application/rss+xml"))
    assert crawl(config) == [], "it waits before it tries again"
    with sqlite3.connect(tmp_path / "rasid.db") as connection:
        assert connection.execute("select state, reason, attempts from entries").fetchone() == ("pending", "http_500", 1)
        connection.execute("update entries set not_before = '2020-01-01 00:00:00'")
    assert [row["title"] for row in crawl(config)] == [TITLE], "although the feed has forgotten it"


def test_an_outlet_that_moved_is_seeded_again(tmp_path: Path) -> None:
    old, new = FakeOutlet("taif_post"), FakeOutlet("taif_post")
    try:
        for place in (old, new):
            place.publish("/a/1/", simple_page(TITLE, [BODY.replace("<p>", "").replace("</p>", " ")]), TITLE)
        config = write_config(tmp_path, outlets=[outlet_table(old, builtin=True)])
        assert rasid("crawl", "taif_post", config=config).returncode == 0
        config = write_config(tmp_path, outlets=[outlet_table(new, builtin=True)])
        moved = rasid("crawl", "taif_post", config=config)
        assert "alerted=0" in moved.stdout
        assert new.site.count("/feed/", status=200) == 1, "the validators of the old address are not sent to the new one"
    finally:
        old.site.close()
        new.site.close()


def test_entries_of_two_sources_count_once(tmp_path: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(site))
    site.set("/other/", feed(site))
    site.set("/a/1/", simple_page(TITLE, [BODY.replace("<p>", "").replace("</p>", " ")]))
    config = write_config(tmp_path, outlets=[table(site) + f'[[outlets.sources]]\nkind = "feed"\nurl = "{site.url}other/"\n'])
    assert len(crawl(config)) == 1
    assert site.count("/a/1/") == 1


def test_what_is_no_page_is_told_by_its_source_at_once(tmp_path: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(site, summary=SUMMARY))
    site.set("/a/1/", Resource(b"%PDF-1.7 binary \x00\x01\x02" * 50, content_type="application/pdf"))
    config = write_config(tmp_path, outlets=[table(site)])
    assert [row["body"] for row in crawl(config)] == [SUMMARY]
    with sqlite3.connect(tmp_path / "rasid.db") as connection:
        assert connection.execute("select state, attempts from entries").fetchone() == ("stored", 1)


def test_a_backlog_at_a_slow_host_does_not_hide_what_is_new(tmp_path: Path) -> None:
    outlet = FakeOutlet("slow")
    try:
        outlet.site.set("/robots.txt", Resource("User-agent: *\nCrawl-delay: 0.5\n", content_type="text/plain"))
        for number in range(12):
            text = " ".join(f"كلمة{number}ع{index}" for index in range(40))
            outlet.publish(f"/old/{number}/", simple_page(f"خبر محلي قديم عن الحي رقم {number}", [text]), f"خبر {number}")
        config = write_config(tmp_path, outlets=[outlet_table(outlet)], extra='time_limit = "3s"')
        first = rasid("crawl", "slow", config=config)
        assert first.returncode == 1, "its time was up"
        assert "the rest follows in the next poll" in first.stderr
        outlet.publish("/new/", simple_page(TITLE, [BODY.replace("<p>", "").replace("</p>", " ")]), TITLE)
        second = rasid("crawl", "slow", "--jsonl", config=config)
        rows = [json.loads(line) for line in second.stdout.splitlines()]
        assert TITLE in [row["title"] for row in rows], "the source is read before the backlog"
        seen = {row["title"] for row in rows}
        for _ in range(6):
            more = rasid("crawl", "slow", "--jsonl", config=config)
            titles = [json.loads(line)["title"] for line in more.stdout.splitlines()]
            assert not seen & set(titles), "nothing twice"
            seen |= set(titles)
            if not titles:
                break
        with sqlite3.connect(tmp_path / "rasid.db") as connection:
            assert connection.execute("select state, count(*) from entries group by state").fetchall() == [("stored", 13)]
            for row in connection.execute("select seen, new, known, revised, filtered, failed, pending from poll_runs"):
                assert row[0] == sum(row[1:]), "the ledger adds up"
    finally:
        outlet.site.close()
