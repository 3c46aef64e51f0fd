"""Tells by an element's name and attributes what it is on a news page: furniture, the article's container, a date, or nothing special."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum
from functools import lru_cache
from typing import Protocol


class Node(Protocol):
    """What we use of a selectolax node."""

    @property
    def tag(self) -> str | None: ...
    @property
    def mem_id(self) -> int: ...
    @property
    def attributes(self) -> dict[str, str | None]: ...
    @property
    def text_content(self) -> str | None: ...
    @property
    def first_child(self) -> Node | None: ...
    @property
    def next(self) -> Node | None: ...


class Mark(Enum):
    PLAIN = 0
    SKIP = 1
    DATE = 2
    CONTAINER = 3


# Elements that hold no article text in any theme, and roles that say the same.
FURNITURE = frozenset(("nav", "aside", "footer", "form", "figcaption"))
_ROLES = frozenset(("navigation", "complementary", "contentinfo", "banner", "search"))
# Words in a class or an id that say so in most.
_NOISE = re.compile(
    r"(?:^|[\s_-])(?:related|relatedposts|more-?(?:news|stories|posts)|read-?(?:more|also|next)|also-?read|popular|trending|most-?read|ticker|"
    r"breaking-?news|news-?bar|marquee|share|sharing|sharedaddy|shares|social|socials|addtoany|addthis|breadcrumbs?|menu|off-?canvas|navbar|"
    r"navigation|sidebar|comments?|respond|disqus|tags|tag-?cloud|keywords|author-?(?:box|bio|info)|about-?author|newsletter|subscribe|cookies?|"
    r"consent|gdpr|banner|advert\w*|ads?|adsbygoogle|sponsor\w*|promo|caption|copyright|footer|similar|recommended|recommendations?|suggested|"
    r"pagination|screen-reader-text|sr-only|twitter-tweet|instagram-media|tiktok-embed|fb-post|telegram-post|visually-hidden|paylas|"
    r"ilgili|etiketler?|yorum(?:lar)?|benzer)(?:$|[\s_-]|\d)"
    r"|(?:^|\s)(?:bio(?:graphy)?|author-?(?:card|desc\w*|details?)|disclaimer|donat\w*|patreon|support-?us|follow-?us|google-?news|modal|pop-?up|"
    r"lightbox|toast|poll|anket|(?:entry-|post-|article-|news-|haber-)?(?:spot|standfirst|ozet|excerpt|summary))(?:$|\s)"
    r"|(?:^|\s)widgets?(?:$|[\s_-])"
    r"|(?:^|[\s_-])(?:no-?print|hidden-print|d-print-none|print-?(?:btn|button|link|icon)|listen|tts|(?:audio|video)-?player|jwplayer|video-js|plyr|"
    r"text-?to-?speech|read(?:ing)?-?time|post-?views|view-?count(?:er)?|hit-?count(?:er)?|okunma|(?:font|text)-?size|bookmark|copy-?link|"
    r"short-?(?:link|url)|report-?error|feedback|ratings?|reactions?|paywall-(?:message|overlay|notice|box)|app-?(?:download|banner|promo|links?)|"
    r"download-?app|join-?us|follow|cta|call-to-action|outbrain|taboola|mgid|yarpp|a2a|heateor|sfsi|ssba|essb|(?:photo|image|img|picture)-?credits?|"
    r"credits?|(?:next|prev|previous)-?(?:post|article|news)|post-?nav(?:igation)?|nav-?links|taglist|reklam\w*|sosyal|takip|bulten|e-?bulten|"
    r"share-?(?:bar|box|buttons?|links|icons|tools)|social-?(?:share|media|links)|related-?(?:articles?|news|stories|content)|(?:article|page|haber)-?tools|"
    r"lire-aussi|skip-?links?)(?:$|[\s_-]|\d)"
    r"|(?-i:(?:^|[\s_-])(?:related|share|social|comments?|tags|newsletter|subscribe|breadcrumbs?|sponsor|promo|caption|banner|recommend)(?=[A-Z])"
    r"|(?<![Ww]ith)(?<![Hh]as)(?<![Nn]o)(?<=[a-z])(?:Related|Share|Sharing|Social|Comments?|Tags|Newsletter|Breadcrumbs?|Caption|Credit|Banner|Sponsored|Promo|"
    r"Recommended|Sidebar|Ticker|Trending|ReadMore|ReadAlso)(?=$|[\s_A-Z0-9-]))",
    re.IGNORECASE,
)
_LONGEST_KNOWN = 200
_CONTAINERS = frozenset(
    """
    entry-content td-post-content post-content article-content article-body articlebody article__body article-text
    story-body news-content news-detail news-text content-body post-body single-content the-content haber_metni
    haber-metni detail-content details-content field--name-body elementor-widget-theme-post-content
    """.split()  # noqa: SIM905
)
_INVISIBLE = re.compile(r"(?:^|;|\s)display\s*:\s*none", re.IGNORECASE)
_DATE = re.compile("date|time|tarih", re.IGNORECASE)
_DATE_TAGS = frozenset(("span", "div", "p", "li", "small", "em", "i", "b", "strong", "a", "abbr", "td"))
_NEVER_NOISE = frozenset(("html", "body", "main", "article", "h1", "p", "time"))
_PARAGRAPHS = frozenset(("p", "time"))


class Judge:
    """Says what an element is. ``skip`` and ``spared``: ids that are furniture, or are not, whatever they look like.

    ``lenient``: only menus and the foot of the page are furniture.
    """

    def __init__(self, *, skip: Collection[int] = (), spared: Collection[int] = (), lenient: bool = False) -> None:
        self._skip, self._spared, self._lenient = frozenset(skip), frozenset(spared), lenient

    def mark(self, node: Node, tag: str) -> Mark:
        identity = node.mem_id
        if identity in self._skip:
            return Mark.SKIP
        if self._lenient:
            if tag in ("nav", "footer"):
                return Mark.SKIP
            attributes = node.attributes
            if "hidden" in attributes or _is_hidden(attributes.get("style"), attributes.get("class") or ""):
                return Mark.SKIP
            return Mark.DATE if tag == "time" else Mark.PLAIN
        spared = identity in self._spared
        if tag in FURNITURE and not spared:
            return Mark.SKIP
        attributes = node.attributes
        if not attributes:
            return Mark.DATE if tag == "time" else Mark.PLAIN
        classes = attributes.get("class") or ""
        if attributes.get("itemprop") == "articleBody" or (classes and not _CONTAINERS.isdisjoint(classes.lower().split())):
            return Mark.CONTAINER
        if not spared and tag not in _NEVER_NOISE and _is_noise(attributes, classes):
            return Mark.SKIP
        if tag in _PARAGRAPHS and not spared and _is_hidden(attributes.get("style"), classes):
            return Mark.SKIP
        if tag == "time" or attributes.get("itemprop") == "datePublished" or (classes and tag in _DATE_TAGS and _DATE.search(classes)):
            return Mark.DATE
        return Mark.PLAIN


def _is_noise(attributes: dict[str, str | None], classes: str) -> bool:
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or attributes.get("role") in _ROLES:
        return True
    if _is_hidden(attributes.get("style"), classes):
        return True
    identity = attributes.get("id")
    return bool(classes and _names_noise(classes)) or bool(identity and _names_noise(identity))


def _names_noise(names: str) -> bool:
    return _known_noise(names) if len(names) <= _LONGEST_KNOWN else _NOISE.search(names) is not None


@lru_cache(maxsize=2048)  # a page repeats its classes, and so do the pages of an outlet
def _known_noise(names: str) -> bool:
    return _NOISE.search(names) is not None


def _is_hidden(style: str | None, classes: str) -> bool:
    """Whether an element is never shown; classes that hide it on some screens only show it on others."""
    if style and "none" in style and _INVISIBLE.search(style):
        return True
    return "none" in classes and {name for name in classes.split() if name.startswith("d-")} == {"d-none"}
