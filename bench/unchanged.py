"""CPU of 200 unchanged feeds (304) on loopback: ours, urlwatch as its users run it, and a plain feedparser loop, in turns.

python -m bench.unchanged [--feeds 200] [--rounds 5]

Ours is a crawl inside the running daemon, with the ledger and all states written; urlwatch is a process of its own, so its start is
shown apart (measured with one feed).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from bench.peers import install_peer
from bench.polling import make_crawls, make_orders
from bench.server import running_server
from core.model import Outlet, Source, SourceKind
from spiders.crawls import CrawlRunner
from spiders.reactor import run_in_reactor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    urlwatch = install_peer("urlwatch==2.29", "urlwatch")
    with running_server(hosts=options.feeds) as urls, tempfile.TemporaryDirectory() as folder:
        addresses = [f"{url}/whole/{number}" for number, url in enumerate(urls)]

        async def compare(_stop: asyncio.Event) -> None:
            crawls = make_crawls(Path(folder) / "bench.db", seed_limit=0)
            for _ in range(4):  # reads the feeds, and verifies their validators for the first time
                await crawls.run(make_orders(outlets_of(addresses)))
            validators: dict[str, str] = {}
            await asyncio.to_thread(poll_with_feedparser, addresses, validators)
            await asyncio.to_thread(run_urlwatch, urlwatch, addresses, Path(folder) / "all")
            await asyncio.to_thread(run_urlwatch, urlwatch, addresses[:1], Path(folder) / "one")
            report(
                [
                    (
                        await poll_with_rasid(crawls, addresses),
                        await asyncio.to_thread(run_urlwatch, urlwatch, addresses, Path(folder) / "all"),
                        await asyncio.to_thread(run_urlwatch, urlwatch, addresses[:1], Path(folder) / "one"),
                        await asyncio.to_thread(poll_with_feedparser, addresses, validators),
                    )
                    for _ in range(options.rounds)
                ],
                options.feeds,
            )

        run_in_reactor(compare, allow_private=True)


def outlets_of(addresses: list[str]) -> list[Outlet]:
    return [
        Outlet(f"o{number}", f"o{number}", None, ("ar",), (Source(f"o{number}:feed", SourceKind.FEED, address),))
        for number, address in enumerate(addresses)
    ]


async def poll_with_rasid(crawls: CrawlRunner, addresses: list[str]) -> float:
    """CPU seconds of one round in this process. Raises RuntimeError when a poll brought a body."""
    orders = make_orders(outlets_of(addresses))
    start = time.process_time()
    runs = await crawls.run(orders)
    spent = time.process_time() - start
    if any(run.outcome.value != "not_modified" for run in runs):
        raise RuntimeError("a feed that has not changed brought a body")
    return spent


def run_urlwatch(program: Path, addresses: list[str], folder: Path) -> float:
    """CPU seconds of the process."""
    folder.mkdir(exist_ok=True)
    jobs = folder / "urls.yaml"
    jobs.write_text("\n---\n".join(f'url: "{address}"' for address in addresses), encoding="utf-8")
    arguments = ["--urls", str(jobs), "--config", str(folder / "urlwatch.yaml"), "--cache", str(folder / "cache.db")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(program), *arguments], check=True, capture_output=True, env={**os.environ, "HOME": str(folder)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def poll_with_feedparser(addresses: list[str], validators: dict[str, str]) -> float:
    """CPU seconds of one round."""
    import feedparser

    start = time.thread_time()
    for address in addresses:
        answer = feedparser.parse(address, etag=validators.get(address))
        validators[address] = answer.get("etag") or validators.get(address, "")
    return time.thread_time() - start


def report(rounds: list[tuple[float, float, float, float]], feeds: int) -> None:
    ours, theirs, start, loop = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"{feeds} unchanged feeds, CPU seconds, median of {len(rounds)} rounds taken in turns")
    print(f"  rasid (in the daemon)     {ours:6.3f}   {ours / feeds * 1000:5.2f} ms a feed")
    print(f"  urlwatch (whole process)  {theirs:6.3f}   {theirs / ours:5.2f} times ours")
    print(f"  urlwatch without its start{theirs - start:6.3f}   {(theirs - start) / ours:5.2f} times ours")
    print(f"  feedparser loop           {loop:6.3f}   {loop / ours:5.2f} times ours")


if __name__ == "__main__":
    main()
