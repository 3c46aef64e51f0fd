"""Articles that are handed to us instead of found by us: normalise ► dedup ► detect ► store ► alerts, a batch in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from core.errors import ExtractionError
from core.model import Article, Entry, Match, Outlet, Supplied, Verdict, VerdictKind
from crawler.context import Context, judge
from crawler.normalise.urls import canonical_url, url_key
from crawler.reading import WorkerError
from crawler.recorder import Recorded, Recorder
from crawler.worker import SuppliedJob
from storage import articles, entries
from storage.entries import PendingEntry

log = logging.getLogger("rasid.crawler")

_PRUNED = Verdict(VerdictKind.DUPLICATE, reason="pruned")


@dataclass(frozen=True, slots=True)
class Handed:
    """An article on its way in. ``line``: where it stands, for whoever has to mend it."""

    line: int
    outlet: Outlet
    supplied: Supplied


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it; ``problem``: why nothing did, in a sentence."""

    line: int
    recorded: Recorded | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Read:
    handed: Handed
    article: Article
    found: Sequence[Match]


class Intake:
    """Takes batches in. ``silent``: nobody is alerted of what comes in."""

    def __init__(self, context: Context, *, silent: bool) -> None:
        self._context = context
        self._recorder = Recorder(context)
        self._silent = silent

    async def take(self, batch: Sequence[Handed]) -> list[Taken]:
        """What became of each. One that cannot be taken holds up no other. Raises StoreError."""
        now = self._context.clock.now()
        reading = [asyncio.ensure_future(self._read(handed, now)) for handed in batch]
        read = [await task for task in reading]
        with self._context.store.begin() as connection:
            taken = [self._keep(connection, item, now) if isinstance(item, _Read) else item for item in read]
        if any(item.recorded and item.recorded.alerted for item in taken):
            self._context.wake()
        return taken

    async def _read(self, handed: Handed, now: datetime) -> _Read | Taken:
        outlet, supplied = handed.outlet, handed.supplied
        job = SuppliedJob(supplied, address_of(outlet, supplied), outlet, now, self._context.polling.of(outlet).page_limit)
        try:
            article = await self._context.reader.read(job)
        except ExtractionError as error:
            return Taken(handed.line, problem=str(error))
        except WorkerError as error:
            log.error("failed on an article outlet=%s line=%d\n%s", outlet.id, handed.line, error)
            return Taken(handed.line, problem=f"an error of our own: {error.name}; please report it")
        return _Read(handed, article, judge(self._context.detector, article))

    def _keep(self, connection: Connection, item: _Read, now: datetime) -> Taken:
        try:
            with connection.begin_nested():
                return Taken(item.handed.line, self._store(connection, item, now))
        except Exception as error:  # the border of one article
            if isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError):
                raise  # the database, not this article
            log.exception("failed on an article outlet=%s line=%d", item.handed.outlet.id, item.handed.line)
            return Taken(item.handed.line, problem=f"an error of our own: {type(error).__name__}; please report it")

    def _store(self, connection: Connection, item: _Read, now: datetime) -> Recorded:
        """The id is remembered as an entry is: what has come in under it once is the same article, whatever address it has now."""
        outlet, external_id, article = item.handed.outlet, item.handed.supplied.id, item.article
        key = url_key(_name_of(outlet, external_id)) if external_id else None
        known = entries.article_under(connection, key) if key else None
        if known is not None:
            address = articles.address_of(connection, known)
            if address is None:
                return Recorded("known", known, _PRUNED)
            article = replace(article, url=address)
        recorded = self._recorder.store_article(
            connection, article, item.found, silent=self._silent, now=now, external_id=external_id or None
        )
        if key is not None and known is None:
            entries.register(connection, [PendingEntry(key, outlet.id, "ingest", Entry(article.url), seeding=self._silent)], now=now)
            entries.settle(connection, key, state=entries.STORED, reason=recorded.verdict.reason, article=recorded.article_id)
            if recorded.outcome != "new":
                articles.add_external_id(connection, recorded.article_id, external_id)
        return recorded


def address_of(outlet: Outlet, supplied: Supplied) -> str:
    """The web address that came with it, else a name made of its outlet and id."""
    return canonical_url(supplied.url) or _name_of(outlet, supplied.id)


def _name_of(outlet: Outlet, external_id: str) -> str:
    return f"urn:rasid:{outlet.id}:{quote(external_id, safe='')}"
