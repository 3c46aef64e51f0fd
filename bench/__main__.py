"""``python -m bench``: every benchmark, one after the other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = (
    *("startup", "polling", "unchanged", "cadence", "memory", "pipeline", "throughput", "dates", "language", "encodings", "dedup"),
    *("detection", "citations", "search", "pruning", "ingest", "extraction"),
)
PEERS = Path(__file__).parents[1] / ".venv-bench"
NEED_PEERS = frozenset({"extraction"})
"""Benchmarks that import other extractors; without ``make bench-peers`` they say which are missing."""


def main() -> None:
    for name in sys.argv[1:] or BENCHMARKS:
        print(f"--- {name}", flush=True)
        python = PEERS / "bin" / "python" if name in NEED_PEERS and (PEERS / ".installed-peers").exists() else sys.executable
        subprocess.run([str(python), "-m", f"bench.{name}"], check=True)


if __name__ == "__main__":
    main()
