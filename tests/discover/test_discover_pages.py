"""WordPress posts, sitemaps, listings and Telegram channels, and telling one from another."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from typing import Any

import pytest

from core.errors import SourceError
from core.model import Entry, Listing, Nested, Source, SourceKind
from crawler.discover import feed_links, read, sniff
from crawler.discover.assemble import repair_link
from crawler.discover.html_listing import looks_like_article

HOME = "https://www.news.test/"


def read_as(kind: SourceKind, body: str, *, url: str = HOME, article: str | None = None, links: str | None = None) -> Listing:
    return read(kind, body.encode(), url=url, source=Source("t", kind, url, article=article, links=links))


# --------------------------------------------------------------------------- wordpress


def post(**changes: Any) -> dict[str, Any]:
    whole = {
        "link": "https://www.news.test/2026/01/11/slug/",
        "date": "2026-01-11T13:00:00",
        "date_gmt": "2026-01-11T10:00:00",
        "title": {"rendered": "قمة &#8220;مصغرة&#8221; في أنقرة"},
        "excerpt": {"rendered": "<p>موجز الخبر [&hellip;]</p>\n"},
        "content": {"rendered": "<p>نص</p>", "protected": False},
        "_embedded": {"author": [{"name": "سلمى"}], "wp:term": [[{"name": "سياسة"}], [{"name": "سوريا"}, {"name": "سياسة"}]]},
    }
    return whole | changes


def test_a_wordpress_post_keeps_everything_it_says() -> None:
    listing = read_as(SourceKind.WORDPRESS, json.dumps([post()]))
    assert listing.entries == (
        Entry(
            url="https://www.news.test/2026/01/11/slug/",
            title="قمة “مصغرة” في أنقرة",
            published="2026-01-11T10:00:00Z",
            summary="موجز الخبر […]",
            content="<p>نص</p>",
            author="سلمى",
            tags=("سياسة", "سوريا"),
        ),
    )


@pytest.mark.parametrize(
    ("dates", "published"),
    [
        ({"date_gmt": None}, "2026-01-11T13:00:00"),
        ({"date_gmt": "0000-00-00T00:00:00"}, "2026-01-11T13:00:00"),
        ({"date_gmt": "2026-01-11T10:00:00Z"}, "2026-01-11T10:00:00Z"),
        ({"date_gmt": None, "date": None}, None),
    ],
)
def test_wordpress_dates_are_marked_utc_only_when_they_are(dates: dict[str, Any], published: str | None) -> None:
    assert read_as(SourceKind.WORDPRESS, json.dumps([post(**dates)])).entries[0].published == published


def test_a_protected_post_has_no_content_and_a_strange_element_is_counted() -> None:
    protected = post(content={"rendered": "<form>كلمة المرور</form>", "protected": True})
    listing = read_as(SourceKind.WORDPRESS, json.dumps([protected, "strange", None]))
    assert listing.entries[0].content is None
    assert listing.dropped == {"malformed_entry": 2}


def test_a_php_warning_before_the_posts_does_not_matter() -> None:
    assert len(read_as(SourceKind.WORDPRESS, "<br /><b>Notice</b>: [x] in y\n" + json.dumps([post()])).entries) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"code": "rest_no_route", "message": "لم يتم العثور على مسار"}', "api_error"),
        ("<html><body>الصفحة غير موجودة</body></html>", "not_json"),
        ('[{"link": "https://www.news.test/1", "title"', "not_json"),
        ("42", "not_json"),
        ("[" * 50_000, "not_json"),
    ],
)
def test_what_is_no_list_of_posts_is_refused(body: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_as(SourceKind.WORDPRESS, body)
    assert caught.value.reason == reason


# --------------------------------------------------------------------------- sitemaps

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<!-- made by hand -->
<url><image:image><image:loc>https://img.test/a.jpg</image:loc></image:image><loc> https://www.news.test/1?a=1&amp;b=2 </loc>
<news:news><news:publication><news:name>ن</news:name></news:publication><news:title>عنوان &amp; خبر</news:title>
<news:publication_date>2026-01-11T10:00:00+03:00</news:publication_date><news:keywords>سوريا، تركيا, حدود</news:keywords></news:news></url>
<url><loc>https://www.news.test/2</loc><lastmod>2026-01-12</lastmod></url>
</urlset>"""


def test_a_news_sitemap_gives_title_date_and_keywords() -> None:
    listing = read_as(SourceKind.SITEMAP, NEWS)
    assert listing.entries == (
        Entry("https://www.news.test/1?a=1&b=2", "عنوان & خبر", "2026-01-11T10:00:00+03:00", tags=("سوريا", "تركيا", "حدود")),
        Entry("https://www.news.test/2", modified="2026-01-12"),
    )
    assert listing.notes == ()


def test_an_index_names_its_sitemaps() -> None:
    listing = read_as(
        SourceKind.SITEMAP,
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/post-1.xml</loc></sitemap>'
        "<sitemap><loc>https://www.news.test/post-2.xml</loc><lastmod>2026-11-24</lastmod></sitemap>"
        "<sitemap><loc>ftp://www.news.test/post-3.xml</loc></sitemap></sitemapindex>",
    )
    assert (listing.entries, listing.dropped) == ((), {})
    assert listing.nested == (Nested("https://www.news.test/post-1.xml"), Nested("https://www.news.test/post-2.xml", "2026-11-24"))


def test_an_index_with_nothing_usable_says_so_and_does_not_name_itself() -> None:
    body = "<sitemapindex><sitemap><loc>/sitemap.xml</loc></sitemap><sitemap><lastmod>2026</lastmod></sitemap></sitemapindex>"
    listing = read_as(SourceKind.SITEMAP, body, url="https://www.news.test/sitemap.xml")
    assert (listing.nested, listing.dropped) == ((), {})
    assert listing.notes == ("no sitemap of the index has a usable address",)


def test_a_sitemap_with_pages_and_sitemaps_gives_both() -> None:
    body = "<urlset><url><loc>/1</loc></url><sitemap><loc>/b.xml.gz</loc></sitemap></urlset>"
    listing = read_as(SourceKind.SITEMAP, body)
    assert [entry.url for entry in listing.entries] == ["https://www.news.test/1"]
    assert listing.nested == (Nested("https://www.news.test/b.xml.gz"),)


def test_bare_ampersands_in_addresses_are_kept() -> None:
    body = "<urlset><url><loc>https://www.news.test/?a=1&lang=2&amp;copy=3&id=4</loc></url></urlset>"
    assert [entry.url for entry in read_as(SourceKind.SITEMAP, body).entries] == ["https://www.news.test/?a=1&lang=2&copy=3&id=4"]


def test_a_gzip_file_of_several_members_is_read_to_its_end() -> None:
    begin, end = NEWS[: NEWS.index("<url><loc>https://www.news.test/2")], NEWS[NEWS.index("<url><loc>https://www.news.test/2") :]
    body = gzip.compress(begin.encode()) + gzip.compress(end.encode()) + bytes(16)
    source = Source("t", SourceKind.SITEMAP, HOME)
    for content_type in ("application/x-gzip", "application/xml", None):
        listing = read(SourceKind.SITEMAP, body, url=HOME + "sitemap.xml.gz", source=source, content_type=content_type)
        assert len(listing.entries) == 2
        assert listing.notes == ()


def test_a_sitemap_cut_off_gives_what_stands_before_the_cut() -> None:
    listing = read_as(SourceKind.SITEMAP, NEWS[: NEWS.index("<lastmod>")])
    assert [entry.url for entry in listing.entries][:1] == ["https://www.news.test/1?a=1&b=2"]
    assert any(note.startswith("not well-formed") for note in listing.notes)


URL_ELEMENT = "<url><loc>https://www.news.test/haber/{}</loc><lastmod>2026-11-24T10:00:00+03:00</lastmod><priority>0.5</priority></url>"


# Text, UTF-8 and entries together are about 7 times the sitemap; with a dictionary for each of its elements it would be 11 times.
MOST_MEMORY = 9


def test_50000_addresses_are_all_kept() -> None:
    body = "<urlset>" + "".join(map(URL_ELEMENT.format, range(50_000))) + "</urlset>"
    assert len(read_as(SourceKind.SITEMAP, body).entries) == 50_000


def test_a_sitemap_is_read_as_a_stream() -> None:
    body = ("<urlset>" + "".join(map(URL_ELEMENT.format, range(5_000))) + "</urlset>").encode()
    source = Source("t", SourceKind.SITEMAP, HOME)
    tracemalloc.start()
    listing = read(SourceKind.SITEMAP, body, url=HOME, source=source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(listing.entries) == 5_000
    assert peak < MOST_MEMORY * len(body), f"{peak / len(body):.1f} times its size: are its elements kept before they become entries?"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body>404</body></html>", "html_not_sitemap"),
        ("<rss version='2.0'><channel></channel></rss>", "not_a_sitemap"),
        ("gone", "malformed"),
        ('<!DOCTYPE urlset [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>', "entity_declaration"),
    ],
)
def test_what_is_no_sitemap_is_refused(body: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_as(SourceKind.SITEMAP, body)
    assert caught.value.reason == reason


# --------------------------------------------------------------------------- listings

PAGE = """<html><head><base href="https://www.news.test/ar/"></head><body>
<nav><a href="/">الرئيسية</a><a href="/category/politics">سياسة</a><a href="/about">من نحن</a><a href="#">قائمة</a></nav>
<main><article><a href="12956"><img src="x.jpg" alt="صورة"></a><h2><a href="12956">افتتاح معبر جديد على الحدود الشمالية</a></h2></article>
<article><a href="/ar/12957" title="هطول أمطار غزيرة على الساحل">&nbsp;</a></article></main>
<footer><a href="https://facebook.com/12345678">فيسبوك</a><a href="tel:+90">اتصل</a></footer></body></html>"""


def test_a_listing_is_filtered_by_pattern_and_keeps_the_longest_anchor_text() -> None:
    listing = read_as(SourceKind.LISTING, PAGE, article=r"^https://www\.news\.test/ar/\d+$")
    assert [(entry.url, entry.title) for entry in listing.entries] == [
        ("https://www.news.test/ar/12956", "افتتاح معبر جديد على الحدود الشمالية"),
        ("https://www.news.test/ar/12957", "هطول أمطار غزيرة على الساحل"),
    ]
    assert listing.dropped == {"duplicate_entry": 1, "not_an_article": 5, "bad_link": 1}


def test_without_a_pattern_the_heuristic_finds_the_same() -> None:
    assert read_as(SourceKind.LISTING, PAGE).entries == read_as(SourceKind.LISTING, PAGE, article=r"/ar/\d+$").entries


def test_a_selector_chooses_links_or_what_contains_them() -> None:
    for selector in ("article", "article a", "main"):
        assert [entry.url for entry in read_as(SourceKind.LISTING, PAGE, links=selector).entries] == [
            "https://www.news.test/ar/12956",
            "https://www.news.test/ar/12957",
        ]
    with pytest.raises(SourceError) as caught:
        read_as(SourceKind.LISTING, PAGE, links="a[[")
    assert caught.value.reason == "bad_selector"


ARTICLES = [
    "https://unitedmuslimworld.test/12956",
    "https://www.arabkhabar.test/a/2795110",
    "https://www.arab48.test/أخبار/عربية/2026/10/09/عنوان-الخبر",
    "https://arabi21.test/story/1407169/عنوان",
    "https://www.aydinlik.test/haber/suriye-ile-gorusme-325593",
    "https://www.star.test/dunya/suriye-haberi-haber-1234567/",
    "https://sana.test/international/218345/",
    "https://www.trtarabi.test/article/0a1b2c3d4e5f",
    "https://www.syria.test/لقاء-تركي-سوري-في-دمشق-لبحث-أمن-الحدود",
    "https://medyascope.test/2026/10/09/ankara-sam-hatti/",
    "https://www.news.test/?p=1234",
    "https://www.aljazeera.test/news/2026/10/9/عنوان-خبر",
    "https://syria.test/68b6391c-02122212.html",
]
OTHERS = [
    "https://www.news.test/",
    "https://www.news.test/category/politics",
    "https://www.news.test/tag/سوريا-تركيا-حدود-أمن/",
    "https://www.news.test/author/omar-khaled-al-ali",
    "https://www.news.test/page/2",
    "https://www.news.test/2026/10/",
    "https://www.news.test/2026/10/09/",
    "https://www.news.test/politics",
    "https://www.news.test/img/20261009/12345678.jpg",
    "https://www.news.test/قسم/12",
    "https://other.test/12345678",
    "https://www.news.test/feed/",
]


@pytest.mark.parametrize("url", ARTICLES)
def test_the_heuristic_knows_articles_of_many_shapes(url: str) -> None:
    home = "https://" + url.split("/")[2] + "/"
    assert looks_like_article(url, "عنوان من أربع كلمات على الأقل", home)


@pytest.mark.parametrize("url", OTHERS)
def test_the_heuristic_leaves_sections_tags_and_files(url: str) -> None:
    assert not looks_like_article(url, "سياسة", HOME)


def test_mobile_and_www_are_the_same_site() -> None:
    assert looks_like_article("https://m.news.test/12345", None, HOME)


# --------------------------------------------------------------------------- telegram


def message(number: int, text: str, *, before: str = "", time: str = "2026-10-04T09:15:00+00:00") -> str:
    return (
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message js-widget_message" data-post="demo/{number}">{before}'
        f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>'
        f'<a class="tgme_widget_message_date" href="https://t.me/demo/{number}"><time datetime="{time}">09:15</time></a></div></div>'
    )


def test_a_post_leads_to_the_page_it_links_or_to_itself() -> None:
    listing = read_as(
        SourceKind.TELEGRAM,
        '<section class="tgme_channel_history">'
        + message(
            1, 'عاجل | افتتاح المعبر<br/>التفاصيل: <a href="https://t.me/demo">قناتنا</a> <a href="https://news.test/1?x=1">الخبر</a>'
        )
        + message(2, "خبر بلا رابط")
        + '<div class="tgme_widget_message" data-post="demo/3"><a class="tgme_widget_message_photo_wrap" href="#"></a></div></section>',
        url="https://t.me/s/demo",
    )
    assert [(entry.url, entry.title, entry.published) for entry in listing.entries] == [
        ("https://news.test/1?x=1", "عاجل | افتتاح المعبر", "2026-10-04T09:15:00+00:00"),
        ("https://t.me/demo/2", "خبر بلا رابط", "2026-10-04T09:15:00+00:00"),
    ]
    assert listing.dropped == {"no_text": 1}
    assert listing.entries[0].summary == "عاجل | افتتاح المعبر\nالتفاصيل: قناتنا الخبر"


def test_the_article_pattern_chooses_the_link_and_loses_no_post() -> None:
    posts = message(1, 'خبر <a href="https://x.test/ad">إعلان</a> <a href="https://news.test/1">هنا</a>') + message(
        2, 'خبر آخر <a href="https://x.test/ad">إعلان</a>'
    )
    listing = read_as(SourceKind.TELEGRAM, posts, url="https://t.me/s/demo", article=r"^https://news\.test/\d+$")
    assert [entry.url for entry in listing.entries] == ["https://news.test/1", "https://t.me/demo/2"]


def test_the_message_replied_to_is_not_the_post() -> None:
    reply = '<a class="tgme_widget_message_reply"><div class="tgme_widget_message_text js-message_reply_text">الخبر القديم</div></a>'
    listing = read_as(SourceKind.TELEGRAM, message(5, "الخبر الجديد", before=reply), url="https://t.me/s/demo")
    assert [entry.title for entry in listing.entries] == ["الخبر الجديد"]


def test_a_page_that_is_no_channel_is_refused() -> None:
    with pytest.raises(SourceError) as caught:
        read_as(SourceKind.TELEGRAM, "<html><body><div class='tgme_page'>Contact @demo</div></body></html>", url="https://t.me/s/demo")
    assert caught.value.reason == "not_a_channel"


# --------------------------------------------------------------------------- telling kinds apart


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        ("<?xml version='1.0'?>\n<rss version='2.0'></rss>", "text/html", SourceKind.FEED),
        ("<feed xmlns='http://www.w3.org/2005/Atom'/>", None, SourceKind.FEED),
        ("<b>Warning</b>: x\n<rdf:RDF xmlns:rdf='x'></rdf:RDF>", None, SourceKind.FEED),
        (NEWS, "text/xml", SourceKind.SITEMAP),
        ("<sitemapindex/>", None, SourceKind.SITEMAP),
        (json.dumps([post()]), "application/json", SourceKind.WORDPRESS),
        (json.dumps([{"id": 7} | post()]), None, SourceKind.WORDPRESS),
        ("[]", "application/json; charset=UTF-8", SourceKind.WORDPRESS),
        ('{"name": "site"}', "application/json", None),
        (PAGE, "application/rss+xml", None),
        ("", None, None),
        ("\x1f\x8b broken", None, None),
    ],
)
def test_sniff_believes_the_bytes(body: str, content_type: str | None, kind: SourceKind | None) -> None:
    assert sniff(body.encode("latin-1" if body.startswith("\x1f") else "utf-8"), content_type) == kind


def test_feed_links_of_a_page() -> None:
    page = """<html><head><link rel="alternate" type="application/rss+xml" title="ن" href="/feed/">
    <link rel="alternate" type="application/rss+xml" href="/comments/feed/"><link rel='alternate' hreflang="en" href="/en/">
    <link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" href="https://x.test/atom"><link rel="stylesheet" href="a.css">
    <link rel="alternate" type="application/rss+xml" href="/feed/"></head></html>"""
    assert feed_links(page.encode(), HOME) == ("https://www.news.test/feed/", "https://x.test/atom")
    assert feed_links(b"\xff\x00", HOME) == ()


def test_json_feeds_are_announced_too_but_wordpress_announces_the_page_itself() -> None:
    page = """<link rel="alternate" type="application/json" href="https://www.news.test/wp-json/wp/v2/pages/7">
    <link rel="alternate" type="application/json" href="/?rest_route=/wp/v2/pages/7">
    <link rel="alternate" type="application/feed+json" href="/feed.json">
    <link rel="alternate" type="application/json+oembed" href="/oembed"><link rel="alternate" type="application/json" href="/news.json">"""
    assert feed_links(page.encode(), HOME) == ("https://www.news.test/feed.json", "https://www.news.test/news.json")


# --------------------------------------------------------------------------- links


@pytest.mark.parametrize(
    ("link", "repaired"),
    [
        ("a/b", "https://www.news.test/a/b"),
        ("//cdn.test/x", "https://cdn.test/x"),
        (" https://www.news.test/\n a ", "https://www.news.test/%20a"),
        ("\u200fhttps://www.news.test/خبر", "https://www.news.test/خبر"),
        ("http://www.news.testخبر/1", "http://www.news.test/خبر/1"),
        ("http://news.test%D8%AE/1", "http://news.test/%D8%AE/1"),
        ("https://www.news.test.eg/1", "https://www.news.test.eg/1"),
        ("https://www.news.test:8080/1", "https://www.news.test:8080/1"),
        ("?p=3#more", "https://www.news.test/?p=3"),
        ("", None),
        ("javascript:void(0)", None),
        ("file:///etc/passwd", None),
        ("http://[::1", None),
        ("http://a:b:c/", None),
        ("http:///x", None),
    ],
)
def test_links_are_repaired_or_refused(link: str, repaired: str | None) -> None:
    assert repair_link(link, HOME) == repaired
