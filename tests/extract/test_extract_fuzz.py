"""Whatever the bytes: a RawArticle or an ExtractionError, soon."""

from __future__ import annotations

import gzip
import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.mutations import huge, mutated_pages, mutated_sources
from core.errors import ExtractionError, SourceError
from core.model import RawArticle, Rules, Source, SourceKind
from crawler.discover import read
from crawler.extract import extract

PAGES = sorted((Path(__file__).parents[1] / "data" / "outlets").glob("*/2026-10-*/page.html.gz"))
RULES = Rules(title="h1", body="article, .entry-content, form", date="time", lead="h2", remove=("div",), published_label="(.+)")
PIECES = (
    *(b"<div>", b"</div>", b"<p>", b"</form>", b"<table>", b"<!--", b"<![CDATA[", b"<script>", b"</script>", b"<pre>", b"<time>", b"<h1>"),
    *(b"\x00", b"\xff\xfe", b"&#x110000;", b"<a href='http://[/'>", b"<link rel=canonical href='//['>"),
    b'<script type="application/ld+json">[{"@type":"Article","articleBody":"',
)


@cache
def pages() -> tuple[bytes, ...]:
    return tuple(gzip.decompress(page.read_bytes()) for page in PAGES)


def attempt(body: bytes, rules: Rules) -> RawArticle | str:
    try:
        return extract(body, url="https://example.org/x/1", rules=rules)
    except ExtractionError as error:
        return error.reason


def outcome(body: bytes) -> None:
    for rules in (Rules(), RULES):
        found = attempt(body, rules)
        if isinstance(found, RawArticle):
            assert found.title
            assert found.paragraphs
            assert all(found.paragraphs)
        else:
            assert found in {"empty", "not_html", "too_large", "no_title", "no_body"}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(0, 6000),
    st.integers(0, 6000),
    st.lists(st.sampled_from(PIECES), max_size=4),
    st.randoms(),
)
def test_truncated_and_spliced_pages(one: int, two: int, end: int, start: int, pieces: list[bytes], rng: random.Random) -> None:
    first, second = pages()[one % len(pages())], pages()[two % len(pages())]
    body = bytearray(first[:end] + b"".join(pieces) + second[start:])
    for _ in range(rng.randrange(6)):
        if body:
            body[rng.randrange(len(body))] = rng.randrange(256)
    outcome(bytes(body))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes(body: bytes) -> None:
    outcome(body)
    outcome(b"<html><body><h1>" + body)


@pytest.mark.parametrize(
    "body",
    [
        b"<html><body>" + b"<x-y>" * 300_000,
        b"<ul><li>" * 60_000,
        b"<div " + b" ".join(b"a%d" % number for number in range(60_000)) + b">",
        b"<html><body>" + b"<time>" * 100_000,
        b"<html><body><h1>t</h1>" + b"<div class=date>" * 2_400 + b"x " * 200_000,
        ("<html><body><h1>T</h1><p>" + "تابع تفاصيل وقد تم طرح الخبر عبر " * 8_000).encode(),
        ("<html><body><h1>T</h1>" + "<p>المصدر: " * 50_000).encode(),
        ("<html><body><h1>T</h1><p>" + "١" * 600_000).encode(),
        b"<html><body><h1>T</h1>"
        + b"<p>a sentence that is long enough to count as a paragraph of prose in an article, is it not.</p>" * 20_000,
        b'<script type="application/ld+json">' * 20_000 + b"<p>x",
        b'<script type="application/ld+json">' + b"[" * 200_000 + b"</script><p>x",
        b"<html><title>" + b" - " * 300_000,
    ],
    ids=range(12),
)
def test_pages_built_to_be_slow(body: bytes) -> None:
    outcome(body)


# --------------------------------------------------------------------------- two thousand that went wrong on the way

URL = "https://news.example.org/a/1"


@pytest.mark.parametrize("part", range(4))
@pytest.mark.timeout(60)
def test_a_thousand_mutated_pages(part: int) -> None:
    for body in mutated_pages(20261125 + part, 250):
        found = attempt(body, Rules())
        assert isinstance(found, RawArticle) or found in {"empty", "not_html", "too_large", "no_title", "no_body"}


@pytest.mark.parametrize("part", range(4))
@pytest.mark.timeout(60)
def test_a_thousand_mutated_sources(part: int) -> None:
    found = [outcome_of_source(kind, body) for kind, body in mutated_sources(20261125 + part, 250)]
    assert all(found)
    assert found.count("read") > 100


@pytest.mark.timeout(100)
def test_twenty_megabytes() -> None:
    for name, body in huge():
        assert attempt(body, Rules()) in {"too_large", "not_html"}, name
        for kind in SourceKind:
            assert outcome_of_source(kind, body), name


def outcome_of_source(kind: SourceKind, body: bytes) -> str:
    """``read``, or the reason why not."""
    try:
        read(kind, body, url=URL, source=Source("x", kind, URL))
    except SourceError as error:
        return error.reason
    return "read"
