"""``rasid topics``: what is watched for, what a topic would have alerted of, and judging again what is stored."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.clock import SystemClock
from core.config import Config, read_topics
from core.errors import UsageError
from core.settings import BUILTIN_TOPIC, TopicConfig
from rasid import __version__, wiring
from rasid.commands.crawl import parse_since
from rasid.marked import make_console, print_marked, print_sentence
from rasid.terminal import iso, isolate, note, print_json, print_table, say

if TYPE_CHECKING:
    from crawler.rematching import Backtest, Counts, Sample

_SAMPLES = 8
"""Terms of a side that ``show`` names."""


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a topic and what speaks for it. ``samples``: names of the heaviest terms."""

    id: str
    terms: int
    spellings: int
    samples: tuple[str, ...]


# --------------------------------------------------------------------------- list and show


def show_all(path: Path | None, *, as_json: bool) -> None:
    """Prints every topic."""
    config = wiring.read_config(path)
    rows = [_described(config, topic) for topic in _known(config)]
    if as_json:
        print_json(rows)
        return
    cells = [
        (
            row["id"],
            row["name"],
            " + ".join(f"{side['id']} ({side['terms']})" for side in row["sides"]),
            f"{row['threshold']:.2f}",
            ", ".join(row["channels"]) or "–",
            row["from"],
        )
        for row in rows
    ]
    print_table("topics", ("id", "name", "sides (terms)", "threshold", "channels", "from"), cells)


def show_one(path: Path | None, topic_id: str, *, as_json: bool) -> None:
    """Prints a topic with its sides. Raises UsageError for an unknown one."""
    config = wiring.read_config(path)
    row = _described(config, wiring.choose_topic(config, topic_id))
    if as_json:
        print_json(row)
        return
    say(f"{row['id']}   [{row['from']}]")
    if row["name"]:
        say(f"name       {isolate(row['name'])}")
    say(f"threshold  {row['threshold']:.2f}")
    say(f"channels   {', '.join(row['channels']) or 'none: nobody hears of it'}")
    for side in row["sides"]:
        say(f"side       {side['id']}: {side['terms']} terms in {side['spellings']} spellings")
        say(f"           {', '.join(isolate(name) for name in side['samples'])}")
    if row["exclusions"]:
        say(f"exclusions {', '.join(isolate(word) for word in row['exclusions'])}")


def _known(config: Config) -> list[str]:
    return list(dict.fromkeys((BUILTIN_TOPIC, *(topic.id for topic in config.topics))))


def _described(config: Config, topic_id: str) -> dict[str, Any]:
    from alerts.routing import route
    from crawler.detect import build_detector

    topic = next(topic for topic in build_detector(config.topics).topics if topic.id == topic_id)
    own = next((item for item in config.topics if item.id == topic_id), None)
    origin = "built in" if own is None else str(config.path or "")
    return {
        "id": topic_id,
        "name": own.name if own is not None else "",
        "threshold": topic.threshold,
        "sides": [asdict(_side(side, topic_id, own)) for side in topic.sides],
        "exclusions": list(own.exclusions) if own is not None else [],
        "channels": list(route(topic_id, wiring.channels_of(config))),
        "from": f"built in, changed by {origin}" if own is not None and topic_id == BUILTIN_TOPIC else origin,
    }


def _side(side: str, topic_id: str, own: TopicConfig | None) -> Side:
    from crawler.detect.gazetteer import builtin_terms, user_terms

    mine = [(group.side, group.terms, group.weight) for group in own.terms] if own is not None else []
    speaking = [term for term in (*user_terms(topic_id, mine, ()), *builtin_terms()) if side in term.sides]
    names = dict.fromkeys(term.name for term in sorted(speaking, key=lambda term: -term.sides[side]))
    return Side(side, len(speaking), sum(len(term.spellings) for term in speaking), tuple(names)[:_SAMPLES])


# --------------------------------------------------------------------------- backtest


def backtest(path: Path | None, topic_id: str | None, *, since: str | None, file: Path | None, limit: int, as_json: bool) -> None:
    """Prints what a topic would have alerted of. Raises UsageError and ConfigError."""
    from crawler import rematching
    from crawler.detect import build_detector
    from storage import matches

    if limit < 0:
        raise UsageError(f"--limit {limit} is less than 0")
    start = parse_since(since) if since else None
    config = wiring.read_config(path)
    chosen, topics = _topic_to_test(config, topic_id, file)
    detector = build_detector(topics)
    store = wiring.open_configured_store(config)
    with store.read() as connection:
        total = matches.count_texts(connection, since=start)
    with _progress("judging", total, quiet=as_json) as advance:
        result = rematching.backtest(store, detector, chosen, since=start, on_progress=advance)
    if as_json:
        print_json(_as_json(result, limit))
        return
    _print_backtest(result, limit, since)


def _topic_to_test(config: Config, topic_id: str | None, file: Path | None) -> tuple[str, tuple[TopicConfig, ...]]:
    """The id of the topic, and what the detector must be told."""
    if file is None:
        if topic_id is None:
            raise UsageError("which topic? write its id, or --file with one; run 'rasid topics' to see them all")
        chosen = wiring.choose_topic(config, topic_id)
        return chosen, tuple(topic for topic in config.topics if topic.id == chosen)
    topics = {topic.id: topic for topic in read_topics(file)}
    if topic_id is None and len(topics) > 1:
        raise UsageError(f"{file} holds several topics; name one of them: {', '.join(topics)}")
    chosen = topic_id if topic_id is not None else next(iter(topics))
    if chosen not in topics:
        raise UsageError(f"{file} has no topic {chosen!r}; it has: {', '.join(topics)}")
    return chosen, (topics[chosen],)


def _as_json(result: Backtest, limit: int) -> dict[str, Any]:
    alerts = list(result.alerts.values())
    return {
        "topic": result.topic,
        "read": result.read,
        "matched": result.matched,
        "alerts": len(alerts),
        "by_outlet": result.by_outlet(),
        "by_day": result.by_day(),
        "newly_matched": len(result.newly),
        "no_longer_matched": len(result.gone),
        "samples": {
            "alerts": [_sample(sample) for sample in _newest(alerts, limit)],
            "newly_matched": [_sample(sample) for sample in _newest(result.newly, limit)],
            "no_longer_matched": [_sample(sample) for sample in _newest(result.gone, limit)],
        },
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return asdict(sample) | {"first_seen_at": iso(sample.first_seen_at)}


def _newest(samples: Sequence[Sample], limit: int) -> list[Sample]:
    return list(reversed(samples))[:limit]


def _print_backtest(result: Backtest, limit: int, since: str | None) -> None:
    alerts = list(result.alerts.values())
    say(f"{result.topic}: {len(alerts)} alerts, one per story, of {result.matched} matching articles among {result.read} stored")
    if not result.read:
        say(f"nothing is stored{f' since {since}' if since else ''}; there is nothing to judge")
        return
    say(f"against the stored matches: {len(result.newly)} newly matched, {len(result.gone)} no longer matched")
    if alerts:
        print_table("alerts by outlet", ("outlet", "alerts"), result.by_outlet().items())
        print_table("alerts by day", ("day", "alerts"), list(result.by_day().items())[-31:])
    console = make_console()
    for title, samples in (("alerts", alerts), ("newly matched", result.newly), ("no longer matched", result.gone)):
        newest = _newest(samples, limit)
        if newest:
            print_sentence(console, f"{title}, the newest {len(newest)} of {len(samples)}", "bold")
        for sample in newest:
            print_sentence(console, f"{sample.id:>7}  {sample.first_seen_at.date()}  {sample.outlet}  score {sample.score:.2f}", "dim")
            print_marked(console, "", sample.title, ())
            print_marked(console, "", sample.reason, ())
    say("First readings of outlets, which are silent, are counted like the rest. Nothing was stored.")


# --------------------------------------------------------------------------- rematch


def rematch(path: Path | None, topic_id: str | None, *, since: str | None, alert: bool, as_json: bool) -> None:
    """Judges again what is stored and puts the verdicts in place. Raises UsageError and ConfigError."""
    from alerts.routing import route
    from crawler.detect import build_detector
    from crawler.rematching import Rematch

    start = parse_since(since) if since else None
    config = wiring.read_config(path)
    wanted = [wiring.choose_topic(config, topic_id)] if topic_id is not None else _known(config)
    topics = tuple(topic for topic in config.topics if topic.id in wanted)
    store, channels = wiring.open_configured_store(config), wiring.channels_of(config)
    work = Rematch(
        store,
        build_detector(topics),
        wanted,
        clock=SystemClock(),
        key=_key(wanted, topics, since, alert),
        since=start,
        alert=alert,
        route=lambda topic: route(topic, channels),
    )
    if work.resumed:
        note(f"rasid: going on after {work.counts.read} articles, where an earlier rematch was interrupted")
    with _progress("matching", work.remaining(), quiet=as_json) as advance:
        while done := work.step():
            advance(done)
    if as_json:
        print_json({"topics": wanted, "alert": alert, **asdict(work.counts)})
        return
    _print_counts(wanted, work.counts, alert=alert)


def _key(wanted: Sequence[str], topics: Sequence[TopicConfig], since: str | None, alert: bool) -> str:
    """What is done, so that the same command goes on where it was interrupted, and another one begins anew."""
    parts = (__version__, *wanted, *(topic.model_dump_json() for topic in topics), str(since), str(alert))
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def _print_counts(wanted: Sequence[str], counts: Counts, *, alert: bool) -> None:
    say(f"{', '.join(wanted)}: {counts.read} articles read, {counts.matched} match")
    say(f"{counts.newly} newly matched, {counts.gone} no longer matched, {counts.alerted} alerts")
    if counts.alerted:
        say("the alerts wait in the outbox; a running daemon delivers them within seconds, or start 'rasid run'")
    elif counts.newly and not alert:
        say("nobody was alerted; the stories that match now are known, and later reports of them will not alert either")


@contextmanager
def _progress(label: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, nothing in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TextColumn("articles"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task, done)
