"""``rasid outlets``: list, show, check."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.clock import SystemClock
from core.config import Config
from core.errors import RasidError, SourceError
from core.model import Listing, Outlet, Source
from rasid import wiring
from rasid.terminal import configure_logs, print_json, print_table, say

if TYPE_CHECKING:
    from spiders.fetch import Fetched
    from storage import Store


@dataclass(frozen=True, slots=True)
class Check:
    """What one address of an outlet answered. ``verdict``: ok, empty, identity_lost, failed or needs_address."""

    outlet: str
    address: str
    kind: str
    status: int | None
    entries: int | None
    newest_at: datetime | None
    verdict: str
    note: str = ""


def show_all(path: Path | None, *, as_json: bool) -> None:
    config = wiring.read_config(path)
    rows = [_row(outlet) for outlet in wiring.known_outlets(config, wiring.open_configured_store(config))]
    if as_json:
        print_json(rows)
        return
    columns = ("id", "name", "languages", "sources", "state", "home")
    print_table("outlets", columns, [[row[column] for column in columns] for row in rows])


def show_one(path: Path | None, outlet_id: str) -> None:
    config = wiring.read_config(path)
    outlet = wiring.choose_outlet(wiring.known_outlets(config, wiring.open_configured_store(config)), outlet_id)
    print_json(asdict(outlet) | {"state": _state(outlet)})


def check(path: Path | None, ids: Sequence[str], *, as_json: bool) -> None:
    """Checks and prints. Raises RasidError when a checked outlet cannot be read."""
    from spiders.reactor import run_in_reactor

    configure_logs(logging.ERROR)
    config = wiring.read_config(path)
    store = wiring.open_configured_store(config)
    outlets = wiring.known_outlets(config, store)
    chosen = [wiring.choose_outlet(outlets, outlet_id) for outlet_id in ids] or [outlet for outlet in outlets if outlet.enabled]
    checks = run_in_reactor(lambda stop: _check_all(config, store, chosen), allow_private=config.polling.allow_private_addresses)
    if as_json:
        print_json([asdict(item) for item in checks])
    else:
        _print(checks)
    bad = sorted({item.outlet for item in checks if item.verdict in ("failed", "identity_lost")})
    if bad:
        raise RasidError(f"not readable: {', '.join(bad)}; the notes say why")


async def _check_all(config: Config, store: Store, outlets: Sequence[Outlet]) -> list[Check]:
    from spiders.fetch import fetch

    context = wiring.build_context(config, store)
    homes = [home for outlet in outlets for home in _homes(outlet)]
    answers = await fetch(context, homes)
    found = [_find_home(store, outlet, answers) for outlet in outlets]
    sources = [source.url for outlet, _ in found for source in outlet.sources if not outlet.needs_address]
    answers.update(await fetch(context, sources))
    return [item for outlet, home in found for item in (*home, *_check_sources(outlet, answers))]


def _homes(outlet: Outlet) -> tuple[str, ...]:
    return (outlet.home,) if outlet.home else outlet.candidate_homes


def _find_home(store: Store, outlet: Outlet, answers: Mapping[str, Fetched]) -> tuple[Outlet, list[Check]]:
    """The outlet, with the first candidate home that shows its identity when it had none; and what its homes answered."""
    checks = [_check_home(outlet, answers[home]) for home in _homes(outlet)]
    if not outlet.needs_address:
        return outlet, [item for item in checks if item.verdict != "failed"]
    if not checks:
        note = "no address is known; give it a home in rasid.toml"
        return outlet, [Check(outlet.id, "–", "home", None, None, None, "needs_address", note)]
    good = next((item.address for item in checks if item.verdict == "ok"), None)
    if good is None:
        return outlet, [replace(item, verdict="needs_address") for item in checks]
    _remember_home(store, outlet.id, good)
    return wiring.with_home(outlet, good), [item for item in checks if item.address == good]


def _check_home(outlet: Outlet, answer: Fetched) -> Check:
    from spiders.outlet import shows_identity

    if not answer.ok:
        return Check(outlet.id, answer.asked, "home", answer.status, None, None, "failed", answer.sentence)
    shown = not outlet.identity or shows_identity(answer.body, outlet.identity)
    note = "" if shown else f"does not show {' / '.join(outlet.identity)!r}"
    return Check(outlet.id, answer.asked, "home", answer.status, None, None, "ok" if shown else "identity_lost", note)


def _remember_home(store: Store, outlet_id: str, home: str) -> None:
    from storage import polls

    with store.begin() as connection:
        state = polls.load_outlet(connection, outlet_id)
        polls.save_outlets(connection, [replace(state, home=home, identity_at=SystemClock().now())])


def _check_sources(outlet: Outlet, answers: Mapping[str, Fetched]) -> list[Check]:
    if outlet.needs_address:
        return []
    return [_check_source(outlet, source, answers[source.url]) for source in outlet.sources]


def _check_source(outlet: Outlet, source: Source, answer: Fetched) -> Check:
    from crawler.discover import read

    if not answer.ok:
        return Check(outlet.id, source.url, source.kind.value, answer.status, None, None, "failed", answer.sentence)
    try:
        listing = read(source.kind, answer.body, url=answer.url, source=source, content_type=answer.content_type)
    except SourceError as error:
        return Check(outlet.id, source.url, source.kind.value, answer.status, None, None, "failed", str(error))
    verdict = "ok" if listing.entries else "empty"
    return Check(
        outlet.id, source.url, source.kind.value, 200, len(listing.entries), _newest(listing, source), verdict, "; ".join(listing.notes)
    )


def _newest(listing: Listing, source: Source) -> datetime | None:
    from crawler.normalise.dates import parse_date

    now = SystemClock().now()
    texts = [entry.published for entry in listing.entries if entry.published]
    dates = [parse_date(text, now=now, zone=source.zone, zone_override=source.zone_override).at for text in texts]
    return max((at for at in dates if at is not None), default=None)


def _print(checks: Sequence[Check]) -> None:
    now = SystemClock().now()
    rows = [
        (
            item.outlet,
            item.verdict,
            item.kind,
            item.status or "–",
            "–" if item.entries is None else item.entries,
            _age(item.newest_at, now),
            item.address,
            item.note,
        )
        for item in checks
    ]
    print_table("sources", ("outlet", "verdict", "kind", "status", "entries", "newest", "address", "note"), rows)
    say(f"{sum(item.verdict == 'ok' for item in checks)} of {len(checks)} addresses are all right")


def _age(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "–"
    minutes = int((now - at).total_seconds() // 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"


def _row(outlet: Outlet) -> dict[str, Any]:
    kinds = ", ".join(source.kind.value for source in outlet.sources)
    languages = ", ".join(outlet.languages)
    name = outlet.name
    return {"id": outlet.id, "name": name, "languages": languages, "sources": kinds, "state": _state(outlet), "home": outlet.home or "–"}


def _state(outlet: Outlet) -> str:
    if not outlet.enabled:
        return "disabled"
    return "needs_address" if outlet.needs_address else "enabled"
