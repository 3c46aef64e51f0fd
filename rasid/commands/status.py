"""``rasid status``: how the outlets and the outbox are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.model import Outlet
from rasid import wiring
from rasid.terminal import clock_time, iso, print_json, print_table, say

if TYPE_CHECKING:
    from core.model import Source
    from storage import Store
    from storage.health import HostState, OpenCondition
    from storage.polls import SourceState


def run(path: Path | None, *, as_json: bool) -> None:
    """Prints the state. Raises ConfigError and StoreError."""
    config = wiring.read_config(path)
    store = wiring.open_configured_store(config)
    state = gather(store, wiring.known_outlets(config, store))
    if as_json:
        print_json(state)
        return
    daemon = state["daemon"]["pid"]
    say(f"daemon: {f'running (process {daemon})' if daemon else 'not running'}")
    columns = ("outlet", "state", "since", "last poll", "outcome", "next poll", "articles", "reason")
    print_table("outlets", columns, map(_cells, state["outlets"]))
    if state["hosts"]:
        rows = [(host["host"], _short(host["held_until"]), _short(host["distrusted_at"]), host["note"]) for host in state["hosts"]]
        print_table("hosts", ("host", "left alone until", "validators lied", "note"), rows)
    rows = [(channel, *(counts.get(name, 0) for name in ("pending", "delivered", "dead"))) for channel, counts in state["outbox"].items()]
    print_table("outbox", ("channel", "pending", "delivered", "dead"), rows)


def gather(store: Store, outlets: list[Outlet]) -> dict[str, Any]:
    """The state as a JSON-ready mapping."""
    from storage import articles, entries, health, outbox, polls
    from storage.lock import holder

    with store.read() as connection:
        states = polls.load_outlets(connection)
        runs = polls.last_runs(connection)
        stored = articles.count_articles(connection)
        waiting = entries.count_states(connection)
        depth = {channel: dict(counts) for channel, counts in outbox.depth(connection).items()}
        conditions = health.load_conditions(connection)
        sources = polls.load_sources(connection, [outlet.id for outlet in outlets])
        hosts = [_host(host) for host in health.load_hosts(connection).values()]
    rows = [
        _outlet(outlet, states.get(outlet.id), runs.get(outlet.id), stored, waiting)
        | {"conditions": [_condition(item) for item in conditions.get(outlet.id, [])]}
        | {"sources": [_source(source, sources.get(source.id)) for source in outlet.sources]}
        for outlet in outlets
    ]
    return {"daemon": {"pid": holder(store)}, "outlets": rows, "hosts": hosts, "outbox": depth}


def _condition(item: OpenCondition) -> dict[str, Any]:
    told = _iso(item.told_at)
    return {"condition": item.condition, "reason": item.reason, "since": _iso(item.since_at), "told_at": told}


def _source(source: Source, state: SourceState | None) -> dict[str, Any]:
    """``state``: new, ok, or the reason why it could not be read."""
    found = {"id": source.id, "kind": source.kind.value, "url": source.url, "fallback": source.fallback}
    if state is None:
        return found | {"state": "new"}
    return found | {
        "state": state.reason or "ok",
        "address": state.address,
        "status": state.last_status,
        "failures": state.failures,
        "since": _iso(state.failing_since),
        "entries": state.entries,
        "last_poll_at": _iso(state.last_polled_at),
        "last_ok_at": _iso(state.last_ok_at),
        "last_new_at": _iso(state.last_new_at),
        "newest_entry_at": _iso(state.newest_entry_at),
        "next_poll_at": _iso(state.next_poll_at),
        "gap_since": _iso(state.gap_since),
    }


def _host(state: HostState) -> dict[str, Any]:
    held, distrusted = _iso(state.held_until), _iso(state.distrusted_at)
    return {"host": state.host, "held_until": held, "lies": state.lies, "distrusted_at": distrusted, "note": state.note}


def _outlet(outlet: Outlet, state: Any, run: Any, stored: Mapping[str, int], waiting: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    name, reason = ("new", "") if state is None else (state.state, state.reason)
    if not outlet.enabled:
        name, reason = "disabled", "enabled = false"
    elif outlet.needs_address:
        name, reason = "needs_address", f"run 'rasid outlets check {outlet.id}' or give it a home"
    return {
        "id": outlet.id,
        "name": outlet.name,
        "state": name,
        "reason": reason,
        "since": _iso(state.state_since) if state else None,
        "last_poll_at": _iso(state.last_poll_at) if state else None,
        "last_ok_at": _iso(state.last_ok_at) if state else None,
        "next_poll_at": _iso(state.next_poll_at) if state else None,
        "failures": state.failures if state else 0,
        "last_outcome": run.outcome.value if run else None,
        "last_counts": {n: getattr(run, n) for n in ("seen", "new", "known", "revised", "filtered", "failed", "pending")} if run else {},
        "last_reasons": dict(run.reasons) if run else {},
        "articles": stored.get(outlet.id, 0),
        "entries": dict(waiting.get(outlet.id, {})),
    }


def _cells(row: Mapping[str, Any]) -> tuple[object, ...]:
    last, upcoming = row["last_poll_at"], row["next_poll_at"]
    since = _short(row["since"])
    return (row["id"], row["state"], since, _short(last), row["last_outcome"] or "–", _short(upcoming), row["articles"], row["reason"])


def _short(iso: str | None) -> str:
    from datetime import datetime

    return clock_time(datetime.fromisoformat(iso)) if iso else "–"


def _iso(value: Any) -> str | None:
    return None if value is None else iso(value)
