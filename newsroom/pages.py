"""The article and home pages of the invented outlets, each with the furniture and the traps of the real site it is like. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape

from newsroom.articles import DemoArticle, DemoOutlet
from newsroom.markup import (
    arabic_date,
    english_date,
    feed_link,
    hashtags,
    header_clock,
    items,
    json_ld,
    links,
    page,
    paragraphs,
    turkish_date,
)

_SECTIONS = ("الأخبار", "أخبار العالم", "المال والأعمال", "التقنية", "الرياضة", "الصحة والجمال", "منوعات")
_SHARES = '<div class="share">فيسبوك تويتر بينتيريست تيلقرام لينكدإن Tumblr واتساب البريد الإلكتروني</div>'

ArticlePage = Callable[[DemoOutlet, DemoArticle, str, Sequence[DemoArticle], datetime], str]
"""(outlet, article, its absolute address, what else is published, the time of the visit) -> HTML."""


def smartmag(outlet: DemoOutlet, article: DemoArticle, url: str, others: Sequence[DemoArticle], now: datetime) -> str:
    menu = f'<nav class="main-menu">{items(_SECTIONS)}</nav>'
    minutes = max(1, sum(len(text.split()) for text in article.paragraphs) // 45)
    day = f'<time class="post-date" datetime="{article.published.isoformat()}">{arabic_date(article.published)}</time>'
    meta = (
        f'<div class="post-meta"><span class="post-author">بواسطة <a href="/author/1">{escape(article.author or "")}</a></span>'
        f'{day}<span class="read-time">{minutes} دقائق</span></div>'
    )
    related = "".join(
        f'<article><h4><a href="#">{escape(other.title)}</a></h4><time>{arabic_date(now)}</time></article>' for other in others
    )
    body = f"""<div class="off-canvas">Close Menu {menu}</div><header><a class="logo" href="/">{outlet.name}</a>{menu}</header>
<div class="breadcrumbs"><a href="/">الرئيسية</a>»<a href="#">{article.section}</a>»<span>{escape(article.title)}</span></div>
<main><article class="the-post"><a class="category" href="#">{article.section}</a><h1 class="post-title">{escape(article.title)}</h1>{meta}
{_SHARES}<div class="post-share">شاركها {_SHARES}</div>
<div class="entry-content">
{paragraphs(article.paragraphs)}
</div>
<div class="post-share-bot">شاركها. {_SHARES}</div></article>
<section class="related-posts"><h3>المقالات ذات الصلة</h3>{related}</section></main>
<aside><h5>أقسام الموقع</h5>{items(f"{name} ({(1 + n) * 1731:,})".replace(",", "٬") for n, name in enumerate(_SECTIONS))}</aside>
<footer>© 2026 {outlet.name}. جميع الحقوق محفوظة. اكتب كلمة البحث ثم اضغط على زر Enter</footer>"""
    head = f'<meta property="og:title" content="{escape(article.title)}">\n<link rel="canonical" href="{escape(url)}">\n'
    return page(f"{article.title} - {outlet.name}", body, head=head + feed_link("/feed/", outlet.name))


def manara(outlet: DemoOutlet, article: DemoArticle, url: str, others: Sequence[DemoArticle], now: datetime) -> str:
    ticker = "".join(f'<li><a href="/{other.id}">{escape(other.title)}</a></li>' for other in others)
    body = f"""<div class="top">{header_clock(now)}</div>
<header><a href="/">{outlet.name}</a> <span>رئيس مجلس الإدارة د. سامح الورداني رئيسة التحرير هالة منصور</span></header>
<div class="ticker"><ul>{ticker}</ul></div>
<div id="article"><h1>{escape(article.title)}</h1>
<figure><img src="/img/{article.id}.jpg" alt="{escape(article.caption)}"><figcaption>{escape(article.caption)}</figcaption></figure>
<div class="paragraph-list">
{paragraphs(article.paragraphs)}
<h3>أهم الأخبار</h3><div class="widget">xml/top0.xml not found</div></div></div>"""
    return page(article.title, body)


def jannah(outlet: DemoOutlet, article: DemoArticle, url: str, others: Sequence[DemoArticle], now: datetime) -> str:
    middle = (len(article.paragraphs) + 1) // 2
    also = f'<p><strong>اقرأ أيضاً: <a href="#">{escape(article.read_also)}</a></strong></p>' if article.read_also else ""
    body = f"""<header><a href="/">{outlet.name}</a><div class="breaking">أخر الأخبار</div></header>
<div class="title-bar">{escape(article.title)}</div>
<article id="the-post"><h1 class="post-title entry-title">{escape(article.title)}</h1>
<div class="entry-content entry clearfix"><p>{outlet.name} – فريق التحرير</p>
{paragraphs(article.paragraphs[:middle])}
{also}
{paragraphs(article.paragraphs[middle:])}
<div class="post-bottom-meta">{" ".join(escape(tag) for tag in article.tags)}</div></div></article>
<div class="about-author"><h3>{escape(article.author or "")}</h3><p>محررة مهتمة بالشأن المحلي، خريجة كلية الإعلام في جامعة حلب</p></div>
<div id="related-posts"><h3>مقالات ذات صلة</h3>{items(other.title for other in others)}</div>
<div id="respond"><h3>اترك تعليقاً</h3><p>لن يتم نشر عنوان بريدك الإلكتروني. الحقول الإلزامية مشار إليها بـ *</p><textarea></textarea></div>
<a class="go-to-top" href="#">زر الذهاب إلى الأعلى</a><div class="wpcp">error:</div>"""
    return page(f"{article.title} | {outlet.name}", body, head=feed_link("/feed/", outlet.name))


def majalla(outlet: DemoOutlet, article: DemoArticle, url: str, others: Sequence[DemoArticle], now: datetime) -> str:
    body = f"""<header><a href="/">{outlet.name}</a></header>
<article><h1 class="entry-title">{escape(article.title)}</h1><div class="entry-content">
{wrapped(outlet, article)}
</div></article>"""
    return page(f"{article.title} - {outlet.name}", body, head=f'<link rel="canonical" href="{escape(url)}">\n')


def wrapped(outlet: DemoOutlet, article: DemoArticle) -> str:
    """The reposter's content: its wrapper above and below, spaced commas, and one paragraph too many at the top."""
    first, _, last = outlet.name.partition(" ")
    title, source = escape(article.title), escape(article.original_source or "")
    opening = f"تابع تفاصيل {title} وقد تم طرح الخبر عبر {source} .. تابع {title}"
    tags = escape(hashtags(article.title))
    texts = [text.replace("،", " ،") for text in (article.paragraphs[1], *article.paragraphs)]
    return f"""<p>{opening}<br>والتفاصيل عبر {first} {last} {tags}</p>
{paragraphs(texts)}
<p>{opening}<br>والتفاصيل عبر {first}<br>{last} {tags}</p>
<p>المصدر : {source}</p>"""


def rasif(outlet: DemoOutlet, article: DemoArticle, url: str, others: Sequence[DemoArticle], now: datetime) -> str:
    second = article.second
    below = f"<h2>{escape(second.title)}</h2>\n{paragraphs(second.paragraphs)}" if second else ""
    body = f"""<div class="top">{now:%Y-%m-%d@%H:%M:%S} GMT</div><header><a href="/">{outlet.name}</a></header>
<h1>{escape(article.title)}</h1><div class="date">تاريخ النشر: {english_date(article.published)}</div>
<div id="content">
{paragraphs(article.paragraphs)}
<p>المصدر: {escape(article.original_source or "")}</p>
<p>كلمات دلالية: {escape(article.keywords)}</p>
<p>إقرأ أيضاً:</p>
{below}
<h3>مقالات مشابهة</h3>{items(article.similar)}</div>"""
    return page(f"{article.title} - {outlet.name}", body)


def bogaz(outlet: DemoOutlet, article: DemoArticle, url: str, others: Sequence[DemoArticle], now: datetime) -> str:
    body = f"""<header><a href="/">{outlet.name}</a> <span>{turkish_date(now)}</span></header>
<article><h1>{escape(article.title)}</h1><h2 class="spot">{escape(article.paragraphs[0])}</h2>
<div class="meta">{escape(article.author or "")} - {turkish_date(article.published)}</div>
<div class="article-body">
{paragraphs(article.paragraphs[1:])}
</div></article><div class="cookie">Bu web sitesinde çerezler kullanılmaktadır.</div>
<section><h3>İlginizi çekebilir</h3>{items(other.title for other in others)}</section>"""
    head = f'<link rel="canonical" href="{escape(url)}">\n' + json_ld(article, url, outlet.name) + feed_link("/rss", outlet.name)
    return page(f"{article.title} | {outlet.name}", body, head=head, language="tr")


ARTICLE_PAGES: dict[str, ArticlePage] = {
    "smartmag": smartmag,
    "manara": manara,
    "jannah": jannah,
    "majalla": majalla,
    "rasif": rasif,
    "bogaz": bogaz,
}


def home(outlet: DemoOutlet, published: Sequence[tuple[str, DemoArticle]], now: datetime) -> str:
    """The front page: masthead, sections, and the articles (path, article) with the newest first."""
    clock = header_clock(now) if outlet.style == "manara" else ""
    chief = " رئيس مجلس الإدارة د. سامح الورداني رئيسة التحرير هالة منصور" if outlet.style == "manara" else ""
    sections = links((f"/category/{n}", name) for n, name in enumerate(_SECTIONS))
    pictures = "".join(f'<a href="{escape(path)}"><img src="/img/{article.id}.jpg" alt=""></a>' for path, article in published[:2])
    headlines = links((path, article.title) for path, article in published)
    head = {
        "smartmag": feed_link("/feed/", outlet.name),
        "jannah": feed_link("/feed/", outlet.name),
        "bogaz": feed_link("/rss", outlet.name),
    }
    body = f"""<div class="top">{clock}</div><header><a href="/">{outlet.name}</a>{chief}</header><nav>{sections}</nav>
<div class="slider">{pictures}</div><main>{headlines}</main><footer><a href="mailto:desk@example.org">اتصل بنا</a></footer>"""
    language = "tr" if outlet.style == "bogaz" else "ar"
    return page(outlet.name, body, head=head.get(outlet.style, ""), language=language)
