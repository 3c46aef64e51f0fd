"""Judging again what is stored: what a topic would alert of (``Backtest``), and putting its new verdicts in place (``Rematch``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from core.clock import Clock
from core.model import Match
from crawler.context import MatchesArticles, judge
from storage import Store, articles, matches, outbox
from storage.matches import StoredMatch, StoredText

_BATCH = 200


# --------------------------------------------------------------------------- looking


@dataclass(frozen=True, slots=True)
class Sample:
    """An article that a backtest tells of. ``score`` and ``reason`` are those of now."""

    id: int
    story: int
    outlet: str
    url: str
    title: str
    first_seen_at: datetime
    score: float
    reason: str


@dataclass(slots=True)
class Backtest:
    """What a topic would make of what is stored. ``alerts`` holds the first matching article of each story."""

    topic: str
    read: int = 0
    matched: int = 0
    alerts: dict[int, Sample] = field(default_factory=dict)
    newly: list[Sample] = field(default_factory=list)
    gone: list[Sample] = field(default_factory=list)

    def take(self, text: StoredText, match: Match, known: StoredMatch | None) -> None:
        """Counts one article; they come oldest first."""
        self.read += 1
        sample = Sample(text.id, text.story, text.outlet, text.url, text.title, text.first_seen_at, match.score, match.reason)
        if match.relevant:
            self.matched += 1
            self.alerts.setdefault(text.story, sample)
        if match.relevant and known is None:
            self.newly.append(sample)
        if known is not None and not match.relevant:
            self.gone.append(sample)

    def by_outlet(self) -> dict[str, int]:
        """Alerts by outlet, the most first."""
        return dict(Counter(sample.outlet for sample in self.alerts.values()).most_common())

    def by_day(self) -> dict[str, int]:
        """Alerts by the day (UTC) on which the story was first seen to match."""
        return dict(sorted(Counter(sample.first_seen_at.date().isoformat() for sample in self.alerts.values()).items()))


def backtest(
    store: Store, detector: MatchesArticles, topic: str, *, since: datetime | None, on_progress: Callable[[int], None] = lambda done: None
) -> Backtest:
    """Runs the topic over what is stored; writes nothing."""
    result = Backtest(topic)
    after = 0
    while True:
        with store.read() as connection:
            texts = matches.read_texts(connection, after=after, since=since, limit=_BATCH)
            known = matches.stored_matches(connection, [text.id for text in texts])
        if not texts:
            return result
        for text in texts:
            match = next(match for match in judge(detector, text) if match.topic == topic)
            result.take(text, match, known.get((text.id, topic)))
        after = texts[-1].id
        on_progress(len(texts))


# --------------------------------------------------------------------------- doing


@dataclass(slots=True)
class Counts:
    """What a rematch came to."""

    read: int = 0
    matched: int = 0
    newly: int = 0
    gone: int = 0
    alerted: int = 0


class Rematch:
    """Puts the verdicts of today's topics in place of the stored ones, in batches of a transaction each.

    A story that matches now, and did not before, is known to the topic from then on: later reports of it do not alert. With
    ``alert`` it alerts once, now. ``key`` names what is done: one with the same key that was killed goes on where it stopped
    (``resumed``).
    """

    def __init__(
        self,
        store: Store,
        detector: MatchesArticles,
        topics: Collection[str],
        *,
        clock: Clock,
        key: str,
        since: datetime | None = None,
        alert: bool = False,
        route: Callable[[str], Sequence[str]] = lambda topic: (),
    ) -> None:
        self._store, self._detector, self._topics = store, detector, topics
        self._clock, self._key, self._since, self._alert, self._route = clock, key, since, alert, route
        self.counts = Counts()
        self._after = 0
        with store.read() as connection:
            progress = matches.load_progress(connection)
        self.resumed = progress.get("key") == key
        if self.resumed:
            self._after, self.counts = progress["after"], Counts(**progress["counts"])

    def remaining(self) -> int:
        """How many articles are still to be read."""
        with self._store.read() as connection:
            return matches.count_texts(connection, after=self._after, since=self._since)

    def step(self) -> int:
        """Does one batch. Returns how many articles it read, 0 at the end."""
        with self._store.read() as connection:
            texts = matches.read_texts(connection, after=self._after, since=self._since, limit=_BATCH)
        verdicts = {(text.id, text.content_hash): self._judge(text) for text in texts}  # outside the transaction: others write meanwhile
        now = self._clock.now()
        with self._store.begin() as connection:
            counts = Counts(**asdict(self.counts))
            current = matches.read_these(connection, [text.id for text in texts], lock=True)
            known = matches.stored_matches(connection, [text.id for text in current])
            for text in current:
                found = verdicts.get((text.id, text.content_hash)) or self._judge(text)
                self._put(connection, text, found, known, counts, now)
            after = texts[-1].id if texts else self._after
            progress = {"key": self._key, "after": after, "counts": asdict(counts)} if texts else None
            matches.save_progress(connection, progress)
        self.counts, self._after = counts, after
        return len(texts)

    def _judge(self, text: StoredText) -> dict[str, Match]:
        return {match.topic: match for match in judge(self._detector, text) if match.topic in self._topics}

    def _put(
        self,
        connection: Connection,
        text: StoredText,
        found: Mapping[str, Match],
        known: Mapping[tuple[int, str], StoredMatch],
        counts: Counts,
        now: datetime,
    ) -> None:
        counts.read += 1
        counts.matched += any(match.relevant for match in found.values())
        told: set[str] | None = None
        for topic, match in found.items():
            old = known.get((text.id, topic))
            if not match.relevant:
                if old is not None:
                    counts.gone += 1
                    matches.replace_match(connection, text.id, topic, None, now=now)
                continue
            if old is None:
                counts.newly += 1
                told = articles.story_topics(connection, text.story) if told is None else told
                if self._alert and topic not in told:
                    counts.alerted += self._tell(connection, text, topic, now)
            if old is None or not _same(old, match):
                matches.replace_match(connection, text.id, topic, match, now=now)

    def _tell(self, connection: Connection, text: StoredText, topic: str, now: datetime) -> bool:
        channels = self._route(topic)
        return (
            outbox.record_alert(connection, story=text.story, topic=topic, article_id=text.id, created_at=now, channels=channels)
            is not None
        )


def _same(old: StoredMatch, new: Match) -> bool:
    return (old.score, old.reason, old.evidence) == (new.score, new.reason, new.evidence)
