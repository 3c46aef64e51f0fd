"""Language: the snippets (tests/data/language/snippets.jsonl), priors, and what must stay unknown."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.normalise.language import SUPPORTED, identify, language_code

SNIPPETS = Path(__file__).parents[1] / "data" / "language" / "snippets.jsonl"
ROWS = [json.loads(line) for line in SNIPPETS.read_text("utf-8").splitlines()]


def test_without_a_prior_no_snippet_is_wrong_and_few_are_missed() -> None:
    answers = [(row["text"], identify(row["text"]), row["language"]) for row in ROWS]
    assert [answer for answer in answers if answer[1] not in (None, answer[2])] == []
    assert sum(found == expected for _, found, expected in answers) >= 0.95 * len(answers)


def test_with_the_outlets_language_every_snippet_is_right() -> None:
    answers = [(row["text"], identify(row["text"], expected=(row["language"],)), row["language"]) for row in ROWS if row["language"]]
    assert [answer for answer in answers if answer[1] != answer[2]] == []


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("وزير الخارجية التركي يصل إلى دمشق", ("tr",), "ar"),
        ("Dışişleri Bakanı Şam'da görüşmelerde bulundu", ("en",), "tr"),
        ("Bakan", ("tr",), "tr"),
        ("Bakan", ("tr", "en"), "tr"),
        ("Menbiç", ("tr",), "tr"),
        ("Menbic", ("tr", "en"), None),
        ("سوريا", ("ar",), "ar"),
        ("2026", ("ar",), None),
    ],
)
def test_letters_come_before_the_prior(text: str, expected: tuple[str, ...], found: str | None) -> None:
    assert identify(text, expected=expected) == found


def test_what_the_page_declares_decides_only_when_letters_do_not() -> None:
    assert identify("Fidan meets Sharaa", declared="en-GB") == "en"
    assert identify("Hükümet kararı açıkladı, yağış sürüyor", declared="en") == "tr"


def test_an_arabic_text_with_persian_keyboard_letters_is_arabic() -> None:
    assert identify("النظام السوری یعلن فتح معبر جدید مع ترکیا") == "ar"


def test_the_same_text_gives_the_same_answer() -> None:
    assert len({identify("Dolar kuru bugun kac lira oldu acaba") for _ in range(20)}) == 1


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("ar-SY", "ar"),
        ("tr_TR", "tr"),
        ("kmr", "ku"),
        ("ku-Arab", "ckb"),
        ("ckb", "ckb"),
        ("EN", "en"),
        ("zz", None),
        ("", None),
        (None, None),
    ],
)
def test_reads_language_tags(tag: str | None, code: str | None) -> None:
    assert language_code(tag) == code


@given(st.text(max_size=300))
def test_any_text_gives_a_supported_language_or_none(text: str) -> None:
    assert identify(text) in SUPPORTED | {None}
