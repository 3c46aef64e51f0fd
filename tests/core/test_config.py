"""The configuration: every problem at once, with file, key and what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.config import Config, load_config
from core.errors import ConfigError
from core.settings import ChannelConfig, OutletConfig, Secret, parse_age, parse_interval

BUILTIN = [
    OutletConfig.model_validate(
        {
            "id": "taif_post",
            "name": "طيف بوست",
            "languages": ["ar"],
            "sources": [{"kind": "feed", "url": "/feed/"}],
            "identity": ["طيف بوست"],
            "rules": {"body": ".entry-content"},
        }
    )
]


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "rasid.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, BUILTIN)


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    return list(caught.value.problems)


def test_the_defaults_need_no_file() -> None:
    config = load_config(None, BUILTIN)
    assert config.store.url == "sqlite:///rasid.db"
    assert [outlet.id for outlet in config.outlets] == ["taif_post"]
    assert config.outlets[0].needs_address


def test_a_home_gives_relative_sources_an_address(tmp_path: Path) -> None:
    outlet = load(tmp_path, '[[outlets]]\nid = "taif_post"\nhome = "https://example.org/x/"').outlets[0]
    assert [source.url for source in outlet.sources] == ["https://example.org/feed/"]
    assert outlet.home_is_users
    assert not outlet.needs_address
    assert (outlet.name, outlet.rules.body, outlet.identity) == ("طيف بوست", ".entry-content", ("طيف بوست",))


def test_sources_of_a_change_replace_the_built_in_ones(tmp_path: Path) -> None:
    text = '[[outlets]]\nid = "taif_post"\nenabled = false\nmin_interval = "30s"\n[[outlets.sources]]\nkind = "listing"\nurl = "https://e.org/"'
    outlet = load(tmp_path, text).outlets[0]
    assert [(source.kind.value, source.url) for source in outlet.sources] == [("listing", "https://e.org/")]
    assert (outlet.enabled, outlet.min_interval) == (False, 30.0)


def test_only_the_outlets_of_the_file(tmp_path: Path) -> None:
    text = 'builtin_outlets = false\n[[outlets]]\nid = "a"\nname = "A"\n[[outlets.sources]]\nkind = "feed"\nurl = "https://a.org/feed"'
    assert [outlet.id for outlet in load(tmp_path, text).outlets] == ["a"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[poling]\n", ["unknown key poling", "did you mean 'polling'"]),
        ('[polling]\nmin_intervall = "5m"', ["polling.min_intervall", "did you mean 'min_interval'"]),
        ('[store]\nurl = "rasid.db"', ["store.url: not a database address", "sqlite:///rasid.db"]),
        ('[store]\nurl = "sqlite://rasid.db"', ["store.url: not a database address", "sqlite:///rasid.db"]),
        ('[store]\nurl = "mysql://u@h/db"', ["store.url: not a database address", "postgresql+psycopg://user@host/rasid"]),
        ('[polling]\nmin_interval = "5"', ["polling.min_interval", "write it like 30s"]),
        ('[polling]\nmin_interval = "3h"', ["min_interval is larger than max_interval"]),
        ("[[outlets]]\nid = 'Taif'", ["outlets.Taif.id", "begin with a letter"]),
        ('[[outlets]]\nid = "taif_pst"', ["outlets.taif_pst", "did you mean 'taif_post'"]),
        ('[[outlets]]\nid = "taif_post"\nhome = "ftp://x"', ["outlets.taif_post.home", "not a web address"]),
        ('[[outlets]]\nid = "taif_post"\nhome = "https://x.org:99999/"', ["outlets.taif_post.home", "not a web address"]),
        ('[[outlets]]\nid = "taif_post"\nhome = "https://[::1"', ["outlets.taif_post.home", "not a web address"]),
        (
            '[[outlets]]\nid = "taif_post"\ncandidate_homes = ["https://x.org:0/"]',
            ["outlets.taif_post.candidate_homes", "not a web address"],
        ),
        *(
            (
                f'[[outlets]]\nid = "taif_post"\n[[outlets.sources]]\nkind = "feed"\nurl = "{url}"',
                ["outlets.taif_post.sources.0.url", "a port that can be"],
            )
            for url in (
                "http://127.0.0.1:99999/feed.xml",
                "http://x.org:abc/",
                "http://[::1",
                "//x.org:70000/feed/",
                "http:///feed/",
                "ftp://x.org/",
            )
        ),
        (
            '[[outlets]]\nid = "taif_post"\n[[outlets.sources]]\nkind = "listing"\nurl = "/"\nolder = "//x.org:99999/?p={page}"',
            ["outlets.taif_post.sources.0.older", "a port that can be"],
        ),
        ('[[outlets]]\nid = "taif_post"\nhoem = "https://x.org"', ["unknown key outlets.taif_post.hoem", "did you mean 'home'"]),
        ('[[outlets]]\nid = "taif_post"\n[[outlets.sources]]\nkind = "rss"\nurl = "/"', ["outlets.taif_post.sources.0.kind", "feed"]),
        ('[[outlets]]\nid = "taif_post"\nzone = "Mars/Base"', ["outlets.taif_post.zone", "Europe/Istanbul"]),
        ('[[outlets]]\nid = "taif_post"\n[outlets.rules]\ndrop = ["("]', ["outlets.taif_post.rules.drop", "not a regular expression"]),
        ('[[channels]]\nid = "a"\nnotifier = "console"\n[[channels]]\nid = "a"\nnotifier = "console"', ["channel 'a' stands twice"]),
        ('[[channels]]\nid = "a"\nnotifier = "console"\ntopics = ["turkey-siria"]', ["channels.a", "did you mean 'turkey-syria'"]),
        ("[store\n", ["is not valid TOML", "line 1"]),
        ('[[topics]]\nid = "one"\nsides = ["turkey"]', ["topics.one.sides", "write at least 2"]),
        ('[[topics]]\nid = "health"\nsides = ["turkey", "syria"]', ["topics.health.id", "choose another id"]),
        ('[[outlets]]\nid = "taif_post"\nmin_interval = "2h"\nmax_interval = "1h"', ["outlets.taif_post", "min_interval is larger"]),
        ('[[outlets]]\nid = "taif_post"\nmax_interval = "1m"', ["outlets.taif_post", "min_interval is larger"]),
        ('[[channels]]\nid = "a"\nnotifier = "console"\ntopics = "health"', ["channels.a.topics", 'write a list, like topics = ["..."]']),
        ('[[channels]]\nid = "a b"\nnotifier = "console"', ["channels.0.id"]),
        ('[[store]]\nurl = "sqlite://"', ["store: write it as [store]"]),
        ('[outlets]\nid = "taif_post"', ["outlets: write it as [[outlets]]"]),
        ('outlets = ["taif_post"]', ["outlets.0: write it as [[outlets]]"]),
        ('[[outlets]]\nid = "taif_post"\n[[outlets.rules]]\nbody = "p"', ["outlets.taif_post.rules: write it as [outlets.rules]"]),
        ('[[outlets]]\nid = "taif_post"\nenabled = "perhaps"', ["outlets.taif_post.enabled", "write true or false"]),
        ("[store]\nurl = 3", ["store.url", "write a text in quotes"]),
        ('[polling]\ngap_pages = "many"', ["polling.gap_pages", "write a whole number"]),
    ],
    ids=lambda value: value[:28] if isinstance(value, str) else "",
)
def test_a_mistake_is_one_sentence_that_helps(tmp_path: Path, text: str, words: list[str]) -> None:
    found = problems(tmp_path, text)
    assert len(found) == 1, found
    assert "rasid.toml" in found[0]
    assert "\n" not in found[0]
    for word in words:
        assert word in found[0]


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    assert len(problems(tmp_path, '[polling]\nx = 1\ny = 2\n[store]\nurl = 3\n[[channels]]\nid = "!"\nnotifier = "email"')) == 4


def test_one_mistake_hides_no_other(tmp_path: Path) -> None:
    text = (
        '[poling]\n[polling]\nmin_interval = "3h"\nx = 1\n[[topics]]\nid = "health"\nsides = ["turkey", "syria"]\n'
        '[[topics]]\nid = "borders"\nsides = "turkey"\n[[outlets]]\nid = "taif_pst"\n'
        '[[channels]]\nid = "a"\nnotifier = "console"\ntopics = ["boarders"]\n'
        '[[channels]]\nid = "b"\nnotifier = "console"\ntopics = ["borders"]\n'
    )
    found = problems(tmp_path, text)
    wanted = ("poling", "polling.x", "topics.health", "topics.borders.sides", "min_interval is larger", "outlets.taif_pst", "'boarders'")
    for words in wanted:
        assert sum(words in problem for problem in found) == 1, (words, found)
    assert len(found) == len(wanted)
    assert all(problem.startswith(str(tmp_path / "rasid.toml")) for problem in found)


def test_an_outlet_has_its_own_polling(tmp_path: Path) -> None:
    keys = {"min_interval": "1m", "max_interval": "3h", "pace": "2m", "time_limit": "9s", "spacing": "3s"}
    keys |= {"verify_every": "7", "gap_pages": "0", "seed_limit": "0", "page_limit": "2s"}
    own = "".join(f"{key} = {value}\n" if value.isdecimal() else f'{key} = "{value}"\n' for key, value in keys.items())
    changed = load(tmp_path, f'[polling]\ncontact = "desk@example.org"\n[[outlets]]\nid = "taif_post"\n{own}')
    found = changed.polling.of(changed.outlets[0])
    assert (found.min_interval, found.max_interval, found.pace, found.time_limit, found.spacing) == (60, 10800, 120, 9, 3)
    assert (found.verify_every, found.gap_pages, found.seed_limit, found.page_limit) == (7, 0, 0, 2)
    assert found.contact == "desk@example.org"
    plain = load(tmp_path, "[polling]\ngap_pages = 3")
    assert plain.polling.of(plain.outlets[0]) == plain.polling
    for key in ("contact", "allow_private_addresses"):
        assert f"unknown key outlets.taif_post.{key}" in problems(tmp_path, f'[[outlets]]\nid = "taif_post"\n{key} = "x"')[0]


def test_a_scheme_in_capitals_is_a_web_address(tmp_path: Path) -> None:
    text = '[[outlets]]\nid = "taif_post"\nhome = "HTTPS://E.org/"\n[[outlets.sources]]\nkind = "feed"\nurl = "HTTPS://e.org/Feed"'
    outlet = load(tmp_path, text).outlets[0]
    assert (outlet.home, outlet.sources[0].url, outlet.needs_address) == ("https://E.org/", "https://e.org/Feed", False)


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist; run 'rasid config init'"):
        load_config(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes("[store]\nurl = 'é'".encode("latin-1"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_config(tmp_path / "latin.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("5m", 300), ("2h", 7200), ("1h30m", 5400), ("0.5s", 0.5), ("1d", 86400)])
def test_intervals(text: str, seconds: float) -> None:
    assert parse_interval(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "s", "-5m", "0s", "90d", "5 minutes", True, 5])
def test_wrong_intervals(text: object) -> None:
    with pytest.raises(ValueError, match="interval"):
        parse_interval(text)


@pytest.mark.parametrize(("text", "days"), [("31d", 31), ("90d", 90), ("3650d", 3650), ("1d12h", 1.5)])
def test_an_age_may_be_longer_than_an_interval(text: str, days: float) -> None:
    assert parse_age(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "0d", "infd", "9999999999d", "9" * 400 + "d", "soon"])
def test_wrong_ages(text: str) -> None:
    with pytest.raises(ValueError, match=r"an age lies|write it like"):
        parse_age(text)


def test_secrets_come_from_outside_and_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASID_TEST_TOKEN", "hush-hush")
    secret = Secret.model_validate({"env": "RASID_TEST_TOKEN"})
    assert secret.read() == "hush-hush"
    assert "hush-hush" not in repr(secret)
    file = tmp_path / "token"
    file.write_text("from-file\n", encoding="utf-8")
    assert Secret.model_validate({"file": str(file)}).read() == "from-file"
    file.write_bytes(b"\xef\xbb\xbfwith a mark\r\n")
    assert Secret.model_validate({"file": str(file)}).read() == "with a mark"
    monkeypatch.delenv("RASID_TEST_TOKEN")
    with pytest.raises(ConfigError, match="RASID_TEST_TOKEN is not set"):
        secret.read()
    with pytest.raises(ValueError, match="does not stand in the file"):
        Secret.model_validate("literal")


def test_a_channel_keeps_the_keys_of_its_notifier() -> None:
    channel = ChannelConfig.model_validate({"id": "desk", "notifier": "telegram", "chat_id": "-1", "token": {"env": "T"}})
    assert channel.options == {"chat_id": "-1", "token": {"env": "T"}}
    assert channel.topics == ("turkey-syria",)


def test_rules_of_earlier_themes_go_with_the_rules(tmp_path: Path) -> None:
    text = (
        '[[outlets]]\nid = "x"\nname = "x"\nhome = "https://example.org/"\n[[outlets.sources]]\nkind = "feed"\nurl = "/feed/"\n'
        '[outlets.rules]\nbody = ".new"\n[[outlets.old_rules]]\nvalid_until = 2025-03-01\nbody = "//div[@id=\'old\']"\n'
    )
    path = tmp_path / "rasid.toml"
    path.write_text(text, encoding="utf-8")
    outlet = load_config(path).outlet("x")
    assert outlet is not None
    assert (outlet.rules.body, outlet.rules.older[0].body, str(outlet.rules.older[0].valid_until)) == (
        ".new",
        "//div[@id='old']",
        "2025-03-01",
    )
    path.write_text(text.replace("valid_until = 2025-03-01\n", ""), encoding="utf-8")
    with pytest.raises(ConfigError, match="valid_until is missing"):
        load_config(path)
