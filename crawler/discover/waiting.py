"""How long a server wants us to wait, as its caching headers say it (RFC 9111 §4.2.1, §4.2.3, §5.3). Pure.

What we keep is kept for ourselves alone, so ``s-maxage``, which is meant for caches that many share, says nothing to us.
``private`` is the one directive we read against the letter: it would allow us to keep the answer, but it comes from session
handling by default (PHP sends ``private, max-age=10800``) and says nothing about when news appear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MOST = 7 * 86400.0  # seconds
_DIRECTIVE = re.compile(r'([\w-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s,;]*))?')
_NEVER = frozenset({"no-store", "no-cache", "private"})
_SECONDS = re.compile(r"[0-9]+")


def wanted_wait(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds, at most 7 days, that the answer stays fresh: ``max-age``, else ``Expires`` less ``Date``, either less ``Age``.

    0 where the headers say nothing, or nothing that makes sense. Names of headers in any case. ``now``: aware, for a missing ``Date``.
    """
    values = {name.lower(): value for name, value in headers.items()}
    control = _directives(values.get("cache-control", ""))
    if _NEVER.intersection(control):
        return 0.0
    expires, date, age = (values.get(name, "") for name in ("expires", "date", "age"))
    lifetime = _seconds(control["max-age"]) if "max-age" in control else _lifetime(expires, date, now)
    return min(max(lifetime - _seconds(age), 0.0), MOST)


def _directives(control: str) -> dict[str, str]:
    """Each directive with its value; the first counts where one is repeated (RFC 9111 §4.2.1)."""
    found: dict[str, str] = {}
    for name, value in _DIRECTIVE.findall(control):
        found.setdefault(name.lower(), value.strip('"'))
    return found


def _seconds(text: str) -> float:
    """A count of seconds, however large (RFC 9111 §1.2.2); 0 for what is none."""
    found = text.strip()
    return float(found[:12]) if _SECONDS.fullmatch(found) else 0.0


def _lifetime(expires: str, date: str, now: datetime) -> float:
    """``Expires`` as a time span. An invalid one, ``0`` above all, lies in the past (RFC 9111 §5.3)."""
    expires_at = _instant(expires)
    return 0.0 if expires_at is None else (expires_at - (_instant(date) or now)).total_seconds()


def _instant(text: str) -> datetime | None:
    """An HTTP date; one without a zone is in GMT (RFC 9110 §5.6.7)."""
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
