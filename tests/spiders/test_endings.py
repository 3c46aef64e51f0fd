"""How a crawl ends that would not end by itself: at its time limit, or by a signal."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from newsroom import SiteServer
from tests.harness import ROOT, running_daemon, wait_until, write_config


async def hang(request: web.BaseRequest) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer() as server:
        yield server


def configure(folder: Path, site: SiteServer, limit: str) -> Path:
    table = f'[[outlets]]\nid = "x"\nname = "x"\ntime_limit = "{limit}"\n[[outlets.sources]]\nkind = "feed"\nurl = "{site.url}feed/"\n'
    return write_config(folder, outlets=[table])


PATIENT = "import crawler.settings as s; s.DOWNLOAD_TIMEOUT = 600; from rasid.cli import main; main()"
"""The program, but a request that hangs is given up only when the test has failed."""


@pytest.mark.parametrize("path", ["/feed/", "/robots.txt"])
def test_a_crawl_of_a_server_that_never_answers_ends_with_its_limit(tmp_path: Path, site: SiteServer, path: str) -> None:
    site.set(path, hang)
    command = [sys.executable, "-c", PATIENT, "--config", str(configure(tmp_path, site, "2s")), "crawl", "x"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)
    assert shown.returncode == 1
    assert shown.stderr == "rasid: not done after 2 s; the rest follows in the next poll\n"
    assert "x: timed_out" in shown.stdout


def test_the_daemon_ends_while_a_request_hangs_whose_poll_is_over(tmp_path: Path, site: SiteServer) -> None:
    site.set("/feed/", hang)
    with running_daemon(configure(tmp_path, site, "1s")) as daemon:
        wait_until(lambda: daemon.log.count("outcome=timed_out") >= 2, what="two polls in vain")
        assert daemon.stop() == 0
        assert "Traceback" not in daemon.log
        assert "destroyed" not in daemon.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [[], ["--jsonl"]])
def test_an_interrupted_crawl_says_so_by_its_exit_code(tmp_path: Path, site: SiteServer, number: int, arguments: list[str]) -> None:
    site.set("/feed/", hang)
    command = [sys.executable, "-m", "rasid", "--config", str(configure(tmp_path, site, "5m")), "crawl", "x", *arguments]
    crawling = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: any(hit.path == "/feed/" for hit in site.requests), what="the request")
        crawling.send_signal(number)
        out, complaint = crawling.communicate(timeout=60)
    finally:
        crawling.kill()
    assert crawling.returncode == 128 + number
    assert complaint == "rasid: stopped; the rest follows in the next poll\n"
    assert out.startswith("x: partial") if not arguments else out == ""
