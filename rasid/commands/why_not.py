"""``rasid why-not``: why something did not alert: the way it went, step by step, and one clear sentence. Asks no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import RasidError
from core.model import Match, Outlet
from rasid import wiring
from rasid.commands.crawl import outlet_of
from rasid.commands.explain import print_match, thresholds_of
from rasid.commands.lookup import Meant, as_text, look_up
from rasid.marked import make_console, print_sentence
from rasid.terminal import clock_time, iso, isolate, print_json, say, shorten
from storage.history import AlertRecord, ArticleRecord, EntryRecord
from storage.matches import StoredMatch, StoredText
from storage.polls import OutletState, SourceState

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from core.config import Config

_LEFT_OUT = {
    "before_seeding": "it was too far down when the source was read for the first time; only the newest are fetched then (seed_limit)",
    "before_watch": "it was older than our watching of the source",
    "before_since": "it was older than --since asked for",
}


@dataclass(frozen=True, slots=True)
class View:
    """An article as one topic sees it. ``stored``: what was thought when it came; ``now``: what is thought today.

    ``first``: the first article of the story that matched, with how it came (``first_silent``: in a silent first reading).
    """

    topic: str
    threshold: float
    now: Match
    stored: StoredMatch | None
    first: ArticleRecord | None
    first_silent: bool
    alert: AlertRecord | None
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The outlet that covers a host, and how its sources are."""

    outlet: Outlet
    state: OutletState
    sources: tuple[SourceState, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """All that is known of what was asked for. ``story``: all articles of its story."""

    article: ArticleRecord | None = None
    entry: EntryRecord | None = None
    text: StoredText | None = None
    story: tuple[ArticleRecord, ...] = ()
    views: tuple[View, ...] = ()
    coverage: Coverage | None = None


def run(path: Path | None, what: str, *, topic: str | None, as_json: bool) -> None:
    """Prints the way and the answer. Raises RasidError when nothing is known of it."""
    config, what = wiring.read_config(path), as_text(what)
    if topic is not None:
        wiring.choose_topic(config, topic)
    store = wiring.open_configured_store(config)
    outlets = wiring.known_outlets(config, store)
    with store.read() as connection:
        meant = look_up(connection, what)
        way = _trace(connection, config, outlets, meant, topic)
    if not (way.article or way.entry or way.coverage):
        answer = _unknown(what, meant)
        if as_json:
            print_json({"asked": what, "known": False, "alerted": False, "because": answer})
        raise RasidError(answer)
    because = conclude(way)
    if as_json:
        print_json(_as_json(what, way, because))
        return
    _print(way, because)


# --------------------------------------------------------------------------- gathering


def _trace(connection: Connection, config: Config, outlets: list[Outlet], meant: Meant, topic: str | None) -> Way:
    from storage import history, matches

    if meant.article is None:
        entry = history.find_entry(connection, [meant.key]) if meant.key else None
        return Way(entry=entry, coverage=_coverage(connection, outlets, meant.address))
    entry = history.entry_of(connection, meant.article)
    story = tuple(history.story_articles(connection, meant.article.story))
    text = matches.read_these(connection, [meant.article.id])[0]
    views = _views(connection, config, meant.article, text, story)
    chosen = topic or meant.topic
    kept = tuple(view for view in views if chosen is None or view.topic == chosen)
    return Way(meant.article, entry, text, story, kept, _coverage(connection, outlets, meant.article.url))


def _views(
    connection: Connection, config: Config, article: ArticleRecord, text: StoredText, story: Sequence[ArticleRecord]
) -> tuple[View, ...]:
    from alerts.routing import route
    from crawler.context import judge
    from crawler.detect import build_detector
    from storage import history, matches

    detector = build_detector(config.topics)
    thresholds = thresholds_of(detector)
    stored = matches.stored_matches(connection, [item.id for item in story])
    alerts = {alert.topic: alert for alert in history.story_alerts(connection, article.story)}
    channels = wiring.channels_of(config)
    views = []
    for match in judge(detector, text):
        first = next((item for item in story if (item.id, match.topic) in stored), None)
        entry = history.entry_of(connection, first) if first is not None else None
        views.append(
            View(
                match.topic,
                thresholds[match.topic],
                match,
                stored.get((article.id, match.topic)),
                first,
                bool(entry is not None and entry.seeding),
                alerts.get(match.topic),
                tuple(route(match.topic, channels)),
            )
        )
    return tuple(views)


def _coverage(connection: Connection, outlets: list[Outlet], address: str | None) -> Coverage | None:
    from storage import polls

    if address is None:
        return None
    found = outlet_of(outlets, address)
    if found.id not in {outlet.id for outlet in outlets}:
        return None
    sources = polls.load_sources(connection, [found.id])
    states = tuple(sources[source.id] for source in found.sources if source.id in sources)
    return Coverage(found, polls.load_outlet(connection, found.id), states)


# --------------------------------------------------------------------------- deciding


def conclude(way: Way) -> str:
    """The one sentence. Pure."""
    if way.article is None:
        return _of_entry(way.entry) if way.entry is not None else _of_coverage(way.coverage)
    answers = [(view, of_view(way.article, view)) for view in way.views]
    return min(answers, key=lambda answer: _urgency(answer[0]))[1]


def of_view(article: ArticleRecord, view: View) -> str:
    """Why this article did not alert of this topic, or that it did. Pure."""
    if view.alert is not None:
        return _of_alert(article, view.alert)
    if view.stored is None:
        return _of_no_match(view)
    if view.first is not None and view.first.id != article.id:
        why = "which came in a silent first reading" if view.first_silent else "which was stored silently"
        return (
            f"No alert, because its story was known already: article {view.first.id} of {view.first.outlet} matched "
            f"{view.topic} at {clock_time(view.first.first_seen_at)}, {why}."
        )
    if view.first_silent:
        return "No alert, because it stood in the source when that was read for the first time, and first readings are silent."
    if view.stored.matched_at > article.fetched_at:
        return (
            f"No alert, because it matches {view.topic} only since the rematch of {clock_time(view.stored.matched_at)}, which was silent."
        )
    return f"No alert, because it was stored silently, although it matches {view.topic}."


def _urgency(view: View) -> tuple[int, float]:
    """Alerts first, then what matched, then what comes nearest."""
    return (0 if view.alert is not None else 1 if view.stored is not None else 2, -view.now.score)


def _of_no_match(view: View) -> str:
    score = f"{view.now.score:.2f}"
    if view.now.relevant:
        return (
            f"No alert, because it did not match {view.topic} when it was stored; it would today (score {score}): "
            f"run 'rasid topics rematch {view.topic} --alert'."
        )
    return f"No alert, because it does not match {view.topic}: {view.now.reason} (score {score}, threshold {view.threshold:.2f})."


def _of_alert(article: ArticleRecord, alert: AlertRecord) -> str:
    how = "with this article" if alert.article == article.id else f"with article {alert.article} of the same story {article.story}"
    head = f"alert {alert.id} of {alert.topic} was made at {clock_time(alert.created_at)} {how}"
    taken = [item for item in alert.deliveries if item.state == "delivered"]
    if taken:
        where = ", ".join(f"{item.channel} at {clock_time(item.delivered_at)}" for item in taken)
        return f"There was an alert: {head}, and delivered to {where}."
    if not alert.deliveries:
        return f"No alert arrived, because no channel heard of {alert.topic} then: {head}."
    states = "; ".join(f"{item.channel} is {item.state}{_tries(item.attempts, item.last_error)}" for item in alert.deliveries)
    return f"No alert arrived yet, because no channel has taken it: {head}; {states}."


def _tries(attempts: int, error: str) -> str:
    return f" after {attempts} attempts{f' ({error})' if error else ''}" if attempts else ", not tried yet"


def _of_entry(entry: EntryRecord | None) -> str:
    assert entry is not None
    if entry.state == "pending" and not entry.attempts:
        return f"No alert, because its page has not been read yet; it was seen at {clock_time(entry.first_seen_at)} and waits for its turn."
    if entry.state == "pending":
        tries = f"{entry.reason or 'no reason given'}, {entry.attempts} attempts"
        return f"No alert, because its page could not be read yet ({tries}); the next try is due at {clock_time(entry.not_before)}."
    if entry.state == "failed":
        return (
            f"No alert, because its page could not be read: {entry.reason or 'no reason given'}, given up after {entry.attempts} attempts."
        )
    if entry.state == "filtered":
        return f"No alert, because it was left out: {_LEFT_OUT.get(entry.reason, entry.reason or 'no reason given')}."
    if entry.article is not None:
        return f"It was stored as article {entry.article}, which never alerted and was pruned since."
    return (
        "No alert for this address, because its article is known under another one, or was pruned since; look for it with 'rasid search'."
    )


def _of_coverage(coverage: Coverage | None) -> str:
    assert coverage is not None
    outlet, state = coverage.outlet, coverage.state
    if not outlet.enabled:
        return f"No alert, because {outlet.id} covers that host but is disabled, and this address was never seen."
    if outlet.needs_address:
        return f"No alert, because {outlet.id} has no address yet; run 'rasid outlets check {outlet.id}'."
    if state.last_poll_at is None:
        return f"No alert, because {outlet.id} covers that host but has never been polled; is 'rasid run' running?"
    gap = min((source.gap_since for source in coverage.sources if source.gap_since is not None), default=None)
    missing = f"; entries since {clock_time(gap)} may be missing there" if gap is not None else ""
    return (
        f"No alert, because this address was never seen: {outlet.id} covers that host, was polled last at {clock_time(state.last_poll_at)} "
        f"({state.state}{f': {state.reason}' if state.reason else ''}), and did not list it{missing}."
    )


def _unknown(what: str, meant: Meant) -> str:
    if meant.address is None:
        return f"nothing is known of {what!r}: no article has that id; give an id, an address or alert:ID"
    return f"nothing is known of {meant.address}, and no outlet covers its host; 'rasid outlets add' adds one"


# --------------------------------------------------------------------------- showing


def _steps(way: Way) -> list[tuple[str, str]]:
    """What happened, in order: (name, sentence)."""
    steps: list[tuple[str, str]] = []
    if way.entry is not None:
        silent = ", in a silent first reading" if way.entry.seeding else ""
        steps.append(
            ("seen", f"{clock_time(way.entry.first_seen_at)} in {way.entry.source or 'a direct request'} of {way.entry.outlet}{silent}")
        )
        state = f"{way.entry.state}{f' ({way.entry.reason})' if way.entry.reason else ''}"
        steps.append(("entry", f"{state}, {way.entry.attempts} attempts"))
    if way.article is not None:
        steps += _article_steps(way, way.article)
    if way.coverage is not None and way.article is None:
        steps += [
            ("outlet", f"{way.coverage.outlet.id}: {way.coverage.state.state}, last poll {clock_time(way.coverage.state.last_poll_at)}")
        ]
        steps += [
            ("source", f"{source.url}: {source.reason or 'ok'}, polled {clock_time(source.last_polled_at)}, {source.entries} entries")
            for source in way.coverage.sources
        ]
    return steps


def _article_steps(way: Way, article: ArticleRecord) -> list[tuple[str, str]]:
    verdict = article.verdict.replace("_", "-")
    repeats = f" of article {article.repeats} (similarity {article.similarity:.2f})" if article.repeats is not None else ""
    others = len(way.story) - 1
    steps = [
        (
            "stored",
            f"{clock_time(article.first_seen_at)} as article {article.id} of {article.outlet}: {isolate(shorten(article.title, 120))}",
        ),
        ("verdict", f"{verdict}{repeats}; story {article.story}" + (f" with {others} other articles" if others else "")),
    ]
    for view in way.views:
        stored = "not at all" if view.stored is None else f"{view.stored.score:.2f} at {clock_time(view.stored.matched_at)}"
        steps.append(("match", f"{view.topic}: stored {stored}, today {view.now.score:.2f} of {view.threshold:.2f}"))
        if view.alert is None:
            steps.append(("alert", f"{view.topic}: none; channels that hear of it: {', '.join(view.channels) or 'none'}"))
            continue
        steps.append(("alert", f"{view.topic}: {view.alert.id} at {clock_time(view.alert.created_at)} with article {view.alert.article}"))
        for item in view.alert.deliveries:
            error = f": {isolate(item.last_error)}" if item.last_error else ""
            steps.append(("delivery", f"{item.channel}: {item.state}, {item.attempts} attempts, {clock_time(item.delivered_at)}{error}"))
    return steps


def _print(way: Way, because: str) -> None:
    console = make_console()
    for name, sentence in _steps(way):
        print_sentence(console, f"{name:9} {sentence}")
    if way.text is not None:
        text = {"title": way.text.title, "lead": way.text.lead, "body": way.text.body, "tags": way.text.tags}
        for view in way.views:
            print_match(console, text, view.now, view.threshold, ("matches today", "does not match today"))
    say()
    print_sentence(console, because, "bold")


def _as_json(what: str, way: Way, because: str) -> dict[str, Any]:
    return {
        "asked": what,
        "known": way.article is not None or way.entry is not None,
        "alerted": any(view.alert is not None for view in way.views),
        "because": because,
        "steps": [{"step": name, "text": sentence} for name, sentence in _steps(way)],
        "entry": _plain(way.entry),
        "article": _plain(way.article),
        "topics": [_view(way.article, view) for view in way.views if way.article is not None],
        "outlet": way.coverage.outlet.id if way.coverage is not None else None,
        "last_poll_at": _iso(way.coverage.state.last_poll_at) if way.coverage is not None else None,
    }


def _view(article: ArticleRecord, view: View) -> dict[str, Any]:
    return {
        "topic": view.topic,
        "because": of_view(article, view),
        "threshold": view.threshold,
        "score": view.now.score,
        "relevant": view.now.relevant,
        "reason": view.now.reason,
        "evidence": [asdict(item) for item in view.now.evidence],
        "stored_score": view.stored.score if view.stored is not None else None,
        "alert": _plain(view.alert),
    }


def _plain(record: Any) -> dict[str, Any] | None:
    """The record for JSON."""
    return None if record is None else {name: _json(value) for name, value in asdict(record).items()}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    return {key: _json(item) for key, item in value.items()} if isinstance(value, dict) else value


def _iso(at: datetime | None) -> str | None:
    return None if at is None else iso(at)
