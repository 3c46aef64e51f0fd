"""Feeds as outlets really send them: RSS, RDF, Atom, broken, wrongly declared, bombs, web pages."""

from __future__ import annotations

import pytest

from core.errors import SourceError
from core.model import Listing, Source, SourceKind
from crawler.discover import read

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


def test_lost_items_are_noted_with_both_numbers() -> None:
    listing = read_feed(rss("<item><title>a</title><link>/a</link><description><![CDATA[never closed</description></item>" + items(2)))
    assert "1 entries read of 3 item tags" in listing.notes


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
