"""Retry-After in both its forms, and what only looks like one of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core.retry_after import retry_after_seconds

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("999999", 86400.0),
        ("9" * 5000, 86400.0),
        ("Tue, 24 Nov 2026 09:01:00 GMT", 60.0),
        ("Tue, 24 Nov 2026 09:01:00 -0000", 60.0),
        ("Tue, 24 Nov 2026 12:01:00 +0300", 60.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400.0),
        ("soon", None),
        ("", None),
        (None, None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("٣٠", None),
        ("Tue, 24 Nov 99999999999999999999 09:01:00 GMT", None),
    ],
)
def test_seconds_of_a_header(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds
