"""Polls by real crawls in a process of its own, one at a time, with a clock that can be moved: what a daemon does in days, in a second.

with Poller(config) as poller:
    poller.poll("x")            # -> Polled: ledger row, states, conditions, notices
    poller.advance(hours=6)
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[1]


@dataclass
class Polled:
    """What one poll came to. ``sources``, ``hosts``: states by id; ``conditions``: names; ``notices``: (kind, text) so far."""

    run: dict[str, Any]
    outlet: dict[str, Any]
    sources: dict[str, dict[str, Any]]
    hosts: dict[str, dict[str, Any]]
    conditions: list[str]
    notices: list[list[str]]
    now: datetime
    articles: list[str]

    @property
    def outcome(self) -> str:
        return str(self.run["outcome"])

    @property
    def source(self) -> dict[str, Any]:
        """The only source."""
        (state,) = self.sources.values()
        return state

    def wait(self, source: str | None = None) -> float:
        """Seconds until the source, or the outlet, is polled again."""
        text = self.sources[source]["next_poll_at"] if source else self.outlet["next_poll_at"]
        return (datetime.fromisoformat(text) - self.now).total_seconds()


class Poller:
    """The process; ``advance`` moves its clock, ``restart`` begins it anew at the moved time."""

    def __init__(self, config: Path, *, public: str = "") -> None:
        """``public``: an address of this machine that counts as public where it is written as a number."""
        self._config = config
        self._public = public
        self._offset = 0.0
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.poller", str(self._config), str(self._offset), self._public]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def restart(self) -> None:
        self.__exit__(None, None, None)
        self.__enter__()

    def kill_during_poll(self, outlet: str, seconds: float) -> None:
        """``kill -9`` so long after a poll began; then begins anew."""
        assert self._process is not None
        self._send("poll", outlet)
        time.sleep(seconds)
        self._process.kill()
        self.__exit__(None, None, None)
        self.__enter__()

    def advance(self, seconds: float = 0.0, **delta: float) -> None:
        seconds += timedelta(**delta).total_seconds()
        self._offset += seconds
        self._send("advance", str(seconds))

    def poll(self, outlet: str = "x") -> Polled:
        """Polls the outlet as the daemon would at this moment. The ledger must add up."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._send("poll", outlet)
        line = self._process.stdout.readline()
        assert line, "the process has ended; its errors stand above"
        answer = json.loads(line)
        polled = Polled(**{**answer, "now": datetime.fromisoformat(answer["now"])})
        parts = ("new", "known", "revised", "filtered", "failed", "pending")
        assert polled.run["seen"] == sum(polled.run[part] for part in parts), f"the ledger does not add up: {polled.run}"
        return polled

    def polls(self, outlet: str = "x", *, times: int, every: float) -> list[Polled]:
        """So many polls with so many seconds between them."""
        found = []
        for _ in range(times):
            found.append(self.poll(outlet))
            self.advance(every)
        return found

    def _send(self, *words: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()


# --------------------------------------------------------------------------- in the process


class _MovedClock:
    def __init__(self, offset: float) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.offset)

    def monotonic(self) -> float:
        return time.monotonic() + self.offset


def _main(path: str, offset: str, public: str) -> None:
    import asyncio
    from functools import partial

    from crawler import addresses, middlewares
    from rasid import wiring
    from rasid.terminal import configure_logs
    from scheduler.cadence import limits_of
    from scheduler.plan import conclude
    from spiders.reactor import run_in_reactor

    if public:
        check = addresses.GuardedResolver._check
        addresses.GuardedResolver._check = lambda self, at, name: at if name == public else check(self, at, name)  # type: ignore[method-assign]
        middlewares.is_public = lambda address: address == public or addresses.is_public(address)  # type: ignore[attr-defined]
    configure_logs()
    config = wiring.read_config(Path(path))
    store = wiring.open_configured_store(config)
    clock = _MovedClock(float(offset))

    async def serve(_stop: asyncio.Event) -> None:
        from crawler.poll import Order
        from crawler.recorder import Recorder
        from spiders.crawls import CrawlRunner

        context = wiring.build_context(config, store, clock=clock)
        crawls = CrawlRunner(context, Recorder(context))
        outlets = {outlet.id: outlet for outlet in wiring.known_outlets(config, store)}
        while line := await asyncio.to_thread(sys.stdin.readline):
            command, value = line.split()
            if command == "advance":
                clock.offset += float(value)
                continue
            outlet = outlets[value]
            own = config.polling.of(outlet)
            decide = partial(conclude, limits=limits_of(outlet, config.polling), verify_every=own.verify_every)
            (run,) = await crawls.run([Order(outlet, clock.now(), own.time_limit, only_due=True, conclude=decide)])
            print(json.dumps(_picture(store, outlet.id, run, clock.now()), default=str), flush=True)  # noqa: T201

    run_in_reactor(serve, allow_private=config.polling.allow_private_addresses)


def _picture(store: Any, outlet: str, run: Any, now: datetime) -> dict[str, Any]:
    from sqlalchemy import select

    from storage import health, polls
    from storage.schema import articles, notices

    with store.begin() as connection:
        return {
            "run": asdict(run) | {"outcome": run.outcome.value},
            "outlet": asdict(polls.load_outlet(connection, outlet)),
            "sources": {name: asdict(state) for name, state in polls.load_sources(connection, [outlet]).items()},
            "hosts": {name: asdict(state) for name, state in health.load_hosts(connection).items()},
            "conditions": [item.condition for item in health.load_conditions(connection).get(outlet, [])],
            "notices": [[row.kind, row.text] for row in connection.execute(select(notices).order_by(notices.c.id))],
            "articles": list(
                connection.execute(select(articles.c.url).where(articles.c.outlet == outlet).order_by(articles.c.id)).scalars()
            ),
            "now": now.isoformat(),
        }


if __name__ == "__main__":
    _main(*sys.argv[1:])
