"""Feeds as outlets really send them: RSS, RDF, Atom, JSON Feed, broken, wrongly declared, bombs, web pages."""

from __future__ import annotations

import gzip
import json

import pytest

from core.errors import SourceError
from core.model import Entry, Listing, Source, SourceKind
from crawler.discover import read, sniff

URL = "https://news.test/feed/"
TITLE = "لقاء مرتقب في العاصمة الأسبوع المقبل"


def read_feed(body: bytes | str, *, url: str = URL, article: str | None = None, content_type: str | None = None) -> Listing:
    data = body.encode() if isinstance(body, str) else body
    return read(SourceKind.FEED, data, url=url, source=Source("t", SourceKind.FEED, url, article=article), content_type=content_type)


def rss(items: str = "", *, head: str = '<?xml version="1.0" encoding="UTF-8"?>', tail: str = "</channel></rss>") -> str:
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f'{head}<rss version="2.0" {spaces}><channel><title>ق</title><link>https://news.test</link>{items}{tail}'


def items(count: int = 3, *, title: str = TITLE, extra: str = "") -> str:
    return "".join(f"<item><title>{title}</title><link>https://news.test/{i}</link>{extra}</item>" for i in range(count))


def test_a_full_item_keeps_everything_it_says() -> None:
    listing = read_feed(
        rss(
            "<item><title>أنقرة &amp;amp; دمشق &lt;b&gt;معاً&lt;/b&gt;</title><link> https://news.test/7?a=1&amp;b=2#top </link>"
            "<pubDate>Sun, 11 Jan 2026 10:00:00 +0300</pubDate><dc:creator><![CDATA[ليان خالد]]></dc:creator>"
            "<category>سياسة</category><category><![CDATA[عربي ودولي]]></category><category>سياسة</category>"
            "<description><![CDATA[<p>الفقرة الأولى.</p><p>الثانية <a href='/x'>رابط</a></p><script>track()</script>]]></description>"
            "<content:encoded><![CDATA[<p>النص <em>الكامل</em></p>]]></content:encoded></item>"
        )
    )
    (entry,) = listing.entries
    assert entry.title == "أنقرة & دمشق معاً"
    assert entry.url == "https://news.test/7?a=1&b=2"
    assert entry.published == "Sun, 11 Jan 2026 10:00:00 +0300"
    assert entry.author == "ليان خالد"
    assert entry.tags == ("سياسة", "عربي ودولي")
    assert entry.summary == "الفقرة الأولى.\nالثانية رابط"
    assert entry.content == "<p>النص <em>الكامل</em></p>"
    assert listing.notes == ()


def test_rdf_and_atom_are_feeds_too() -> None:
    rdf = read_feed(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title>'
        '<items><rdf:Seq><rdf:li resource="https://news.test/1"/></rdf:Seq></items></channel>'
        f'<item rdf:about="1"><title>{TITLE}</title><link>https://news.test/1</link><dc:date>2026-01-11T10:00:00+03:00</dc:date></item></rdf:RDF>'
    )
    atom = read_feed(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title type="html">{TITLE}</title><id>tag:1</id>'
        '<link rel="enclosure" href="/a.mp3"/><link href="/1"/><updated>2026-01-11T10:00:00+03:00</updated>'
        "<author><name>ليان</name></author><summary>موجز</summary></entry></feed>"
    )
    for listing in (rdf, atom):
        assert [(entry.url, entry.title, entry.published) for entry in listing.entries] == [
            ("https://news.test/1", TITLE, "2026-01-11T10:00:00+03:00")
        ]
        assert listing.notes == ()


def test_published_wins_over_updated_and_no_date_stays_none() -> None:
    entry = '<entry><title>t</title><link href="/{n}"/>{dates}</entry>'
    both = entry.format(n=1, dates="<updated>2026-02-02</updated><published>2026-01-01</published>")
    listing = read_feed(f'<feed xmlns="http://www.w3.org/2005/Atom">{both}{entry.format(n=2, dates="")}</feed>')
    assert [entry.published for entry in listing.entries] == ["2026-01-01", None]


def test_written_dates_come_through_unparsed() -> None:
    listing = read_feed(rss(items(1, extra="<pubDate>09/10/2026 - 19:12</pubDate>")))
    assert listing.entries[0].published == "09/10/2026 - 19:12"


BROKEN = {
    "leading newline": "\n\n" + rss(items()),
    "byte order mark": "\ufeff" + rss(items()),
    "bare ampersand": rss(items(title=TITLE + " & غيره")),
    "undefined entity": rss(items(title=TITLE + "&nbsp;")),
    "control character": rss(items(title=TITLE + "\x0b")),
    "control reference": rss(items(title=TITLE + "&#11;")),
    "unclosed tag in a description": rss(items(extra="<description>وصف<br></description>")),
    "PHP warning before": "<br />\n<b>Warning</b>: x in <b>y</b>\n" + rss(items()),
    "no declaration": rss(items(), head=""),
    "cut off": rss(items(), tail="<item><title>x"),
    "duplicate attribute": rss(items()).replace("<channel>", '<channel a="1" a="2">'),
    "undeclared prefix": rss(items(extra="<media:x>1</media:x>")),
    "wrong declaration": rss(items(), head='<?xml version="1.0" encoding="windows-1256"?>'),
    "html doctype entity": rss(items(), head='<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://a.test/rss.dtd">'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_feed_still_gives_its_entries(name: str) -> None:
    listing = read_feed(BROKEN[name], content_type="text/html; charset=ISO-8859-1")
    titles = [entry.title or "" for entry in listing.entries]
    assert len([title for title in titles if title.startswith(TITLE)]) == 3, f"{name}: {listing}"


@pytest.mark.parametrize("declared", ["utf-8", "windows-1256", "iso-8859-1", "nonsense"])
def test_windows_1256_bytes_are_read_whatever_they_call_themselves(declared: str) -> None:
    listing = read_feed(rss(items(1), head=f'<?xml version="1.0" encoding="{declared}"?>').encode("cp1256"))
    assert listing.entries[0].title == TITLE


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-9", "windows-1254"])
def test_turkish_single_byte_text_is_read(declared: str) -> None:
    title = "Şam ile Ankara arasında görüşme: gümrük, sınır ve güvenlik"
    feed = rss(items(1, title=title), head=f'<?xml version="1.0" encoding="{declared}"?>').replace("<title>ق", "<title>k")
    listing = read_feed(feed.encode("cp1254"))
    assert listing.entries[0].title == title


def test_text_cut_in_mid_character_does_not_change_the_charset() -> None:
    listing = read_feed(rss(items(2, extra="<description>نص طويل مقطوع XX</description>")).encode().replace(b"XX", b"\xd9"))
    assert listing.entries[0].title == TITLE


UNCLOSED = "<item><title>a</title><link>/a</link><description><![CDATA[never closed</description></item>"


def test_an_item_that_swallows_the_others_spoils_only_itself() -> None:
    listing = read_feed(rss(items(2) + UNCLOSED + items(4)[len(items(2)) :]))
    assert [entry.url for entry in listing.entries] == [f"https://news.test/{page}" for page in ("0", "1", "a", "2", "3")]


def test_lost_items_are_noted_with_both_numbers() -> None:
    listing = read_feed(rss(UNCLOSED + items(400)))  # more than are read one by one
    assert "1 entries read of 401 item tags" in listing.notes


def test_not_well_formed_is_noted() -> None:
    assert any(note.startswith("not well-formed") for note in read_feed(rss(items(), tail="<item><title>x")).notes)


def test_item_tags_inside_a_full_text_are_no_items() -> None:
    listing = read_feed(rss(items(2, extra="<content:encoded><![CDATA[<item>code</item>]]></content:encoded>")))
    assert listing.notes == ()


def test_the_same_address_counts_once_and_no_link_is_counted() -> None:
    listing = read_feed(
        rss(items(2) + items(1) + "<item><title>x</title></item>" + "<item><title>y</title><link>javascript:x()</link></item>")
    )
    assert len(listing.entries) == 2
    assert listing.dropped == {"duplicate_entry": 1, "no_link": 1, "bad_link": 1}


def test_a_permalink_guid_stands_in_for_a_missing_link() -> None:
    listing = read_feed(rss('<item><title>a</title><guid isPermaLink="false">https://news.test/?p=5</guid></item>'))
    assert [entry.url for entry in listing.entries] == ["https://news.test/?p=5"]


def test_a_missing_slash_after_the_host_is_put_back() -> None:
    pattern = r"^https?://www\.arab48\.com/(?:[^/?#]+/)+20\d{2}/\d{2}/\d{2}/[^/?#]+/?$"
    listing = read_feed(
        rss("<item><title>a</title><link>http://www.arab48.comأخبار/عربية/2026/10/09/عنوان</link></item>"),
        url="https://www.arab48.com/rss",
        article=pattern,
    )
    assert [entry.url for entry in listing.entries] == ["http://www.arab48.com/أخبار/عربية/2026/10/09/عنوان"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<!doctype html><html><head><title>404</title></head><body>غير موجود</body></html>", "html_not_feed"),
        ("<html><body><p>see <code><rss version='2.0'></code></p></body></html>", "html_not_feed"),
        ("Not found", "malformed"),
        ('{"error": "gone"}', "malformed"),
        ("<?xml version='1.0'?><urlset><url/></urlset>", "malformed"),
        ("<?xml version='1.0'?><rss version='2.0'><channel><title>ق", "malformed"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body: str, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_feed(body)
    assert caught.value.reason == reason
    assert URL in str(caught.value)


def test_an_entity_bomb_is_refused_before_it_is_parsed() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">{levels}]><rss><channel>{items(1, title="&e11;")}</channel></rss>'
    for body in (bomb.encode(), bomb.encode("utf-16"), bomb.replace("<!DOCTYPE", "<!-- <![CDATA[ --><!DOCTYPE").encode()):
        with pytest.raises(SourceError) as caught:
            read_feed(body)
        assert caught.value.reason == "entity_declaration"


def test_an_article_about_entities_is_no_bomb() -> None:
    assert len(read_feed(rss(items(1, extra='<description><![CDATA[write <!ENTITY a "b">]]></description>'))).entries) == 1


# --------------------------------------------------------------------------- what a feed says of itself


def atom(inside: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{inside}<entry><title>a</title><link href="/1"/></entry></feed>'


ATOM_SPACE = ' xmlns:atom="http://www.w3.org/2005/Atom"'


@pytest.mark.parametrize(
    ("body", "older", "hub"),
    [
        (atom('<link rel="next" href="/feed?page=2"/><link rel="hub" href="https://hub.test/"/>'),
         "https://news.test/feed?page=2", "https://hub.test/"),
        (atom('<link rel="prev-archive" href="archive-7.xml"/>'), "https://news.test/feed/archive-7.xml", None),
        (atom('<link rel="prev-archive" href="/a"/><link rel="next" href="/b"/>'), "https://news.test/b", None),
        (atom('<link rel="hub" href="https://one.test/"/><link rel="hub" href="https://two.test/"/>'), None, "https://one.test/"),
        (atom('<link rel="HUB self" href="https://hub.test/"/>'), None, "https://hub.test/"),
        (atom('<link rel="next" href="https://news.test/feed/"/>'), None, None),
        (atom('<link rel="next" href="javascript:x()"/><link rel="hub" href=""/>'), None, None),
        (atom('<link rel="next-archive" href="/newer"/><link rel="last" href="/last"/>'), None, None),
        (rss('<atom:link rel="hub" href="https://hub.test/"/><atom:link rel="next" href="?paged=2"/>' + items(1))
         .replace("<rss", f"<rss{ATOM_SPACE}"),
         "https://news.test/feed/?paged=2", "https://hub.test/"),
        (rss('<atom:link rel="hub" href="https://hub.test/"/>' + items(1)), None, "https://hub.test/"),
        (rss(items(1, extra='<atom:link rel="next" href="/x"/><atom:link rel="hub" href="https://x.test/"/>'))
         .replace("<rss", f"<rss{ATOM_SPACE}"),
         None, None),
        (rss(items(1)), None, None),
    ],
)  # fmt: skip
def test_a_feed_names_its_older_page_and_its_hub(body: str, older: str | None, hub: str | None) -> None:
    listing = read_feed(body)
    assert (listing.older, listing.hub) == (older, hub)


SYNDICATION = ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'


def syndication(period: str | None, frequency: str | None = None, space: str = SYNDICATION) -> str:
    said = f"<sy:updatePeriod>{period}</sy:updatePeriod>" if period is not None else ""
    said += f"<sy:updateFrequency>{frequency}</sy:updateFrequency>" if frequency is not None else ""
    return rss(said + items(1)).replace("<rss", f"<rss{space}")


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (rss("<ttl>60</ttl>" + items(1)), 3600),
        (rss("<ttl> 15 </ttl>" + items(1)), 900),
        (rss("<ttl>1440000</ttl>" + items(1)), 7 * 86400),
        *((rss(f"<ttl>{nonsense}</ttl>" + items(1)), 0) for nonsense in ("-5", "NaN", "inf", "1e3", "soon", "", "0", "9" * 11, "½", "٦٠")),
        (syndication("hourly"), 3600),
        (syndication("\n\thourly\t", "\n\t1\t"), 3600),
        (syndication("Daily", "4"), 6 * 3600),
        (syndication("weekly", "7"), 86400),
        (syndication("monthly"), 7 * 86400),
        (syndication("yearly", "365"), 86400),
        (syndication(None, "2"), 0),
        *((syndication("hourly", nonsense), 0) for nonsense in ("0", "-1", "NaN", "often", "99999999999")),
        *((syndication(nonsense, "1"), 0) for nonsense in ("always", "60", "")),
        (syndication("hourly", space=""), 3600),
        (rss("<ttl>5</ttl>" + items(1)).replace("<rss", f"<rss{SYNDICATION}"), 300),
        (rss("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>" + items(1)), 3600),
        (rss("<skipHours><hour>3</hour></skipHours><skipDays><day>Friday</day></skipDays>" + items(1)), 0),
        (rss(items(1)), 0),
        (atom(""), 0),
    ],
)  # fmt: skip
def test_a_feed_says_how_often_it_wants_to_be_read(body: str, seconds: int) -> None:
    assert read_feed(body).wait == seconds


# --------------------------------------------------------------------------- JSON Feed


def json_feed(*shown: object, **more: object) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "ق", "items": list(shown), **more}, ensure_ascii=False)


def test_a_json_feed_item_keeps_everything_it_says() -> None:
    listing = read_feed(
        json_feed(
            {
                "id": "https://news.test/?p=7",
                "url": " https://news.test/7#top ",
                "external_url": "https://agency.test/9",
                "title": "أنقرة &amp; دمشق <b>معاً</b>",
                "content_html": "<p>النص <em>الكامل</em></p>",
                "content_text": "النص الكامل",
                "summary": "موجز",
                "date_published": "2026-11-24T10:00:00+03:00",
                "date_modified": "2026-11-24T11:00:00+03:00",
                "authors": [{"url": "https://news.test/l"}, {"name": "ليان خالد"}],
                "tags": ["سياسة", "عربي", "سياسة", 7, ""],
            }
        )
    )
    assert listing.entries == (
        Entry(
            url="https://news.test/7",
            title="أنقرة & دمشق معاً",
            published="2026-11-24T10:00:00+03:00",
            summary="موجز",
            content="<p>النص <em>الكامل</em></p>",
            author="ليان خالد",
            tags=("سياسة", "عربي"),
            modified="2026-11-24T11:00:00+03:00",
        ),
    )
    assert (listing.notes, listing.older, listing.hub, listing.wait) == ((), None, None, 0.0)


def test_version_1_0_has_one_author_and_plain_text_becomes_paragraphs() -> None:
    body = json_feed(
        {"id": 7, "url": "/7", "content_text": "سطر < أول\n\nسطر ثان", "author": {"name": "س"}}, version="https://jsonfeed.org/version/1"
    )
    (entry,) = read_feed(body).entries
    assert (entry.url, entry.author, entry.title) == ("https://news.test/7", "س", None)
    assert (entry.summary, entry.content) == ("سطر < أول\n\nسطر ثان", "<p>سطر &lt; أول</p><p>سطر ثان</p>")


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"id": "https://news.test/1"}, "https://news.test/1"),
        ({"id": "4711", "external_url": "https://agency.test/9"}, "https://agency.test/9"),
        ({"id": "tag:1", "url": "2"}, "https://news.test/feed/2"),
        ({"id": "1", "url": "http://www.news.testأخبار/1"}, "http://www.news.test/أخبار/1"),
    ],
)
def test_the_address_of_a_json_feed_item(item: dict[str, str], url: str) -> None:
    assert [entry.url for entry in read_feed(json_feed(item)).entries] == [url]


def test_a_change_is_no_publication() -> None:
    (entry,) = read_feed(json_feed({"id": "1", "url": "/1", "date_modified": "2026-11-24"})).entries
    assert (entry.published, entry.modified) == (None, "2026-11-24")


def test_a_json_feed_names_its_older_page_and_its_hub() -> None:
    hubs = [{"type": "rssCloud", "url": "https://cloud.test/"}, {"type": "WebSub", "url": "https://hub.test/"}]
    listing = read_feed(json_feed({"id": "/1"}, next_url="/feed.json?page=2", hubs=hubs))
    assert (listing.older, listing.hub) == ("https://news.test/feed.json?page=2", "https://hub.test/")
    assert read_feed(json_feed({"id": "/1"}, next_url=URL, hubs="x")).older is None


def test_strange_items_are_counted() -> None:
    listing = read_feed(json_feed({"url": "/1"}, "x", None, {"id": "opaque"}, {"url": "ftp://x"}, {"url": "/1"}))
    assert listing.dropped == {"malformed_entry": 2, "no_link": 1, "bad_link": 1, "duplicate_entry": 1}
    assert [entry.url for entry in listing.entries] == ["https://news.test/1"]


@pytest.mark.parametrize("content_type", ["application/feed+json", "application/json; charset=windows-1256", "text/xml", None])
def test_a_json_feed_is_known_by_its_bytes(content_type: str | None) -> None:
    body = json_feed({"url": "/1", "title": TITLE})
    for data in (
        body.encode(),
        b"\xef\xbb\xbf\n" + body.encode(),
        body.encode("utf-16"),
        body.encode("cp1256"),
        gzip.compress(body.encode()),
    ):
        assert [entry.title for entry in read_feed(data, content_type=content_type).entries] == [TITLE]
        assert sniff(data, content_type) is SourceKind.FEED


@pytest.mark.parametrize(
    ("body", "is_feed"),
    [
        ('{"items": [{"url": "https://news.test/1"}, {"id": "/2"}]}', True),
        ('{"total": 3, "items": [{"id": "https://news.test/1", "title": "x"}], "page": 1}', True),
        ('{"version": "http://jsonfeed.org/version/1", "items": []}', True),
        ('{"items": [{"id": 5, "name": "x"}]}', False),
        ('{"items": [{"url": "/1"}, {"name": "x"}]}', False),
        ('{"items": [{"url": "/1"}', False),
        ('{"items": []}', False),
        ('{"version": "1.1", "data": {"items": [1]}}', False),
        ('{"code": "rest_no_route", "message": "x"}', False),
    ],
)
def test_an_object_is_a_feed_when_it_says_so_or_every_item_has_an_address(body: str, is_feed: bool) -> None:
    assert (sniff(body.encode(), "application/json") is SourceKind.FEED) is is_feed
    if not is_feed:
        with pytest.raises(SourceError):
            read_feed(body)


@pytest.mark.parametrize("body", [json_feed({"url": "/1"})[:-9], json_feed().replace('"items": []', '"items": {}'), json_feed(items=None)])
def test_a_json_feed_without_a_list_is_malformed(body: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_feed(body)
    assert caught.value.reason == "malformed"
    assert URL in str(caught.value)
