"""Pages that would hold up the daemon: read in a process of their own, within bounds, and failures are counted and end."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.harness import FakeOutlet, FakeTelegram, outlet_table, running_daemon, simple_page, wait_until, write_config
from tests.poller import Poller

HEAVY = "<html><body><h1>صفحة ثقيلة</h1>" + "".join(f"<div><p>كلمة {number} <b>ثم</b> أخرى</p></div>" for number in range(35_000))
TITLE = "أنقرة ودمشق تبحثان فتح معبر جديد قرب حلب رقم {}"
TEXT = [
    "بحث وفد تركي مع مسؤولين سوريين في دمشق فتح معبر حدودي جديد رقم {} شمال حلب، وفق ما قال مصدر حضر الاجتماع.",
    "وقال المصدر إن الجانبين اتفقا على جدول زمني للأعمال، وإن اللجنة الفنية تجتمع مرة كل أسبوعين حتى نهاية العام.",
]


@pytest.fixture
def outlet() -> Iterator[FakeOutlet]:
    made = FakeOutlet("x")
    yield made
    made.site.close()


def publish(outlet: FakeOutlet, number: int) -> None:
    own = " ".join(f"ك{number}{word}" for word in range(40))  # so that each is a story of its own
    paragraphs = [*(text.format(number) for text in TEXT), own]
    outlet.publish(f"/n/{number}/", simple_page(TITLE.format(number), paragraphs), TITLE.format(number))


def workers(pid: int) -> list[psutil.Process]:
    """The processes that read pages for this one."""
    return [child for child in psutil.Process(pid).children() if "crawler.worker" in child.cmdline()]


def failed_entries(config: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(config.parent / "rasid.db") as connection:
        return connection.execute("select state, reason from entries where state = 'failed'").fetchall()


@pytest.mark.parametrize(
    ("page", "reason"),
    [(HEAVY, "too_slow"), ("<html><body>" + "<p>كلمة كلمة</p>" * 300_000, "too_large")],
    ids=["too_slow", "too_large"],
)
def test_a_page_over_a_limit_is_read_no_second_time(tmp_path: Path, outlet: FakeOutlet, page: str, reason: str) -> None:
    publish(outlet, 1)
    outlet.publish("/heavy/", page, "صفحة ثقيلة")
    publish(outlet, 2)
    config = write_config(tmp_path, outlets=[outlet_table(outlet)], extra='page_limit = "0.3s"')
    with Poller(config) as poller:
        polled = poller.poll()
        assert (polled.run["new"], polled.run["failed"], polled.run["reasons"]) == (3, 0, {f"unread_{reason}": 1}), "its headline is there"
        assert {address.removeprefix(outlet.site.url) for address in polled.articles} == {"n/1/", "heavy/", "n/2/"}
        for _ in range(3):
            poller.advance(hours=13)
            assert poller.poll().run["failed"] == 0
    assert failed_entries(config) == []
    assert outlet.site.count("/heavy/") == 1


def test_a_worker_that_is_killed_is_a_counted_failure_and_the_page_comes_later(tmp_path: Path, outlet: FakeOutlet) -> None:
    publish(outlet, 1)
    config = write_config(tmp_path, outlets=[outlet_table(outlet)])
    with Poller(config) as poller:
        assert poller.poll().run["new"] == 1
        assert poller._process is not None
        (worker,) = workers(poller._process.pid)
        worker.suspend()
        publish(outlet, 2)
        poller.advance(minutes=10)
        poller._send("poll", "x")
        wait_until(lambda: outlet.site.count("/n/2/") == 1, what="the page's download")
        time.sleep(0.3)
        worker.kill()
        assert poller._process.stdout is not None
        assert '"worker_died": 1' in poller._process.stdout.readline()
        publish(outlet, 3)
        poller.advance(minutes=10)
        polled = poller.poll()
        assert [address.rpartition("/n/")[2] for address in polled.articles] == ["1/", "2/", "3/"] or polled.run["new"] == 2
        (other,) = workers(poller._process.pid)
        assert other.pid != worker.pid


def test_sigterm_while_a_page_is_read_loses_nothing(tmp_path: Path, outlet: FakeOutlet) -> None:
    telegram = FakeTelegram()
    try:
        publish(outlet, 0)
        config = write_config(tmp_path, outlets=[outlet_table(outlet)], telegram=telegram)
        with running_daemon(config) as daemon:
            wait_until(lambda: "outcome=ok" in daemon.log and "new=1" in daemon.log, what="the silent first poll")
            assert daemon.process is not None
            (worker,) = workers(daemon.process.pid)
            worker.suspend()  # as if the page took very long
            for number in range(1, 4):
                publish(outlet, number)
            wait_until(lambda: outlet.site.count("/n/1/") == 1, what="a page that is being read")
            assert daemon.stop() == 0
            wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, what="the end of the worker")
            assert "Traceback" not in daemon.log
            assert "Error" not in daemon.log
            assert failed_entries(config) == []
            daemon.start()
            wait_until(lambda: len(telegram.messages) == 3, what="the three alerts after the restart")
            assert daemon.stop() == 0
    finally:
        telegram.close()


def test_sigterm_to_the_whole_group_ends_both(tmp_path: Path, outlet: FakeOutlet) -> None:
    """As a service manager does it: the worker, too, is told; it leaves the decision to the daemon."""
    publish(outlet, 0)
    config = write_config(tmp_path, outlets=[outlet_table(outlet)])
    with running_daemon(config) as daemon:
        wait_until(lambda: "new=1" in daemon.log, what="the first poll")
        assert daemon.process is not None
        (worker,) = workers(daemon.process.pid)
        os.kill(worker.pid, signal.SIGTERM)
        assert daemon.stop() == 0
        wait_until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE, what="the end of the worker")
