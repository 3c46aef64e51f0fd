"""Fills the gap between what a source shows now and what we knew: which path to older entries, how far, and when it is closed.

A walk is a small machine without requests: it says which address comes next and is told what was found there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.model import Listing, Outlet, Source, SourceKind
from crawler.discover import older_pages, total_pages
from crawler.poll import Visit

MARGIN = timedelta(hours=1)
"""Clocks differ: the second path is asked for what is so much older than our last reading."""


def is_gap(visit: Visit) -> bool:
    """Whether entries may have passed unseen: nothing that the source shows was known, or an earlier walk was interrupted."""
    if visit.seeding or visit.before.last_ok_at is None:
        return False
    return visit.before.gap_since is not None or (visit.new > 0 and visit.known == 0)


@dataclass(frozen=True, slots=True)
class Step:
    """The next address to ask, and how to read it."""

    source: Source
    url: str
    page: int


@dataclass(slots=True)
class GapWalk:
    """``since``: everything that was there at that instant is known. ``limit``: pages at the most."""

    outlet: Outlet
    visit: Visit
    since: datetime
    limit: int
    listing: Listing | None
    url: str
    pages: int = 0
    found: int = 0
    closed: bool = False
    tried: list[str] = field(default_factory=list)
    _paths: list[Source] = field(default_factory=list)
    _page: int = 0
    _last_page: int | None = None
    _listing: Listing | None = None

    def __post_init__(self) -> None:
        self._paths = list(second_paths(self.outlet, self.visit.source))
        self._start_path()

    def next_step(self) -> Step | None:
        """Where to look next; None when the gap is closed, every path has come to its end, or the limit is reached."""
        while self._paths and not self.closed and self.pages < self.limit:
            source = self._paths[0]
            url = self._address(source)
            if url is not None and (self._last_page is None or self._page <= self._last_page):
                self.pages += 1
                return Step(source, url, self._page)
            self._next_path()
        return None

    def read(self, listing: Listing, headers: Mapping[str, str], *, known: int, new: int, oldest_at: datetime | None) -> None:
        """What a page showed: ``known`` entries from before the gap, ``new`` ones, and the date of its oldest."""
        self.found += new
        source = self._paths[0]
        if source.id not in self.tried:
            self.tried.append(source.id)
        self._listing = listing
        self._last_page = total_pages(headers) or self._last_page
        reached = known > 0 or (oldest_at is not None and oldest_at < self.since - MARGIN)
        asked_all = source.kind is SourceKind.WORDPRESS and self._last_page is not None and self._page >= self._last_page
        if reached or asked_all:
            self.closed = True
        elif new == 0:
            self._next_path()  # the path repeats itself: it has no older pages
        else:
            self._page += 1

    def failed(self) -> None:
        """The address could not be read; the next path has its turn."""
        self._next_path()

    def _address(self, source: Source) -> str | None:
        if source.kind is SourceKind.SITEMAP:
            return source.url if self._page == 1 else None
        base = self.url if source.id == self.visit.source.id else source.url
        return older_pages(source, self._listing, url=base, since=self.since - MARGIN, page=self._page)

    def _next_path(self) -> None:
        self._paths.pop(0)
        self._start_path()

    def _start_path(self) -> None:
        """A source that was just read goes on with its second page; others begin with their first."""
        own = bool(self._paths) and self._paths[0].id == self.visit.source.id
        self._page = 2 if own and self._paths[0].kind is not SourceKind.WORDPRESS else 1
        self._listing = self.listing if own else None
        self._last_page = None


def second_paths(outlet: Outlet, source: Source) -> Iterator[Source]:
    """The ways to older entries, the surest first: WordPress asks by date, then the source's own pages, then a sitemap."""
    others = [other for other in outlet.sources if other.id != source.id and other.url.startswith(("http://", "https://"))]
    if source.kind is SourceKind.WORDPRESS:
        yield source
    yield from (other for other in others if other.kind is SourceKind.WORDPRESS)
    if source.kind not in (SourceKind.WORDPRESS, SourceKind.SITEMAP):
        yield source
    yield from (other for other in others if other.kind is SourceKind.SITEMAP)
    yield from (other for other in others if other.kind is SourceKind.LISTING)


def is_exposed(outlet: Outlet, source: Source) -> bool:
    """Whether what leaves the source's window may be nowhere to be had: no other path is known, and pages of its own are a mere guess.

    A sitemap and a WordPress ask far back themselves; a channel announces the posts before.
    """
    if source.older is not None or source.kind not in (SourceKind.FEED, SourceKind.LISTING):
        return False
    return all(path.id == source.id for path in second_paths(outlet, source))


def describe_gap(walk: GapWalk) -> str:
    """What became of it, in one sentence for people."""
    source, since = walk.visit.source.url, walk.since.strftime("%Y-%m-%d %H:%M UTC")
    if walk.closed:
        return f"{source}: a gap since {since} was closed over {walk.pages} older pages with {walk.found} entries"
    reason = f"{walk.limit} pages were not enough" if walk.pages >= walk.limit else "no second path leads further back"
    return f"{source}: entries since {since} may be missing; {reason} ({walk.found} were found)"
