"""Boilerplate is recognised line by line and by its place; article text is not."""

from __future__ import annotations

import pytest

from core.model import Rules
from crawler.extract.cleaning import clean_lines, is_hashtags, is_share_bar
from crawler.extract.lines import Line

ONE = "أعلنت وزارة النقل اليوم افتتاح الطريق الدولي أمام حركة الشاحنات بعد أشهر من أعمال الصيانة المتواصلة."
TWO = "وقال مدير المشروع إن الأعمال أنجزت قبل موعدها بأسبوعين، وإن المرحلة التالية تبدأ في الربيع المقبل."
THREE = "وتأتي الخطوة ضمن اتفاق بين أنقرة ودمشق يشمل إعادة تأهيل ثلاثة معابر حدودية خلال العام الجاري."
TITLE = "افتتاح الطريق الدولي أمام الشاحنات"


def cleaned(*lines: str | Line, **options):
    return clean_lines([line if isinstance(line, Line) else Line(line) for line in lines], **options)


@pytest.mark.parametrize(
    "line",
    [
        "اقرأ أيضاً: عنوان خبر آخر لا صلة له بالطريق",
        "إقرأ أيضا: عنوان خبر آخر",
        "شاهد أيضًا : مقطع مصور من موقع الأعمال",
        "Read also: Another headline entirely",
        "Read more: Another headline entirely",
        "İlgili haber: Başka bir başlık",
        "فيسبوك تويتر واتساب البريد الإلكتروني",
        "#طريق #نقل #شاحنات",
        "Getting your Trinity Audio player ready...",
        "googletag.display('div-1')",
        "A+ A-",
        "4 دقائق",
        "إعلان",
        "تابعونا على قناتنا في تلغرام",
        "Bu web sitesinde çerezler kullanılmaktadır, devam ederek kabul etmiş olursunuz.",
        TITLE,
        Line("عنوان خبر آخر في رابط وحده داخل النص", links=1.0),
    ],
)
def test_a_line_inside_the_body_goes(line: str | Line) -> None:
    assert cleaned(ONE, line, TWO, THREE, titles=[TITLE]).paragraphs == (ONE, TWO, THREE)


@pytest.mark.parametrize(
    "line",
    [
        "المقالات ذات الصلة",
        "مقالات مشابهة",
        "أخبار ذات صلة:",
        "شاركها. فيسبوك تويتر",
        "اترك تعليقاً",
        "كلمات دلالية: طريق نقل",
        "الوسوم",
        "أهم الأخبار",
        "الأكثر قراءة",
        "© 2026 جميع الحقوق محفوظة",
        "Related articles",
        "İlgili Haberler",
        "Etiketler:",
        "Leave a comment",
        "كاتب صحفي متخصص في شؤون النقل وحاصل على شهادة جامعية",
    ],
)
def test_the_article_ends_before(line: str) -> None:
    assert cleaned(ONE, TWO, line, THREE).paragraphs == (ONE, TWO)


@pytest.mark.parametrize(
    "line",
    [
        "مسار التطبيع",
        "وشارك في الاجتماع وزراء من البلدين.",
        "تابع المسؤول حديثه قائلا إن الطريق آمن تماما.",
        "قال الوزير: المصدر الرئيس للدخل هو النقل.",
        "Kaynak yetersizliği nedeniyle çalışmalar durdu.",
        '"WhatsApp hattımızı takip edin" diyen müdür, şikâyetlerin iki gün içinde yanıtlandığını söyledi.',
        "Çiftçiler WhatsApp üzerinden kurulan gruba katıldıklarını ve fiyatları oradan öğrendiklerini anlattı.",
    ],
)
def test_article_text_stays(line: str) -> None:
    assert cleaned(ONE, TWO, line, THREE).paragraphs == (ONE, TWO, line, THREE)


def test_all_up_to_the_headline_goes_and_labels_below_it() -> None:
    lines = ["القائمة", "خبر عاجل من مكان آخر", f"الرئيسية»نقل»{TITLE}", TITLE, "بواسطة سلمى حداد 3 مارس، 2026", "طريق", "طريق", ONE, TWO]
    assert cleaned(*lines, titles=[TITLE]).paragraphs == (ONE, TWO)


def test_a_pointer_alone_takes_the_headline_on_the_next_line_with_it() -> None:
    assert cleaned(ONE, "اقرأ أيضاً:", "عنوان خبر آخر لا صلة له", TWO).paragraphs == (ONE, TWO)


def test_a_repeated_lead_stands_once() -> None:
    assert cleaned(ONE, TWO, ONE, THREE).paragraphs == (ONE, TWO, THREE)


def test_an_authors_name_at_the_end_goes_with_the_biography() -> None:
    assert cleaned(ONE, TWO, "sami example", "كاتب صحفي متخصص في شؤون النقل").paragraphs == (ONE, TWO)


@pytest.mark.parametrize(
    ("lines", "source"),
    [
        (["المصدر: وكالة الشمال"], "وكالة الشمال"),
        (["المصدر : عرب 48"], "عرب 48"),
        (["المصدر:", "جوهرة"], "جوهرة"),
        (["Kaynak: AA"], "AA"),
        (["Haber Kaynak : Yeni Gün"], "Yeni Gün"),
        (["Source: Northern Agency"], "Northern Agency"),
        (["ظهرت المقالة افتتاح الطريق أولاً على وكالة الشمال."], "وكالة الشمال"),
        (["The post Road opens appeared first on Northern Agency."], "Northern Agency"),
        (["(سبوتنيك)"], "سبوتنيك"),
        (["رويترز"], "رويترز"),
    ],
)
def test_original_source(lines: list[str], source: str) -> None:
    article = cleaned(ONE, TWO, *lines)
    assert (article.original_source, article.paragraphs) == (source, (ONE, TWO))


def test_what_follows_a_source_line_is_not_the_article() -> None:
    article = cleaned(ONE, TWO, "المصدر: وكالة الشمال", "إقرأ أيضاً:", "عنوان ثان", THREE, THREE + " ثانية.")
    assert article.paragraphs == (ONE, TWO)


def test_a_picture_credit_does_not_end_the_article() -> None:
    article = cleaned("Source: Reuters", ONE, TWO)
    assert (article.original_source, article.paragraphs) == (None, (ONE, TWO))


def test_a_wrapper_gives_title_and_source_whoever_the_reposter_is() -> None:
    wrapper = f"تابع تفاصيل {TITLE} وقد تم طرح الخبر عبر وكالة الشمال .. تابع {TITLE}"
    article = cleaned(
        wrapper, "والتفاصيل عبر موقع الصباح #افتتاح #الطريق", ONE, TWO, wrapper, "والتفاصيل عبر موقع", "الصباح #افتتاح #الطريق"
    )
    assert (article.paragraphs, article.original_title, article.original_source) == ((ONE, TWO), TITLE, "وكالة الشمال")


def test_a_wrapper_above_takes_no_word_of_the_text_below() -> None:
    wrapper = f"تابع تفاصيل {TITLE} وقد تم طرح الخبر عبر وكالة الشمال .. تابع {TITLE}"
    assert cleaned(wrapper, "والتفاصيل عبر موقع الصباح", ONE, TWO).paragraphs == (ONE, TWO)


def test_rules_cut_and_drop() -> None:
    rules = Rules(cut_before=("^بداية النص$",), cut_after=("^نهاية النص",), drop=("^خاص بالموقع",), wrappers=(r"\[\[.*?\]\]",))
    assert cleaned("خارج", "بداية النص", ONE, "خاص بالموقع فقط", f"[[أ]] {TWO}", "نهاية النص هنا", THREE, rules=rules).paragraphs == (
        ONE,
        TWO,
    )


def test_names_of_networks_and_hashtags() -> None:
    assert is_share_bar("Facebook Twitter WhatsApp")
    assert not is_share_bar("")
    assert not is_share_bar("فيسبوك تعلن نتائجها")
    assert is_hashtags("اليوم #أ #ب #ج #د")
    assert not is_hashtags("قال المتحدث باسم #الوزارة إن الطريق آمن")


def test_a_short_flash_is_an_article_too() -> None:
    flash = "عاجل: انفجار قرب معبر باب الهوى من دون إصابات"
    assert cleaned(flash, "المصدر: وكالات").paragraphs == (flash,)
