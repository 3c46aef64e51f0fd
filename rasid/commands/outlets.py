"""``rasid outlets``: list, show. Checking and adding have modules of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.model import Outlet
from rasid import wiring
from rasid.terminal import print_json, print_table


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


def _row(outlet: Outlet) -> dict[str, Any]:
    kinds = _kinds(outlet)
    languages = ", ".join(outlet.languages)
    name = outlet.name
    return {"id": outlet.id, "name": name, "languages": languages, "sources": kinds, "state": _state(outlet), "home": outlet.home or "–"}


def _kinds(outlet: Outlet) -> str:
    """``feed ×2, telegram as fallback``."""
    counts = Counter((source.kind.value, " as fallback" if source.fallback else "") for source in outlet.sources)
    return ", ".join(f"{kind}{'' if count == 1 else f' ×{count}'}{fallback}" for (kind, fallback), count in counts.items())


def _state(outlet: Outlet) -> str:
    if not outlet.enabled:
        return "disabled"
    return "needs_address" if outlet.needs_address else "enabled"
