"""The real daemon with 500 outlets at a one-minute cadence for ten minutes: CPU, memory, and how late polls begin.

python -m bench.load [--outlets 500] [--minutes 10]

Lateness is measured from the instant a poll was planned for to the instant it began, by the ledger; the first two minutes, in which every
outlet is read for the first time, are not counted. One outlet never answers and one answers drop by drop: neither may delay the others.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import psutil

from bench.memory import OUTLET, rss
from bench.server import running_server
from newsroom import SiteServer
from newsroom.trouble import TROUBLES

_WARM_UP = 120.0  # seconds
_CONFIG = """
builtin_outlets = false
[store]
url = "sqlite:///{folder}/rasid.db"
[polling]
min_interval = "1m"
max_interval = "1m"
spacing = "0.01s"
time_limit = "30s"
allow_private_addresses = true
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlets", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=10.0)
    options = parser.parse_args()
    with (
        running_server(hosts=options.outlets - 2) as urls,
        SiteServer() as bad,
        SiteServer() as slow,
        tempfile.TemporaryDirectory() as name,
    ):
        bad.set("/feed/0", TROUBLES["never"])
        slow.set("/feed/0", TROUBLES["slow"])
        folder = Path(name)
        addresses = [*(f"{url}/feed/{number}" for number, url in enumerate(urls)), f"{bad.url}feed/0", f"{slow.url}feed/0?delay=5"]
        text = _CONFIG.format(folder=folder) + "".join(OUTLET.format(number=n, address=address) for n, address in enumerate(addresses))
        (folder / "rasid.toml").write_text(text, encoding="utf-8")
        with (folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "rasid", "run", "--config", str(folder / "rasid.toml")]
            daemon = subprocess.Popen(command, stdout=log, stderr=log, env=dict(os.environ))
            try:
                measure(psutil.Process(daemon.pid), folder / "rasid.db", options.outlets, options.minutes * 60)
            finally:
                daemon.send_signal(signal.SIGTERM)
                daemon.wait(timeout=30)


def measure(process: psutil.Process, database: Path, outlets: int, seconds: float) -> None:
    time.sleep(_WARM_UP)
    cpu, highest = sum(process.cpu_times()[:2]), 0.0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        highest = max(highest, rss(process))
        time.sleep(1.0)
    spent = sum(process.cpu_times()[:2]) - cpu
    late = lateness(database, seconds)
    print(f"{outlets} outlets, a poll a minute each, {seconds / 60:g} minutes: {len(late)} polls")
    print(f"  CPU {spent / seconds:6.1%} of a core, {spent / len(late) * 1000:.2f} ms a poll; at most {highest:.0f} MB resident")
    print(f"  late: p50 {late[len(late) // 2]:.3f} s, p99 {late[int(len(late) * 0.99)]:.3f} s, at most {late[-1]:.3f} s")


def lateness(database: Path, seconds: float) -> list[float]:
    """Seconds between plan and beginning of the polls of the last ``seconds``, in ascending order."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute("select scheduled_for, started_at from poll_runs").fetchall()
    pairs = [(datetime.fromisoformat(planned), datetime.fromisoformat(began)) for planned, began in rows]
    last = max(began for _, began in pairs)
    return sorted((began - planned).total_seconds() for planned, began in pairs if (last - began).total_seconds() <= seconds)


if __name__ == "__main__":
    main()
