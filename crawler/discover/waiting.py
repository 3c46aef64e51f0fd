"""How long a server wants us to wait, as its caching headers say it (RFC 9111 §4.2.1). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

MOST = 7 * 86400.0  # seconds
_MAX_AGE = re.compile(r"(?:^|,)\s*max-age\s*=\s*\"?(\d{1,12})\"?\s*(?=,|$)", re.IGNORECASE)
_NEVER = re.compile(r"(?:^|,)\s*(?:no-store|no-cache|must-understand)\b", re.IGNORECASE)


def wanted_wait(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds that the answer stays fresh: ``max-age`` less ``Age``, else ``Expires``; 0 where neither says anything useful.

    ``headers`` by name in lower case. ``s-maxage`` is for caches that many share; we are none.
    """
    control = headers.get("cache-control", "")
    if _NEVER.search(control):
        return 0.0
    found = _MAX_AGE.search(control)
    if found is not None:
        return _bounded(float(found[1]) - _age(headers.get("age", "")))
    if not headers.get("expires"):
        return 0.0
    expires_at, sent_at = _instant(headers["expires"]), _instant(headers.get("date", "")) or now
    return 0.0 if expires_at is None else _bounded((expires_at - sent_at).total_seconds())


def _age(text: str) -> float:
    return float(text) if text.strip().isdigit() and len(text) < 12 else 0.0


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), MOST)


def _instant(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return at if at.tzinfo is not None else None
