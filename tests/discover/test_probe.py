"""Where an unknown outlet lists its articles, decided from bytes: which addresses to ask, what they are worth, what to call it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model import Entry, Listing, Nested, SourceKind
from crawler.discover.probe import (
    Clue,
    Origin,
    Probed,
    Verdict,
    choose,
    given_clue,
    judge,
    newest_nested,
    next_clue,
    order_sitemaps,
    page_clues,
    plain_name,
    posts_address,
    read_channel,
    read_masthead,
    relative_to,
    suggest_id,
)

HOME = "https://sada.example/"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FEED, SITEMAP, WORDPRESS, LISTING = SourceKind.FEED, SourceKind.SITEMAP, SourceKind.WORDPRESS, SourceKind.LISTING


def page(head: str = "", body: str = "", html: str = 'lang="ar"') -> bytes:
    return f"<!doctype html><html {html}><head>{head}</head><body>{body}</body></html>".encode()


def alternate(href: str, kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}">'


def announced(clues: tuple[Clue, ...]) -> list[tuple[SourceKind, str]]:
    return [(clue.kind, clue.url) for clue in clues if clue.origin is not Origin.USUAL]


def probed(kind: SourceKind, url: str = "x", *, verdict: Verdict = Verdict.OK, days: float | None = 0.1, news: bool = False) -> Probed:
    newest_at = None if days is None else NOW - timedelta(days=days)
    return Probed(Clue(kind, HOME + url, Origin.ANNOUNCED), HOME + url, kind, verdict, "", 10, newest_at, news)


# --------------------------------------------------------------------------- where to look


def test_announced_addresses_come_first() -> None:
    head = alternate("/feed/") + alternate("/comments/feed/") + '<link rel="https://api.w.org/" href="/wp-json/">'
    clues = page_clues(page(head), HOME, is_home=True, sitemaps=["/sitemap.xml", "https://sada.example/news-map.xml"])
    assert announced(clues) == [
        (FEED, HOME + "feed/"),
        (WORDPRESS, HOME + "wp-json/wp/v2/posts?per_page=20&_embed=1"),
        (SITEMAP, HOME + "news-map.xml"),
        (SITEMAP, HOME + "sitemap.xml"),
    ]
    assert [clue.origin for clue in clues if clue.url == HOME + "feed/"] == [Origin.ANNOUNCED], "no address stands there twice"


def test_a_page_may_announce_as_many_feeds_as_it_likes() -> None:
    head = alternate("/" + "x" * 5000) + "".join(alternate(f"/f/{number}") for number in range(500))
    assert announced(page_clues(page(head), HOME, is_home=True)) == [(FEED, f"{HOME}f/{number}") for number in range(3)]


def test_the_link_header_of_wordpress_counts() -> None:
    clues = page_clues(page(), HOME, is_home=True, link=f'<{HOME}?rest_route=/>; rel="https://api.w.org/", <{HOME}>; rel=shortlink')
    assert announced(clues) == [(WORDPRESS, HOME + "?rest_route=/wp/v2/posts&per_page=20&_embed=1")]


@pytest.mark.parametrize(
    ("body", "second"),
    [('<img src="/wp-content/uploads/a.jpg">', posts_address(HOME + "wp-json/")), ("<p>نص</p>", HOME + "rss")],
    ids=["wordpress", "unknown"],
)
def test_usual_paths_follow_what_the_page_looks_like(body: str, second: str) -> None:
    usual = page_clues(page(body=body), HOME, is_home=True)
    assert {clue.origin for clue in usual} == {Origin.USUAL}
    assert [clue.url for clue in usual[:2]] == [HOME + "feed/", second]
    paths = ("rss.xml", "feed.xml", "atom.xml", "index.xml", "feeds/posts/default", "sitemap_news.xml", "news-sitemap.xml", "sitemap.xml")
    assert {HOME + path for path in (*paths, "sitemap_index.xml")} < {clue.url for clue in usual}


def test_a_section_is_taken_at_its_word() -> None:
    section = HOME + "category/syria/"
    head = alternate("/feed/") + alternate("/category/syria/feed/") + '<link rel="https://api.w.org/" href="/wp-json/">'
    clues = page_clues(page(head), section, is_home=False, sitemaps=["/sitemap.xml"])
    assert announced(clues) == [(FEED, section + "feed/"), (FEED, HOME + "feed/")]
    assert len(clues) == 2


def test_sitemaps_of_pictures_and_authors_are_left_out() -> None:
    named = [
        "/image-sitemap.xml",
        "/author-sitemap.xml",
        "ftp://sada.example/s.xml",
        "/post-sitemap.xml",
        "/gundem-haber.xml",
        "/post-sitemap.xml",
    ]
    assert order_sitemaps(named, HOME) == [HOME + "gundem-haber.xml", HOME + "post-sitemap.xml"]


@pytest.mark.parametrize(
    ("nested", "best"),
    [
        ([("a/page-sitemap.xml", "2026-11-24"), ("a/post-sitemap.xml", "2026-11-20")], "a/post-sitemap.xml"),
        ([("a/post-1.xml", "2026-01-01"), ("a/post-2.xml", "2026-11-01")], "a/post-2.xml"),
        ([("a/post-1.xml", None), ("a/post-2.xml", None)], "a/post-2.xml"),
        ([("a/2025.xml", None), ("a/news.xml", None), ("a/2026.xml", None)], "a/news.xml"),
        ([("a/tag-1.xml", None)], "a/tag-1.xml"),
        ([], None),
    ],
)
def test_the_sitemap_of_an_index_that_is_opened(nested: list[tuple[str, str | None]], best: str | None) -> None:
    found = newest_nested([Nested(*item) for item in nested])
    assert (found.url if found else None) == best


# --------------------------------------------------------------------------- asking on


def test_after_a_good_feed_only_the_second_way_is_asked() -> None:
    head = alternate("/feed/") + alternate("/sport/feed/") + '<link rel="https://api.w.org/" href="/wp-json/">'
    clues = page_clues(page(head), HOME, is_home=True, sitemaps=["/news.xml", "/sitemap.xml"])
    asked: list[Probed] = []
    while (clue := next_clue(clues, asked)) is not None:
        verdict = Verdict.FAILED if clue.kind is WORDPRESS else Verdict.OK
        asked.append(Probed(clue, clue.url, clue.kind, verdict, news=clue.kind is SITEMAP))
    assert [item.url.removeprefix(HOME).partition("?")[0] for item in asked] == ["feed/", "wp-json/wp/v2/posts", "news.xml"]


def test_a_broken_feed_leads_to_the_usual_paths_until_one_works() -> None:
    clues = page_clues(page(alternate("/broken")), HOME, is_home=True)
    asked: list[Probed] = []
    while (clue := next_clue(clues, asked)) is not None:
        asked.append(Probed(clue, clue.url, clue.kind, Verdict.OK if clue.url == HOME + "rss" else Verdict.FAILED))
    assert [item.url for item in asked] == [HOME + "broken", HOME + "feed/", HOME + "rss"]


def test_two_refusals_are_a_no() -> None:
    clues = page_clues(page(), HOME, is_home=True)
    refused = [Probed(clue, clue.url, clue.kind, Verdict.REFUSED) for clue in clues[:2]]
    assert next_clue(clues, refused[:1]) is not None
    assert next_clue(clues, refused) is None


@pytest.mark.parametrize(
    ("body", "url", "kind", "address"),
    [
        (b"<rss version='2.0'><channel></channel></rss>", HOME + "x", FEED, HOME + "x"),
        (b"<urlset><url><loc>/a</loc></url></urlset>", HOME + "s", SITEMAP, HOME + "s"),
        (b'{"name": "Sada", "routes": {}}', HOME + "wp-json/", WORDPRESS, HOME + "wp-json/wp/v2/posts?per_page=20&_embed=1"),
    ],
)
def test_an_address_that_is_a_source_itself(body: bytes, url: str, kind: SourceKind, address: str) -> None:
    assert given_clue(body, url, None) == Clue(kind, address, Origin.GIVEN)


def test_a_page_is_no_source_itself() -> None:
    assert given_clue(page(), HOME, "text/html") is None


# --------------------------------------------------------------------------- judging and choosing


def listing(count: int, *, published: str | None = None, title: str | None = "عنوان") -> Listing:
    return Listing(tuple(Entry(f"{HOME}a/{number}", title, published) for number in range(count)))


@pytest.mark.parametrize(
    ("kind", "count", "days", "verdict", "words"),
    [
        (FEED, 5, 0.1, Verdict.OK, ""),
        (FEED, 1, None, Verdict.OK, ""),
        (FEED, 0, None, Verdict.EMPTY, "no entries"),
        (FEED, 5, 29.9, Verdict.OK, ""),
        (FEED, 5, 30.1, Verdict.STALE, "30 days"),
        (WORDPRESS, 5, 400.0, Verdict.STALE, "400 days"),
        (LISTING, 2, None, Verdict.EMPTY, "2 of its links"),
        (LISTING, 3, None, Verdict.OK, ""),
    ],
)
def test_what_a_source_is_worth(kind: SourceKind, count: int, days: float | None, verdict: Verdict, words: str) -> None:
    newest_at = None if days is None else NOW - timedelta(days=days)
    found = judge(Clue(kind, HOME, Origin.GIVEN), kind, HOME, listing(count), newest_at=newest_at, now=NOW)
    assert (found.verdict, found.entries) == (verdict, count)
    assert words in found.reason


@pytest.mark.parametrize(("shown", "news"), [(listing(2, published="2026-11-24"), True), (listing(2, title=None), False)])
def test_a_news_sitemap_has_titles_and_dates(shown: Listing, news: bool) -> None:
    assert judge(Clue(SITEMAP, HOME, Origin.ROBOTS), SITEMAP, HOME, shown, newest_at=NOW, now=NOW).news is news


@pytest.mark.parametrize(
    ("found", "chosen"),
    [
        ([probed(FEED), probed(WORDPRESS), probed(SITEMAP, news=True), probed(LISTING)], ["feed", "wordpress"]),
        ([probed(FEED), probed(SITEMAP, news=True)], ["feed", "sitemap"]),
        ([probed(FEED), probed(SITEMAP)], ["feed"]),
        ([probed(FEED), probed(LISTING, days=None)], ["feed"]),
        ([probed(WORDPRESS), probed(LISTING, days=None)], ["wordpress"]),
        ([probed(SITEMAP, news=True), probed(WORDPRESS)], ["sitemap", "wordpress"]),
        ([probed(SITEMAP, news=True)], ["sitemap"]),
        ([probed(SITEMAP), probed(LISTING, days=None)], ["sitemap"]),
        ([probed(SITEMAP, days=None), probed(LISTING, days=None)], ["listing"]),
        ([probed(SITEMAP, days=None)], ["sitemap"]),
        ([probed(LISTING, days=None)], ["listing"]),
        ([replace(probed(FEED), verdict=Verdict.STALE), probed(LISTING, days=None)], ["listing"]),
        ([replace(probed(FEED), verdict=Verdict.EMPTY), replace(probed(WORDPRESS), verdict=Verdict.REFUSED)], []),
        ([], []),
    ],
)
def test_which_sources_are_chosen(found: list[Probed], chosen: list[str]) -> None:
    assert [item.kind.value for item in choose(found, now=NOW)] == chosen


def test_the_first_feed_is_the_main_one_unless_another_is_much_fresher() -> None:
    assert choose([probed(FEED, "main", days=0.5), probed(FEED, "sport", days=0.1)], now=NOW)[0].url == HOME + "main"
    assert choose([probed(FEED, "old", days=9), probed(FEED, "new", days=0.1)], now=NOW)[0].url == HOME + "new"
    assert choose([probed(FEED, "month", days=20), probed(FEED, "week", days=5)], now=NOW)[0].url == HOME + "week"
    assert choose([probed(FEED, "undated", days=None), probed(FEED, "dated", days=20)], now=NOW)[0].url == HOME + "dated"


# --------------------------------------------------------------------------- what to call it


@pytest.mark.parametrize(
    ("url", "outlet_id"),
    [
        ("https://www.example.com.tr/", "example"),
        ("https://example.org/", "example"),
        ("http://m.haber-sitesi.net/", "haber_sitesi"),
        ("https://english.example.net/feed", "english_example"),
        ("https://www.example.com/ar/rss/default?cat=guncel", "example_ar"),
        ("https://24saat.com.tr/", "site_24saat"),
        ("http://127.0.0.1:8080/", "site_127_0_0_1"),
        ("http://localhost:8080/", "localhost"),
        ("https://مثال.إختبار/", "xn_mgbh0fb"),
        ("https://" + "a" * 60 + ".org/", "a" * 40),
        ("https://com/", "com"),
    ],
)
def test_an_id_is_made_of_the_host(url: str, outlet_id: str) -> None:
    assert suggest_id(url) == outlet_id


@given(st.text(min_size=1, max_size=80))
def test_every_id_is_one(host: str) -> None:
    import re

    try:
        made = suggest_id(f"https://{host}/")
    except ValueError:  # not an address at all; urlsplit says so, and the command before us
        return
    assert re.fullmatch(r"[a-z][a-z0-9_]*", made)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<title>الرئيسية | صدى الجزيرة</title><meta property="og:site_name" content=" صدى  الجزيرة ">', "صدى الجزيرة"),
        ("<title>الرئيسية - صدى الجزيرة - أخبار الساحل والداخل أولا بأول</title>", "صدى الجزيرة"),
        ("<title>Boğaz Postası | Son dakika haberleri ve gündem</title>", "Boğaz Postası"),
        ('<meta name="application-name" content="Boğaz &amp; Postası">', "Boğaz & Postası"),
        ("<title>Home</title>", ""),
        ("", ""),
        ('<meta property="og:site_name" content="قبل\u202eبعد&#10;سطر&#x202e;\x00">', "قبلبعد سطر"),
        (f'<meta property="og:site_name" content="{"اسم " * 400}">', ("اسم " * 20).strip()),
    ],
)
def test_the_name_on_the_masthead(head: str, name: str) -> None:
    found = read_masthead(page(head), HOME)
    assert found.name == name
    assert found.identity == ((name,) if name else ())


def test_languages_are_as_declared_and_nonsense_is_dropped() -> None:
    assert read_masthead(page('<meta property="og:locale" content="tr_TR">', html='lang="ar-SY"'), HOME).languages == ("ar-SY", "tr_TR")
    assert read_masthead(page(html='lang="<script>"'), HOME).languages == ()


def test_an_article_is_not_a_list() -> None:
    head = '<meta property="og:type" content="article">'
    assert read_masthead(page(head), HOME + "a/1").is_article
    assert not read_masthead(page(head), HOME).is_article, "some home pages call themselves one"


@pytest.mark.parametrize(
    ("body", "name", "languages"),
    [
        (
            "<rss><channel><title><![CDATA[صدى &amp; صوت]]></title><language>ar</language><item><title>خبر</title></item>",
            "صدى & صوت",
            ("ar",),
        ),
        ('<feed xml:lang="tr"><title type="text">Boğaz Postası</title><entry><title>x</title></entry></feed>', "Boğaz Postası", ("tr",)),
        ("<rss><channel><item><title>خبر</title></item></channel></rss>", "", ()),
        ("<urlset><url><loc>/a</loc></url></urlset>", "", ()),
        ("", "", ()),
    ],
)
def test_a_feed_names_its_outlet(body: str, name: str, languages: tuple[str, ...]) -> None:
    found = read_channel(body.encode())
    assert (found.name, found.languages) == (name, languages)


@given(st.binary(max_size=300))
def test_rubbish_says_nothing_and_raises_nothing(body: bytes) -> None:
    masthead = read_masthead(body, HOME)
    assert plain_name(masthead.name) == masthead.name
    assert len(masthead.name) <= 80
    read_channel(body)
    assert len(announced(page_clues(body, HOME, is_home=True))) <= 7


@pytest.mark.parametrize(
    ("url", "written"),
    [
        (HOME + "feed/", "/feed/"),
        (HOME + "?feed=rss2", "/?feed=rss2"),
        (HOME, "/"),
        ("http://sada.example/feed/", "http://sada.example/feed/"),
        ("https://feeds.example/sada", "https://feeds.example/sada"),
        (HOME + "/other.example/feed", HOME + "/other.example/feed"),
    ],
)
def test_addresses_stand_below_their_home(url: str, written: str) -> None:
    assert relative_to(HOME, url) == written
