"""What must not change a verdict: spelling, clitics, capitals, apostrophes; and what must not raise it: unrelated text."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.text import fold
from crawler.detect import build_detector
from crawler.detect.gazetteer import builtin_terms
from crawler.detect.mentions import Mention

DATA = Path(__file__).parents[1] / "data" / "relevance"
ITEMS = [
    json.loads(line)
    for part in ("train", "tuning", "probes", "recall_traps", "more", "more2")
    for line in (DATA / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
]
settings.register_profile("busy", deadline=None)  # the machine may be busy
settings.load_profile("busy")
DETECTOR = build_detector()
UNRELATED = [
    "أعلنت الشركة عن أرباح فصلية قياسية بفضل نمو المبيعات عبر الإنترنت.",
    "Belediye yeni parkın açılışını hafta sonu yapacak.",
    "The orchestra will play Mahler on Sunday evening.",
    "Zarokan li dibistanê stran gotin.",
    "بارندگی در شمال کشور ادامه دارد.",
    "قال الطبيب إن المشي نصف ساعة يومياً مفيد للقلب. وأضاف أن النوم الكافي ضروري.",
]
ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def relevant(item: dict[str, str], **changed: str) -> bool:
    fields = {key: changed.get(key) or item.get(key, "") for key in ("title", "lead", "body")}
    return DETECTOR.match(**fields, language=item["lang"])[0].relevant


def items() -> st.SearchStrategy[dict[str, str]]:
    return st.sampled_from(ITEMS)


def letters_between(rng: random.Random, text: str, mark: str, chance: float = 0.3) -> str:
    """``text`` with ``mark`` now and then between two Arabic letters."""
    out = []
    for here, after in zip(text, text[1:] + " ", strict=True):
        out.append(here)
        if here in ARABIC and after in ARABIC and rng.random() < chance:
            out.append(mark)
    return "".join(out)


@given(items(), st.randoms(use_true_random=False), st.sampled_from("ًٌٍَُِّْـ\u200f\u200b\ufeff"))
def test_marks_and_tatweel(item: dict[str, str], rng: random.Random, mark: str) -> None:
    assert relevant(item, title=letters_between(rng, item["title"], mark)) == relevant(item)


@given(items(), st.sampled_from([("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ة", "ه"), ("ى", "ي"), ("ي", "ی"), ("ك", "ک")]))
def test_letter_variants(item: dict[str, str], variant: tuple[str, str]) -> None:
    assert relevant(item, title=item["title"].replace(*variant)) == relevant(item)


@given(items())
def test_capitals_of_english_and_kurdish(item: dict[str, str]) -> None:
    if item["lang"] in ("en", "ku"):
        assert relevant(item, title=item["title"].upper()) or not relevant(item)


@given(items(), st.sampled_from("'’‘ʼ´"))
def test_apostrophes(item: dict[str, str], apostrophe: str) -> None:
    assert relevant(item, title=item["title"].replace("'", apostrophe)) == relevant(item)


@pytest.mark.parametrize("item", [item for item in ITEMS if item["lang"] == "tr" and item["relevant"]], ids=lambda item: item["id"])
def test_turkish_capitals(item: dict[str, str]) -> None:
    """They cost no story; "savunma bakanlığı", which is any country's, may only be read as ours in capitals."""
    loud = relevant(item, title=item["title"].replace("i", "İ").replace("ı", "I").upper())
    assert loud == relevant(item) or (loud and "savunma bakanlığı" in item["title"])


@given(st.sampled_from(["تركيا", "أنقرة", "أردوغان", "الأتراك"]), st.sampled_from(["سوريا", "دمشق", "الشرع", "حلب"]), st.data())
def test_clitics(turkey: str, syria: str, data: st.DataObject) -> None:
    def glued(word: str) -> str:
        clitic = data.draw(st.sampled_from(["", "و", "ب", "ل", "ك", "ف", "وب", "ول", "فل"]))
        return clitic + "ل" + word[2:] if clitic.endswith("ل") and word.startswith("ال") else clitic + word

    assert DETECTOR.match(title=f"حديث {glued(turkey)} ثم {glued(syria)}", lead=None, body="")[0].relevant


ARABIC_NAMES = sorted(
    {
        (term.name, spelling)
        for term in builtin_terms()
        if term.kind == "side" and max(term.sides.get("turkey", 0.0), term.sides.get("syria", 0.0)) >= 0.5
        for language, spelling in term.spellings
        if language == "ar" and re.fullmatch("[ء-ي]{4,}( [ء-ي]+)*", spelling)
    }
)


@settings(max_examples=300)
@given(st.sampled_from(ARABIC_NAMES), st.sampled_from(["و", "ب", "ل", "وب", "ول", "ف"]))
def test_clitics_of_every_name(named: tuple[str, str], clitic: str) -> None:
    name, spelling = named
    glued = clitic + "ل" + spelling[2:] if clitic.endswith("ل") and spelling.startswith("ال") else clitic + spelling
    assume(glued not in {"فأطمة", "بأيدن", "وبأيدن"})  # Fatima, Biden
    plain, joined = ({mention.hit.form for mention in read_title(f"حديث عن {word} اليوم")} for word in (spelling, glued))
    assert fold(spelling) in plain, name
    assert len(joined) >= len(plain), name


def read_title(title: str) -> tuple[Mention, ...]:
    return DETECTOR.read(title, "", "").readings[0][0].mentions


@given(st.sampled_from(["Türkiye", "Ankara", "Erdoğan"]), st.sampled_from(["Suriye", "Halep", "İdlib"]), st.data())
def test_turkish_suffixes(turkey: str, syria: str, data: st.DataObject) -> None:
    suffix = st.sampled_from(["", "'nin", "’nin", "nin", "'de", "de", "den", "'deki", "li", "lilerin", "yle", "'dir", "ye", "'ye"])
    assert DETECTOR.match(title=f"{turkey}{data.draw(suffix)} {syria}{data.draw(suffix)}", lead=None, body="")[0].relevant


RELATED = [item["title"].rstrip(".!?؟…:") for item in ITEMS if item["relevant"]]
TAILS = ("اقرأ أيضاً", "إقرأ المزيد", "مواضيع ذات صلة", "İlgili haberler", "Read more", "Related articles", "بیشتر بخوانید")


@given(
    st.sampled_from([item for item in ITEMS if not item["relevant"]]),
    st.sampled_from(TAILS),
    st.lists(st.sampled_from(RELATED), max_size=6),
)
def test_a_tail_of_related_headlines_never_makes_an_item_relevant(item: dict[str, str], opening: str, headlines: list[str]) -> None:
    if not relevant(item):
        told = item.get("body") or "خبر."
        assert not relevant(item, body="\n".join([told, opening, *headlines]))
        assert not relevant(item, body=f"{told} {opening}: {' | '.join(headlines)}")


@given(st.sampled_from([item for item in ITEMS if not item["relevant"]]), st.lists(st.sampled_from(RELATED), max_size=6))
def test_headlines_on_lines_of_their_own_never_make_an_item_relevant(item: dict[str, str], headlines: list[str]) -> None:
    if not relevant(item):
        assert not relevant(item, body="\n".join([item.get("body") or "خبر.", *headlines]))


@given(st.sampled_from([item for item in ITEMS if not item["relevant"]]), st.lists(st.sampled_from(UNRELATED), max_size=8))
def test_unrelated_paragraphs_never_make_an_item_relevant(item: dict[str, str], paragraphs: list[str]) -> None:
    if not relevant(item):
        assert not relevant(item, body="\n".join([item.get("body", ""), *paragraphs]))


@settings(max_examples=200)
@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_random_text_never_raises_and_offsets_hold(title: str, lead: str, body: str) -> None:
    fields = {"title": f"{title} تركيا{lead[:3]}", "lead": f"Suriye'{lead}", "body": f"{body}\nدمـ.ـشق {title}"}
    for evidence in DETECTOR.match(**fields)[0].evidence:
        assert fields[evidence.field][evidence.position : evidence.position + len(evidence.text)] == evidence.text
