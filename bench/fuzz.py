"""Mutated pages and sources through extraction and the readers of sources: what leaves them, and the longest that one took.

python -m bench.fuzz [--count 10000] [--seed 1]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.mutations import huge, mutated_pages, mutated_sources
from core.errors import ExtractionError, SourceError
from core.model import Source, SourceKind
from crawler.discover import read
from crawler.extract import extract

URL = "https://news.example.org/a/1"


@dataclass(slots=True)
class Tally:
    """Outcomes and seconds of CPU."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def run(self, work: Callable[[], object]) -> None:
        began = time.process_time()
        try:
            work()
            outcome = "read"
        except (ExtractionError, SourceError) as error:
            outcome = error.reason
        except Exception as error:
            outcome = f"BUG {type(error).__name__}"
        self.seconds.append(time.process_time() - began)
        self.outcomes[outcome] += 1

    def __str__(self) -> str:
        counts = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        return f"{len(self.seconds)}: median {statistics.median(self.seconds) * 1000:.1f} ms, longest {max(self.seconds):.2f} s; {counts}"


def read_source(kind: SourceKind, body: bytes) -> object:
    return read(kind, body, url=URL, source=Source("x", kind, URL))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    pages, sources = Tally(), Tally()
    for body in mutated_pages(options.seed, options.count):
        pages.run(lambda body=body: extract(body, url=URL))  # type: ignore[misc]
    print("pages  ", pages)
    for kind, body in mutated_sources(options.seed, options.count):
        sources.run(lambda kind=kind, body=body: read_source(kind, body))  # type: ignore[misc]
    print("sources", sources)
    for name, body in huge():
        tally = Tally()
        tally.run(lambda body=body: extract(body, url=URL))  # type: ignore[misc]
        print(f"20 MB, {name:20} as a page:  {tally}")
        for kind in SourceKind:
            tally = Tally()
            tally.run(lambda kind=kind, body=body: read_source(kind, body))  # type: ignore[misc]
            print(f"20 MB, {name:20} as {kind.value:10} {tally}", flush=True)


if __name__ == "__main__":
    main()
