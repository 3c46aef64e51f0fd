"""Pages and sources that went wrong on the way: cut, spliced, encoded anew, nested deep, blown up. Deterministic, from a seed."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

from bench.corpus import make_page
from core.model import SourceKind

_PAGES = Path(__file__).parents[1] / "tests" / "data" / "outlets"
_CHARSETS = ("windows-1256", "iso-8859-6", "windows-1254", "utf-16", "utf-16-le", "utf-8-sig", "cp437")
_PIECES = (
    *(
        b"<div>",
        b"</div>",
        b"<p>",
        b"</form>",
        b"<table>",
        b"<!--",
        b"<![CDATA[",
        b"]]>",
        b"<script>",
        b"</script>",
        b"<pre>",
        b"<h1>",
        b"<a>",
    ),
    *(b"\x00", b"\xff\xfe", b"\xd9", b"&#x110000;", b"&nbsp;", b"&", b"<a href='http://[/'>", b"<link rel=canonical href='//['>"),
    *(
        b"<item>",
        b"</item>",
        b"<entry>",
        b"<url><loc>",
        b"<?xml version='1.0' encoding='windows-1256'?>",
        b'{"',
        b'"}',
        b"[[[[",
        b"\\ud800",
    ),
    *(b'<script type="application/ld+json">[{"@type":"Article","articleBody":"', "المصدر: ".encode(), "<time>٣١ شباط ٢٠٢٦</time>".encode()),
)
_NESTS = (b"<div>", b"<ul><li>", b"<b>", b"<p><i>", b"<table><tr><td>", b"<a href=x>", b"<x-y>", b"<item>", b"<blockquote>", b"[", b'{"a":')


def mutated_pages(seed: int, count: int) -> Iterator[bytes]:
    """So many pages; about one in forty is nested deep or blown up to some hundred kilobytes."""
    rng = random.Random(seed)
    bases = [gzip.decompress(path.read_bytes()) for path in sorted(_PAGES.glob("*/*/page.html.gz"))]
    bases += [page[:2_000] + page[60_000:] for page in (make_page(number).html for number in range(3))]
    return (_mutate(rng, rng.choice(bases), rng.choice(bases)) for _ in range(count))


def mutated_sources(seed: int, count: int) -> Iterator[tuple[SourceKind, bytes]]:
    """So many sources, each with the kind it is read as, which one in ten is not."""
    rng = random.Random(seed)
    bases = _sources()
    kinds = list(SourceKind)
    for _ in range(count):
        kind, base = rng.choice(bases)
        yield rng.choice(kinds) if rng.random() < 0.1 else kind, _mutate(rng, base, rng.choice(bases)[1])


def huge() -> Iterator[tuple[str, bytes]]:
    """Documents of 20 MB, each with a name."""
    paragraph = "<p>نص طويل من كلمات كثيرة لا تنتهي في هذه الفقرة الطويلة جدا من الصفحة الكبيرة.</p>".encode()
    item = "<item><title>خبر من الأخبار</title><link>https://example.org/%d</link><description>نص</description></item>"
    count = 20_000_000 // len(item.encode())
    yield "page of paragraphs", b"<html><body><h1>x</h1>" + paragraph * (20_000_000 // len(paragraph))
    yield "page without tags", b"<html><body><p>" + b"word " * 4_000_000
    yield "feed", b'<?xml version="1.0"?><rss version="2.0"><channel>' + b"".join((item % number).encode() for number in range(count))
    yield "nested feed", b'<?xml version="1.0"?><rss version="2.0"><channel>' + b"<item>" * 3_300_000
    yield "JSON", b"[" * 20_000_000
    yield "gzip", gzip.compress(b"<rss><channel>" + b"<item><title>x</title></item>" * 690_000)


def _mutate(rng: random.Random, body: bytes, other: bytes) -> bytes:
    for _ in range(rng.randint(1, 3)):
        body = _once(rng, body, other)
    return body


def _once(rng: random.Random, body: bytes, other: bytes) -> bytes:
    place, end = sorted((rng.randint(0, len(body)), rng.randint(0, len(body))))
    chance = rng.random()
    if chance < 0.2:  # cut
        return body[:end]
    if chance < 0.4:  # spliced
        return body[:place] + other[rng.randint(0, len(other)) :]
    if chance < 0.55:  # strange pieces
        return body[:place] + b"".join(rng.choices(_PIECES, k=rng.randint(1, 20))) + body[place:]
    if chance < 0.7:  # flipped bytes
        damaged = bytearray(body)
        for _ in range(rng.randint(1, 50) if damaged else 0):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        return bytes(damaged)
    if chance < 0.85:  # another charset, with whatever declaration stands there
        return body.decode("utf-8", "replace").encode(rng.choice(_CHARSETS), "replace")
    if chance < 0.95:  # a part again and again
        return body[:end] + body[place:end][:2_000] * rng.randint(2, 30) + body[end:]
    return body[:place] + rng.choice(_NESTS) * rng.choice((300, 3_000, 30_000)) + body[place:]


def _sources() -> list[tuple[SourceKind, bytes]]:
    pages = [make_page(number) for number in range(6)]
    address = "https://news.example.org/post/{}/"
    items = "".join(
        f"<item><title>{page.title}</title><link>{address.format(page.number)}</link>"
        f"<pubDate>Tue, 0{page.number + 1} Sep 2026 10:00:00 GMT</pubDate>"
        f"<description><![CDATA[<p>{page.paragraphs[0]}</p>]]></description><category>سياسة</category></item>"
        for page in pages
    )
    entries = "".join(
        f'<entry><title>{page.title}</title><link href="{address.format(page.number)}"/><updated>2026-09-01T10:00:00Z</updated></entry>'
        for page in pages
    )
    urls = "".join(f"<url><loc>{address.format(page.number)}</loc><lastmod>2026-09-01</lastmod></url>" for page in pages)
    posts = [
        {
            "link": address.format(page.number),
            "date_gmt": "2026-09-01T10:00:00",
            "title": {"rendered": page.title},
            "content": {"rendered": f"<p>{page.paragraphs[0]}</p>"},
            "excerpt": {"rendered": page.paragraphs[0]},
        }
        for page in pages
    ]
    json_feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": str(page.number), "url": address.format(page.number), "title": page.title} for page in pages],
    }
    links = "".join(f'<li><h3><a href="/post/{page.number}/">{page.title}</a></h3><time>2026-09-01</time></li>' for page in pages)
    messages = "".join(
        f'<div class="tgme_widget_message" data-post="channel/{page.number}">'
        f'<div class="tgme_widget_message_text">{page.paragraphs[0]}</div>'
        f'<a class="tgme_widget_message_date" href="https://t.me/channel/{page.number}">'
        '<time datetime="2026-09-01T10:00:00+00:00"></time></a></div>'
        for page in pages
    )
    return [
        (
            SourceKind.FEED,
            f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode(),
        ),
        (SourceKind.FEED, f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{entries}</feed>'.encode()),
        (SourceKind.FEED, json.dumps(json_feed, ensure_ascii=False).encode()),
        (SourceKind.SITEMAP, f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()),
        (SourceKind.WORDPRESS, json.dumps(posts, ensure_ascii=False).encode()),
        (SourceKind.LISTING, f"<html><body><main><ul>{links}</ul></main></body></html>".encode()),
        (SourceKind.TELEGRAM, f'<html><body><div class="tgme_channel_info"></div>{messages}</body></html>'.encode()),
    ]
