"""Whether a link of an unknown outlet looks like an article's, by its address, its words and where on the page it stands.

Strong signs are an id or a date in the address; a slug or a headline alone is a weak one, and says nothing in a menu or a footer.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

# Words that make an address a section, a list, a person, a film or a service, wherever among its segments they stand.
_NEVER = frozenset(
    [
        "category", "categories", "cat", "section", "sections", "tag", "tags", "topic", "topics", "keyword", "keywords", "label",
        "labels", "taxonomy", "term", "page", "pages", "search", "about", "about-us", "contact", "contact-us", "privacy",
        "privacy-policy", "terms", "policy", "advertise", "career", "careers", "jobs", "newsletter", "subscribe", "login", "logout",
        "register", "signup", "account", "cart", "user", "users", "member", "members", "profile", "poll", "polls", "survey", "feed",
        "rss", "wp-admin", "wp-login.php", "wp-content", "wp-json", "static", "assets", "images", "img", "download", "downloads",
        "files", "media", "ads",
        "video", "videos", "watch", "gallery", "galleries", "photo", "photos", "album", "albums", "podcast", "podcasts",
        "program", "programs", "programme", "programmes", "show", "shows", "episode", "episodes", "series", "shorts", "reels", "quiz",
        "quizzes", "infographic", "infographics", "country", "countries", "corporate", "weather", "horoscope", "horoscopes", "games",
        "kategori", "kategoriler", "etiket", "etiketler", "konu", "sayfa", "arama", "iletisim", "hakkimizda", "kunye", "gizlilik",
        "uyelik", "giris", "video-galeri", "videolar", "foto-galeri", "fotogaleri", "foto", "galeri", "programlar", "bolumler",
        "biyografi", "biyografiler", "hava-durumu", "namaz-vakitleri", "burclar", "astroloji", "puan-durumu", "fikstur", "canli-skor",
        "doviz-kurlari", "altin-fiyatlari", "seri-ilanlar", "resmi-ilanlar", "nobetci-eczaneler", "anket", "anketler", "infografik",
        "infografikler", "kurumsal", "firma", "firma-rehberi", "تصنيف", "قسم", "أقسام", "وسم", "وسوم", "موضوع", "مواضيع", "صفحة", "بحث",
        "اتصل-بنا", "من-نحن", "سياسة-الخصوصية", "فيديو", "فيديوهات", "صور", "ألبوم", "معرض-الصور", "برنامج", "برامج", "حلقات",
        "بودكاست", "كاريكاتير", "طقس", "الطقس", "أبراج", "استطلاع", "استطلاعات", "وظائف"
    ]
)  # fmt: skip
_PEOPLE = frozenset(
    [
        "author", "authors", "writer", "writers", "columnist", "columnists", "by", "yazar", "yazarlar", "yazarlarimiz", "kose-yazarlari",
        "editor", "editors", "reporter", "reporters", "muhabir", "muhabirler",
        "كاتب", "كتاب", "الكتاب", "كتاب-الرأي"
    ]
)  # fmt: skip
_SCRIPTS = _NEVER | _PEOPLE | frozenset(
    [
        "print", "send", "mail", "email", "comment", "comments", "archive", "redirect", "go", "click", "out", "banner", "ads", "vote"
    ]
)  # fmt: skip
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|css|js|pdf|docx?|xlsx?|pptx?|epub|mp[34]|m4a|avi|mov|webm|zip|rar|xml|json|txt|ics|apk)$",
    re.IGNORECASE,
)
_DATED = re.compile(r"/20\d\d[/-]\d{1,2}(?:[/-]\d{1,2})?(?:/|-|$)")
_NO_SLUG = re.compile(r"[\d-]{0,3}|20\d\d[\d-]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SERVICE = frozenset(
    [
        "about", "contact", "privacy", "terms", "cookie", "cookies", "advertise", "subscribe", "gizlilik", "hakkimizda", "iletisim",
        "kullanim", "cerez", "kvkk", "شروط", "اتصل", "للتواصل", "تواصل"
    ]
)  # fmt: skip
_ID = re.compile(r"(?:^|[-_/])(?:[a-z]{0,2}(\d{4,})|(?=[a-f]*\d)[0-9a-f]{12,})(?:\.\w{2,5})?$", re.IGNORECASE)
_LEADING_ID = re.compile(r"(?:^|/)(\d{4,})[-_][^/]+$|[-_](\d{5,})[-_][^/]+$")
_ID_SEGMENT = re.compile(r"(?:^|/)(?:\d{5,}|[a-z]{1,2}\d{4,})/", re.IGNORECASE)
_SHORT_ID = re.compile(
    r"(?:^|/)(?:a|p|n|news|story|articles?|node|haber|makale|kose-yazisi|post|view|details?|show|read|خبر|مقال)/\d+(?:/[^/]+)?$",
    re.IGNORECASE,
)
_QUERY_IDS = frozenset(
    [
        "p", "id", "nid", "sid", "aid", "newsid", "news_id", "articleid", "article_id", "storyid", "story_id", "postid", "post_id",
        "haberid", "haber_id", "haberno", "contentid"
    ]
)  # fmt: skip
_QUERY_ID = re.compile(r"\d+(?:[:-].*)?")
_VIEWS = frozenset(
    [
        "share", "replytocom", "print", "printable", "q", "s", "search", "searchtext", "query", "paged", "feed", "redirect_to",
        "return", "comment", "comments", "filter", "sort", "orderby"
    ]
)  # fmt: skip
_LISTS = frozenset(["category", "categories", "section", "tag", "archive", "frontpage", "featured"])
_SLUG_WORDS = re.compile(r"[-_+ ]+")
_SLUG, _SHORT_SLUG = 4, 3
_TITLE, _LONG_TITLE, _HEADLINE = 4, 5, 6
"""Words of a slug, or of the link's text, that speak for a headline. A long text makes up for a short slug."""
_SECTIONS = 2
"""Segments that a section's address has at the most: its language and its name."""


def looks_like_article(url: str, title: str | None, page_url: str, *, framed: bool = False) -> bool:
    """Whether an unknown outlet's link is likely an article: same site, no section or tag, and an id, a date or a headline.

    ``framed``: the link stands in a menu or a footer, or others lie below it; then words alone do not count.
    """
    parts, page = urlsplit(url), urlsplit(page_url)
    path = unquote(parts.path).strip("/")
    segments = [segment.lower() for segment in path.split("/") if segment]
    if site(parts.hostname) != site(page.hostname) or _FILE.search(path) or _NEVER.intersection(segments):
        return False
    fields = {name.lower(): value for name, value in parse_qsl(parts.query)}
    if _VIEWS.intersection(fields) or fields.get("page", "").isdigit():
        return False
    if any(name in _QUERY_IDS and _QUERY_ID.fullmatch(value) for name, value in fields.items()):
        return _serves_articles(segments, fields)
    if not segments or path == unquote(page.path).strip("/"):
        return False
    if _PEOPLE.intersection(segments):
        return _is_column(segments)
    if _DATED.search(f"/{path}"):
        return _NO_SLUG.fullmatch(segments[-1]) is None
    return has_id(path) or (not framed and _reads_like_one(segments, title))


def has_id(path: str) -> bool:
    """Whether a path holds a number or a code that only a single page has; a year is none."""
    for pattern in (_ID, _LEADING_ID):
        found = pattern.search(path)
        if found is not None and not any(group and _YEAR.fullmatch(group) for group in found.groups()):
            return True
    return any(pattern.search(path) for pattern in (_ID_SEGMENT, _SHORT_ID))


def site(host: str | None) -> str:
    """The host without what sets only the form of a page apart."""
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", (host or "").lower())


def _serves_articles(segments: list[str], fields: dict[str, str]) -> bool:
    """Whether the script that is given an id shows articles rather than sections, persons or a form."""
    stem = _words(re.sub(r"\.\w{2,5}$", "", segments[-1]))[:1] if segments else []
    return not _SCRIPTS.intersection(stem) and fields.get("view", "") not in _LISTS


def _is_column(segments: list[str]) -> bool:
    """Below a person's own page, a slug of several words that ends in a number."""
    after = len(segments) - max(index for index, segment in enumerate(segments) if segment in _PEOPLE) - 1
    return after > 1 and _ID.search(segments[-1]) is not None and len(_words(segments[-1])) > _SHORT_SLUG


def _reads_like_one(segments: list[str], title: str | None) -> bool:
    slug, words = _words(segments[-1]), len((title or "").split())
    if slug[:1] and slug[0] in _SERVICE and words < _HEADLINE:
        return False
    if len(slug) >= _SLUG and (not title or words >= _TITLE):
        return True
    if len(slug) >= _SHORT_SLUG and (words >= _LONG_TITLE or len(segments) > _SECTIONS):
        return True
    return len(segments) > 1 and words >= _HEADLINE


def _words(slug: str) -> list[str]:
    return [word for word in _SLUG_WORDS.split(slug.removesuffix(".html")) if word]
