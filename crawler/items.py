"""What spiders hand to the pipeline."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Source
from crawler.poll import Poll
from storage.entries import PendingEntry


@dataclass(slots=True)
class Page:
    """The fetched page of an entry. ``url`` is the final address after redirects.

    ``missing``: why there is no page, as a counted reason; then only what the source says of the article can be read. ``final``: and
    another try would not bring it.
    """

    poll: Poll
    pending: PendingEntry
    source: Source | None
    url: str
    body: bytes
    encoding: str | None = None
    missing: str = ""
    final: bool = False
