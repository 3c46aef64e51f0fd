"""The verdict: clitics and endings, words that only look like a side, evidence, topics of the user's, the five real pages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ConfigError
from core.model import Match
from core.settings import TermConfig, TopicConfig
from core.text import fold
from crawler.detect import BUILTIN_TOPIC, Detector, build_detector
from crawler.detect.gazetteer import builtin_terms
from crawler.detect.scan import Scanner


@pytest.fixture(scope="module")
def detector() -> Detector:
    return build_detector()


def words_of(text: str) -> list[str]:
    return text.split(" | ")


def judge(detector: Detector, title: str, lead: str | None = None, body: str = "") -> Match:
    return detector.match(title=title, lead=lead, body=body)[0]


def sides_of(detector: Detector, text: str) -> set[str]:
    return {evidence.side for evidence in judge(detector, text).evidence}


@pytest.mark.parametrize(
    "word",
    words_of(
        "سوريا | وسوريا | بسوريا | وبسوريا | لسوريا | فسوريا | كسورية | السوري | للسوريين | والسوريون | بالسورية | "
        "سوريتان | وللسوري | سوريو | Suriye | Suriye'nin | Suriyenin | SURİYE'DE | Suriyeliler | Suriyelilere | "
        "Suriye’deki | Syria's | Syrians | Syrian | Sûriyê | Sûriyeyê | سوریه | سوریه‌ای | سووریا | سووریایی | Şam'da | "
        "ŞAM | Halep'e | Halebin | دم.شق | Münbiç’te | قسد | SANA | عون الدادات | Til Temirê | گرێسپی | عەفرینییەک | مسرابا | Halk Sarayı"
    ),
)
def test_words_that_speak_for_syria(detector: Detector, word: str) -> None:
    assert sides_of(detector, f"- {word} -") & {"syria", "pair"}


@pytest.mark.parametrize(
    "word",
    words_of(
        "تركيا | وتركيا | لتركيا | التركي | للأتراك | والتركية | تركيّتان | أتراك | بأنقرة | أردوغان | وإردوغان | لفيدان | "
        "Türkiye'nin | Türkiyeye | TÜRKİYE | Türkler | Ankara’dan | Erdoğan'ın | ERDOĞAN | Turkey's | Turkish | Tirkiyê | "
        "Tirkiyeyê | ترکیه | ترکیه‌ای | تورکیا | ئەنقەرە | MİT'in | MSB: | TSK | MIT captures | نفوس إسنيورت | همتای ترکش | ئەتاتورک"
    ),
)
def test_words_that_speak_for_turkey(detector: Detector, word: str) -> None:
    assert sides_of(detector, f"- {word} -") & {"turkey", "pair"}


@pytest.mark.parametrize(
    "text",
    words_of(
        "المشترك | الاشتراكية | تركيز | تركيب | تركة | تركت | سوريانو | سرياني | سريانية | مشتركي | Syriac | Süryani | "
        "Şamil | akşam | şamdan | Sam went home | Atatürkçülük | a turkey | turkeys | MIT engineers | mit Kaffee | "
        "fidan dikimi | kalın kitap | güler yüzlü | ankaralıyızdırlarmış | تركي آل الشيخ | الأمير تركي بن طلال | "
        "محمد السوري | بلاد الشام | Thanksgiving turkey | برج الأسد | Turki al-Sheikh | Sanayi Odası | Sanaa | sürücüler | "
        "فتح الباب | العهد العثماني | بطريرك أنطاكية | حذر من تقسيم البلاد | سيّرت دورية | بصدد | میز شام"
    ),
)
def test_words_that_only_look_like_a_side(detector: Detector, text: str) -> None:
    assert sides_of(detector, text) == set()


@pytest.mark.parametrize(
    "title",
    words_of(
        "UNIFIL observation post hit in southern Lebanon | Israel orders Gazans to leave for safe zone in Mawasi | "
        "Oruç Reis Somali'den döndü | Ukraine shoots down Su-24 over Donetsk | "
        "Ukrainians under temporary protection reach four million | M4 motorway closed after crash | "
        "Rescue ship Alan Kurdi reaches Italy | Interim government in Bangladesh sets election date | Bedouin factions clash in Libya | "
        "Bangladeş'te geçici hükümet kuruldu | Sudan'da muhalifler ilerliyor | Tel örgü çalan hırsız yakalandı | "
        "Mahkemede tercüman krizi | Otelde mahsur kalan misafirler tahliye edildi | "
        "Bayram dönüşü yollarda yoğunluk | Yabancıya konut satışı düştü | "
        "الحكومة المؤقتة في بنغلاديش تحدد موعد الانتخابات | أوكرانيا تسقط سوخوي 24 | لاعب مجنس يقود منتخب قطر | "
        "رحلة استكشافية إلى القطب | اجتماع الفصائل الفلسطينية في القاهرة | انهيار مبنى في إسنيورت | "
        "رتل للجيش السوري يتجه إلى السويداء | قسد تعتقل خلية في دير الزور"
    ),
)
def test_words_that_befall_anybody_make_no_story(detector: Detector, title: str) -> None:
    assert not judge(detector, title).relevant


@pytest.mark.parametrize(
    "title",
    words_of(
        "أسعار الخضار ترتفع في أسواق منبج | طلاب كوباني يتقدمون لامتحانات الشهادة | افتتاح حديقة في كوباني | "
        "Manbij market gets new roof | Afrin olive harvest begins | Kobani'de elektrik kesintisi üçüncü gününde | "
        "Nusaybin'de kitap fuarı açıldı | Suruç'ta nar festivali | Humus'ta kitap fuarı kapılarını açtı | "
        "Süveyda'da aileler evlerine geri döndü | ناو روسی از بسفر گذشت و به طرطوس رفت | پسته سوری در باغ‌های کرمان"
    ),
)
def test_the_life_of_one_country_makes_no_story(detector: Detector, title: str) -> None:
    assert not judge(detector, title).relevant


@pytest.mark.parametrize(
    "title",
    words_of(
        "تركيا وسوريا توقعان اتفاقاً للنقل البري | دعم مالي من تركيا لبلديات حلب | ولايتي كلس وهاتاي تستقبلان وفداً من حلب | "
        "أنقرة تسلم دمشق دفعة من البندقية الآلية | Suriye'deki askerlerimiz bayramlaştı | SÎHA li ser rêya Amûdê li erebeyekê da | "
        "آتش‌نشانان ترک به لاذقیه رسیدند"
    ),
)
def test_ordinary_words_hide_no_story(detector: Detector, title: str) -> None:
    assert judge(detector, title).relevant


def test_where_capitals_matter_every_spelling_counts_as_it_is_written() -> None:
    lost = [
        (term.name, text)
        for term in builtin_terms()
        if term.spelled and term.kind == "side"
        for _, text in term.spellings
        if "a" <= fold(text)[0] <= "z"
        if not text.startswith(term.spelled) and not any(beginning.startswith(text) for beginning in term.spelled)
    ]
    assert not lost


def test_evidence_points_at_the_original_words(detector: Detector) -> None:
    fields = {
        "title": "أنـقرة: لا اتّصال مع أحد",
        "lead": "Erdoğan’ın Şam’daki\u200f temasları",
        "body": "قال أُردوغان إن قس.د\u202b تنسحب من سوریه‌ای نحو دم.شق",
    }
    found = detector.match(**fields, tags=["سوريا", "Türkiye"])[0]
    fields["tags"] = "سوريا, Türkiye"
    assert {evidence.field for evidence in found.evidence} == set(fields)
    for evidence in found.evidence:
        assert fields[evidence.field][evidence.position : evidence.position + len(evidence.text)] == evidence.text
        assert evidence.text
    assert "دم.شق" in {evidence.text for evidence in found.evidence}


def test_the_reason_is_a_sentence_with_the_words(detector: Detector) -> None:
    found = judge(detector, "أردوغان يستقبل الشرع في أنقرة")
    assert found.relevant
    assert found.reason == "Turkey (أردوغان, أنقرة) and Syria (الشرع) together in the title"
    assert judge(detector, "دمشق تستقبل وفداً").reason == "No word speaks for Turkey"
    assert "enumeration" in judge(detector, "Floods in Turkey, Syria, Lebanon and Iraq").reason
    assert "sport" in judge(detector, "منتخب سوريا يهزم تركيا").reason


def test_an_operation_speaks_for_both(detector: Detector) -> None:
    assert judge(detector, "هدوء في منطقة نبع السلام").relevant
    assert judge(detector, "Fırat Kalkanı'nda hareketlilik").relevant


@pytest.mark.parametrize("title", ["أنقرة ودمشق تبحثان فتح معبر جديد", "Kilis'te okullar tatil", "Syrian pound slides in Istanbul trade"])
def test_a_body_that_repeats_the_headline_is_none(detector: Detector, title: str) -> None:
    assert judge(detector, title, body=f"{title}\n") == judge(detector, title)


def test_the_body_alone_must_keep_speaking_of_both(detector: Detector) -> None:
    sentence = "قصفت المدفعية التركية قرى في ريف حلب السورية. "
    assert not judge(detector, "تطورات ميدانية", None, "بدأ اليوم هادئاً ثم ورد ذكر تركيا. وفي خبر آخر ذكرت سوريا.").relevant
    assert judge(detector, "تطورات ميدانية", None, sentence * 4).relevant


@pytest.mark.parametrize("title", ["", " ", "\ud800\udfff", "\u202b", "سوريا" * 3, "'" * 9, "\x00"])
def test_odd_titles_do_not_raise(detector: Detector, title: str) -> None:
    assert not judge(detector, title, title, title).relevant


@pytest.mark.parametrize(
    "unit", ["سوريا", "ا", "تركيا ", "Türkiye, Suriye, ", "د.", "ـ.", "\u200c", "turkey ", "PKK/YPG ", "Suriyelilerin'"]
)
@pytest.mark.timeout(60)  # a pattern that backtracks would take hours
def test_a_title_of_a_megabyte_is_judged(detector: Detector, unit: str) -> None:
    assert 0 <= judge(detector, unit * (1_000_000 // len(unit))).score <= 1


def test_the_same_article_gets_the_same_verdict(detector: Detector) -> None:
    text = {"title": "أنقرة ودمشق", "lead": "لقاء أردوغان والشرع", "body": "تركيا وسوريا"}
    assert detector.match(**text) == build_detector().match(**text)


def test_the_import_brings_nothing_heavy() -> None:
    code = "import sys, crawler.detect; sys.exit(any(m in sys.modules for m in ('pydantic', 'scrapy', 'sqlalchemy')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


# --------------------------------------------------------------------------- the user's topics


def test_a_topic_of_built_in_sides_takes_no_terms() -> None:
    matches = build_detector([TopicConfig(id="turkey-iraq", sides=("turkey", "iraq"))]).match(
        title="أنقرة وبغداد توقعان اتفاقاً", lead=None, body=""
    )
    assert [(match.topic, match.relevant) for match in matches] == [(BUILTIN_TOPIC, False), ("turkey-iraq", True)]


def test_a_topic_with_terms_and_exclusions_of_its_own() -> None:
    topic = TopicConfig(
        id="grain",
        sides=("turkey", "grain"),
        terms=(TermConfig(side="grain", terms=("قمح", "buğday", "wheat")), TermConfig(side="turkey", terms=("ZBO",), weight=0.9)),
        exclusions=("buğday tenli",),
    )
    detector = build_detector([topic])

    def relevant(title: str) -> bool:
        return detector.match(title=title, lead=None, body="")[1].relevant

    assert relevant("تركيا تشتري القمح")
    assert relevant("ZBO buğdayı depoluyor")
    assert not relevant("Türkiye'nin buğday tenli yıldızı")
    assert not detector.match(title="ZBO Halep'te", lead=None, body="")[0].relevant


def test_the_built_in_topic_can_be_widened() -> None:
    topic = TopicConfig(
        id=BUILTIN_TOPIC, sides=("turkey", "syria"), threshold=0.6, terms=(TermConfig(side="syria", terms=("Foobaristan",)),)
    )
    matches = build_detector([topic]).match(title="Erdoğan to visit Foobaristan", lead=None, body="")
    assert len(matches) == 1
    assert matches[0].relevant


def test_an_unknown_side_is_refused_with_a_suggestion() -> None:
    with pytest.raises(ConfigError, match=r"topics\.x: .*'irak'.*did you mean 'iraq'"):
        build_detector([TopicConfig(id="x", sides=("turkey", "irak"))])
    with pytest.raises(ConfigError, match="not one of its sides"):
        build_detector([TopicConfig(id="x", sides=("turkey", "iraq"), terms=(TermConfig(side="grain", terms=("a",)),))])


# --------------------------------------------------------------------------- the five real pages

ARTICLES = {
    "000": (r"أول اتصال بين الشرع", "شاركها. فيسبوك"),
    "001": ("آمال بتطبيع", "أهم الأخبار"),
    "002": ("مباحثات عاجلة", "rami fakhori"),
    "003": ("بوتين والأسد", "\nتابع تفاصيل"),
    "004": ("نفت مصادر", "المصدر:"),
}


@pytest.mark.parametrize("seed", sorted(ARTICLES))
def test_each_seed_article_is_relevant(detector: Detector, seeds: Path, seed: str) -> None:
    text = next(seeds.glob(f"{seed}_*")).read_text(encoding="utf-8")
    first, last = ARTICLES[seed]
    text = text[text.index(first) :]
    title, _, body = text[: text.index(last)].partition("\n")
    for found in (judge(detector, title, None, body), judge(detector, "", None, f"{title}\n{body}")):
        assert found.relevant, found.reason
        assert {"turkey", "syria"} <= {evidence.side for evidence in found.evidence}


def test_related_headlines_of_a_seed_are_not(detector: Detector, seeds: Path) -> None:
    text = next(seeds.glob("000_*")).read_text(encoding="utf-8")
    tail = text[text.index("المقالات ذات الصلة") : text.index("اقسام الموقع")]
    headlines = [line for line in tail.splitlines()[1:] if len(line) > 20]
    assert len(headlines) == 6
    assert not [headline for headline in headlines if judge(detector, headline).relevant]


# --------------------------------------------------------------------------- matters that speak against


def test_a_round_of_talks_is_no_sport(detector: Detector) -> None:
    title = "أنقرة ودمشق تبحثان ملف المياه في حلب ضمن الجولة رقم 8"
    assert judge(detector, title, None, "بحث وفد تركي مع مسؤولين سوريين ملف المياه في محيط حلب").relevant


WEAK = [(term.name, spelling) for term in builtin_terms() if term.weak for _, spelling in term.spellings]


@pytest.mark.parametrize(("matter", "word"), WEAK, ids=lambda value: str(value))
def test_no_single_ambiguous_word_overrules_sides_and_relation_in_the_title(detector: Detector, matter: str, word: str) -> None:
    assert judge(detector, f"أنقرة تعلن إرسال وفد إلى دمشق - {word}").relevant, f"{word!r} of {matter} is not weak enough"


@pytest.mark.parametrize("lead", ["منتخب الدوري كأس العالم مباراة", "deprem, artçı, fay hattı", "film festival, actress, singer"])
def test_the_lead_alone_overrules_no_title_with_sides_and_relation(detector: Detector, lead: str) -> None:
    assert judge(detector, "مباحثات بين أنقرة ودمشق", lead).relevant


def test_several_ambiguous_words_of_one_matter_add_up(detector: Detector) -> None:
    assert judge(detector, "مدافع تركي في سوريا").relevant
    assert not judge(detector, "مدافع ومهاجم من نادي تركي في سوريا").relevant
    assert judge(detector, "مدافع ومدافع تركي في سوريا").relevant, "the same word twice is still one word"
    assert not judge(detector, "مدافع تركي في سوريا", "سجل مدافع المنتخب في الدوري").relevant, "a plain word in the lead makes it plainer"


def test_figures_of_speech_are_no_matter(detector: Detector) -> None:
    assert judge(detector, "زلزال سياسي بين تركيا وسوريا").relevant
    assert not judge(detector, "زلزال بين تركيا وسوريا").relevant


def test_a_turkish_spelling_hides_no_name_of_another_language(detector: Detector) -> None:
    kurmanji = detector.read("SÎHA li ser Kobanê", None, "", (), "ku").readings[0][0]
    assert {mention.hit.term.name for mention in kurmanji.mentions} == {"drones, of whom is unsaid", "Kobani"}


def test_an_enumeration_may_still_be_about_the_two(detector: Detector) -> None:
    listed = "تركيا وسوريا والأردن والعراق"
    assert not judge(detector, f"{listed} تتفق على آلية").relevant
    assert judge(detector, f"{listed} تتفق على آلية", "قال فيدان بعد الاجتماع إن أنقرة ستدعم دمشق.").relevant
    assert judge(detector, f"غرفة عمليات تضم {listed}: أنقرة تتعهد بدعم دمشق").relevant


def score(detector: Detector, title: str, lead: str | None = None) -> float:
    """Of a Turkish text."""
    return detector.match(title=title, lead=lead, body="", language="tr")[0].score


def test_a_frontier_right_after_the_name_of_another_country_is_theirs(detector: Detector) -> None:
    assert score(detector, "Suriye sınırına radar kuruldu") > 0.9
    assert score(detector, "Ürdün, Suriye sınırına radar kurdu") < 0.2
    assert score(detector, "Irak-Suriye sınırına radar kuruldu") < 0.2
    assert score(detector, "Irak'a sorduk: Türkiye, Suriye sınırına radar kurdu mu?") > 0.5


@pytest.mark.parametrize(("plain", "inner"), [("Afrin'de yeni dönem", "Afrin'de yeni sınav"), ("Suriye'de gün", "Suriye'de grev")])
def test_what_a_country_does_at_home_speaks_against(detector: Detector, plain: str, inner: str) -> None:
    assert score(detector, inner) < score(detector, plain) - 0.1


def test_what_a_country_does_at_home_matters_only_where_a_side_is_unsaid(detector: Detector) -> None:
    assert score(detector, "Türkiye, Şam'da üniversite açacak") == score(detector, "Türkiye, Şam'da bina açacak") > 0.9


def test_a_turkish_title_tells_a_scene_from_what_is_acted_upon(detector: Detector) -> None:
    scene, toward, together = (
        score(detector, title) for title in ("Suriye'de iki yüz kamyon", "Suriye'ye iki yüz kamyon", "Suriye ile temas")
    )
    assert scene < toward
    assert scene < together


def test_what_hints_at_both_does_not_yet_name_turkey_in_a_turkish_title(detector: Detector) -> None:
    assert score(detector, "Suriyeliler geri döndü", "Öncüpınar'dan geçen aileler Türkiye'de on yıl yaşamıştı.") > 0.5
    assert score(detector, "Süveyda'ya geri döndüler", "Ürdün'den gelen aileler Dera yolunu kullandı.") < 0.5


def test_capitals_count_for_spellings_that_must_begin_with_one(detector: Detector) -> None:
    assert score(detector, "NACİ CERF DOSYASI") == score(detector, "Naci Cerf dosyası") > 0.5


# --------------------------------------------------------------------------- how the lead brings in the other side

PLAIN = "وصل وفد من القامشلي السورية للقاء المسؤولين"


@pytest.mark.parametrize(
    "background",
    [
        "وبين الحاضرين طبيب من مواليد القامشلي السورية",
        "واللقاء هو الأول منذ زيارة القامشلي السورية عام 2009",
        "وتقع القرية قرب الحدود مع القامشلي السورية",
        "عرض الوالي أعمال السنة، وتحدث عن الطرق، ثم عن المدارس، وذكر القامشلي السورية",
        "عرض الوالي أعمال السنة. وذكر القامشلي السورية",
        "وصلت وفود من العراق والقامشلي السورية وإيران",
    ],
)
def test_a_side_in_the_background_weighs_less(detector: Detector, background: str) -> None:
    title = "والي ماردين يستقبل ضيوفه"
    assert judge(detector, title, background).score < judge(detector, title, PLAIN).score


def test_many_countries_in_the_lead_take_nothing_from_a_title_of_both(detector: Detector) -> None:
    title = "موسكو تستضيف محادثات بين أنقرة ودمشق"
    lead = "بحث نواب الوزراء فتح المعابر وعودة اللاجئين."
    many = f"{lead} وأُبلغت إيران وقطر والسعودية والعراق بالنتائج."
    assert judge(detector, title, many).score == judge(detector, title, lead).score
    assert judge(detector, title, many).relevant


def test_what_names_say_belongs_to_the_built_in_topic() -> None:
    detector = build_detector([TopicConfig(id="same-sides", sides=("turkey", "syria"))])
    ours, theirs = detector.topics
    assert ours.leanings["title"]
    assert not theirs.leanings
    assert theirs.weights == ours.weights


# --------------------------------------------------------------------------- what a Turkish text leaves unsaid


@pytest.mark.parametrize(
    "title",
    words_of(
        "Suriye'de askeri operasyon: 3 ölü | Cumhurbaşkanlığı: Suriye'yi izliyoruz | Dışişleri'nden Suriye açıklaması | "
        "İdlib'e takviye gönderildi | Suriyelilere vize uygulaması değişti | Suriye için sınır ötesi harekât"
    ),
)
def test_a_turkish_headline_need_not_say_turkey(detector: Detector, title: str) -> None:
    assert judge(detector, title).relevant


@pytest.mark.parametrize(
    "title",
    words_of(
        "Suriye'de yeni hükümet kuruldu | Suriye ordusu Dera'da askeri operasyon başlattı | Suriye Dışişleri Bakanı istifa etti | "
        "İsrail'den Suriye'de askeri operasyon | Rusya Dışişleri Bakanı Suriye'yi değerlendirdi | Suriye Halk Meclisi toplandı"
    ),
)
def test_a_turkish_headline_about_syria_or_others_is_not_ours(detector: Detector, title: str) -> None:
    assert not judge(detector, title).relevant


def test_turkey_is_implied_in_turkish_only(detector: Detector) -> None:
    assert not judge(detector, "سوريا Meclis").relevant
    title = "Meclis Halep"
    assert not judge(detector, title).relevant
    assert detector.match(title=title, lead=None, body="", language="tr")[0].relevant


def test_the_text_is_scanned_once_for_all_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    detector = build_detector([TopicConfig(id=f"t{i}", sides=("turkey", "iraq")) for i in range(5)])
    scanned: list[str] = []
    scan = Scanner._scan
    monkeypatch.setattr(Scanner, "_scan", lambda self, field: scanned.append(field.name) or scan(self, field))
    assert len(detector.match(title="أنقرة وبغداد", lead="خبر", body="نص", tags=["وسم"])) == 6
    assert scanned == ["title", "lead", "body", "tags"]
