"""Resident memory of the real daemon with 50 outlets: idle after the first polls, and after 1,000 polls more.

python -m bench.memory [--polls 1000]
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
from pathlib import Path

import psutil

from bench.server import running_server

_CONFIG = """
builtin_outlets = false
[store]
url = "sqlite:///{folder}/rasid.db"
[polling]
min_interval = "{interval}"
max_interval = "1m"
spacing = "0.01s"
allow_private_addresses = true
[[channels]]
id = "mail"
notifier = "email"
host = "127.0.0.1"
port = 1
from = "a@example.org"
to = ["b@example.org"]
[[channels]]
id = "desk"
notifier = "telegram"
chat_id = "1"
token = {{ env = "RASID_BENCH_TOKEN" }}
api_base = "http://127.0.0.1:1"
"""
OUTLET = """
[[outlets]]
id = "o{number}"
name = "o{number}"
languages = ["ar"]
[[outlets.sources]]
kind = "feed"
url = "{address}"
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--polls", type=int, default=1000)
    parser.add_argument("--interval", default="2s")
    options = parser.parse_args()
    with running_server(hosts=50) as urls, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = _CONFIG.format(folder=folder, interval=options.interval)
        text += "".join(OUTLET.format(number=number, address=f"{url}/feed/{number}") for number, url in enumerate(urls))
        (folder / "rasid.toml").write_text(text, encoding="utf-8")
        with (folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "rasid", "run", "--config", str(folder / "rasid.toml")]
            daemon = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "RASID_BENCH_TOKEN": "x"})
            try:
                measure(daemon.pid, folder / "rasid.db", options.polls)
            finally:
                daemon.send_signal(signal.SIGTERM)
                daemon.wait(timeout=30)


def measure(pid: int, database: Path, polls: int) -> None:
    process = psutil.Process(pid)
    wait_for_polls(database, 250)  # every outlet a few times, so that caches and pools are full
    idle, cpu, began, first = rss(process), sum(process.cpu_times()[:2]), time.monotonic(), count_polls(database)
    wait_for_polls(database, first + polls)
    done, seconds = count_polls(database) - first, time.monotonic() - began
    spent = sum(process.cpu_times()[:2]) - cpu
    end = rss(process)
    print(f"memory, 50 outlets: {idle:6.1f} MB after the first polls, {end:6.1f} MB after {done} polls more ({end - idle:+.1f} MB)")
    print(f"the daemon itself: {spent * 1000 / done:.2f} ms CPU per unchanged poll over {seconds:.0f} s")


def rss(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def count_polls(database: Path) -> int:
    try:
        with sqlite3.connect(database) as connection:
            return int(connection.execute("select count(*) from poll_runs").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def wait_for_polls(database: Path, count: int) -> None:
    until = time.monotonic() + 300
    while count_polls(database) < count:
        if time.monotonic() > until:
            raise SystemExit(f"the daemon made only {count_polls(database)} polls")
        time.sleep(0.5)


if __name__ == "__main__":
    main()
