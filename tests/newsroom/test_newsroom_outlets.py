"""The invented outlets: valid definitions, listings that our own readers read, a scenario that unfolds."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from core.config import build_outlet
from core.model import Outlet, SourceKind
from core.settings import OutletConfig
from core.text import title_key
from crawler.discover import feed_links, read, sniff
from newsroom import SCENARIO, Newsroom, load_outlets


class Answer:
    """What a page answered; headers under lower-case names."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        request = urllib.request.Request(quote(url, safe=":/?=&%"), headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                self._take(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                self._take(error.code, error.headers, error.read())

    def _take(self, status: int, headers: Message, body: bytes) -> None:
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers.items()}


get = Answer


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as room:
        yield room


def built(newsroom: Newsroom) -> dict[str, Outlet]:
    return {data["id"]: build_outlet(OutletConfig.model_validate(data)) for data in newsroom.outlets}


def listed(newsroom: Newsroom, outlet: Outlet) -> dict[str, str | None]:
    """Address and title of everything that the outlet's first source lists."""
    source = outlet.sources[0]
    answer = get(source.url)
    listing = read(source.kind, answer.body, url=source.url, source=source, content_type=answer.headers["content-type"])
    return {entry.url: entry.title for entry in listing.entries}


def test_the_definitions_are_valid_and_each_outlet_has_its_own_host(newsroom: Newsroom) -> None:
    outlets = built(newsroom)
    assert len({outlet.home for outlet in outlets.values()}) == len(outlets) == 6
    for outlet in outlets.values():
        assert all(source.url.startswith(str(outlet.home)) for source in outlet.sources)
        assert any(word in get(str(outlet.home)).body.decode() for word in outlet.identity)
    assert {source.kind for outlet in outlets.values() for source in outlet.sources} >= {
        SourceKind.FEED,
        SourceKind.LISTING,
        SourceKind.WORDPRESS,
    }


def test_our_readers_find_exactly_what_is_published(newsroom: Newsroom) -> None:
    later = {(step.outlet, step.article) for step in SCENARIO}
    for outlet_id, outlet in built(newsroom).items():
        wanted = {
            newsroom.address(outlet_id, article.id): article.title
            for article in load_outlets()[outlet_id].articles.values()
            if (outlet_id, article.id) not in later
        }
        found = listed(newsroom, outlet)
        assert {_plain(url): title for url, title in found.items()} == wanted
        for url in found:
            assert get(url).status == 200, url


def test_every_source_says_the_same(newsroom: Newsroom) -> None:
    outlet = built(newsroom)["demo_bogaz"]
    feed, sitemap = ((source, get(source.url)) for source in outlet.sources)
    kinds = [sniff(answer.body, answer.headers["content-type"]) for _, answer in (feed, sitemap)]
    assert kinds == [SourceKind.FEED, SourceKind.SITEMAP]
    urls = [
        {entry.url for entry in read(source.kind, answer.body, url=source.url, source=source).entries} for source, answer in (feed, sitemap)
    ]
    assert urls[0] == urls[1]
    home = get(str(outlet.home))
    assert feed_links(home.body, str(outlet.home)) == (outlet.sources[0].url,)


def test_dates_come_out_of_the_feeds(newsroom: Newsroom) -> None:
    source = built(newsroom)["demo_tayf"].sources[0]
    entries = read(source.kind, get(source.url).body, url=source.url, source=source).entries
    assert entries[0].published == "Fri, 20 Nov 2026 22:30:00 +0300"
    assert entries[0].content
    assert newsroom.article("demo_tayf", "cup-final").paragraphs[0] in entries[0].content


def test_publishing_changes_lists_and_validators_of_that_outlet_only(newsroom: Newsroom) -> None:
    outlets = built(newsroom)
    feeds = {name: outlets[name].sources[0].url for name in ("demo_khaleej", "demo_tayf")}
    tags = {name: get(url).headers["etag"] for name, url in feeds.items()}
    address = newsroom.address("demo_khaleej", "border-protocol")
    assert get(address).status == 404
    assert newsroom.publish("demo_khaleej", "border-protocol") == address
    assert get(address).status == 200
    assert next(iter(listed(newsroom, outlets["demo_khaleej"]).values())) == newsroom.article("demo_khaleej", "border-protocol").title
    assert get(feeds["demo_khaleej"], {"If-None-Match": tags["demo_khaleej"]}).status == 200
    assert get(feeds["demo_tayf"], {"If-None-Match": tags["demo_tayf"]}).status == 304
    newsroom.withdraw("demo_khaleej", "border-protocol")
    assert get(address).status == 404


def test_a_publication_can_be_dated(newsroom: Newsroom) -> None:
    newsroom.publish("demo_khaleej", "border-protocol", at=datetime(2026, 12, 24, 9, 0, tzinfo=UTC))
    assert "24 ديسمبر، 2026" in get(newsroom.address("demo_khaleej", "border-protocol")).body.decode()
    assert "Thu, 24 Dec 2026" in get(built(newsroom)["demo_khaleej"].sources[0].url).body.decode()


def test_the_scenario_plays_to_its_end(newsroom: Newsroom) -> None:
    played = []
    while (step := newsroom.play_next()) is not None:
        played.append(step)
        assert get(newsroom.address(step.outlet, step.article)).status == 200
    assert tuple(played) == SCENARIO
    assert {step.expect for step in played} == {"alert", "fold", "ignore"}


def test_the_reposters_wrap_as_their_rules_unwrap(newsroom: Newsroom) -> None:
    newsroom.publish("demo_majalla", "border-protocol")
    newsroom.publish("demo_rasif", "3121907")
    original = newsroom.article("demo_khaleej", "border-protocol")
    outlets = built(newsroom)

    page = re.sub(r"<[^>]+>", "\n", get(newsroom.address("demo_majalla", "border-protocol")).body.decode())
    (wrapper,) = outlets["demo_majalla"].rules.wrappers
    wrappers = list(re.finditer(wrapper, page, re.DOTALL))
    assert [match["t"] for match in wrappers] == [original.title] * 2
    assert {match["s"] for match in wrappers} == {"خليج الأنباء"}
    assert "#" not in re.sub(wrapper, "", page, flags=re.DOTALL)
    assert "المصدر : خليج الأنباء" in page

    page = re.sub(r"<[^>]+>", "\n", get(newsroom.address("demo_rasif", "3121907")).body.decode())
    whole, cut = page, re.split("|".join(outlets["demo_rasif"].rules.cut_after), page, flags=re.MULTILINE)[0]
    second = newsroom.article("demo_rasif", "3121907").second
    assert second is not None
    assert all(paragraph in cut for paragraph in original.paragraphs)
    assert second.paragraphs[0] in whole
    assert second.paragraphs[0] not in cut


def test_a_clock_stands_above_the_pages_without_validators(newsroom: Newsroom) -> None:
    answer = get(newsroom.address("demo_manara", "48211"))
    assert "etag" not in answer.headers
    assert re.search(r"\d{2}:\d{2} (?:صـ|مـ)", answer.body.decode())


def test_trouble_takes_the_place_of_a_path_until_healed(newsroom: Newsroom) -> None:
    feed = built(newsroom)["demo_tayf"].sources[0].url
    newsroom.trouble("demo_tayf", "/feed/", "500")
    newsroom.publish("demo_tayf", "returnees-convoy")
    assert get(feed).status == 500
    newsroom.heal("demo_tayf", "/feed/")
    assert newsroom.article("demo_tayf", "returnees-convoy").title in get(feed).body.decode()


def test_robots_can_be_chosen(newsroom: Newsroom) -> None:
    robots = newsroom.sites["demo_tayf"].url + "robots.txt"
    assert get(robots).body.startswith(b"User-agent: *")
    newsroom.set_robots("demo_tayf", "User-agent: *\nDisallow: /private\n", crawl_delay=2)
    assert get(robots).body.endswith(b"Disallow: /private\nCrawl-delay: 2\n")
    newsroom.set_robots("demo_tayf", status=500)
    assert get(robots).status == 500


def test_an_empty_newsroom_and_a_chosen_one() -> None:
    with Newsroom({"demo_tayf": ["cup-final"]}) as room:
        outlets = built(room)
        assert list(listed(room, outlets["demo_tayf"]).values()) == [room.article("demo_tayf", "cup-final").title]
        assert listed(room, outlets["demo_khaleej"]) == {}


def test_articles_are_long_enough_and_their_own() -> None:
    outlets = load_outlets()
    articles = [article for outlet in outlets.values() for article in outlet.articles.values() if article.original is None]
    assert len(articles) >= 15
    assert len({title_key(article.title) for article in articles}) == len(articles)
    for article in articles:
        words = sum(len(text.split()) for text in article.paragraphs)
        assert 100 <= words <= 260, f"{article.outlet}/{article.id} has {words} words"
        assert article.published.tzinfo is not None


def test_no_sentence_of_the_seeds_is_in_the_newsroom(seeds: Path) -> None:
    real = {key for path in seeds.glob("*.txt") for line in path.read_text().splitlines() if len(key := title_key(line)) > 40}
    ours = {title_key(text) for outlet in load_outlets().values() for article in outlet.articles.values() for text in article.paragraphs}
    assert not real & ours


def _plain(url: str) -> str:
    return unquote(url)
