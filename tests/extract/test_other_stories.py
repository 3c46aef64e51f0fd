"""Headlines of other stories, menus and widgets in the middle of an article, in four languages and without telling class names.

A leaked headline is a false alert later, a lost paragraph a missed one: what is left must be the three paragraphs, no more and no less.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crawler.extract import extract

TITLES = {
    "ar": "افتتاح الطريق الدولي أمام الشاحنات",
    "tr": "Uluslararası yol tırlara açıldı",
    "en": "International road opened to lorries",
    "ku": "Rêya navneteweyî ji kamyonan re hate vekirin",
}
PARAGRAPHS = {
    "ar": [
        "أعلنت وزارة النقل اليوم افتتاح الطريق الدولي أمام حركة الشاحنات بعد أشهر من أعمال الصيانة المتواصلة.",
        "وقال مدير المشروع إن الأعمال أنجزت قبل موعدها بأسبوعين، وإن المرحلة التالية تبدأ في الربيع المقبل.",
        "وتأتي الخطوة ضمن اتفاق بين أنقرة ودمشق يشمل إعادة تأهيل ثلاثة معابر حدودية خلال العام الجاري.",
    ],
    "tr": [
        "Ulaştırma Bakanlığı, aylar süren bakım çalışmalarının ardından uluslararası yolun tırlara açıldığını bugün duyurdu.",
        "Proje müdürü, işlerin planlanandan iki hafta önce bittiğini ve bir sonraki aşamanın baharda başlayacağını söyledi.",
        "Adım, Ankara ile Şam arasında bu yıl üç sınır kapısının yenilenmesini öngören anlaşmanın bir parçası olarak görülüyor.",
    ],
    "en": [
        "The transport ministry said on Tuesday that the international road had been opened to lorries after months of repairs.",
        "The head of the project said the work was finished two weeks ahead of plan and that the next phase would begin in spring.",
        "The step is part of an agreement between Ankara and Damascus to renew three border crossings in the course of this year.",
    ],
    "ku": [
        "Wezareta veguhastinê îro ragihand ku rêya navneteweyî piştî mehên dirêj ên çêkirinê ji kamyonan re hate vekirin.",
        "Rêveberê projeyê got ku kar du hefte berî wextê xwe qediya û qonaxa din dê di biharê de dest pê bike.",
        "Ev gav beşek ji peymana di navbera Enqere û Şamê de ye ku nûkirina sê deriyên sînor di vê salê de dihewîne.",
    ],
}
OTHERS = {
    "ar": [
        "تركيا تعلن مقتل قيادي بارز في شمال سوريا",
        "الجيش التركي يرسل تعزيزات إلى إدلب صباح اليوم",
        "أردوغان يلتقي الشرع في أنقرة الأسبوع المقبل",
    ],
    "tr": ["Türkiye Suriye sınırına yeni birlik gönderdi", "Erdoğan gelecek hafta Şara ile görüşecek", "Halep'te patlama: üç yaralı var"],
    "en": ["Turkey sends new troops to the Syrian border", "Erdogan to meet al-Sharaa in Ankara next week", "Blast in Aleppo wounds three"],
    "ku": ["Tirkiye leşkerên nû şandin ser sînorê Sûriyê", "Erdogan hefteya bê bi Şera re dicive", "Teqîn li Helebê sê kes birîndar kirin"],
}
POINTERS = {
    "ar": [
        "اقرأ أيضاً",
        "مواضيع ذات صلة",
        "قد يهمك",
        "اقرأ المزيد",
        "أخبار متعلقة",
        "شاهد أيضا",
        "اخترنا لك",
        "مواضيع قد تهمك",
        "خبر ذو صلة:",
    ],
    "tr": [
        "İlgili Haber",
        "İlgili Haberler",
        "Ayrıca oku",
        "Bunu da oku",
        "Diğer haberler",
        "Sıradaki Haber",
        "OKUMAYA DEVAM ET",
        "İLGİLİ HABER",
    ],
    "en": [
        "Read also",
        "READ ALSO:",
        "Read more",
        "Related",
        "Related news",
        "See also",
        "You may also like",
        "More from Syria",
        "Don't miss",
    ],
    "ku": ["Her wiha bixwîne", "Bixwîne", "Nûçeyên têkildar", "Zêdetir bixwîne", "Mijarên têkildar", "Ev jî bixwîne:"],
}
PROVINCES = [
    "Adana",
    "Adıyaman",
    "Afyonkarahisar",
    "Ağrı",
    "Amasya",
    "Ankara",
    "Antalya",
    "Artvin",
    "Aydın",
    "Balıkesir",
    "Bilecik",
    "Bingöl",
    "Bitlis",
    "Bolu",
    "Burdur",
    "Bursa",
    "Çanakkale",
    "Çankırı",
    "Çorum",
    "Denizli",
    "Diyarbakır",
    "Edirne",
    "Elazığ",
    "Erzincan",
    "Erzurum",
    "Eskişehir",
    "Gaziantep",
    "Giresun",
    "Gümüşhane",
    "Hakkari",
    "Hatay",
    "Isparta",
    "İstanbul",
]
HOURS = [f"{hour:02}:00" for hour in range(24)]
COMMENTS = {
    "ar": ["اترك تعليقا", "لن يتم نشر عنوان بريدك الإلكتروني.", "أبو محمد: شكرا على الخبر الجميل"],
    "tr": ["Yorum yap", "E-posta adresiniz yayınlanmayacak.", "Mehmet: güzel haber olmuş"],
    "en": ["Leave a reply", "Your email address will not be published.", "John: nice story, thanks"],
    "ku": ["Şîroveyekê binivîse", "Navnîşana te ya e-peyamê nayê weşandin.", "Azad: nûçeyeke xweş e"],
}


def link(text: str) -> str:
    return f'<a href="/x/1">{text}</a>'


def p(text: str) -> str:
    return f"<p>{text}</p>"


def pointers(pointer: str, others: list[str]) -> Iterator[str]:
    """A pointer to another story in the forms that editors and themes give it."""
    bare = pointer.rstrip(":")
    yield p(pointer) + p(link(others[0]))
    yield p(f"{bare}: {link(others[0])}")
    yield p(f"<strong>{bare}: {others[0]}</strong>")
    yield f"<h4>{pointer}</h4><ul>{''.join(f'<li>{link(other)}</li>' for other in others)}</ul>"
    yield p(f"{pointer}<br>{link(others[0])}")
    yield p(f"{bare}:") + p(others[0])


def inside(lang: str) -> Iterator[str]:
    """What stands between the paragraphs without any word that says what it is."""
    one, two, three = OTHERS[lang]
    yield f"<ul>{''.join(f'<li>{link(other)}</li>' for other in OTHERS[lang])}</ul>"
    yield f'<div class="k"><a href="/y"><img src="i.jpg" alt="{one}"><div>{one}</div><div>3 Mart 2026</div></a></div>'
    yield f'<div class="k"><a href="/y"><img src="i.jpg"></a><h3>{link(one)}</h3><p>{two}</p><span>2026-03-03</span></div>'
    yield p(link(" ".join(three.split()[:3])))
    yield p("• " + link(one)) + p("• " + link(two))
    yield f'<blockquote class="wp-embedded-content"><p>{link(one)}</p></blockquote>'
    yield f"<table><tr><td>{link(one)}</td></tr><tr><td>{link(two)}</td></tr></table>"
    yield p("Getting your Trinity Audio player ready...")
    yield "<div>googletag.cmd.push(function() { googletag.display('div-gpt-ad-1'); });</div>"
    yield p("A+ A-")


def below(lang: str) -> Iterator[str]:
    """What stands behind the last paragraph."""
    yield "".join(f"<div><h3>{link(other)}</h3><span>03.03.2026</span></div>" for other in OTHERS[lang])
    yield "".join(f"<a href='/z'><div><h3>{other}</h3><time>03.03.2026</time></div></a>" for other in OTHERS[lang])
    yield f"<div>{' '.join(link(tag) for tag in TITLES[lang].split()[:4])}</div>"
    yield "".join(f"<div>{text}</div>" for text in COMMENTS[lang])
    yield f"<div>{' '.join(f'<span>{hour}</span>' for hour in HOURS)}</div>"
    yield "".join(f"<div>{hour}</div>" for hour in HOURS)
    yield f"<div>{' '.join(PROVINCES)}</div>"
    yield f"<div>{' '.join(link(name) for name in PROVINCES)}</div>"
    yield "".join(f"<div>{name}</div>" for name in PROVINCES)


def above(lang: str) -> Iterator[str]:
    """What stands before the headline."""
    yield "<div>" + "".join(f"<div>{link(other)}</div>" for other in OTHERS[lang]) + "</div>"
    yield "<div>" + "".join(f"<div>{other}</div>" for other in OTHERS[lang]) + "</div>"
    yield "<div>" + " | ".join(link(other) for other in OTHERS[lang]) + "</div>"
    yield "<div>" + "".join(f"<div>{hour}</div>" for hour in HOURS) + "</div>"


def paragraphs_of(lang: str, *, before: str = "", middle: str = "", after: str = "", late: str = "") -> list[str]:
    one, two, three = map(p, PARAGRAPHS[lang])
    body = one + middle + two + late + three + after
    html = f'<html lang="{lang}"><head><title>{TITLES[lang]} - X</title></head><body>{before}<div class="a"><h1>{TITLES[lang]}</h1>'
    return list(extract(f"{html}<div class='b'>{body}</div></div></body></html>".encode(), url="https://x.example.org/a/1").paragraphs)


@pytest.mark.parametrize(("lang", "pointer"), [(lang, pointer) for lang, all_of in POINTERS.items() for pointer in all_of])
def test_pointers_inside_the_body_go_with_their_headlines(lang: str, pointer: str) -> None:
    for block in pointers(pointer, OTHERS[lang]):
        assert paragraphs_of(lang, middle=block) == PARAGRAPHS[lang], block
    for block in list(pointers(pointer, OTHERS[lang]))[:5:3]:
        assert paragraphs_of(lang, late=block) == PARAGRAPHS[lang], block


@pytest.mark.parametrize("lang", PARAGRAPHS)
def test_links_cards_and_widgets_inside_the_body_go(lang: str) -> None:
    for block in inside(lang):
        assert paragraphs_of(lang, middle=block) == PARAGRAPHS[lang], block


@pytest.mark.parametrize("lang", PARAGRAPHS)
def test_what_follows_the_article_is_not_taken(lang: str) -> None:
    for block in below(lang):
        assert paragraphs_of(lang, after=block) == PARAGRAPHS[lang], block


@pytest.mark.parametrize("lang", PARAGRAPHS)
def test_tickers_before_the_headline_are_not_taken(lang: str) -> None:
    for block in above(lang):
        assert paragraphs_of(lang, before=block) == PARAGRAPHS[lang], block


@pytest.mark.parametrize(
    "line",
    [
        "وقد يهمك أن تعرف أن الطريق ظل مغلقا منذ عام.",
        "في سياق متصل: قالت البلدية إن الإنارة تعود غدا.",
        "Okumaya devam eden öğrenciler de açılışa katıldı.",
        "More from the ministry is expected on Friday.",
        "Bixwîne û binivîse, got mamoste ji zarokan re.",
        "Adana, Mersin ve Hatay'dan gelen tırlar yolu kullanacak.",
        'وقال <a href="/w">وزير النقل</a> إن الطريق آمن.',
        'الوزير: <a href="/w">الطريق</a> آمن تماما أمام الجميع',
        "2500 شاحنة",
        "عبرت المعبر",
    ],
)
def test_article_text_that_looks_like_it_stays(line: str) -> None:
    found = paragraphs_of("ar", middle=p(line))
    assert [found[0], *found[2:]] == PARAGRAPHS["ar"]


def test_a_list_in_the_article_stays() -> None:
    items = ["إصلاح الجسور الثلاثة", "طلاء الإشارات", "إنارة النفق"]
    found = paragraphs_of("ar", middle=f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>")
    assert found == [PARAGRAPHS["ar"][0], *items, *PARAGRAPHS["ar"][1:]]


def test_teasers_behind_related_headlines_are_not_the_article() -> None:
    """Headline, teaser, headline, teaser, all beside the paragraphs: what looks like going on is not."""
    teaser = "قالت مصادر محلية إن تعزيزات وصلت فجر اليوم إلى نقاط عدة في الريف، ولم يصدر تعليق رسمي حتى الآن."
    block = "<h4>مواضيع ذات صلة</h4>" + "".join(p(link(other)) + p(teaser + str(number)) for number, other in enumerate(OTHERS["ar"]))
    assert paragraphs_of("ar", after=block) == PARAGRAPHS["ar"]
