"""``rasid status``: how the outlets and the outbox are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.model import Outlet
from rasid import wiring
from rasid.terminal import clock_time, print_json, print_table, say

if TYPE_CHECKING:
    from storage import Store


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
    print_table("outlets", ("outlet", "state", "last poll", "outcome", "next poll", "articles", "reason"), map(_cells, state["outlets"]))
    rows = [(channel, *(counts.get(name, 0) for name in ("pending", "delivered", "dead"))) for channel, counts in state["outbox"].items()]
    print_table("outbox", ("channel", "pending", "delivered", "dead"), rows)


def gather(store: Store, outlets: list[Outlet]) -> dict[str, Any]:
    """The state as a JSON-ready mapping."""
    from storage import articles, entries, outbox, polls
    from storage.lock import holder

    with store.begin() as connection:
        states = polls.load_outlets(connection)
        runs = polls.last_runs(connection)
        stored = articles.count_articles(connection)
        waiting = entries.count_states(connection)
        depth = {channel: dict(counts) for channel, counts in outbox.depth(connection).items()}
    rows = [_outlet(outlet, states.get(outlet.id), runs.get(outlet.id), stored, waiting) for outlet in outlets]
    return {"daemon": {"pid": holder(store)}, "outlets": rows, "outbox": depth}


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
    return (row["id"], row["state"], _short(last), row["last_outcome"] or "–", _short(upcoming), row["articles"], row["reason"])


def _short(iso: str | None) -> str:
    from datetime import datetime

    return clock_time(datetime.fromisoformat(iso)) if iso else "–"


def _iso(value: Any) -> str | None:
    return None if value is None else str(value.isoformat())
