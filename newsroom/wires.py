"""Lists of articles as real outlets write them: feeds with the date formats and faults that were seen, listings, Telegram. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from newsroom.articles import DemoArticle
from newsroom.listings import Published
from newsroom.markup import links, page, paragraphs

_ISTANBUL = ZoneInfo("Europe/Istanbul")
_JERUSALEM = ZoneInfo("Asia/Jerusalem")

DATES: Mapping[str, Callable[[datetime], str]] = {
    "gmt": lambda at: format_datetime(at.astimezone(UTC), usegmt=True),
    "istanbul": lambda at: format_datetime(at.astimezone(_ISTANBUL)),
    "istanbul_as_gmt": lambda at: format_datetime(at.astimezone(_ISTANBUL).replace(tzinfo=UTC), usegmt=True),
    "jerusalem_naive": lambda at: at.astimezone(_JERUSALEM).strftime("%d/%m/%Y - %H:%M"),
}
"""How outlets write an instant in a feed."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A list of articles. ``sections`` are (address, text) of what is listed among them and is no article.

    ``summary``: lead, caption (of the photograph) or cut (in the middle of a character). ``fault``: "", no_slash or not_well_formed.
    """

    name: str
    home: str
    published: Published
    sections: Sequence[tuple[str, str]] = ()
    dates: str = "gmt"
    summary: str = "lead"
    whole: bool = False
    fault: str = ""


def rss(wire: Wire) -> str:
    """RSS 2.0."""
    entries = [_rss_item(wire, url, article) for url, article in wire.published]
    entries += [f"<item><title>{escape(text)}</title><link>{_quoted(url)}</link></item>" for url, text in wire.sections]
    wrong = ' version="2.0"' if wire.fault == "not_well_formed" else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"{wrong} xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{escape(wire.name)}</title><link>{wire.home}</link>\n{chr(10).join(entries)}\n</channel></rss>\n"
    )


def _rss_item(wire: Wire, url: str, article: DemoArticle) -> str:
    whole = f"<content:encoded><![CDATA[{paragraphs(article.paragraphs)}]]></content:encoded>" if wire.whole else ""
    return (
        f"<item><title>{escape(article.title)}</title><link>{_link(wire, url)}</link>"
        f"<pubDate>{DATES[wire.dates](article.published)}</pubDate>"
        f"<description>{escape(_summary(wire, article))}</description>{whole}</item>"
    )


def _link(wire: Wire, url: str) -> str:
    """The address; with the fault ``no_slash`` as arab48 writes it, the path behind the host without a slash."""
    return wire.home.rstrip("/") + url.removeprefix(wire.home) if wire.fault == "no_slash" else _quoted(url)


def _summary(wire: Wire, article: DemoArticle) -> str:
    if wire.summary == "caption":
        return article.caption
    lead = article.paragraphs[0]
    return f"{lead[: len(lead) // 2]}Ø" if wire.summary == "cut" else lead


def rdf(wire: Wire) -> str:
    """RSS 1.0."""
    entries = "\n".join(
        f'<item rdf:about="{_quoted(url)}"><title>{escape(article.title)}</title><link>{_quoted(url)}</link>'
        f"<dc:date>{article.published.astimezone(UTC).isoformat()}</dc:date><description>{escape(article.paragraphs[0])}</description></item>"
        for url, article in wire.published
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{wire.home}"><title>{escape(wire.name)}</title><link>{wire.home}</link></channel>\n{entries}\n</rdf:RDF>\n'
    )


def atom(wire: Wire) -> str:
    """Atom 1.0."""
    entries = [
        f'<entry><title>{escape(article.title)}</title><link rel="alternate" href="{_quoted(url)}"/><id>{_quoted(url)}</id>'
        f"<published>{article.published.isoformat()}</published><summary>{escape(article.paragraphs[0])}</summary></entry>"
        for url, article in wire.published
    ]
    entries += [
        f'<entry><title>{escape(text)}</title><link href="{_quoted(url)}"/><id>{_quoted(url)}</id></entry>' for url, text in wire.sections
    ]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(wire.name)}</title>'
        f"<id>{wire.home}</id>\n{chr(10).join(entries)}\n</feed>\n"
    )


def listing(wire: Wire) -> str:
    """A page of headlines with a menu of the sections."""
    headlines = "".join(
        f'<div class="cat-item"><a class="item-title" href="{escape(url)}">{escape(article.title)}</a></div>'
        for url, article in wire.published
    )
    return page(wire.name, f"<header>{escape(wire.name)}</header><nav>{links(wire.sections)}</nav><main>{headlines}</main>")


def telegram(wire: Wire, channel: str, tail: str) -> str:
    """The public page of a channel. The first post links to its article, the others to nothing; each ends with the channel's ``tail``."""
    posts = "".join(
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message" data-post="{channel}/{number}">'
        f'<div class="tgme_widget_message_text">{escape(article.title)}<br><br>{"<br><br>".join(map(escape, article.paragraphs))}'
        f"{_source_link(url) if number == _FIRST_POST else ''}<br><br>{escape(tail)}</div>"
        f'<a class="tgme_widget_message_date" href="https://t.me/{channel}/{number}">'
        f'<time datetime="{article.published.isoformat()}"></time></a></div></div>'
        for number, (url, article) in enumerate(wire.published, _FIRST_POST)
    )
    return page(wire.name, f'<section class="tgme_channel_history">{posts}</section>')


_FIRST_POST = 501


def _source_link(url: str) -> str:
    return f'<br><a href="{escape(url)}">{escape(url)}</a>'


def post_address(channel: str, position: int) -> str:
    """The address of the post at that position."""
    return f"https://t.me/{channel}/{_FIRST_POST + position}"


FEEDS: Mapping[str, Callable[[Wire], str]] = {"rss": rss, "rdf": rdf, "atom": atom}


def _quoted(url: str) -> str:
    return escape(quote(url, safe=":/?=&"))
