"""Which sources of an outlet a poll asks, which sitemaps of an index it opens, which entries of a first reading it fetches. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.model import Listing, Nested, Outlet, Source, SourceKind
from crawler.poll import Visit
from storage.polls import SourceState

MOST_NESTED = 5
"""Sitemaps of one index that are opened in one poll."""
_FIRST_NESTED = 3
_SLACK = timedelta(days=1)  # a lastmod often says only the day
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def sources_to_ask(
    outlet: Outlet, states: Mapping[str, SourceState], *, is_due: Callable[[SourceState | None], bool]
) -> tuple[Source, ...]:
    """The sources in use whose time has come; when none has, the one whose time comes first, for a poll that asks nothing says nothing."""
    usable = in_use(outlet, states)
    due = tuple(source for source in usable if is_due(states.get(source.id)))
    if due or not usable:
        return due
    return (min(usable, key=lambda source: _next(states.get(source.id))),)


def in_use(outlet: Outlet, states: Mapping[str, SourceState]) -> tuple[Source, ...]:
    """The sources that are polled: the fallbacks only while every other one is known to fail."""
    polled = [source for source in outlet.sources if source.url.startswith(("http://", "https://"))]
    first = [source for source in polled if not source.fallback]
    failing = all((state := states.get(source.id)) is not None and state.reason for source in first)
    return tuple(polled) if failing else tuple(first)


def _next(state: SourceState | None) -> datetime:
    return _LONG_AGO if state is None or state.next_poll_at is None else state.next_poll_at


# --------------------------------------------------------------------------- sitemap indexes


def nested_sources(
    visit: Visit, listing: Listing | None, states: Mapping[str, SourceState], parse: Callable[[str], datetime | None]
) -> tuple[Source, ...]:
    """The sitemaps of an index that are opened now.

    With ``lastmod``: those that have changed since we read them, the newest first, at a first reading the newest three. Without: those
    that are named after news, and the first and the last, where new pages are appended. ``listing`` is None when the index itself has
    not changed: then those without ``lastmod`` that we read before are asked again.
    """
    parent = visit.source
    if listing is None:
        known = [state for state in states.values() if state.id.startswith(f"{parent.id}#") and state.newest_entry_at is None]
        return tuple(_nested_source(parent, state.url) for state in known[:MOST_NESTED])
    dated = [(at, nested) for nested in listing.nested if nested.modified and (at := parse(nested.modified)) is not None]
    undated = [nested for nested in listing.nested if not nested.modified or parse(nested.modified) is None]
    fresh = sorted(((at, n) for at, n in dated if _has_changed(visit, at, states.get(f"{parent.id}#{n.url}"))), key=lambda item: item[0])
    most = _FIRST_NESTED if visit.seeding else MOST_NESTED
    chosen = [nested for _, nested in fresh[::-1]][:most] + _likely(undated)
    return tuple(_nested_source(parent, nested.url) for nested in chosen[:MOST_NESTED])


def _has_changed(visit: Visit, modified_at: datetime, state: SourceState | None) -> bool:
    if state is not None and state.last_ok_at is not None:
        return modified_at > state.last_ok_at - _SLACK
    return visit.seeding or visit.watched_since is None or modified_at > visit.watched_since - _SLACK


def _likely(undated: Sequence[Nested]) -> list[Nested]:
    named = [nested for nested in undated if "news" in nested.url.lower()]
    return list(dict.fromkeys([*named[:2], *undated[-1:], *undated[:1]]))


def _nested_source(parent: Source, url: str) -> Source:
    """A sitemap of an index is a source of its own, with validators of its own."""
    return replace(parent, id=f"{parent.id}#{url}", url=url, kind=SourceKind.SITEMAP)
