"""Folding: one key for the spellings of five languages, and the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean, fold, fold_with_offsets, folded_words, title_key

ANY_TEXT = st.text(st.characters(codec=None), max_size=80) | st.text(
    st.sampled_from("اأإآىيیكکةهەھـًّ.‌‍ \u2067\ufeff\ud800SŞşıİIiêÂâ'’٣۳ﺗﷲ́̇غزدw"), max_size=30
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أنقرة", "انقره"), ("مصطفى", "مصطفي"), ("تُركِيَّا", "تركيا"), ("تـركيـا", "تركيا"), ("النظام السوری", "النظام السوري"),
        ("غ.زة", "غزة"), ("د.ا.عش", "داعش"), ("القـ.ـبضة", "القبضة"), ("تطـ ـبيع", "تطبيع"),
        ("انفجا..رات", "انفجارات"), ("الاحت.لال", "الاحتلال"), ("القـ.بضة", "القبضه"), ("قس.د", "قسد"), ("٢٠٢٦", "2026"),
        ("۱۴۰۴", "1404"), ("SURİYE", "suriye"), ("ISPARTA", "ısparta"), ("Hakkâri", "hakkari"), ("Erdoğan’ın", "erdogan'in"),
        ("Sûriyê", "suriye"), ("Kobanî", "kobani"), ("ئه‌ردۆغان", "ئەردۆغان"), ("ﺗﺮﻛﻴﺎ", "تركيا"), ("ＳＹＲＩＡ", "syria"),
        ("Türkiye", "Tu\u0308rkiye"), ("İdlib", "I\u0307dlib"),
    ],
)  # fmt: skip
def test_spellings_of_a_word_fold_to_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "text", ["انتهى.وقال", "في سوريا.كما", "د.محمد الأحمد", "من.هنا", "زار دمشق..والتقى", "عاجل..قصف", "حلب..شهداء", "دمشق.قال"]
)
def test_sentences_glued_by_a_full_stop_stay_apart(text: str) -> None:
    assert "." in fold(text)


def test_the_zero_width_non_joiner_parts_words_in_persian_only() -> None:
    assert folded_words("سوریه‌ای") == ["سوريه", "اي"]
    assert folded_words("می‌شود") == ["مي", "شود"]
    assert folded_words("ئه‌نقه‌ره") == folded_words("ئەنقەرە")


def test_clean_removes_what_people_cannot_see() -> None:
    assert clean("\u202bتركيا\u202c \u200bوسوريا\ud800\u0007 &amp; \r\n العراق") == "تركيا وسوريا &\nالعراق"
    assert clean("می‌شود\u200c .") == "می‌شود ."


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("&amp;quot;لا&amp;quot; للتقسيم", '"لا" للتقسيم'),
        ("R&amp;amp;D", "R&D"),
        ("Şam&amp;#8217;da", "Şam’da"),
        ("&amp;amp;laquo;نعم&amp;amp;raquo;", "«نعم»"),
        ("AT&T", "AT&T"),
        ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
        ("&amp;#60;b>", "&#60;b>"),
    ],
)
def test_entities_that_were_escaped_twice_are_read_but_make_no_tags(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_broken_up_words_stay_as_they_are_for_people() -> None:
    assert clean('انفجا..رات في غ.زة و"تطـ ـبيع"') == 'انفجا..رات في غ.زة و"تطـ ـبيع"'


def test_title_key_ignores_punctuation_and_spelling() -> None:
    assert title_key("أنقرة: «لا» للتقسيم") == title_key("انقره لا للتقسيم!")


@given(ANY_TEXT)
def test_offsets_lead_back_and_nothing_raises(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded) + 1
    positions = list(offsets)
    assert positions == sorted(positions)
    assert all(0 <= position <= len(text) for position in positions)
    clean(text)


@given(ANY_TEXT)
def test_folding_a_folded_text_changes_only_dots(text: str) -> None:
    once = fold(text).replace(".", "")
    assert fold(once) == once


def test_offsets_point_at_the_same_letters() -> None:
    text = "قال: تُـركيّا\u200f و«الشّرع»"
    folded, offsets = fold_with_offsets(text)
    start = folded.index("تركيا")
    assert text[offsets[start] : offsets[start + 5]].startswith("تُـركيّا")
    start = folded.index("شرع")
    assert text[offsets[start] : offsets[start + 2] + 1] == "شّرع"
    assert offsets[1:4] == [1, 2, 3]


@pytest.mark.timeout(60)  # a pattern that backtracks would take hours
@pytest.mark.parametrize("unit", ["د.ا.", "ـ.", "\u200cه", "a\u0301", "..", "ا"])
def test_long_runs_are_folded(unit: str) -> None:
    folded, offsets = fold_with_offsets(unit * 200_000)
    assert len(offsets) == len(folded) + 1
