"""Wall-clock seconds of ``rasid --help`` as a whole process, beside an empty Python for scale.

python -m bench.startup [--runs 10]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    for label, command in (("python -c pass", ["-c", "pass"]), ("rasid --help", ["-m", "rasid", "--help"])):
        seconds = [timed([sys.executable, *command]) for _ in range(runs + 1)][1:]
        print(f"{label:16} {statistics.median(seconds):.3f} s (median of {runs}; {min(seconds):.3f}-{max(seconds):.3f})")


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
