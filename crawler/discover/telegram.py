"""The public page of a Telegram channel (``https://t.me/s/<name>``): the way to an outlet whose site says no.

An entry leads to the first page outside Telegram that the post links to, or to the post itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from core.errors import SourceError
from core.model import Entry, Listing, Source
from crawler.discover.assemble import assemble, repair_link
from crawler.discover.document import Document
from crawler.discover.markup import parse_html
from crawler.discover.paging import with_parameters
from crawler.discover.text import plain_line, plain_text

_TELEGRAM = ("t.me", "telegram.me", "telegram.org", "telegram.dog", "tg.dev")
_POST = re.compile(r"[\w.-]+/\d+")
_MOST_TAGS, _MOST_POSTS = 20_000, 100
_NUMBER = re.compile(r"/(\d{1,12})$")


def read_telegram(document: Document, source: Source) -> Listing:
    """The posts of the page. A post without words (a bare picture) is counted as ``no_text``."""
    if document.text.count("<") > _MOST_TAGS:  # elements nested some ten thousand deep would take seconds
        raise SourceError("too_large", f"{document.url} has more than {_MOST_TAGS} tags, which no channel's page has; it was not read")
    tree = parse_html(document.text, document.url)
    posts = tree.css("div.tgme_widget_message[data-post]")
    if len(posts) > _MOST_POSTS:  # nested in each other they would be read again and again
        raise SourceError("too_large", f"{document.url} has more than {_MOST_POSTS} posts, which no channel's page has; it was not read")
    if not posts and tree.css_first(".tgme_channel_history, .tgme_channel_info") is None:
        raise SourceError("not_a_channel", f"{document.url} is not the page of a public channel; its address is https://t.me/s/NAME")
    found = [entry for entry in (_entry(post, source) for post in posts) if entry is not None]
    silent = {"no_text": len(posts) - len(found)}
    everything = Source(id=source.id, kind=source.kind, url=source.url)  # the pattern chose the link; it does not judge the post
    listing = assemble(found, everything, base=document.url, dropped=silent, notes=() if posts else ("no entries",))
    return replace(listing, older=_older(posts, source.url))


def _older(posts: list[LexborNode], url: str) -> str | None:
    """The page with the posts before the oldest of these."""
    found = [_NUMBER.search(post.attributes.get("data-post") or "") for post in posts]
    oldest = min((int(number[1]) for number in found if number), default=0)
    return with_parameters(url, before=str(oldest)) if oldest > 1 else None


def _entry(post: LexborNode, source: Source) -> Entry | None:
    text = _message(post)
    words = plain_text(text.html) if text is not None else None
    if text is None or words is None:
        return None
    time = post.css_first("time[datetime]")
    return Entry(
        url=_link(text, post, source),
        title=plain_line(words.split("\n", 1)[0]),
        published=time.attributes.get("datetime") if time is not None else None,
        summary=words,
        content=text.html,
        author=_author(post),
    )


def _message(post: LexborNode) -> LexborNode | None:
    """The post's own text; the text of a message it replies to stands first, in another element."""
    texts = [node for node in post.css(".tgme_widget_message_text") if "js-message_reply_text" not in (node.attributes.get("class") or "")]
    return texts[0] if texts else None


def _link(text: LexborNode, post: LexborNode, source: Source) -> str:
    """The first link out of Telegram, or where the source has an ``article`` pattern the first that matches; else the post."""
    for anchor in text.css("a[href]"):
        url = repair_link(anchor.attributes.get("href") or "", source.url)
        if url and _is_external(url) and (source.article is None or re.search(source.article, url)):
            return url
    name = post.attributes.get("data-post") or ""
    return f"https://t.me/{name}" if _POST.fullmatch(name) else ""


def _is_external(url: str) -> bool:
    host = (urlsplit(url).hostname or "").lower()
    return not any(host == own or host.endswith(f".{own}") for own in _TELEGRAM)


def _author(post: LexborNode) -> str | None:
    node = post.css_first(".tgme_widget_message_owner_name")
    return plain_line(node.text(deep=True)) if node is not None else None
