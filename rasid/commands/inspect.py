"""``rasid extract``: what extraction makes of one page, without storing anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.clock import SystemClock
from core.errors import UsageError
from core.model import Article, Outlet
from core.text import clean
from rasid import wiring
from rasid.commands import layers
from rasid.commands.crawl import outlet_of, web_address
from rasid.terminal import isolate, print_json, say

MAX_FILE = 20 * 1024 * 1024  # bytes


def extract_file(path: Path | None, file: Path, *, url: str, as_json: bool) -> None:
    """Prints the article on a saved page. Raises ExtractionError and UsageError."""
    config = wiring.read_config(path)
    body, url, now = bytes_of(file), address_of_page(url), SystemClock().now()
    outlet = outlet_of(list(config.outlets), url)
    article = read_article(body, url, outlet, known=config.outlets)
    fields, claims = _fields(article), layers.layers_of(body, url, outlet)
    if as_json:
        print_json(fields | layers.as_json(claims, now))
        return
    for name, value in fields.items():
        if name not in ("provenance", "notes", "body") and value not in (None, [], (), ""):
            say(f"{name:16} {isolate(_readable(value))}{_origin(article, name)}")
    for note in article.notes:
        say(f"{'note':16} {isolate(note)}")
    layers.print_disagreements(claims, now)
    say(f"{'body':16}{_origin(article, 'body')}")
    say(clean(article.body))


def address_of_page(url: str) -> str:
    """The address that ``--url`` gives. Raises UsageError."""
    address = web_address(url)
    if address is None:
        raise UsageError(f"--url {url!r} is not a web address; write the address the page was saved from")
    return address


def read_article(body: bytes, url: str, outlet: Outlet, encoding: str | None = None, known: Iterable[Outlet] = ()) -> Article:
    """The article on a page of the outlet. ``known``: outlets that it may cite. Raises ExtractionError."""
    from crawler.extract import extract
    from crawler.normalise.article import normalise
    from crawler.normalise.source_names import SourceNames, outlet_aliases

    raw = extract(body, url=url, rules=outlet.rules, declared_encoding=encoding)
    names = SourceNames(outlet_aliases(known))
    return normalise(raw, outlet=outlet, source=None, entry=None, url=url, now=SystemClock().now(), known_sources=names)


def _fields(article: Article) -> dict[str, Any]:
    fields = asdict(article)
    fields["content_hash"] = article.content_hash.hex()
    del fields["fingerprint"]
    for name in ("published_at", "modified_at"):
        fields[name] = fields[name].isoformat() if fields[name] else None
    return fields


def _readable(value: object) -> str:
    """Lists as a person writes them."""
    return ", ".join(map(_readable, value)) if isinstance(value, list | tuple) else str(value)


def _origin(article: Article, name: str) -> str:
    layer = article.provenance.get("paragraphs" if name == "body" else name) or article.provenance.get(name.removesuffix("_at"))
    return f"   [{layer}]" if layer else ""


def bytes_of(file: Path) -> bytes:
    """The content of a file. Raises UsageError when it cannot be read or is too large."""
    try:
        if file.stat().st_size > MAX_FILE:
            raise UsageError(f"{file} is larger than {MAX_FILE // 1024 // 1024} MB; that is not an article")
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}") from None
