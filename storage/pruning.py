"""Deletes what is old, in batches of a transaction each, so that others write meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage import articles, polls
from storage.engine import Store, give_way

_BATCH = 100
_RUNS = 5000


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much is gone."""

    runs: int
    articles: int


def prune(store: Store, *, before: datetime) -> Pruned:
    """Deletes poll runs from before the instant, and articles first seen before it that nobody was alerted of or has judged."""
    return Pruned(_prune_runs(store, before), _prune_articles(store, before))


def _prune_runs(store: Store, before: datetime) -> int:
    gone = 0
    while True:
        with store.begin() as connection:
            done = polls.prune_runs(connection, before=before, limit=_RUNS)
        gone += done
        if done < _RUNS:
            return gone
        give_way()


def _prune_articles(store: Store, before: datetime) -> int:
    with store.read() as connection:
        old = articles.find_prunable(connection, before=before)
    gone = 0
    for start in range(0, len(old), _BATCH):
        with store.begin() as connection:
            gone += articles.prune_articles(connection, old[start : start + _BATCH])
        give_way()
    return gone
