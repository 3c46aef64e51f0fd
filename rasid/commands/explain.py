"""``rasid explain``: why a text would alert, or not, topic by topic, without storing anything."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from core.errors import RasidError, UsageError
from core.model import Article, Match, Outlet
from core.text import clean
from rasid import wiring
from rasid.commands.crawl import outlet_of, web_address
from rasid.commands.inspect import MAX_FILE, bytes_of, read_article
from rasid.marked import make_console, print_marked, sentences, spans_of
from rasid.terminal import configure_logs, isolate, print_json_line

if TYPE_CHECKING:
    from rich.console import Console

    from core.config import Config
    from crawler.detect import Detector


_FILE_NAME = re.compile(r"\S*(/|\\|\.[A-Za-z0-9]{1,8}$)\S*")
"""One word with a folder or an ending in it."""


def explain(path: Path | None, what: str, *, jsonl: bool) -> None:
    """Prints the verdicts of every topic. Raises UsageError, ExtractionError and RasidError."""
    from crawler.detect import build_detector

    config = wiring.read_config(path)
    detector = build_detector(config.topics)
    if jsonl:
        for verdict in explain_lines(_lines_of(what), detector):
            print_json_line(verdict)
        return
    text = _text_to_explain(config, what)
    console, thresholds = make_console(), thresholds_of(detector)
    for match in detector.match(**text):
        print_match(console, text, match, thresholds[match.topic])


def explain_lines(lines: Iterable[str], detector: Detector) -> Iterator[dict[str, Any]]:
    """One verdict for each JSON object ``{id,title,lead,body,lang?}``, in order: the first topic's, and all where there are several.

    Raises UsageError that names the line.
    """
    from crawler.normalise.language import identify

    thresholds = thresholds_of(detector)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        item = _object(line, number)
        title, lead, body = (str(item.get(name) or "") for name in ("title", "lead", "body"))
        language = item.get("lang") or identify(f"{title}\n{lead}\n{body[:1000]}")
        matches = detector.match(title=title, lead=lead or None, body=body, tags=_tags(item), language=language)
        first = _verdict(matches[0], thresholds)
        verdict = {"id": item.get("id"), "relevant": first["relevant"], "score": first["score"], "lang": language} | first
        if len(matches) > 1:
            verdict["topics"] = [match.topic for match in matches if match.relevant]
            verdict["verdicts"] = [_verdict(match, thresholds) for match in matches]
        yield verdict


def thresholds_of(detector: Detector) -> dict[str, float]:
    """The threshold of each topic."""
    return {topic.id: topic.threshold for topic in detector.topics}


def print_match(
    console: Console,
    text: Mapping[str, Any],
    match: Match,
    threshold: float,
    verdicts: tuple[str, str] = ("would alert", "would not alert"),
) -> None:
    """The verdict, the reason, and the words that decided, marked where they stand."""
    from rich.text import Text

    verdict = verdicts[not match.relevant]
    style = "bold green" if match.relevant else "bold"
    console.print(Text(f"{match.topic}: {verdict} (score {match.score:.2f}, threshold {threshold:.2f})", style=style))
    print_marked(console, "reason", match.reason, ())
    print_marked(console, "title", text["title"], spans_of(match.evidence, "title"))
    if text.get("lead"):
        print_marked(console, "lead", text["lead"], spans_of(match.evidence, "lead"))
    spans = spans_of(match.evidence, "body")
    for number, sentence in enumerate(sentences(text["body"], spans)):
        print_marked(console, "body" if number == 0 else "", text["body"], spans, sentence)
    if tags := spans_of(match.evidence, "tags"):
        print_marked(console, "tags", ", ".join(text.get("tags") or ()), tags)
    for evidence in match.evidence:
        words = f"{isolate(evidence.text)} ({isolate(evidence.term)})"
        console.print(Text(f"  {evidence.side:10} {evidence.weight:5.2f}  {evidence.field}:{evidence.position:<5} {words}"))


def _verdict(match: Match, thresholds: Mapping[str, float]) -> dict[str, Any]:
    return {
        "topic": match.topic,
        "relevant": match.relevant,
        "score": match.score,
        "threshold": thresholds[match.topic],
        "reason": match.reason,
        "evidence": [asdict(evidence) for evidence in match.evidence],
    }


def _text_to_explain(config: Config, what: str) -> dict[str, Any]:
    address = web_address(what)
    if address is not None:
        return _of_article(_fetch_article(config, address))
    data = _bytes_to_explain(what)
    if data.lstrip()[:1] == b"<":
        unknown = Outlet(id="file", name="file", home=None, languages=())
        return _of_article(read_article(data, "http://file.invalid/", unknown))
    title, _, body = clean(data.decode("utf-8", "replace")).partition("\n")
    if not title:
        raise UsageError(f"{what or 'the text'} is empty; give a page, or a text whose first line is the title")
    return {"title": title, "lead": None, "body": body}


def _bytes_to_explain(what: str) -> bytes:
    """What is no file, and does not look like the name of one, is itself the text."""
    if what == "-":
        return _stdin().read(MAX_FILE)
    if not what.strip() or (not _is_file(what) and not _FILE_NAME.fullmatch(what)):
        return what.encode("utf-8", "replace")
    return bytes_of(Path(what))


def _is_file(what: str) -> bool:
    try:
        return Path(what).exists()
    except (OSError, ValueError):  # longer than names may be, a zero byte
        return False


def _fetch_article(config: Config, url: str) -> Article:
    from spiders.reactor import run_in_reactor

    configure_logs(40)
    outlet = outlet_of(list(config.outlets), url)

    async def main(_stop: asyncio.Event) -> Any:
        from spiders.fetch import fetch
        from storage import open_store

        store = open_store("sqlite://")
        return (await fetch(wiring.build_context(config, store), [url]))[url]

    fetched = run_in_reactor(main, allow_private=config.polling.allow_private_addresses)
    if not fetched.ok:
        raise RasidError(f"{url}: {fetched.sentence}")
    return read_article(fetched.body, fetched.url, replace(outlet), fetched.encoding)


def _of_article(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
        "tags": article.tags,
        "language": article.language,
        "published_at": article.published_at,
    }


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        raise UsageError("there is no standard input; give a file, or pipe something into this command")
    return sys.stdin.buffer


def _lines_of(what: str) -> Iterable[str]:
    if what == "-":
        return (line.decode("utf-8", "replace").removeprefix("\ufeff") for line in _stdin())
    return bytes_of(Path(what)).decode("utf-8-sig", "replace").split("\n")


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        raise UsageError(f"line {number} is not JSON; each line is an object with id, title, lead, body") from None
    if not isinstance(item, dict):
        raise UsageError(f"line {number} is not a JSON object; each line is an object with id, title, lead, body")
    return item


def _tags(item: dict[str, Any]) -> tuple[str, ...]:
    tags = item.get("tags") or ()
    return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()
