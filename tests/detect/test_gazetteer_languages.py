"""Names in English, Persian, Kurmanji and Sorani: found as they are written, with the endings of their language, not inside other words."""

from __future__ import annotations

import pytest

from core.text import fold
from crawler.detect import build_detector
from crawler.detect.gazetteer import builtin_terms
from crawler.detect.mentions import Mention

DETECTOR = build_detector()
LANGUAGES = ("en", "fa", "ku", "ckb")


def mentions(title: str) -> tuple[Mention, ...]:
    return DETECTOR.read(title, "", "").readings[0][0].mentions


def speaks_for(title: str) -> tuple[bool, bool]:
    """Whether a title speaks for Turkey and for Syria."""
    found = mentions(title)
    return any(m.weights[0] >= 0.5 for m in found), any(m.weights[1] >= 0.5 for m in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_is_found_as_it_is_written(language: str) -> None:
    """A longer name may take the place of a shorter one at the same word; none may vanish behind a mask."""
    lost = [
        spelling
        for term in builtin_terms()
        if term.kind == "side"
        and not term.implied
        and not term.spelled
        and max(term.sides.get("turkey", 0.0), term.sides.get("syria", 0.0)) >= 0.5
        for each, spelling in term.spellings
        if each == language and not any(fold(spelling) in fold(spelling)[m.hit.start : m.hit.end] for m in mentions(spelling))
    ]
    assert not lost


@pytest.mark.parametrize(
    ("title", "turkey", "syria"),
    [
        ("Elham Ahmad speaks of letters", False, True),
        ("Jisr al-Shughour counts its houses", False, True),
        ("Syrian-Turkish council opens", True, True),
        ("Old protocol on Adana pact is back", True, True),
        ("توافق آدانا دوباره روی میز", True, True),
        ("روابط دمشق و آنکارا گرم‌تر شد", True, True),
        ("مهمان‌های آنکارایی در هتل", True, False),
        ("یگان‌های مدافع زنان بیانیه داد", False, True),
        ("Peymana Edeneyê dîsa tê gotin", True, True),
        ("Berdevkê Hikûmeta Demkî axivî", False, True),
        ("Li Hamayê baregeheke nû", False, True),
        ("ڕێککەوتنی ئەدەنە گۆڕدرا", True, True),
        ("سوورییەک لە بازاڕ", False, True),
        ("عەفرینییەک دەگەڕێتەوە", False, True),
    ],
)
def test_whom_a_name_speaks_for(title: str, turkey: bool, syria: bool) -> None:
    assert speaks_for(title) == (turkey, syria)


@pytest.mark.parametrize(
    "title",
    [
        "کمیته تازه دانشگاه تهران",  # holds MİT in Sorani letters
        "سریال ترکی تازه در شبکه خانگی",
        "ضیافت شام وزیر",
        "حاکم شرع رأی داد",
        "Turkish barbers open in Leeds",
        "Greek-Turkish talks on the islets",
        "Tirkmenên Iraqê li Kerkûkê civiyan",
        "زمانی تورکی لە زانکۆ",
    ],
)
def test_words_that_only_look_like_a_side(title: str) -> None:
    assert speaks_for(title) == (False, False)


@pytest.mark.parametrize("title", ["Turkey points to a gap", "Turkey runs short of time", "Turkey shoots at a drone"])
def test_a_verb_makes_no_place_or_bird_of_the_country(title: str) -> None:
    assert speaks_for(title) == (True, False)
