"""Language: the sets of tests/data/language, priors, and what must stay unknown."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.normalise.language import SUPPORTED, identify, language_code

DATA = Path(__file__).parents[1] / "data" / "language"
SETS = {path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in sorted(DATA.glob("*.jsonl"))}


@pytest.mark.parametrize(
    ("name", "least"), [("acceptance", 1.0), ("snippets", 0.97), ("traps", 0.95), ("headlines", 0.9), ("held_out", 0.85)]
)
def test_without_a_prior_nothing_is_wrong_and_little_is_missed(name: str, least: float) -> None:
    answers = [(row["text"], identify(row["text"]), row["language"]) for row in SETS[name]]
    assert [answer for answer in answers if answer[1] not in (None, answer[2])] == []
    assert sum(found == expected for _, found, expected in answers) >= least * len(answers)


@pytest.mark.parametrize("name", ["acceptance", "snippets", "traps", "headlines"])
def test_with_the_outlets_language_every_text_is_right(name: str) -> None:
    answers = [(row["text"], identify(row["text"], expected=(row["language"],)), row["language"]) for row in SETS[name] if row["language"]]
    assert [answer for answer in answers if answer[1] != answer[2]] == []


def test_the_acceptance_set_has_ten_of_each_language() -> None:
    counts = Counter(row["language"] for row in SETS["acceptance"])
    assert counts == {"ar": 10, "tr": 10, "en": 10, "fa": 10, "ur": 10, "ku": 5, "ckb": 5}
    assert len(SETS["headlines"]) >= 60


@pytest.mark.parametrize(
    "text", ["Zwei", "Tutto pronto a Roma", "El ministro visita", "Ministeriön lausunto", "Ahmed Ali", "Kobani Manbij"]
)
def test_short_texts_of_others_and_bare_names_are_not_given_one_of_ours(text: str) -> None:
    assert identify(text) in (None, "de")


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
