"""Every built-in outlet loads, can be moved to another home, and matches the addresses of its articles wherever it lives."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from core.config import build_outlet, read_outlet
from core.model import Entry, SourceKind
from core.settings import OutletConfig, SourceConfig
from core.text import fold
from crawler.discover.assemble import assemble
from spiders.catalogue import CONFIDENCE, PAGE, render
from spiders.definitions import builtin_outlets
from tests.pack import ADDRESSES, FILES, IDS, VISITED_AT, address, definition, shape

FIRST = {
    *("khaleej_alarabi", "united_muslim_world", "taif_post", "majallat_alyawm", "arab_khabar"),
    *("arab48", "arabi21", "aydinlik", "star_tr", "haberturk", "alwatan_sy", "sana", "shafaq"),
}
CORE = {
    *("aa_ar", "aa_tr", "aa_en", "trt_arabi", "syria_tv", "enab_baladi", "aawsat", "aljazeera_ar", "npa_ar", "shaam", "anha", "rudaw_ar"),
    *("hurriyet", "cumhuriyet", "yeni_safak", "daily_sabah", "al_monitor", "middle_east_eye"),
}
ISTANBUL_AS_GMT = {"star_tr", "cnn_turk", "aksam"}
ELSEWHERE = {"t.me", "feeds.bbci.co.uk", "rss.dw.com"}
"""Hosts that carry sources of outlets that live elsewhere."""


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def config(request: pytest.FixtureRequest) -> OutletConfig:
    return read_outlet(request.param)


# --------------------------------------------------------------------------- the pack as a whole


def test_the_outlets_that_an_analyst_wants_are_there() -> None:
    assert set(IDS) >= FIRST | CORE
    polled = [outlet for outlet in map(build_outlet, builtin_outlets()) if outlet.enabled and not outlet.needs_address]
    assert len(polled) >= 52
    languages = Counter(outlet.languages[0] for outlet in polled)
    assert languages["ar"] >= 25
    assert languages["tr"] >= 15
    assert languages["en"] >= 10
    assert languages["ckb"] + languages["ku"] >= 3


def test_no_two_outlets_claim_the_same_address() -> None:
    outlets = [build_outlet(config) for config in builtin_outlets()]
    homes = Counter(outlet.home.rstrip("/") for outlet in outlets if outlet.home)
    sources = Counter(source.url for outlet in outlets for source in outlet.sources if source.url.startswith("https://"))
    assert [home for home, count in homes.items() if count > 1] == []
    assert [source for source, count in sources.items() if count > 1] == []


def test_the_page_about_them_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(builtin_outlets()), (
        "docs/outlets.md does not say what spiders/outlets/*.toml say; run 'python -m spiders.catalogue --write'"
    )


def test_the_readme_says_how_many_there_are() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert f"`rasid outlets`: {len(IDS)} of them" in readme, "correct the number of outlets in README.md"


def test_every_outlet_has_sample_addresses_and_nothing_else_has() -> None:
    assert set(ADDRESSES) == set(IDS), "add the outlet's address shapes to tests/data/outlet_addresses.toml"


# --------------------------------------------------------------------------- each outlet


def test_it_can_be_polled_or_says_that_it_needs_an_address(config: OutletConfig) -> None:
    outlet = build_outlet(config)
    assert outlet.sources
    assert outlet.identity
    assert outlet.languages
    assert outlet.aliases
    assert outlet.needs_address == (config.home is None)
    assert all(is_address(source.url) for source in outlet.sources) or outlet.needs_address
    assert all(is_address(home) for home in (outlet.home, *outlet.candidate_homes) if home)


def is_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and "." in (parts.hostname or "") and not parts.fragment and parts.username is None


def test_its_note_says_how_sure_we_are(config: OutletConfig) -> None:
    first = re.split(r"[^A-Za-z]", config.note or "")[0]
    assert first in CONFIDENCE, f"the note of {config.id} must begin with one of {CONFIDENCE}"
    outlet = build_outlet(config)
    assert (first == "Guess") == (outlet.needs_address or not outlet.enabled), "a guess is off until somebody has looked; the rest is on"
    if first == "Verified":
        assert re.search(r"20\d\d|seen in copies", config.note or ""), "say when it was seen"


def test_its_names_are_names(config: OutletConfig) -> None:
    words = (config.name or "", *(config.identity or ()), *(config.aliases or ()))
    assert all(word == word.strip() and word for word in words)
    known = fold(" ".join((config.name or "", config.home or "", *(config.aliases or ()))))
    assert any(fold(word) in known for word in config.identity or ()), "the masthead shows a name of the outlet"
    for name in ("identity", "aliases"):
        values = getattr(config, name) or ()
        assert len(set(values)) == len(values), f"{name} repeats itself"


def test_its_zones_exist(config: OutletConfig) -> None:
    zones = [config.zone, *(zone for source in config.sources or () for zone in (source.zone, source.zone_override))]
    assert config.zone or config.home is None, "a date without a zone would be read as UTC"
    assert {ZoneInfo(zone).key for zone in zones if zone} == {zone for zone in zones if zone}


def test_istanbul_time_labelled_gmt_is_put_right_for_those_that_do_it_and_for_nobody_else(config: OutletConfig) -> None:
    overrides = {source.zone_override for source in config.sources or () if not source.fallback}
    assert overrides == ({"Europe/Istanbul"} if config.id in ISTANBUL_AS_GMT else {None})


def test_its_sources_are_of_the_kind_they_say(config: OutletConfig) -> None:
    sources = config.sources or ()
    assert not all(source.fallback for source in sources), "somebody must be asked first"
    assert len({source.url for source in sources}) == len(sources)
    for source in sources:
        assert (source.kind is SourceKind.TELEGRAM) == bool(re.fullmatch(r"https://t\.me/s/\w{4,32}", source.url)), source.url
        assert (source.kind is SourceKind.WORDPRESS) == ("/wp-json/wp/v2/posts" in source.url), source.url
        assert source.url.startswith("/") or urlsplit(source.url).hostname in ELSEWHERE, f"write {source.url} below home"


def test_another_home_moves_all_its_sources(config: OutletConfig) -> None:
    moved = build_outlet(config.model_copy(update={"home": "http://127.0.0.1:8099/"}), home_is_users=True)
    elsewhere = [source.url for source in config.sources or () if source.url.startswith("http")]
    assert all(source.url.startswith("http://127.0.0.1:8099/") or source.url in elsewhere for source in moved.sources)


def test_its_selectors_and_patterns_are_valid(config: OutletConfig) -> None:
    outlet = build_outlet(config)
    rules = outlet.rules
    tree = LexborHTMLParser("<p>x</p>")
    selectors = (rules.title, rules.lead, rules.body, rules.author, rules.date, rules.image, rules.tags, *rules.remove)
    for selector in (*selectors, *(source.links for source in outlet.sources)):
        if selector:
            tree.css(selector)
    for pattern in (*rules.cut_after, *rules.cut_before, *rules.drop, *rules.wrappers, rules.published_label or ""):
        assert re.compile(pattern).search("") is None or not pattern, f"{pattern!r} matches nothing at all"


# --------------------------------------------------------------------------- addresses

PATTERNED = [
    pytest.param(outlet, position, id=f"{outlet}-{position}")
    for outlet in IDS
    for position, source in enumerate(definition(outlet).sources or ())
    if source.article
]
HOSTS = ["https://www.example.org", "http://127.0.0.1:8099"]


def source_at(outlet: str, position: int) -> SourceConfig:
    return (definition(outlet).sources or ())[position]


def accepts(outlet: str, position: int, url: str) -> bool:
    """Whether a listing of that source keeps the address."""
    source = build_outlet(definition(outlet)).sources[position]
    return len(assemble([Entry(url)], source, base=url).entries) == 1


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("outlet", "position"), PATTERNED)
def test_addresses_of_articles_are_taken(outlet: str, position: int, host: str) -> None:
    path = address(shape(outlet, position), 17, VISITED_AT)
    home = definition(outlet).home
    for url in (host + path, host + quote(path), *([urljoin(home, path)] if home else [])):
        assert accepts(outlet, position, url), f"{source_at(outlet, position).article} does not match {unquote(url)}"


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("outlet", "position"), PATTERNED)
def test_sections_are_not_taken_for_articles(outlet: str, position: int, host: str) -> None:
    others = [address(template, 99, VISITED_AT) for template in ADDRESSES[outlet].get("others", ())]
    assert others, "an outlet with a pattern needs addresses that it must reject"
    for path in others:
        for url in (host + path, host + quote(path, safe="/?=&")):
            assert not accepts(outlet, position, url), f"{source_at(outlet, position).article} matches {unquote(url)}"


@pytest.mark.parametrize(
    ("outlet", "path", "is_article"),
    [
        ("arabi21", "/storyamp/1407169", True),
        ("aydinlik", "/amp/haber/bir-baslik-325593", True),
        ("haberturk", "/bir-baslik-3800001", True),
        ("star_tr", "/amp/dunya/bir-baslik-haber-1900001", True),
        ("shafaq", "/en/Middle-East/Syria-Turkey-talks-cover-security-Kurdish-issue", True),
        ("kurdistan24", "/ar/story/800117", True),
        ("zaman_alwsl", "/news/article/170017/", True),
        ("enab_baladi", "/archives/700117", True),
        ("syria_tv", "/أخبار/سوريا/عنوان", True),
        ("shaam", "/reports/news-reports/عنوان", True),
    ],
)
@pytest.mark.parametrize("host", HOSTS)
def test_other_shapes_of_articles(outlet: str, path: str, is_article: bool, host: str) -> None:
    assert accepts(outlet, 0, host + path) == is_article
