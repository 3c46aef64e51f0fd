"""``rasid polls``: the ledger. What every poll saw, and what became of each entry."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from core.model import PollRun
from rasid import wiring
from rasid.terminal import clock_time, print_json, print_table

_COUNTS = ("seen", "new", "known", "revised", "filtered", "failed", "pending", "alerted")


def show(path: Path | None, outlet: str | None, *, limit: int, as_json: bool) -> None:
    """Prints poll runs, newest first. Raises UsageError for an unknown outlet."""
    from storage import polls

    config = wiring.read_config(path)
    store = wiring.open_configured_store(config)
    if outlet is not None:
        wiring.choose_outlet(wiring.known_outlets(config, store), outlet)
    with store.read() as connection:
        runs = polls.list_runs(connection, outlet, limit=limit)
    if as_json:
        print_json([_row(run) for run in runs])
        return
    print_table("polls", ("began", "outlet", "outcome", *_COUNTS, "reasons", "note"), map(_cells, runs))


def _row(run: PollRun) -> dict[str, object]:
    return asdict(run) | {"outcome": run.outcome.value}


def _cells(run: PollRun) -> tuple[object, ...]:
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(run.reasons.items()))
    return (clock_time(run.started_at), run.outlet, run.outcome.value, *(getattr(run, name) for name in _COUNTS), reasons, run.note)
