"""``rasid extract`` and ``rasid explain``: what the stages make of one text, without storing anything."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from core.clock import SystemClock
from core.errors import RasidError, UsageError
from core.model import Article, Evidence, Match, Outlet
from core.text import clean
from rasid import wiring
from rasid.commands import layers
from rasid.commands.crawl import outlet_of
from rasid.terminal import configure_logs, isolate, print_json, print_json_line, say, shorten

if TYPE_CHECKING:
    from core.config import Config
    from crawler.context import MatchesArticles

_MAX_FILE = 20 * 1024 * 1024  # bytes


def extract_file(path: Path | None, file: Path, *, url: str, as_json: bool) -> None:
    """Prints the article on a saved page. Raises ExtractionError and UsageError."""
    config = wiring.read_config(path)
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(f"--url {url!r} is not a web address; write the address the page was saved from")
    body, outlet, now = bytes_of(file), outlet_of(list(config.outlets), url), SystemClock().now()
    article = read_article(body, url, outlet, known=config.outlets)
    fields, claims = _fields(article), layers.layers_of(body, url, outlet)
    if as_json:
        print_json(fields | layers.as_json(claims, now))
        return
    for name, value in fields.items():
        if name not in ("provenance", "notes", "body") and value not in (None, [], ""):
            say(f"{name:16} {isolate(str(value))}{_origin(article, name)}")
    for note in article.notes:
        say(f"{'note':16} {isolate(note)}")
    layers.print_disagreements(claims, now)
    say(f"{'body':16}{_origin(article, 'body')}")
    say(clean(article.body))


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
    for match in detector.match(**text):
        _print_match(text, match)


def explain_lines(lines: Iterable[str], detector: MatchesArticles) -> Iterator[dict[str, Any]]:
    """One verdict for each JSON object ``{id,title,lead,body,lang?}``, in order. Raises UsageError that names the line."""
    from crawler.normalise.language import identify

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        item = _object(line, number)
        title, lead, body = (str(item.get(name) or "") for name in ("title", "lead", "body"))
        language = item.get("lang") or identify(f"{title}\n{lead}\n{body[:1000]}")
        matches = detector.match(title=title, lead=lead or None, body=body, tags=_tags(item), language=language)
        first = matches[0]
        verdict = {"id": item.get("id"), "relevant": first.relevant, "score": first.score, "lang": language}
        extra = {"topics": [match.topic for match in matches if match.relevant]} if len(matches) > 1 else {}
        yield verdict | {"topic": first.topic, "reason": first.reason, "evidence": [asdict(e) for e in first.evidence]} | extra


def read_article(body: bytes, url: str, outlet: Outlet, encoding: str | None = None, known: Iterable[Outlet] = ()) -> Article:
    """The article on a page of the outlet. ``known``: outlets that it may cite. Raises ExtractionError."""
    from crawler.extract import extract
    from crawler.normalise import SourceNames, normalise, outlet_aliases

    raw = extract(body, url=url, rules=outlet.rules, declared_encoding=encoding)
    names = SourceNames(outlet_aliases(known))
    return normalise(raw, outlet=outlet, source=None, entry=None, url=url, now=SystemClock().now(), known_sources=names)


def _text_to_explain(config: Config, what: str) -> dict[str, Any]:
    if what.startswith(("http://", "https://")):
        return _of_article(_fetch_article(config, what))
    data = _stdin().read(_MAX_FILE) if what == "-" else bytes_of(Path(what))
    if data.lstrip()[:1] == b"<":
        unknown = Outlet(id="file", name="file", home=None, languages=())
        return _of_article(read_article(data, "http://file.invalid/", unknown))
    title, _, body = clean(data.decode("utf-8", "replace")).partition("\n")
    if not title:
        raise UsageError(f"{what} is empty; give a page, or a text whose first line is the title")
    return {"title": title, "lead": None, "body": body}


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
    return {"title": article.title, "lead": article.lead, "body": article.body, "tags": article.tags, "language": article.language}


def _print_match(text: dict[str, Any], match: Match) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    verdict = "would alert" if match.relevant else "would not alert"
    console.print(Text(f"{match.topic}: {verdict} (score {match.score:.2f})", style="bold green" if match.relevant else "bold"))
    console.print(Text(f"  {isolate(match.reason)}"))
    console.print(_highlighted(text["title"], [e for e in match.evidence if e.field == "title"]))
    for evidence in match.evidence:
        say(
            f"  {evidence.side:10} {evidence.weight:5.2f}  {evidence.field}:{evidence.position}  {isolate(evidence.text)} ({evidence.term})"
        )


def _highlighted(title: str, evidence: list[Evidence]) -> Any:
    from rich.text import Text

    line = Text(f"  {shorten(title, 400)}")
    line.highlight_words([e.text for e in evidence], style="bold yellow")
    return line


def _fields(article: Article) -> dict[str, Any]:
    fields = asdict(article)
    fields["content_hash"] = article.content_hash.hex()
    del fields["fingerprint"]
    for name in ("published_at", "modified_at"):
        fields[name] = fields[name].isoformat() if fields[name] else None
    return fields


def _origin(article: Article, name: str) -> str:
    layer = article.provenance.get("paragraphs" if name == "body" else name) or article.provenance.get(name.removesuffix("_at"))
    return f"   [{layer}]" if layer else ""


def bytes_of(file: Path) -> bytes:
    """The content of a file. Raises UsageError when it cannot be read or is too large."""
    try:
        if file.stat().st_size > _MAX_FILE:
            raise UsageError(f"{file} is larger than {_MAX_FILE // 1024 // 1024} MB; that is not an article")
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None


def _stdin() -> BinaryIO:
    if sys.stdin is None:
        raise UsageError("there is no standard input; give a file, or pipe something into this command")
    return sys.stdin.buffer


def _lines_of(what: str) -> Iterable[str]:
    if what == "-":
        return (line.decode("utf-8", "replace") for line in _stdin())
    return bytes_of(Path(what)).decode("utf-8", "replace").split("\n")


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError:
        raise UsageError(f"line {number} is not JSON; each line is an object with id, title, lead, body") from None
    if not isinstance(item, dict):
        raise UsageError(f"line {number} is not a JSON object; each line is an object with id, title, lead, body")
    return item


def _tags(item: dict[str, Any]) -> tuple[str, ...]:
    tags = item.get("tags") or ()
    return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()
