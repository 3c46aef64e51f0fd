"""Where older entries are: addresses of pages for every kind of source, and the links that listings give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.model import Listing, Source, SourceKind
from crawler.discover import older_pages, read, total_pages

SINCE = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def make_source(kind: SourceKind, url: str = "https://news.test/x", older: str | None = None) -> Source:
    return Source("s", kind, url, older=older)


def page_of(kind: SourceKind, url: str, page: int = 2, *, announced: str | None = None, since: datetime | None = None) -> str | None:
    return older_pages(make_source(kind, url), Listing((), older=announced), url=url, since=since, page=page)


@pytest.mark.parametrize(
    ("url", "page", "address"),
    [
        ("https://news.test/feed/", 2, "https://news.test/feed/?paged=2"),
        ("https://news.test/feed/?paged=2", 3, "https://news.test/feed/?paged=3"),
        ("https://news.test/?feed=rss2&cat=4", 3, "https://news.test/?feed=rss2&cat=4&paged=3"),
        ("https://news.test/feed?s=%D3%E6%D1%ED%C7&x", 2, "https://news.test/feed?s=%D3%E6%D1%ED%C7&x&paged=2"),
        ("https://news.test/rss?q=site:a.test+b#top", 2, "https://news.test/rss?q=site:a.test+b&paged=2"),
    ],
)
def test_a_feed_is_asked_the_way_of_wordpress(url: str, page: int, address: str) -> None:
    assert page_of(SourceKind.FEED, url, page) == address


def test_what_a_feed_announces_itself_is_believed() -> None:
    assert (
        page_of(SourceKind.FEED, "https://news.test/feed/", announced="https://news.test/archive/7.xml")
        == "https://news.test/archive/7.xml"
    )


@pytest.mark.parametrize(
    ("url", "page", "since", "address"),
    [
        ("https://news.test/wp-json/wp/v2/posts", 1, SINCE, "?after=2026-11-24T06:30:00Z&page=1&per_page=100&orderby=date&order=desc"),
        ("https://news.test/wp-json/wp/v2/posts", 2, None, "?page=2&per_page=100&orderby=date&order=desc"),
        (
            "https://news.test/wp-json/wp/v2/posts?per_page=20&_embed=1&page=1&after=2020-01-01T00:00:00&offset=5&categories=3",
            4,
            SINCE,
            "?_embed=1&categories=3&after=2026-11-24T06:30:00Z&page=4&per_page=100&orderby=date&order=desc",
        ),
    ],
)
def test_wordpress_is_asked_by_date(url: str, page: int, since: datetime | None, address: str) -> None:
    assert page_of(SourceKind.WORDPRESS, url, page, since=since) == "https://news.test/wp-json/wp/v2/posts" + address


def test_a_wordpress_without_pretty_addresses_keeps_its_route() -> None:
    found = page_of(SourceKind.WORDPRESS, "https://news.test/?rest_route=/wp/v2/posts&per_page=10", since=None)
    assert found == "https://news.test/?rest_route=/wp/v2/posts&page=2&per_page=100&orderby=date&order=desc"


def test_since_is_told_in_utc() -> None:
    istanbul = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=3)))
    found = page_of(SourceKind.WORDPRESS, "https://news.test/wp-json/wp/v2/posts", since=istanbul)
    assert found is not None
    assert "after=2026-11-24T06:30:00Z" in found


@pytest.mark.parametrize(
    ("older", "address"),
    [
        ("/haber?sayfa={page}", "https://news.test/haber?sayfa=5"),
        ("https://news.test/p/{page}/", "https://news.test/p/5/"),
        ("?page={page}", "https://news.test/ar?page=5"),
        ("http://[{page}", None),
    ],
)
def test_a_listing_follows_its_template(older: str, address: str | None) -> None:
    source = make_source(SourceKind.LISTING, older=older)
    announced = Listing((), older="https://news.test/other")
    assert older_pages(source, announced, url="https://news.test/ar", since=None, page=5) == address


def test_a_listing_without_a_template_follows_its_link_or_ends() -> None:
    assert page_of(SourceKind.LISTING, "https://news.test/", announced="https://news.test/page/2") == "https://news.test/page/2"
    assert page_of(SourceKind.LISTING, "https://news.test/") is None


def test_telegram_goes_back_before_the_oldest_post() -> None:
    posts = "".join(f'<div class="tgme_widget_message" data-post="demo/{n}"></div>' for n in (118, 117, 1204))
    listing = read(
        SourceKind.TELEGRAM, posts.encode(), url="https://t.me/s/demo", source=make_source(SourceKind.TELEGRAM, "https://t.me/s/demo")
    )
    source = make_source(SourceKind.TELEGRAM, "https://t.me/s/demo")
    assert older_pages(source, listing, url=source.url, since=SINCE, page=2) == "https://t.me/s/demo?before=117"
    assert older_pages(source, None, url=source.url, since=SINCE, page=2) is None


def test_telegram_ends_at_the_first_post() -> None:
    source = make_source(SourceKind.TELEGRAM, "https://t.me/s/demo?before=20")
    body = b'<div class="tgme_widget_message" data-post="demo/%d"></div>'
    assert read(SourceKind.TELEGRAM, body % 5, url=source.url, source=source).older == "https://t.me/s/demo?before=5"
    assert read(SourceKind.TELEGRAM, body % 1, url=source.url, source=source).older is None


def test_a_sitemap_has_no_older_pages() -> None:
    assert page_of(SourceKind.SITEMAP, "https://news.test/sitemap.xml", announced="https://news.test/2") is None


@pytest.mark.parametrize(
    ("headers", "pages"),
    [
        ({"X-WP-TotalPages": "12"}, 12),
        ({"x-wp-totalpages": " 3 "}, 3),
        ({"X-WP-Total": "12"}, None),
        ({"X-WP-TotalPages": ""}, None),
        ({"X-WP-TotalPages": "-1"}, None),
        ({"X-WP-TotalPages": "²"}, None),
        ({"X-WP-TotalPages": "9" * 40}, None),
    ],
)
def test_total_pages(headers: dict[str, str], pages: int | None) -> None:
    assert total_pages(headers) == pages


def older_of(body: str, url: str = "https://news.test/") -> str | None:
    return read(SourceKind.LISTING, body.encode(), url=url, source=make_source(SourceKind.LISTING, url)).older


@pytest.mark.parametrize(
    ("body", "url", "older"),
    [
        ('<link rel="next" href="/page/2/"><a href="/x">Next</a>', "https://news.test/", "/page/2/"),
        ('<a rel="nofollow next" href="?page=4">»</a>', "https://news.test/a?page=3", "/a?page=4"),
        ('<a href="/page/2/">٢</a><a href="/page/9/">٩</a>', "https://news.test/", "/page/2/"),
        ('<a href="/page/1/">1</a><a href="/page/3/">3</a><a href="/page/4/">4</a>', "https://news.test/page/2/", "/page/3/"),
        ('<a href="/sayfa/2">Sonraki »</a>', "https://news.test/", "/sayfa/2"),
        ('<a href="?sayfa=8">Sonraki Sayfa</a><a href="?sayfa=6">Önceki Sayfa</a>', "https://news.test/g?sayfa=7", "/g?sayfa=8"),
        ('<a href="?page=1">2</a><a href="?page=2">3</a>', "https://news.test/ar", "/ar?page=1"),
        ('<a href="?page=0">1</a><a href="?page=2">3</a>', "https://news.test/ar?page=1", "/ar?page=2"),
        ('<a href="/old?start=20">الصفحة التالية</a>', "https://news.test/", "/old?start=20"),
        ('<a href="/page/2/"><i class="arrow"></i></a>', "https://news.test/", "/page/2/"),
        ('<a href="/page/2/" aria-label="Next page">&gt;</a>', "https://news.test/", "/page/2/"),
        ('<a href="/category/a/page/2">2</a><a href="/page/2">2</a>', "https://news.test/", "/page/2"),
        ('<a href="/gundem/3">3</a><a href="/gundem/4">4</a>', "https://news.test/gundem/2", "/gundem/3"),
        ('<a href="/?paged=2">Older posts</a>', "https://news.test/", "/?paged=2"),
        ('<a href="/n?p=2">2</a>', "https://news.test/n", "/n?p=2"),
    ],
)
def test_the_next_page_is_found(body: str, url: str, older: str) -> None:
    assert older_of(f"<html><body>{body}</body></html>", url) == "https://news.test" + older


@pytest.mark.parametrize(
    "body",
    [
        '<a href="https://other.test/page/2/">2</a><link rel="next" href="https://other.test/page/2">',
        '<a href="/page/1/">1</a><a href="/page/9/">9</a>',
        '<a href="#">Next</a><a href="javascript:next()">»</a>',
        '<a href="/">التالي</a>',
        '<a href="/news/20">20</a><a href="/2026/11/2">2</a>',
        '<a href="/economy">المزيد</a>',
        '<a href="/page/2/next-generation-of-trains">Trains</a>',
    ],
)
def test_what_does_not_go_on_is_not_followed(body: str) -> None:
    assert older_of(f"<html><body>{body}</body></html>") is None


def test_the_last_page_leads_nowhere() -> None:
    assert older_of('<a href="/page/6/">6</a><a href="/page/5/">« السابق</a><a href="/">1</a>', "https://news.test/page/7/") is None
