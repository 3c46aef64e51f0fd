"""Sources built, or broken, so that a parser would take seconds: refused or read in other ways, and the honest ones stay what they were."""

from __future__ import annotations

import gzip
import json

import pytest

from core.errors import SourceError
from core.model import Entry, Source, SourceKind
from crawler.discover import feed_links, is_light, read
from crawler.discover.probe import page_clues, read_masthead

URL = "https://news.test/"
OPEN = "<p><i>" * 8_000
WORDS = "عودة القطارات إلى الخط الشرقي"


def entries(kind: SourceKind, body: str) -> tuple[Entry, ...]:
    return read(kind, body.encode(), url=URL, source=Source("t", kind, URL)).entries


def refusal(kind: SourceKind, body: str) -> str:
    with pytest.raises(SourceError) as caught:
        entries(kind, body)
    return caught.value.reason


def rss(description: str) -> str:
    return (
        f"<rss><channel><item><title>{WORDS}</title><link>/101</link><description><![CDATA[{description}]]></description></item>"
        f"<item><title>خبر ثان</title><link>/102</link></item></channel></rss>"
    )


def listing(inside: str) -> str:
    head = '<head><link rel=alternate type="application/rss+xml" href="/feed/"></head>'
    return f'<html>{head}<body>{inside}<a href="/101">{WORDS}</a></body></html>'


# what thirty thousand elements left open in one summary did: eight seconds for a feed of 240 kB
CARRIERS = {
    "rss": (SourceKind.FEED, rss(f"<p>{WORDS}</p>{OPEN}x")),
    "atom": (SourceKind.FEED, f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>{WORDS}</title><link href="/101"/>'
             f'<summary type="html"><![CDATA[<p>{WORDS}</p>{OPEN}]]></summary></entry></feed>'),
    "json feed": (SourceKind.FEED, json.dumps({"version": "https://jsonfeed.org/version/1.1",
                  "items": [{"url": "/101", "title": WORDS, "summary": f"<p>{WORDS}</p>{OPEN}"}]})),
    "wordpress": (SourceKind.WORDPRESS, json.dumps([{"link": "/101", "title": {"rendered": WORDS},
                                                     "excerpt": {"rendered": f"<p>{WORDS}</p>{OPEN}"}}])),
}  # fmt: skip


@pytest.mark.parametrize("name", CARRIERS)
def test_a_summary_left_open_is_read_for_its_words(name: str) -> None:
    first = entries(*CARRIERS[name])[0]
    assert (first.url, first.title) == (f"{URL}101", WORDS)
    assert (first.summary or "").split("\n")[0] == WORDS


def test_a_summary_left_open_spoils_only_itself() -> None:
    assert [entry.url for entry in entries(SourceKind.FEED, rss(OPEN))] == [f"{URL}101", f"{URL}102"]


def test_a_title_left_open_is_read_for_its_words() -> None:
    body = json.dumps([{"link": "/101", "title": {"rendered": f"{WORDS} {OPEN}&amp; أكثر"}}])
    assert entries(SourceKind.WORDPRESS, body)[0].title == f"{WORDS} & أكثر"


def test_a_sitemap_title_left_open_is_read_for_its_words() -> None:
    title = f"{WORDS}{OPEN}".replace("<", "&lt;")
    body = f'<urlset xmlns:news="n"><url><loc>/101</loc><news:news><news:title>{title}</news:title></news:news></url></urlset>'
    assert entries(SourceKind.SITEMAP, body)[0].title == WORDS


def test_a_summary_with_a_few_tags_left_open_is_parsed_as_before() -> None:
    first = entries(SourceKind.FEED, rss(f"<b>{WORDS}<p><i>ثم<script>var x = 1</script>"))[0]
    assert first.summary == f"{WORDS}\nثم"


@pytest.mark.parametrize(
    "body",
    [
        listing(OPEN),
        listing("".join(f"<p><font color={number}>" for number in range(8_000))),
        listing("<div>" * 5_000),
        listing("<object><a href=/1/>x" * 6_000),
        listing(f"<p {' '.join(f'a{number}' for number in range(60_000))}>"),
    ],
    ids=["formats", "fonts", "depth", "nested links", "attributes"],
)
def test_a_listing_that_would_take_seconds_is_too_large(body: str) -> None:
    assert refusal(SourceKind.LISTING, body) == "too_large"


def test_a_channel_left_open_is_too_large() -> None:
    assert refusal(SourceKind.TELEGRAM, f'<div class="tgme_channel_info"></div>{OPEN}') == "too_large"


def test_a_channel_of_posts_within_posts_is_too_large() -> None:
    post = '<div class="tgme_widget_message" data-post="x/1"><div class="tgme_widget_message_text">x'
    assert refusal(SourceKind.TELEGRAM, post * 1_500) == "too_large"


def test_a_feed_with_a_tag_of_many_attributes_is_too_large() -> None:
    attributes = " ".join(f"a{number}='1'" for number in range(3_000))
    assert refusal(SourceKind.FEED, f"<rss><channel><item {attributes}><link>/101</link></item></channel></rss>") == "too_large"


def test_long_words_in_a_feed_are_no_tag() -> None:
    assert len(entries(SourceKind.FEED, rss("كلمة " * 10_000))) == 2


def test_a_path_of_many_segments_is_no_trap_for_the_others() -> None:
    deep = f'<a href="/{"a/" * 20_000}">x</a>'
    shown = entries(SourceKind.LISTING, listing(deep + f'<a href="/2026/11/25/{"kelime-" * 8}haber">{WORDS} {WORDS}</a>'))
    assert any("kelime" in entry.url for entry in shown)


def test_an_unknown_page_left_open_announces_nothing() -> None:
    whole, trap = listing("").encode(), listing(OPEN).encode()
    assert feed_links(whole, URL) == (f"{URL}feed/",)
    assert feed_links(trap, URL) == ()
    assert read_masthead(trap, URL).name == ""
    assert all(clue.origin != "announced" for clue in page_clues(trap, URL, is_home=True))


@pytest.mark.parametrize(
    ("body", "light"),
    [
        (rss("<p>نص قصير</p>").encode(), True),
        (rss("كلمة " * 20_000).encode(), False),
        (("<rss><channel>" + "<item></item>" * 1_001).encode(), False),
        (("<rss>" + "<item>" * 61).encode(), False),
        (listing("<b>" * 21).encode(), False),
        (gzip.compress(rss("نص").encode()), False),
        (rss("نص").encode("utf-16"), False),
        (b"", True),
    ],
    ids=["small", "bytes", "tags", "items", "left open", "compressed", "wide", "empty"],
)
def test_what_the_event_loop_reads_itself(body: bytes, light: bool) -> None:
    assert is_light(body) is light
