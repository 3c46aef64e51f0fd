"""What goes wrong with an answer or an article is counted where people look, in one sentence; a traceback stands in the log only."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DataError

from core.errors import StoreError
from core.model import Entry, Outcome, Outlet, PollRun, Source, SourceKind
from core.settings import PollingConfig
from crawler.context import Context
from crawler.items import Page
from crawler.pipelines import ArticlePipeline
from crawler.poll import Order, OutletState, PendingEntry, Poll, Visit, visit_source
from crawler.reading import WorkerError
from crawler.recorder import Recorder
from newsroom import Resource, SiteServer
from spiders.outlet import OutletSpider
from storage import Store, entries
from tests.harness import ROOT, rasid, simple_page, write_config

OUTLET = Outlet("x", "x", None, ())
SOURCE = Source("x:feed", SourceKind.FEED, "https://e.org/feed")
OURS = "an error of ours (KeyError); the log has more"


@pytest.fixture
def context(store: Store, clock: Any) -> Iterator[Context]:
    made = Context(store, PollingConfig(), clock, detector=None)  # type: ignore[arg-type]
    yield made
    made.reader.close()


def begin(clock: Any) -> tuple[Poll, list[PollRun]]:
    runs: list[PollRun] = []
    poll = Poll(Order(OUTLET, clock.now(), 10.0), OutletState("x"), {}, clock.now(), lambda poll, run: runs.append(run))
    poll.begin()
    return poll, runs


def fail_inside(context: Context, error: Exception, *, of_source: bool, read_before: bool = False) -> PollRun:
    """The ledger row of a poll in which this is raised."""
    poll, runs = begin(context.clock)
    if read_before:
        other: Visit = visit_source(Source("x:other", SourceKind.FEED, "https://e.org/other"), None, "x")
        poll.visits[other.source.id] = other
        poll.visited(other, other.after, Outcome.OK)
    visit = None
    if of_source:
        visit = poll.visits[SOURCE.id] = visit_source(SOURCE, None, "x")
    with OutletSpider(context, Recorder(context), []).border(poll, visit):
        raise error
    (run,) = runs
    return run


@pytest.mark.parametrize(("of_source", "reason"), [(True, "source_bug_KeyError"), (False, "bug_KeyError")])
def test_an_error_of_ours_is_named_and_told_in_one_sentence(
    context: Context, caplog: pytest.LogCaptureFixture, of_source: bool, reason: str
) -> None:
    run = fail_inside(context, KeyError("secret of the body"), of_source=of_source)
    assert (run.outcome, run.reasons) == (Outcome.FAILED, {reason: 1})
    assert run.note.endswith(OURS)
    assert "secret" not in run.note
    assert [bool(record.exc_info) for record in caplog.records] == [True]


@pytest.mark.parametrize(("of_source", "reason"), [(True, "source_store"), (False, "store")])
def test_a_database_that_refuses_is_one_line(context: Context, caplog: pytest.LogCaptureFixture, of_source: bool, reason: str) -> None:
    run = fail_inside(context, StoreError("the database refused: disk full"), of_source=of_source)
    assert (run.outcome, run.reasons) == (Outcome.FAILED, {reason: 1})
    assert run.note.endswith("the database refused: disk full")
    assert [(record.levelno, record.exc_info) for record in caplog.records] == [(logging.ERROR, None)]


def test_what_belongs_to_no_source_counts_beside_what_was_read(context: Context) -> None:
    assert fail_inside(context, KeyError(), of_source=False, read_before=True).outcome is Outcome.PARTIAL


PATCHED = """
import sys
import spiders.sources
from crawler.reading import PageReader, WorkerError
spiders.sources.is_light = lambda body: False
real = PageReader.read_source
async def read_source(self, job):
    if {where!r} in job.url:
        raise WorkerError("KeyError", "Traceback (most recent call last): KeyError: 7")
    return await real(self, job)
PageReader.read_source = read_source
from rasid.cli import main
main()
"""


def crawl(config: Path, where: str) -> Any:
    """A crawl in which the worker fails on sources whose address holds ``where``."""
    command = [sys.executable, "-c", PATCHED.format(where=where), "--config", str(config), "crawl", "x"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def last_run(config: Path) -> sqlite3.Row:
    with sqlite3.connect(config.parent / "rasid.db") as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("select * from poll_runs order by id desc limit 1").fetchone()  # type: ignore[no-any-return]


def feed(site: SiteServer, *numbers: int) -> Resource:
    items = "".join(f"<item><title>خبر رقم {number}</title><link>{site.url}a/{number}/</link></item>" for number in numbers)
    for number in numbers:
        site.set(f"/a/{number}/", simple_page(f"خبر رقم {number} عن مكتبة الحي", [f"افتتحت البلدية المكتبة رقم {number} أمام القراء."]))
    return Resource(f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>", content_type="application/rss+xml")


def configure(folder: Path, site: SiteServer) -> Path:
    return write_config(
        folder, outlets=[f'[[outlets]]\nid = "x"\nname = "x"\n[[outlets.sources]]\nkind = "feed"\nurl = "{site.url}feed/"\n']
    )


def test_an_error_in_the_worker_is_named_by_itself(tmp_path: Path) -> None:
    with SiteServer() as site:
        site.set("/feed/", feed(site, 1))
        config = configure(tmp_path, site)
        shown = crawl(config, "/feed/")
        assert shown.returncode == 1
        assert shown.stderr.splitlines()[-1] == f"rasid: {site.url}feed/: {OURS}"
        assert json.loads(last_run(config)["reasons"]) == {"source_bug_KeyError": 1}
        assert last_run(config)["note"] == f"{site.url}feed/: {OURS}"


def test_so_it_is_on_an_older_page_and_the_new_entries_are_read(tmp_path: Path) -> None:
    with SiteServer() as site:
        config = configure(tmp_path, site)
        site.set("/feed/", feed(site, 1))
        assert rasid("crawl", "x", config=config).returncode == 0
        site.set("/feed/", feed(site, 3, 2))
        site.set("/feed/?paged=2", feed(site, 1))
        shown = crawl(config, "paged=2")
        assert shown.returncode == 0
        run = last_run(config)
        assert (run["new"], run["pending"]) == (2, 0)
        assert json.loads(run["reasons"])["gap_page_bug_KeyError"] == 1


def test_a_304_that_nobody_asked_for_is_no_reading(tmp_path: Path) -> None:
    """Taken for one, it would be the first, and all that the source has shown for long would be new."""
    with SiteServer() as site:
        config = configure(tmp_path, site)
        site.set("/feed/", Resource(status=304, validators=False))
        shown = rasid("crawl", "x", config=config)
        assert shown.returncode == 1
        assert "nothing has changed" in shown.stderr
        assert "web address" not in shown.stderr
        assert json.loads(last_run(config)["reasons"]) == {"source_http_304": 1}
        site.set("/feed/", feed(site, 2, 1))
        assert rasid("crawl", "x", config=config).returncode == 0
        with sqlite3.connect(config.parent / "rasid.db") as connection:
            assert connection.execute("select count(*) from sources where last_ok_at is not null").fetchone() == (1,)
        assert (last_run(config)["new"], last_run(config)["outcome"]) == (2, "ok")


def page(context: Context) -> tuple[Page, list[PollRun]]:
    poll, runs = begin(context.clock)
    pending = PendingEntry(b"k" * 16, "x", SOURCE.id, Entry("https://e.org/1"))
    with context.store.begin() as connection:
        entries.register(connection, [pending], now=context.clock.now())
    poll.expect(pending)
    return Page(poll, pending, SOURCE, "https://e.org/1", b"<p>x", None), runs


def process(context: Context, error: Exception, monkeypatch: pytest.MonkeyPatch) -> PollRun:
    """The ledger row of a poll whose only page meets this error."""

    async def read(job: Any) -> Any:
        raise error

    monkeypatch.setattr(context.reader, "read", read)
    item, runs = page(context)
    asyncio.run(ArticlePipeline(context, Recorder(context)).process_item(item))
    (run,) = runs
    return run


DATA = StoreError("the database refused: a NUL in a text")
DATA.__cause__ = DataError("insert", {}, Exception("a NUL in a text"))


@pytest.mark.parametrize(
    ("error", "reason", "tried"),
    [(KeyError(7), "bug_KeyError", 1), (WorkerError("KeyError", "Traceback"), "bug_KeyError", 1), (StoreError("locked"), "store", 0),
     (DATA, "store", 1)],
)  # fmt: skip
def test_an_article_that_fails_is_counted_and_tried_again(
    context: Context, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str, tried: int
) -> None:
    run = process(context, error, monkeypatch)
    assert (run.failed, run.pending, run.reasons) == (1, 0, {reason: 1})
    with context.store.begin() as connection:
        found = entries.due(connection, ["x"], now=context.clock.now().replace(year=2027))
    assert [item.attempts for item in found] == [tried]


def test_nor_does_a_refusing_database_raise_where_a_failure_is_written_down(
    context: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*arguments: Any, **options: Any) -> None:
        raise StoreError("the database refused: disk full")

    monkeypatch.setattr(Recorder, "fail_entry", refuse)
    run = process(context, KeyError(7), monkeypatch)
    assert (run.failed, run.reasons) == (1, {"store": 1})
    assert [bool(record.exc_info) for record in caplog.records] == [True, False]
