"""``rasid db``: the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from core.clock import SystemClock
from core.errors import UsageError
from core.settings import parse_age
from rasid import wiring
from rasid.terminal import say


def upgrade(path: Path | None) -> None:
    from storage.engine import current_revision

    store = wiring.open_configured_store(wiring.read_config(path))
    say(f"the database is at {current_revision(store.engine)}")


def backup(path: Path | None, target: Path) -> None:
    from storage.engine import backup

    backup(wiring.open_configured_store(wiring.read_config(path)), target)
    say(f"written: {target}")


def prune(path: Path | None, older_than: str) -> None:
    """Raises UsageError for an unreadable age."""
    from storage import pruning

    before = SystemClock().now() - _age(older_than)
    gone = pruning.prune(wiring.open_configured_store(wiring.read_config(path)), before=before)
    say(f"deleted: {gone.runs} poll runs, {gone.articles} articles")


def _age(text: str) -> timedelta:
    try:
        return parse_age(text)
    except ValueError:
        raise UsageError(f"--older-than {text!r} is not an age; write it like 180d") from None
