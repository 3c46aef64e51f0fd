"""The process that reads pages and big sources for the daemon: fetched bytes are parsed here, and what harms harms nobody else.

Started by ``crawler.reading`` as ``python -m crawler.worker``. Reads jobs from standard input and writes answers to standard output until
the input ends, which it does with its parent. Imports the pure stages only. Its CPU time per job and its memory are bounded by the system.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import struct
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from core.errors import ExtractionError, SourceError
from core.model import Article, Entry, Listing, Outlet, Source, SourceKind, Supplied
from crawler.discover import read

if TYPE_CHECKING:
    from crawler.normalise.source_names import SourceNames

MAX_MEMORY = 1 << 30  # bytes of address space; a big page takes a tenth of it
SIZE = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Job:
    """A fetched page. ``limit``: seconds of CPU that it may take. ``told``: there is no page, only what the entry says."""

    body: bytes
    url: str
    encoding: str | None
    outlet: Outlet
    source: Source | None
    entry: Entry | None
    now: datetime
    limit: float
    told: bool = False

    def read(self, known_sources: SourceNames | None = None) -> Article:
        """The article on the page. Raises ExtractionError."""
        from crawler.extract import extract, extract_entry  # neither is imported in the daemon itself, which parses no page: 5 MB
        from crawler.normalise.article import normalise

        if self.told and self.entry is not None:
            raw = extract_entry(self.entry, rules=self.outlet.rules)
        else:
            raw = extract(self.body, url=self.url, rules=self.outlet.rules, entry=self.entry, declared_encoding=self.encoding)
        return normalise(
            raw, outlet=self.outlet, source=self.source, entry=self.entry, url=self.url, now=self.now, known_sources=known_sources
        )


@dataclass(frozen=True, slots=True)
class SourceJob:
    """What a source has answered, from ``url`` (after redirects). ``limit``: seconds of CPU that it may take."""

    kind: SourceKind
    body: bytes
    url: str
    source: Source
    content_type: str | None
    limit: float

    def read(self, _known_sources: SourceNames | None = None) -> Listing:
        """The entries of the source. Raises SourceError."""
        return read(self.kind, self.body, url=self.url, source=self.source, content_type=self.content_type)


@dataclass(frozen=True, slots=True)
class SuppliedJob:
    """An article that was handed to us; ``url`` is the address under which it is known. ``limit``: seconds of CPU that it may take."""

    supplied: Supplied
    url: str
    outlet: Outlet
    now: datetime
    limit: float

    def read(self, known_sources: SourceNames | None = None) -> Article:
        """The article. Raises ExtractionError."""
        from crawler.extract import extract_supplied
        from crawler.normalise.article import normalise

        raw = extract_supplied(self.supplied, rules=self.outlet.rules)
        return normalise(raw, outlet=self.outlet, source=None, entry=None, url=self.url, now=self.now, known_sources=known_sources)


AnyJob = Job | SourceJob | SuppliedJob
Answer = tuple[str, object, str]
"""``("read", Article or Listing, "")``, ``("refused", reason, sentence)`` or ``("bug", class name, traceback)``."""


def answer(job: AnyJob, known_sources: SourceNames | None = None) -> Answer:
    """What became of the job; never raises."""
    try:
        return "read", job.read(known_sources), ""
    except (ExtractionError, SourceError) as error:
        return "refused", error.reason, str(error)
    except MemoryError:
        return "refused", "too_large", f"{job.url} needs more memory than is given to read it"
    except Exception as error:  # the border of one article, or one source
        return "bug", type(error).__name__, traceback.format_exc()


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Answers jobs until there are no more; before the first come the spellings of sources that the built-in table lacks.

    The system ends the process (SIGPROF) when a job takes too much CPU.
    """
    from crawler.normalise.source_names import SourceNames

    try:
        known_sources = SourceNames(pickle.load(jobs))
    except EOFError:
        return
    while True:
        try:
            job: AnyJob = pickle.load(jobs)
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_PROF, job.limit)
        data = pickle.dumps(answer(job, known_sources))
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(SIZE.pack(len(data)) + data)
        answers.flush()


def main() -> None:
    import crawler.extract
    import crawler.normalise.article  # noqa: F401  # what imports take is no page's CPU

    for number in (signal.SIGINT, signal.SIGTERM):  # they mean the daemon, which closes our input when it ends
        signal.signal(number, signal.SIG_IGN)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)  # the daemon's loop goes first: it has alerts to deliver
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
