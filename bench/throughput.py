"""Extraction alone, page bytes to title, body and date: "trafilatura fast with metadata" against ours, on fresh pages in one run.

Pages come from ``bench/corpus.py`` (80–150 KB, three themes). Every candidate gets pages that nobody has read before, since extractors
keep caches; rounds are interleaved and the median is the result. Ours includes the parsing of the date and all other fields. Seconds are
seconds of CPU, since neighbours on the machine must not decide.

python -m bench.throughput [--pages 12] [--rounds 15]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench.corpus import BenchPage, make_page
from core.model import Rules
from crawler.extract import extract
from crawler.normalise.dates import parse_date

RULES = Rules(title="h1.entry-title", body=".entry-content", date=".post-date")
_NOW = datetime(2026, 11, 25, tzinfo=UTC)

Read = Callable[[BenchPage], tuple[str, str, str]]
"""A page's title, text and date (YYYY-MM-DD or "")."""


@dataclass(slots=True)
class Candidate:
    """What was measured of one extractor."""

    label: str
    read: Read
    speeds: list[float] = field(default_factory=list)
    f1: list[float] = field(default_factory=list)
    titles: int = 0
    dates: int = 0
    wrong_dates: int = 0
    longest: float = 0.0

    def measure(self, pages: list[BenchPage]) -> None:
        answers, start = [], time.process_time()
        for page in pages:
            before = time.process_time()
            answers.append(self.read(page))
            self.longest = max(self.longest, time.process_time() - before)
        self.speeds.append(len(pages) / (time.process_time() - start))
        for page, (title, body, date) in zip(pages, answers, strict=True):
            self.f1.append(word_f1(" ".join(page.paragraphs), body))
            self.titles += title == page.title
            self.dates += date == page.date
            self.wrong_dates += bool(date) and date != page.date


def read_theirs(page: BenchPage) -> tuple[str, str, str]:
    import trafilatura

    found = trafilatura.bare_extraction(page.html, fast=True, with_metadata=True, include_comments=False)
    return ("", "", "") if found is None else (found.title or "", found.text or "", found.date or "")


def reader(rules: Rules) -> Read:
    """Ours, with these rules."""

    def read(page: BenchPage) -> tuple[str, str, str]:
        article = extract(page.html, url=f"https://news.example.org/post/{page.number}/", rules=rules)
        at = parse_date(article.published, now=_NOW, zone="UTC").at if article.published else None
        return article.title, "\n".join(article.paragraphs), at.date().isoformat() if at else ""

    return read


def word_f1(wanted: str, found: str) -> float:
    """F1 of two texts as multisets of words."""
    one, two = Counter(wanted.split()), Counter(found.split())
    shared = sum((one & two).values())
    return 2 * shared / (sum(one.values()) + sum(two.values())) if shared else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    candidates = [
        Candidate("trafilatura fast, metadata", read_theirs),
        Candidate("rasid, no rules", reader(Rules())),
        Candidate("rasid, CSS rules", reader(RULES)),
    ]
    number = 1_000_000
    for candidate in candidates:  # imports and tables are not what is measured
        candidate.read(make_page(number))
        number += 1
    sizes: list[int] = []
    for _ in range(options.rounds):
        for candidate in candidates:
            pages = [make_page(number + index) for index in range(options.pages)]
            number += options.pages
            sizes += [len(page.html) for page in pages]
            candidate.measure(pages)
    print(f"{len(sizes)} pages of {min(sizes) // 1000}-{max(sizes) // 1000} KB, {options.pages} a round, {options.rounds} rounds")
    anchor = statistics.median(candidates[0].speeds)
    total = options.pages * options.rounds
    for candidate in candidates:
        median = statistics.median(candidate.speeds)
        print(
            f"{candidate.label:28} {median:7.1f} pages/s [{min(candidate.speeds):.1f}-{max(candidate.speeds):.1f}] {median / anchor:5.2f} x"
            f"   body F1 {statistics.fmean(candidate.f1):.3f}   titles {candidate.titles}/{total}   dates {candidate.dates}/{total}"
            f" wrong {candidate.wrong_dates}   slowest {candidate.longest * 1000:.0f} ms"
        )


if __name__ == "__main__":
    main()
