"""Finds the stored article that a person means: by its id, the id it came in with, its address in any spelling, or an alert."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import RasidError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.history import ArticleRecord

_ADDRESS = re.compile(r"https?://|(?:[\w-]+\.)+\w{2,}/", re.I)
_ALERT = re.compile(r"alert[:=#\s]*(\d{1,18})", re.I)


@dataclass(frozen=True, slots=True)
class Meant:
    """What was meant: a canonical ``address`` and its key, when it is one; the article, when it is stored; the topic of an alert."""

    address: str | None
    key: bytes | None
    article: ArticleRecord | None
    topic: str | None = None


def look_up(connection: Connection, what: str) -> Meant:
    """The article, if there is one."""
    from crawler.normalise.urls import canonical_url, url_key
    from storage import history

    what = as_text(what)
    if alert := _ALERT.fullmatch(what):
        found = history.article_of_alert(connection, int(alert[1]))
        return Meant(None, found[0].url_key, *found) if found else Meant(None, None, None)
    article = history.article_by_id(connection, what)
    if article is not None or not _ADDRESS.match(what):
        return Meant(None, article.url_key if article else None, article)
    address = canonical_url(what if "://" in what else f"https://{what}")
    if address is None:
        return Meant(None, None, None)
    key = url_key(address)
    article = history.article_by_address(connection, [key])
    if article is None and (entry := history.find_entry(connection, [key])) is not None and entry.article is not None:
        article = history.article_with_id(connection, entry.article)  # the page names another address than the source
    return Meant(address, key, article)


def as_text(argument: str) -> str:
    """The argument without bytes that are no text."""
    return argument.encode("utf-8", "replace").decode().replace("\0", "").strip()


def need_article(connection: Connection, what: str) -> Meant:
    """The article. Raises RasidError when it is not stored."""
    meant = look_up(connection, what)
    if meant.article is None:
        raise RasidError(f"no stored article is {what!r}; give its id, its address, or alert:ID; 'rasid why-not' says what became of it")
    return meant
