"""The date corpus (tests/data/dates/dates.jsonl): none may be wrong, and few may be missed; plus what the corpus cannot say."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.normalise.calendar_days import from_jalali
from crawler.normalise.dates import date_in_url, parse_date
from crawler.normalise.parsed_date import ParsedDate

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data" / "dates"
ROWS, HELD_OUT = (
    [json.loads(line) for line in DATA.joinpath(name).read_text("utf-8").splitlines()] for name in ("dates.jsonl", "held_out.jsonl")
)


def shown(parsed: ParsedDate) -> str | None:
    if parsed.at is None:
        return None
    return parsed.at.strftime("%Y-%m-%d" if parsed.precision == "day" else "%Y-%m-%dT%H:%M:%SZ")


def read(row: dict) -> str | None:
    now = datetime.fromisoformat(row["now"])
    return shown(parse_date(row["text"], now=now, zone=row.get("zone"), zone_override=row.get("zone_override")))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_reads_every_date_of_the_corpus(row: dict) -> None:
    assert read(row) == row["at"]


def test_reads_the_held_out_part_without_a_wrong_date() -> None:
    answers = [(row["text"], read(row), row["at"]) for row in HELD_OUT]
    assert [answer for answer in answers if answer[1] not in (None, answer[2])] == []
    missed = [answer for answer in answers if answer[1] is None and answer[2] is not None]
    assert len(missed) <= 0.05 * len(HELD_OUT), missed


def test_the_corpus_is_large_and_a_third_is_held_out() -> None:
    assert len(ROWS) + len(HELD_OUT) >= 420
    assert len(HELD_OUT) >= (len(ROWS) + len(HELD_OUT)) / 3
    assert all(row["why"] for row in (*ROWS, *HELD_OUT))


def test_says_why_a_date_is_unknown() -> None:
    notes = {
        "12 كانون الثاني/ديسمبر 2022": "the two month names disagree",
        "الاثنين 24 من حزيران": "no year",
        "26 Kasım 2026": "in the future",
        "09/10/26": "the year has two digits",
        "2026-01-11 10:30 XYZT": "unknown zone 'xyzt'",
        "6/7/2024 10:30:00 AM": "day and month cannot be told apart",
        "22-24 تشرين الثاني 2024": "a range of days",
        "وُقّعت الاتفاقية في 24 حزيران 2025 بحضور وزيري الدفاع": "a sentence about a day",
    }
    assert {text: parse_date(text, now=NOW).note for text in notes} == notes


def test_a_time_without_a_zone_is_utc_with_a_note() -> None:
    assert parse_date("05/10/2026 18:40", now=NOW) == ParsedDate(
        datetime(2026, 10, 5, 18, 40, tzinfo=UTC), "minute", "no zone, read as UTC"
    )
    assert parse_date("05/10/2026 18:40", now=NOW, zone="Europe/Istanbul").note is None


def test_a_day_of_the_region_that_has_begun_there_is_not_in_the_future() -> None:
    late = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    assert parse_date("25 Kasım 2026", now=late, zone="Europe/Istanbul").at == datetime(2026, 11, 25, tzinfo=UTC)
    assert parse_date("25 Kasım 2026", now=late, zone="Europe/London").at is None


def test_an_update_label_is_told() -> None:
    assert parse_date("Güncelleme: 12 Ocak 2026 10:30", now=NOW, zone="Europe/Istanbul").note == "labelled as an update"
    assert parse_date("1 saat önce güncellendi", now=NOW).note == "labelled as an update"


def test_a_weekday_tells_day_and_month_apart_or_refuses() -> None:
    assert parse_date("Saturday 10/03/2026", now=NOW).at == datetime(2026, 10, 3, tzinfo=UTC)
    assert parse_date("الثلاثاء 10/03/2026", now=NOW).at == datetime(2026, 3, 10, tzinfo=UTC)
    assert parse_date("الأحد 10/03/2026", now=NOW).at is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.arab48.com/أخبار/2026/10/09/عنوان", date(2026, 10, 9)),
        ("https://turkeyalaan.net/2024/6/5/slug/", date(2024, 6, 5)),
        ("https://example.org/2026-10-09/x", date(2026, 10, 9)),
        ("https://example.org/news/20261009/x", date(2026, 10, 9)),
        ("https://example.org/news/20261009", date(2026, 10, 9)),
        ("https://example.org/2026/10/x", None),
        ("https://example.org/2026/13/09/x", None),
        ("https://example.org/x-2026-10-09-y", None),
        ("https://example.org/2026/10/09/a/2026/10/11/b", None),
        ("https://example.org/x?d=/2026/10/09/", None),
        ("https://example.org/12345678", None),
    ],
)
def test_finds_the_day_in_an_address(url: str, expected: date | None) -> None:
    assert date_in_url(url) == expected


def test_jalali_new_years() -> None:
    march = {1399: 20, 1400: 21, 1403: 20, 1404: 21, 1405: 21, 1408: 20, 1409: 21}
    assert {year: from_jalali(year, 1, 1) for year in march} == {year: date(year + 621, 3, day) for year, day in march.items()}


@given(st.dates(date(1996, 1, 1), date(2026, 11, 23)))
def test_jalali_round_trip_is_monotonous(day: date) -> None:
    year, month, on = _to_jalali(day)
    assert from_jalali(year, month, on) == day


def _to_jalali(day: date) -> tuple[int, int, int]:
    year = day.year - 621
    if day < from_jalali(year, 1, 1):
        year -= 1
    passed = (day - from_jalali(year, 1, 1)).days
    return (year, passed // 31 + 1, passed % 31 + 1) if passed < 186 else (year, (passed - 186) // 30 + 7, (passed - 186) % 30 + 1)


@given(st.text(max_size=200))
def test_any_text_gives_a_value(text: str) -> None:
    parsed = parse_date(text, now=NOW)
    assert parsed.at is None or parsed.at <= NOW + timedelta(hours=15)


@given(st.text(alphabet="0123456789 /:-.TZم صمساء أيارمايو ago önce JanuaryMayGMT+", max_size=40))
def test_any_date_like_text_gives_a_value(text: str) -> None:
    parsed = parse_date(text, now=NOW, zone="Europe/Istanbul")
    assert parsed.at is None or parsed.at.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["1 saat " * 22 + "x", "منذ " + "1 ساعة و" * 18 + "x", "منذ " + "ساعة ونصف " * 15, "bir " * 39, "1 mart " * 22]
)
def test_long_repetitions_are_refused_without_trying_every_split(text: str) -> None:
    assert parse_date(text, now=NOW).at is None
