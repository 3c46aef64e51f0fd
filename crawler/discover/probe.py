"""Where an unknown outlet lists its articles: from its home page and robots.txt to addresses worth asking, from answers to a choice.

Knows no clock and no socket; dates come in parsed. Nothing that a page says of itself is trusted: texts are cleaned and cut.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from core.errors import SourceError
from core.model import Listing, Nested, Source, SourceKind
from core.text import clean_line, fold
from crawler.discover.assemble import repair_link
from crawler.discover.document import decode, inflate, is_html, strip_controls
from crawler.discover.feed import ROOT as FEED_ROOT
from crawler.discover.html_listing import base_address
from crawler.discover.markup import parse_html
from crawler.discover.sniff import feed_links, sniff

STALE_AFTER = timedelta(days=30)
"""A source whose newest entry is older is not worth polling."""
LEAST_ENTRIES = 3
"""With fewer links to articles a page is no listing."""
REFUSALS = 2
"""After so many refusals an outlet is asked no further; that is a no."""

_ANNOUNCED = 3
_MOST_CHARACTERS = 2000  # of an address
_USUAL_FEEDS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/posts/default")
_USUAL_SITEMAPS = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml", "/sitemap_index.xml")
_POSTS = "/wp/v2/posts"
_QUESTION = "per_page=20&_embed=1"
_WORDPRESS = re.compile(rb"/wp-(?:content|includes)/")
_API_LINK = re.compile(r"""<([^<>]{1,2000})>\s*;[^,<>]{0,200}?rel="?https://api\.w\.org/"?""")
_NEWS = re.compile(r"news|haber|akhbar", re.IGNORECASE)
_NOT_ARTICLES = re.compile(r"image|video|galler|author|yazar|categor|kategori|tags?\b|taxonom|page|sayfa|static", re.IGNORECASE)
_POST_MAP = re.compile(r"post|article|stor(?:y|ies)|makale", re.IGNORECASE)


class Origin(StrEnum):
    """Who says that there is a source at an address."""

    GIVEN = "given"
    ANNOUNCED = "announced"
    ROBOTS = "robots.txt"
    USUAL = "usual path"
    PAGE = "the page itself"


class Verdict(StrEnum):
    """What an address came to as a source."""

    OK = "ok"
    EMPTY = "empty"
    STALE = "stale"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Clue:
    """An address that may be a source, and the kind it promises."""

    kind: SourceKind
    url: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Probed:
    """What a clue came to. ``url``: the address to poll. ``news``: a sitemap with titles and dates. ``reason``: of a bad verdict."""

    clue: Clue
    url: str
    kind: SourceKind
    verdict: Verdict
    reason: str = ""
    entries: int = 0
    newest_at: datetime | None = None
    news: bool = False


@dataclass(frozen=True, slots=True)
class Masthead:
    """What a page or feed says of its outlet, cleaned. ``languages`` as declared. ``is_article``: the page is one, so no list."""

    name: str = ""
    languages: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    is_article: bool = False


# --------------------------------------------------------------------------- where to look


def page_clues(body: bytes, url: str, *, is_home: bool, link: str = "", sitemaps: Sequence[str] = ()) -> tuple[Clue, ...]:
    """The addresses worth asking about the outlet of a page, the best first: announced ones, then usual ones.

    ``link``: the Link header; ``sitemaps``: what robots.txt names. Another page than the home page stands for a section: what
    belongs to the whole outlet is left out then, except for feeds that the page announces itself.
    """
    section = "" if is_home else urlsplit(url).path.rstrip("/")
    feeds = sorted(_announced_feeds(body, url), key=lambda feed: not _is_below(feed, section))[:_ANNOUNCED]
    posts = [found for found in _announced_posts(body, url, link) if _is_below(found, section)]
    clues = [Clue(SourceKind.FEED, feed, Origin.ANNOUNCED) for feed in feeds]
    clues += [Clue(SourceKind.WORDPRESS, found, Origin.ANNOUNCED) for found in posts[:1]]
    if is_home:
        clues += [Clue(SourceKind.SITEMAP, found, Origin.ROBOTS) for found in order_sitemaps(sitemaps, url)[:_ANNOUNCED]]
        clues += _usual_clues(body, url)
    first: dict[str, Clue] = {}
    for clue in clues:
        first.setdefault(clue.url, clue)
    return tuple(first.values())


def given_clue(body: bytes, url: str, content_type: str | None) -> Clue | None:
    """The source that the answer itself is, or leads to in the case of a WordPress interface; None for a web page and anything else."""
    kind = sniff(body, content_type)
    if kind is not None:
        return Clue(kind, url, Origin.GIVEN)
    root, found, _ = url.partition("/wp-json")
    return Clue(SourceKind.WORDPRESS, posts_address(root + found), Origin.GIVEN) if found else None


def is_page(body: bytes) -> bool:
    """Whether the answer is a web page."""
    try:
        return is_html(decode(inflate(body)))
    except SourceError:
        return False


def posts_address(root: str) -> str:
    """The list of posts of the WordPress interface at ``root`` (``/wp-json/`` or ``/?rest_route=/``)."""
    return f"{root.rstrip('/')}{_POSTS}{'&' if 'rest_route=' in root else '?'}{_QUESTION}"


def order_sitemaps(addresses: Sequence[str], base: str) -> list[str]:
    """The sitemaps that robots.txt names, absolute, those of news first; those of pictures, authors and sections are left out."""
    found = [address for address in (repair_link(text, base) for text in addresses) if address and len(address) <= _MOST_CHARACTERS]
    useful = [address for address in dict.fromkeys(found) if is_news_name(address) or not _NOT_ARTICLES.search(urlsplit(address).path)]
    return sorted(useful, key=lambda address: not is_news_name(address))


def is_news_name(url: str) -> bool:
    """Whether a sitemap's address says that it is one of news."""
    return _NEWS.search(urlsplit(url).path) is not None


def newest_nested(nested: Sequence[Nested]) -> Nested | None:
    """The sitemap of an index that most likely holds the newest articles: one of news, of posts, changed last, named last."""
    useful = [item for item in nested if is_news_name(item.url) or not _NOT_ARTICLES.search(urlsplit(item.url).path)]
    ranked = enumerate(useful or nested)
    best = max(
        ranked,
        key=lambda item: (is_news_name(item[1].url), _POST_MAP.search(item[1].url) is not None, item[1].modified or "", item[0]),
        default=None,
    )
    return best[1] if best is not None else None


def next_clue(clues: Sequence[Clue], probed: Sequence[Probed]) -> Clue | None:
    """The next address to ask, None when enough is known or the outlet does not want to be asked."""
    if sum(item.verdict is Verdict.REFUSED for item in probed) >= REFUSALS:
        return None
    asked = {item.clue.url for item in probed}
    return next((clue for clue in clues if clue.url not in asked and _is_wanted(clue, probed)), None)


def _is_wanted(clue: Clue, probed: Sequence[Probed]) -> bool:
    """Whether the clue could add something: a first good source of its kind, or, for what nobody announced, a first one at all."""
    good = [item for item in probed if item.verdict is Verdict.OK]
    if clue.origin is Origin.USUAL or (clue.kind is SourceKind.SITEMAP and not is_news_name(clue.url)):
        return not good
    if clue.kind is SourceKind.SITEMAP:
        return not any(item.news or item.kind is SourceKind.WORDPRESS for item in good)
    return all(item.kind is not clue.kind for item in good)


def _announced_feeds(body: bytes, url: str) -> list[str]:
    return [link for link in feed_links(body, url) if len(link) <= _MOST_CHARACTERS]


def _announced_posts(body: bytes, url: str, link: str) -> list[str]:
    tree = _tree(body)
    base = base_address(tree, url)
    roots = [found[1] for found in _API_LINK.finditer(link)]
    roots += [node.attributes.get("href") or "" for node in tree.css('link[rel="https://api.w.org/"][href]')]
    addresses = (repair_link(root, base) for root in roots)
    return [posts_address(address) for address in addresses if address and len(address) <= _MOST_CHARACTERS]


def _usual_clues(body: bytes, url: str) -> list[Clue]:
    """Where sources often are; the interface of WordPress right after its feed where the page looks like WordPress."""
    posts = [Clue(SourceKind.WORDPRESS, posts_address(urljoin(url, "/wp-json/")), Origin.USUAL)]
    feeds = [Clue(SourceKind.FEED, urljoin(url, path), Origin.USUAL) for path in _USUAL_FEEDS]
    sitemaps = [Clue(SourceKind.SITEMAP, urljoin(url, path), Origin.USUAL) for path in _USUAL_SITEMAPS]
    if _WORDPRESS.search(body):
        return [*feeds[:1], *posts, *sitemaps, *feeds[1:]]
    return [*feeds[:3], *sitemaps[:2], *posts, *feeds[3:5], *sitemaps[2:], *feeds[5:]]


def _is_below(url: str, section: str) -> bool:
    return urlsplit(url).path.startswith(f"{section}/")


# --------------------------------------------------------------------------- what came


def judge(
    clue: Clue,
    kind: SourceKind,
    url: str,
    listing: Listing,
    *,
    newest_at: datetime | None,
    now: datetime,
    stale_after: timedelta = STALE_AFTER,
) -> Probed:
    """The verdict on a source that could be read. ``newest_at``: of its entries; None, when they carry no date, is no fault."""
    entries = len(listing.entries)
    news = kind is SourceKind.SITEMAP and any(entry.title and entry.published for entry in listing.entries)
    least = LEAST_ENTRIES if kind is SourceKind.LISTING else 1
    if entries < least:
        reason = "no entries" if kind is not SourceKind.LISTING else f"{entries} of its links look like articles"
        return Probed(clue, url, kind, Verdict.EMPTY, reason, entries, newest_at, news)
    if newest_at is not None and now - newest_at > stale_after:
        return Probed(clue, url, kind, Verdict.STALE, f"its newest entry is {(now - newest_at).days} days old", entries, newest_at, news)
    return Probed(clue, url, kind, Verdict.OK, "", entries, newest_at, news)


def choose(probed: Sequence[Probed], *, now: datetime) -> tuple[Probed, ...]:
    """The sources worth polling: one, and where there is a second way to the same articles, that too.

    A feed, else a news sitemap, else WordPress; beside a feed WordPress or a news sitemap. Another sitemap only when it is dated and
    nothing else is there, and a listing at last.
    """
    good = [item for item in probed if item.verdict is Verdict.OK]
    feed = min((item for item in good if item.kind is SourceKind.FEED), key=lambda item: _staleness(item, now), default=None)
    posts = next((item for item in good if item.kind is SourceKind.WORDPRESS), None)
    news = next((item for item in good if item.news), None)
    dated = next((item for item in good if item.kind is SourceKind.SITEMAP and item.newest_at is not None), None)
    ways = dict.fromkeys(item for item in (feed or news or posts, posts or news) if item is not None)
    if ways:
        return tuple(ways)
    listing = next((item for item in good if item.kind is SourceKind.LISTING), None)
    last = dated or listing or next((item for item in good if item.kind is SourceKind.SITEMAP), None)
    return (last,) if last is not None else ()


def _staleness(item: Probed, now: datetime) -> int:
    """Today, this week, this month, unknown: the first announced feed is the main one, unless another is much fresher."""
    if item.newest_at is None:
        return 3
    days = (now - item.newest_at).days
    return 0 if days < 1 else 1 if days < 7 else 2


# --------------------------------------------------------------------------- what to call it

_NAME, _WORD = 80, 3  # characters: at most of a name, at least of a word that identifies
_SEPARATOR = re.compile(r"\s+[-–—|•·»:]+\s+|\s*[|»]\s*|\s*::\s*")
_NO_NAMES = frozenset(
    fold(word) for word in ("home", "homepage", "home page", "الرئيسية", "الصفحة الرئيسية", "anasayfa", "ana sayfa", "rss", "feed")
)
_CHANNEL_TITLE = re.compile(r"<(?:\w+:)?title\b[^>]{0,200}>(.{0,2000}?)</(?:\w+:)?title\s*>", re.IGNORECASE | re.DOTALL)
_CHANNEL_LANGUAGE = re.compile(r"<(?:dc:)?language>\s*([\w-]{2,20})\s*<|xml:lang\s*=\s*[\"']([\w-]{2,20})", re.IGNORECASE)
_ITEM = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_SECOND_LEVEL = frozenset(["com", "net", "org", "gov", "edu", "co", "ac", "info", "gen", "web", "bel", "tv", "news"])
_PREFIXES = frozenset(["www", "www2", "m", "amp", "mobile", "mobil"])
_ID = 40  # characters


def suggest_id(url: str) -> str:
    """An id made of the host (``https://www.example.com.tr/`` gives ``example``), with the language of ``/ar/`` behind it."""
    parts = urlsplit(url)
    labels = [label for label in _ascii_host(parts.hostname or "").split(".") if label]
    numeric = all(label.isdigit() for label in labels)
    while len(labels) > 1 and labels[0] in _PREFIXES and not numeric:
        labels.pop(0)
    if len(labels) > 1 and not numeric:
        labels.pop()
        if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
            labels.pop()
    first = parts.path.strip("/").partition("/")[0].lower()
    words = [*labels, first] if re.fullmatch("[a-z]{2}", first) else labels
    made = re.sub(r"[^a-z0-9]+", "_", "_".join(words).lower()).strip("_")[:_ID].strip("_")
    return made if made[:1].isalpha() else f"site_{made}".rstrip("_")


def read_masthead(body: bytes, url: str) -> Masthead:
    """What the page says of itself. The name: ``og:site_name``, ``application-name``, or the part of the title that names the site."""
    tree = _tree(body)
    title = tree.css_first("title")
    parts = _title_parts(title.text(deep=True) if title is not None else "")
    announced = [word for word in (_meta(tree, "og:site_name"), _meta(tree, "application-name")) if word]
    names = list(dict.fromkeys([*announced, *parts]))
    whole = tree.css_first("html")
    declared = [whole.attributes.get("lang") or "" if whole is not None else "", _meta(tree, "og:locale")]
    kind = _meta(tree, "og:type").lower()
    identity = tuple(word for word in names[:1] if len(word) >= _WORD)
    return Masthead(names[0] if names else "", _tags(declared), identity, kind == "article" and urlsplit(url).path.strip("/") != "")


def read_channel(body: bytes) -> Masthead:
    """What a feed says of itself before its first entry; nothing for any other source."""
    try:
        text = decode(inflate(body))
    except SourceError:
        return Masthead()
    root = FEED_ROOT.search(text[:65536])
    if root is None:
        return Masthead()
    first = _ITEM.search(text, root.end())
    head = text[root.start() : min(first.start() if first else len(text), root.start() + 65536)]
    title, language = _CHANNEL_TITLE.search(head), _CHANNEL_LANGUAGE.search(head)
    parts = _title_parts(_CDATA.sub("", title[1])) if title else []
    return Masthead(parts[0] if parts else "", _tags([language[1] or language[2]] if language else []))


def plain_name(text: str) -> str:
    """A name fit for a file and a terminal: one line, without controls and bidi marks, at most 80 characters."""
    return clean_line(text)[:_NAME].strip()


def relative_to(home: str, url: str) -> str:
    """The address as it stands in an outlet's table: below its home where it is on the same host, so that a new home moves it too."""
    ours, theirs = urlsplit(home), urlsplit(url)
    path = theirs._replace(scheme="", netloc="", fragment="").geturl()
    same = (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)
    return path if same and urljoin(home, path) == url else url


def _title_parts(title: str) -> list[str]:
    """The parts of a title that may be a name, the shortest first: a site's name is shorter than what it says about itself."""
    parts = [plain_name(part) for part in _SEPARATOR.split(clean_line(title)[:500])]
    return sorted((part for part in parts if part and fold(part) not in _NO_NAMES), key=len)


def _meta(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f'meta[property="{name}"][content], meta[name="{name}"][content]')
    return plain_name(node.attributes.get("content") or "") if node is not None else ""


def _tags(declared: Sequence[str]) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in declared if _TAG.fullmatch(tag.strip()))


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


def _tree(body: bytes) -> LexborHTMLParser:
    try:
        return parse_html(strip_controls(decode(inflate(body))), "the page")
    except SourceError:
        return LexborHTMLParser("")


def probe_source(kind: SourceKind, url: str) -> Source:
    """A source for reading an address before it belongs to an outlet."""
    return Source(f"probe:{kind.value}", kind, url)
