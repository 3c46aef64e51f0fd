"""What is old goes in short transactions, and takes nothing with it that anybody still points at."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint, inspect, select

from core.model import Outcome, PollRun, Verdict, VerdictKind
from crawler import dedup
from storage import Store, articles, judgements, open_store, outbox, polls, pruning
from storage.schema import articles as stored
from storage.schema import metadata, poll_runs, stories
from tests.storage.test_search import NOW, article, make_old, put

OLD = NOW - timedelta(days=200)
BEFORE = NOW - timedelta(days=180)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Batches of three; what is done between them is counted instead of waited for."""
    done: list[int] = []
    monkeypatch.setattr(pruning, "_BATCH", 3)
    monkeypatch.setattr(pruning, "_RUNS", 3)
    monkeypatch.setattr(pruning, "give_way", lambda: done.append(1))
    return done


def run(at: datetime) -> PollRun:
    return PollRun(outlet="wire", scheduled_for=at, started_at=at, finished_at=at, outcome=Outcome.OK)


def ids(store: Store, table: Table) -> list[int]:
    with store.begin() as connection:
        return list(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())


def test_old_things_go_in_batches_and_new_ones_stay(either_store: Store, pauses: list[int]) -> None:
    with either_store.begin() as connection:
        for number in range(8):
            put(connection, article(number, f"خبر {number}"), OLD + timedelta(hours=number))
        new = put(connection, article(8, "خبر جديد"), NOW)
        polls.add_runs(connection, [run(OLD)] * 7 + [run(NOW)])
    assert pruning.prune(either_store, before=BEFORE) == pruning.Pruned(runs=7, articles=8)
    assert (ids(either_store, stored), len(ids(either_store, stories)), len(ids(either_store, poll_runs))) == ([new], 1, 1)
    assert len(pauses) >= 4, "there is a pause after each batch of three"
    assert pruning.prune(either_store, before=BEFORE) == pruning.Pruned(0, 0)


def test_what_was_alerted_or_judged_stays_with_its_story(either_store: Store, pauses: list[int]) -> None:
    with either_store.begin() as connection:
        alerted, judged, plain = (put(connection, article(number, f"خبر {number}"), OLD) for number in range(3))
        story = connection.execute(select(stored.c.story).where(stored.c.id == alerted)).scalar_one()
        outbox.record_alert(connection, story=story, topic="t", article_id=alerted, created_at=OLD, channels=("desk",))
        judgements.add(connection, article=judged, topic="t", relevant=True, note="", judged_by="", judged_at=NOW)
        copy = article(3, "خبر 0 منقول")
        again, _ = articles.insert_article(connection, copy, dedup.keys(copy), Verdict(VerdictKind.DUPLICATE, alerted, story), now=OLD)
    assert pruning.prune(either_store, before=BEFORE).articles == 1
    assert ids(either_store, stored) == [alerted, judged, again]
    assert plain not in ids(either_store, stored)


def test_a_story_that_goes_on_keeps_its_newer_article(either_store: Store, pauses: list[int]) -> None:
    with either_store.begin() as connection:
        first = put(connection, article(1, "خبر"), OLD)
        story = connection.execute(select(stored.c.story).where(stored.c.id == first)).scalar_one()
        copy = article(2, "خبر منقول")
        again, _ = articles.insert_article(connection, copy, dedup.keys(copy), Verdict(VerdictKind.DUPLICATE, first, story), now=NOW)
    assert pruning.prune(either_store, before=BEFORE).articles == 1
    with either_store.begin() as connection:
        left = connection.execute(select(stored.c.id, stored.c.story, stored.c.repeats)).all()
    assert left == [(again, story, None)]


def test_an_article_alerted_meanwhile_is_spared(either_store: Store) -> None:
    with either_store.begin() as connection:
        first = put(connection, article(1, "خبر"), OLD)
        old = articles.find_prunable(connection, before=BEFORE)
        story = connection.execute(select(stored.c.story)).scalar_one()
        outbox.record_alert(connection, story=story, topic="t", article_id=first, created_at=NOW, channels=())
        assert (old, articles.prune_articles(connection, old)) == ([first], 0)


def test_others_write_between_two_batches(either_store: Store, pauses: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    with either_store.begin() as connection:
        for number in range(6):
            put(connection, article(number, f"خبر {number}"), OLD)
    other = open_store(either_store.engine.url.render_as_string(hide_password=False))
    lengths: list[int] = []

    def write() -> None:
        with other.begin() as connection:
            polls.add_runs(connection, [run(NOW)])
            lengths.append(len(connection.execute(select(stored.c.id)).all()))

    monkeypatch.setattr(pruning, "give_way", write)
    pruning.prune(either_store, before=BEFORE)
    other.close()
    assert lengths == [3, 0]


def test_every_column_that_points_at_a_table_has_an_index() -> None:
    """Else each row deleted there scans the whole table here."""
    for table in metadata.tables.values():
        unique = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint | PrimaryKeyConstraint)]
        leading = {next(iter(item.columns)).name for item in (*table.indexes, *unique) if len(item.columns)}
        assert {column.name for column in table.columns if column.foreign_keys} <= leading, table.name


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_an_older_database_gets_the_indexes(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if database == "sqlite" else request.getfixturevalue("postgres_database")
    make_old(url)
    opened = open_store(url)
    found = {str(index["name"]) for table in metadata.tables for index in inspect(opened.engine).get_indexes(table)}
    assert {
        f"ix_{name}" for name in ("bands_article", "articles_repeats", "alerts_article", "entries_article", "poll_runs_started_at")
    } <= found
    assert pruning.prune(opened, before=NOW + timedelta(days=1)).articles == 2
    opened.close()
