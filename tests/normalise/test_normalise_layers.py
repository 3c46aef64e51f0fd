"""Feed, page and address of one article: who is believed when they differ, and what is left unknown."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.model import Entry, Outlet, RawArticle, Source, SourceKind
from crawler.normalise.layers import Dates, agree, find_dates
from crawler.normalise.parsed_date import ParsedDate

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
OUTLET = Outlet(id="taif_post", name="طيف بوست", home="https://taif.example/", languages=("ar",), zone="Europe/Istanbul")
PLAIN = "https://taif.example/12"
DATED = "https://taif.example/2026/10/09/x"


def dates(feed: str | None = None, page: str | None = None, url: str = PLAIN, *, layer: str = "json-ld", **fields: Any) -> Dates:
    raw = RawArticle(url=url, title="x", paragraphs=(), published=page, provenance={"published": layer}, **fields)
    source = Source(id="s", kind=SourceKind.FEED, url="https://taif.example/feed", zone="Europe/Istanbul")
    entry = Entry(url=url, published=feed) if feed else None
    return find_dates(raw, entry=entry, source=source, outlet=OUTLET, url=url, now=NOW)


@pytest.mark.parametrize(
    ("feed", "page", "url"),
    [
        ("Fri, 09 Oct 2026 23:30:00 +0300", "2026-10-10", PLAIN),
        ("Fri, 09 Oct 2026 20:30:00 GMT", "2026-10-09T23:30:00Z", PLAIN),
        ("Fri, 09 Oct 2026 20:30:00 GMT", "10 تشرين الأول 2026 08:00", DATED),
        ("Fri, 09 Oct 2026 20:30:00 GMT", None, "https://taif.example/2026/10/10/x"),
        ("Fri, 09 Oct 2026 20:30:00 GMT", "10 Ekim 2026 20:00", PLAIN),
    ],
)
def test_zones_and_days_are_no_conflict(feed: str, page: str | None, url: str) -> None:
    found = dates(feed, page, url)
    assert (found.published_at, found.layer, found.notes) == (
        datetime(2026, 10, 9, 20, 30, tzinfo=UTC),
        "feed",
        (),
    )


def test_two_layers_that_conflict_leave_the_date_unknown() -> None:
    found = dates("Fri, 09 Oct 2026 20:30:00 GMT", "2024-11-22T10:00:00Z")
    assert (found.published_at, found.layer) == (None, None)
    assert found.notes == ("published_at: page says 2024-11-22, feed says 2026-10-09", "published_at: the layers conflict")


@pytest.mark.parametrize(
    ("feed", "page", "at", "layer"),
    [
        ("Fri, 09 Oct 2026 07:00:00 GMT", "2024-11-22T10:00:00Z", datetime(2026, 10, 9, 7, tzinfo=UTC), "feed"),
        ("Fri, 22 Nov 2024 10:00:00 GMT", "2026-10-09T07:00:00Z", datetime(2026, 10, 9, 7, tzinfo=UTC), "page"),
        ("09/10/2026", "2026-10-09T07:00:00Z", datetime(2026, 10, 9, 7, tzinfo=UTC), "page"),
    ],
)
def test_the_address_takes_a_side(feed: str, page: str, at: datetime, layer: str) -> None:
    found = dates(feed, page, DATED)
    assert (found.published_at, found.layer) == (at, layer)


def test_feed_and_page_outvote_the_address() -> None:
    found = dates("Fri, 09 Oct 2026 07:00:00 GMT", "9 Ekim 2026 10:00", "https://taif.example/2023/01/01/x")
    assert (found.published_at, found.layer) == (datetime(2026, 10, 9, 7, tzinfo=UTC), "feed")
    assert found.notes == (
        "published_at: url says 2023-01-01, feed says 2026-10-09",
        "published_at: url says 2023-01-01, page says 2026-10-09",
    )


def test_three_that_all_differ_leave_the_date_unknown() -> None:
    found = dates("Fri, 09 Oct 2026 07:00:00 GMT", "2026-10-02T07:00:00Z", "https://taif.example/2026/10/05/x")
    assert found.published_at is None


def test_three_that_drift_apart_by_days_leave_the_date_unknown() -> None:
    found = dates("Thu, 08 Oct 2026 06:00:00 GMT", "2026-10-10T20:00:00Z", "https://taif.example/2026/10/09/x")
    assert found.published_at is None


def test_a_feed_that_gives_the_date_of_the_last_change_is_not_believed() -> None:
    found = dates("Fri, 09 Oct 2026 07:00:00 GMT", "2026-10-05T06:00:00Z", modified="2026-10-09T07:00:30Z")
    assert (found.published_at, found.layer) == (datetime(2026, 10, 5, 6, tzinfo=UTC), "page")
    assert found.modified_at == datetime(2026, 10, 9, 7, 0, 30, tzinfo=UTC)
    assert "published_at: feed: the date of the last change" in found.notes


def test_a_date_in_the_visible_text_that_names_today_is_a_clock() -> None:
    found = dates("Fri, 09 Oct 2026 07:00:00 GMT", "24 تشرين الثاني 2026", layer="text")
    assert (found.published_at, found.layer) == (datetime(2026, 10, 9, 7, tzinfo=UTC), "feed")
    assert dates("Fri, 09 Oct 2026 07:00:00 GMT", "24 تشرين الثاني 2026", layer="json-ld").published_at is None


def test_a_stamp_of_an_update_is_the_date_of_the_change_and_nothing_else() -> None:
    found = dates("Fri, 09 Oct 2026 07:00:00 GMT", "Güncelleme: 12 Ekim 2026 10:30")
    assert (found.published_at, found.modified_at) == (datetime(2026, 10, 9, 7, tzinfo=UTC), datetime(2026, 10, 12, 7, 30, tzinfo=UTC))


def test_a_change_before_the_publication_is_unknown() -> None:
    found = dates(page="2026-10-09T07:00:00Z", modified="2025-01-01T00:00:00Z")
    assert (found.published_at, found.modified_at) == (datetime(2026, 10, 9, 7, tzinfo=UTC), None)
    assert found.notes == ("modified_at: 2025-01-01 is before the publication",)


@pytest.mark.parametrize(
    ("text", "note"), [("12 كانون الثاني/ديسمبر 2026", "the two month names disagree"), ("2027-01-01", "in the future")]
)
def test_an_unreadable_change_is_noted(text: str, note: str) -> None:
    found = dates(page="2026-10-09T07:00:00Z", modified=text)
    assert (found.modified_at, found.notes) == (None, (f"modified_at: {note}",))


def test_agreement_is_symmetric_and_knows_days() -> None:
    day = ParsedDate(datetime(2026, 10, 9, tzinfo=UTC), "day")
    late, too_late, early = (ParsedDate(datetime(2026, 10, on, hour, tzinfo=UTC)) for on, hour in ((10, 23), (11, 1), (7, 23)))
    assert [agree(day, late), agree(late, day)] == [True, True]
    assert [agree(day, too_late), agree(too_late, day)] == [False, False]
    assert [agree(day, early), agree(early, day)] == [False, False]
    assert not agree(day, ParsedDate(None))
