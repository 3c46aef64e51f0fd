"""Dates in the markup of sites that nobody has written rules for: found where they are the article's own, None where they are not."""

from __future__ import annotations

import json

import pytest

from crawler.extract import extract

TITLE = "Municipality reopens the old stone bridge"
ONE = "The municipality has reopened the old stone bridge after seven months of repairs paid for by the town."
TWO = "It will be kept for walkers and bicycles, and cars will go on using the new road further down the river."


def found(*, head: str = "", above: str = "", header: str = "", lead: str = "", end: str = "", foot: str = "") -> str | None:
    page = (
        f'<html><head><meta charset="utf-8"><title>{TITLE}</title>{head}</head><body>'
        f'<div class="m"><a href="/">Home</a></div><div class="art">'
        f'<div class="top">{above}<h1>{TITLE}</h1>{header}</div>{lead}'
        f'<div class="b"><p>{ONE}</p><p>{TWO}</p>{end}</div></div>{foot}</body></html>'
    )
    return extract(page.encode(), url="https://dates.example/1").published


@pytest.mark.parametrize(
    ("header", "date"),
    [
        (
            '<div><b>Dana Moss</b> <span itemprop="datePublished" content="2026-11-12T10:15:00Z">yesterday</span></div>',
            "2026-11-12T10:15:00Z",
        ),
        ('<abbr class="published" title="2026-11-12T10:15:00+03:00">10:15</abbr>', "2026-11-12T10:15:00+03:00"),
        ('<span class="when" data-timestamp="1794478500">12 Nov</span>', "2026-11-12T10:15:00+00:00"),
        ('<span data-time="1794478500000">12 Nov</span>', "2026-11-12T10:15:00+00:00"),
        ('<i data-publish-date="2026-11-12">today</i>', "2026-11-12"),
        ("<time>12 November 2026</time>", "12 November 2026"),
        ("<div>Dana Moss | 12 November 2026 | 455 views</div>", "12 November 2026"),
        ("<div>12 November 2026 • Politics</div>", "12 November 2026"),
        ("<p>Published on 12 November 2026 by Dana Moss</p>", "12 November 2026"),
        ("<p>Posted: 12.11.2026 10:15</p>", "12.11.2026 10:15"),
        ("<p>Haber Merkezi | 12 Kasım 2026 | 10:15</p>", "12 Kasım 2026"),
        ("<p>Yayınlanma: 12.11.2026 - 10:15 Güncelleme: 13.11.2026 - 09:00</p>", "12.11.2026 - 10:15"),
        ("<p>Eklenme Tarihi: 12 Kasım 2026 10:15</p>", "12 Kasım 2026 10:15"),
        ("<p>Oluşturulma: 12.11.2026</p>", "12.11.2026"),
        ("<p>نشر في: 12 تشرين الثاني 2026</p>", "12 تشرين الثاني 2026"),
        ("<p>تاريخ الإضافة 12/11/2026</p>", "12/11/2026"),
        ("<p>تاريخ النشر: 12-11-2026 | آخر تحديث: 13-11-2026</p>", "12-11-2026"),
        ("<p>سلمى حداد | 12 نوفمبر 2026 | 455 مشاهدة</p>", "12 نوفمبر 2026"),
        ("<p>الخميس ١٢ تشرين الثاني/نوفمبر ٢٠٢٦م</p>", "١٢ تشرين الثاني/نوفمبر ٢٠٢٦"),
        ("<div class='date'>Son güncelleme: 13.11.2026 | Yayın: 12.11.2026</div>", "12.11.2026"),
        ("<p>Haber Merkezi 12 Kasım 2026 10:15</p>", "12 Kasım 2026 10:15"),
        ("<p>November 12th, 2026</p>", "November 12th, 2026"),
        ("<p>منذ 3 ساعات</p>", "منذ 3 ساعات"),
        ("<p>3 saat önce</p>", "3 saat önce"),
        ("<p>Dîrok: 12 Mijdar 2026</p>", "12 Mijdar 2026"),
        ("<p>بەروار: 12-11-2026</p>", "12-11-2026"),
        ("<p>بڵاوکراوەتەوە 12 تشرینی دووەم 2026</p>", "12 تشرینی دووەم 2026"),
        ("<p>تاریخ انتشار: ۲۱ آبان ۱۴۰۵ - ۱۰:۱۵</p>", "۲۱ آبان ۱۴۰۵ - ۱۰:۱۵"),
    ],
)
def test_below_the_headline(header: str, date: str) -> None:
    assert found(header=header) == date


@pytest.mark.parametrize(
    ("where", "html"),
    [
        ("above", "<span class='date'>12 November 2026</span>"),
        ("above", "<div>Published: 12 November 2026</div>"),
        (
            "lead",
            "<p class='l'>It had been closed since a flood in the winter before damaged two of its pillars.</p><div>12 November 2026</div>",
        ),
        ("end", "<p>Dana Moss</p><p>12 November 2026</p>"),
        ("end", "<p>Published on 12 November 2026</p>"),
    ],
)
def test_above_the_headline_below_the_lead_and_behind_the_article(where: str, html: str) -> None:
    assert found(**{where: html}) == "12 November 2026"


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="DC.date.issued" content="2026-11-12">',
        '<meta name="dcterms.issued" content="2026-11-12">',
        '<meta name="pubdate" content="2026-11-12">',
        '<meta itemprop="datePublished" content="2026-11-12">',
        '<meta property="og:pubdate" content="2026-11-12">',
        '<meta name="publication_date" content="2026-11-12">',
    ],
)
def test_meta_elements(head: str) -> None:
    assert found(head=head) == "2026-11-12"


@pytest.mark.parametrize(
    "thing",
    [
        {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-11-12"},
        {"@graph": [{"@type": "WebPage", "datePublished": "2026-11-12"}, {"@type": "Organization", "name": "N"}]},
        {"@graph": [{"@type": "Article", "headline": TITLE}, {"@type": "WebPage", "datePublished": "2026-11-12"}]},
        {"@type": "NewsArticle", "headline": TITLE, "dateCreated": "2026-11-12"},
    ],
)
def test_json_ld(thing: dict[str, object]) -> None:
    assert found(head=f'<script type="application/ld+json">{json.dumps(thing)}</script>') == "2026-11-12"


@pytest.mark.parametrize(
    ("where", "html"),
    [
        ("head", '<meta property="og:updated_time" content="2026-11-12T10:15:00Z">'),
        ("header", "<p>Last updated: 12 November 2026</p>"),
        ("header", '<span itemprop="dateModified" content="2026-11-12T10:15:00Z">12 Nov</span>'),
        ("header", "<p>Workers on the bridge, 12 November 2024 (archive)</p>"),
        ("header", "<p>Old bridge - March 3, 2025</p>"),
        ("end", "<ul><li><a href='/b'>Council votes on the new market hall today</a> <span>12 November 2026</span></li></ul>"),
        ("end", "<p>The bridge was first opened on 12 November 1926.</p>"),
        (
            "foot",
            "<div><a href='/b'>Council votes on the new market hall today</a><time datetime='2026-11-12T10:00:00Z'>12 Nov</time></div>",
        ),
        ("foot", "<div><a href='/b'>Council votes on the new market hall</a><i data-timestamp='1794478500'>12 Nov</i></div>"),
        (
            "foot",
            "<div><a href='/b'>Council votes on the market</a><span itemprop='datePublished' content='2026-11-12'>12 Nov</span></div>",
        ),
        ("foot", "<div>12 November 2026</div>"),
    ],
)
def test_dates_that_are_not_of_the_publication(where: str, html: str) -> None:
    assert found(**{where: html}) is None
