"""``rasid crawl --since``: what it leaves out is silent at a first reading and not lost at a later one."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from newsroom import Resource, SiteServer
from tests.harness import rasid, simple_page, write_config

PLACES = ["باب الهوى", "جرابلس", "باب السلامة", "تل أبيض", "كسب", "عفرين", "الراعي", "رأس العين"]


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, site: SiteServer) -> Path:
    return configure(tmp_path, f'kind = "feed"\nurl = "{site.url}feed/"')


def configure(folder: Path, source: str) -> Path:
    return write_config(folder, outlets=[f'[[outlets]]\nid = "x"\nname = "x"\n[[outlets.sources]]\n{source}\n'])


def stories(site: SiteServer, days: dict[int, float]) -> list[tuple[str, datetime]]:
    """Addresses and dates of stories about both countries, so many days old; their pages exist."""
    found = []
    for number, age in days.items():
        words = " ".join(f"كلمة{number}ع{index}" for index in range(30))
        text = f"بحث وفد تركي في دمشق مع مسؤولين سوريين تشغيل معبر {PLACES[number]} الحدودي، واتفق الجانبان على لجنة مشتركة."
        site.set(f"/a/{number}/", simple_page(f"وفد تركي يبحث في دمشق تشغيل معبر {PLACES[number]}", [text, words]))
        found.append((f"{site.url}a/{number}/", datetime.now(UTC) - timedelta(days=age)))
    return found


def feed(site: SiteServer, days: dict[int, float]) -> Resource:
    items = "".join(
        f"<item><title>معبر</title><link>{url}</link><pubDate>{format_datetime(at)}</pubDate></item>" for url, at in stories(site, days)
    )
    return Resource(f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>", content_type="application/rss+xml")


def sitemap(site: SiteServer, days: dict[int, float]) -> Resource:
    rows = "".join(f"<url><loc>{url}</loc><lastmod>{at.isoformat()}</lastmod></url>" for url, at in stories(site, days))
    return Resource(f"<urlset>{rows}</urlset>", content_type="application/xml")


def index(site: SiteServer, days: float) -> Resource:
    at = (datetime.now(UTC) - timedelta(days=days)).isoformat()
    return Resource(
        f"<sitemapindex><sitemap><loc>{site.url}part.xml</loc><lastmod>{at}</lastmod></sitemap></sitemapindex>",
        content_type="application/xml",
    )


def crawl(config: Path, *arguments: str) -> dict[str, int]:
    """The counts in the summary."""
    shown = rasid("crawl", "x", *arguments, config=config)
    assert shown.returncode == 0, shown.stderr
    counts = {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)(?![\d.])", shown.stdout)}
    assert counts["seen"] == sum(counts[name] for name in ("new", "known", "revised", "filtered", "failed", "pending"))
    return counts


def age(config: Path, days: int) -> None:
    """What was read so far was read so many days ago."""
    with sqlite3.connect(config.parent / "rasid.db") as connection:
        for table, column in (("sources", "last_ok_at"), ("sources", "first_polled_at"), ("entries", "first_seen_at")):
            rows = connection.execute(f"select rowid, {column} from {table}").fetchall()
            earlier = [(str(datetime.fromisoformat(at) - timedelta(days=days)), row) for row, at in rows]
            connection.executemany(f"update {table} set {column} = ? where rowid = ?", earlier)


def picked(counts: dict[str, int], *names: str) -> Sequence[int]:
    return [counts[name] for name in names]


def why_not(config: Path, address: str) -> str:
    return " ".join(rasid("why-not", address, config=config).stdout.split())


def test_a_first_reading_is_silent_for_all_it_showed(config: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(site, {1: 0.1, 0: 3}))
    assert picked(crawl(config, "--since", "2d"), "new", "filtered", "before_since", "alerted") == [1, 1, 1, 0]
    site.set("/feed/", feed(site, {2: 0.01, 1: 0.1, 0: 3}))
    assert picked(crawl(config), "new", "known", "alerted") == [1, 2, 1]
    assert site.count("/a/0/") == 0
    assert "it was older than --since asked for" in why_not(config, f"{site.url}a/0/")


def test_what_is_left_out_later_is_found_by_the_next_plain_crawl(config: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(site, {0: 5}))
    crawl(config)
    site.set("/feed/", feed(site, {2: 0.1, 1: 3, 0: 5}))
    for _ in range(2):
        counts = crawl(config, "--since", "2d")
        assert picked(counts, "filtered", "before_since") == [1, 1]
    assert counts["known"] == 2, "what is known is known, however old"
    assert picked(crawl(config), "new", "known", "alerted") == [1, 2, 1]
    assert "There was an alert" in why_not(config, f"{site.url}a/1/") or "No alert arrived yet" in why_not(config, f"{site.url}a/1/")
    crawl(config)
    assert [hit.status for hit in site.requests if hit.path == "/feed/"] == [200, 200, 200, 200, 304]


def test_a_crawl_that_left_nothing_out_keeps_the_validators(config: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(site, {1: 0.1, 0: 5}))
    crawl(config)
    site.set("/feed/", feed(site, {2: 0.01, 1: 0.1, 0: 5}))
    assert picked(crawl(config, "--since", "2d"), "new", "known", "filtered") == [1, 2, 0]
    crawl(config)
    assert site.count("/feed/", status=304) == 1


@pytest.mark.parametrize("since", ["2d", "1h"])
def test_a_gap_stays_one_for_the_next_plain_crawl(config: Path, site: SiteServer, since: str) -> None:
    """The window has moved past us: of the first page some or nothing is wanted, of the second nothing."""
    site.set("/feed/", feed(site, {0: 9}))
    crawl(config)
    age(config, 8)
    site.set("/feed/", feed(site, {5: 0.1, 4: 3}))
    site.set("/feed/?paged=2", feed(site, {3: 4, 2: 5}))
    site.set("/feed/?paged=3", feed(site, {1: 6, 0: 9}))
    crawl(config, "--since", since)
    crawl(config)
    for number in range(6):
        assert site.count(f"/a/{number}/") == 1, f"story {number} is lost"


def test_so_does_one_whose_first_page_was_wanted_whole(config: Path, site: SiteServer) -> None:
    site.set("/feed/", feed(site, {0: 9}))
    crawl(config)
    age(config, 8)
    site.set("/feed/", feed(site, {3: 0.1, 2: 0.2}))
    site.set("/feed/?paged=2", feed(site, {1: 4, 0: 9}))
    crawl(config, "--since", "2d")
    assert site.count("/a/1/") == 0
    crawl(config)
    assert site.count("/a/1/") == 1


def test_a_sitemap_of_an_index_is_opened_again(tmp_path: Path, site: SiteServer) -> None:
    config = configure(tmp_path, f'kind = "sitemap"\nurl = "{site.url}index.xml"')
    site.set("/index.xml", index(site, 5))
    site.set("/part.xml", sitemap(site, {0: 5}))
    crawl(config)
    site.set("/index.xml", index(site, 0.1))
    site.set("/part.xml", sitemap(site, {2: 0.1, 1: 0.5, 0: 5}))
    assert picked(crawl(config, "--since", "6h"), "new", "before_since") == [1, 1]
    assert picked(crawl(config), "new", "alerted") == [1, 1]
