"""What surrounds an article of three short sentences: lists of other headlines, the page's foot, boxes, counters, appeals, hidden text.

Nothing but the three sentences may come out, whatever the language and the markup.
"""

from __future__ import annotations

import pytest

from crawler.extract import extract

TITLES = {
    "ar": "بلدية الرقة تعيد فتح جسر المشاة القديم",
    "tr": "Belediye eski yaya köprüsünü yeniden açtı",
    "en": "Town council reopens the old footbridge",
    "ku": "Şaredariyê pira kevn a peyayan ji nû ve vekir",
    "fa": "شهرداری پل قدیمی عابران را بازگشایی کرد",
}
SENTENCES = {
    "ar": [
        "أعادت بلدية المدينة يوم الأحد فتح جسر المشاة القديم بعد ترميمه.",
        "واستغرقت أعمال الترميم سبعة أشهر كاملة بتمويل محلي.",
        "وسيخصص الجسر للمشاة والدراجات فقط طوال أيام الأسبوع.",
    ],
    "tr": [
        "Belediye, eski yaya köprüsünü onarımın ardından açtı.",
        "Onarım çalışmaları yerel bütçeyle tam yedi ay boyunca sürdü.",
        "Köprü yalnızca yayalara ve bisikletlere ayrıldı.",
    ],
    "en": [
        "The council has reopened the old footbridge after repairs.",
        "The works on the bridge took seven months in all.",
        "It will be kept for walkers and for bicycles only.",
    ],
    "ku": [
        "Şaredariyê piştî çêkirinê pira kevn a peyayan vekir.",
        "Karê çêkirinê bi pereyê bajêr bi giştî heft mehên temam dom kir.",
        "Pir dê her roj tenê ji bo peyayan û duçerxeyan vekirî be.",
    ],
    "fa": [
        "شهرداری پل قدیمی عابران را پس از بازسازی باز کرد.",
        "کار بازسازی پل با بودجه شهر در مجموع هفت ماه زمان برد.",
        "این پل در همه روزهای هفته تنها ویژه عابران و دوچرخه سواران است.",
    ],
}
OTHERS = {
    "ar": [
        "معرض للخط العربي يفتح أبوابه في حماة",
        "ارتفاع منسوب بحيرة السد بعد أمطار غزيرة",
        "فريق الناشئين يفوز في مباراة الافتتاح",
        "توزيع شتلات الزيتون على ثلاث قرى",
        "حافلات جديدة تدخل الخدمة صباح الغد",
    ],
    "tr": [
        "Hat sergisi pazartesi günü kapılarını açıyor",
        "Baraj gölünün su seviyesi yağışla yükseldi",
        "Genç takım açılış maçını rahat kazandı",
        "Üç köye zeytin fidanı dağıtımı başladı",
        "Yeni otobüsler yarın sabah sefere çıkıyor",
    ],
    "en": [
        "Calligraphy show opens its doors in Hama",
        "Reservoir level climbs after days of rain",
        "Juniors win the opening match with ease",
        "Olive saplings handed out in three villages",
        "New buses enter service tomorrow morning",
    ],
    "ku": [
        "Pêşangeha xetê li Hemayê derî vedike",
        "Asta ava golê piştî baranê bilind bû",
        "Tîma ciwanan maça yekem bi hêsanî bir",
        "Şitlên zeytûnê li sê gundan hatin belavkirin",
        "Otobusên nû sibê dest bi xebatê dikin",
    ],
    "fa": [
        "نمایشگاه خوشنویسی در حماه گشایش یافت",
        "سطح آب دریاچه سد پس از باران بالا رفت",
        "تیم نوجوانان بازی نخست را برد",
        "نهال زیتون در سه روستا پخش شد",
        "اتوبوس های تازه از فردا به خط می آیند",
    ],
}
LANGUAGES = sorted(TITLES)


def article(language: str, *, inside: str = "", after: str = "", behind: str = "", container: str = "") -> list[str]:
    """``inside``: behind the second sentence. ``after``: at the end of the body's element. ``behind``: below it on the page."""
    one, two, three = (f"<p>{sentence}</p>" for sentence in SENTENCES[language])
    page = (
        f'<html lang="{language}"><head><meta charset="utf-8"><title>{TITLES[language]}</title></head><body><div class="w">'
        f"<h1>{TITLES[language]}</h1><div class='{container}'>{one}{two}{inside}{three}{after}</div></div>{behind}</body></html>"
    )
    return list(extract(page.encode(), url="https://short.example/1").paragraphs)


def links(language: str, form: str) -> str:
    return "".join(form.format(title) for title in OTHERS[language])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "form",
    [
        '<a href="/b">{}</a>',
        '<a href="/b">{}</a> ',
        '<a href="/b">{}</a><span>24.11.2026</span> ',
        '<div class="q"><a href="/b">{}</a><span class="date">24.11.2026</span></div>',
        '<div><a href="/b">{}</a> 24.11.2026 10:15</div>',
        '<div><a href="/b"><img src="i.jpg">{}</a><em>3 hours ago</em></div>',
        '<p><a href="/b">{}</a></p>',
        '<div><h4><a href="/b">{}</a></h4><small>10:15</small></div>',
        '<li><b><a href="/b">{}</a></b></li>',
    ],
)
def test_headlines_of_others_below_a_short_article(language: str, form: str) -> None:
    assert article(language, behind=f"<div class='z'>{links(language, form)}</div>") == SENTENCES[language]
    assert article(language, after=f"<div class='z'>{links(language, form)}</div>") == SENTENCES[language]
    assert article(language, behind=f"<section>{links(language, form)}</section>", container="article-body") == SENTENCES[language]


@pytest.mark.parametrize(
    ("language", "foot"),
    [
        ("ar", "جميع الحقوق محفوظة © 2026 من نحن اتصل بنا"),
        ("ar", "كافة الحقوق محفوظة لموقع الجسر 2026"),
        ("tr", "© 2026 Tüm hakları saklıdır. Künye İletişim"),
        ("tr", "Copyright © 2026 Köprü Haber"),
        ("tr", "Her hakkı saklıdır."),
        ("en", "© 2026 The Bridge. All rights reserved."),
        ("en", "Copyright 2026 The Bridge Media"),
        ("ku", "© 2026 Hemû maf parastî ne. Têkilî"),
        ("fa", "تمام حقوق این پایگاه محفوظ است"),
    ],
)
@pytest.mark.parametrize(
    "form", ["<div>{}</div>", "<p>{}</p>", "<div class='alt'><span>{}</span></div>", "<table><tr><td>{}</td></tr></table>"]
)
def test_the_foot_of_the_page(language: str, foot: str, form: str) -> None:
    assert article(language, behind=form.format(foot)) == SENTENCES[language]
    assert article(language, after=form.format(foot)) == SENTENCES[language]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("ar", "عدد المشاهدات: 1250"),
        ("ar", "٤٥٥ قراءة"),
        ("ar", "هل لاحظتم خطأ في النص؟ راسلونا عبر البريد"),
        ("ar", "ادعموا الصحافة المستقلة وساهموا في استمرار عملنا."),
        ("ar", "اشترك في نشرتنا البريدية ليصلك كل جديد صباح كل يوم."),
        ("ar", "لقراءة الخبر كاملا اضغط على الرابط التالي"),
        ("ar", "كانت هذه تفاصيل خبر الجسر، نتمنى أن نكون قد وفقنا في نقلها."),
        ("ar", "https://t.me/kopruchannel"),
        ("tr", "Okunma: 1.250"),
        ("tr", "Bu haberde hata mı gördünüz? Bize yazın."),
        ("tr", "Bağımsız yayıncılığımıza Patreon üzerinden katkı verin."),
        ("tr", "Haberin devamı için tıklayın"),
        ("tr", "Günlük bültenimize ücretsiz abone olun."),
        ("en", "1,250 views"),
        ("en", "Spotted a mistake in this story? Tell our desk."),
        ("en", "Become a member and keep this newsroom going."),
        ("en", "Sign up for our morning newsletter, it is free."),
        ("ku", "Xwendin: 1250"),
        ("ku", "Hûn dikarin me li ser Patreon bişopînin û piştgirî bidin."),
        ("fa", "بازدید: ۱۲۵۰"),
        ("fa", "کد خبر: ۹۸۷۶۵"),
    ],
)
@pytest.mark.parametrize("form", ["<p>{}</p>", "<div><span>{}</span></div>", "<p><em>{}</em></p>"])
def test_counters_appeals_and_frames(language: str, line: str, form: str) -> None:
    assert article(language, after=form.format(line)) == SENTENCES[language]
    assert article(language, behind=f"<div>{form.format(line)}</div>") == SENTENCES[language]


@pytest.mark.parametrize(
    ("language", "heading", "text"),
    [
        ("en", "The Bridge Newsletter", "Three stories from the river every morning before eight."),
        ("tr", "Köprü E-bülten", "Nehir kıyısından her sabah üç haber e-postanıza gelsin."),
        ("ar", "النشرة البريدية", "ثلاثة أخبار من ضفة النهر كل صباح قبل الثامنة."),
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        "<div class='x'><h4>{0}</h4><p>{1}</p></div>",
        "<div><p><b>{0}</b></p><p>{1}</p></div>",
        "<section><div>{0}</div><div>{1}</div></section>",
    ],
)
def test_boxes_inside_the_article(language: str, heading: str, text: str, form: str) -> None:
    assert article(language, inside=form.format(heading, text)) == SENTENCES[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "form",
    [
        "<p style='display:none'>{}</p>",
        '<div style="color:red; display : none;"><p>{}</p></div>',
        "<span style='display:none'>{}</span>",
        "<div class='note d-none'><p>{}</p></div>",
        "<div hidden><p>{}</p></div>",
        "<div aria-hidden='true'><p>{}</p></div>",
    ],
)
def test_text_that_is_never_shown(language: str, form: str) -> None:
    hidden = f"{OTHERS[language][0]}."
    assert article(language, inside=form.format(hidden)) == SENTENCES[language]


def test_classes_that_hide_on_some_screens_only() -> None:
    shown = article("en", inside="<div class='d-none d-md-block'><p>The bridge was built by a railway company in 1912.</p></div>")
    assert "The bridge was built by a railway company in 1912." in shown


@pytest.mark.parametrize(
    ("language", "heading"),
    [("ar", "التعليقات (2)"), ("tr", "2 Yorum"), ("en", "2 Comments"), ("ku", "Şîrove"), ("fa", "نظرات (۲)")],
)
def test_comments_below_an_article_shorter_than_they_are(language: str, heading: str) -> None:
    said = "".join(f"<li><b>reader{n}</b><p>{' '.join(SENTENCES[language][n % 2 : n % 2 + 2])} {n}!</p></li>" for n in range(9))
    assert article(language, behind=f"<div class='voices'><h3>{heading}</h3><ul>{said}</ul></div>") == SENTENCES[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_subheading_stays(language: str) -> None:
    subheading = " ".join(OTHERS[language][3].split()[:3])
    one, two, three = SENTENCES[language]
    assert article(language, inside=f"<h2>{subheading}</h2>") == [one, two, subheading, three]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["spot", "post-excerpt", "entry-summary x", "author-card", "disclaimer", "poll", "follow-us"])
def test_blocks_that_themes_name(language: str, name: str) -> None:
    assert article(language, inside=f"<div class='{name}'><p>{OTHERS[language][0]}.</p></div>") == SENTENCES[language]


def test_a_name_inside_another_word_is_no_name() -> None:
    assert article("en", container="field field--type-text-with-summary field__item") == SENTENCES["en"]
    assert article("en", container="col-md-8 polls-page spotlight") == SENTENCES["en"]
