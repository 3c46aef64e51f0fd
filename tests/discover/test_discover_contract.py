"""What every kind of source promises: the same five elements, read, repaired, filtered and counted alike."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SourceError
from core.model import Listing, Nested, Source, SourceKind
from crawler.discover import READERS, read

HOME = "https://news.test/"
ARTICLE = r"^https://news\.test/\d+$"
# five elements: two articles, one of them twice; one that is no article; one without a usable link
LINKS = ("/101", "https://news.test/102", "/101#comments", "/category/sport", "mailto:desk@news.test")
TITLES = ("عنوان الخبر الأول في الصباح", "عنوان الخبر الثاني في المساء", "أول", "رياضة", "راسلنا")


def _feed(links: tuple[str, ...]) -> bytes:
    items = "".join(f"<item><title>{title}</title><link>{link}</link></item>" for link, title in zip(links, TITLES, strict=False))
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>ق</title>{items}</channel></rss>'.encode()


def _sitemap(links: tuple[str, ...]) -> bytes:
    news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    urls = "".join(
        f"<url><loc>{link}</loc><news:news><news:title>{title}</news:title></news:news></url>"
        for link, title in zip(links, TITLES, strict=False)
    )
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {news}>{urls}</urlset>'.encode()


def _wordpress(links: tuple[str, ...]) -> bytes:
    return json.dumps([{"link": link, "title": {"rendered": title}} for link, title in zip(links, TITLES, strict=False)]).encode()


def _listing(links: tuple[str, ...]) -> bytes:
    anchors = "".join(f'<li><a href="{link}">{title}</a></li>' for link, title in zip(links, TITLES, strict=False))
    return f"<!doctype html><html><body><ul>{anchors}</ul></body></html>".encode()


def _telegram(links: tuple[str, ...]) -> bytes:
    posts = "".join(
        f'<div class="tgme_widget_message" data-post="{f"news/{number}" if link.startswith(("/", "http")) else ""}">'
        f'<div class="tgme_widget_message_text">{title}<br><a href="{link}">{link}</a></div></div>'
        for number, (link, title) in enumerate(zip(links, TITLES, strict=False))
    )
    return f'<html><body><section class="tgme_channel_history">{posts}</section></body></html>'.encode()


def _json_feed(links: tuple[str, ...]) -> bytes:
    shown = [{"id": str(number), "url": link, "title": title} for number, (link, title) in enumerate(zip(links, TITLES, strict=False))]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "ق", "items": shown}).encode()


def _atom(links: tuple[str, ...]) -> bytes:
    entries = "".join(f'<entry><title>{title}</title><link href="{link}"/></entry>' for link, title in zip(links, TITLES, strict=False))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>ق</title>{entries}</feed>'.encode()


BODIES = {
    SourceKind.FEED: _feed,
    SourceKind.SITEMAP: _sitemap,
    SourceKind.WORDPRESS: _wordpress,
    SourceKind.LISTING: _listing,
    SourceKind.TELEGRAM: _telegram,
}


# every way a source of a kind may be written
SHAPES = [
    *((kind, kind.value, body) for kind, body in BODIES.items()),
    (SourceKind.FEED, "json feed", _json_feed),
    (SourceKind.FEED, "atom", _atom),
]
each_shape = pytest.mark.parametrize(("kind", "body_of"), [pytest.param(kind, body, id=name) for kind, name, body in SHAPES])
Body = Callable[[tuple[str, ...]], bytes]


def make_source(kind: SourceKind, *, article: str | None = ARTICLE, links: str | None = None) -> Source:
    return Source(id="t", kind=kind, url=HOME, article=article, links=links)


def read_as(kind: SourceKind, body: bytes, **rules: str | None) -> Listing:
    return read(kind, body, url=HOME, source=make_source(kind, **rules))


def test_every_kind_has_a_reader_and_is_under_contract() -> None:
    assert set(READERS) == set(SourceKind) == set(BODIES)


@each_shape
def test_entries_and_drops_add_up_to_the_elements_shown(kind: SourceKind, body_of: Body) -> None:
    listing = read_as(kind, body_of(LINKS))
    assert len(listing.entries) + sum(listing.dropped.values()) == len(LINKS), f"{kind}: an element vanished without a count: {listing}"


@pytest.mark.parametrize(("kind", "body_of"), [(kind, body) for kind, _, body in SHAPES if kind is not SourceKind.TELEGRAM])
def test_the_same_page_gives_the_same_entries_in_every_kind(kind: SourceKind, body_of: Body) -> None:
    listing = read_as(kind, body_of(LINKS))
    assert [(entry.url, entry.title) for entry in listing.entries] == [
        ("https://news.test/101", TITLES[0]),
        ("https://news.test/102", TITLES[1]),
    ]
    assert listing.dropped == {"duplicate_entry": 1, "not_an_article": 1, "bad_link": 1}


@each_shape
def test_a_source_without_elements_is_empty_and_says_so(kind: SourceKind, body_of: Body) -> None:
    listing = read_as(kind, body_of(()))
    assert listing.entries == ()
    assert dict(listing.dropped) == {}
    assert listing.notes in (("no entries",), ("no links",))


@each_shape
def test_a_source_that_announces_nothing_leaves_its_fields_empty(kind: SourceKind, body_of: Body) -> None:
    listing = read_as(kind, body_of(LINKS))
    assert (listing.nested, listing.hub, listing.wait) == ((), None, 0.0)
    assert listing.older is None  # the channel's oldest post has the number 0


ANNOUNCING = {
    "rss": (SourceKind.FEED, '<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><ttl>30</ttl><atom:link rel="next" href="/older"/>'
            '<atom:link rel="hub" href="//hub.test/"/><item><link>/1</link></item></channel></rss>'),
    "atom": (SourceKind.FEED, '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
             '<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency><link rel="next" href="/older"/>'
             '<link rel="hub" href="https://hub.test/"/><entry><link href="/1"/></entry></feed>'),
    "rdf": (SourceKind.FEED, '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
            'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel rdf:about="x">'
            '<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency><atom:link rel="next" href="/older"/>'
            '<atom:link rel="hub" href="https://hub.test/"/></channel><item rdf:about="/1"><link>/1</link></item></rdf:RDF>'),
    "json feed": (SourceKind.FEED, '{"version": "https://jsonfeed.org/version/1", "next_url": "/older", "items": [{"url": "/1"}], '
                  '"hubs": [{"type": "WebSub", "url": "https://hub.test/"}]}'),
    "listing": (SourceKind.LISTING, '<html><head><link rel="next" href="/older"></head><body><a href="/1">1</a></body></html>'),
    "telegram": (SourceKind.TELEGRAM, '<div class="tgme_widget_message" data-post="x/9">'
                 '<div class="tgme_widget_message_text">خبر</div></div>'),
    "index": (SourceKind.SITEMAP, "<sitemapindex><sitemap><loc>/older</loc><lastmod>2026-11-24</lastmod></sitemap></sitemapindex>"),
    "sitemap": (SourceKind.SITEMAP, "<urlset><url><loc>/1</loc><lastmod>2026-11-24</lastmod></url></urlset>"),
    "wordpress": (SourceKind.WORDPRESS, '[{"link": "/1", "modified_gmt": "2026-11-24T00:00:00"}]'),
}  # fmt: skip


@pytest.mark.parametrize("name", ANNOUNCING)
def test_what_each_kind_announces_is_absolute_and_in_seconds(name: str) -> None:
    kind, body = ANNOUNCING[name]
    listing = read_as(kind, body.encode(), article=None)
    older = {"telegram": "https://news.test/?before=9", "index": None, "sitemap": None, "wordpress": None}
    assert listing.older == older.get(name, "https://news.test/older")
    assert listing.hub == ("https://hub.test/" if kind is SourceKind.FEED else None)
    assert listing.wait == {"rss": 1800.0, "atom": 1800.0, "rdf": 1800.0}.get(name, 0.0)
    assert listing.nested == ((Nested("https://news.test/older", "2026-11-24"),) if name == "index" else ())
    assert [entry.modified for entry in listing.entries if entry.modified] == (["2026-11-24"] if name == "sitemap" else [])
    assert not any(entry.published for entry in listing.entries)


@pytest.mark.parametrize("kind", SourceKind)
@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_nothing_at_all_is_an_error(kind: SourceKind, body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_as(kind, body)
    assert caught.value.reason == "empty"
    assert HOME in str(caught.value)


@each_shape
def test_gzip_is_opened_and_its_size_bounded(kind: SourceKind, body_of: Body) -> None:
    assert read_as(kind, gzip.compress(body_of(LINKS))) == read_as(kind, body_of(LINKS))
    with pytest.raises(SourceError) as cut:
        read_as(kind, gzip.compress(body_of(LINKS))[:-20])
    assert cut.value.reason == "malformed"
    with pytest.raises(SourceError) as bomb:
        read_as(kind, gzip.compress(bytes(51 * 1024 * 1024), 1))
    assert bomb.value.reason == "too_large"
    with pytest.raises(SourceError) as many:
        read_as(kind, gzip.compress(bytes(5 * 1024 * 1024), 1) * 11)
    assert many.value.reason == "too_large"


@each_shape
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1256"])
def test_the_charset_is_found_out_whatever_is_declared(kind: SourceKind, body_of: Body, encoding: str) -> None:
    body = body_of(LINKS[:2]).decode()
    if body[0] in "[{":
        body = json.dumps(json.loads(body), ensure_ascii=False)
    listing = read(kind, body.encode(encoding), url=HOME, source=make_source(kind), content_type="text/xml; charset=UTF-8")
    assert [entry.title for entry in listing.entries] == list(TITLES[:2])


@each_shape
def test_a_body_cut_off_anywhere_gives_a_listing_or_a_source_error(kind: SourceKind, body_of: Body) -> None:
    """Nothing but the entries of the whole body, and no address that was cut short (a post without its link leads to itself)."""
    body = body_of(LINKS)
    whole = {entry.url for entry in read_as(kind, body, article=None).entries}
    for end in range(len(body)):
        try:
            listing = read_as(kind, body[:end], article=None)
        except SourceError:
            continue
        shown = {entry.url for entry in listing.entries if kind is not SourceKind.TELEGRAM or "t.me" not in entry.url}
        assert shown <= whole, f"{kind} cut off at {end}: {shown - whole}"


@pytest.mark.parametrize("kind", SourceKind)
@given(body=st.binary(max_size=400))
def test_any_bytes_give_a_listing_or_a_source_error(kind: SourceKind, body: bytes) -> None:
    _read_anything(kind, body)


_DAMAGE = [b"<", b"&#xD800;", b"]]>", b"<!--", b"\xff\xfe", b"http://[", b"{}", b'"next_url":"//[",', b"<link rel='next'"]


@each_shape
@given(data=st.data())
def test_any_damage_gives_a_listing_or_a_source_error(kind: SourceKind, body_of: Body, data: st.DataObject) -> None:
    body = bytearray(body_of(LINKS))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 40)))
        body[start:end] = data.draw(st.binary(max_size=12) | st.sampled_from(_DAMAGE))
    _read_anything(kind, bytes(body))


_PIECES = [
    "<rss>", "<feed>", "<item>", "<entry>", "<link>", "</link>", "<link href='http://[::1'/>", "<title>", "<![CDATA[", "]]>", "<!--",
    "&#0;", "&#xD800;", "<urlset>", "<url>", "<loc>", "<guid>", "<news:news>", "<base href='http://['>", "<a href='//:0'>", "[{",
    '"link":', "null", '"\\ud800"', "<div class='tgme_widget_message' data-post='a/1'>", "<div class='tgme_widget_message_text'>",
    "<content type='xhtml'>", "<a:b xml:base='http://['>", "http://news.test:99999/", "<pubDate>", "<updated>", "خبر", "\x00",
    "<!DOCTYPE", "<?xml", "?>", "<ttl>", "1e999", "<link rel='next' href='http://[::1'/>", "<a rel=next href='//['>",
    "<a href='?page=2'>2</a>",
    "<sitemapindex>", "<sitemap>", '{"items":[{', '"url":', '"version":"https://jsonfeed.org/version/1"', '"next_url":"http://["', "}]}",
    "Ø£Ù†Ù‚Ø±Ø© ÙˆØ¯Ù…Ø´Ù‚", "&nbsp;", "&a=1",
]  # fmt: skip


@pytest.mark.parametrize("kind", SourceKind)
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=30))
def test_any_heap_of_markup_gives_a_listing_or_a_source_error(kind: SourceKind, pieces: list[str]) -> None:
    _read_anything(kind, "".join(pieces).encode())


def _read_anything(kind: SourceKind, body: bytes) -> None:
    for article in (ARTICLE, None):
        try:
            listing = read_as(kind, body, article=article)
        except SourceError:
            continue
        assert all(entry.url.startswith(("http://", "https://")) for entry in listing.entries)
        assert len({entry.url for entry in listing.entries}) == len(listing.entries)
        assert all(
            url.startswith(("http://", "https://")) for url in (listing.older, listing.hub, *(item.url for item in listing.nested)) if url
        )
        assert 0 <= listing.wait <= 7 * 86400
        repr(listing).encode("utf-8")  # no lone surrogates: a database would refuse them


HOSTILE = {
    "open tags": b"<" * 400_000,
    "nested tags": b"<a>" * 60_000,
    "open comments": b"<!--" * 100_000,
    "open sections": b"<![CDATA[" * 60_000,
    "open instructions": b"<?" * 150_000,
    "open roots": b"<rss " * 60_000,
    "html heads": b"<!doctype html " * 30_000,
    "bare ampersands": b"&a" * 150_000,
    "items": b"<rss><channel>" + b"<item>" * 20_000,
    "brackets": b"[" * 200_000,
    "posts": b"[{" * 60_000,
    "entities": b"<!ENTITY <!--" * 40_000,
    "titles": b"<rss><item><title>" + b"<p" * 100_000,
    "unclosed fields": b"<rss><channel>" + b"<item><title><![CDATA[" * 15_000,
    "items never closed": b"<rss><channel>" + (b"<item><title>x<link>/1<description>" + b"<p>" * 100) * 290,
    "no tag whole": b"<rss " + b"<item " * 250,
    "a long root": b"<rss " + b"a='b' " * 50_000 + b"><channel>" + b"<item><title>" * 250,
    "named references": b"<rss><item><title>" + b"&nbsp;&nosuch;" * 40_000,
    "blanks": b"<rss" + b" " * 300_000,
    "objects": b'{"items":[' + b'{"url":' * 60_000,
    "doubled": "Ø£".encode() * 100_000,
    "links": b"<html><body>" + b'<a href="/page/2">2</a>' * 15_000,
    "wide": b"\n\x00" * 200_000,
}


@pytest.mark.parametrize("kind", SourceKind)
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(60)  # a pattern that backtracks would take hours
def test_hostile_bytes_are_read_or_refused(kind: SourceKind, name: str) -> None:
    _read_anything(kind, HOSTILE[name])
