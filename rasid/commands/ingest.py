"""``rasid ingest``: articles from a file of JSON lines, through everything that a crawl does once it has read a page."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from core.clock import SystemClock
from core.errors import RasidError, UsageError
from core.model import Outlet, Supplied, VerdictKind
from core.settings import is_web_address
from core.text import clean_line, fold
from rasid import wiring
from rasid.commands.crawl import deliver_now
from rasid.terminal import configure_logs, note, print_json, say, shorten

if TYPE_CHECKING:
    from crawler.intake import Handed, Taken

MAX_LINE = 4 * 1024 * 1024  # bytes
_BATCH = 50  # articles in a transaction
_MOST_SHOWN = 20
_COUNTS = ("seen", "new", "known", "revised", "filtered", "failed", "duplicates", "matched", "alerted")
_ID = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST_ID = 60
_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""No text of a database holds them."""


class LineError(ValueError):
    """Nothing can be made of a line; ``str(error)`` says why."""


@dataclass(slots=True)
class Report:
    """What it came to so far: ``seen == new + known + revised + filtered + failed``, as in the ledger. ``duplicates`` are new as well."""

    quiet: bool
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fail(self, line: int, problem: str) -> None:
        self.counts["seen"] += 1
        self.counts["failed"] += 1
        if len(self.problems) < _MOST_SHOWN:
            self.problems.append({"line": line, "problem": problem})
            if not self.quiet:
                note(f"rasid: line {line}: {clean_line(problem)}")

    def remark(self, sentence: str) -> None:
        if len(self.notes) < _MOST_SHOWN:
            self.notes.append(sentence)
            note(f"rasid: {sentence}")

    def take(self, taken: Taken) -> None:
        recorded = taken.recorded
        if recorded is None:
            self.fail(taken.line, taken.problem)
            return
        self.counts["seen"] += 1
        self.counts[recorded.outcome] += 1
        self.counts["duplicates"] += recorded.outcome == "new" and recorded.verdict.kind is not VerdictKind.NEW
        self.counts["matched"] += bool(recorded.topics)
        self.counts["alerted"] += len(recorded.alerted)


def run(path: Path | None, file: str, *, silent: bool, as_json: bool) -> None:
    """Takes every line in and prints counts. Raises UsageError when the file cannot be read, and RasidError when lines have failed."""
    from crawler.intake import Intake

    configure_logs(logging.ERROR)
    config = wiring.read_config(path)
    report, clock = Report(quiet=as_json), SystemClock()
    begun = clock.monotonic()
    with ExitStack() as held:
        lines = read_lines(_open(file, held), file)
        store = wiring.open_configured_store(config)
        held.callback(store.close)
        context = wiring.build_context(config, store)
        held.callback(context.reader.close)
        intake = Intake(context, silent=silent)
        # The loop runs only while a batch is taken in: Ctrl-C ends us at once while we wait for a slow pipe.
        runner = held.enter_context(asyncio.Runner())
        for batch in _batches(_articles(lines, OutletNames(wiring.known_outlets(config, store), report), report)):
            for taken in runner.run(intake.take(batch)):
                report.take(taken)
        if report.counts["alerted"]:
            runner.run(deliver_now(config, store, asyncio.Event(), quiet=as_json))
    _print(report, clock.monotonic() - begun, as_json=as_json)
    if failed := report.counts["failed"]:
        raise RasidError(
            f"{failed} of {report.counts['seen']} lines were not taken in; mend them and ingest the file again: what is known stays"
        )


# --------------------------------------------------------------------------- lines


def read_lines(stream: BinaryIO, name: str) -> Iterator[tuple[int, bytes | None]]:
    """Every line that is not blank, with its number; None for one that is longer than ``MAX_LINE``, which is never held whole.

    Raises UsageError when reading fails.
    """
    try:
        number = 0
        while line := stream.readline(MAX_LINE + 1):
            number += 1
            whole = len(line) <= MAX_LINE
            while len(line) > MAX_LINE and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE + 1)
            if not whole or line.strip():
                yield number, line if whole else None
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from None


def supplied_of(line: bytes | None) -> tuple[str, Supplied]:
    """The outlet, as it is written, and the article of a line. Raises LineError."""
    if line is None:
        raise LineError(f"is longer than {MAX_LINE // 1024 // 1024} MB; that is not an article")
    item = _object(line)
    title, body = _text(item, "title"), _text(item, "body")
    if not title.strip() and not body.strip():
        raise LineError("has neither title nor body; give it one of them")
    external_id, url = _UNSTORABLE.sub("", _text(item, "id")).strip(), _text(item, "url").strip()
    if not external_id and not is_web_address(url):
        raise LineError("has no id; write one that is its own in its outlet")
    supplied = Supplied(
        id=external_id,
        title=title,
        body=body,
        url=url if is_web_address(url) else "",
        lead=_text(item, "lead"),
        language=_text(item, "lang").strip() or None,
        published=_text(item, "published_at").strip() or None,
        tags=_tags(item.get("tags")),
        original_source=clean_line(_text(item, "original_source")) or None,
    )
    return _text(item, "outlet"), supplied


def _object(line: bytes) -> Mapping[str, Any]:
    try:
        item = json.loads(line.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise LineError("is not JSON; each line is an object with id, outlet, title, body") from None
    if not isinstance(item, dict):
        raise LineError("is not a JSON object; each line is an object with id, outlet, title, body")
    return item


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int) and not isinstance(value, bool) and name == "id":
        return str(value)
    raise LineError(f"has no text as its {name}; write it in quotes")


def _tags(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    return tuple(tag for tag in value if isinstance(tag, str)) if isinstance(value, list) else ()


# --------------------------------------------------------------------------- outlets


class OutletNames:
    """The outlet that a line names: a known one by its id, name or alias, else one that is made of the name."""

    def __init__(self, known: Sequence[Outlet], report: Report) -> None:
        self._report = report
        self._known = {key: outlet for outlet in reversed(known) for key in map(_key, (*outlet.aliases, outlet.name)) if key}
        self._known |= {outlet.id: outlet for outlet in known}
        self._made: dict[str, Outlet] = {}

    def find(self, written: str) -> Outlet:
        """Raises LineError when there is no name."""
        name = clean_line(written)
        if not name:
            raise LineError("names no outlet; write its id or its name")
        return self._known.get(name) or self._known.get(_key(name)) or self._make(name)

    def _make(self, name: str) -> Outlet:
        outlet_id = outlet_id_of(name)
        if name not in self._made:
            self._made[name] = self._known.get(outlet_id) or Outlet(id=outlet_id, name=name, home=None, languages=())
            if outlet_id != name:
                self._report.remark(f"the outlet {shorten(name, 60)!r} is kept as {outlet_id}")
        return self._made[name]


def outlet_id_of(name: str) -> str:
    """The name where it is an id, else one made of its Latin letters, else of its hash: the same for the same name."""
    if _ID.fullmatch(name) and len(name) <= _LONGEST_ID:
        return name
    words = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:_LONGEST_ID].strip("_")
    if not words:
        return f"outlet_{hashlib.blake2b(fold(name).encode('utf-8', 'replace'), digest_size=4).hexdigest()}"
    return words if words[0].isalpha() else f"outlet_{words}"


def _key(name: str) -> str:
    return " ".join(fold(name).split())


# --------------------------------------------------------------------------- work


def _open(file: str, held: ExitStack) -> BinaryIO:
    if file == "-":
        if sys.stdin is None:
            raise UsageError("there is no standard input; give a file, or pipe something into this command")
        return sys.stdin.buffer
    try:
        return held.enter_context(Path(file).open("rb"))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {file}: {getattr(error, 'strerror', None) or error}") from None


def _articles(lines: Iterator[tuple[int, bytes | None]], outlets: OutletNames, report: Report) -> Iterator[Handed]:
    from crawler.intake import Handed

    for number, line in lines:
        try:
            written, supplied = supplied_of(line)
            yield Handed(number, outlets.find(written), supplied)
        except LineError as error:
            report.fail(number, str(error))


def _batches(items: Iterator[Handed]) -> Iterator[list[Handed]]:
    """Some at a time, and not more text than a few articles of the greatest size."""
    batch: list[Handed] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.supplied.title) + len(item.supplied.lead) + len(item.supplied.body)
        if len(batch) == _BATCH or size > MAX_LINE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _print(report: Report, seconds: float, *, as_json: bool) -> None:
    counts = {name: report.counts[name] for name in _COUNTS}
    hidden = counts["failed"] - len(report.problems)
    if as_json:
        print_json({**counts, "seconds": round(seconds, 1), "problems": report.problems, "more_problems": hidden})
        return
    if hidden > 0:
        note(f"rasid: and {hidden} more lines like these")
    say(f"ingested: {' '.join(f'{name}={count}' for name, count in counts.items())} seconds={seconds:.1f}")
