"""``rasid crawl URL``: it says by its exit code whether there was an article, and says nothing of the outlet."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsroom import Resource, SiteServer
from tests.harness import rasid, simple_page, write_config

PAGE = simple_page("خبر عن افتتاح مكتبة عامة في الحي الشرقي", ["افتتحت البلدية مكتبة عامة في الحي الشرقي أمام القراء بعد ترميم طويل."])


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as server:
        server.set("/a/1/", PAGE)
        item = f"<item><title>خبر</title><link>{server.url}a/1/</link></item>"
        server.set("/feed/", Resource(f"<rss version='2.0'><channel>{item}</channel></rss>", content_type="application/rss+xml"))
        yield server


@pytest.fixture
def config(tmp_path: Path, site: SiteServer) -> Path:
    table = f'[[outlets]]\nid = "x"\nname = "x"\n[[outlets.sources]]\nkind = "feed"\nurl = "{site.url}feed/"\n'
    return write_config(tmp_path, outlets=[table])


def state(config: Path) -> Any:
    with sqlite3.connect(config.parent / "rasid.db") as connection:
        return connection.execute("select * from outlets where id = 'x'").fetchall()


@pytest.mark.parametrize("path", ["nonexistent", "image", "a/1/"])
def test_one_address_says_nothing_of_its_outlet(config: Path, site: SiteServer, path: str) -> None:
    site.set("/image", Resource(b"\x89PNG\r\n\x1a\n" + bytes(200), content_type="image/png"))
    assert rasid("crawl", "x", config=config).returncode == 0
    before = state(config)
    assert len(before) == 1
    assert rasid("crawl", site.url + path, config=config).returncode == (0 if path == "a/1/" else 1)
    assert state(config) == before
    (row,) = [row for row in json.loads(rasid("status", "--json", config=config).stdout)["outlets"] if row["id"] == "x"]
    assert row["state"] == "ok"


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        (Resource(b"\x89PNG\r\n\x1a\n" + bytes(200), content_type="image/png"), "the page is an image, not HTML"),
        (Resource(b"", content_type="text/html"), "the page has no content"),
        (simple_page("", []), "no "),
    ],
)
def test_an_article_that_could_not_be_read_is_an_error(config: Path, site: SiteServer, resource: Any, sentence: str) -> None:
    site.set("/broken", resource)
    shown = rasid("crawl", f"{site.url}broken", config=config)
    assert shown.returncode == 1
    assert shown.stderr.startswith(f"rasid: {site.url}broken: {sentence}")
    assert len(shown.stderr.splitlines()) == 1
    assert "x: failed seen=1 new=0 known=0 revised=0 filtered=0 failed=1" in shown.stdout
