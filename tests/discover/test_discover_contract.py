"""What every kind of source promises: the same five elements, read, repaired, filtered and counted alike."""

from __future__ import annotations

import gzip
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SourceError
from core.model import Listing, Source, SourceKind
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


BODIES = {
    SourceKind.FEED: _feed,
    SourceKind.SITEMAP: _sitemap,
    SourceKind.WORDPRESS: _wordpress,
    SourceKind.LISTING: _listing,
    SourceKind.TELEGRAM: _telegram,
}


def make_source(kind: SourceKind, *, article: str | None = ARTICLE, links: str | None = None) -> Source:
    return Source(id="t", kind=kind, url=HOME, article=article, links=links)


def read_as(kind: SourceKind, body: bytes, **rules: str | None) -> Listing:
    return read(kind, body, url=HOME, source=make_source(kind, **rules))


def test_every_kind_has_a_reader_and_is_under_contract() -> None:
    assert set(READERS) == set(SourceKind) == set(BODIES)


@pytest.mark.parametrize("kind", SourceKind)
def test_entries_and_drops_add_up_to_the_elements_shown(kind: SourceKind) -> None:
    listing = read_as(kind, BODIES[kind](LINKS))
    assert len(listing.entries) + sum(listing.dropped.values()) == len(LINKS), f"{kind}: an element vanished without a count: {listing}"


@pytest.mark.parametrize("kind", [kind for kind in SourceKind if kind is not SourceKind.TELEGRAM])
def test_the_same_page_gives_the_same_entries_in_every_kind(kind: SourceKind) -> None:
    listing = read_as(kind, BODIES[kind](LINKS))
    assert [(entry.url, entry.title) for entry in listing.entries] == [
        ("https://news.test/101", TITLES[0]),
        ("https://news.test/102", TITLES[1]),
    ]
    assert listing.dropped == {"duplicate_entry": 1, "not_an_article": 1, "bad_link": 1}


@pytest.mark.parametrize("kind", SourceKind)
def test_a_source_without_elements_is_empty_and_says_so(kind: SourceKind) -> None:
    listing = read_as(kind, BODIES[kind](()))
    assert listing.entries == ()
    assert dict(listing.dropped) == {}
    assert listing.notes in (("no entries",), ("no links",))


@pytest.mark.parametrize("kind", SourceKind)
@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"\xef\xbb\xbf", gzip.compress(b"")])
def test_nothing_at_all_is_an_error(kind: SourceKind, body: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_as(kind, body)
    assert caught.value.reason == "empty"
    assert HOME in str(caught.value)


@pytest.mark.parametrize("kind", SourceKind)
def test_gzip_is_opened_and_its_size_bounded(kind: SourceKind) -> None:
    assert read_as(kind, gzip.compress(BODIES[kind](LINKS))) == read_as(kind, BODIES[kind](LINKS))
    with pytest.raises(SourceError) as cut:
        read_as(kind, gzip.compress(BODIES[kind](LINKS))[:-20])
    assert cut.value.reason == "malformed"
    with pytest.raises(SourceError) as bomb:
        read_as(kind, gzip.compress(bytes(51 * 1024 * 1024), 1))
    assert bomb.value.reason == "too_large"


@pytest.mark.parametrize("kind", SourceKind)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1256"])
def test_the_charset_is_found_out_whatever_is_declared(kind: SourceKind, encoding: str) -> None:
    body = BODIES[kind](LINKS[:2]).decode()
    if kind is SourceKind.WORDPRESS:
        body = json.dumps(json.loads(body), ensure_ascii=False)
    listing = read(kind, body.encode(encoding), url=HOME, source=make_source(kind), content_type="text/xml; charset=UTF-8")
    assert [entry.title for entry in listing.entries] == list(TITLES[:2])


@pytest.mark.parametrize("kind", SourceKind)
@given(body=st.binary(max_size=400))
def test_any_bytes_give_a_listing_or_a_source_error(kind: SourceKind, body: bytes) -> None:
    _read_anything(kind, body)


@pytest.mark.parametrize("kind", SourceKind)
@given(data=st.data())
def test_any_damage_gives_a_listing_or_a_source_error(kind: SourceKind, data: st.DataObject) -> None:
    body = bytearray(BODIES[kind](LINKS))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 40)))
        body[start:end] = data.draw(
            st.binary(max_size=12) | st.sampled_from([b"<", b"&#xD800;", b"]]>", b"<!--", b"\xff\xfe", b"http://[", b"{}"])
        )
    _read_anything(kind, bytes(body))


_PIECES = [
    "<rss>", "<feed>", "<item>", "<entry>", "<link>", "</link>", "<link href='http://[::1'/>", "<title>", "<![CDATA[", "]]>", "<!--",
    "&#0;", "&#xD800;", "<urlset>", "<url>", "<loc>", "<guid>", "<news:news>", "<base href='http://['>", "<a href='//:0'>", "[{",
    '"link":', "null", '"\\ud800"', "<div class='tgme_widget_message' data-post='a/1'>", "<div class='tgme_widget_message_text'>",
    "<content type='xhtml'>", "<a:b xml:base='http://['>", "http://news.test:99999/", "<pubDate>", "<updated>", "خبر", "\x00",
    "<!DOCTYPE", "<?xml", "?>",
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
}


@pytest.mark.parametrize("kind", SourceKind)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_cost_linear_time(kind: SourceKind, name: str) -> None:
    begin = time.process_time()
    _read_anything(kind, HOSTILE[name])
    assert time.process_time() - begin < 8, f"{kind} spends too long on {name}: look for a pattern that backtracks"
