# ruff: noqa: E501
"""Builds pages of the five seed outlets around the seed texts, in the markup of their themes and in worse markup.

The texts are read from the seeds folder when a test runs; nothing of them is kept here. Every line of a seed stands in its page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Literal

Flavour = Literal["marked", "plain", "flat_p", "flat_div", "flat_br"]
FLAVOURS: tuple[Flavour, ...] = ("marked", "plain", "flat_p", "flat_div", "flat_br")
"""marked: the theme's classes; plain: the same structure without a helpful name; flat: every line in one container, menus included."""


@dataclass(frozen=True)
class SeedPage:
    """A page and what must come out of it."""

    outlet: str
    path: str
    html: bytes
    title: str
    body: tuple[str, ...]
    original_source: str | None
    original_title: str | None
    date: str | None
    """Text of the publication date on the page, or None when the page has none."""
    feed_title: str
    unwanted: tuple[str, ...] = ()
    """Words that stand on the page and must not come out."""

    @property
    def url(self) -> str:
        return f"https://example.org{self.path}"


@dataclass(frozen=True)
class _Parts:
    """A seed text taken apart."""

    title: str
    body: tuple[str, ...]
    article: tuple[str, ...]
    """The body with what the site puts inside it: pointers to other articles, wrappers, a repeated lead."""
    before: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    """Lines between headline and article."""
    after: tuple[str, ...] = ()
    original_source: str | None = None
    original_title: str | None = None
    date: str | None = None
    unwanted: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)


def seed_page(number: int, seeds: Path, *, flavour: Flavour = "marked") -> SeedPage:
    """The page of seed ``number`` (0–4) in one flavour."""
    outlet, path, take_apart, theme, site = _SITES[number]
    parts = take_apart(_lines(number, seeds))
    if flavour == "marked":
        html = theme(parts, site)
    elif flavour == "plain":
        html = _plain(parts, site, header_clock=number == 1)
    else:
        html = _flat(number, parts, site, flavour)
    return SeedPage(
        outlet,
        path,
        html.encode(),
        parts.title,
        parts.body,
        parts.original_source,
        parts.original_title,
        parts.date,
        parts.title,
        parts.unwanted,
    )


def _lines(number: int, seeds: Path) -> list[str]:
    file = next(iter(sorted(seeds.glob(f"{number:03d}_*.txt"))))
    return [line for raw in file.read_text(encoding="utf-8").splitlines() if (line := " ".join(raw.split()))]


def _index(lines: Sequence[str], start: str, nth: int = 0) -> int:
    return [number for number, line in enumerate(lines) if line.startswith(start)][nth]


# --------------------------------------------------------------------------- the seeds


def _seed_0(lines: list[str]) -> _Parts:
    crumb = _index(lines, "الرئيسية»")
    share = _index(lines, "شاركها")
    end = _index(lines, "شاركها.")
    title = lines[crumb + 2]
    body = tuple(lines[share + 2 : end])
    related = _index(lines, "المقالات ذات الصلة")
    return _Parts(
        title=title,
        body=body,
        article=body,
        before=tuple(lines[: crumb + 2]),
        header=tuple(lines[crumb + 3 : share + 2]),
        after=tuple(lines[end:]),
        date="11 يناير، 2026",
        unwanted=("بينتيريست", "المقالات ذات", "Close Menu", lines[related + 1], "جميع الحقوق", "اكتب كلمة", "2 فبراير", "39"),
    )


def _seed_1(lines: list[str]) -> _Parts:
    title = 2
    end = _index(lines, "أهم الأخبار")
    caption = lines[title + 1]
    assert lines[title + 2] == caption
    body = tuple(lines[title + 3 : end])
    return _Parts(
        title=lines[title],
        body=body,
        article=body,
        before=tuple(lines[:title]),
        header=(caption, caption),
        after=tuple(lines[end:]),
        unwanted=("محمود نفادي", "xml/K", "أهم الأخبار", _TICKER[0], "1447"),
    )


def _seed_2(lines: list[str]) -> _Parts:
    start = _index(lines, "طيف بوست") + 1
    end = _index(lines, "rami ")
    article = tuple(lines[start:end])
    pointer = lines[_index(lines, "اقرأ أيضاً")]
    return _Parts(
        title=lines[1],
        body=tuple(line for line in article if line != pointer),
        article=article,
        before=(lines[0], lines[1]),
        header=(lines[start - 1],),
        after=tuple(lines[end:]),
        unwanted=("rami", "كاتب صحفي", pointer.split(": ")[1], "اترك تعليق", "error:", "زر الذهاب", "الحقول الإلزامية"),
    )


def _seed_3(lines: list[str]) -> _Parts:
    closing = _index(lines, "تابع تفاصيل", 1)
    article = tuple(lines[2:closing])
    title = lines[0].split("تابع تفاصيل ")[1].split(" وقد تم")[0]
    return _Parts(
        title=title,
        body=tuple(dict.fromkeys(article)),
        article=tuple(lines),
        original_source="عرب 48",
        original_title=title,
        unwanted=("وقد تم طرح", "#", "تابع تفاصيل", "والتفاصيل عبر", "المصدر"),
    )


def _seed_4(lines: list[str]) -> _Parts:
    end = _index(lines, "المصدر:")
    also = _index(lines, "إقرأ أيضاً")
    return _Parts(
        title="مصادر من دمشق تنفي لقاء مع الأتراك في حميميم وتتمسك بالشروط",
        body=tuple(lines[:end]),
        article=tuple(lines[:end]),
        after=tuple(lines[end:]),
        original_source="عربي21",
        unwanted=("كلمات دلالية", lines[also + 1], lines[also + 2], "مقالات مشابهة", lines[-1].lstrip("• ")),
    )


# --------------------------------------------------------------------------- the themes

_TICKER = ("الأرصاد: طقس معتدل نهارا على أغلب الأنحاء غدا", "انطلاق معرض الكتاب الدولي بمشاركة خمسين دار نشر", "تراجع طفيف في أسعار الذهب مساء اليوم",
           "فوز المنتخب في افتتاح البطولة القارية بهدفين")  # fmt: skip
_CLOCK = "الجمعة 1 أغسطس 2025 10:15 صـ 7 صفر 1447 هـ"


def _p(lines: Sequence[str]) -> str:
    return "\n".join(f"<p>{escape(line)}</p>" for line in lines)


def _head(parts: _Parts, site: str, *, rest: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="UTF-8"><title>{escape(parts.title)} - {escape(site)}</title>{rest}'
        "<style>.a{color:red}</style><script>window.x={a:'<p>not text</p>'};</script></head>"
    )


def _menu(lines: Sequence[str]) -> str:
    return (
        "<ul>" + "".join(f'<li><a href="/c/{number}">{escape(line.lstrip("• "))}</a></li>' for number, line in enumerate(lines)) + "</ul>"
    )


def _smartmag(parts: _Parts, site: str) -> str:
    """WordPress, ThemeSphere SmartMag."""
    crumb = _index(parts.before, "الرئيسية»")
    brand = _index(parts.before, site)
    byline, *share = parts.header
    related = _index(parts.after, "المقالات ذات")
    sections = _index(parts.after, "اقسام الموقع")
    copyright_ = _index(parts.after, "©")
    cards = "".join(
        f'<article class="l-post grid-post"><div class="content"><h4 class="is-title post-title"><a href="/p{number}/">{escape(title)}</a></h4>'
        f'<div class="post-meta"><time class="post-date" datetime="2026-02-0{2 if number < 6 else 1}T09:00:00+00:00">{escape(date)}</time></div></div></article>'
        for number, (title, date) in enumerate(
            zip(parts.after[related + 1 : sections : 2], parts.after[related + 2 : sections : 2], strict=True)
        )
    )
    glued = escape(byline).replace("11 يناير، 2026", '</span><span class="meta-item date"><time class="post-date" datetime="2026-01-11T08:00:00+00:00">'
                                   '11 يناير، 2026</time></span><span class="read-time">')  # fmt: skip
    return (
        _head(
            parts, site, rest=f'<meta property="og:title" content="{escape(parts.title)}"><meta property="og:site_name" content="{site}">'
        )
        + f'<body class="rtl single single-post"><div class="main-wrap"><div class="off-canvas"><a class="close">{parts.before[0]}</a>{_menu(parts.before[1:brand])}</div>'
        f'<header class="main-head"><a class="logo">{site}</a><nav class="navigation">{_menu(parts.before[brand + 1 : crumb])}</nav></header>'
        f'<nav class="breadcrumbs">{escape(parts.before[crumb])}</nav><div class="ts-row"><div class="col-8 main-content"><div class="the-post-header">'
        f'<span class="cat-labels"><a href="/c/1">{escape(parts.before[-1])}</a></span><h1 class="is-title post-title">{escape(parts.title)}</h1>'
        f'<div class="post-meta"><span class="meta-item post-author">{glued}</span></div><div class="post-share-t">{_p(share)}</div></div>'
        f'<article class="post type-post tag-syria"><div class="post-content cf entry-content content-spacious">{_p(parts.article)}</div></article>'
        f'<div class="post-share-bot"><span class="info">{escape(parts.after[0])}</span></div>'
        f'<section class="related-posts"><h4 class="heading">{escape(parts.after[related])}</h4>{cards}</section></div>'
        f'<aside class="main-sidebar"><h5>{parts.after[sections]}</h5>{_menu(parts.after[sections + 1 : copyright_])}</aside></div>'
        f'<footer class="main-footer">{_p(parts.after[copyright_:])}</footer></div></body></html>'
    )


def _egyptian(parts: _Parts, site: str) -> str:
    """The CMS of 001 and its sister sites: a clock in the header, a ticker before the article, the caption twice."""
    ticker = "".join(f'<li><a href="/{900 + number}">{line}</a></li>' for number, line in enumerate(_TICKER))
    return (
        _head(parts, site, rest='<meta property="og:type" content="article">')
        + f'<body><div id="header"><div class="date_now">{_CLOCK}</div><a href="/">{escape(parts.before[0])}</a><div>{escape(parts.before[1])}</div></div>'
        f'<div class="news_bar"><ul>{ticker}</ul></div><div id="container"><div class="details"><h1>{escape(parts.title)}</h1>'
        f'<div class="img"><img src="/img/1.jpg" alt="{escape(parts.header[0])}"><span>{escape(parts.header[0])}</span><div>{escape(parts.header[1])}</div></div>'
        f'<div class="paragraph-list">{_p(parts.article)}</div></div><div class="side"><h2>{escape(parts.after[0])}</h2><div>{escape(" ".join(parts.after[1:]))}</div>'
        "</div></div></body></html>"
    )


def _jannah(parts: _Parts, site: str) -> str:
    """WordPress, TieLabs Jannah, with copy protection."""
    name, biography, *rest = parts.after
    return (
        _head(
            parts,
            site,
            rest=f'<meta property="og:site_name" content="{site}"><link rel="canonical" href="https://example.org/urgent-talks/">',
        )
        + f'<body class="single"><div id="tie-container"><div class="breaking"><span>{escape(parts.before[0])}</span></div>'
        f'<nav id="breadcrumb"><span>{escape(parts.before[1])}</span></nav><article id="the-post" class="container-wrapper post-content tie-standard">'
        f'<header class="entry-header-outer"><h1 class="post-title entry-title">{escape(parts.title)}</h1></header>'
        f'<div class="entry-content entry clearfix">{_p(parts.header)}{_p(parts.article)}</div></article>'
        f'<div class="about-author container-wrapper"><h3 class="author-name">{escape(name)}</h3><div class="author-bio">{escape(biography)}</div></div>'
        f'<div id="related-posts"><h3>{escape(rest[0])}</h3></div><div id="comments"><div id="respond"><h3>{escape(rest[1])}</h3><form>{_p(rest[2:-2])}</form></div></div>'
        f'<a id="go-to-top">{escape(rest[-2])}</a><div id="wpcp-error-message">{escape(rest[-1])}</div></div></body></html>'
    )


def _reposter(parts: _Parts, site: str) -> str:
    """The unknown theme of 003: the wrapped text whole in one element."""
    return (
        _head(parts, site)
        + f'<body><div class="top"><a href="/">{site}</a></div><div class="post"><h1 class="title">{escape(parts.title)}</h1>'
        f'<div class="news-body">{_p(parts.article)}</div></div></body></html>'
    )


def _aggregator(parts: _Parts, site: str) -> str:
    """arabkhabar: source, keywords, then a whole second article and similar titles."""
    similar = _index(parts.after, "مقالات مشابهة")
    return (
        _head(parts, site, rest=f'<meta property="og:title" content="{escape(parts.title)}">')
        + f'<body><div class="header"><span>2024-11-19@19:32:51 GMT</span><a href="/">{site}</a></div><div class="main"><h1>{escape(parts.title)}</h1>'
        f'<div class="article">{_p(parts.article)}<p><b>المصدر:</b> <a href="/s/1">{escape(parts.after[0].split(":")[1])}</a></p></div>'
        f'<div class="words">{escape(parts.after[1])}</div><div class="second"><h3>{escape(parts.after[2])}</h3>{_p(parts.after[3:similar])}</div>'
        f'<div class="like"><h3>{escape(parts.after[similar])}</h3>{_menu(parts.after[similar + 1 :])}</div></div></body></html>'
    )


# --------------------------------------------------------------------------- worse markup


def _plain(parts: _Parts, site: str, *, header_clock: bool) -> str:
    """The same order in nameless elements; related headlines carry newer ``time`` elements."""
    clock = f"<div>{_CLOCK}</div><div>{''.join(f'<div>{line}</div>' for line in _TICKER)}</div>" if header_clock else ""
    rows = [
        f'<div><time datetime="2026-02-02T09:00:00+00:00">{escape(line)}</time></div>' if "فبراير" in line else f"<div>{escape(line)}</div>"
        for line in parts.after
    ]
    return (
        _head(parts, site)
        + f"<body><div>{clock}{''.join(f'<div>{escape(line)}</div>' for line in parts.before)}</div><div><h1>{escape(parts.title)}</h1>"
        f"<div>{''.join(f'<span>{escape(line)}</span><br>' for line in parts.header)}</div>"
        f"<div>{_p(parts.article)}</div></div><div>{''.join(rows)}</div></body></html>"
    )


def _flat(number: int, parts: _Parts, site: str, flavour: Flavour) -> str:
    """Every line of the text in one container. Only 003 and 004, whose texts have no line of the headline, get an ``h1``."""
    heading = f"<h1>{escape(parts.title)}</h1>" if number in (3, 4) else ""
    title = [parts.title] if number in (0, 1, 2) else []
    lines = [*parts.before, *title, *parts.header, *parts.article, *parts.after]
    if flavour == "flat_br":
        inner = "<br>\n".join(escape(line) for line in lines)
    else:
        tag = flavour.removeprefix("flat_")
        inner = "\n".join(f"<{tag}>{escape(line)}</{tag}>" for line in lines)
    return f"{_head(parts, site)}<body>{heading}<div>{inner}</div></body></html>"


_SITES: dict[int, tuple[str, str, Callable[[list[str]], _Parts], Callable[[_Parts, str], str], str]] = {
    0: ("khaleej_alarabi", "/first-call/", _seed_0, _smartmag, "الخليج العربي"),
    1: ("united_muslim_world", "/12956", _seed_1, _egyptian, "اتحاد العالم الإسلامي"),
    2: ("taif_post", "/urgent-talks/", _seed_2, _jannah, "طيف بوست"),
    3: ("majallat_alyawm", "/news/84211", _seed_3, _reposter, "مجلة اليوم"),
    4: ("arab_khabar", "/a/2795001", _seed_4, _aggregator, "عرب خبر"),
}
