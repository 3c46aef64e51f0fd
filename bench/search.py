"""Full-text search: milliseconds a query, newest first and ranked, over synthetic articles in SQLite, and in PostgreSQL where one is given.

usage: python -m bench.search [--rows 100000] [--large] [--postgres postgresql+psycopg://…] [--rounds 9]

Rows are 80 words of a skewed vocabulary of Arabic and Latin words with clitics and suffixes; some are the names that the queries ask for.
``--large``: a million rows of 25 words.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from core.query import parse_query, search_words
from storage import Store, open_store, search
from storage.schema import articles, search_texts, stories

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
BATCH = 1000
SYLLABLES = "با تي رو سن كا لم هو دي فر قا شم جو نر عل حا مي طب غر".split()
LATIN = "ka ri no te su la mi do ge ba ler un in dir sa".split()
PREFIXES = ("", "", "", "", "ال", "ال", "و", "وال", "ب", "بال", "لل", "ل", "ف")
SUFFIXES = ("", "", "", "", "'nin", "de", "den", "ye", "li", "ler")
NAMES = {"common": ("سوريا", 0.2), "second": ("تركيا", 0.15), "mid": ("عفرين", 0.01), "rare": ("قنيطرة", 0.0002), "latin": ("Suriye", 0.1)}
QUERIES = {
    "rare word": "قنيطرة",
    "common word": "سوريا",
    "two common, AND": "سوريا تركيا",
    "common + mid": "سوريا عفرين",
    "Latin word (a beginning)": "suriye",
    "two scripts, OR": "سوريا OR Suriye",
    "phrase": '"شمال سوريا"',
    "prefix": "سور*",
    "nothing": "لاشيءكهذا",
    "four words": "سوريا تركيا عفرين شمال",
}


def texts(rows: int, words: int) -> Iterator[tuple[str, str]]:
    """Title and body as they are indexed."""
    chance = random.Random(11)
    arabic = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(30_000)]
    latin = ["".join(chance.choices(LATIN, k=chance.randint(2, 4))) for _ in range(8_000)]
    for _ in range(rows):
        turkish = chance.random() < 0.25
        source, glue = (latin, SUFFIXES) if turkish else (arabic, PREFIXES)
        chosen = [source[int(len(source) * chance.random() ** 4)] for _ in range(words)]
        chosen = [word + chance.choice(glue) if turkish else chance.choice(glue) + word for word in chosen]
        for name, share in NAMES.values():
            if chance.random() < share:
                place = chance.randrange(1, words)
                chosen[place] = name if name.isascii() else chance.choice(PREFIXES[:9]) + name
                if name == "سوريا" and chance.random() < 0.3:
                    chosen[place - 1 : place + 1] = ["شمال", name]
        yield search_words(" ".join(chosen[:10])), search_words(" ".join(chosen[10:]))


def fill(store: Store, rows: int, words: int) -> float:
    """Stores the rows; returns the seconds that the index and its texts took."""
    spent = 0.0
    made = texts(rows, words)
    with store.begin() as connection:
        connection.execute(stories.insert().values(id=1, title="s", first_seen_at=NOW, last_seen_at=NOW))
    for start in range(0, rows, BATCH):
        batch = [next(made) for _ in range(min(BATCH, rows - start))]
        numbers = range(start + 1, start + 1 + len(batch))
        with store.begin() as connection:
            connection.execute(articles.insert(), [_row(number, batch[i][0]) for i, number in enumerate(numbers)])
            began = time.perf_counter()
            rest = [{"article": number, "title": batch[i][0], "body": batch[i][1]} for i, number in enumerate(numbers)]
            connection.execute(search_texts.insert(), rest)
            spent += time.perf_counter() - began
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
    return spent


def _row(number: int, title: str) -> dict[str, object]:
    key, at = number.to_bytes(16, "big"), NOW + timedelta(seconds=number)
    return {
        "id": number, "outlet": "wire", "url": f"https://e.org/{number}", "url_key": key, "title": title, "title_key": key, "body": "",
        "words": 0, "first_seen_at": at, "fetched_at": at, "authors": [], "tags": [], "cited_sources": [], "content_hash": key,
        "fingerprint": b"",         "story": 1, "verdict": "new", "provenance": {}, "notes": [],
    }  # fmt: skip


def measure(store: Store, label: str, rounds: int) -> None:
    print(f"{label:28s} {'newest 20':>10s} {'[max]':>9s} {'ranked':>10s} {'[max]':>9s}  found")
    medians: dict[bool, list[float]] = {False: [], True: []}
    for name, typed in QUERIES.items():
        cells = []
        for ranked in (False, True):
            times = []
            for _ in range(rounds):
                with store.read() as connection:
                    began = time.perf_counter()
                    found = search.find(connection, parse_query(typed), ranked=ranked)
                    times.append((time.perf_counter() - began) * 1e3)
            medians[ranked].append(statistics.median(times))
            cells.append(f"{statistics.median(times):8.2f}ms {max(times):7.1f}ms")
        print(f"{name:28s} {cells[0]} {cells[1]}  {len(found)}", flush=True)
    for ranked, label in ((False, "newest first"), (True, "ranked")):
        print(f"{label}: p50 over the queries {statistics.median(medians[ranked]):.2f} ms, worst {max(medians[ranked]):.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--large", action="store_true", help="a million rows of 25 words")
    parser.add_argument("--postgres", help="address of an empty database")
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    rows, words = (1_000_000, 25) if options.large else (options.rows, 80)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        stores = [("SQLite", f"sqlite:///{path}")] + ([("PostgreSQL", options.postgres)] if options.postgres else [])
        for label, url in stores:
            store = open_store(url)
            spent = fill(store, rows, words)
            size = f", file {path.stat().st_size / 1e6:.0f} MB" if label == "SQLite" else ""
            print(f"{label}: {rows} rows of {words} words, indexed {rows / spent:.0f} a second{size}")
            measure(store, label, options.rounds)
            store.close()


if __name__ == "__main__":
    main()
