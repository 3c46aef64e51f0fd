"""Blocks inside and behind an article that no class name gives away: forms, cards with an excerpt, captions, biographies, notes."""

from __future__ import annotations

import pytest

from core.model import Rules
from crawler.extract import extract

TITLES = {"ar": "افتتاح الطريق الدولي أمام الشاحنات", "tr": "Uluslararası yol tırlara açıldı", "en": "International road opened to lorries"}
PARAGRAPHS = {
    "ar": [
        "أعلنت وزارة النقل اليوم افتتاح الطريق الدولي أمام حركة الشاحنات بعد أشهر من أعمال الصيانة المتواصلة.",
        "وقال مدير المشروع إن الأعمال أنجزت قبل موعدها بأسبوعين، وإن المرحلة التالية تبدأ في الربيع المقبل.",
        "وتأتي الخطوة ضمن اتفاق بين أنقرة ودمشق يشمل إعادة تأهيل ثلاثة معابر حدودية خلال العام الجاري.",
        "ويمر بالطريق نحو ألف ومئتي شاحنة يوميا، نصفها ينقل مواد البناء إلى حلب وحماة وحمص.",
        "وتقول غرفة التجارة إن كلفة النقل ستنخفض بمقدار الثلث عندما تكتمل الأعمال في الجانب الآخر.",
    ],
    "tr": [
        "Ulaştırma Bakanlığı, aylar süren bakım çalışmalarının ardından uluslararası yolun tırlara açıldığını bugün duyurdu.",
        "Proje müdürü, işlerin planlanandan iki hafta önce bittiğini ve bir sonraki aşamanın baharda başlayacağını söyledi.",
        "Adım, Ankara ile Şam arasında bu yıl üç sınır kapısının yenilenmesini öngören anlaşmanın bir parçası olarak görülüyor.",
        "Yoldan günde yaklaşık bin iki yüz tır geçiyor; bunların yarısı Halep, Hama ve Humus'a yapı malzemesi taşıyor.",
        "Ticaret Odası, karşı taraftaki çalışmalar bittiğinde taşıma maliyetinin üçte bir oranında düşeceğini belirtiyor.",
    ],
    "en": [
        "The transport ministry said on Tuesday that the international road had been opened to lorries after months of repairs.",
        "The head of the project said the work was finished two weeks ahead of plan and that the next phase would begin in spring.",
        "The step is part of an agreement between Ankara and Damascus to renew three border crossings in the course of this year.",
        "About twelve hundred lorries use the road every day, half of them with building material for Aleppo, Hama and Homs.",
        "The chamber of commerce expects the cost of transport to fall by a third once the work on the other side is finished.",
    ],
}
EXCERPTS = {
    "ar": (
        "فريق من الجامعة يبدأ توثيق الأسواق القديمة",
        "بدأ فريق من طلاب الجامعة توثيق واجهات الأسواق القديمة بالصور قبل أن تبدأ أعمال الترميم فيها.",
    ),
    "tr": (
        "Üniversite ekibi eski çarşıları belgeliyor",
        "Üniversite öğrencilerinden bir ekip, onarım başlamadan önce eski çarşıların cephelerini fotoğraflamaya başladı.",
    ),
    "en": (
        "University team documents the old markets",
        "A team of students has begun to photograph the fronts of the old markets before the repairs begin in them.",
    ),
}
CAPTIONS = {
    "ar": "شاحنات تنتظر عند مدخل الطريق صباح الثلاثاء",
    "tr": "Tırlar salı sabahı yolun girişinde bekliyor",
    "en": "Lorries wait at the entrance of the road on Tuesday morning",
}
BIOGRAPHIES = {
    "ar": ("سامر الخالد", "يغطي سامر قضايا النقل والتجارة من حلب منذ خمس سنوات، وعمل قبلها في إذاعة محلية في المدينة."),
    "tr": ("Derya Kaya", "Derya, beş yıldır Gaziantep'ten ulaştırma ve ticaret haberleri yazıyor; daha önce yerel bir radyoda çalıştı."),
    "en": (
        "Clare Holt",
        "Clare has covered transport and trade from Gaziantep for five years and worked for a local radio station before.",
    ),
}
PROMPTS = {
    "ar": ("قبل أن تغادر", "نرسل إليك كل صباح خمس قصص اختارها محررونا، ولا نشارك عنوانك مع أحد."),
    "tr": ("Gitmeden önce", "Her sabah editörlerimizin seçtiği beş haberi gönderiyoruz, adresinizi kimseyle paylaşmıyoruz."),
    "en": ("Before you go", "Every morning we send five stories chosen by our editors, and we share your address with nobody."),
}
COMMENTS = {
    "ar": [
        "لم أكن أعرف أن الطريق كان مغلقا كل هذا الوقت، شكرا على التقرير الجيد.",
        "أتمنى أن تشمل الأعمال القرى القريبة من المعبر أيضا لأن طرقها سيئة جدا.",
        "متى تفتح بقية المعابر أمام المسافرين الذين ينتظرون منذ أشهر طويلة؟",
    ],
    "tr": [
        "İki yıl orada yaşadım, bunların hiçbiri beni şaşırtmadı. Geçen yılın devamı nerede acaba?",
        "Güzel haber ama şoförlere de sorabilirdiniz, yolu en iyi onlar bilir diye düşünüyorum.",
        "Aylardır bekleyen yolcular için öteki kapılar ne zaman açılacak, bunu da yazın lütfen.",
    ],
    "en": [
        "I used that road for two years and nothing of this is new to me. Where is the other half of the story?",
        "Well written, but the drivers should have been asked as well, they know the road best of all.",
        "When will the other crossings open for travellers who have waited for so many months?",
    ],
}
ABOUT = {
    "ar": "الأفق شبكة إعلامية مستقلة تأسست عام 2011 وتغطي أخبار سوريا والمنطقة من مكاتبها في حلب وغازي عنتاب.",
    "tr": "Ufuk Haber, 2011 yılında kurulan ve Suriye ile bölgeyi Halep ve Gaziantep'ten izleyen bağımsız bir haber sitesidir.",
    "en": "Northern Post is an independent news site founded in 2011 that covers Syria and the region from Aleppo and Gaziantep.",
}
NAMES = ["Hank B", "reader_x", "Lina"]
LANGUAGES = sorted(TITLES)


def read(language: str, body: str, behind: str = "", rules: Rules | None = None) -> list[str]:
    title = TITLES[language]
    page = f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>
    <body><div class="z1"><h1>{title}</h1>
    <div class="z2">{body}</div>{behind}</div></body></html>"""
    return list(extract(page.encode(), url="https://news.example.org/post/1/", rules=rules).paragraphs)


def text(language: str, inserted: str) -> str:
    paragraphs = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[language]]
    return "".join([*paragraphs[:2], inserted, *paragraphs[2:]])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "control", ["<button>OK</button>", "<form><input name=q></form>", "<div class=z8><button>OK</button></div>", "<input>"]
)
@pytest.mark.parametrize("place", ["inside", "behind"])
def test_a_small_block_with_a_button_or_a_field_goes(language: str, control: str, place: str) -> None:
    heading, prompt = PROMPTS[language]
    box = f"<div class=z9><h4>{heading}</h4><p>{prompt}</p>{control}</div>"
    inside, behind = (box, "") if place == "inside" else ("", box)
    assert read(language, text(language, inside), behind) == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["inside", "behind"])
def test_a_card_with_an_excerpt_goes(language: str, place: str) -> None:
    headline, excerpt = EXCERPTS[language]
    card = f'<div class=z9><h3><a href="/2">{headline}</a></h3><p>{excerpt}</p></div>'
    inside, behind = (card, "") if place == "inside" else ("", card * 3)
    assert read(language, text(language, inside), behind) == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("image", ["<img src=/a.jpg>", "<div class=z8><img src=/a.jpg></div>", "<a href=/a.jpg><img src=/a.jpg></a>"])
def test_a_caption_below_its_picture_goes(language: str, image: str) -> None:
    caption = f"<div class=z9>{image}<span>{CAPTIONS[language]}</span></div>"
    assert read(language, text(language, caption)) == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_biography_in_a_block_of_its_own_goes(language: str) -> None:
    name, biography = BIOGRAPHIES[language]
    assert (
        read(language, text(language, ""), f"<div class=z9><img src=/c.jpg><h4>{name}</h4><p>{biography}</p></div>") == PARAGRAPHS[language]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_sections_with_buttons_and_pictures_stay(language: str) -> None:
    sections = "".join(f"<div class=z5><img src=/a.jpg><p>{paragraph}</p><button>+</button></div>" for paragraph in PARAGRAPHS[language])
    assert read(language, sections) == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_half_of_an_article_stays(language: str) -> None:
    one, two = ("".join(f"<p>{paragraph}</p>" for paragraph in part) for part in (PARAGRAPHS[language][:3], PARAGRAPHS[language][3:]))
    assert read(language, one, f"<div class=z7><img src=/ad.gif></div><div class=z2>{two}</div>") == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quotation_and_a_list_at_the_end_stay(language: str) -> None:
    *others, last = PARAGRAPHS[language]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in others[:-1])
    assert read(language, f"{body}<blockquote><p>{others[-1]}</p></blockquote><ul><li>{last}</li></ul>") == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_linked_lead_and_a_picture_in_a_paragraph_stay(language: str) -> None:
    first, *others = PARAGRAPHS[language]
    body = f"<div><p><img src=/a.jpg>{first}</p></div>" + "".join(f"<p>{paragraph}</p>" for paragraph in others)
    assert read(language, body) == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("shape", ["<div class=q1><b>{}</b> <span>12.11.2026</span><p>{}</p></div>", "<li><b>{}</b><p>{}</p></li>"])
@pytest.mark.parametrize("number", [1, 3])
def test_comments_without_a_heading_go(language: str, shape: str, number: int) -> None:
    comments = "".join(shape.format(name, comment) for name, comment in zip(NAMES[:number], COMMENTS[language], strict=False))
    assert read(language, text(language, ""), f"<div class=q0>{comments}</div>") == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_outlet_says_of_itself_goes(language: str) -> None:
    about = f"<p>{ABOUT[language]}</p>"
    assert read(language, text(language, ""), f"<div class=q9>{about}<p>© 2026</p></div>") == PARAGRAPHS[language]
    assert read(language, f"{text(language, '')}<hr>{about}") == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slide", ["<div class=g><img src=/a.jpg><p>{}</p></div>", "<div class=g><img src=/a.jpg><span>{}</span></div>"])
def test_a_gallery_goes(language: str, slide: str) -> None:
    slides = "".join(slide.format(comment) for comment in COMMENTS[language])
    assert read(language, text(language, f"<div class=q2>{slides}</div>")) == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pull_quote_goes(language: str) -> None:
    words = PARAGRAPHS[language][2].split()
    for quote in (" ".join(words[:9]), f"“{' '.join(words[3:12])}”"):
        assert read(language, text(language, f"<div class=q3><p>{quote}</p></div>")) == PARAGRAPHS[language]
        assert read(language, text(language, f"<blockquote>{quote}</blockquote>")) == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "post",
    [
        '<blockquote><p>{}</p>— Ufuk (@ufuk) <a href="https://twitter.com/x">November 3, 2026</a></blockquote>',
        '<div class=q4><a href="https://t.me/ufuk">Ufuk</a><p>{}</p><a href="https://t.me/ufuk/2">t.me/ufuk/2</a> 1.2K views</div>',
    ],
)
def test_a_post_of_a_network_goes(language: str, post: str) -> None:
    assert read(language, text(language, post.format(COMMENTS[language][0]))) == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sections_with_headings_stay(language: str) -> None:
    pairs = zip(NAMES, COMMENTS[language], strict=True)
    sections = "".join(f"<div class=q5><h3>{name}</h3><p>{line}</p></div>" for name, line in pairs)
    found = read(language, text(language, ""), sections)
    assert [line for line in found if line in COMMENTS[language]] == COMMENTS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_subheading_that_begins_like_a_list_stays(language: str) -> None:
    subheading = {"ar": "المزيد من القوات إلى الحدود", "tr": "Sonuçlar ve beklentiler", "en": "More on the other side"}[language]
    one, two = PARAGRAPHS[language][:3], PARAGRAPHS[language][3:]
    body = (
        "".join(f"<p>{paragraph}</p>" for paragraph in one) + f"<h2>{subheading}</h2>" + "".join(f"<p>{paragraph}</p>" for paragraph in two)
    )
    assert read(language, body) == [*one, subheading, *two]


INVITATIONS = {
    "ar": ("اشترك في النشرة البريدية", "رسالة واحدة كل جمعة فيها أهم ما كتبه مراسلونا خلال الأسبوع."),
    "tr": ("Bültenimize abone olun", "Her cuma muhabirlerimizin hafta boyunca yazdıkları tek bir mektupta."),
    "en": ("Subscribe", "One letter every Friday with what our reporters have written in the course of the week."),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_below_an_invitation_goes(language: str) -> None:
    heading, line = INVITATIONS[language]
    assert read(language, text(language, f"<div class=q6><h2>{heading}</h2><p>{line}</p></div>")) == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_in_widgets_of_its_own_stays(language: str) -> None:
    *others, last = PARAGRAPHS[language]
    first = "".join(f"<p>{paragraph}</p>" for paragraph in others)
    heading = CAPTIONS[language]
    body = f"<div class=w1>{first}</div><div class=w2><img src=/i.svg><h3>{heading}</h3></div><div class=w3><p>{last}</p></div>"
    assert [line for line in read(language, body) if line != heading] == PARAGRAPHS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quotation_as_a_subheading_stays(language: str) -> None:
    subheading = " ".join(PARAGRAPHS[language][3].split()[:8])
    assert read(language, text(language, f"<h3>{subheading}</h3>")) == [*PARAGRAPHS[language][:2], subheading, *PARAGRAPHS[language][2:]]


STRUCTURES = {
    "a quotation": "<p>{0}</p><blockquote><p>{1}</p><p>{2}</p></blockquote><p>{3}</p><p>{4}</p>",
    "a picture beside a paragraph": "<p>{0}</p><div><figure><img></figure><div><p>{1}</p></div></div><p>{2}</p><p>{3}</p><p>{4}</p>",
    "a section that opens": "<p>{0}</p><p>{1}</p><div><button>+</button><p>{2}</p><p>{3}</p></div><p>{4}</p>",
    "a button below each paragraph": "".join(f"<div><p>{{{number}}}</p><button>x</button></div>" for number in range(5)),
    "a list": "<p>{0}</p><ul><li>{1}</li><li>{2}</li></ul><p>{3}</p><p>{4}</p>",
    "a last paragraph in a block of its own": "<p>{0}</p><p>{1}</p><p>{2}</p><p>{3}</p><div><p>{4}</p></div>",
    "breaks": "{0}<br><br>{1}<br><br>{2}<br><br>{3}<br><br>{4}",
    "a form behind": "<p>{0}</p><p>{1}</p><p>{2}</p><p>{3}</p><p>{4}</p><form><input></form>",
    "a field before": "<div><input type=hidden></div><p>{0}</p><p>{1}</p><p>{2}</p><p>{3}</p><p>{4}</p>",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("structure", STRUCTURES.values(), ids=STRUCTURES)
@pytest.mark.parametrize("rules", [Rules(), Rules(body=".z2")], ids=["without rules", "with rules"])
def test_articles_of_all_builds_stay_whole(language: str, structure: str, rules: Rules) -> None:
    body = structure.format(*PARAGRAPHS[language])
    assert read(language, body, rules=rules) == PARAGRAPHS[language]
