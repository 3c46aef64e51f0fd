"""From the elements a reader found to a Listing: links repaired, filtered and counted, each address once.

The one place where the promise ``len(entries) + sum(dropped) == elements shown`` is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from urllib.parse import unquote, urljoin, urlsplit

from core.model import Entry, Listing, Source

_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
_HOST_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:/?#")
_UNSAFE = {'"': "%22", "<": "%3C", ">": "%3E", "`": "%60", "{": "%7B", "}": "%7D", "\\": "/", " ": "%20"}


def assemble(
    found: Iterable[Entry],
    source: Source,
    *,
    base: str,
    accept: Callable[[Entry], bool] | None = None,
    dropped: Mapping[str, int] | None = None,
    notes: Iterable[str] = (),
) -> Listing:
    """The listing of the elements ``found``, whose addresses are still as the source wrote them.

    The first of several entries with one address stays, under the longest of their titles. ``accept`` decides where the source
    has no ``article`` pattern. ``dropped`` are elements the reader itself already gave up, by reason.
    """
    counts = Counter(dropped or {})
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        repaired = repair_link(entry.url, base)
        if repaired is None:
            counts["bad_link" if entry.url.strip() else "no_link"] += 1
        else:
            groups.setdefault(_identity(repaired), []).append(replace(entry, url=repaired))
    entries = []
    for group in groups.values():
        entry = _merge(group)
        if _is_article(entry, source, accept):
            entries.append(entry)
            counts["duplicate_entry"] += len(group) - 1
        else:
            counts["not_an_article"] += len(group)
    return Listing(tuple(entries), {reason: count for reason, count in counts.items() if count}, tuple(notes))


def web_address(link: str | None, base: str) -> str | None:
    """The absolute address of a link that a source announces about itself, or None."""
    return repair_link(link, base) if link else None


def repair_link(link: str, base: str) -> str | None:
    """The absolute http(s) address that ``link`` means on the page ``base``, without its fragment; None if it means none."""
    try:
        link = _BLANKS.sub(" ", link).strip()
        if not link:
            return None
        joined = urljoin(base, _insert_slash(link, base)).partition("#")[0]
        parts = urlsplit(joined)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or " " in parts.netloc:
            return None
    except ValueError:
        return None
    return "".join(_UNSAFE.get(character, character) for character in joined)


def _insert_slash(link: str, base: str) -> str:
    """``http://www.arab48.comأخبار/…`` gets its slash: what follows a known host name cannot be part of a host name."""
    scheme, separator, rest = link.partition("://")
    site = urlsplit(base)
    if not separator or not site.hostname:
        return link
    bare = site.netloc.lower().removeprefix("www.")
    for host in (bare, f"www.{bare}", f"m.{bare}"):
        if rest.lower().startswith(host) and rest[len(host) : len(host) + 1] not in ("", *_HOST_CHARACTERS):
            return f"{scheme}://{rest[: len(host)]}/{rest[len(host) :]}"
    return link


def _identity(url: str) -> str:
    """The key under which two links of one source are the same entry."""
    parts = urlsplit(url)
    path = unquote(parts.path).rstrip("/") or "/"
    return f"{parts.netloc.lower()}{path}?{unquote(parts.query)}"


def _merge(group: list[Entry]) -> Entry:
    title = max((entry.title or "" for entry in group), key=len)
    return replace(group[0], title=title or None)


def _is_article(entry: Entry, source: Source, accept: Callable[[Entry], bool] | None) -> bool:
    if source.article is not None:
        return any(re.search(source.article, url) for url in (entry.url, unquote(entry.url)))
    return accept is None or accept(entry)
