"""What a server's caching headers ask for, in seconds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discover import wanted_wait

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WEEK = 7 * 86400.0


def wait(**headers: str) -> float:
    return wanted_wait({name.replace("_", "-"): value for name, value in headers.items()}, NOW)


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ("max-age=600", 600.0),
        ("public, MAX-AGE=600, must-revalidate", 600.0),
        ('max-age="600"', 600.0),
        ("max-age = 600", 600.0),
        ("s-maxage=900, max-age=60", 60.0),
        ("s-maxage=900", 0.0),
        ("max-age=60, max-age=900", 60.0),
        ('community="a, max-age=900", max-age=5', 5.0),
        ("max-age=600, no-cache", 0.0),
        ("no-store, max-age=600", 0.0),
        ("private, max-age=10800", 0.0),
        ("no-cache=set-cookie, max-age=600", 0.0),
        ("max-age=0", 0.0),
        ("max-age=-5", 0.0),
        ("max-age=abc", 0.0),
        ("max-age", 0.0),
        ("max-age=1.5", 0.0),
        ("x-max-age=600", 0.0),
        ("max-age=99999999999999999999", WEEK),
        ("max-age=604801", WEEK),
        ("", 0.0),
    ],
)
def test_cache_control(control: str, seconds: float) -> None:
    assert wait(Cache_Control=control) == seconds


@pytest.mark.parametrize(("age", "seconds"), [("100", 500.0), ("600", 0.0), ("9999", 0.0), ("-5", 600.0), ("x", 600.0), ("", 600.0)])
def test_age_has_passed_already(age: str, seconds: float) -> None:
    assert wait(cache_control="max-age=600", age=age) == seconds


def test_names_in_any_case() -> None:
    assert wanted_wait({"CACHE-CONTROL": "max-age=60", "aGe": "10"}, NOW) == 50.0


@pytest.mark.parametrize(
    ("expires", "date", "seconds"),
    [
        ("Tue, 24 Nov 2026 12:10:00 GMT", "Tue, 24 Nov 2026 12:00:00 GMT", 600.0),
        ("Tue, 24 Nov 2026 12:10:00 GMT", "Tue, 24 Nov 2026 12:09:00 GMT", 60.0),
        ("Tue, 24 Nov 2026 12:10:00 GMT", "", 600.0),
        ("Tue, 24 Nov 2026 12:10:00 GMT", "yesterday", 600.0),
        ("Tue, 24 Nov 2026 12:10:00", "", 600.0),
        ("Tue Nov 24 12:10:00 2026", "", 600.0),
        ("Tuesday, 24-Nov-26 12:10:00 GMT", "", 600.0),
        ("Tue, 24 Nov 2026 15:10:00 +0300", "", 600.0),
        ("Thu, 19 Nov 1981 08:52:00 GMT", "", 0.0),
        ("Fri, 01 Jan 2038 00:00:00 GMT", "", WEEK),
        ("0", "", 0.0),
        ("-1", "", 0.0),
        ("", "", 0.0),
        ("Tue, 99 Nov 2026 99:10:00 GMT", "", 0.0),
        ("Tue, 24 Nov 99999999999 12:10:00 GMT", "", 0.0),
        ("Tue, 24 Nov 2026 12:10:00 +999999", "", 0.0),
    ],
)
def test_expires(expires: str, date: str, seconds: float) -> None:
    assert wait(expires=expires, date=date) == seconds


def test_max_age_goes_before_expires_even_where_it_makes_no_sense() -> None:
    later = "Tue, 24 Nov 2026 13:00:00 GMT"
    assert wait(cache_control="max-age=60", expires=later) == 60.0
    assert wait(cache_control="max-age=x", expires=later) == 0.0
    assert wait(cache_control="no-cache", expires=later) == 0.0
    assert wait(cache_control="public", expires=later, age="600") == 3000.0


def test_nothing_asked_for() -> None:
    assert wait() == 0.0


@given(st.dictionaries(st.sampled_from(["cache-control", "expires", "date", "age"]), st.text(max_size=60)))
def test_any_headers_give_a_sensible_number(headers: dict[str, str]) -> None:
    assert 0.0 <= wanted_wait(headers, NOW) <= WEEK


@given(st.sampled_from(["max-age=", "Tue, 24 Nov ", ""]), st.text("0123456789-+:. GMT", max_size=40))
def test_numbers_and_dates_of_any_shape_give_a_sensible_number(start: str, rest: str) -> None:
    assert (
        0.0
        <= wanted_wait({"cache-control": start + rest if start == "max-age=" else "", "expires": start + rest, "age": rest}, NOW)
        <= WEEK
    )
