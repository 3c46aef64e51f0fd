"""Text that was decoded with the wrong character set is put right; right text, in any of our languages, is never touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mojibake import repair

TEXTS = {
    "ar": "وصل وفد تركي رفيع إلى دمشق، وقال المتحدث: «لا تغيير» في الملف",
    "tr": "Türkiye'nin güneyindeki sınır kapısında çalışmalar başladı, İçişleri “yakında” dedi",
    "ku": "Şandeya Tirkiyeyê gihîşt Şamê û di çarçoveya hevdîtinan de axivî",
    "ckb": "شاندێکی تورکیا گەیشتە دیمەشق و لەگەڵ بەرپرسان کۆبووەوە",
    "fa": "هیئت ترکیه به دمشق رسید و می‌گوید گفت‌وگوها ادامه دارد",
    "ur": "ترکی کا وفد دمشق پہنچ گیا اور مذاکرات جاری ہیں",
    "en": "Erdoğan’s envoy said “talks” continue – for now",
}
ROWS = [
    value
    for path in sorted((Path(__file__).parents[1] / "data").glob("*/*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
    for value in json.loads(line).values()
    if isinstance(value, str)
]


def misread(data: bytes, codec: str) -> str:
    """Like browsers and old programs do it: bytes that the set does not have become controls."""
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in data)


@pytest.mark.parametrize("codec", ["latin-1", "cp1252", "cp1254", "cp1256"])
@pytest.mark.parametrize("language", TEXTS)
def test_utf8_that_was_taken_for_something_else(language: str, codec: str) -> None:
    assert repair(misread(TEXTS[language].encode(), codec)) == TEXTS[language]


@pytest.mark.parametrize("language", TEXTS)
def test_utf8_that_was_taken_for_something_else_twice(language: str) -> None:
    assert repair(misread(misread(TEXTS[language].encode(), "cp1252").encode(), "cp1252")) == TEXTS[language]


@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        ("وصل وفد تركي رفيع إلى دمشق، وقال المتحدث: لا تغيير", "cp1256", "cp1252"),
        ("وصل وفد تركي رفيع إلى دمشق", "cp1256", "latin-1"),
        ("سوريا", "cp1256", "latin-1"),
        ("قصف على ريف حلب (3 قتلى)", "cp1256", "cp1252"),
        ("Başkan Erdoğan konuştu", "cp1254", "latin-1"),
        ("Diyarbakır'da yağış", "cp1254", "cp1252"),
        ("İçişleri Bakanlığı açıkladı", "iso8859-9", "latin-1"),
    ],
)
def test_single_bytes_that_were_taken_for_western_ones(text: str, written: str, read: str) -> None:
    assert repair(text.encode(written).decode(read)) == text


def test_only_the_wrong_part_is_changed() -> None:
    assert repair("خبر عاجل: Ø³ÙˆØ±ÙŠØ§ Ùˆ TÃ¼rkiye") == "خبر عاجل: سوريا و Türkiye"


@pytest.mark.parametrize(
    "text",
    [
        "Þorsteinn Guðmundsson", "Sigurður Þórðarson", "Petr Novotný", "Türkmenistanyň ýurt ýolbaşçysy",
        "HÂLÂ» dedi", "HÂLÂ…", "ÜÇÜNCÜ ÇÖZÜM ÖÇÜ", "üçüz öğün çöğür",
        "São Paulo: NÃO", "Ångström, Ärger, Ø", "شرط، ربط؛ خطط؟", "L’été à Şam «é»", "Škoda Čeština ýý", "ÇÖÜ ÖÇÜ ÜÇÖ", "عظ؛ طع", "طھران",
        "ÊTRE OU NE PAS ÊTRE", "Ù", "Ø±",
        "أ» و«ب»", "© 2026 – €5 ½ °C", "naïve façade, jalapeño",
    ],
)  # fmt: skip
def test_text_that_only_looks_strange_is_right(text: str) -> None:
    assert repair(text) is text


def test_clean_texts_of_all_our_languages_are_unchanged() -> None:
    assert len(ROWS) > 2000
    assert [text for text in (*TEXTS.values(), *ROWS) if repair(text) is not text] == []


WORDS = sorted({word for text in (*TEXTS.values(), *ROWS) for word in text.split()})


@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from([" ", "، ", "\n", "…", "» «", " - "]))
def test_clean_words_in_any_order_are_unchanged(words: list[str], glue: str) -> None:
    text = glue.join(words)
    assert repair(text) == text


@given(st.text(max_size=200) | st.text(alphabet="ØÙÃÂâ€™§±¼طظأ¢£ýþðÇáÑ aB", max_size=60))
def test_nothing_raises(text: str) -> None:
    assert isinstance(repair(text), str)
