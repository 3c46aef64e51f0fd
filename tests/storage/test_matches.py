"""Judging again what is stored, in SQLite and in PostgreSQL: matches, alerts and judgements end where they should."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.model import Evidence, Match
from crawler.rematching import Rematch, backtest
from storage import Store, articles, judgements, matches
from storage.schema import alerts, deliveries
from storage.schema import matches as stored
from tests.conftest import FakeClock
from tests.storage.test_search import NOW, article, put


class Finds:
    """Matches every title with the word in it."""

    def __init__(self, word: str) -> None:
        self.word = word

    def match(
        self,
        *,
        title: str,
        lead: str | None,
        body: str,
        tags: Sequence[str] = (),
        language: str | None = None,
        published_at: datetime | None = None,
    ) -> tuple[Match, ...]:
        position = title.find(self.word)
        found = (Evidence("term", "side", "title", position, 1.0, self.word),) if position >= 0 else ()
        return (Match("t", bool(found), 0.9 if found else 0.1, found, "because"), Match("other", True, 1.0, (), "not asked for"))


def rematch(store: Store, word: str, *, alert: bool = False) -> Rematch:
    work = Rematch(store, Finds(word), ["t"], clock=FakeClock(), key=f"{word}{alert}", alert=alert, route=lambda topic: ("desk", "mail"))
    while work.step():
        pass
    return work


def rows(store: Store, table: Any) -> int:
    with store.begin() as connection:
        return len(connection.execute(table.select()).all())


def test_matches_follow_the_topic_and_alert_once(either_store: Store) -> None:
    with either_store.begin() as connection:
        for number in range(450):
            put(connection, article(number, f"خبر {'حلب' if number % 3 == 0 else 'حماة'} {number}"))
    looked = backtest(either_store, Finds("حلب"), "t", since=None)
    assert (looked.read, looked.matched, len(looked.alerts), len(looked.newly), len(looked.gone)) == (450, 150, 150, 150, 0)
    silent = rematch(either_store, "حلب").counts
    assert (silent.read, silent.newly, silent.alerted, rows(either_store, stored), rows(either_store, alerts)) == (450, 150, 0, 150, 0)
    loud = rematch(either_store, "حماة", alert=True).counts
    assert (loud.newly, loud.gone, loud.alerted, rows(either_store, stored)) == (300, 150, 300, 300)
    assert (rows(either_store, alerts), rows(either_store, deliveries)) == (300, 600)
    again = rematch(either_store, "حماة", alert=True).counts
    assert (again.newly, again.gone, again.alerted, rows(either_store, alerts)) == (0, 0, 0, 300)
    assert not rematch(either_store, "حماة", alert=True).resumed


def test_the_last_judgement_counts(either_store: Store) -> None:
    with either_store.begin() as connection:
        number = put(connection, article(1, "خبر"))
        for relevant in (True, False):
            judgements.add(connection, article=number, topic="t", relevant=relevant, note="", judged_by="a", judged_at=NOW)
        judgements.add(connection, article=number, topic="other", relevant=True, note="", judged_by="a", judged_at=NOW)
    with either_store.begin() as connection:
        assert [(row.topic, row.relevant) for row in judgements.load(connection, history=False)] == [("other", True), ("t", False)]
        assert [row.counts for row in judgements.load(connection, topic="t")] == [False, True][::-1]
        assert articles.find_prunable(connection, before=NOW.replace(year=2030)) == []


def test_texts_come_in_order_and_from_an_instant(either_store: Store) -> None:
    with either_store.begin() as connection:
        first, second, third = (put(connection, article(number, f"خبر {number}"), NOW.replace(day=number)) for number in (20, 21, 22))
    with either_store.begin() as connection:
        assert [text.id for text in matches.read_texts(connection)] == [first, second, third]
        assert [text.id for text in matches.read_texts(connection, after=first, limit=1)] == [second]
        assert [text.id for text in matches.read_texts(connection, since=NOW.replace(day=22))] == [third]
        assert matches.count_texts(connection, since=NOW.replace(day=21)) == 2
        assert [text.id for text in matches.read_these(connection, [third, first, 99], lock=True)] == [first, third]
