"""Pruning: articles deleted a second, how long the write lock was held at most, and how long somebody who writes beside it waited at most.

usage: python -m bench.pruning [--rows 40000] [--postgres postgresql+psycopg://…]

Articles of 2 KB with 32 bands, a match, an entry and 80 indexed words each; half of them are old enough to go, one old one in twenty was
alerted of and stays. The one who writes beside it does so 20 times a second, as a daemon does.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from bench.search import BATCH, NOW, texts
from storage import Store, open_store
from storage.pruning import prune
from storage.schema import alerts, articles, bands, entries, matches, meta, search_texts, stories

BEFORE = NOW - timedelta(days=180)
EVERY = 0.05


class Timed(Store):
    """Knows how long its transactions lasted, and how long they waited for the lock."""

    def __init__(self, store: Store) -> None:
        self.engine, self.instance = store.engine, store.instance
        self.held: list[float] = []
        self.waited: list[float] = []

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        asked = time.perf_counter()
        with super().begin() as connection:
            connection.execute(text("select 1"))  # SQLite's BEGIN comes with the first statement
            begun = time.perf_counter()
            yield connection
        self.waited.append(begun - asked)
        self.held.append(time.perf_counter() - begun)


def fill(store: Store, rows: int) -> None:
    chance, words = random.Random(5), texts(rows, 80)
    for start in range(1, rows + 1, BATCH):
        numbers = range(start, min(start + BATCH, rows + 1))
        with store.begin() as connection:
            connection.execute(stories.insert(), [{"id": n, "title": "s", "first_seen_at": NOW, "last_seen_at": NOW} for n in numbers])
            connection.execute(articles.insert(), [_article(n, rows) for n in numbers])
            connection.execute(bands.insert(), [{"band": chance.getrandbits(62), "article": n} for n in numbers for _ in range(32)])
            connection.execute(matches.insert(), [_match(n) for n in numbers])
            connection.execute(entries.insert(), [_entry(n) for n in numbers])
            connection.execute(
                search_texts.insert(), [dict(zip(("article", "title", "body"), (n, *next(words)), strict=True)) for n in numbers]
            )
            told = [{"story": n, "topic": "t", "article": n, "created_at": NOW} for n in numbers if n % 20 == 0]
            connection.execute(alerts.insert(), told)


def _article(number: int, rows: int) -> dict[str, object]:
    key, at = number.to_bytes(16, "big"), NOW - timedelta(days=360 * (1 - number / rows))
    return {
        "id": number, "outlet": "wire", "url": f"https://e.org/{number}", "url_key": key, "title": "t", "title_key": key,
        "body": "b" * 2000, "words": 300,
        "first_seen_at": at, "fetched_at": at, "authors": [], "tags": [], "cited_sources": [], "content_hash": key,
        "fingerprint": b"x" * 512, "story": number, "verdict": "new", "repeats": number - 1 if number % 7 == 0 else None, "provenance": {},
        "notes": [],
    }  # fmt: skip


def _match(number: int) -> dict[str, object]:
    return {"article": number, "topic": "t", "score": 0.5, "reason": "r", "evidence": [], "matched_at": NOW}


def _entry(number: int) -> dict[str, object]:
    key, url = number.to_bytes(16, "big"), f"https://e.org/{number}"
    return {"key": key, "outlet": "wire", "source": "s", "url": url, "state": "stored", "first_seen_at": NOW, "article": number}


def write(store: Store, stop: threading.Event) -> None:
    number = 0
    while not stop.wait(EVERY):
        number += 1
        with store.begin() as connection:
            connection.execute(meta.insert().values(key=f"bench {number}", value="x"))


def measure(label: str, url: str, rows: int) -> None:
    fill(store := open_store(url), rows)
    ours, other, stop = Timed(store), Timed(open_store(url)), threading.Event()
    beside = threading.Thread(target=write, args=(other, stop))
    beside.start()
    began = time.perf_counter()
    gone = prune(ours, before=BEFORE).articles
    took = time.perf_counter() - began
    stop.set()
    beside.join()
    locked, waited = sum(ours.held), max(other.waited) * 1e3
    print(f"{label}: {gone} of {rows} articles pruned in {took:.1f} s, {gone / took:.0f} a second, {gone / locked:.0f} a second of lock")
    print(
        f"the lock was held {max(ours.held) * 1e3:.0f} ms at most; of {len(other.waited)} writes beside it none waited over {waited:.0f} ms"
    )
    other.close()
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--postgres", help="address of an empty database")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'bench.db'}", options.rows)
    if options.postgres:
        measure("PostgreSQL", options.postgres, options.rows)


if __name__ == "__main__":
    main()
