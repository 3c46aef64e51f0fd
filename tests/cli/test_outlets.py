"""``rasid outlets add`` and ``check`` against real sites on loopback: what is asked, what is found, what is written."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigError
from newsroom import TROUBLES, Resource, SiteServer, redirect
from rasid.commands.outlets_add import write_outlet
from tests.harness import ROOT, rasid, simple_page, wait_until

NAME = "صدى المرفأ"
TITLES = [
    "ميناء المدينة يستقبل سفينة قمح جديدة",
    "بلدية الساحل تفتح حديقة جديدة للأطفال",
    "معرض الكتاب يجذب آلاف الزوار",
    "افتتاح مدرسة جديدة",
]
TEXT = ["وصلت السفينة صباحا إلى الميناء، وبدأ العمال تفريغ حمولتها وسط اهتمام من التجار في أسواق المدينة القديمة."] * 2
RSS, JSON, XML = "application/rss+xml; charset=UTF-8", "application/json; charset=UTF-8", "application/xml; charset=UTF-8"
ID = "site_127_0_0_1"


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as made:
        for number, title in enumerate(TITLES):
            made.set(f"/a/{1000 + number}/", simple_page(title, TEXT))
        made.set("/", home())
        yield made


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "rasid.toml"
    path.write_text(
        f'# our desk\n[store]\nurl = "sqlite:///{tmp_path / "rasid.db"}"   # here\n\n'
        '[polling]\nspacing = "0.02s"\nallow_private_addresses = true\n\n# nobody else\n[[channels]]\nid = "desk"\nnotifier = "console"\n',
        encoding="utf-8",
    )
    return path


def home(head: str = "", body: str = "", name: str = NAME) -> str:
    marks = f'<title>الرئيسية | {escape(name)}</title><meta property="og:site_name" content="{escape(name)}">'
    return f'<html lang="ar"><head><meta charset="utf-8">{marks}{head}</head><body><h1>{escape(name)}</h1>{body}</body></html>'


def announce(path: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{path}">'


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


def feed(site: SiteServer, *, hours: float = 1.0, count: int = 4) -> Resource:
    items = "".join(
        f"<item><title>{title}</title><link>{site.url}a/{1000 + number}/</link>"
        f"<pubDate>{format_datetime(ago(hours + number))}</pubDate></item>"
        for number, title in enumerate(TITLES[:count])
    )
    return Resource(f'<rss version="2.0"><channel><title>{NAME}</title><language>ar</language>{items}</channel></rss>', content_type=RSS)


def posts(site: SiteServer) -> Resource:
    made = [
        {"link": f"{site.url}a/{1000 + number}/", "date_gmt": f"{ago(1 + number):%Y-%m-%dT%H:%M:%S}", "title": {"rendered": title}}
        for number, title in enumerate(TITLES)
    ]
    return Resource(json.dumps(made), content_type=JSON)


def news_sitemap(site: SiteServer) -> Resource:
    made = "".join(
        f"<url><loc>{site.url}a/{1000 + number}/</loc><news:news><news:title>{title}</news:title>"
        f"<news:publication_date>{ago(number + 1).isoformat()}</news:publication_date></news:news></url>"
        for number, title in enumerate(TITLES)
    )
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return Resource(f"<urlset {spaces}>{made}</urlset>", content_type=XML)


def plain_sitemap(site: SiteServer, *, hours: float = 1.0) -> Resource:
    made = "".join(f"<url><loc>{site.url}a/{1000 + number}/</loc><lastmod>{ago(hours).isoformat()}</lastmod></url>" for number in range(4))
    return Resource(f"<urlset>{made}</urlset>", content_type=XML)


def robots(text: str) -> Resource:
    return Resource(text, content_type="text/plain")


def links(count: int = 4) -> str:
    return "".join(f'<a href="/a/{1000 + number}/">{title}</a>' for number, title in enumerate(TITLES[:count]))


def add(url: str, *options: str, config: Path) -> Any:
    return rasid("outlets", "add", url, *options, config=config)


def added(url: str, *options: str, config: Path) -> dict[str, Any]:
    """What ``--json`` says of an addition that went well."""
    result = add(url, "--json", *options, config=config)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def complaint(result: Any, code: int) -> str:
    assert result.returncode == code, (result.returncode, result.stdout, result.stderr)
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("rasid: ")
    return str(lines[0])


def sources(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(source["kind"], source["url"]) for source in found["outlet"]["sources"]]


def outlets_in(config: Path) -> list[dict[str, Any]]:
    return list(tomllib.loads(config.read_text(encoding="utf-8")).get("outlets", []))


def asked(site: SiteServer) -> list[str]:
    return [hit.path for hit in site.requests if hit.path != "/robots.txt"]


# --------------------------------------------------------------------------- what is found


def test_an_announced_feed_is_added_and_crawled(site: SiteServer, config: Path) -> None:
    before = config.read_text(encoding="utf-8")
    site.set("/", home(announce("/news/feed/")))
    site.set("/news/feed/", feed(site))
    shown = add(site.url, config=config)
    assert shown.returncode == 0, shown.stderr
    assert asked(site) == ["/", "/news/feed/"], "no usual path is tried where a feed is announced"
    assert site.count("/robots.txt") == 1
    assert "rasid crawl site_127_0_0_1" in shown.stdout
    assert config.read_text(encoding="utf-8").startswith(before)
    outlet = {"id": ID, "name": NAME, "home": site.url, "languages": ["ar"], "identity": [NAME]}
    assert outlets_in(config) == [{**outlet, "sources": [{"kind": "feed", "url": "/news/feed/"}]}]
    crawled = rasid("crawl", ID, "--jsonl", config=config)
    assert crawled.returncode == 0, crawled.stderr
    assert {json.loads(line)["title"] for line in crawled.stdout.splitlines()} == set(TITLES)


def test_wordpress_alone(site: SiteServer, config: Path) -> None:
    site.set("/", home('<link rel="https://api.w.org/" href="/wp-json/">'))
    site.set("/wp-json/wp/v2/posts", posts(site))
    found = added(site.url, config=config)
    assert sources(found) == [("wordpress", "/wp-json/wp/v2/posts?per_page=20&_embed=1")]
    assert len(asked(site)) == 2
    assert "seen=4" in rasid("crawl", ID, config=config).stdout


def test_a_feed_and_wordpress_are_two_ways(site: SiteServer, config: Path) -> None:
    site.set("/", home(announce("/feed/") + '<link rel="https://api.w.org/" href="/wp-json/">'))
    site.set("/feed/", feed(site))
    site.set("/wp-json/wp/v2/posts", posts(site))
    assert [kind for kind, _ in sources(added(site.url, config=config))] == ["feed", "wordpress"]


def test_robots_txt_names_a_news_sitemap(site: SiteServer, config: Path) -> None:
    site.set("/robots.txt", robots("User-agent: *\nDisallow: /private\nSitemap: /all.xml\nSitemap: /google-news.xml\n"))
    site.set("/all.xml", plain_sitemap(site))
    site.set("/google-news.xml", news_sitemap(site))
    found = added(site.url, config=config)
    assert sources(found) == [("sitemap", "/google-news.xml")]
    assert asked(site) == ["/", "/google-news.xml"]
    assert found["outlet"]["languages"] == ["ar"]


def test_an_index_of_sitemaps_is_judged_by_its_newest(site: SiteServer, config: Path) -> None:
    site.set("/robots.txt", robots("Sitemap: /index.xml\n"))
    inner = "".join(f"<sitemap><loc>{site.url}{name}.xml</loc></sitemap>" for name in ("page-1", "post-1", "post-2"))
    site.set("/index.xml", Resource(f"<sitemapindex>{inner}</sitemapindex>", content_type=XML))
    site.set("/post-2.xml", plain_sitemap(site))
    found = added(site.url, config=config)
    assert sources(found) == [("sitemap", "/index.xml")]
    assert asked(site) == ["/", "/index.xml", "/post-2.xml"]
    assert found["found"][0]["entries"] == 4


def test_nothing_but_a_listing(site: SiteServer, config: Path) -> None:
    site.set("/", home(body=links()))
    found = added(site.url, config=config)
    assert sources(found) == [("listing", "/")]
    assert len(asked(site)) <= 12
    crawled = rasid("crawl", ID, config=config)
    assert "seen=4 new=4" in crawled.stdout, crawled.stderr


def test_a_broken_feed_is_announced_but_a_usual_path_works(site: SiteServer, config: Path) -> None:
    site.set("/", home(announce("/broken")))
    site.set("/broken", Resource("<html><body>قيد الصيانة</body></html>", content_type=RSS))
    site.set("/rss", feed(site))
    found = added(site.url, config=config)
    assert sources(found) == [("feed", "/rss")]
    assert asked(site) == ["/", "/broken", "/feed/", "/rss"]
    broken = found["found"][0]
    assert (broken["verdict"], broken["chosen"]) == ("failed", False)
    assert "web page, not a feed" in broken["reason"]


def test_stale_and_empty_feeds_are_left_out_with_the_reason(site: SiteServer, config: Path) -> None:
    site.set("/", home(announce("/old") + announce("/empty") + announce("/fresh")))
    site.set("/old", feed(site, hours=24 * 45))
    site.set("/empty", feed(site, count=0))
    site.set("/fresh", feed(site))
    found = added(site.url, config=config)
    assert sources(found) == [("feed", "/fresh")]
    assert [(row["verdict"], row["chosen"]) for row in found["found"][:3]] == [("stale", False), ("empty", False), ("ok", True)]
    assert "45 days" in found["found"][0]["reason"]


@pytest.mark.parametrize("status", [301, 302])
def test_a_redirect_for_good_is_written_down_another_is_not(site: SiteServer, config: Path, status: int) -> None:
    site.set("/", redirect("/ar/home", status=status))
    site.set("/ar/home", home(announce("/feed")))
    site.set("/feed", redirect("/feeds/all.xml", status=status))
    site.set("/feeds/all.xml", feed(site))
    found = added(site.url, config=config)
    expected = (site.url + "ar/home", "/feeds/all.xml") if status == 301 else (site.url, "/feed")
    assert (found["outlet"]["home"], found["outlet"]["sources"][0]["url"]) == expected


@pytest.mark.parametrize(
    ("path", "kind", "url"),
    [
        ("feed/", "feed", "/feed/"),
        ("google-news.xml", "sitemap", "/google-news.xml"),
        ("wp-json/wp/v2/posts", "wordpress", "/wp-json/wp/v2/posts"),
        ("wp-json/", "wordpress", "/wp-json/wp/v2/posts?per_page=20&_embed=1"),
    ],
)
def test_a_source_that_is_given_is_believed(site: SiteServer, config: Path, path: str, kind: str, url: str) -> None:
    site.set("/", home(announce("/other")))
    site.set("/feed/", feed(site))
    site.set("/google-news.xml", news_sitemap(site))
    site.set("/wp-json/wp/v2/posts", posts(site))
    site.set("/wp-json/", Resource('{"name": "x", "routes": {}}', content_type=JSON))
    found = added(site.url + path, config=config)
    assert sources(found) == [(kind, url)]
    assert (found["outlet"]["name"], found["outlet"]["identity"], found["outlet"]["languages"]) == (NAME, [NAME], ["ar"])
    assert site.count("/other") == 0


def test_a_section_page_without_a_feed_is_a_listing(site: SiteServer, config: Path) -> None:
    site.set("/world/", home(body=links()))
    found = added(site.url + "world/", config=config)
    assert sources(found) == [("listing", "/world/")]
    assert asked(site) == ["/world/"]


def test_an_article_leads_to_its_home_page(site: SiteServer, config: Path) -> None:
    site.set("/", home(announce("/feed/")))
    site.set("/feed/", feed(site))
    site.set("/a/7", home('<meta property="og:type" content="article">', links()))
    found = added(site.url + "a/7", config=config)
    assert (found["outlet"]["home"], sources(found)) == (site.url, [("feed", "/feed/")])


# --------------------------------------------------------------------------- what is refused


def test_nothing_at_all(site: SiteServer, config: Path) -> None:
    before = config.read_bytes()
    site.set("/", home(body="<p>قريبا</p>"))
    site.set("/feed/", feed(site, count=0))
    result = add(site.url, config=config)
    sentence = complaint(result, 1)
    assert "nothing to poll" in sentence
    assert "feed /feed/ no entries" in sentence
    assert 'kind = "telegram"' in sentence
    assert result.stdout.count("HTTP 404") >= 8, "each address is said with its reason"
    assert len(asked(site)) == 12, "no more is asked of one outlet"
    assert config.read_bytes() == before


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("/", Resource("لا", status=403), "that is a no"),
        ("/", Resource("لا", status=500), "HTTP 500"),
        ("/", Resource(b"\x89PNG....", content_type="image/png"), "neither a web page nor a feed"),
        ("/robots.txt", robots("User-agent: *\nDisallow: /\n"), "robots.txt of 127.0.0.1"),
        ("/robots.txt", Resource("", status=503), "robots.txt of 127.0.0.1"),
    ],
    ids=["403", "500", "picture", "robots", "robots-503"],
)
def test_an_outlet_that_cannot_be_asked(site: SiteServer, config: Path, path: str, answer: Resource, words: str) -> None:
    before = config.read_bytes()
    site.set(path, answer)
    result = add(site.url, config=config)
    assert words in complaint(result, 1)
    assert result.stdout == ""
    assert set(asked(site)) <= {"/"}, "a no is a no: nothing else is tried"
    assert config.read_bytes() == before


def test_an_outlet_that_refuses_everything_but_its_home(site: SiteServer, config: Path) -> None:
    for path in ("/feed/", "/rss", "/rss.xml", "/sitemap.xml"):
        site.set(path, Resource("لا", status=403))
    assert "that is a no" in complaint(add(site.url, config=config), 1)
    assert asked(site) == ["/", "/feed/", "/rss"]


def test_private_addresses_are_refused(site: SiteServer, tmp_path: Path) -> None:
    result = rasid("outlets", "add", site.url, config=tmp_path / "new.toml", cwd=tmp_path)
    assert "private address" in complaint(result, 1)
    assert site.requests == []
    assert not (tmp_path / "new.toml").exists()


def test_an_outlet_may_not_lead_to_private_addresses(site: SiteServer, config: Path) -> None:
    config.write_text(config.read_text(encoding="utf-8").replace("allow_private_addresses = true\n", ""), encoding="utf-8")
    assert "private address" in complaint(add(f"http://localhost:{site.port}/", config=config), 1)
    assert site.requests == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "not a web address"),
        (["ftp://example.org/"], "not a web address"),
        (["https://example.org:port/"], "not a web address"),
        (["https://me:secret@example.org/"], "login"),
        (["https://t.me/s/channel"], 'kind = "telegram"'),
        (["https://example.org/", "--id", "Bad-Id"], "not an id"),
        (["https://example.org/", "--language", "arabic"], "language code"),
        (["https://www.arab48.com/"], "--force"),
        (["https://example.org/", "--id", "arab48"], "--id"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_wrong_use_is_one_sentence_and_asks_nobody(config: Path, arguments: list[str], words: str) -> None:
    sentence = complaint(rasid("outlets", "add", *arguments, config=config, timeout=20), 2)
    assert words in sentence
    assert "secret" not in sentence


# --------------------------------------------------------------------------- what is written


def test_a_second_time_needs_force_and_replaces_only_that_table(site: SiteServer, config: Path) -> None:
    site.set("/", home(announce("/feed/")))
    site.set("/feed/", feed(site))
    assert add(site.url, config=config).returncode == 0
    tail = '\n# about the other\n[[outlets]]\nid = "other"   # ours\nname = "آخر"\n  [[outlets.sources]]\n  kind = "feed"\n  url = "https://other.example/feed"\n'
    first = config.read_text(encoding="utf-8") + tail
    config.write_text(first, encoding="utf-8")
    asked_before = len(site.requests)
    sentence = complaint(add(site.url, config=config), 2)
    assert "--force" in sentence
    assert "--id" in sentence
    assert len(site.requests) == asked_before, "it is refused before anything is asked"
    assert config.read_text(encoding="utf-8") == first
    site.set("/", home(announce("/rss2"), name="المرفأ الجديد"))
    site.set("/rss2", feed(site))
    assert add(site.url, "--force", config=config).returncode == 0
    second = config.read_text(encoding="utf-8")
    assert second == first.replace(NAME, "المرفأ الجديد").replace('"/feed/"', '"/rss2"', 1)


def test_another_id_name_and_languages(site: SiteServer, config: Path) -> None:
    site.set("/feed/", feed(site))
    found = added(site.url, "--id", "sada", "--name", "صدى", "--language", "ar", "--language", "ckb", config=config)
    assert {key: found["outlet"][key] for key in ("id", "name", "languages")} == {"id": "sada", "name": "صدى", "languages": ["ar", "ckb"]}
    assert outlets_in(config)[0]["id"] == "sada"


def test_a_built_in_outlet_can_be_given_an_address(site: SiteServer, config: Path) -> None:
    site.set("/feed/", feed(site))
    assert "taif_post" in complaint(add(site.url, "--id", "taif_post", config=config), 2)
    assert add(site.url, "--id", "taif_post", "--force", config=config).returncode == 0
    shown = json.loads(rasid("outlets", "show", "taif_post", config=config).stdout)
    assert shown["home"] == site.url
    assert shown["rules"]["title"] == "h1.entry-title", "what the table does not say stays as it is built in"


def test_a_dry_run_prints_only_toml_and_writes_nothing(site: SiteServer, config: Path, tmp_path: Path) -> None:
    site.set("/feed/", feed(site))
    before = config.read_bytes()
    result = add(site.url, "--dry-run", config=config)
    assert result.returncode == 0, result.stderr
    assert tomllib.loads(result.stdout)["outlets"][0]["sources"] == [{"kind": "feed", "url": "/feed/"}]
    assert config.read_bytes() == before
    assert os.listdir(tmp_path) == ["rasid.toml"]


def test_a_file_that_does_not_exist_is_created(tmp_path: Path) -> None:
    """Without a file loopback may not be asked, so this is only the writing."""
    outlet = {"id": "sada", "name": NAME, "home": "https://sada.example/", "sources": [{"kind": "feed", "url": "/feed/"}]}
    write_outlet(tmp_path / "fresh.toml", outlet)
    assert outlets_in(tmp_path / "fresh.toml") == [outlet]
    assert "no problems" in rasid("config", "check", config=tmp_path / "fresh.toml").stdout
    with pytest.raises(ConfigError, match=r"fresh\.toml: .*id"):
        write_outlet(tmp_path / "fresh.toml", {**outlet, "id": "Not an id"})
    assert outlets_in(tmp_path / "fresh.toml") == [outlet]


HOSTILE = 'صدى "المرفأ"\\\n[[channels]]\nid = "evil"\u202e \u0007 \'\'\' """ {# ok'


def test_a_hostile_name_stays_a_name(site: SiteServer, config: Path) -> None:
    site.set("/", home(announce('/feed/?a="b&quot;]]%0A'), name=HOSTILE))
    site.set("/feed/", feed(site))
    shown = add(site.url, config=config)
    assert shown.returncode == 0, shown.stderr
    outlet = outlets_in(config)[0]
    assert outlet["name"] == 'صدى "المرفأ"\\ [[channels]] id = "evil" \'\'\' """ {# ok'
    assert [channel["id"] for channel in tomllib.loads(config.read_text(encoding="utf-8"))["channels"]] == ["desk"]
    for text in (config.read_text(encoding="utf-8"), shown.stdout):
        assert not set(text) & set("\u202e\u0007\u001b")
    assert "no problems" in rasid("config", "check", config=config).stdout


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("", 2), ("n", 2)])
def test_on_a_terminal_it_asks(site: SiteServer, config: Path, answer: str, code: int) -> None:
    site.set("/feed/", feed(site))
    assert add(site.url, config=config).returncode == 0
    before = config.read_bytes()
    site.set("/", home(name="اسم آخر"))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "rasid", "--config", str(config), "outlets", "add", site.url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.write(ours, f"{answer}\n".encode())
        process.communicate(timeout=60)
    os.close(theirs)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert "overwrite it? [y/N]" in said
    assert process.returncode == code
    assert (config.read_bytes() != before) is (code == 0)


def test_it_can_be_stopped_while_a_site_says_nothing(site: SiteServer, config: Path) -> None:
    before = config.read_bytes()
    site.set("/", TROUBLES["never"])
    command = [sys.executable, "-m", "rasid", "--config", str(config), "outlets", "add", site.url]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        wait_until(lambda: site.count("/"), what="the question")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said == "rasid: stopped before every address had answered\n"
    assert config.read_bytes() == before


# --------------------------------------------------------------------------- check


def checked(config: Path, outlet: str = "port") -> dict[str, dict[str, Any]]:
    """The rows of ``outlets check`` by the path of their address."""
    rows = json.loads(rasid("outlets", "check", outlet, "--json", config=config).stdout)
    return {row["address"].partition("//")[2].partition("/")[2]: row for row in rows}


def with_outlet(config: Path, site: SiteServer, *paths: str, identity: str = NAME) -> None:
    table = f'[[outlets]]\nid = "port"\nname = "x"\nhome = "{site.url}"\nidentity = ["{identity}"]\n'
    listed = "".join(f'[[outlets.sources]]\nkind = "feed"\nurl = "/{path}"\n' for path in paths)
    config.write_text(config.read_text(encoding="utf-8") + table + listed, encoding="utf-8")


def test_check_has_a_word_for_everything(site: SiteServer, config: Path) -> None:
    with_outlet(config, site, "good", "empty", "stale", "no", "private/feed", "moved", "later", "gone")
    site.set("/robots.txt", robots("User-agent: *\nDisallow: /private/\n"))
    for path, answer in {
        "/": home(announce("/good") + announce("/new-feed")),
        "/good": feed(site),
        "/empty": feed(site, count=0),
        "/stale": feed(site, hours=24 * 15),
        "/no": Resource("لا", status=403),
        "/moved": redirect("/good", status=301),
        "/later": redirect("/good", status=302),
    }.items():
        site.set(path, answer)
    rows = checked(config)
    assert {path: row["verdict"] for path, row in rows.items()} == {
        "": "ok", "good": "ok", "empty": "empty", "stale": "stale", "no": "refused", "private/feed": "refused", "moved": "moved",
        "later": "ok", "gone": "failed",
    }  # fmt: skip
    assert {path: row["robots"] for path, row in rows.items()} == {path: "denied" if "private" in path else "ok" for path in rows}
    assert {row["identity"] for row in rows.values()} == {"ok"}
    assert rows["moved"]["final_url"] == rows["later"]["final_url"] == site.url + "good"
    assert f"moved for good to {site.url}good" in rows["moved"]["note"]
    assert "15 days old" in rows["stale"]["note"]
    assert f"the home page announces {site.url}good, {site.url}new-feed" in rows["gone"]["note"]
    assert "announces" not in rows["good"]["note"]
    assert "not readable: port" in complaint(rasid("outlets", "check", "port", "--json", config=config), 1)


def test_check_of_robots_that_are_missing_or_broken(site: SiteServer, config: Path) -> None:
    with_outlet(config, site, "good")
    site.set("/good", feed(site))
    assert {row["robots"] for row in checked(config).values()} == {"none"}
    site.set("/robots.txt", Resource("", status=503))
    rows = checked(config)
    assert {(row["robots"], row["verdict"]) for row in rows.values()} == {("unreachable", "failed")}


def test_check_of_an_identity_that_is_lost(site: SiteServer, config: Path) -> None:
    with_outlet(config, site, "good", identity="اسم لا يظهر")
    site.set("/good", feed(site))
    rows = checked(config)
    assert (rows[""]["verdict"], rows[""]["identity"], rows["good"]["identity"]) == ("identity_lost", "lost", "lost")
    assert rows["good"]["verdict"] == "ok"


def test_the_tables_are_for_people(site: SiteServer, config: Path) -> None:
    with_outlet(config, site, "good")
    site.set("/good", feed(site))
    shown = rasid("outlets", "check", "port", config=config)
    assert shown.returncode == 0, shown.stderr
    for word in ("verdict", "robots", "identity", "2 of 2 addresses are all right"):
        assert word in shown.stdout
    help_text = rasid("outlets", "add", "--help").stdout
    assert "Example: rasid outlets add https://" in help_text
    for option in ("--id", "--name", "--language", "--dry-run", "--force", "--json"):
        assert option in help_text
