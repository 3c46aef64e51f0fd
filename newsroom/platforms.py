"""Article pages in the markup of the platforms that real outlets use, each with its furniture and traps. Pure; see also ``pages``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from newsroom.articles import DemoArticle, DemoOutlet
from newsroom.markup import items, json_ld, page, paragraphs, turkish_date
from newsroom.pages import ARTICLE_PAGES

_LEVANT = ("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران", "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول")
_MASHRIQ = ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")
_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page is made of. ``local``: when the article was published by the outlet's clock; ``other`` is a headline beside it."""

    outlet: DemoOutlet
    article: DemoArticle
    url: str
    language: str
    suffix: str
    local: datetime
    other: DemoArticle
    now: datetime


Platform = Callable[[Visit], str]


def wordpress(visit: Visit) -> str:
    """A theme without peculiarities: Open Graph, ``.entry-content``, a share bar and related posts below."""
    return _page(
        visit,
        f"""<article class="post type-post"><h1 class="entry-title">{_title(visit)}</h1>
<div class="entry-content">
{paragraphs(visit.article.paragraphs)}
</div><div class="sharedaddy"><h3>Share this:</h3>{items(("Facebook", "X", "WhatsApp"))}</div></article>
<section class="related-posts">{_beside(visit)}</section>""",
        published=True,
    )


def drupal(visit: Visit) -> str:
    """Fields as elements with classes; the date is written with the Levantine month: 27-آذار-2023."""
    day = f"{visit.local.day}-{_LEVANT[visit.local.month - 1]}-{visit.local.year}"
    return _page(
        visit,
        f"""<div class="node node--type-article"><h1><span class="field field--name-node-title">{_title(visit)}</span></h1>
<div class="field field--name-field-published-date">{day}</div>
<div class="field field--name-field-image"><img src="/i.jpg" alt="{escape(visit.article.caption)}"></div>
<div class="field field--name-body">
{paragraphs(visit.article.paragraphs)}
</div></div><div class="block-views">{_beside(visit)}</div>""",
    )


def drupal_en(visit: Visit) -> str:
    """Drupal with Open Graph and the date of publication in a meta element."""
    return _page(
        visit,
        f"""<article class="node"><h1 class="page-title">{_title(visit)}</h1><div class="field field--name-body">
{paragraphs(visit.article.paragraphs)}
</div></article><div class="block-views">{_beside(visit)}</div>""",
        published=True,
    )


def agency(visit: Visit) -> str:
    """Anadolu: the spot in a ``span``, paragraphs directly below an element with ``dir``; JSON-LD holds only the spot."""
    spot, *rest = visit.article.paragraphs
    direction = "rtl" if visit.language == "ar" else "ltr"
    return _page(
        visit,
        f"""<div class="flex"><h1>{_title(visit)}</h1><span class="text-descriptionColor">{escape(spot)}</span>
<div dir="{direction}">
{paragraphs(rest)}
</div></div><aside>{_beside(visit)}</aside>""",
        head=_structured(visit, whole=False),
    )


def broadcaster(visit: Visit) -> str:
    """NTV: a sub-title behind the headline, paragraphs directly below an element whose class holds ``content``."""
    spot, *rest = visit.article.paragraphs
    return _page(
        visit,
        f"""<main><h1>{_title(visit)}</h1><h2>{escape(spot)}</h2>
<div class="news-content-inner" property="articleBody">
{paragraphs(rest)}
</div></main><aside>{_beside(visit)}</aside>""",
        head=_structured(visit, whole=False),
    )


def spot_and_subheads(visit: Visit) -> str:
    """Habertürk: the spot as ``h2`` behind the headline, a sub-head within the text."""
    spot, *rest = visit.article.paragraphs
    return _page(
        visit,
        f"""<article><h1>{_title(visit)}</h1><h2>{escape(spot)}</h2>
{paragraphs(rest)}
</article><section>{_beside(visit)}</section>""",
        head=_structured(visit, whole=False),
    )


def json_ld_only(visit: Visit) -> str:
    """A Turkish daily: the whole text in JSON-LD, the page built of plain blocks, today's date in its header."""
    blocks = "".join(f'<div class="text">{escape(text)}</div>' for text in visit.article.paragraphs)
    return _page(
        visit,
        f"""<div class="top">{turkish_date(visit.now)}</div><div class="detail"><h1>{_title(visit)}</h1>{blocks}</div>
<div class="side">{_beside(visit)}</div><div>Bu web sitesinde çerezler kullanılmaktadır.</div>""",
        head=_structured(visit, whole=True),
    )


def open_graph(visit: Visit) -> str:
    """A system of its own of which nothing is known but Open Graph and ``article``."""
    return _page(
        visit,
        f"""<article><h1>{_title(visit)}</h1>
{paragraphs(visit.article.paragraphs)}
</article><aside>{_beside(visit)}</aside>""",
        published=True,
    )


def bare(visit: Visit) -> str:
    """``article`` alone, with neither date nor Open Graph: what the feed says is all that is known."""
    body = f"<article><h1>{_title(visit)}</h1>\n{paragraphs(visit.article.paragraphs)}\n</article>"
    return page(f"{visit.article.title}{visit.suffix}", body, language=visit.language)


def arab48(visit: Visit) -> str:
    """``.article-content``, and the date of publication in a meta element."""
    return _page(
        visit,
        f"""<h1>{_title(visit)}</h1><div class="article-content">
{paragraphs(visit.article.paragraphs)}
</div><div class="category-inside">{_beside(visit)}<span class="category-inside-time">{visit.now:%d/%m/%Y}</span></div>""",
        published=True,
    )


def shaam(visit: Visit) -> str:
    """The day in Arabic-Indic digits below the headline: ٨ أغسطس ٢٠٢٥."""
    day = f"{visit.local.day} {_MASHRIQ[visit.local.month - 1]} {visit.local.year}".translate(_INDIC)
    return _page(
        visit,
        f"""<article><h1>{_title(visit)}</h1><div class="date">{day}</div><div class="content">
{paragraphs(visit.article.paragraphs)}
</div></article><aside>{_beside(visit)}</aside>""",
    )


def _as_invented(style: str) -> Platform:
    """The page of one of the invented outlets."""
    made = ARTICLE_PAGES[style]
    return lambda visit: made(visit.outlet, visit.article, visit.url, [visit.other], visit.now)


PLATFORMS: Mapping[str, Platform] = {
    "wordpress": wordpress,
    "drupal": drupal,
    "drupal_en": drupal_en,
    "agency": agency,
    "broadcaster": broadcaster,
    "spot_and_subheads": spot_and_subheads,
    "json_ld": json_ld_only,
    "open_graph": open_graph,
    "bare": bare,
    "arab48": arab48,
    "shaam": shaam,
    **{style: _as_invented(style) for style in ("smartmag", "jannah", "manara", "majalla", "rasif")},
}


def _title(visit: Visit) -> str:
    return escape(visit.article.title)


def _page(visit: Visit, body: str, *, head: str = "", published: bool = False) -> str:
    """The page with masthead and menu; the title element and Open Graph carry the outlet's name as it appends it."""
    title = f"{visit.article.title}{visit.suffix}"
    meta = f'<meta property="og:title" content="{escape(title)}">\n<link rel="canonical" href="{escape(visit.url)}">\n'
    if published:
        meta += f'<meta property="article:published_time" content="{visit.article.published.isoformat()}">\n'
    menu = f'<header><a href="/">{escape(visit.outlet.name)}</a></header><nav>{items((visit.article.section, "A", "B"))}</nav>'
    return page(
        title, f"{menu}\n{body}\n<footer>© {visit.now:%Y} {escape(visit.outlet.name)}</footer>", head=meta + head, language=visit.language
    )


def _beside(visit: Visit) -> str:
    """A headline of another article, newer than this one."""
    return f'<h4><a href="/other">{escape(visit.other.title)}</a></h4><time>{visit.now:%Y-%m-%d}</time>'


def _structured(visit: Visit, *, whole: bool) -> str:
    """JSON-LD with the whole text, or with the spot alone."""
    text = json_ld(visit.article, visit.url, visit.outlet.name)
    return text if whole else text.replace('"articleBody"', '"abstract"')
