"""The command line as a person or a script uses it: what is printed, the exit codes, one sentence for every mistake."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsroom import TROUBLES, Newsroom, SiteServer
from storage.schema import HEAD
from tests.harness import BUILTIN_IDS, ROOT, FakeOutlet, FakeTelegram, SmtpSink, free_port, outlet_table, rasid, simple_page, write_config

STORY = "أردوغان والشرع يبحثان في أنقرة فتح معبرين جديدين على الحدود التركية السورية"
TEXT = [
    "استقبل الرئيس التركي رجب طيب أردوغان نظيره السوري أحمد الشرع في أنقرة، وبحثا فتح معبرين على الحدود بين البلدين قبل نهاية العام."
] * 2


@pytest.fixture
def outlet() -> Iterator[FakeOutlet]:
    made = FakeOutlet("wire")
    made.publish("/story/1/", simple_page(STORY, TEXT, published="2026-11-20T09:00:00+03:00"), STORY)
    yield made
    made.site.close()


@pytest.fixture
def config(tmp_path: Path, outlet: FakeOutlet) -> Path:
    return write_config(tmp_path, outlets=[outlet_table(outlet)])


def complaint(result: Any, code: int) -> str:
    """The one sentence on stderr of a command that must fail with that code."""
    assert result.returncode == code, (result.returncode, result.stdout, result.stderr)
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("rasid: ")
    assert "Traceback" not in result.stderr
    return str(lines[0])


# --------------------------------------------------------------------------- help and usage


COMMANDS = [
    "", "demo", "run", "crawl", "extract", "explain", "why-not", "search", "feedback", "status", "polls",
    "ingest", "export", "topics", "topics list", "topics show", "topics backtest", "topics rematch", "topics evaluate",
    "outlets", "outlets list", "outlets show", "outlets check", "outlets add", "alerts",
    "alerts list", "alerts test", "alerts retry", "config", "config check", "config show", "config init", "db", "db upgrade", "db backup",
    "db prune", "db reindex",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = rasid(*command.split(), "--help")
    assert result.returncode == 0
    assert "rasid " in result.stdout
    assert "Example: rasid" in result.stdout or command == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["crwl"], "did you mean"),
        (["crawl"], "missing argument"),
        (["crawl", "wire", "--sinse", "2d"], "--since"),
        (["crawl", "wire", "--since", "yesterday"], "write it like 2026-11-24"),
        (["search", "foo", "--since", "0d"], "out of range"),
        (["search", "foo", "--since", "0001-01-01T00:00+23:00"], "is not a time"),
        (["topics", "rematch", "--since", "99999999d"], "out of range"),
        (["crawl", "wir"], "did you mean 'wire'"),
        (["crawl", "taif_post"], "has no address yet"),
        (["outlets", "show", "nobody"], "no outlet is called"),
        (["extract", "none.html", "--url", "https://e.org/"], "No such file"),
        (["extract", str(ROOT / "README.md"), "--url", "not-an-address"], "not a web address"),
        (["explain", "none.txt"], "No such file"),
        *(
            (words, "is not a web address; write it like")
            for address in ("http://x.invalid:99999/", "http://x.invalid:abc/", "http://[::1", "HTTPS://:80/")
            for words in (["crawl", address], ["explain", address], ["extract", str(ROOT / "README.md"), "--url", address])
        ),
        (["extract", str(ROOT / "README.md"), "--url", "https://[::1", "--record", "x/y"], "is not a web address; write it like"),
        (["explain", ""], "is empty"),
        (["ingest", "none.jsonl"], "No such file"),
        (["export"], "missing argument"),
        (["export", "alert"], "choose one of articles, stories, alerts"),
        (["export", "alerts", "--format", "xml"], "choose jsonl or csv"),
        (["export", "alerts", "--since", "yesterday"], "write it like 2026-11-24"),
        (["explain", "folder/none"], "No such file"),
        (["search", "foo", "--limit", "99999999999999999999"], "it should be less than or equal to 1000000"),
        (["polls", "--limit", "99999999999999999999"], "it should be less than or equal to 1000000"),
        (["topics", "backtest", "turkey-syria", "--file", "none.toml"], "none.toml does not exist"),
        (["alerts", "test", "desk"], "the channels are: console"),
        (["alerts", "retry", "--channel", "nope"], "no channel is called 'nope'; the channels are: console"),
        (["alerts", "list", "--state", "lost"], "is not one of"),
        (["db", "prune", "--older-than", "soon"], "write it like 180d"),
        (["db", "prune", "--older-than", "9999999999d"], "write it like 180d"),
        (["db", "prune", "--older-than", "infd"], "write it like 180d"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_wrong_use_is_one_sentence(config: Path, arguments: list[str], words: str) -> None:
    assert words.lower() in complaint(rasid(*arguments, config=config), 2).lower()


@pytest.mark.parametrize("command", [["test", "desk"], ["retry", "--channel", "desk"]])
def test_a_disabled_channel_is_said_to_be_disabled(tmp_path: Path, command: list[str]) -> None:
    config = write_config(tmp_path, outlets=[], extra='[[channels]]\nid = "desk"\nnotifier = "console"\nenabled = false\n')
    assert complaint(rasid("alerts", *command, config=config), 2).startswith("rasid: the channel 'desk' is disabled; set enabled = true")


# --------------------------------------------------------------------------- configuration and database


def test_a_missing_or_wrong_configuration(tmp_path: Path) -> None:
    assert "does not exist" in complaint(rasid("run", config=tmp_path / "none.toml"), 2)
    bad = tmp_path / "bad.toml"
    bad.write_text("[polling\n", encoding="utf-8")
    assert "not valid TOML" in complaint(rasid("run", config=bad), 2)
    bad.write_text('[polling]\nmin_intervall = "5m"\n', encoding="utf-8")
    assert "did you mean 'min_interval'" in complaint(rasid("run", config=bad), 2)


@pytest.mark.parametrize("command", [["config", "check"], ["alerts", "test", "desk"], ["run"]])
@pytest.mark.parametrize(
    ("content", "words"), [(b"", "is empty"), (b" \n", "is empty"), ("şifre".encode("iso-8859-9"), "is not UTF-8 text")]
)
def test_a_secret_file_without_a_secret(tmp_path: Path, content: bytes, words: str, command: list[str]) -> None:
    secret = tmp_path / "token"
    secret.write_bytes(content)
    channel = f'[[channels]]\nid = "desk"\nnotifier = "telegram"\nchat_id = "1"\ntoken = {{ file = "{secret}" }}\n'
    config = write_config(tmp_path, outlets=[], extra=channel)
    advice = "write the secret into it" if "empty" in words else "save it as UTF-8"
    where = f"{config}: " if command == ["config", "check"] else ""
    assert complaint(rasid(*command, config=config), 2) == f"rasid: {where}channels.desk: token: the secret file {secret} {words}; {advice}"


def test_all_problems_at_once(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(
        '[[channels]]\nid = "desk"\nnotifier = "telegramm"\n[[channels]]\nid = "mail"\nnotifier = "email"\nhots = "h"\npassword = "x"\n'
        '[[topics]]\nid = "t"\nsides = ["turkey", "syriaa"]\n',
        encoding="utf-8",
    )
    result = rasid("config", "check", config=bad)
    assert result.returncode == 2
    words = ["did you mean 'telegram'", "did you mean 'host'", "a secret does not stand in the file", "did you mean 'syria'"]
    assert all(word in result.stderr for word in words)
    bad.write_text(
        bad.read_text(encoding="utf-8") + '[[channels]]\nid = "No"\nnotifier = "console"\n[[topics]]\nid = "u"\n'
        '[polling]\nmin_intervall = "5m"\n[[outlets]]\nid = "wire"\nhom = "https://wire.example/"\n',
        encoding="utf-8",
    )
    result = rasid("config", "check", config=bad)
    assert result.returncode == 2
    words += ["did you mean 'min_interval'", "did you mean 'home'", "channels.No.id", "topics.u.sides is missing"]
    for word in words:
        assert result.stderr.count(word) == 1, word
    assert all(line.startswith("rasid: ") for line in result.stderr.strip().splitlines())


def test_check_tries_what_a_run_would_need(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(
        '[poling]\n[websub]\ncallback = "https://e.org/hub"\nsecret = { env = "RASID_NO_SUCH_VARIABLE" }\n'
        '[[channels]]\nid = "desk"\nnotifier = "telegramm"\n'
        '[[outlets]]\nid = "arab48"\n[outlets.rules]\nbody = "[[["\ndate = "//h1["\nremove = [".ad", "p["]\n'
        '[[outlets.sources]]\nkind = "listing"\nurl = "https://e.org/"\nlinks = "((("\n',
        encoding="utf-8",
    )
    result = rasid("config", "check", config=bad)
    assert result.returncode == 2
    lines = result.stderr.strip().splitlines()
    assert all(line.startswith(f"rasid: {bad}: ") for line in lines), lines
    wanted = (
        "poling",
        "RASID_NO_SUCH_VARIABLE is not set",
        "'telegram'",
        "rules.body",
        "rules.date",
        "rules.remove: 'p['",
        "sources.0.links",
    )
    for words in wanted:
        assert sum(words in line for line in lines) == 1, (words, lines)
    assert len(lines) == len(wanted)


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("sqlite:////nonexistent/folder/rasid.db", 1, "check that its folder exists"),
        ("rasid.db", 2, "write it like sqlite:///rasid.db"),
        ("mysql://u:hush@h/db", 2, "postgresql+psycopg://user@host/rasid"),
    ],
)
def test_a_database_that_cannot_be_opened(tmp_path: Path, url: str, code: int, words: str) -> None:
    path = tmp_path / "rasid.toml"
    path.write_text(f'[store]\nurl = "{url}"\n', encoding="utf-8")
    sentence = complaint(rasid("status", config=path), code)
    assert words in sentence
    assert "hush" not in sentence


def test_a_database_without_permission(tmp_path: Path) -> None:
    database = tmp_path / "rasid.db"
    database.write_bytes(b"this is no database at all, but long enough to look like a file header would")
    path = tmp_path / "rasid.toml"
    path.write_text(f'[store]\nurl = "sqlite:///{database}"\n', encoding="utf-8")
    complaint(rasid("run", config=path), 1)


def test_config_init_check_and_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rasid.toml"
    assert rasid("config", "init", str(path)).returncode == 0
    assert "is not overwritten" in complaint(rasid("config", "init", str(path)), 2)
    checked = rasid("config", "check", config=path)
    assert checked.returncode == 0, checked.stderr
    assert "no problems" in checked.stdout
    path.write_text('[store]\nurl = "postgresql+psycopg://u:hush-hush@h/db"\n', encoding="utf-8")
    shown = rasid("config", "show", config=path)
    assert "hush-hush" not in shown.stdout
    assert json.loads(shown.stdout)["store"]["url"] == "postgresql+psycopg://u:********@h/db"


def test_a_password_in_the_query_of_the_database_is_shown_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "rasid.toml"
    path.write_text(f'[store]\nurl = "postgresql+psycopg://127.0.0.1:{free_port()}/db?user=u&password=hush-hush"\n', encoding="utf-8")
    assert json.loads(rasid("config", "show", config=path).stdout)["store"]["url"].endswith("/db?user=u&password=********")
    said = complaint(rasid("status", config=path), 1)
    assert "password=********" in said
    assert "hush-hush" not in said


def test_a_webhook_is_checked_shown_without_its_keys_and_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASID_TEST_HOOK", "hush-hush")
    path = tmp_path / "rasid.toml"
    table = (
        f'[[channels]]\nid = "desk"\nnotifier = "webhook"\nurl = "http://127.0.0.1:{free_port()}/in?sig=hush-hush"\n'
        'secret = { env = "RASID_TEST_HOOK" }\nheaders = { env = "hush-hush", X-Login = { env = "RASID_TEST_HOOK" } }\n'
    )
    path.write_text(table, encoding="utf-8")
    assert rasid("config", "check", config=path).returncode == 0
    done = rasid("config", "show", config=path)
    assert "hush-hush" not in done.stdout
    desk = json.loads(done.stdout)["channels"][0]
    assert desk["headers"] == {"env": "********", "X-Login": {"env": "RASID_TEST_HOOK"}}
    assert desk["secret"] == {"env": "RASID_TEST_HOOK"}
    assert desk["url"].endswith("/in?********")
    assert complaint(rasid("alerts", "test", "desk", config=path), 1).startswith("rasid: cannot reach 127.0.0.1: ")
    path.write_text(table.replace("http://", "ftp://") + "secrets = 1\n", encoding="utf-8")
    wrong = rasid("config", "check", config=path)
    assert wrong.returncode == 2
    assert "did you mean 'secret'" in wrong.stderr
    assert "url: this is not a web address" in wrong.stderr
    assert "hush-hush" not in wrong.stderr


def test_show_has_everything_that_counts(tmp_path: Path) -> None:
    path = tmp_path / "rasid.toml"
    path.write_text(
        'builtin_outlets = false\n[websub]\ncallback = "https://e.org/hub"\nsecret = { env = "HUB" }\n[polling]\nspacing = "2s"\n'
        '[[channels]]\nid = "desk"\nnotifier = "console"\nenabled = false\n'
        '[[outlets]]\nid = "wire"\nname = "Wire"\nmin_interval = "1m"\n'
        '[[outlets.sources]]\nkind = "feed"\nurl = "https://u:hush-hush@e.org/feed"\n',
        encoding="utf-8",
    )
    done = rasid("config", "show", config=path)
    assert "hush-hush" not in done.stdout
    shown = json.loads(done.stdout)
    assert (shown["websub"]["listen"], shown["websub"]["secret"]) == ("127.0.0.1:8478", {"env": "HUB"})
    assert [(channel["id"], channel["enabled"]) for channel in shown["channels"]] == [("desk", False), ("console", True)]
    wire = shown["outlets"]["wire"]
    assert (wire["min_interval"], wire["max_interval"], wire["spacing"]) == (60, 7200, 2)
    assert [(source["kind"], source["url"]) for source in wire["sources"]] == [("feed", "https://u:********@e.org/feed")]


@pytest.mark.parametrize("group", ["outlets", "topics", "alerts"])
def test_the_bare_word_lists_as_json_too(config: Path, group: str) -> None:
    bare, whole = rasid(group, "--json", config=config), rasid(group, "list", "--json", config=config)
    assert (bare.returncode, bare.stderr) == (0, "")
    assert json.loads(bare.stdout) == json.loads(whole.stdout)
    assert "goes behind" in complaint(rasid(group, "--json", "list", config=config), 2)


def test_backup_upgrade_and_prune(tmp_path: Path, config: Path) -> None:
    assert rasid("crawl", "wire", config=config).returncode == 0
    assert HEAD in rasid("db", "upgrade", config=config).stdout
    copy = tmp_path / "copy.db"
    assert rasid("db", "backup", str(copy), config=config).returncode == 0
    assert sqlite3.connect(copy).execute("select count(*) from articles").fetchone() == (1,)
    assert "exists already" in complaint(rasid("db", "backup", str(copy), config=config), 1)
    assert "deleted: 0 poll runs, 0 articles" in rasid("db", "prune", config=config).stdout


# --------------------------------------------------------------------------- crawl


def test_crawl_prints_a_table_or_json_lines(config: Path, outlet: FakeOutlet) -> None:
    shown = rasid("crawl", "wire", config=config)
    assert shown.returncode == 0, shown.stderr
    assert STORY[:40] in shown.stdout
    assert "wire: ok seen=1 new=1" in shown.stdout
    outlet.publish("/story/2/", simple_page("خبر ثان عن موسم الزيتون في الساحل هذا العام", TEXT[:1] * 3), "خبر ثان")
    again = rasid("crawl", "wire", "--jsonl", config=config)
    rows = [json.loads(line) for line in again.stdout.splitlines()]
    assert [row["url"] for row in rows] == [outlet.url + "story/2/"]
    keys = {"id", "external_id", "outlet", "url", "title", "lang", "published_at", "first_seen_at", "story", "verdict", "topics"}
    assert keys | {"original_source", "body"} <= set(rows[0])
    assert "crawling" not in again.stderr, "no progress bar in a pipe"


def test_a_dry_run_stores_nothing(config: Path, tmp_path: Path) -> None:
    first = rasid("crawl", "wire", "--dry-run", "--jsonl", config=config)
    second = rasid("crawl", "wire", "--dry-run", "--jsonl", config=config)
    assert len(first.stdout.splitlines()) == len(second.stdout.splitlines()) == 1
    assert json.loads(rasid("status", "--json", config=config).stdout)["outlets"][-1]["articles"] == 0


def test_since_leaves_older_entries_out(tmp_path: Path) -> None:
    with SiteServer() as site:
        items = "".join(
            f"<item><title>t{day}</title><link>{site.url}a/{day}/</link><pubDate>{day} Nov 2026 10:00:00 GMT</pubDate></item>"
            for day in (10, 22)
        )
        site.set("/feed/", f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>")
        for day in (10, 22):
            site.set(f"/a/{day}/", simple_page(f"عنوان خبر من اليوم رقم {day} في الشهر", [f"نص الخبر {day} " * 20]))
        config = write_config(
            tmp_path, outlets=[f'[[outlets]]\nid = "x"\nname = "x"\n[[outlets.sources]]\nkind = "feed"\nurl = "{site.url}feed/"']
        )
        shown = rasid("crawl", "x", "--since", "2026-11-20", "--jsonl", config=config)
        assert [json.loads(line)["url"] for line in shown.stdout.splitlines()] == [f"{site.url}a/22/"]
        assert site.count("/a/10/") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "foo", "--since", "31d"],
        ["topics", "backtest", "turkey-syria", "--since", "90d"],
        ["topics", "rematch", "--since", "60d"],
    ],
    ids=" ".join,
)
def test_since_may_lie_months_back(config: Path, arguments: list[str]) -> None:
    done = rasid(*arguments, config=config)
    assert (done.returncode, done.stderr) == (0, "")


def test_one_address_on_demand(config: Path, outlet: FakeOutlet) -> None:
    article = rasid("crawl", outlet.url + "story/1/", "--jsonl", config=config)
    assert article.returncode == 0, article.stderr
    row = json.loads(article.stdout)
    assert (row["title"], row["topics"], row["published_at"][:10]) == (STORY, ["turkey-syria"], "2026-11-20")
    feed = rasid("crawl", outlet.url.replace("http://", "HTTP://") + "feed/", config=config)
    assert feed.returncode == 0, feed.stderr
    assert "seen=1" in feed.stdout


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("404", "HTTP 404"), ("403", "that is a no"), ("500", "HTTP 500"), ("html-feed", "feed"), ("empty-body", "empty"),
        ("redirect-loop", "redirects too often"), ("drop", "broke"), ("reset", "broke"), ("redirect-file", "web address"),
        ("xml-bomb", "entit"),
    ],
)  # fmt: skip
def test_a_source_that_misbehaves_is_one_sentence(tmp_path: Path, trouble: str, words: str) -> None:
    with SiteServer() as site:
        site.set("/feed/", TROUBLES[trouble])
        config = write_config(
            tmp_path, outlets=[f'[[outlets]]\nid = "x"\nname = "x"\n[[outlets.sources]]\nkind = "feed"\nurl = "{site.url}feed/"']
        )
        assert words in complaint(rasid("crawl", "x", "--jsonl", config=config), 1)


def test_a_truncated_gzip_loses_nothing_silently(tmp_path: Path) -> None:
    with SiteServer() as site:
        site.set("/feed/", TROUBLES["truncated-gzip"])
        config = write_config(
            tmp_path, outlets=[f'[[outlets]]\nid = "x"\nname = "x"\n[[outlets.sources]]\nkind = "feed"\nurl = "{site.url}feed/"']
        )
        result = rasid("crawl", "x", config=config)
        assert "Traceback" not in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1, "it says that something is wrong"


def test_an_unreachable_outlet(tmp_path: Path) -> None:
    config = write_config(
        tmp_path, outlets=['[[outlets]]\nid = "x"\nname = "x"\n[[outlets.sources]]\nkind = "feed"\nurl = "http://127.0.0.1:9/feed/"']
    )
    assert "refuses connections" in complaint(rasid("crawl", "x", config=config), 1)


def test_an_empty_feed_is_not_an_error(tmp_path: Path) -> None:
    with SiteServer() as site:
        site.set("/feed/", TROUBLES["empty-feed"])
        config = write_config(
            tmp_path, outlets=[f'[[outlets]]\nid = "x"\nname = "x"\n[[outlets.sources]]\nkind = "feed"\nurl = "{site.url}feed/"']
        )
        result = rasid("crawl", "x", config=config)
        assert result.returncode == 0
        assert "no entries" in result.stderr


def test_private_addresses_are_refused_by_default(tmp_path: Path, outlet: FakeOutlet) -> None:
    config = write_config(tmp_path, outlets=[outlet_table(outlet)])
    config.write_text(config.read_text(encoding="utf-8").replace("allow_private_addresses = true", ""), encoding="utf-8")
    assert "private address" in complaint(rasid("crawl", "wire", config=config), 1)
    named = config.read_text(encoding="utf-8").replace("127.0.0.1", "localhost")
    config.write_text(named, encoding="utf-8")
    assert "private address" in complaint(rasid("crawl", "wire", config=config), 1)
    assert outlet.site.requests == []


# --------------------------------------------------------------------------- outlets, extract, explain, status, alerts


def test_outlets_list_and_show(config: Path) -> None:
    rows = json.loads(rasid("outlets", "list", "--json", config=config).stdout)
    states = {row["id"]: row["state"] for row in rows}
    assert states["wire"] == "enabled"
    assert set(states) == {"wire", *BUILTIN_IDS}
    assert json.loads(rasid("outlets", "show", "arab48", config=config).stdout)["zone"] == "Asia/Jerusalem"


def test_check_finds_the_address_of_an_outlet_that_has_none(tmp_path: Path) -> None:
    parked, real = SiteServer(), FakeOutlet("taif_post")
    parked.set("/", "<html><body>This domain is for sale</body></html>")
    real.site.set("/", "<html><body><h1>طيف بوست</h1></body></html>")
    table = f'[[outlets]]\nid = "taif_post"\ncandidate_homes = ["{parked.url}", "{real.url}"]\n'
    try:
        config = write_config(tmp_path, outlets=[table])
        before = json.loads(rasid("status", "--json", config=config).stdout)
        assert next(o["state"] for o in before["outlets"] if o["id"] == "taif_post") in ("needs_address", "disabled")
        checked = rasid("outlets", "check", "taif_post", "--json", config=config)
        assert checked.returncode == 0, checked.stderr
        assert next((row["address"], row["verdict"]) for row in json.loads(checked.stdout)) == (real.url, "ok")
        real.publish("/n/1/", simple_page(STORY, TEXT), STORY)
        crawled = rasid("crawl", "taif_post", config=config)
        assert "new=1" in crawled.stdout, crawled.stderr
    finally:
        parked.close()
        real.site.close()


def test_check_reports_each_source(config: Path, outlet: FakeOutlet) -> None:
    shown = rasid("outlets", "check", "wire", "--json", config=config)
    assert shown.returncode == 0
    assert [(row["kind"], row["status"], row["entries"], row["verdict"]) for row in json.loads(shown.stdout)][-1] == ("feed", 200, 1, "ok")
    outlet.site.set("/feed/", TROUBLES["500"])
    assert "wire" in complaint(rasid("outlets", "check", "wire", "--json", config=config), 1)


def test_extract_says_where_each_field_comes_from(tmp_path: Path, config: Path) -> None:
    page = tmp_path / "page.html"
    html = simple_page(STORY, TEXT, published="2026-11-20T09:00:00+03:00")
    tags = "".join(f'<meta property="article:tag" content="{tag}">' for tag in ("Aleppo", "Ankara"))
    page.write_text(html.replace("</head>", f"{tags}</head>"), encoding="utf-8")
    fields = json.loads(rasid("extract", str(page), "--url", "https://e.org/1", "--json", config=config).stdout)
    assert fields["title"] == STORY
    assert fields["published_at"] == "2026-11-20T06:00:00+00:00"
    assert fields["provenance"]["title"]
    shown = rasid("extract", str(page), "--url", "https://e.org/1", config=config).stdout
    assert STORY in shown
    assert "tags             Aleppo, Ankara" in shown


def test_explain_text_page_and_json_lines(tmp_path: Path, config: Path) -> None:
    shown = rasid("explain", "-", config=config, stdin=f"{STORY}\n{TEXT[0]}")
    assert shown.returncode == 0, shown.stderr
    assert "turkey-syria: would alert" in shown.stdout
    lines = [
        {"id": "a", "title": STORY, "lead": "", "body": TEXT[0]},
        {"id": 2, "title": "نتائج مباريات الدوري المحلي لكرة القدم", "lead": None, "body": "", "lang": "ar"},
    ]
    file = tmp_path / "items.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n\n", encoding="utf-8")
    verdicts = [json.loads(line) for line in rasid("explain", str(file), "--jsonl", config=config).stdout.splitlines()]
    assert [(verdict["id"], verdict["relevant"], verdict["lang"]) for verdict in verdicts] == [("a", True, "ar"), (2, False, "ar")]
    assert 0.5 <= verdicts[0]["score"] <= 1.0
    evidence = verdicts[0]["evidence"][0]
    assert STORY[evidence["position"] :].startswith(evidence["text"]) or evidence["field"] != "title"
    file.write_text("not json\n", encoding="utf-8")
    assert "line 1 is not JSON" in complaint(rasid("explain", str(file), "--jsonl", config=config), 2)


def test_closed_or_full_files_are_one_sentence(config: Path) -> None:
    for redirection, code, words in (("<&-", 2, "no standard input"), ("> /dev/full < /dev/null", 1, "space")):
        what = "explain -" if "<&-" in redirection else "outlets list --json"
        command = f"{sys.executable} -m rasid {what} --config {config} {redirection}"
        done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert words in complaint(done, code)


@pytest.mark.parametrize(
    "command",
    [
        "status",
        "--help",
        "outlets list",
        "outlets list --json",
        "config show",
        f"explain '{STORY}'",
        "search foo",
        "explain - --jsonl",
    ],
)
def test_who_stops_reading_gets_no_error(config: Path, command: str) -> None:
    """The reader is gone before the first line is written."""
    shell = f"{sys.executable} -m rasid --config {config} {command} < <(yes '{{}}' | head -20000) | exec 0<&-"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {shell}"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def in_shell(command: str) -> Any:
    """Runs ``rasid`` as a shell would; ``command`` has RASID where the program stands."""
    shell = command.replace("RASID", f"{sys.executable} -m rasid")
    return subprocess.run(["bash", "-c", shell], cwd=ROOT, capture_output=True, timeout=60, check=False)


def test_a_terminal_that_shows_only_ascii(config: Path) -> None:
    for command in ("outlets list", f"explain '{STORY}'", "status"):
        done = in_shell(f"PYTHONIOENCODING=ascii RASID {command} --config {config}")
        assert (done.returncode, done.stderr) == (0, b""), command
        assert done.stdout.isascii()
        assert done.stdout.strip()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_keeps_every_letter_whatever_the_terminal_shows(config: Path, encoding: str) -> None:
    listed = in_shell(f"PYTHONIOENCODING={encoding} RASID outlets list --json --config {config}")
    names = {row["id"]: row["name"] for row in json.loads(listed.stdout.decode(encoding))}
    assert names["taif_post"] == "طيف بوست"
    line = json.dumps({"id": "أ", "title": STORY})
    explained = in_shell(f"echo '{line}' | PYTHONIOENCODING={encoding} RASID explain - --jsonl --config {config}")
    assert json.loads(explained.stdout.decode(encoding))["id"] == "أ"


def test_half_a_letter_in_json_is_shown_as_a_question_mark(config: Path) -> None:
    line = r'{"id": "\ud83d", "title": "x"}'
    done = in_shell(f"echo '{line}' | RASID explain - --jsonl --config {config}")
    assert json.loads(done.stdout)["id"] == "?", done.stderr


def test_closed_output_is_no_error_of_ours(config: Path) -> None:
    for redirection in (">&-", ">&- 2>&-", "<&- >&- 2>&-"):
        done = in_shell(f"RASID outlets list --config {config} {redirection}")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), redirection


def test_explain_a_headline_in_quotes(config: Path) -> None:
    shown = rasid("explain", STORY, config=config)
    assert shown.returncode == 0
    assert "turkey-syria: would alert" in shown.stdout
    assert "would not alert" in rasid("explain", "كلمات لا شأن لها " * 400, config=config).stdout, "longer than names of files may be"


def test_explain_one_word_that_is_no_file(config: Path) -> None:
    assert "turkey-syria: would not alert" in rasid("explain", "Ankara", config=config).stdout


def test_explain_json_lines_of_a_windows_editor_and_of_nobody(tmp_path: Path, config: Path) -> None:
    file = tmp_path / "items.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps({"id": 1, "title": STORY}).encode() + b"\r\n")
    assert json.loads(rasid("explain", str(file), "--jsonl", config=config).stdout)["relevant"]
    assert json.loads(rasid("explain", "-", "--jsonl", config=config, stdin=file.read_text(encoding="utf-8")).stdout)["id"] == 1
    assert "line 1 is not JSON" in complaint(rasid("explain", "-", "--jsonl", config=config, stdin="[" * 100_000), 2)


def test_explain_an_address(config: Path, outlet: FakeOutlet) -> None:
    shown = rasid("explain", outlet.url + "story/1/", config=config)
    assert "would alert" in shown.stdout, shown.stderr
    assert "nothing at this address" in complaint(rasid("explain", outlet.url + "none/", config=config), 1)


def test_status_and_alerts_of_a_crawl(tmp_path: Path, outlet: FakeOutlet) -> None:
    telegram, smtp = FakeTelegram(), SmtpSink()
    try:
        config = write_config(tmp_path, outlets=[outlet_table(outlet)], telegram=telegram, smtp=smtp)
        assert rasid("crawl", "wire", config=config).returncode == 0
        assert telegram.messages == [], "the first reading is silent"
        outlet.publish(
            "/story/2/",
            simple_page(
                STORY.replace("معبرين", "ثلاثة معابر"),
                [TEXT[0].replace("معبرين", "ثلاثة معابر") + " وقال مصدر إن التنفيذ يبدأ خلال شهرين من الآن وفق خطة مشتركة."],
            ),
            "جديد",
        )
        outlet.publish(
            "/story/3/",
            simple_page(
                "الجيش التركي يعلن تحييد عناصر من قسد شمال سوريا",
                ["أعلنت وزارة الدفاع التركية تحييد ستة عناصر من قوات سوريا الديمقراطية قرب منبج في شمال سوريا بعد هجوم على قاعدة تركية."],
            ),
            "جديد",
        )
        assert rasid("crawl", "wire", config=config).returncode == 0
        assert len(telegram.messages) == len(smtp.mails) >= 1, "without a daemon the crawl delivers"
        state = json.loads(rasid("status", "--json", config=config).stdout)
        assert state["outbox"]["desk"]["delivered"] == len(telegram.messages)
        listed = json.loads(rasid("alerts", "list", "--json", config=config).stdout)
        assert {row["channel"] for row in listed} == {"desk", "mail"}
        assert rasid("alerts", "test", "mail", config=config).returncode == 0
        assert "test message" in str(smtp.mails[-1]["Subject"])
        smtp.stop()
        assert "cannot reach the mail server" in complaint(rasid("alerts", "test", "mail", config=config), 1)
        assert "no dead letters" in rasid("alerts", "retry", config=config).stdout
        assert FakeTelegram.TOKEN not in json.dumps(state) + json.dumps(listed)
    finally:
        telegram.close()
        smtp.stop()


# --------------------------------------------------------------------------- scrapy's own commands


def test_scrapy_list_and_crawl(config: Path, outlet: FakeOutlet) -> None:
    environment = {**os.environ, "RASID_CONFIG": str(config)}
    scrapy = [sys.executable, "-m", "scrapy"]
    listed = subprocess.run([*scrapy, "list"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert {"khaleej_alarabi", "taif_post", "arab48", "wire"} <= set(listed.stdout.split())
    subprocess.run([*scrapy, "crawl", "wire"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(rasid("status", "--json", config=config).stdout)["outlets"][-1]["articles"] == 1


# --------------------------------------------------------------------------- the whole newsroom, by hand


def test_scrapy_shell_and_check(outlet: FakeOutlet, config: Path) -> None:
    environment = {**os.environ, "RASID_CONFIG": str(config)}
    for command in (["shell", "-c", "response.status", outlet.url], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr[-2000:]
        assert "Traceback" not in done.stderr
        if command[0] == "shell":
            assert "200" in done.stdout


def test_the_demo_ends_by_itself() -> None:
    result = rasid("demo", timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("a new story: one alert") == 2
    assert result.stdout.count("folded into its story, no alert") == 2
    assert "304" in result.stdout
    with Newsroom() as newsroom:
        assert len(newsroom.outlets) == 6
