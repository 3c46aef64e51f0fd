"""Lines of furniture go wherever they stand in six languages, and article text that talks of the same things stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crawler.extract.cleaning import clean_lines
from crawler.extract.labels import is_furniture
from crawler.extract.lines import Line

ONE = "أعلنت وزارة النقل اليوم افتتاح الطريق الدولي أمام حركة الشاحنات بعد أشهر من أعمال الصيانة المتواصلة."
TWO = "وقال مدير المشروع إن الأعمال أنجزت قبل موعدها بأسبوعين، وإن المرحلة التالية تبدأ في الربيع المقبل."
THREE = "وتأتي الخطوة ضمن اتفاق بين أنقرة ودمشق يشمل إعادة تأهيل ثلاثة معابر حدودية خلال العام الجاري."
LINES = {
    name: table["lines"].split("\n")[:-1]
    for name, table in tomllib.loads((Path(__file__).parents[1] / "data" / "furniture.toml").read_text("utf-8")).items()
}
TEXT = LINES.pop("article text")


def paragraphs(*lines: str) -> tuple[str, ...]:
    return clean_lines([Line(line) for line in lines]).paragraphs


@pytest.mark.parametrize("line", [pytest.param(line, id=f"{name}: {line}") for name, lines in LINES.items() for line in lines])
def test_furniture_inside_the_text_goes(line: str) -> None:
    found = paragraphs(ONE, TWO, line, THREE)
    assert found in ((ONE, TWO, THREE), (ONE, TWO))  # some end the article


@pytest.mark.parametrize("line", [pytest.param(line, id=f"{name}: {line}") for name, lines in LINES.items() for line in lines])
def test_furniture_behind_the_text_goes(line: str) -> None:
    assert paragraphs(ONE, TWO, THREE, line) == (ONE, TWO, THREE)


@pytest.mark.parametrize("line", TEXT)
def test_article_text_stays(line: str) -> None:
    assert paragraphs(ONE, TWO, line, THREE) == (ONE, TWO, line, THREE)


@pytest.mark.parametrize("line", [f"«{line}»" for line in ("اقرأ المزيد", "Save us", "Paylaş")])
def test_a_quotation_is_no_button(line: str) -> None:
    assert not is_furniture(line)


def test_a_long_line_is_never_furniture() -> None:
    assert not is_furniture("Share this article with your friends on Facebook. " * 10)


def test_an_agency_below_the_last_paragraph_is_the_source() -> None:
    article = clean_lines([Line(line) for line in (ONE, "(رويترز)", TWO, "(سبوتنيك)")])
    assert (article.paragraphs, article.original_source) == ((ONE, TWO), "سبوتنيك")


def test_a_last_sentence_with_its_agency_is_no_caption() -> None:
    last = "وانتهت أعمال الصيانة في المحطة مساء الثلاثاء (سبوتنيك)"
    assert paragraphs(ONE, TWO, last) == (ONE, TWO, last)


@pytest.mark.parametrize(
    "caption",
    [
        "Trucks wait at the crossing [Samer Haddad/Northern Post]",
        "Trucks wait at the crossing (AFP)",
        "شاحنات عند المعبر (أ ف ب)",
        "شاحنات عند المعبر - رويترز",
        "Tırlar sınırda bekliyor / AA",
        "Tırlar sınırda bekliyor (Fotoğraf: AA)",
    ],
)
def test_a_caption_with_its_credit_before_a_paragraph_goes(caption: str) -> None:
    assert paragraphs(ONE, caption, TWO, THREE) == (ONE, TWO, THREE)


@pytest.mark.parametrize("line", ["شاحنات من أنقرة - حلب", "Ankara / Halep", "The road (reopened)", "قال مصدر لوكالة رويترز"])
def test_a_subheading_with_a_dash_or_brackets_stays(line: str) -> None:
    assert paragraphs(ONE, line, TWO, THREE) == (ONE, line, TWO, THREE)
