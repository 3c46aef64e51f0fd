"""What spiders hand to the pipeline."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Source
from crawler.poll import Poll
from storage.entries import PendingEntry


@dataclass(slots=True)
class Page:
    """The fetched page of an entry. ``url`` is the final address after redirects."""

    poll: Poll
    pending: PendingEntry
    source: Source | None
    url: str
    body: bytes
    encoding: str | None = None
