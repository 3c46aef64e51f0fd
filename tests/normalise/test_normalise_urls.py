"""Addresses: repair, one encoding, twins made one, and what is no web address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.normalise.urls import canonical_url, key_of, site_of, url_key

ENCODED = "%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://www.arab48.comأخبار/2026/10/09/عنوان", f"http://www.arab48.com/{ENCODED}/2026/10/09/%D8%B9%D9%86%D9%88%D8%A7%D9%86"),
        (f"http://www.arab48.com{ENCODED}/1", f"http://www.arab48.com/{ENCODED}/1"),
        ("  https://x.org/أخبار \n", f"https://x.org/{ENCODED}"),
        (f"https://x.org/{ENCODED.lower()}", f"https://x.org/{ENCODED}"),
        ("HTTPS://WWW.X.org:443/A?b=1#c", "https://www.x.org/A?b=1"),
        ("http://x.org:8080", "http://x.org:8080/"),
        ("//x.org/a", "https://x.org/a"),
        ("https://x.org/?a=1&amp;b=2&amp;amp;c=3", "https://x.org/?a=1&b=2&c=3"),
        ("https://x.org/?p=123&utm_source=rss&fbclid=x", "https://x.org/?p=123"),
        ("https://x.org/a?traffic_source=rss", "https://x.org/a"),
        ("https://x.org/a?at_medium=RSS&at_campaign=KARANGA", "https://x.org/a"),
        ("https://x.org/a?id=7&ref=home", "https://x.org/a?id=7"),
        ("https://m.star.com.tr/dunya/x-haber-1/", "https://www.star.com.tr/dunya/x-haber-1/"),
        ("https://www.aydinlik.com.tr/amp/haber/x-1", "https://www.aydinlik.com.tr/haber/x-1"),
        ("https://arabi21.com/storyamp/1407169/x", "https://arabi21.com/story/1407169/x"),
        ("https://x.org/a/amp/", "https://x.org/a/"),
        ("https://x.org/a?amp=1", "https://x.org/a"),
        ("https://x.org/a?amp", "https://x.org/a"),
        ("https://x.org/a?outputType=amp", "https://x.org/a"),
        ("https://x.org/a/../b/./c", "https://x.org/b/c"),
        ("https://x.org/a%2Fb", "https://x.org/a%2Fb"),
        ("https://x.org/?q=a+b", "https://x.org/?q=a%20b"),
        ("https://x.org/?q=a%2Bb", "https://x.org/?q=a%2Bb"),
        ("https://user:secret@x.org/a", "https://x.org/a"),
        ("https://t.me/s/enabbaladi", "https://t.me/s/enabbaladi"),
        ("https://موقع.مصر/a", "https://xn--4gbrim.xn--wgbh1c/a"),
    ],
)
def test_canonical(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "mailto:a@x.org",
        "javascript:void(0)",
        "data:text/html,x",
        "ftp://x.org/",
        "",
        "#top",
        "/a",
        "http://",
        "http://[x",
        "http://x.org:99999/",
    ],
)
def test_other_than_web_addresses_are_none(url: str) -> None:
    assert canonical_url(url) is None


@pytest.mark.parametrize("url", ["mailto:a@x.org", "javascript:void(0)"])
def test_a_base_does_not_make_a_mail_address_one(url: str) -> None:
    assert canonical_url(url, base="https://x.org/") is None


def test_relative_links_need_a_base() -> None:
    assert canonical_url("../c?utm_medium=x", base="https://x.org/a/b") == "https://x.org/c"
    assert canonical_url("?p=3", base="https://x.org/a/") == "https://x.org/a/?p=3"


@pytest.mark.parametrize(
    "twin",
    [
        "http://www.x.com.tr/haber/a-1",
        "https://m.x.com.tr/haber/a-1/",
        "https://x.com.tr/amp/haber/a-1?utm_source=x",
        "https://amp.x.com.tr/haber/a-1#comments",
        "https://www.x.com.tr/haber/a-1/amp",
    ],
)
def test_twins_have_one_key(twin: str) -> None:
    assert url_key(twin) == url_key("https://www.x.com.tr/haber/a-1")


def test_keys_ignore_the_order_of_parameters_and_nothing_else() -> None:
    assert url_key("https://x.org/?a=1&b=2") == url_key("https://x.org/?b=2&a=1")
    assert url_key("https://x.org/?p=1") != url_key("https://x.org/?p=2")
    assert url_key("https://x.org/a") != url_key("https://x.org/A")
    assert url_key("https://x.org/a") != url_key("https://y.org/a")
    assert len(url_key("mailto:a@x.org")) == 16


ODD = [
    "https://x.org/",
    "http://www.x.org:8080//a/./b/../c/?b=2&a=1#f",
    "//m.x.com.tr/amp/a.amp.html",
    "https://x.org/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/خبر",
    "https://أخبار.com/a",
    "https://x.org/a%26amp;b",
    "https://x.org/a%26amp;amp;b",
    "https://x.org/?u=%26amp%3B",
    "https://x.org/a%3Bjsessionid=12/b",
    "https://x.org/a/..amp",
    "https://x.org/..amp?%20",
    "https://x.org/a/%2e%2eamp/",
    "https://x.org/a%2526",
    "https://[::1]/a",
]


@pytest.mark.parametrize("url", ODD)
def test_a_key_made_of_the_canonical_address_is_the_same(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical is not None
    assert key_of(canonical) == url_key(canonical)


_PIECES = st.sampled_from(
    ["a", "amp", ".amp", "..", ".", "/", "//", "?", "&", "=", "%26", "%2526", "amp;", "&amp;", "#038;", ";jsessionid=1", "%3Bjsessionid=2",
     "%2e", "%2F", "%5C", "\\", "خبر", "%FF", "+", "storyamp", ".amp.html", "utm_a=1", "%00", ":", "@"]
)  # fmt: skip


@given(st.sampled_from(["e.org", "m.e.org", "amp.e.com.tr", "E.ORG:80", "[::1]", "ß.de"]), st.lists(_PIECES, max_size=8))
def test_so_it_is_of_addresses_that_are_not_settled_at_once(host: str, pieces: list[str]) -> None:
    canonical = canonical_url(f"https://{host}/{''.join(pieces)}")
    assert canonical is not None
    assert key_of(canonical) == url_key(canonical)


def test_sites() -> None:
    assert [site_of(url) for url in ("https://m.star.com.tr/a", "https://www.arab48.com/", "http://127.0.0.1:8000/", "x")] == [
        "star.com.tr",
        "arab48.com",
        "127.0.0.1",
        "",
    ]


_PARTS = st.text(alphabet="abAB٠أخ/%.?&=;#+ -_~:@ampwww2D", max_size=40)


@given(st.one_of(_PARTS, st.text(max_size=60)))
def test_canonical_is_idempotent(rest: str) -> None:
    once = canonical_url("https://www.example.org/" + rest)
    assert once is not None
    assert canonical_url(once) == once
    assert url_key(once) == url_key("https://www.example.org/" + rest)


@given(st.text(max_size=60))
def test_any_text_gives_an_address_or_none(text: str) -> None:
    found = canonical_url(text)
    assert found is None or canonical_url(found) == found
    assert len(url_key(text)) == 16
