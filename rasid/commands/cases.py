"""Recorded pages with the fields they must give: ``rasid extract --record`` makes a case, ``--diff`` replays them all.

A case is a folder ``<outlet>/<date>-<case>`` with page.html.gz, meta.json and expected.json; docs/adding-an-outlet.md §4 tells more.
"""

from __future__ import annotations

import difflib
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.clock import SystemClock
from core.errors import ExtractionError, UsageError
from core.model import Article, Entry, Outlet, RawArticle
from rasid import wiring
from rasid.commands.crawl import outlet_of
from rasid.commands.inspect import address_of_page, bytes_of
from rasid.terminal import isolate, print_json, say

FOLDER = Path("tests/data/outlets")
_LARGEST = 50 * 1024 * 1024  # bytes of an unpacked page
_NAME = re.compile(r"([a-z][a-z0-9_]*)/([a-z0-9][a-z0-9-]*)")
_DATED = re.compile(r"20\d\d-\d\d-\d\d-")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ALWAYS = ("title", "paragraphs", "published_at", "original_source")
"""Fields that a new case states even where they are empty: that there is none is a finding, too."""
_OPTIONAL = ("precision", "modified_at", "authors", "section", "tags", "image", "language", "canonical_url", "original_title")


@dataclass(frozen=True, slots=True)
class Case:
    """A recorded page. ``expected``: field -> value; fields that the page does not settle are absent."""

    name: str
    page: bytes
    meta: Mapping[str, Any]
    expected: Mapping[str, Any]

    @property
    def held_back(self) -> bool:
        return bool(self.meta.get("held_back"))


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs from what the case expects."""

    case: str
    field: str
    expected: Any
    found: Any


# --------------------------------------------------------------------------- the commands


def record(path: Path | None, file: Path, *, url: str, name: str, folder: Path | None, held_back: bool, force: bool) -> None:
    """Writes a case of a saved page with what extraction gives now. Raises UsageError and ExtractionError."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise UsageError(f"--record {name!r} is not ID/CASE; write it like arab48/border-gate: lower case, digits and -")
    url = address_of_page(url)
    now = SystemClock().now()
    outlet_id, label = match.groups()
    target = (folder or FOLDER) / outlet_id / (label if _DATED.match(label) else f"{now:%Y-%m-%d}-{label}")
    if target.exists() and not force:
        raise UsageError(f"{target} exists already; choose another name, or --force to overwrite it")
    page = bytes_of(file)
    outlets = {outlet.id: outlet for outlet in wiring.read_config(path).outlets}
    languages = [] if outlet_id in outlets else list(outlet_of(list(outlets.values()), url).languages)
    meta = {"url": url, "now": now.isoformat(timespec="seconds"), "encoding": None, "outlet": outlet_id, "rules": outlet_id in outlets}
    meta |= {"held_back": held_back} | ({} if outlet_id in outlets else {"languages": languages})
    found = read_fields(Case(name, page, meta, {}), outlets)
    expected = {field: found[field] for field in (*_ALWAYS, *_OPTIONAL) if field in _ALWAYS or found[field] not in (None, [], "")}
    target.mkdir(parents=True, exist_ok=True)
    (target / "page.html.gz").write_bytes(gzip.compress(page, 9, mtime=0))
    _write_json(target / "meta.json", meta)
    _write_json(target / "expected.json", expected)
    say(f"{target} written")
    say("Check expected.json against the page: it holds what extraction gives now, and proves nothing until a human has corrected it.")


def diff(path: Path | None, *, folder: Path | None, reveal: bool, as_json: bool) -> bool:
    """Replays every case and prints what differs; whether anything does. Of held-back cases only the count, unless ``reveal``.

    Raises UsageError.
    """
    cases = list(read_cases(folder or FOLDER))
    if not cases:
        raise UsageError(f"no cases in {folder or FOLDER}; give their folder with --cases, or record one with --record")
    outlets = {outlet.id: outlet for outlet in wiring.read_config(path).outlets}
    changes = [(case, change) for case in cases for change in changes_of(case, replay(case, outlets))]
    shown = [change for case, change in changes if reveal or not case.held_back]
    hidden = len(changes) - len(shown)
    if as_json:
        print_json({"cases": len(cases), "changes": [_as_object(change) for change in shown], "held_back_changes": hidden})
        return bool(changes)
    _print_changes(shown)
    if hidden:
        say(f"held back: {hidden} fields differ; they are not shown, so that nobody tunes on them (--reveal shows them)")
    say(f"{len(cases)} cases, {len(changes)} fields differ")
    return bool(changes)


# --------------------------------------------------------------------------- cases


def read_cases(folder: Path) -> Iterator[Case]:
    """The cases below a folder, by name. Raises UsageError that names a file which is missing or damaged."""
    for meta in sorted(folder.glob("*/*/meta.json")):
        yield read_case(meta.parent)


def read_case(folder: Path) -> Case:
    """Raises UsageError."""
    name = f"{folder.parent.name}/{folder.name}"
    return Case(name, _unpacked(folder / "page.html.gz"), _object_of(folder / "meta.json"), _object_of(folder / "expected.json"))


def replay(case: Case, outlets: Mapping[str, Outlet], *, rules: bool = True) -> dict[str, Any]:
    """Like ``read_fields``, but ``{"error": sentence}`` for a page without an article."""
    try:
        return read_fields(case, outlets, rules=rules)
    except ExtractionError as error:
        return {"error": str(error)}


def read_fields(case: Case, outlets: Mapping[str, Outlet], *, rules: bool = True) -> dict[str, Any]:
    """The fields that extraction and normalisation give for the page, with the clock of the case.

    ``rules=False`` reads it as the page of an unknown outlet. Raises ExtractionError.
    """
    from crawler.extract import extract
    from crawler.normalise.article import normalise
    from crawler.normalise.source_names import SourceNames, outlet_aliases

    url, entry, names = str(case.meta["url"]), _entry_of(case), SourceNames(outlet_aliases(outlets.values()))
    outlet = outlet_of_case(case, outlets) if rules else unknown_outlet(case)
    raw = extract(case.page, url=url, rules=outlet.rules, entry=entry, declared_encoding=case.meta.get("encoding"))
    now = datetime.fromisoformat(case.meta["now"])
    return _fields(raw, normalise(raw, outlet=outlet, source=None, entry=entry, url=url, now=now, known_sources=names))


def outlet_of_case(case: Case, outlets: Mapping[str, Outlet]) -> Outlet:
    """The outlet with its rules; one that is known by its address only when the id is not; else one without rules."""
    if not case.meta.get("rules", True):
        return unknown_outlet(case)
    named = outlets.get(str(case.meta["outlet"]))
    found = named or outlet_of(list(outlets.values()), str(case.meta["url"]))
    return found if found.id in outlets else unknown_outlet(case)


def unknown_outlet(case: Case) -> Outlet:
    identity = str(case.meta["outlet"])
    return Outlet(id=identity, name=identity, home=None, languages=tuple(case.meta.get("languages") or ()), zone=case.meta.get("zone"))


def changes_of(case: Case, found: Mapping[str, Any]) -> list[Change]:
    """The expected fields that were not found so."""
    if "error" in found:
        return [Change(case.name, "error", None, found["error"])]
    return [
        Change(case.name, field, value, found.get(field))
        for field, value in case.expected.items()
        if not agrees(field, value, found.get(field))
    ]


def agrees(field: str, expected: Any, found: Any) -> bool:
    """Whether the value is as expected. Of an instant that is expected as a day only the day counts; addresses are compared canonically."""
    if field == "provenance":
        return all((found or {}).get(name) == layer for name, layer in expected.items())
    if field.endswith("_at") and expected and found and _DAY.fullmatch(str(expected)):
        return bool(str(found)[:10] == expected)
    if field == "canonical_url" and expected:
        from crawler.normalise.urls import canonical_url

        return bool(found == (canonical_url(expected) or expected))
    return bool(expected == found)


def _entry_of(case: Case) -> Entry | None:
    told = case.meta.get("entry")
    if not told:
        return None
    return Entry(str(case.meta["url"]), **{name: told.get(name) for name in ("title", "published", "summary", "content")})


def _fields(raw: RawArticle, article: Article) -> dict[str, Any]:
    day = "published_at: only the day is known" in article.notes
    return {
        "title": article.title,
        "lead": article.lead,
        "paragraphs": article.body.split("\n") if article.body else [],
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "precision": None if article.published_at is None else "day" if day else "minute",
        "modified_at": article.modified_at.isoformat() if article.modified_at else None,
        "authors": list(article.authors),
        "section": article.section,
        "tags": list(article.tags),
        "image": article.image,
        "language": article.language,
        "canonical_url": article.url,
        "original_source": article.original_source,
        "original_title": article.original_title,
        "cited_sources": list(article.cited_sources),
        "provenance": {**raw.provenance, **{name: layer for name, layer in article.provenance.items() if layer == "dateline"}},
    }


# --------------------------------------------------------------------------- files and terminal


def _unpacked(file: Path) -> bytes:
    try:
        with gzip.open(file) as stream:
            page = stream.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"cannot read {file}: {getattr(error, 'strerror', None) or error}; record the case again") from None
    if len(page) > _LARGEST:
        raise UsageError(f"{file} unpacks to more than {_LARGEST // 1024 // 1024} MB; that is not a page")
    return page


def _object_of(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}; record the case again") from None
    except ValueError:
        raise UsageError(f"{file} is not JSON; correct it, or record the case again") from None
    missing = {"url", "now", "outlet"} - set(value) if isinstance(value, dict) and file.name == "meta.json" else set()
    if not isinstance(value, dict) or missing:
        raise UsageError(f"{file} lacks {', '.join(sorted(missing)) or 'an object'}; correct it, or record the case again")
    return value


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _as_object(change: Change) -> dict[str, Any]:
    return {"case": change.case, "field": change.field, "expected": change.expected, "found": change.found}


def _print_changes(changes: Iterable[Change]) -> None:
    last = ""
    for change in changes:
        if change.case != last:
            say(change.case)
            last = change.case
        for line in change_lines(change):
            say(line)


def change_lines(change: Change) -> list[str]:
    """The change as lines to read: ``-`` what was expected, ``+`` what was found."""
    before, after = _lines(change.expected), _lines(change.found)
    marked = [line for line in difflib.ndiff(before, after) if line[:1] in "-+"] or ["- (nothing)", "+ (nothing)"]
    return [f"  {change.field if number == 0 else '':16} {line[:2]}{isolate(line[2:])}" for number, line in enumerate(marked)]


def _lines(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{name}: {item}" for name, item in value.items()]
    if isinstance(value, list):
        return [str(item) for item in value] or ["(none)"]
    return ["(none)"] if value is None else [str(value)]
