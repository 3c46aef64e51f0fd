"""The worker that reads pages: bounded in CPU, replaced when it dies, ended when idle, without our secrets."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import psutil
import pytest

from core.errors import ExtractionError, SourceError
from core.model import Nested, Outlet, Rules, Source, SourceKind
from crawler import reading
from crawler.discover import read
from crawler.normalise.source_names import outlet_aliases
from crawler.reading import PageReader, WorkerError
from crawler.worker import Job, SourceJob
from tests.harness import simple_page

OUTLET = Outlet("wire", "wire", None, ("ar",))
PARAGRAPHS = ["افتتحت البلدية صباح اليوم مكتبة عامة جديدة في الحي الجنوبي، بحضور عدد كبير من السكان والطلاب والمعلمين."]
PAGE = simple_page("افتتاح مكتبة عامة في الحي الجنوبي", PARAGRAPHS).encode()
HEAVY = b"<html><body><h1>x</h1>" + b"".join(b"<div><p>word %d <b>and</b> more</p></div>" % number for number in range(35_000))


def job(body: bytes = PAGE, limit: float = 5.0, rules: Rules | None = None) -> Job:
    outlet = OUTLET if rules is None else Outlet("wire", "wire", None, ("ar",), (), rules)
    return Job(body, "https://news.example.org/1", None, outlet, None, None, datetime(2026, 11, 25, tzinfo=UTC), limit)


def with_reader(use: Callable[[PageReader], Awaitable[Any]], **options: float) -> Any:
    async def main() -> Any:
        reader = PageReader(**options)
        try:
            return await use(reader)
        finally:
            reader.close()

    return asyncio.run(main())


async def refused(reader: PageReader, page: Job) -> str:
    with pytest.raises(ExtractionError) as caught:
        await reader.read(page)
    return caught.value.reason


def test_a_page_becomes_an_article() -> None:
    article = with_reader(lambda reader: reader.read(job()))
    assert (article.title, article.body) == ("افتتاح مكتبة عامة في الحي الجنوبي", PARAGRAPHS[0])


def test_every_worker_is_told_how_outlets_are_cited() -> None:
    body = simple_page("افتتاح مكتبة عامة في الحي الجنوبي", [*PARAGRAPHS, "وذكر موقع مرفأ تايمز أن السكان طلبوا مكتبة ثانية."]).encode()

    async def main() -> list[tuple[str, ...]]:
        reader = PageReader(outlet_aliases([Outlet("quay", "Quay Times", None, ("ar",), aliases=("مرفأ تايمز",))]))
        try:
            first = await reader.read(job(body))
            reader.rest()
            return [first.cited_sources, (await reader.read(job(body))).cited_sources]
        finally:
            reader.close()

    assert asyncio.run(main()) == [("Quay Times",), ("Quay Times",)]


def test_a_refusal_keeps_its_reason() -> None:
    assert with_reader(lambda reader: refused(reader, job(b"%PDF-1.7"))) == "not_html"


def test_a_page_over_the_limit_is_too_slow_and_the_next_is_read() -> None:
    async def use(reader: PageReader) -> tuple[str, str, bool]:
        await reader.read(job())
        first = reader.pid
        reason = await refused(reader, job(HEAVY, limit=0.05))
        article = await reader.read(job())
        return reason, article.title, first != reader.pid

    assert with_reader(use, patience=400.0) == ("too_slow", "افتتاح مكتبة عامة في الحي الجنوبي", True)


def test_a_worker_killed_while_it_reads_is_a_failure_and_replaced() -> None:
    async def use(reader: PageReader) -> tuple[str, str]:
        await reader.read(job())
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGSTOP)
        reading_it = asyncio.ensure_future(refused(reader, job()))
        await asyncio.sleep(0.1)
        os.kill(reader.pid, signal.SIGKILL)
        reason = await reading_it
        return reason, (await reader.read(job())).title

    assert with_reader(use) == ("worker_died", "افتتاح مكتبة عامة في الحي الجنوبي")


def test_a_worker_killed_while_idle_costs_no_page() -> None:
    async def use(reader: PageReader) -> str:
        await reader.read(job())
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(reader.pid)], timeout=5)
        return (await reader.read(job())).title

    assert with_reader(use) == "افتتاح مكتبة عامة في الحي الجنوبي"


def test_a_worker_that_hangs_is_ended() -> None:
    async def use(reader: PageReader) -> str:
        await reader.read(job())
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGSTOP)
        return await refused(reader, job(limit=0.1))

    assert with_reader(use, patience=2.0) == "worker_died"


def test_many_at_once_come_in_their_order() -> None:
    async def use(reader: PageReader) -> list[int]:
        done: list[int] = []

        async def one(number: int) -> None:
            await reader.read(job())
            done.append(number)

        await asyncio.gather(*(one(number) for number in range(20)))
        return done

    assert with_reader(use) == list(range(20))


def test_an_idle_worker_is_ended_and_the_next_page_gets_a_new_one() -> None:
    async def use(reader: PageReader) -> tuple[int | None, str]:
        await reader.read(job())
        for _ in range(100):
            await asyncio.sleep(0.05)
            if reader.pid is None:
                break
        return reader.pid, (await reader.read(job())).title

    assert with_reader(use, idle=0.1) == (None, "افتتاح مكتبة عامة في الحي الجنوبي")


def test_an_error_of_ours_is_no_refusal() -> None:
    broken = Rules(drop=("(",))  # no configuration passes this on

    async def use(reader: PageReader) -> str:
        with pytest.raises(WorkerError, match="Traceback") as caught:
            await reader.read(job(rules=broken))
        return caught.value.name

    assert with_reader(use) in ("error", "PatternError")


def test_the_worker_sees_no_secret_and_outlives_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RASID_TOKEN_OF_TEST", "secret")

    async def use(reader: PageReader) -> psutil.Process:
        await reader.read(job())
        worker = psutil.Process(reader.pid)
        assert "RASID_TOKEN_OF_TEST" not in worker.environ()
        os.kill(worker.pid, signal.SIGTERM)  # what a service manager sends to all; the daemon decides
        await reader.read(job())
        assert worker.is_running()
        return worker

    worker = with_reader(use)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


def test_the_worker_ends_with_a_parent_that_is_killed() -> None:
    script = (
        "import asyncio, sys, time\nfrom tests.crawler.test_reading import job\n"
        "from crawler.reading import PageReader\nreader = PageReader()\nasyncio.run(reader.read(job()))\n"
        "print(reader.pid, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=reading._ROOT)
    assert parent.stdout is not None
    worker = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until = time.monotonic() + 10
    while worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, "the worker lives on"
        time.sleep(0.05)


def test_the_worker_imports_neither_scrapy_nor_the_store() -> None:
    names = ("scrapy", "twisted", "sqlalchemy", "pydantic", "trafilatura")
    script = f"import sys, crawler.worker; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=reading._ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_an_answer_that_would_make_anything_else_is_refused() -> None:
    import pickle

    with pytest.raises(pickle.UnpicklingError):
        reading._Careful(__import__("io").BytesIO(pickle.dumps(subprocess.Popen))).load()


# --------------------------------------------------------------------------- sources

FEED = Source("x:feed", SourceKind.FEED, "https://news.example.org/feed/")
ITEMS = "".join(f"<item><title>خبر رقم {number}</title><link>/{number}/</link></item>" for number in range(200))


def source_job(body: str, limit: float = 5.0) -> SourceJob:
    return SourceJob(SourceKind.FEED, body.encode(), FEED.url, FEED, "text/xml", limit)


async def source_refused(reader: PageReader, source: SourceJob) -> str:
    with pytest.raises(SourceError) as caught:
        await reader.read_source(source)
    return caught.value.reason


def test_a_source_becomes_the_listing_that_it_becomes_here() -> None:
    feed = f"<rss><channel>{ITEMS}</channel></rss>"
    assert with_reader(lambda reader: reader.read_source(source_job(feed))) == read(
        SourceKind.FEED, feed.encode(), url=FEED.url, source=FEED
    )


def test_an_index_of_sitemaps_comes_back_whole() -> None:
    index = "<sitemapindex><sitemap><loc>/1.xml</loc><lastmod>2026-11-24</lastmod></sitemap></sitemapindex>"
    job = SourceJob(SourceKind.SITEMAP, index.encode(), FEED.url, FEED, None, 5.0)
    assert with_reader(lambda reader: reader.read_source(job)).nested == (Nested("https://news.example.org/1.xml", "2026-11-24"),)


def test_a_source_keeps_the_reason_of_its_refusal() -> None:
    assert with_reader(lambda reader: source_refused(reader, source_job("<html><body>x"))) == "html_not_feed"


def test_a_source_over_the_limit_is_too_slow_and_a_page_is_read_afterwards() -> None:
    async def use(reader: PageReader) -> tuple[str, str]:
        await reader.read(job())
        reason = await source_refused(reader, source_job(f"<rss><channel>{ITEMS * 20}</channel></rss>", limit=0.05))
        return reason, (await reader.read(job())).title

    assert with_reader(use) == ("too_slow", "افتتاح مكتبة عامة في الحي الجنوبي")


def test_nothing_is_read_after_the_end() -> None:
    async def use(reader: PageReader) -> str:
        reader.close()
        return await source_refused(reader, source_job(ITEMS))

    assert with_reader(use) == "worker_died"
