"""Every built-in outlet loads, can be moved to another home, and matches the addresses of its articles wherever it lives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.config import OutletConfig, build_outlet, read_outlet
from core.model import Outlet

FILES = sorted((Path(__file__).parents[2] / "spiders" / "outlets").glob("*.toml"))
FIRST = {
    *("khaleej_alarabi", "united_muslim_world", "taif_post", "majallat_alyawm", "arab_khabar"),
    *("arab48", "arabi21", "aydinlik", "star_tr", "haberturk", "alwatan_sy", "sana", "shafaq"),
}


def test_the_first_outlets_are_there() -> None:
    assert {file.stem for file in FILES} >= FIRST


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def config(request: pytest.FixtureRequest) -> OutletConfig:
    return read_outlet(request.param)


def test_it_can_be_polled_or_says_that_it_needs_an_address(config: OutletConfig) -> None:
    outlet = build_outlet(config)
    assert outlet.sources
    assert outlet.identity
    assert outlet.languages
    assert outlet.needs_address == (config.home is None)
    assert all(source.url.startswith("https://") for source in outlet.sources) or outlet.needs_address


def test_another_home_moves_all_its_sources(config: OutletConfig) -> None:
    moved = build_outlet(config.model_copy(update={"home": "http://127.0.0.1:8099/"}), home_is_users=True)
    elsewhere = [source.url for source in config.sources or () if source.url.startswith("http")]
    assert all(source.url.startswith("http://127.0.0.1:8099/") or source.url in elsewhere for source in moved.sources)


def test_its_selectors_and_patterns_are_valid(config: OutletConfig) -> None:
    from selectolax.lexbor import LexborHTMLParser

    rules = build_outlet(config).rules
    tree = LexborHTMLParser("<p>x</p>")
    for selector in (rules.title, rules.lead, rules.body, rules.author, rules.date, rules.image, rules.tags, *rules.remove):
        if selector:
            tree.css(selector)
    for pattern in (*rules.cut_after, *rules.cut_before, *rules.drop, *rules.wrappers, rules.published_label or ""):
        re.compile(pattern)


@pytest.mark.parametrize(
    ("outlet", "path", "is_article"),
    [
        ("united_muslim_world", "/12956", True),
        ("united_muslim_world", "/section/3", False),
        ("arab_khabar", "/a/2795110", True),
        ("arab_khabar", "/w/6/%D8%A5", False),
        ("arab48", "/أخبار/دولية/2026/10/09/عنوان-الخبر", True),
        ("arab48", "/أخبار-عربية-ودولية?page=2", False),
        ("arabi21", "/story/1407169/عنوان", True),
        ("arabi21", "/storyamp/1407169", True),
        ("aydinlik", "/haber/bir-baslik-325593", True),
        ("aydinlik", "/yazarlar", False),
        ("star_tr", "/dunya/bir-baslik-haber-1900001/", True),
        ("haberturk", "/bir-baslik-3800001", True),
        ("haberturk", "/ekonomi/bir-baslik-3800001", True),
        ("shafaq", "/en/Middle-East/Syria-Turkey-talks-cover-security-Kurdish-issue", True),
        ("shafaq", "/ar/tags/تركيا", False),
    ],
)
@pytest.mark.parametrize("host", ["https://www.example.org", "http://127.0.0.1:8099"])
def test_addresses_of_articles(outlet: str, path: str, is_article: bool, host: str) -> None:
    built: Outlet = build_outlet(next(read_outlet(file) for file in FILES if file.stem == outlet))
    pattern = built.sources[0].article
    assert pattern is not None
    assert bool(re.search(pattern, host + path)) == is_article
