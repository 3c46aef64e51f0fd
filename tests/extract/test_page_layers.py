"""Which layer gives which field: JSON-LD in its shapes, meta, the entry, dates, encodings, refusals."""

from __future__ import annotations

import json
from datetime import date

import pytest

from core.errors import ExtractionError
from core.model import Entry, Rules
from crawler.extract import extract, extract_entry
from crawler.extract.encoding import decode

URL = "https://news.example.org/a/1"
TITLE = "افتتاح الطريق الدولي أمام الشاحنات"
ONE = "أعلنت وزارة النقل اليوم افتتاح الطريق الدولي أمام حركة الشاحنات بعد أشهر من أعمال الصيانة المتواصلة."
TWO = "وقال مدير المشروع إن الأعمال أنجزت قبل موعدها بأسبوعين، وإن المرحلة التالية تبدأ في الربيع المقبل."


def page(head: str = "", *, body: str | None = None, before: str = "", title: str = f"<h1>{TITLE}</h1>", header: str = "") -> bytes:
    text = f"<p>{ONE}</p><p>{TWO}</p>" if body is None else body
    return (
        f'<html lang="ar"><head><meta charset="utf-8"><title>{TITLE} - الموقع</title>{head}</head>'
        f"<body>{before}<div>{title}{header}<div>{text}</div></div></body></html>"
    ).encode()


def ld(thing: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(thing, ensure_ascii=False)}</script>'


ARTICLE = {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-03-03T10:00:00Z", "author": {"name": "سلمى حداد"}}


@pytest.mark.parametrize(
    "thing",
    [
        ARTICLE,
        [{"@type": "WebSite"}, ARTICLE],
        {"@graph": [{"@type": "Organization", "name": "x"}, ARTICLE]},
        {"@type": "WebPage", "datePublished": "2020-01-01", "mainEntity": ARTICLE},
        [
            {**ARTICLE, "headline": "عنوان آخر تماما", "datePublished": "2019-01-01", "url": "https://news.example.org/a/2"},
            {**ARTICLE, "url": URL},
        ],
        {**ARTICLE, "@type": ["Thing", "BlogPosting"]},
        {**ARTICLE, "@type": "https://schema.org/ReportageNewsArticle"},
    ],
)
def test_json_ld_in_its_shapes(thing: object) -> None:
    article = extract(page(ld(thing)), url=URL)
    assert (article.title, article.published, article.authors) == (TITLE, "2026-03-03T10:00:00Z", ("سلمى حداد",))
    assert article.provenance["published"] == "json-ld"


@pytest.mark.parametrize(
    "script", ['{"@type":', '{"@type":"NewsArticle","headline":3,"datePublished":[],"author":{"name":{"a":1}}}', "[[[]]]", "null", "7"]
)
def test_broken_json_ld_says_nothing(script: str) -> None:
    article = extract(page(f'<script type="application/ld+json">{script}</script>'), url=URL)
    assert (article.title, article.published, article.authors) == (TITLE, None, ())


def test_article_body_with_the_paragraphs_of_the_page() -> None:
    third = "وأضاف أن فرق الصيانة ستبقى في الموقع حتى نهاية العام لمتابعة حالة الجسور والأنفاق على طول المسار."
    text = " ".join([ONE, TWO, third] * 3)
    body = f"<p>{ONE}</p><p>{TWO}</p><p>{third}</p>"
    article = extract(page(ld({**ARTICLE, "articleBody": text}), body=body), url=URL)
    assert article.paragraphs[:1] == (text,) or article.paragraphs == (ONE, TWO, third)
    assert article.provenance["paragraphs"] == "json-ld"


def test_a_cut_article_body_yields_to_the_page() -> None:
    paragraphs = [f"{ONE[:-1]} في المرحلة {number}." for number in ("الأولى", "الثانية", "الثالثة", "الرابعة")]
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    article = extract(page(ld({**ARTICLE, "articleBody": " ".join(paragraphs)[:160] + "..."}), body=body), url=URL)
    assert list(article.paragraphs) == paragraphs


def test_full_text_of_the_entry_comes_before_guessing() -> None:
    content = f"<p>{ONE}</p><p>{TWO}</p><p>{ONE[:-1]} في الشمال.</p><p>{TWO[:-1]} أيضا في الجنوب.</p>"
    content += f"<p>The post {TITLE} appeared first on الموقع.</p>"
    article = extract(page(), url=URL, entry=Entry(URL, title=TITLE, content=content))
    assert article.provenance["paragraphs"] == "entry"
    assert len(article.paragraphs) == 4
    assert article.original_source is None


def test_an_entry_alone() -> None:
    entry = Entry(URL, title=TITLE, content=f"<p>{ONE}</p><p>{TWO}</p><p>المصدر: وكالة الشمال</p>", author="سلمى", summary="ملخص")
    article = extract_entry(entry)
    assert (article.title, article.paragraphs, article.original_source, article.authors) == (TITLE, (ONE, TWO), "وكالة الشمال", ("سلمى",))
    assert set(article.provenance.values()) == {"entry"}
    assert extract_entry(Entry(URL, title=TITLE, content="<p>قصير</p>")).paragraphs == (TITLE,), "nothing but a headline"
    with pytest.raises(ExtractionError) as caught:
        extract_entry(Entry(URL, summary=ONE))
    assert caught.value.reason == "no_title"


@pytest.mark.parametrize(
    ("header", "date"),
    [
        ('<div><time datetime="2026-03-03T09:00:00+03:00">3 مارس</time></div>', "2026-03-03T09:00:00+03:00"),
        ('<div class="post-meta"><span class="post-date">3 آذار/ مارس 2026</span></div>', "3 آذار/ مارس 2026"),
        ("<div>سلمى حدادبواسطة سلمى حداد3 مارس، 20264 دقائق</div>", "3 مارس، 2026"),
        ("<div>تاريخ النشر: ٣ مارس ٢٠٢٦</div>", "٣ مارس ٢٠٢٦"),
        ("<div>الثلاثاء 3 مارس 2026</div>", "3 مارس 2026"),
        ("<div>Giriş Tarihi: 03.03.2026 10:15</div>", "03.03.2026 10:15"),
        ("<div>آخر تحديث: 3 مارس 2026</div>", None),
        ("<div>صورة من لقاء 10 مايو 2023</div>", None),
        ('<h3><a href="/x">عنوان خبر آخر من خمس كلمات</a></h3><time datetime="2026-03-09T09:00:00Z">9 مارس</time>', None),
        ("", None),
    ],
)
def test_date_in_the_header_of_the_article(header: str, date: str | None) -> None:
    assert extract(page(header=header), url=URL).published == date


@pytest.mark.parametrize(
    "before",
    [
        "<div>الجمعة 1 أغسطس 2025 10:15 صـ</div>",
        '<div class="clock date">22 Kasım 2024 Cuma</div>',
        '<ul><li><a href="/x">خبر</a> <time datetime="2026-03-09T09:00:00Z">9 مارس</time></li></ul>',
    ],
)
def test_a_header_clock_is_no_date(before: str) -> None:
    assert extract(page(before=before), url=URL).published is None


def test_dates_of_related_items_and_events_are_not_taken() -> None:
    body = f'<p>{ONE} في 10 مايو 2023.</p><p>{TWO}</p><div>خبر آخر <time datetime="2026-03-09T09:00:00Z">9 مارس 2026</time></div>'
    assert extract(page(body=body), url=URL).published is None


def test_rules_come_first_and_fall_back_when_they_find_nothing() -> None:
    rules = Rules(title=".x", body=".theme-of-last-year", author="[[", date=".none")
    article = extract(page(), url=URL, rules=rules)
    assert (article.title, article.paragraphs) == (TITLE, (ONE, TWO))
    assert any("[[" in note for note in article.notes)
    assert any("theme-of-last-year" in note for note in article.notes)


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/a/1?x=1", "https://news.example.org/a/1?x=1"),
        ("https://www.example.org/a/1", "https://www.example.org/a/1"),
        ("https://example.org/a/1", "https://example.org/a/1"),
        ("https://news.example.org/", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
        ("https://elsewhere.example.com/a/1", None),
    ],
)
def test_canonical_address_only_of_the_same_site(address: str, canonical: str | None) -> None:
    assert extract(page(f'<link rel="canonical" href="{address}">'), url=URL).canonical_url == canonical


@pytest.mark.parametrize(
    ("head", "title", "wanted"),
    [
        (f'<meta property="og:title" content="{TITLE} | الموقع"><meta property="og:site_name" content="الموقع">', "", TITLE),
        ("", "", TITLE),
        ('<meta property="og:title" content="الموقع"><meta property="og:site_name" content="الموقع">', f"<h1>{TITLE}</h1>", TITLE),
        ("", f"<h1>الموقع</h1><h2>{TITLE}</h2>", TITLE),
    ],
)
def test_title_without_the_outlets_name(head: str, title: str, wanted: str) -> None:
    assert extract(page(head, title=title), url=URL).title == wanted


@pytest.mark.parametrize(
    ("charset", "declared", "in_header"),
    [
        ("utf-8", "windows-1256", None),
        ("utf-8", None, "iso-8859-1"),
        ("windows-1256", "windows-1256", None),
        ("windows-1256", None, "windows-1256"),
        ("windows-1256", None, None),
        ("windows-1256", "utf-8", "utf-8"),
        ("iso-8859-6", "iso-8859-6", None),
        ("utf-8-sig", None, "windows-1256"),
        ("utf-16", None, None),
    ],
)
def test_arabic_is_read_whatever_is_declared(charset: str, declared: str | None, in_header: str | None) -> None:
    meta = f'<meta charset="{declared}">' if declared else ""
    text = f"<html><head>{meta}</head><body><p>{TITLE}</p><p>وقال المسؤول إن العمل مستمر</p></body></html>"
    assert TITLE in decode(text.encode(charset), in_header)


@pytest.mark.parametrize(
    ("charset", "declared"), [("windows-1254", "iso-8859-9"), ("windows-1254", None), ("iso-8859-9", "utf-8"), ("utf-8", "iso-8859-9")]
)
def test_turkish_is_read_whatever_is_declared(charset: str, declared: str | None) -> None:
    sentence = "Sınır kapısında yeni dönem: Şanlıurfa'da görüşmeler sürüyor, ağır vasıtalar için güzergâh değişti."
    text = f"<html lang='tr'><body><p>{sentence}</p></body></html>"
    assert decode(text.encode(charset), declared) == text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"%PDF-1.7 ...", "not_html"),
        (b"\x1f\x8b\x08rest", "not_html"),
        (b'{"a": 1}', "not_html"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>', "not_html"),
        (b"<html><body><h1>Title of a page</h1></body></html>", "no_body"),
        (
            b"<html><body><ul>" + b"<li><a href='/1'>A headline of some story in a list</a></li>" * 40 + b"</ul></body></html>",
            "no_body",
        ),
        (page(title="").replace(b"<title>", b"<x>").replace(b"</title>", b"</x>"), "no_title"),
        (b"<html>" + b"x" * 3_000_001, "too_large"),
        (b"<html><body>" + b"<div>" * 200_000, "too_large"),
        (b"<html><body>" + b"".join(b"<p><b id=%d>x" % number for number in range(20_000)), "too_large"),
    ],
)
def test_refusals_have_a_reason_and_a_sentence(body: bytes, reason: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        extract(body, url=URL)
    assert caught.value.reason == reason
    assert len(str(caught.value)) > 20


def test_a_headline_that_is_far_too_long_is_cut_and_the_article_kept() -> None:
    body = "".join(f"<p>قال مسؤول إن الاجتماع رقم {number} بحث ملف المياه والكهرباء بين الجانبين.</p>" for number in range(6))
    page = f"<html><body><article><h1>{'تركيا وسوريا ' * 800}</h1>{body}</article></body></html>"
    found = extract(page.encode(), url="https://example.org/1")
    assert found.title.startswith("تركيا وسوريا")
    assert len(found.title) <= 400
    assert len(found.paragraphs) == 6


# --------------------------------------------------------------------------- XPath and earlier themes

OLD = f'<div class="metin"><p>{ONE}</p><div class="ek">إعلان</div><p>{TWO}</p></div><div class="x"><p>{ONE[:-1]} لاحقا.</p></div>'


@pytest.mark.parametrize(
    ("rules", "layers"),
    [
        (Rules(body='//div[@class="metin"]', remove=('//div[@class="ek"]',)), "rules"),
        (Rules(body='(//div[@class="metin"])[1]', remove=(".ek",)), "rules"),
        (Rules(body=".metin", remove=('xpath: .//div[@class="ek"]',)), "rules"),
        (Rules(body="xpath:descendant::div[@class='metin']/p"), "rules"),
    ],
)
def test_xpath_selectors_find_what_css_would(rules: Rules, layers: str) -> None:
    article = extract(page(body=OLD), url=URL, rules=rules)
    assert (article.paragraphs, article.provenance["paragraphs"]) == ((ONE, TWO), layers)


def test_xpath_gives_values_of_attributes_and_texts() -> None:
    head = '<meta name="yazar" content="سلمى حداد"><meta name="gun" content="2026-03-03T10:00:00Z">'
    rules = Rules(
        author='//meta[@name="yazar"]/@content', date='//meta[@name="gun"]', title="//h1/text()", image="//img", tags="//a[@rel='tag']"
    )
    body = f'<img src="/i.jpg"><p>{ONE}</p><p>{TWO}</p><a rel="tag" href="/t">طريق</a>'
    article = extract(page(head, body=body), url=URL, rules=rules)
    assert (article.authors, article.published, article.title) == (("سلمى حداد",), "2026-03-03T10:00:00Z", TITLE)
    assert (article.image, article.tags) == ("https://news.example.org/i.jpg", ("طريق",))
    assert {article.provenance[name] for name in ("authors", "published", "title", "image", "tags")} == {"rules"}


@pytest.mark.parametrize("selector", ["//div[", "/", "//p/text(", "xpath:", "//*[foo()]", "(//p", "count(//p)"])
def test_bad_xpath_is_noted_and_costs_nothing(selector: str) -> None:
    article = extract(page(), url=URL, rules=Rules(body=selector, author=selector, remove=(selector,)))
    assert article.paragraphs == (ONE, TWO)
    if selector != "/" and not selector.startswith("count"):
        assert any(selector in note for note in article.notes)


VERSIONS = Rules(
    body=".yeni",
    title=".baslik",
    older=(
        Rules(body=".orta", author=".imza", valid_until=date(2024, 12, 31)),
        Rules(body=".eski", drop=("^إعلان",), valid_until=date(2022, 6, 30)),
    ),
)


def themed(name: str, head: str = "") -> bytes:
    return page(head, body=f'<div class="{name}"><p>{ONE}</p><p>إعلان ممول من جهة خارج الموقع كما يظهر للقارئ.</p><p>{TWO}</p></div>')


@pytest.mark.parametrize(
    ("name", "head", "url", "used"),
    [
        ("yeni", "", URL, None),
        ("orta", "", URL, "2024-12-31"),
        ("eski", "", URL, "2022-06-30"),
        # both themes are on the page: its day decides
        ("eski orta yeni", ld({**ARTICLE, "datePublished": "2021-03-03T10:00:00Z"}), URL, "2022-06-30"),
        ("eski orta yeni", '<meta property="article:published_time" content="2022-07-01T00:00:00Z">', URL, "2024-12-31"),
        ("eski orta yeni", "", "https://news.example.org/2024/12/31/x", "2024-12-31"),
        ("eski orta yeni", "", "https://news.example.org/2025/01/01/x", None),
        # the day is wrong, or the site was made anew with its archive
        ("yeni", "", "https://news.example.org/2021/12/31/x", None),
    ],
)
def test_old_pages_are_read_by_the_rules_of_their_time(name: str, head: str, url: str, used: str | None) -> None:
    article = extract(themed(name, head), url=url, rules=VERSIONS)
    assert article.provenance["paragraphs"] == "rules"
    assert [note for note in article.notes if "valid until" in note] == ([f"rules: those valid until {used} were used"] if used else [])
    assert len(article.paragraphs) == (2 if used == "2022-06-30" else 3)


def test_the_entry_tells_the_day_too() -> None:
    entry = Entry(URL, published="Tue, 01 Mar 2022 10:00:00 +0300")
    assert any("2022-06-30" in note for note in extract(themed("eski orta yeni"), url=URL, rules=VERSIONS, entry=entry).notes)
