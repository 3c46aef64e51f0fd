"""What the daemon does over days at servers that are honest, slow, lying, refusing, moving or busy: real crawls on a moved clock."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web

from newsroom import Resource, SiteServer
from newsroom.site import redirect
from tests.harness import simple_page, write_config
from tests.poller import Polled, Poller

RSS = "application/rss+xml; charset=utf-8"


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as server:
        yield server


SUBJECTS = ["ملف المياه", "حركة المعابر", "عودة اللاجئين", "خط الغاز", "التبادل التجاري", "أمن الحدود", "الرحلات الجوية", "ترميم الجسور"]
CITIES = ["حلب", "إدلب", "عفرين", "جرابلس", "اللاذقية", "الرقة", "دير الزور", "حمص", "درعا", "منبج"]


def page(number: int) -> str:
    """A story of its own about Turkey and Syria."""
    rng = random.Random(number)
    subject, city = SUBJECTS[number % len(SUBJECTS)], CITIES[number // len(SUBJECTS) % len(CITIES)]
    words = " ".join(f"{rng.choice(SUBJECTS)} {rng.choice(CITIES)} {rng.randrange(100_000)}" for _ in range(25))
    title = f"أنقرة ودمشق تبحثان {subject} في {city} بند رقم {number}"
    return simple_page(title, [f"بحث وفد تركي مع مسؤولين سوريين {subject} في محيط {city}، وفق ما قال مصدر حضر الاجتماع {number}.", words])


def feed(site: SiteServer, numbers: Sequence[int], *, head: str = "", dates: dict[int, datetime] | None = None) -> Resource:
    """A feed that shows these articles, the first on top; their pages exist."""
    items = []
    for number in numbers:
        site.set(f"/a/{number}/", page(number))
        at = f"<pubDate>{format_datetime(dates[number])}</pubDate>" if dates else ""
        items.append(f"<item><title>وفد تركي في حلب للمرة {number}</title><link>{site.url}a/{number}/</link>{at}</item>")
    text = f'<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>x</title>{head}{"".join(items)}</channel></rss>'
    return Resource(text, content_type=RSS)


def table(site: SiteServer, *sources: str, keys: str = "") -> str:
    chosen = sources or ('kind = "feed"\nurl = "/feed/"',)
    tables = "".join(f"[[outlets.sources]]\n{source}\n" for source in chosen)
    return f'[[outlets]]\nid = "x"\nname = "X"\nhome = "{site.url}"\n{keys}\n{tables}'


@pytest.fixture
def start(tmp_path: Path, site: SiteServer) -> Callable[..., Poller]:
    """A poller of the site with these sources; intervals from five minutes to two hours."""

    def begin(*sources: str, keys: str = 'min_interval = "5m"\nmax_interval = "2h"\n', extra: str = "") -> Poller:
        return Poller(write_config(tmp_path, outlets=[table(site, *sources, keys=keys)], extra=extra))

    return begin


def numbers(polled: Polled) -> list[int]:
    return [int(url.rstrip("/").rsplit("/", 1)[1]) for url in polled.articles]


# --------------------------------------------------------------------------- conditional requests


def test_an_honest_server_is_asked_conditionally_and_stays_trusted(start: Callable[..., Poller], site: SiteServer) -> None:
    site.set("/feed/", feed(site, range(5)))
    with start() as poller:
        outcomes = []
        for step in range(24):
            if step % 8 == 7:
                site.set("/feed/", feed(site, range(5 + step)))
            outcomes.append(poller.poll())
            poller.advance(minutes=5)
    requests = [hit for hit in site.requests if hit.path == "/feed/"]
    assert sum(hit.status == 304 for hit in requests) >= len(requests) * 0.6
    assert sum(not hit.conditional for hit in requests) >= 2, "now and then it is asked without conditions"
    assert outcomes[-1].hosts == {}
    assert len(set(numbers(outcomes[-1]))) == 5 + 23


@pytest.mark.parametrize("kind", ["always 304", "constant tag", "304 with a new tag each time"])
def test_a_server_whose_validators_lie_is_found_out_and_asked_without_conditions(
    start: Callable[..., Poller], site: SiteServer, kind: str
) -> None:
    shown = [0, 1, 2]

    async def lie(request: web.BaseRequest) -> web.StreamResponse:
        tag = f'"{len(shown)}"' if kind.endswith("each time") else '"same"'
        if "If-None-Match" in request.headers and kind != "constant tag":
            return web.Response(status=304, headers={"ETag": tag})
        body = feed(site, shown[::-1]).read()
        return web.Response(headers={"ETag": tag, "Content-Type": RSS}, body=body)

    site.set("/feed/", lie)
    with start() as poller:
        poller.poll()
        for number in range(3, 9):
            shown.append(number)
            poller.advance(minutes=5)
            polled = poller.poll()
        host = site.url.split("/")[2]
        assert polled.hosts[host]["lies"] == 1, "counted once"
        assert "validators" in polled.hosts[host]["note"] or "304" in polled.hosts[host]["note"]
        before = len(site.requests)
        poller.restart()
        for number in range(9, 12):
            shown.append(number)
            poller.advance(minutes=5)
            polled = poller.poll()
    assert numbers(polled) == list(range(12)), "nothing it showed is missing"
    assert not any(hit.conditional for hit in site.requests[before:] if hit.path == "/feed/"), "also after a restart"


def test_a_feed_that_only_says_another_hour_is_no_liar(start: Callable[..., Poller], site: SiteServer) -> None:
    hours = iter(range(100))

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if "If-None-Match" in request.headers:
            return web.Response(status=304, headers={"ETag": '"same"'})
        return web.Response(
            headers={"ETag": '"same"', "Content-Type": RSS}, body=feed(site, [1, 2], head=f"<docs>{next(hours)}</docs>").read()
        )

    site.set("/feed/", answer)
    with start() as poller:
        polled = poller.polls(times=6, every=300)[-1]
    assert polled.hosts == {}


def test_an_unchanged_body_stops_before_parsing_where_there_are_no_validators(start: Callable[..., Poller], site: SiteServer) -> None:
    made = feed(site, [1, 2])
    site.set("/feed/", Resource(made.body, content_type=RSS, validators=False))
    with start() as poller:
        found = poller.polls(times=3, every=300)
    assert [polled.outcome for polled in found] == ["ok", "not_modified", "not_modified"]
    assert found[-1].run["seen"] == 0


# --------------------------------------------------------------------------- waits


@pytest.mark.parametrize("form", ["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed_in_both_forms_and_after_a_restart(
    start: Callable[..., Poller], site: SiteServer, form: str, status: int
) -> None:
    later = "7200" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    site.set("/feed/", Resource(status=status, headers={"Retry-After": later}))
    with start() as poller:
        polled = poller.poll()
        assert 7100 <= polled.wait() <= 7200 * 1.1 + 310
        asked = site.count("/feed/")
        poller.restart()
        poller.advance(minutes=10)
        held = poller.poll()
        assert held.run["reasons"] == {"source_held": 1}
        assert site.count("/feed/") == asked, "the host is left alone"
        site.set("/feed/", feed(site, [1]))
        poller.advance(hours=2, minutes=10)
        assert poller.poll().outcome == "ok"


def test_a_wish_of_days_is_capped(start: Callable[..., Poller], site: SiteServer) -> None:
    site.set("/feed/", Resource(status=503, headers={"Retry-After": str(88 * 3600)}))
    with start() as poller:
        assert 86400 * 0.99 <= poller.poll().wait() <= 86400 + 600


@pytest.mark.parametrize(
    ("headers", "head"),
    [
        ({"Cache-Control": "max-age=3600"}, ""),
        ({"Expires": "in an hour"}, ""),
        ({}, "<ttl>60</ttl>"),
        ({}, "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>"),
    ],
    ids=["max-age", "expires", "ttl", "updatePeriod"],
)
def test_wishes_of_the_server_lengthen_the_wait(start: Callable[..., Poller], site: SiteServer, headers: dict[str, str], head: str) -> None:
    old = {number: datetime.now(UTC) - timedelta(hours=4 * number) for number in range(30)}
    made = feed(site, range(30), head=head, dates=old)
    if "Expires" in headers:
        headers = {"Expires": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)}
    site.set("/feed/", Resource(made.body, content_type=RSS, headers=headers))
    with start() as poller:
        assert 3300 <= poller.poll().wait() <= 7300


def test_wishes_never_shorten_the_wait(start: Callable[..., Poller], site: SiteServer) -> None:
    made = feed(site, range(10))
    site.set("/feed/", Resource(made.body, content_type=RSS, headers={"Cache-Control": "max-age=1"}))
    with start(keys='min_interval = "10m"\nmax_interval = "2h"\n') as poller:
        assert poller.poll().wait() >= 300


@pytest.mark.parametrize(("status", "allowed"), [(500, False), (503, False), (404, True), (403, True)])
def test_robots_that_fail_mean_wait_and_robots_that_are_missing_mean_go(
    start: Callable[..., Poller], site: SiteServer, status: int, allowed: bool
) -> None:
    site.set("/feed/", feed(site, [1]))
    site.set("/robots.txt", Resource(status=status))
    with start() as poller:
        polled = poller.poll()
    assert (polled.outcome == "ok") is allowed
    assert (site.count("/feed/") > 0) is allowed
    if not allowed:
        assert polled.run["reasons"] == {"source_robots_unreachable": 1}


def test_no_source_is_ever_abandoned(start: Callable[..., Poller], site: SiteServer) -> None:
    site.set("/feed/", Resource(status=410))
    with start() as poller:
        waits = []
        for _ in range(12):
            polled = poller.poll()
            waits.append(polled.wait())
            poller.advance(polled.wait() + 1)
        assert all(0 < wait <= 86400 + 600 for wait in waits)
        assert waits[-1] >= 3600, "they grow"
        site.set("/feed/", feed(site, [1]))
        polled = poller.poll()
        assert (polled.outcome, polled.source["failures"]) == ("ok", 0)
        assert polled.wait() <= 7500


# --------------------------------------------------------------------------- a no


TELEGRAM = """<html><body><section class="tgme_channel_history">
<div class="tgme_widget_message" data-post="x/1"><div class="tgme_widget_message_text">{title}<br>{text}
<a href="{link}">للمزيد</a></div><time datetime="2026-11-24T08:00:00+00:00"></time></div></section></body></html>"""


@pytest.mark.parametrize("no", ["403", "robots"])
def test_a_no_is_a_no_and_the_fallback_is_used_at_once(start: Callable[..., Poller], site: SiteServer, no: str) -> None:
    title, text = (
        "أنقرة ودمشق تبحثان ضبط الحدود",
        "بحثت أنقرة ودمشق ضبط الحدود المشتركة بين تركيا وسوريا، بحسب بيان صدر اليوم عن الوزارة. " * 3,
    )
    with SiteServer() as other:
        other.set("/s/x", TELEGRAM.format(title=title, text=text, link=f"{other.url}s/x/1"))
        if no == "403":
            site.set("/feed/", Resource(status=403))
        else:
            site.set("/feed/", feed(site, [1]))
            site.set("/robots.txt", Resource("User-agent: *\nDisallow: /feed/\n", content_type="text/plain"))
        with start('kind = "feed"\nurl = "/feed/"', f'kind = "telegram"\nurl = "{other.url}s/x"\nfallback = true') as poller:
            polled = poller.poll()
            assert len(polled.articles) == 1, "the fallback delivers in the same poll"
            first, spare = (next(name for name in polled.sources if kind in name) for kind in (":feed:", ":telegram:"))
            assert polled.wait(first) >= 86000, "it is asked again tomorrow"
            assert polled.wait(spare) <= 7500
            asked = site.count("/feed/")
            poller.advance(polled.wait() + 1)
            assert poller.poll().outcome in ("ok", "not_modified")
            assert site.count("/feed/") == asked
            site.set("/feed/", feed(site, [1, 2]))
            site.remove("/robots.txt")
            poller.advance(days=1, hours=1)
            back = poller.poll()
            assert back.sources[first]["reason"] == ""
            assert {1, 2} <= {int(url.rstrip("/").rsplit("/", 1)[1]) for url in back.articles if url.startswith(site.url)}
            poller.advance(days=1)
            asked = other.count("/s/x")
            poller.poll()
            assert other.count("/s/x") == asked, "the fallback rests again"


# --------------------------------------------------------------------------- gaps


def test_a_window_that_moved_past_us_is_filled_over_older_pages(start: Callable[..., Poller], site: SiteServer) -> None:
    site.set("/feed/", feed(site, range(9, -1, -1)))
    with start() as poller:
        poller.poll()
        poller.advance(hours=6)
        site.set("/feed/", feed(site, range(39, 29, -1)))
        site.set("/feed/?paged=2", feed(site, range(29, 19, -1)))
        site.set("/feed/?paged=3", feed(site, range(19, 9, -1)))
        site.set("/feed/?paged=4", feed(site, range(9, -1, -1)))
        polled = poller.poll()
        assert sorted(numbers(polled)) == list(range(40))
        assert len(polled.articles) == 40, "entries found on two pages count once"
        assert polled.run["reasons"]["gap_closed"] == 1
        assert "was closed over 3 older pages with 20 entries" in polled.run["note"]
        assert polled.source["gap_since"] is None
        poller.advance(minutes=30)
        assert poller.poll().outcome == "not_modified"


def test_a_gap_is_filled_over_wordpress_by_date(start: Callable[..., Poller], site: SiteServer) -> None:
    asked: list[str] = []

    async def posts(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(request.path_qs)
        if "after" not in request.query:
            return web.Response(status=403)
        chosen = range(30, 20, -1) if request.query.get("page", "1") == "1" else range(20, 9, -1)
        rows = [
            {"id": n, "link": f"{site.url}a/{n}/", "title": {"rendered": f"خبر {n}"}, "date_gmt": "2030-01-01T00:00:00"} for n in chosen
        ]
        return web.json_response(rows, headers={"X-WP-TotalPages": "2", "X-WP-Total": "21"})

    feed(site, range(40))
    site.set("/wp-json/wp/v2/posts", posts)
    site.set("/feed/", feed(site, range(9, -1, -1)))
    with start('kind = "feed"\nurl = "/feed/"', 'kind = "wordpress"\nurl = "/wp-json/wp/v2/posts"\nfallback = true') as poller:
        poller.poll()
        poller.advance(hours=6)
        site.set("/feed/", feed(site, range(39, 30, -1)))
        polled = poller.poll()
    assert sorted(numbers(polled)) == list(range(40))
    assert len(asked) == 2
    assert all("after=20" in query for query in asked)


def test_a_gap_is_filled_over_a_sitemap(start: Callable[..., Poller], site: SiteServer) -> None:
    now = datetime.now(UTC)
    feed(site, range(40))
    site.set("/feed/", feed(site, range(9, -1, -1)))
    urls = "".join(
        f"<url><loc>{site.url}a/{n}/</loc><lastmod>{(now - timedelta(minutes=n)).isoformat()}</lastmod></url>" for n in range(40)
    )
    old = "".join(f"<url><loc>{site.url}a/{n}/</loc><lastmod>2019-01-01</lastmod></url>" for n in range(1000, 1200))
    site.set("/sitemap.xml", Resource(f"<urlset>{urls}{old}</urlset>", content_type="application/xml"))
    with start('kind = "feed"\nurl = "/feed/"', 'kind = "sitemap"\nurl = "/sitemap.xml"\nfallback = true') as poller:
        poller.poll()
        poller.advance(hours=6)
        site.set("/feed/", feed(site, range(39, 29, -1)))
        polled = poller.poll()
    assert sorted(numbers(polled)) == list(range(40)), "and nothing of what was there before us"
    assert polled.run["reasons"]["before_watch"] == 200, "which is counted"


def test_a_gap_is_filled_over_pages_of_a_listing(start: Callable[..., Poller], site: SiteServer) -> None:
    def listing(chosen: Sequence[int]) -> str:
        feed(site, chosen)
        return "<html><body>" + "".join(f'<a href="/a/{n}/">وفد تركي في حلب للمرة {n}</a>' for n in chosen) + "</body></html>"

    site.set("/news", listing(range(9, -1, -1)))
    with start('kind = "listing"\nurl = "/news"\narticle = "/a/"\nolder = "/news?page={page}"') as poller:
        poller.poll()
        poller.advance(hours=6)
        site.set("/news", listing(range(29, 19, -1)))
        site.set("/news?page=2", listing(range(19, 9, -1)))
        site.set("/news?page=3", listing(range(9, -1, -1)))
        polled = poller.poll()
    assert sorted(numbers(polled)) == list(range(30))


@pytest.mark.parametrize("limits", [{"extra": "gap_pages = 4"}, {"keys": 'min_interval = "5m"\ngap_pages = 4'}], ids=["of all", "its own"])
def test_a_gap_that_stays_open_is_said(start: Callable[..., Poller], site: SiteServer, limits: dict[str, str]) -> None:
    site.set("/feed/", feed(site, range(3)))
    with start(**limits) as poller:
        poller.poll()
        poller.advance(hours=6)
        site.set("/feed/", feed(site, range(103, 100, -1)))
        for number in range(2, 12):
            site.set(f"/feed/?paged={number}", feed(site, range(100 - 3 * number, 97 - 3 * number, -1)))
        polled = poller.poll()
        assert polled.run["reasons"]["gap_open"] == 1
        assert "may be missing; 4 pages were not enough" in polled.run["note"]
        assert [kind for kind, _ in polled.notices] == ["gap"]
        assert len(polled.articles) == 3 + 3 + 4 * 3
        poller.advance(hours=1)
        assert "gap_open" not in poller.poll().run["reasons"], "it is said once"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Resource(status=503), "http_503"),
        (Resource("<!DOCTYPE html><html><body>no feed</body></html>", content_type="text/html"), "html_not_feed"),
    ],
)
def test_an_older_page_that_cannot_be_read_is_counted(start: Callable[..., Poller], site: SiteServer, page: Resource, reason: str) -> None:
    site.set("/feed/", feed(site, range(3)))
    with start() as poller:
        poller.poll()
        poller.advance(hours=6)
        site.set("/feed/", feed(site, range(103, 100, -1)))
        site.set("/feed/?paged=2", page)
        polled = poller.poll()
    assert polled.run["reasons"] == {"gap_open": 1, f"gap_page_{reason}": 1}


def test_a_gap_whose_filling_was_interrupted_is_filled_later(start: Callable[..., Poller], site: SiteServer) -> None:
    async def hang(request: web.BaseRequest) -> web.StreamResponse:
        import asyncio

        await asyncio.Event().wait()
        return web.Response()

    site.set("/feed/", feed(site, range(9, -1, -1)))
    with start() as poller:
        poller.poll()
        poller.advance(hours=6)
        site.set("/feed/", feed(site, range(29, 19, -1)))
        site.set("/feed/?paged=2", hang)
        poller.kill_during_poll("x", 1.5)
        site.set("/feed/?paged=2", feed(site, range(19, 9, -1)))
        site.set("/feed/?paged=3", feed(site, range(9, -1, -1)))
        poller.advance(minutes=5)
        polled = poller.poll()
    assert sorted(numbers(polled)) == list(range(30))


# --------------------------------------------------------------------------- sitemaps


def sitemap(site: SiteServer, chosen: Sequence[int], lastmod: str = "") -> bytes:
    feed(site, chosen)
    dated = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<urlset>{''.join(f'<url><loc>{site.url}a/{n}/</loc>{dated}</url>' for n in chosen)}</urlset>".encode()


def index(site: SiteServer, *nested: tuple[str, str]) -> Resource:
    parts = "".join(f"<sitemap><loc>{site.url}{name}</loc><lastmod>{at}</lastmod></sitemap>" for name, at in nested)
    return Resource(f"<sitemapindex>{parts}</sitemapindex>", content_type="application/xml")


def test_sitemaps_of_an_index_are_read_and_a_new_one_is_news(start: Callable[..., Poller], site: SiteServer) -> None:
    now = datetime.now(UTC)
    site.set("/2026-10.xml.gz", Resource(gzip.compress(sitemap(site, [1, 2])), content_type="application/gzip"))
    site.set("/2026-11.xml.gz", Resource(gzip.compress(sitemap(site, [3])), content_type="application/gzip"))
    months = [("2026-10.xml.gz", (now - timedelta(days=30)).isoformat()), ("2026-11.xml.gz", now.isoformat())]
    site.set("/sitemap.xml", index(site, *months))
    with start('kind = "sitemap"\nurl = "/sitemap.xml"') as poller:
        first = poller.poll()
        assert (sorted(numbers(first)), first.run["alerted"]) == ([1, 2, 3], 0)
        poller.advance(days=10)
        site.set("/2026-12.xml", Resource(sitemap(site, [4]), content_type="application/xml"))
        site.set("/sitemap.xml", index(site, *months, ("2026-12.xml", (now + timedelta(days=9)).isoformat())))
        polled = poller.poll()
        assert sorted(numbers(polled)) == [1, 2, 3, 4]
        assert polled.run["alerted"] == 1, "what a new sitemap lists is new, not seeding"
        assert site.count("/2026-10.xml.gz") == 1, "a sitemap that has not changed is not asked again"


@pytest.mark.parametrize("limits", [{"extra": "seed_limit = 20"}, {"keys": "seed_limit = 20"}], ids=["of all", "its own"])
def test_a_large_sitemap_is_not_fetched_whole_at_first(start: Callable[..., Poller], site: SiteServer, limits: dict[str, str]) -> None:
    now = datetime.now(UTC)
    urls = "".join(
        f"<url><loc>{site.url}a/{n}/</loc><lastmod>{(now - timedelta(hours=n)).isoformat()}</lastmod></url>" for n in range(3000)
    )
    feed(site, range(20))
    site.set("/sitemap.xml", Resource(f"<urlset>{urls}</urlset>", content_type="application/xml"))
    with start('kind = "sitemap"\nurl = "/sitemap.xml"', **limits) as poller:
        polled = poller.poll()
    assert sorted(numbers(polled)) == list(range(20)), "the newest"
    assert polled.run["reasons"] == {"before_seeding": 2980}


def test_json_feeds_are_feeds(start: Callable[..., Poller], site: SiteServer) -> None:
    feed(site, [1, 2])
    items = [{"id": str(n), "url": f"{site.url}a/{n}/", "title": f"خبر {n}"} for n in (1, 2)]
    body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items})
    site.set("/feed/", Resource(body, content_type="application/feed+json"))
    with start() as poller:
        assert sorted(numbers(poller.poll())) == [1, 2]


# --------------------------------------------------------------------------- moves, health


def test_a_redirect_for_good_that_lasts_changes_the_address(start: Callable[..., Poller], site: SiteServer) -> None:
    with SiteServer() as new:
        new.set("/rss", feed(new, [1]))
        site.set("/feed/", redirect(f"{new.url}rss", status=301))
        with start() as poller:
            for _ in range(5):
                polled = poller.poll()
                assert polled.source["address"] is None
                poller.advance(hours=5.5)
            polled = poller.poll()
            assert polled.source["address"] == f"{new.url}rss"
            assert [kind for kind, _ in polled.notices] == ["moved"]
            assert f"{new.url}rss" in polled.notices[0][1]
            site.set("/feed/", Resource(status=500))
            poller.advance(hours=3)
            assert poller.poll().outcome == "not_modified", "the old address is no longer needed"
            new.set("/rss", feed(new, [2, 1]))
            poller.advance(hours=3)
            assert len(poller.poll().articles) == 2


def test_failing_is_told_once_and_so_is_the_recovery(start: Callable[..., Poller], site: SiteServer) -> None:
    site.set("/feed/", feed(site, [1]))
    with start() as poller:
        poller.poll()
        site.set("/feed/", Resource(status=500))
        kinds: list[list[str]] = []
        for _ in range(6):
            poller.advance(hours=3)
            polled = poller.poll()
            kinds.append([kind for kind, _ in polled.notices])
            assert polled.outlet["state"] == "failing"
        assert kinds == [[], [], ["failing"], ["failing"], ["failing"], ["failing"]]
        poller.restart()
        poller.advance(hours=3)
        assert len(poller.poll().notices) == 1, "a restart tells nothing again"
        site.set("/feed/", feed(site, [1]))
        poller.advance(hours=3)
        polled = poller.poll()
    assert [kind for kind, _ in polled.notices] == ["failing", "recovered"]
    assert (polled.outlet["state"], polled.conditions) == ("ok", [])


def test_pages_without_articles_are_noticed(start: Callable[..., Poller], site: SiteServer) -> None:
    made = feed(site, range(15))
    for number in range(15):
        site.set(f"/a/{number}/", "<html><head><title>x</title></head><body><div id='app'></div></body></html>")
    site.set("/feed/", made)
    with start() as poller:
        polled = poller.poll()
    assert polled.conditions == ["thinning"]
    assert polled.outlet["state"] == "thinning"


def test_entries_dated_ahead_are_noticed(start: Callable[..., Poller], site: SiteServer) -> None:
    ahead = {number: datetime.now(UTC) + timedelta(hours=3) for number in range(6)}
    site.set("/feed/", feed(site, range(6), dates=ahead))
    with start() as poller:
        polled = poller.poll()
    assert polled.conditions == ["clock_skew"]


def test_silence_is_told_by_the_outlet_s_own_rhythm_and_so_is_its_end(start: Callable[..., Poller], site: SiteServer) -> None:
    """Two and a half days with four articles an hour, then none: a quiet hour is no silence, a quiet half day is."""
    shown: list[int] = []
    with start() as poller:
        for hour in range(60):
            shown[:0] = range(4 * hour + 3, 4 * hour - 1, -1)
            site.set("/feed/", feed(site, shown[:20]))
            polled = poller.poll()
            poller.advance(hours=1)
        assert polled.conditions == []
        poller.advance(hours=1)
        assert poller.poll().conditions == []
        poller.advance(hours=10)
        silent = poller.poll()
        assert silent.conditions == ["silent"]
        assert silent.outcome == "not_modified", "it answers all the time"
        assert "nothing new since" in silent.outlet["reason"]
        poller.advance(hours=1)
        poller.poll()
        shown[:0] = [999]
        site.set("/feed/", feed(site, shown[:20]))
        poller.advance(hours=1)
        polled = poller.poll()
    assert polled.conditions == []
    assert [kind for kind, _ in polled.notices] == ["silent", "recovered"]
    assert len(polled.articles) == 241


def test_entries_of_a_feed_and_its_twin_addresses_count_once(start: Callable[..., Poller], site: SiteServer) -> None:
    made = feed(site, [1, 2])
    text = made.read().decode()
    base = f"{site.url}a/1/"
    for twin in (f"{base}?utm_source=rss&utm_medium=feed", f"{base}#comments", f"{base}amp/", base.rstrip("/")):
        text = text.replace("</channel>", f"<item><title>x</title><link>{twin.replace('&', '&amp;')}</link></item></channel>")
    site.set("/feed/", Resource(text, content_type=RSS))
    with start() as poller:
        polled = poller.poll()
    assert sorted(numbers(polled)) == [1, 2]
    assert polled.run["new"] == 2
