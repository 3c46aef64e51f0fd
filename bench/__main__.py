"""``python -m bench``: every benchmark, one after the other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = ("startup", "polling", "memory", "pipeline", "language", "dedup", "detection", "search")


def main() -> None:
    for name in sys.argv[1:] or BENCHMARKS:
        print(f"--- {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True)


if __name__ == "__main__":
    main()
