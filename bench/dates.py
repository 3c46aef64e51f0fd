"""Written dates: right, unknown and wrong of ``parse_date`` beside dateparser and htmldate, and dates a second, in one run.

A day counts as right when it is the day meant in the zone of the row; a minute must be exact. Nobody is asked for what he was not told:
dateparser gets the present, the zone, day before month and the languages of the region; htmldate gets a page with the text in it.

usage: python -m bench.dates [FILE.jsonl ...] [--seconds 1.0] [--missed]
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crawler.normalise.dates import parse_date

DATA = Path(__file__).parents[1] / "tests" / "data" / "dates"
Row = dict[str, Any]
Candidate = Callable[[Row], datetime | str | None]
"""The instant or the day (``2026-10-09``) that a row's text names."""


def ours(row: Row) -> datetime | str | None:
    found = parse_date(row["text"], now=datetime.fromisoformat(row["now"]), zone=row.get("zone"), zone_override=row.get("zone_override"))
    return found.at if found.at is None or found.precision == "minute" else f"{found.at:%Y-%m-%d}"


def dateparser_candidate() -> Candidate:
    import dateparser

    def answer(row: Row) -> datetime | None:
        zone = row.get("zone_override") or row.get("zone") or "UTC"
        now = datetime.fromisoformat(row["now"]).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        settings: Any = {
            "RELATIVE_BASE": now,
            "TIMEZONE": zone,
            "RETURN_AS_TIMEZONE_AWARE": True,
            "DATE_ORDER": "DMY",
            "REQUIRE_PARTS": ["day", "month", "year"],
        }
        try:
            return dateparser.parse(row["text"], languages=["ar", "tr", "en", "fa"], settings=settings)
        except (ValueError, OverflowError, TypeError, AttributeError):  # its errors are its "unknown"
            return None

    return answer


def htmldate_candidate() -> Candidate:
    from htmldate import find_date

    def answer(row: Row) -> str | None:
        page = f"<html><body><h1>News</h1><p class='date'>{row['text']}</p><p>{'Text of the article. ' * 20}</p></body></html>"
        try:
            return find_date(page, extensive_search=True, original_date=True, max_date=row["now"][:10])
        except ValueError:
            return None

    return answer


def judge(row: Row, found: datetime | str | None) -> str:
    expected = row["at"]
    if found is None:
        return "right" if expected is None else "unknown"
    if expected is None:
        return "wrong"
    if len(expected) > 10 and isinstance(found, datetime):
        return "right" if found.astimezone(UTC).replace(microsecond=0) == datetime.fromisoformat(expected) else "wrong"
    zone = ZoneInfo(row.get("zone_override") or row.get("zone") or "UTC")
    meant = expected if len(expected) == 10 else f"{datetime.fromisoformat(expected).astimezone(zone):%Y-%m-%d}"
    day = found if isinstance(found, str) else f"{found:%Y-%m-%d}"
    return "right" if day == meant else "wrong"


def rate(candidate: Candidate, rows: list[Row], seconds: float) -> float:
    """Dates a second, over as many whole rounds as fit (at least one)."""
    count, started = 0, time.perf_counter()
    while count == 0 or time.perf_counter() - started < seconds:
        for row in rows:
            candidate(row)
        count += len(rows)
    return count / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[DATA / "dates.jsonl", DATA / "held_out.jsonl"])
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--missed", action="store_true", help="print what parse_date does not read as expected")
    options = parser.parse_args()
    candidates = {"parse_date": ours, "dateparser": dateparser_candidate(), "htmldate": htmldate_candidate()}
    for path in options.files:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        print(f"{path.name}: {len(rows)} strings, {sum(row['at'] is None for row in rows)} of them must stay unknown")
        for name, candidate in candidates.items():
            verdicts = Counter(judge(row, candidate(row)) for row in rows)
            counts = "  ".join(f"{verdict} {verdicts[verdict]:3d}" for verdict in ("right", "unknown", "wrong"))
            print(f"  {name:11s} {counts}  {rate(candidate, rows, options.seconds):8.0f}/s")
        if options.missed:
            print("\n".join(f"  {row['text']!r}: {ours(row)}, expected {row['at']}" for row in rows if judge(row, ours(row)) != "right"))


if __name__ == "__main__":
    main()
