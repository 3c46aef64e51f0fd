"""Which date of a page is its article's: labels in five languages, clocks, related items, events, updates, glued text."""

from __future__ import annotations

import pytest

from core.model import Rules
from crawler.extract import extract

URL = "https://news.example.org/a/1"
TEXTS = {
    "ar": (
        "افتتاح الطريق الدولي أمام الشاحنات",
        "أعلنت وزارة النقل اليوم افتتاح الطريق الدولي أمام حركة الشاحنات بعد أشهر من أعمال الصيانة المتواصلة.",
        "وقال مدير المشروع إن الأعمال أنجزت قبل موعدها بأسبوعين، وإن المرحلة التالية تبدأ في الربيع المقبل.",
    ),
    "tr": (
        "Sınır kapısında yeni dönem başlıyor",
        "Ticaret Bakanlığı, sınır kapısındaki bekleme süresini kısaltacak yeni uygulamanın bu hafta başlayacağını duyurdu.",
        "Yetkililer, tır şoförlerinin randevularını artık internet üzerinden alabileceğini ve kuyrukların azalacağını söyledi.",
    ),
    "en": (
        "New bridge opens to lorries at the border",
        "The ministry of transport said on Monday that the rebuilt bridge will carry lorries in both directions from this week on.",
        "Engineers finished the work two weeks early, and the next stage of the project will begin in spring, the manager added.",
    ),
    "ku": (
        "Pira nû ji bo barhilgiran vebû",
        "Wezareta veguhastinê ragihand ku pira nû ya li ser sînor ji vê hefteyê pê ve ji bo barhilgiran vekirî ye û kar bi dawî bû.",
        "Rêveberê projeyê got ku kar du hefte zû qediya û qonaxa din a projeyê dê di biharê de dest pê bike, wî wiha pê de çû.",
    ),
    "ckb": (
        "پردی نوێ بۆ بارهەڵگرەکان کرایەوە",
        "وەزارەتی گواستنەوە رایگەیاند کە پردی نوێی سەر سنوور لەم هەفتەیەوە بۆ بارهەڵگرەکان دەکرێتەوە و کارەکان تەواو بوون.",
        "بەڕێوەبەری پڕۆژەکە گوتی کارەکان دوو هەفتە زووتر تەواو بوون و قۆناغی داهاتوو لە بەهاردا دەست پێ دەکات.",
    ),
    "fa": (
        "پل جدید مرزی به روی کامیون‌ها باز شد",
        "وزارت راه اعلام کرد که پل جدید مرزی از این هفته در هر دو جهت به روی کامیون‌ها باز می‌شود و کارها به پایان رسیده است.",
        "مدیر پروژه گفت که کارها دو هفته زودتر تمام شد و مرحله بعدی پروژه در بهار آغاز می‌شود و ادامه خواهد داشت.",
    ),
}


def found(
    language: str, *, before: str = "", header: str = "", inside: str = "", after: str = "", rules: Rules | None = None
) -> str | None:
    title, one, two = TEXTS[language]
    page = (
        f'<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head><body>{before}'
        f"<article><h1>{title}</h1>{header}<div><p>{one}</p>{inside}<p>{two}</p></div></article>{after}</body></html>"
    )
    return extract(page.encode(), url=URL, rules=rules or Rules()).published


@pytest.mark.parametrize(
    ("language", "header", "date"),
    [
        ("ar", "<div>نُشر في: 24 حزيران/يونيو 2025</div>", "24 حزيران/يونيو 2025"),
        ("ar", "<div>الثلاثاء 24 من حزيران 2025</div>", "24 من حزيران 2025"),
        ("ar", "<div>24 حزيران (يونيو) 2025</div>", "24 حزيران (يونيو) 2025"),
        ("ar", "<div>24 تشرين الثاني / نوفمبر 2025 - 10:05 ص</div>", "24 تشرين الثاني / نوفمبر 2025 - 10:05 ص"),
        ("ar", "<div>24-حزيران-2025</div>", "24-حزيران-2025"),
        ("ar", "<div>الجمعة 1 أغسطس 2025 10:15 صـ 7 صفر 1447 هـ</div>", "1 أغسطس 2025 10:15 صـ"),
        ("ar", "<div>بواسطة سلمى حداد24 حزيران، 20255 دقائق</div>", "24 حزيران، 2025"),
        ("tr", "<div>Giriş: 24.06.2025 - 10:05</div>", "24.06.2025 - 10:05"),
        ("tr", "<div>24 Haziran 2025 Salı 10:05</div>", "24 Haziran 2025 Salı 10:05"),
        ("tr", "<div>Yayınlanma: 24 Haz 2025, 10:05</div>", "24 Haz 2025, 10:05"),
        ("tr", "<div>24.06.2025 10:05 Güncelleme: 25.06.2025 11:00</div>", "24.06.2025 10:05"),
        ("en", "<div>Published June 24, 2025</div>", "June 24, 2025"),
        ("en", "<div>25th, June 2024 GMT</div>", "25th, June 2024"),
        ("ku", "<div>24 Hezîran 2025, 10:05</div>", "24 Hezîran 2025, 10:05"),
        ("ku", "<div>24ê Hezîrana 2025an</div>", "24ê Hezîrana 2025"),
        ("ckb", "<div>24ی حوزەیرانی 2025</div>", "24ی حوزەیرانی 2025"),
        ("fa", "<div>۳ تیر ۱۴۰۴ - ۱۰:۳۵</div>", "۳ تیر ۱۴۰۴ - ۱۰:۳۵"),
        ("fa", "<div>تاریخ انتشار: ۱۴۰۴/۰۴/۰۳</div>", "۱۴۰۴/۰۴/۰۳"),
    ],
)
def test_the_date_below_the_headline_in_every_language(language: str, header: str, date: str) -> None:
    assert found(language, header=header) == date


@pytest.mark.parametrize(
    ("language", "clock"),
    [
        ("ar", "<div>الأربعاء 25 تشرين الثاني 2026 | 12:20</div>"),
        ("ar", "<header><span>25 نوفمبر 2026</span><span id='clock'>12:20:31</span></header>"),
        ("ar", "<div>2026-11-25@09:20:51 GMT</div>"),
        ("tr", "<div class='top'>25 Kasım 2026 Çarşamba</div>"),
        ("tr", "<div><time datetime='2026-11-25'>25 Kasım 2026</time></div>"),
        ("en", "<div class='date'>Wednesday, November 25, 2026</div>"),
        ("en", "<div>2026-11-25@09:20:51 GMT</div>"),
        ("ku", "<div>Çarşem, 25 Mijdar 2026</div>"),
        ("ckb", "<div>چوارشەممە 25 تشرینی دووەم 2026</div>"),
        ("fa", "<div>چهارشنبه ۴ آذر ۱۴۰۵</div>"),
    ],
)
def test_a_clock_above_the_headline_is_no_date(language: str, clock: str) -> None:
    assert found(language, before=clock) is None


@pytest.mark.parametrize(
    ("language", "related"),
    [
        ("ar", "<aside><h3><a href='/b'>اتفاق جديد على فتح المعابر قريبا</a></h3><span>20 تشرين الثاني 2026</span></aside>"),
        ("ar", "<div><time datetime='2026-11-20T08:00:00Z'>منذ خمسة أيام</time> <a href='/b'>خبر آخر من الحدود الشمالية اليوم</a></div>"),
        ("tr", "<ul><li><a href='/b'>Bakan yarın Şam'a gidecek</a> <span class='date'>20.11.2026</span></li></ul>"),
        ("en", "<div class='related'><a href='/b'>Minister to visit the border on Friday</a> <time>November 20, 2026</time></div>"),
        ("ku", "<ul><li><a href='/b'>Wezîr dê sibê here Şamê</a> <span class='date'>20 Mijdar 2026</span></li></ul>"),
    ],
)
def test_dates_of_related_items_are_not_taken(language: str, related: str) -> None:
    assert found(language, after=related) is None
    assert found(language, inside=related) is None


@pytest.mark.parametrize(
    ("language", "event"),
    [
        ("ar", "<p>وكان الطرفان وقعا الاتفاق في 24 حزيران 2025 في أنقرة بحضور وزيري الدفاع في البلدين.</p>"),
        ("ar", "<figcaption>من لقاء الوزيرين في 24 حزيران 2025</figcaption>"),
        ("tr", "<p>Anlaşma 24 Haziran 2025 tarihinde Ankara'da iki ülkenin bakanları tarafından imzalanmıştı.</p>"),
        ("en", "<p>The two ministers had signed the agreement in Ankara on 24 June 2025 in front of the press.</p>"),
        ("ku", "<p>Her du wezîran di 24 Hezîran 2025 de li Enqereyê peyman îmze kiribûn û çapemenî jî amade bû.</p>"),
    ],
)
def test_dates_of_events_in_the_text_are_not_taken(language: str, event: str) -> None:
    assert found(language, inside=event) is None


@pytest.mark.parametrize(
    ("language", "stamp"),
    [
        ("ar", "<div>آخر تحديث: 24 حزيران 2025 - 10:05</div>"),
        ("ar", "<div>تم التحديث في 24 حزيران 2025</div>"),
        ("tr", "<div>Son Güncelleme: 24.06.2025 10:05</div>"),
        ("en", "<div>Last updated June 24, 2025</div>"),
        ("ku", "<div>Nûkirin: 24 Hezîran 2025</div>"),
    ],
)
def test_a_stamp_of_an_update_is_no_date(language: str, stamp: str) -> None:
    assert found(language, header=stamp) is None


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ar", "<div>صورة أرشيفية، حلب 24 حزيران 2025</div>"),
        ("ar", "<div>من 22 إلى 24 حزيران 2025</div>"),
        ("tr", "<div>Fotoğraf: 24 Haziran 2025, Gaziantep</div>"),
        ("en", "<div>The 22-24 June 2025 summit</div>"),
    ],
)
def test_captions_and_ranges_below_the_headline_are_no_dates(language: str, line: str) -> None:
    assert found(language, header=line) is None
