"""Where older entries are looked for, how far, and when a gap is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.model import Entry, Listing, Outlet, Source, SourceKind
from crawler.gaps import GapWalk, describe_gap, is_exposed, is_gap, second_paths
from crawler.poll import SourceState, Visit, visit_source

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SINCE = NOW - timedelta(hours=6)
FEED = Source("x:feed", SourceKind.FEED, "https://x.example/feed/")
WORDPRESS = Source("x:wp", SourceKind.WORDPRESS, "https://x.example/wp-json/wp/v2/posts")
SITEMAP = Source("x:map", SourceKind.SITEMAP, "https://x.example/sitemap.xml")
LISTING = Source("x:list", SourceKind.LISTING, "https://x.example/news", older="/news?page={page}")


def outlet(*sources: Source) -> Outlet:
    return Outlet("x", "X", None, ("ar",), sources)


def visit(source: Source = FEED, **changes: Any) -> Visit:
    state = SourceState(source.id, "x", source.url, last_ok_at=SINCE, body_hash=b"x")
    made = visit_source(source, state, "x")
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def listing(*urls: str) -> Listing:
    return Listing(tuple(Entry(url) for url in urls))


def walk(*sources: Source, limit: int = 10, read: Listing | None = None) -> GapWalk:
    return GapWalk(outlet(*sources), visit(sources[0]), SINCE, limit, read, sources[0].url)


def go(machine: GapWalk, found: Mapping[str, tuple[int, int] | None]) -> list[str]:
    """Walks; ``found`` gives (known, new) for each address, None for one that cannot be read. Returns the addresses asked."""
    asked = []
    while (step := machine.next_step()) is not None:
        asked.append(step.url)
        seen = found.get(step.url)
        if seen is None:
            machine.failed()
        else:
            machine.read(
                listing(*(f"https://x.example/{len(asked)}/{n}" for n in range(3))), {}, known=seen[0], new=seen[1], oldest_at=None
            )
    return asked


@pytest.mark.parametrize(
    ("changes", "before", "expected"),
    [
        ({"new": 10, "known": 0}, {}, True),
        ({"new": 9, "known": 1}, {}, False),
        ({"new": 0, "known": 0}, {}, False),
        ({"new": 10, "known": 0, "seeding": True}, {}, False),
        ({"new": 0, "known": 10}, {"gap_since": SINCE}, True),
    ],
)
def test_a_gap_is_when_nothing_was_known(changes: dict[str, Any], before: dict[str, Any], expected: bool) -> None:
    state = SourceState("x:feed", "x", FEED.url, last_ok_at=SINCE, **before)
    made = visit_source(FEED, state, "x")
    for name, value in changes.items():
        setattr(made, name, value)
    assert is_gap(made) is expected


def test_the_surest_path_comes_first() -> None:
    whole = outlet(FEED, LISTING, SITEMAP, WORDPRESS)
    assert [source.kind.value for source in second_paths(whole, FEED)] == ["wordpress", "feed", "sitemap", "listing"]
    assert [source.kind.value for source in second_paths(whole, WORDPRESS)] == ["wordpress", "sitemap", "listing"]
    assert list(second_paths(outlet(SITEMAP), SITEMAP)) == []


def test_older_pages_until_known_ground() -> None:
    machine = walk(FEED)
    asked = go(machine, {"https://x.example/feed/?paged=2": (0, 10), "https://x.example/feed/?paged=3": (4, 6)})
    assert asked == ["https://x.example/feed/?paged=2", "https://x.example/feed/?paged=3"]
    assert machine.closed
    assert machine.found == 16
    assert "closed over 2 older pages with 16 entries" in describe_gap(machine)


def test_a_feed_that_repeats_itself_has_no_older_pages_and_the_next_path_is_taken() -> None:
    machine = walk(FEED, SITEMAP)
    asked = go(machine, {"https://x.example/feed/?paged=2": (0, 0), SITEMAP.url: (30, 7)})
    assert asked == ["https://x.example/feed/?paged=2", SITEMAP.url]
    assert machine.closed


def test_a_path_that_fails_is_left_for_the_next_one() -> None:
    machine = walk(FEED, LISTING)
    asked = go(machine, {"https://x.example/feed/?paged=2": None, LISTING.url: (0, 5), "https://x.example/news?page=2": (1, 5)})
    assert asked == ["https://x.example/feed/?paged=2", LISTING.url, "https://x.example/news?page=2"]
    assert machine.closed


def test_wordpress_is_asked_by_date_to_its_last_page() -> None:
    machine = walk(FEED, WORDPRESS)
    step = machine.next_step()
    assert step is not None
    assert step.url.startswith("https://x.example/wp-json/wp/v2/posts?")
    assert "after=2026-11-24T02%3A00%3A00" in step.url or "after=2026-11-24T02:00:00" in step.url, "with a margin for clocks that differ"
    machine.read(listing("https://x.example/1"), {"x-wp-totalpages": "2"}, known=0, new=100, oldest_at=None)
    second = machine.next_step()
    assert second is not None
    assert "page=2" in second.url
    machine.read(listing("https://x.example/2"), {"x-wp-totalpages": "2"}, known=0, new=20, oldest_at=None)
    assert machine.closed, "everything since then has been listed, though none of it was known"


def test_an_entry_older_than_the_last_reading_is_known_ground_too() -> None:
    machine = walk(FEED)
    assert machine.next_step() is not None
    machine.read(listing("https://x.example/1"), {}, known=0, new=3, oldest_at=SINCE - timedelta(hours=2))
    assert machine.closed


def test_the_limit_is_kept_and_said() -> None:
    machine = walk(FEED, SITEMAP, limit=3)
    asked = go(machine, {f"https://x.example/feed/?paged={page}": (0, 10) for page in range(2, 99)})
    assert len(asked) == 3
    assert not machine.closed
    assert "entries since 2026-11-24 03:00 UTC may be missing; 3 pages were not enough (30 were found)" in describe_gap(machine)


def test_no_path_is_said_too() -> None:
    machine = walk(FEED)
    assert go(machine, {"https://x.example/feed/?paged=2": (0, 0)}) == ["https://x.example/feed/?paged=2"]
    assert "no second path leads further back" in describe_gap(machine)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ((FEED,), True),
        ((FEED, replace(FEED, id="x:other")), True),
        ((replace(FEED, older="/feed/?paged={page}"),), False),
        ((FEED, WORDPRESS), False),
        ((FEED, SITEMAP), False),
        ((FEED, LISTING), False),
        ((replace(LISTING, older=None), FEED), True),
        ((replace(LISTING, older=None), SITEMAP), False),
        ((LISTING,), False),
        ((WORDPRESS,), False),
        ((SITEMAP,), False),
        ((Source("x:t", SourceKind.TELEGRAM, "https://t.me/s/x"), FEED), False),
    ],
)
def test_a_source_is_exposed_where_nothing_else_keeps_older_entries(sources: tuple[Source, ...], expected: bool) -> None:
    assert is_exposed(outlet(*sources), sources[0]) is expected
