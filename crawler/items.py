"""What spiders hand to the pipeline."""

from __future__ import annotations

from dataclasses import dataclass

from core.model import Source
from crawler.poll import Poll
from storage.entries import PendingEntry


@dataclass(slots=True)
class Page:
    """The fetched page of an entry. ``url`` is the final address after redirects.

    ``told``: there is no page, what the source says of the article is read instead. ``missing``: why there is none, as a counted reason,
    where one was wanted. ``final``: and another try would not bring it.
    """

    poll: Poll
    pending: PendingEntry
    source: Source | None
    url: str
    body: bytes = b""
    encoding: str | None = None
    told: bool = False
    missing: str = ""
    final: bool = False
