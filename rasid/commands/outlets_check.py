"""``rasid outlets check``: asks every address of the outlets once and says how each of them is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from core.clock import SystemClock
from core.config import Config
from core.errors import RasidError, SourceError
from core.model import Listing, Outlet, Source, SourceKind
from rasid import wiring
from rasid.terminal import configure_logs, print_json, print_table, say

if TYPE_CHECKING:
    from spiders.fetch import Fetched
    from storage import Store

STALE_AFTER = timedelta(days=14)
_MOST_DATES = 1000
"""Of a larger sitemap only so many are read, those that sort last: sitemaps write their dates so that they sort."""
_UNREADABLE = ("failed", "refused")
_BAD = (*_UNREADABLE, "identity_lost")


@dataclass(frozen=True, slots=True)
class Check:
    """What one address of an outlet answered.

    ``verdict``: ok, empty, stale (newest entry older than 14 days), refused (by status or robots.txt), moved (for good, to ``final_url``),
    failed, identity_lost or needs_address. ``robots``: ok, denied, unreachable, none, or None when it was never asked.
    ``identity``: whether the home page shows the outlet's words, ok or lost; None when it has none or did not answer.
    """

    outlet: str
    address: str
    kind: str
    status: int | None
    entries: int | None
    newest_at: datetime | None
    verdict: str
    note: str = ""
    robots: str | None = None
    identity: str | None = None
    final_url: str | None = None


def check(path: Path | None, ids: Sequence[str], *, as_json: bool) -> None:
    """Checks and prints. Raises RasidError when a checked outlet cannot be read."""
    from spiders.reactor import run_in_reactor

    configure_logs(logging.ERROR)
    config = wiring.read_config(path)
    store = wiring.open_configured_store(config)
    outlets = wiring.known_outlets(config, store)
    chosen = [wiring.choose_outlet(outlets, outlet_id) for outlet_id in ids] or [outlet for outlet in outlets if outlet.enabled]
    checks = run_in_reactor(lambda stop: _check_all(config, store, chosen, stop), allow_private=config.polling.allow_private_addresses)
    if as_json:
        print_json([asdict(item) for item in checks])
    else:
        _print(checks)
    bad = sorted({item.outlet for item in checks if item.verdict in _BAD})
    if bad:
        raise RasidError(f"not readable: {', '.join(bad)}; the notes say why")


def newest_instant(listing: Listing, now: datetime, *, zone: str | None = None, zone_override: str | None = None) -> datetime | None:
    """The newest date of the entries: published, changed, or the day in the address; None when there is none."""
    from crawler.normalise.dates import date_in_url, parse_date

    texts = {text for entry in listing.entries if (text := entry.published or entry.modified)}
    if not texts:
        days = (date_in_url(entry.url) for entry in listing.entries)
        return max((datetime.combine(day, time(), UTC) for day in days if day is not None and day <= now.date()), default=None)
    last = sorted(texts, reverse=True)[:_MOST_DATES] if len(texts) > _MOST_DATES else texts
    dates = (parse_date(text, now=now, zone=zone, zone_override=zone_override).at for text in last)
    return max((at for at in dates if at is not None), default=None)


def format_age(at: datetime | None, now: datetime) -> str:
    """``35 min``, ``5 h``, ``3 d``, or a dash."""
    if at is None:
        return "–"
    minutes = int((now - at).total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"


# --------------------------------------------------------------------------- asking


async def _check_all(config: Config, store: Store, outlets: Sequence[Outlet], stop: asyncio.Event) -> list[Check]:
    from spiders.fetch import fetch

    context = wiring.build_context(config, store)
    homes = [home for outlet in outlets for home in _homes(outlet)]
    answers = await fetch(context, homes, stop=stop)
    found = [_find_home(store, outlet, answers) for outlet in outlets]
    sources = [source.url for outlet, _ in found for source in outlet.sources if not outlet.needs_address]
    answers.update(await fetch(context, sources, stop=stop))
    return [item for outlet, home in found for item in (*home, *_check_sources(outlet, answers))]


def _homes(outlet: Outlet) -> tuple[str, ...]:
    return (outlet.home,) if outlet.home else outlet.candidate_homes


def _find_home(store: Store, outlet: Outlet, answers: Mapping[str, Fetched]) -> tuple[Outlet, list[Check]]:
    """The outlet, with the first candidate home that shows its identity when it had none; and what its homes answered."""
    checks = [_check_home(outlet, answers[home]) for home in _homes(outlet)]
    if not outlet.needs_address:
        return outlet, [item for item in checks if item.verdict not in _UNREADABLE]
    if not checks:
        note = "no address is known; give it a home in rasid.toml"
        return outlet, [Check(outlet.id, "–", "home", None, None, None, "needs_address", note)]
    good = next((item for item in checks if item.verdict in ("ok", "moved")), None)
    if good is None:
        return outlet, [replace(item, verdict="needs_address") for item in checks]
    _remember_home(store, outlet.id, good.address)
    return wiring.with_home(outlet, good.address), [good]


def _remember_home(store: Store, outlet_id: str, home: str) -> None:
    from storage import polls

    with store.begin() as connection:
        state = polls.load_outlet(connection, outlet_id)
        polls.save_outlets(connection, [replace(state, home=home, identity_at=SystemClock().now())])


# --------------------------------------------------------------------------- judging


def _check_home(outlet: Outlet, answer: Fetched) -> Check:
    row = _row(outlet, answer, "home")
    if not answer.ok:
        return row
    row = replace(row, identity=_identity(outlet, answer))
    if row.identity == "lost":
        return replace(row, verdict="identity_lost", note=f"does not show {' / '.join(outlet.identity)!r}")
    return _moved_or_ok(row, answer, [])


def _identity(outlet: Outlet, home: Fetched | None) -> str | None:
    from spiders.outlet import shows_identity

    if home is None or not home.ok or not outlet.identity:
        return None
    return "ok" if shows_identity(home.body, outlet.identity) else "lost"


def _check_sources(outlet: Outlet, answers: Mapping[str, Fetched]) -> list[Check]:
    if outlet.needs_address:
        return []
    home = answers.get(outlet.home) if outlet.home else None
    identity = _identity(outlet, home)
    rows = [replace(_check_source(outlet, source, answers[source.url]), identity=identity) for source in outlet.sources]
    return [_with_announced(row, source, home) for row, source in zip(rows, outlet.sources, strict=True)]


def _check_source(outlet: Outlet, source: Source, answer: Fetched) -> Check:
    from crawler.discover import read

    row = _row(outlet, answer, source.kind.value)
    if not answer.ok:
        return row
    try:
        listing = read(source.kind, answer.body, url=answer.url, source=source, content_type=answer.content_type)
    except SourceError as error:
        return replace(row, verdict="failed", note=str(error))
    now = SystemClock().now()
    newest_at = newest_instant(listing, now, zone=source.zone, zone_override=source.zone_override)
    row = replace(row, entries=len(listing.entries), newest_at=newest_at)
    notes = [*listing.notes, *([f"an index of {len(listing.nested)} sitemaps"] if listing.nested else [])]
    if not listing.entries and not listing.nested:
        return replace(row, verdict="empty", note="; ".join(notes))
    if newest_at is not None and now - newest_at > STALE_AFTER:
        return replace(row, verdict="stale", note="; ".join([f"its newest entry is {(now - newest_at).days} days old", *notes]))
    return _moved_or_ok(row, answer, notes)


def _row(outlet: Outlet, answer: Fetched, kind: str) -> Check:
    """What is the same for all: a bad answer is judged here, a good one by the caller."""
    verdict = "ok" if answer.ok else "refused" if answer.refused else "failed"
    row = Check(outlet.id, answer.asked, kind, answer.status, None, None, verdict, answer.sentence)
    return replace(row, robots=answer.robots, final_url=answer.url)


def _moved_or_ok(row: Check, answer: Fetched, notes: Sequence[str]) -> Check:
    if not answer.moved:
        return replace(row, verdict="ok", note="; ".join(notes))
    return replace(row, verdict="moved", note="; ".join([f"moved for good to {answer.url}; write that into its definition", *notes]))


def _with_announced(row: Check, source: Source, home: Fetched | None) -> Check:
    """A feed that does not work, with the feeds that the home page announces instead."""
    from crawler.discover import feed_links

    if source.kind is not SourceKind.FEED or row.verdict not in ("failed", "empty", "stale") or home is None or not home.ok:
        return row
    others = [link for link in feed_links(home.body, home.url) if link not in (row.address, row.final_url)][:3]
    return replace(row, note="; ".join([row.note, f"the home page announces {', '.join(others)}"])) if others else row


def _print(checks: Sequence[Check]) -> None:
    now = SystemClock().now()
    rows = [
        (
            item.outlet,
            item.verdict,
            item.kind,
            item.status or "–",
            "–" if item.entries is None else item.entries,
            format_age(item.newest_at, now),
            item.robots or "–",
            item.identity or "–",
            item.address,
            item.note,
        )
        for item in checks
    ]
    columns = ("outlet", "verdict", "kind", "status", "entries", "newest", "robots", "identity", "address", "note")
    print_table("sources", columns, rows)
    say(f"{sum(item.verdict == 'ok' for item in checks)} of {len(checks)} addresses are all right")
