"""``rasid crawl``: one outlet or one address, now."""

from __future__ import annotations

import asyncio
import io
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from core.clock import SystemClock
from core.config import Config
from core.errors import ConfigError, RasidError, StoreError, UsageError
from core.model import Outcome, Outlet, PollRun
from core.settings import is_web_address, parse_age
from core.text import clean_line
from rasid import wiring
from rasid.terminal import configure_logs, isolate, note, print_json_line, print_table, say, shorten

if TYPE_CHECKING:
    from alerts.notifier import Notifier
    from crawler.poll import Order
    from spiders.reactor import Stop
    from storage import Store

_BAD = (Outcome.FAILED, Outcome.TIMED_OUT, Outcome.SKIPPED)
_DELIVERY_TIME = 60.0  # seconds for the alerts of this crawl when no daemon runs


def run(path: Path | None, target: str, *, jsonl: bool, dry_run: bool, since: str | None) -> None:
    """Polls and prints. Raises RasidError when the outlet could not be polled.

    A signal ends the program with 128 and its number, as shells have it (SIGINT 130, SIGTERM 143), after what was read is printed.
    """
    import logging

    from spiders.reactor import run_in_reactor

    configure_logs(logging.ERROR)
    config = wiring.read_config(path)
    wanted = parse_since(since) if since else None
    with _store(config, dry_run=dry_run) as store:
        order = _order(config, store, target, wanted)
        articles: list[int] = []
        with _progress(quiet=jsonl) as on_progress:
            whole = replace(order, on_article=articles.append, on_progress=on_progress)
            poll_run, stopped_by = run_in_reactor(
                lambda stop: _crawl(config, store, whole, stop, deliver=not dry_run), allow_private=config.polling.allow_private_addresses
            )
        if poll_run is not None:
            _print(store, articles, poll_run, jsonl=jsonl)
    if stopped_by is not None:
        if jsonl and poll_run is not None and poll_run.note:
            note(f"rasid: {poll_run.note}")
        sys.exit(128 + stopped_by)
    if poll_run is None:
        raise RasidError(f"{order.outlet.id} could not be polled; run again with RASID_DEBUG=1")
    if poll_run.outcome in _BAD:
        raise RasidError(poll_run.note or f"{order.outlet.id} could not be polled ({poll_run.outcome.value})")


def parse_since(text: str) -> datetime:
    """An instant of ``2026-11-24``, ``2026-11-24T08:00`` (UTC unless it has a zone) or an age such as ``2d``.

    Raises UsageError.
    """
    if re.fullmatch(r"(\d+(\.\d+)?\s*[smhd]\s*)+", text.strip().lower()):
        try:
            return SystemClock().now() - parse_age(text)
        except ValueError as error:
            raise UsageError(f"--since {error}") from None
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"--since {text!r} is not a time; write it like 2026-11-24, 2026-11-24T08:00 or 2d") from None


async def _crawl(config: Config, store: Store, order: Order, stop: Stop, *, deliver: bool) -> tuple[PollRun | None, int | None]:
    """The ledger row, if it came to one, and the signal that has stopped us, if one has."""
    from crawler.recorder import Recorder
    from spiders.crawls import CrawlRunner

    context = wiring.build_context(config, store)
    crawls = CrawlRunner(context, Recorder(context))
    crawling = asyncio.create_task(crawls.run([order]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({crawling, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        await crawls.stop(0.0)
    stopping.cancel()
    runs = await crawling
    context.reader.close()
    if deliver and runs and runs[0].alerted:
        await deliver_now(config, store, stop)
    return next(iter(runs), None), stop.signal


async def deliver_now(config: Config, store: Store, stop: asyncio.Event, *, quiet: bool = True) -> None:
    """Sends what was put into the outbox, unless a daemon runs and does it. ``quiet``: nothing is said on the terminal."""
    from storage import outbox
    from storage.lock import single_instance

    with ExitStack() as held:
        try:
            held.enter_context(single_instance(store))
        except StoreError:
            return  # a daemon works on this database and delivers
        try:
            notifiers = _quiet_channels(config) if quiet else wiring.build_channels(config)
        except ConfigError as error:
            note(f"rasid: the alerts wait in the outbox: {error}")
            return
        dispatcher = wiring.build_dispatcher(config, store, wiring.known_outlets(config, store), notifiers)
        dead = _count(store, notifiers, outbox.DEAD)
        sending = asyncio.create_task(dispatcher.run())
        until = asyncio.get_running_loop().time() + _DELIVERY_TIME
        while not stop.is_set() and _count(store, notifiers, outbox.PENDING) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.1)
        await dispatcher.stop(5.0)
        await sending
        _tell_what_did_not_leave(store, notifiers, dead)


def _quiet_channels(config: Config) -> dict[str, Notifier]:
    """The channels; what goes to the terminal is taken without a word, because it is shown otherwise."""
    from alerts.notifiers.console import ConsoleNotifier

    found = wiring.build_channels(config)
    return {name: ConsoleNotifier(io.StringIO()) if isinstance(notifier, ConsoleNotifier) else notifier for name, notifier in found.items()}


def _tell_what_did_not_leave(store: Store, channels: Iterable[str], dead_before: int) -> None:
    from storage import outbox

    waiting, dead = _count(store, channels, outbox.PENDING), _count(store, channels, outbox.DEAD) - dead_before
    with store.read() as connection:
        why_waiting, why_dead = (outbox.last_error(connection, channels, state) for state in (outbox.PENDING, outbox.DEAD))
    if waiting:
        note(f"rasid: {waiting} alerts wait in the outbox: {clean_line(why_waiting) or 'not tried yet'}; 'rasid run' delivers them")
    if dead > 0:
        note(f"rasid: refused for good: {dead} of the alerts: {clean_line(why_dead)}; mend that, then run 'rasid alerts retry'")


def _count(store: Store, channels: Iterable[str], state: str) -> int:
    """Deliveries of these channels; those of others nobody sends."""
    from storage import outbox

    with store.read() as connection:
        found = outbox.depth(connection)
    return sum(found[channel].get(state, 0) for channel in channels if channel in found)


def _order(config: Config, store: Store, target: str, since: datetime | None) -> Order:
    from crawler.poll import Order

    outlets = wiring.known_outlets(config, store)
    address = web_address(target)
    outlet = outlet_of(outlets, address) if address else wiring.choose_outlet(outlets, target)
    if address is None and outlet.needs_address:
        raise UsageError(f"{outlet.id} has no address yet; give it a home in rasid.toml or run 'rasid outlets check {outlet.id}'")
    limit = config.polling.of(outlet).time_limit
    return Order(outlet, SystemClock().now(), limit, since=since, address=address)


def web_address(text: str) -> str | None:
    """The address that a person wrote, its scheme in small letters; None when it is meant for something else.

    Raises UsageError for one that cannot be asked.
    """
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        return None
    address = f"{scheme.lower()}://{rest}"
    if not is_web_address(address):
        raise UsageError(f"{text!r} is not a web address; write it like https://www.example.org/feed")
    return address


def outlet_of(outlets: list[Outlet], address: str) -> Outlet:
    """The known outlet whose source lies there or whose home lies above it, else one made for it.

    Of the editions that share a host it is the one whose home is nearest; a host of others (t.me) makes none of its outlets ours.
    """
    host = _bare_host(address)
    for known in (_with_source(outlets, address), _nearest_home(outlets, address), _without_home(outlets, host)):
        if known is not None:
            return replace(known, home_is_users=True)
    name = re.sub(r"[^a-z0-9]+", "_", host.lower()).strip("_")
    return Outlet(id=f"site_{name}", name=host, home=None, languages=())


def _with_source(outlets: list[Outlet], address: str) -> Outlet | None:
    return next((outlet for outlet in outlets if address in {source.url for source in outlet.sources}), None)


def _nearest_home(outlets: list[Outlet], address: str) -> Outlet | None:
    """Of the outlets at the host the one with the longest home above the address; the first when none lies above it."""
    path = f"{urlsplit(address).path.rstrip('/')}/"
    at_host = [(urlsplit(o.home).path.rstrip("/") + "/", o) for o in outlets if o.home and _bare_host(o.home) == _bare_host(address)]
    above = [(len(home), outlet) for home, outlet in at_host if path.startswith(home)]
    return max(above, key=lambda item: item[0])[1] if above else at_host[0][1] if at_host else None


def _without_home(outlets: list[Outlet], host: str) -> Outlet | None:
    return next((o for o in outlets if not o.home and host in {_bare_host(source.url) for source in o.sources}), None)


def _bare_host(url: str) -> str:
    return urlsplit(url).netloc.lower().rpartition("@")[2].removeprefix("www.").removeprefix("m.")


@contextmanager
def _store(config: Config, *, dry_run: bool) -> Iterator[Store]:
    """The configured store; for a dry run a copy of it that is thrown away."""
    from storage import open_store
    from storage.engine import backup

    if not dry_run:
        store = wiring.open_configured_store(config)
        yield store
        store.close()
        return
    with tempfile.TemporaryDirectory(prefix="rasid-dry-") as folder:
        copy = Path(folder) / "copy.db"
        original = Path(config.store.url.removeprefix("sqlite:///")) if config.store.url.startswith("sqlite:///") else None
        if original is not None and original.exists():
            source = open_store(config.store.url)
            backup(source, copy)
            source.close()
        store = open_store(f"sqlite:///{copy}")
        yield store
        store.close()


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        with nullcontext():
            yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("crawling"), BarColumn(), MofNCompleteColumn(), TextColumn("requests"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("crawl", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _print(store: Store, ids: list[int], poll_run: PollRun, *, jsonl: bool) -> None:
    from storage.articles import list_articles

    with store.read() as connection:
        rows = list(list_articles(connection, ids=ids)) if ids else []
    if jsonl:
        for row in rows:
            print_json_line(row)
        return
    if rows:
        cells = [
            (
                row["verdict"],
                shorten(row["title"], 80),
                (row["published_at"] or "–")[:16],
                row["lang"] or "–",
                ", ".join(row["topics"]) or "–",
            )
            for row in rows
        ]
        print_table(f"{isolate(poll_run.outlet)}", ("verdict", "title", "published", "lang", "topics"), cells)
        _print_reasons(rows)
    say(_summary(poll_run))
    if poll_run.note and poll_run.outcome not in _BAD:
        note(f"rasid: {poll_run.note}")


def _print_reasons(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for match in row["matches"]:
            say(f"{match['topic']} {match['score']:.2f}  {isolate(shorten(row['title'], 90))}")
            say(f"    {isolate(match['reason'])}")
            say(f"    {row['url']}")


def _summary(poll_run: PollRun) -> str:
    seconds = (poll_run.finished_at - poll_run.started_at).total_seconds()
    names = ("seen", "new", "known", "revised", "filtered", "failed", "pending", "duplicates", "matched", "alerted")
    counts = " ".join(f"{name}={getattr(poll_run, name)}" for name in names)
    reasons = "".join(f" {reason}={count}" for reason, count in sorted(poll_run.reasons.items()))
    return f"{poll_run.outlet}: {poll_run.outcome.value} {counts} seconds={seconds:.1f}{f' ({reasons.strip()})' if reasons else ''}"
