"""What an answer says of its source beside the entries: where it has moved to, how long to wait, whether its validators tell the truth.

Pure: a state comes in, a state goes out. Knows no request and no host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.model import SourceKind
from crawler.discover import wanted_wait
from storage.polls import SourceState

_GZIP = b"\x1f\x8b"
_END = re.compile(rb"</(?:\w{1,20}:)?(?:rss|feed|rdf|channel|urlset|sitemapindex)\s*>", re.IGNORECASE)
MOVED_AFTER = timedelta(hours=24)
MOVED_POLLS = 3
"""A permanent redirect is believed when it has answered in so many polls over so long a time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer. ``url``: the final address. ``moved``: every redirect on the way there was a permanent one."""

    status: int
    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    moved: bool = False

    def header(self, name: str) -> str | None:
        """The header's value, None when it is not there. ``name`` in lower case."""
        return self.headers.get(name)


def note_answer(state: SourceState, answer: Answer, now: datetime) -> SourceState:
    """The state after any answer, before its body is looked at."""
    moved = _note_move(state, answer, now)
    return replace(moved, last_status=answer.status, last_polled_at=now, first_polled_at=state.first_polled_at or now, reason="")


def note_unchanged(state: SourceState, answer: Answer, now: datetime) -> SourceState:
    """The state after an answer without news: a 304, or the body that we know."""
    wait = max(wanted_wait(answer.headers, now), state.wait if answer.status == 304 else 0.0)
    if answer.status == 304:
        return replace(state, last_ok_at=now, unverified=state.unverified + 1, wait=wait)
    return replace(_with_validators(state, answer), last_ok_at=now, unverified=0, full_at=now, wait=wait)


def note_body(state: SourceState, answer: Answer, now: datetime, *, body_hash: bytes, entries: int, wait: float) -> SourceState:
    """The state after a new body. ``wait``: seconds that the body itself asks for."""
    return replace(
        _with_validators(state, answer),
        last_ok_at=now,
        full_at=now,
        unverified=0,
        body_hash=body_hash,
        entries=entries,
        wait=max(wait, wanted_wait(answer.headers, now)),
    )


def is_cut_off(kind: SourceKind, body: bytes) -> bool:
    """Whether an XML source ends before its end: the connection broke, or the compressed data did. What is missing must be read again."""
    if kind not in (SourceKind.FEED, SourceKind.SITEMAP) or body[:2] == _GZIP or b"\0" in body[:64]:
        return False
    return body.lstrip()[:1] == b"<" and _END.search(body[-2000:]) is None


def forget_body(state: SourceState) -> SourceState:
    """The state after a body that is not whole: the next request is unconditional."""
    return replace(state, etag=None, last_modified=None, body_hash=None, keys_hash=None)


def forget_reading(state: SourceState, before: SourceState) -> SourceState:
    """The state after a reading that left unknown entries for a later one, which reads everything since the reading ``before``."""
    return replace(forget_body(state), last_ok_at=before.last_ok_at)


def conditions(state: SourceState) -> dict[str, str]:
    """The conditional headers of a source we have read before (RFC 9110 §13.1)."""
    if state.body_hash is None:
        return {}
    named = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in named.items() if value}


def same_validators(before: SourceState, answer: Answer) -> bool:
    """Whether the answer carries the validators of the body before: if the bodies differ, they lie."""
    if before.etag or answer.header("etag"):
        return before.etag == answer.header("etag")
    return bool(before.last_modified) and before.last_modified == answer.header("last-modified")


def _with_validators(state: SourceState, answer: Answer) -> SourceState:
    return replace(state, etag=answer.header("etag"), last_modified=answer.header("last-modified"))


def _note_move(state: SourceState, answer: Answer, now: datetime) -> SourceState:
    """Counts polls that were sent to one and the same new address for good; one that lasted is adopted."""
    good = answer.moved and answer.status in (200, 304)
    if not good:
        return state if state.moved_to is None else replace(state, moved_to=None, moved_since=None, moved_polls=0)
    if state.moved_to != answer.url or state.moved_since is None:
        return replace(state, moved_to=answer.url, moved_since=now, moved_polls=1)
    polls = state.moved_polls + 1
    if polls >= MOVED_POLLS and now - state.moved_since >= MOVED_AFTER:
        return replace(state, address=answer.url, moved_to=None, moved_since=None, moved_polls=0)
    return replace(state, moved_polls=polls)
