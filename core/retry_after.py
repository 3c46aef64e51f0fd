"""What a server means that asks to be left alone for a while. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 24 * 3600.0
"""Seconds; a server asked for 88 hours once."""


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header in either form (RFC 9110 §10.2.3), at the most a day; None when it is neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()), LONGEST)
