"""Pieces of HTML that the pages of several outlets share. Pure: values in, strings out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from html import escape

from newsroom.articles import DemoArticle

_MONTHS = ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")
_AYLAR = ("Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık")
_DAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")


def page(title: str, body: str, *, head: str = "", language: str = "ar") -> str:
    """A whole HTML document."""
    direction = "rtl" if language == "ar" else "ltr"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}" dir="{direction}"><head><meta charset="UTF-8">\n'
        f"<title>{escape(title)}</title>\n{head}</head>\n<body>\n{body}\n</body></html>\n"
    )


def paragraphs(texts: Iterable[str]) -> str:
    return "\n".join(f"<p>{escape(text)}</p>" for text in texts)


def items(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f'<li><a href="#">{escape(text)}</a></li>' for text in texts) + "</ul>"


def links(pairs: Iterable[tuple[str, str]]) -> str:
    """A list of (address, text)."""
    return "<ul>" + "".join(f'<li><a href="{escape(href)}">{escape(text)}</a></li>' for href, text in pairs) + "</ul>"


def feed_link(href: str, title: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" title="{escape(title)}" href="{escape(href)}">\n'


def arabic_date(day: datetime) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}، {day.year}"


def turkish_date(day: datetime) -> str:
    return f"{day.day} {_AYLAR[day.month - 1]} {day.year} {day:%H:%M}"


def english_date(day: datetime) -> str:
    """``23rd, November 2026 GMT``."""
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10 if day.day // 10 != 1 else 0, "th")
    months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
    return f"{day.day}{suffix}, {months[day.month - 1]} {day.year} GMT"


def header_clock(now: datetime) -> str:
    """What an Egyptian content system prints above every page: the time of the visit, not of the article."""
    return f"{_DAYS[now.weekday()]} {now.day} {_MONTHS[now.month - 1]} {now.year} {now:%I:%M} {'صـ' if now.hour < 12 else 'مـ'}"


def json_ld(article: DemoArticle, url: str, outlet: str) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "author": {"@type": "Person", "name": article.author or outlet},
        "publisher": {"@type": "Organization", "name": outlet},
        "mainEntityOfPage": url,
        "articleSection": article.section,
        "keywords": list(article.tags),
        "articleBody": "\n\n".join(article.paragraphs),
    }
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>\n'


def hashtags(title: str) -> str:
    return " ".join(f"#{word}" for word in title.split())
