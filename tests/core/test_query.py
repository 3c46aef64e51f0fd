"""What a person types to search, and which words it finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query import MOST_WORDS, parse_query, search_words


def found(query: str, text: str) -> list[str]:
    """The words of the text that are marked, as they stand in it."""
    return [text[start:end] for start, end in parse_query(query).spans(text)]


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("سوريا", "قال وبسوريا السوريا لسوريا فسوريا كسوريا سورية المشترك", ["وبسوريا", "السوريا", "لسوريا", "فسوريا", "كسوريا"]),
        ("سورية", "وبسورية والسورية للسورية سوريَّة", ["وبسورية", "والسورية", "للسورية", "سوريَّة"]),
        ("الباب", "وبالباب للباب باب والباب", ["وبالباب", "للباب", "والباب"]),
        ("أنقره", "أنقرة وأنقرة لأنـقرة انقره بأنقرتنا", ["أنقرة", "وأنقرة", "لأنـقرة", "انقره"]),
        ("سوري*", "السورية وسوريون سورا", ["السورية", "وسوريون"]),
        ("Suriye", "Suriye'nin SURİYE’DE Suriyeli suriyede Esuriye", ["Suriye", "SURİYE", "Suriyeli", "suriyede"]),
        ("Suriye'de", "Suriye'nin", ["Suriye"]),
        ("ırak", "IRAK Iraklı Irak", ["IRAK", "Iraklı", "Irak"]),
        ('"Irak"', "Iraklı Irak", ["Irak"]),
        ("pkk", "PKK PKK'nın PKKlı", ["PKK", "PKK"]),
        ("port*", "Portugal port", ["Portugal", "port"]),
        ('"الجيش التركي"', "والجيش التركي للجيش التركي الجيش السوري والتركي", ["والجيش", "التركي", "للجيش", "التركي"]),
        ("“Turkish army”", "a Turkish army, no Turkish armyman", ["Turkish", "army"]),
        ("Damascus OR دمشق", "بدمشق and Damascus", ["بدمشق", "Damascus"]),
        ("Bab al-Hawa", "Bab al-Hawa, al Hawa, Baba", ["Bab", "al", "Hawa", "al", "Hawa"]),
        ("2254", "القرار ٢٢٥٤", ["٢٢٥٤"]),
        ("نه", "ونه نه", ["نه"]),
    ],
)
def test_words_find_their_forms(query: str, text: str, words: list[str]) -> None:
    assert found(query, text) == words


def test_all_words_are_asked_for_and_or_joins_two() -> None:
    query = parse_query('تركيا "شمال سوريا" إدلب OR عفرين')
    assert [len(clause) for clause in query.clauses] == [1, 1, 2]
    assert parse_query("OR تركيا OR").clauses == parse_query("تركيا").clauses


@pytest.mark.parametrize("text", ["", "   ", "***", '""', '"', "- ' \" ()", "OR", "\u202e\ud800"])
def test_nothing_to_search_for_is_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="no word to search for"):
        parse_query(text)


def test_too_many_words_is_a_sentence() -> None:
    assert parse_query(" ".join(["كلمة"] * MOST_WORDS))
    with pytest.raises(ValueError, match="more than"):
        parse_query(" ".join(["كلمة"] * (MOST_WORDS + 1)))


@given(st.text(max_size=60), st.text(max_size=200))
def test_no_text_breaks_it(typed: str, text: str) -> None:
    try:
        query = parse_query(typed)
    except ValueError:
        return
    for start, end in query.spans(text):
        assert 0 <= start < end <= len(text)


def test_indexed_words_are_folded_and_without_punctuation() -> None:
    assert search_words("«أنقرة»، Türkiye'nin SURİYE_planı: ٢٠٢٦") == "انقره turkiye nin suriye plani 2026"
