"""Hands pages and big sources to a worker process and waits without holding up the event loop; ends what takes too long.

One worker: started for the first job, ended after idling. The standard library does it in a page of code: a process pool would keep
helper processes or polling threads beside the daemon, and bounds waiting, not CPU.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import ExtractionError, SourceError
from core.model import Article, Listing
from crawler.worker import SIZE, Answer, AnyJob, Job, SourceJob, SuppliedJob

log = logging.getLogger("rasid.crawler")

IDLE = 60.0
"""Seconds after the last job at which the worker is ended: it holds 60–90 MB."""
PATIENCE = 12.0
"""A worker that has not answered after so many times the CPU limit, by the wall clock, hangs."""
_MAX_ANSWER = 64 << 20  # bytes
_ROOT = Path(__file__).parents[1]
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_ALLOWED = {
    *(("core.model", name) for name in ("Article", "Entry", "Listing", "Nested")),
    ("datetime", "datetime"),
    ("datetime", "timezone"),
    ("datetime", "timedelta"),
}


class WorkerError(Exception):
    """Reading raised what it should not; ``name`` is the class of the error, the text its traceback."""

    def __init__(self, name: str, trace: str) -> None:
        self.name = name
        super().__init__(trace)


def describe_bug(name: str) -> tuple[str, str]:
    """Reason and sentence of an error of ours, by the name of its class."""
    return f"bug_{name}", f"an error of ours ({name}); the log has more"


class PageReader:
    """One per process. Pages and sources are read one at a time, in the order in which they came.

    ``spellings``: what ``crawler.normalise.outlet_aliases`` gave; each worker is told once.
    """

    def __init__(self, spellings: Mapping[str, str] | None = None, *, idle: float = IDLE, patience: float = PATIENCE) -> None:
        self._spellings = dict(spellings or {})
        self._idle, self._patience = idle, patience
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pages")
        self._worker: subprocess.Popen[bytes] | None = None
        self._told: subprocess.Popen[bytes] | None = None
        self._waiting = 0
        self._closed = False
        self._rest: asyncio.TimerHandle | None = None

    async def read(self, job: Job | SuppliedJob) -> Article:
        """The article on a page, or the one that was handed to us.

        Raises ExtractionError: what ``crawler.extract`` raises, ``too_slow``, or ``worker_died`` (another try may do better).
        Raises WorkerError.
        """
        kind, value, text = await self._answer(job)
        if isinstance(value, Article):
            return value
        if kind == "refused":
            raise ExtractionError(str(value), text)
        raise WorkerError(str(value), text)

    async def read_source(self, job: SourceJob) -> Listing:
        """The entries of a source.

        Raises SourceError: what ``crawler.discover`` raises, ``too_slow``, or ``worker_died`` (another try may do better).
        Raises WorkerError.
        """
        kind, value, text = await self._answer(job)
        if isinstance(value, Listing):
            return value
        if kind == "refused":
            raise SourceError(str(value), text)
        raise WorkerError(str(value), text)

    @property
    def pid(self) -> int | None:
        """The worker's process id, or None while there is none."""
        return self._worker.pid if self._worker is not None else None

    def rest(self) -> None:
        """Ends an idle worker; the next page gets a new one."""
        if self._waiting == 0:
            self._end_worker()

    def close(self) -> None:
        """Ends the worker at once, whatever it does; no page is read any more."""
        self._closed = True
        self._end_worker()
        self._thread.shutdown(wait=False)

    async def _answer(self, job: AnyJob) -> Answer:
        if self._closed:
            return _stopping(job)
        loop = asyncio.get_running_loop()
        if self._rest is not None:
            self._rest.cancel()
        self._waiting += 1
        try:
            return await loop.run_in_executor(self._thread, self._ask, job)
        finally:
            self._waiting -= 1
            if self._waiting == 0:
                self._rest = loop.call_later(self._idle, self.rest)

    # ------------------------------------------------------------------ in the thread

    def _ask(self, job: AnyJob) -> Answer:
        if self._closed:
            return _stopping(job)
        worker = self._living_worker()
        assert worker.stdin is not None
        assert worker.stdout is not None
        clock = threading.Timer(job.limit * self._patience, worker.kill)
        clock.daemon = True
        clock.start()
        try:
            if worker is not self._told:
                pickle.dump(self._spellings, worker.stdin)
                self._told = worker
            pickle.dump(job, worker.stdin)
            worker.stdin.flush()
            return _read_answer(worker.stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            return self._autopsy(worker, job)
        finally:
            clock.cancel()

    def _living_worker(self) -> subprocess.Popen[bytes]:
        if self._worker is not None and self._worker.poll() is not None:
            _close_pipes(self._worker)
            self._worker = None
        if self._worker is None:
            self._worker = _start()
        return self._worker

    def _autopsy(self, worker: subprocess.Popen[bytes], job: AnyJob) -> Answer:
        """Why there is no answer; the next job gets a new worker."""
        worker.kill()
        code = worker.wait()
        self._worker = None
        _close_pipes(worker)
        if code == -signal.SIGPROF:
            return "refused", "too_slow", f"reading {job.url} took more than {job.limit:g} s of CPU; it was given up"
        if not self._closed:
            log.warning("worker ended code=%d url=%s", code, job.url)
        return "refused", "worker_died", f"the process that read {job.url} ended ({code}); it is tried again"

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            worker.wait()
            if self._waiting == 0:
                _close_pipes(worker)


def _stopping(job: AnyJob) -> Answer:
    return "refused", "worker_died", f"{job.url} was not read, because we are stopping"


def _start() -> subprocess.Popen[bytes]:
    """A worker, without our secrets in its environment: it parses what strangers wrote."""
    kept = {name: value for name, value in os.environ.items() if name in _ENVIRONMENT or name.startswith("PYTHON")}
    path = os.pathsep.join(part for part in (str(_ROOT), kept.get("PYTHONPATH")) if part)
    command = [sys.executable, "-P", "-m", "crawler.worker"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**kept, "PYTHONPATH": path})


def _close_pipes(worker: subprocess.Popen[bytes]) -> None:
    for pipe in (worker.stdin, worker.stdout):
        try:
            if pipe is not None:
                pipe.close()
        except OSError:  # a job that it did not take stands in the buffer
            continue


def _read_answer(answers: Any) -> Answer:
    """Raises EOFError or ValueError when the worker ended or wrote what is no answer."""
    head = answers.read(SIZE.size)
    if len(head) < SIZE.size:
        raise EOFError
    (size,) = SIZE.unpack(head)
    if size > _MAX_ANSWER:
        raise ValueError(size)
    data = answers.read(size)
    if len(data) < size:
        raise EOFError
    return _Careful(io.BytesIO(data)).load()  # type: ignore[no-any-return]


class _Careful(pickle.Unpickler):
    """Makes articles, entries and instants, nothing else: the worker has read what strangers wrote."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)
