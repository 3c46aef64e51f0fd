"""The loopback web site: paths, validators, counting, misbehaviour, and a clean end."""

from __future__ import annotations

import gzip
import http.client
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from newsroom import TROUBLES, Newsroom, Resource, SiteServer, redirect, with_status


class Answer:
    def __init__(self, response: http.client.HTTPResponse, body: bytes) -> None:
        self.status, self.body = response.status, body
        self.headers = {name.lower(): value for name, value in response.getheaders()}


def get(url: str, headers: dict[str, str] | None = None, *, timeout: float = 5) -> Answer:
    """One request, redirects not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=timeout)
    try:
        connection.request("GET", quote(parts.path or "/", safe="/%") + (f"?{parts.query}" if parts.query else ""), headers=headers or {})
        response = connection.getresponse()
        return Answer(response, response.read())
    finally:
        connection.close()


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer("demo") as server:
        yield server


def test_paths_answer_what_was_set(site: SiteServer) -> None:
    site.set("/", "<h1>مرحبا</h1>")
    site.set("/خبر/1", Resource(b"x", status=203, content_type="text/plain", headers={"X-A": "b"}))
    site.set("/q?p=1", b"one")
    assert get(site.url).body.decode() == "<h1>مرحبا</h1>"
    answer = get(site.url + "خبر/1")
    assert (answer.status, answer.body, answer.headers["x-a"], answer.headers["content-type"]) == (203, b"x", "b", "text/plain")
    assert get(site.url + "q?p=1").body == b"one"
    assert get(site.url + "q?p=2").status == 404
    site.remove("/")
    assert get(site.url).status == 404


def test_a_body_may_be_made_at_each_request(site: SiteServer) -> None:
    counter = iter(range(9))
    site.set("/n", Resource(lambda: str(next(counter))))
    assert [get(site.url + "n").body for _ in range(3)] == [b"0", b"1", b"2"]


def test_validators_are_honest(site: SiteServer) -> None:
    site.set("/feed", Resource("one"))
    first = get(site.url + "feed")
    assert get(site.url + "feed", {"If-None-Match": first.headers["etag"]}).status == 304
    assert get(site.url + "feed", {"If-None-Match": 'W/"x", ' + first.headers["etag"]}).status == 304
    assert get(site.url + "feed", {"If-Modified-Since": first.headers["last-modified"]}).status == 304
    site.set("/feed", Resource("two"))
    assert get(site.url + "feed", {"If-None-Match": first.headers["etag"]}).body == b"two"
    assert get(site.url + "feed", {"If-Modified-Since": first.headers["last-modified"]}).body == b"two", "two changes in one second"
    assert get(site.url + "feed", {"If-Modified-Since": "yesterday"}).status == 200
    assert (
        get(site.url + "feed", {"If-None-Match": '"x"', "If-Modified-Since": format_datetime(datetime.now(UTC) + timedelta(days=1))}).status
        == 200
    )


def test_setting_the_same_again_changes_no_validator(site: SiteServer) -> None:
    site.set("/feed", Resource("one"))
    before = get(site.url + "feed").headers["last-modified"]
    site.set("/feed", Resource("one"))
    assert get(site.url + "feed").headers["last-modified"] == before


def test_requests_are_remembered(site: SiteServer) -> None:
    site.set("/a", "x")
    etag = get(site.url + "a", {"User-Agent": "Rasid/1"}).headers["etag"]
    get(site.url + "a?x=1", {"If-None-Match": etag})
    get(site.url + "missing")
    assert [(hit.outlet, hit.path, hit.status, hit.conditional) for hit in site.requests] == [
        ("demo", "/a", 200, False),
        ("demo", "/a?x=1", 304, True),
        ("demo", "/missing", 404, False),
    ]
    assert site.requests[0].user_agent == "Rasid/1"
    assert site.count("/a") == 1
    assert site.count("/missing", status=200) == 0


def test_redirect_and_status_are_resources_too(site: SiteServer) -> None:
    site.set("/old", redirect("/جديد", status=301))
    site.set("/busy", with_status(Resource("x"), 503, Retry_After="7"))
    assert get(site.url + "old").headers["location"] == "/%D8%AC%D8%AF%D9%8A%D8%AF"
    assert get(site.url + "busy").headers["retry-after"] == "7"


def test_start_and_end_leave_nothing() -> None:
    before = threading.active_count()
    for _ in range(5):
        with SiteServer() as server:
            assert get(server.url).status == 404
    assert threading.active_count() == before


# --------------------------------------------------------------------------- trouble


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom() as room:
        yield room


def trouble(newsroom: Newsroom, name: str, **options: Any) -> Answer:
    return get(f"{newsroom.url}trouble/{name}", **options)


@pytest.mark.parametrize(
    ("name", "status", "header", "value"),
    [
        ("500", 500, None, None),
        ("502", 502, None, None),
        ("403", 403, None, None),
        ("404", 404, None, None),
        ("410", 410, None, None),
        ("429", 429, "retry-after", "2"),
        ("503-retry-after", 503, "retry-after", "2"),
        ("503-retry-date", 503, "retry-after", "Fri, 31 Dec 2027 23:59:59 GMT"),
        ("redirect-private", 302, "location", "http://169.254.169.254/latest/meta-data/"),
        ("redirect-private?to=http://10.0.0.1/", 302, "location", "http://10.0.0.1/"),
        ("redirect-file", 302, "location", "file:///etc/passwd"),
        ("redirect-loop?step=4", 302, "location", "/trouble/redirect-loop?step=5"),
        ("redirect-moved", 301, "location", "/trouble/empty-feed"),
        ("empty-feed", 200, "content-type", "application/rss+xml; charset=UTF-8"),
        ("html-feed", 200, "content-type", "text/html; charset=UTF-8"),
        ("empty-body", 200, "content-length", "0"),
    ],
)
def test_plain_troubles(newsroom: Newsroom, name: str, status: int, header: str | None, value: str | None) -> None:
    answer = trouble(newsroom, name)
    assert answer.status == status
    assert header is None or answer.headers[header] == value


def test_connections_are_dropped(newsroom: Newsroom) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        trouble(newsroom, "drop")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        trouble(newsroom, "reset")


def test_slow_takes_its_time_and_never_takes_for_ever(newsroom: Newsroom) -> None:
    begin = time.monotonic()
    assert b"</rss>" in trouble(newsroom, "slow?delay=0.05").body
    assert time.monotonic() - begin > 0.2
    with pytest.raises(TimeoutError):
        trouble(newsroom, "never", timeout=0.3)
    assert newsroom.requests[-1].status == 0 or any(hit.path == "/trouble/never" and hit.status == 0 for hit in newsroom.requests)


@pytest.mark.parametrize("name", ["endless", "gzip-bomb"])
def test_big_bodies_flow_until_the_client_has_enough(newsroom: Newsroom, name: str) -> None:
    parts = urlsplit(newsroom.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=5)
    connection.request("GET", f"/trouble/{name}")
    response = connection.getresponse()
    data = response.read(1_000_000)
    connection.close()
    if name == "gzip-bomb":
        assert response.getheader("Content-Encoding") == "gzip"
        data = zlib.decompressobj(31).decompress(data, 20 << 20)
        assert len(data) == 20 << 20, "a megabyte of the bomb must hold many"
    else:
        assert len(data) == 1_000_000
    assert trouble(newsroom, "404").status == 404, "the site must go on serving others"


def test_truncated_gzip_is_truncated(newsroom: Newsroom) -> None:
    answer = trouble(newsroom, "truncated-gzip")
    with pytest.raises(EOFError):
        gzip.decompress(answer.body)


def test_lying_validators_lie(newsroom: Newsroom) -> None:
    first = trouble(newsroom, "lying-validators")
    assert trouble(newsroom, "lying-validators", headers={"If-None-Match": first.headers["etag"]}).status == 304


def test_every_trouble_stands_at_every_outlet(newsroom: Newsroom) -> None:
    for site in newsroom.sites.values():
        assert {f"/trouble/{name}" for name in TROUBLES} <= set(site.paths)
