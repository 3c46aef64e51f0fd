"""Made-up Arabic news pages of 80–150 KB in the manner of WordPress themes, with known title, paragraphs and date. Deterministic.

Three themes differ in where the date stands: A ``article:published_time``, B only the visible byline, C JSON-LD. Related posts carry newer
dates, so an extractor that takes one of them is seen.
"""

from __future__ import annotations

import html
import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WORDS = """
الوزير المجلس البلدية المدينة الطريق المشروع الخطة السكان الميناء السوق الأسعار القمح المياه الكهرباء الشركة العقد التقرير اللجنة الاجتماع
الزيارة الوفد الاتفاق الحدود المعبر التجارة الصادرات الاستثمار المصنع العمال الجامعة الطلاب المدرسة المستشفى الأطباء الموسم الأمطار الزراعة
أعلن أكد ناقش بحث وقع افتتح زار طالب حذر أوضح أشار نفى رحب دعا شدد كشف في على من إلى عن مع بين بعد قبل خلال حول ضد منذ حتى
جديدة كبيرة مشتركة إقليمية محلية رسمية عاجلة واسعة قادمة سابقة مهمة أولى ثانية أخيرة يوم أسبوع شهر عام صباح مساء أمس اليوم غدا
أن التي الذي كما لكن إذ حيث وقد فيما مما عندما سوريا تركيا أنقرة دمشق العراق لبنان الأردن حلب إسطنبول بيروت بغداد عمان
""".split()
MONTHS = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split()
_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BenchPage:
    """``date``: the day of publication as YYYY-MM-DD."""

    number: int
    title: str
    paragraphs: tuple[str, ...]
    date: str
    html: bytes


def make_page(number: int) -> BenchPage:
    """The page with that number, always the same."""
    rng = random.Random(number)
    title = _sentence(rng, 8)[:-1]
    paragraphs = tuple(" ".join(_sentence(rng, rng.randint(12, 30)) for _ in range(rng.randint(1, 3))) for _ in range(rng.randint(6, 12)))
    at = _START + timedelta(minutes=rng.randrange(300 * 24 * 60))
    theme = "ABC"[number % 3]
    return BenchPage(number, title, paragraphs, at.date().isoformat(), _render(rng, theme, title, paragraphs, at).encode())


def _sentence(rng: random.Random, length: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(length)) + "."


def _written(at: datetime) -> str:
    return f"{at.day} {MONTHS[at.month - 1]}، {at.year}"


def _render(rng: random.Random, theme: str, title: str, paragraphs: tuple[str, ...], at: datetime) -> str:
    escaped = html.escape(title)
    head = ""
    if theme == "A":
        head = f'<meta property="article:published_time" content="{at.isoformat()}"><meta property="og:title" content="{escaped}">'
    if theme == "C":
        data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": at.isoformat()}
        head = f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'
    body = "".join(f"<p>{html.escape(paragraph)}</p>\n" for paragraph in paragraphs)
    menu = "".join(
        f'<li class="menu-item menu-item-{i}"><a href="/category/{i}/"><span>{_sentence(rng, 2)}</span></a></li>' for i in range(90)
    )
    cards = "".join(_card(rng, at, i) for i in range(32))
    style = "".join(
        f".block-{i}{{margin:{i % 17}px;padding:{i % 9}px;color:#{i * 7919 % 0xFFFFFF:06x};font-family:sans-serif}}" for i in range(260)
    )
    script = "".join(f"window.config_{i}={{id:{i},url:'/wp-admin/admin-ajax.php',block:'uid_{i}'}};" for i in range(rng.randint(150, 900)))
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{escaped} - موقع القياس</title>{head}
<style>{style}</style><script>{script}</script></head><body class="rtl single single-post"><header><nav class="main-navigation"><ul>{menu}</ul></nav></header>
<nav class="breadcrumbs"><a href="/">الرئيسية</a>»{escaped}</nav><main><article class="post type-post"><h1 class="entry-title">{escaped}</h1>
<div class="post-meta"><span class="author">بواسطة <a rel="author" href="/a/">قلم القياس</a></span><span class="post-date">{_written(at)}</span></div>
<div class="entry-content">{body}</div><div class="share-bar"><a href="#">فيسبوك</a><a href="#">تويتر</a></div></article>
<section class="related-posts"><h4>المقالات ذات الصلة</h4>{cards}</section></main><aside class="sidebar"><ul>{menu}</ul>{cards}</aside>
<footer class="site-footer"><ul>{menu}</ul><p>جميع الحقوق محفوظة</p></footer></body></html>"""


def _card(rng: random.Random, at: datetime, index: int) -> str:
    newer = at + timedelta(days=2 + index % 5)
    title = _sentence(rng, 9)
    return (
        f'<article class="rel post-{index}"><a class="image-link" href="/post/{index}/" title="{title}"><span data-bgsrc="/wp-content/uploads/{index}-450x300.jpg"'
        f' class="img bg-cover wp-post-image lazyload" data-sizes="(max-width: 377px) 100vw, 377px"></span></a><h4 class="post-title"><a href="/post/{index}/">'
        f'{title}</a></h4><time class="post-date" datetime="{newer.isoformat()}">{_written(newer)}</time></article>'
    )
