"""Citations: precision and recall of ``find_citations`` over sentences written for it, and articles a second.

Names are compared exactly. The outlets' own spellings are known, as in the daemon. What is wrong in the held-out file is never shown.

usage: python -m bench.citations [FILE.jsonl ...] [--seconds 1.0] [--missed]
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from core.config import build_outlet, read_outlet
from crawler.normalise.citations import find_citations
from crawler.normalise.source_names import SourceNames, outlet_aliases

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data" / "citations"
HELD_OUT = DATA / "held_out.jsonl"
FILES = [DATA / "sentences.jsonl", HELD_OUT]
Row = dict[str, Any]


def known_sources() -> SourceNames:
    outlets = [build_outlet(read_outlet(path)) for path in sorted((ROOT / "spiders" / "outlets").glob("*.toml"))]
    return SourceNames(outlet_aliases(outlets))


def measure(rows: list[Row], names: SourceNames, *, missed: bool) -> str:
    """One line of the table; prints what is wrong when asked."""
    right = wrong = lost = 0
    for row in rows:
        found, expected = set(find_citations(row["text"], names)), set(row["names"])
        right, wrong, lost = right + len(found & expected), wrong + len(found - expected), lost + len(expected - found)
        if missed and found != expected:
            print(f"    {row['text']}\n      expected {sorted(expected)}, found {sorted(found)}")
    citing = sum(bool(row["names"]) for row in rows)
    precision, recall = right / max(1, right + wrong), right / max(1, right + lost)
    counts = f"{citing:4} citing, {len(rows) - citing:3} not | {right} right, {wrong} wrong, {lost} missed"
    return f"{counts} | precision {precision:.3f} recall {recall:.3f}"


def rate(rows: list[Row], names: SourceNames, seconds: float) -> float:
    """Texts of 20 sentences a second."""
    texts = ["\n".join(row["text"] for row in rows[start : start + 20]) for start in range(0, len(rows), 20)]
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        for text in texts:
            find_citations(text, names)
        done += len(texts)
    return done / spent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.citations", description="How well cited sources are found.")
    parser.add_argument("files", nargs="*", type=Path, default=FILES)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--missed", action="store_true", help="show what came out wrong; not of the held-out sentences")
    options = parser.parse_args()
    names = known_sources()
    everything: list[Row] = []
    for file in options.files:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        print(f"{file.stem:10} {measure(rows, names, missed=options.missed and file.resolve() != HELD_OUT)}")
        everything += rows
    print(f"{rate(everything, names, options.seconds):,.0f} texts of 20 sentences a second")


if __name__ == "__main__":
    main()
