"""Which sources a poll asks and which sitemaps of an index it opens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.model import Listing, Nested, Outlet, Source, SourceKind
from crawler.choosing import in_use, nested_sources, sources_to_ask
from crawler.poll import SourceState, Visit, visit_source

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ONE = Source("x:1", SourceKind.FEED, "https://x.example/1")
TWO = Source("x:2", SourceKind.FEED, "https://x.example/2")
SPARE = Source("x:t", SourceKind.TELEGRAM, "https://t.me/s/x", fallback=True)
OUTLET = Outlet("x", "X", None, ("ar",), (ONE, TWO, SPARE))
INDEX = Source("x:map", SourceKind.SITEMAP, "https://x.example/sitemap.xml", article="/news/")


def state(source: Source, reason: str = "", minutes: float | None = None) -> SourceState:
    due = None if minutes is None else NOW + timedelta(minutes=minutes)
    return SourceState(source.id, "x", source.url, reason=reason, next_poll_at=due)


def due(known: SourceState | None) -> bool:
    return known is None or known.next_poll_at is None or known.next_poll_at <= NOW


def test_only_what_is_due_is_asked() -> None:
    states = {ONE.id: state(ONE, minutes=-1), TWO.id: state(TWO, minutes=30)}
    assert sources_to_ask(OUTLET, states, is_due=due) == (ONE,)
    assert sources_to_ask(OUTLET, {}, is_due=due) == (ONE, TWO), "what was never asked is due"


def test_a_poll_asks_at_least_one() -> None:
    states = {ONE.id: state(ONE, minutes=20), TWO.id: state(TWO, minutes=10)}
    assert sources_to_ask(OUTLET, states, is_due=due) == (TWO,)


def test_the_fallback_is_used_when_every_other_source_fails() -> None:
    one_fails = {ONE.id: state(ONE, "http_403"), TWO.id: state(TWO)}
    both_fail = {ONE.id: state(ONE, "http_403"), TWO.id: state(TWO, "timeout")}
    assert in_use(OUTLET, one_fails) == (ONE, TWO)
    assert in_use(OUTLET, both_fail) == (ONE, TWO, SPARE), "the others are not given up"
    assert in_use(OUTLET, {}) == (ONE, TWO)


def parse(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def visit(*, seeding: bool) -> Visit:
    known = SourceState(INDEX.id, "x", INDEX.url, first_polled_at=NOW - timedelta(days=10), last_ok_at=None if seeding else NOW)
    return visit_source(INDEX, known, "x")


def index(*nested: tuple[str, str | None]) -> Listing:
    return Listing((), nested=tuple(Nested(f"https://x.example/{name}.xml", modified) for name, modified in nested))


def names(sources: tuple[Source, ...]) -> list[str]:
    return [source.url.rsplit("/", 1)[1].removesuffix(".xml") for source in sources]


def test_a_first_reading_opens_the_newest_sitemaps() -> None:
    listing = index(
        ("2019", "2019-12-31"), ("2026-10", "2026-10-31"), ("2026-11", "2026-11-24"), ("2025", "2025-12-31"), ("2024", "2024-12-31")
    )
    chosen = nested_sources(visit(seeding=True), listing, {}, parse)
    assert names(chosen) == ["2026-11", "2026-10", "2025"]
    assert {source.article for source in chosen} == {"/news/"}, "they are read as the index says"
    assert chosen[0].id == f"{INDEX.id}#https://x.example/2026-11.xml"


def test_later_only_what_has_changed_is_opened() -> None:
    listing = index(("2019", "2019-12-31"), ("2026-11", "2026-11-24"), ("2026-12", "2026-12-01"))
    read = SourceState(
        f"{INDEX.id}#https://x.example/2026-11.xml", "x", "https://x.example/2026-11.xml", last_ok_at=NOW + timedelta(days=6)
    )
    assert names(nested_sources(visit(seeding=False), listing, {read.id: read}, parse)) == ["2026-12"]
    assert names(nested_sources(visit(seeding=False), listing, {}, parse)) == ["2026-12", "2026-11"], "2019 was there before us"


def test_without_dates_news_and_both_ends_are_opened() -> None:
    listing = index(("pages", None), ("posts-1", None), ("posts-2", None), ("news", None), ("posts-3", None))
    assert names(nested_sources(visit(seeding=False), listing, {}, parse)) == ["news", "posts-3", "pages"]


def test_sitemaps_without_dates_are_asked_again_when_the_index_is_unchanged() -> None:
    undated = SourceState(f"{INDEX.id}#https://x.example/news.xml", "x", "https://x.example/news.xml", last_ok_at=NOW)
    stranger = SourceState("y#z", "y", "https://y.example/z.xml")
    found = nested_sources(visit(seeding=False), None, {undated.id: undated, stranger.id: stranger}, parse)
    assert names(found) == ["news"]
