"""Datelines are read when they are certain, and the story never loses a word."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.model import Article, Outlet, RawArticle
from crawler.normalise.article import normalise
from crawler.normalise.datelines import Dateline, find_dateline, without_dateline
from crawler.normalise.source_names import SourceNames

NAMES = SourceNames()
STORY = "افتتح المجلس المحلي جسرا جديدا فوق النهر بعد أعمال استمرت عاما كاملا."
STORY_TR = "Belediye, nehrin üzerindeki yeni köprüyü bir yıl süren çalışmanın ardından açtı."
SENTENCES = [
    json.loads(line)["text"]
    for line in (Path(__file__).parents[1] / "data/citations/sentences.jsonl").read_text(encoding="utf-8").splitlines()
]
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)

# what stands before the story, its sources, its authors
ALONE_OR_BEFORE = [
    ("دمشق (زمان التركية)ــ ", ("زمان التركية",), ()),
    ("دمشق (رويترز) - ", ("رويترز",), ()),
    ("أوغاريت بوست (مركز الأخبار) – ", (), ()),
    ("قاسيون_متابعات ", (), ()),
    ("دمشق-سانا ", ("سانا",), ()),
    ("شفق نيوز/ ", ("شفق نيوز",), ()),
    ("أنقرة / الأناضول - ", ("الأناضول",), ()),
    ("ANKARA (AA) - ", ("AA",), ()),
    ("KAHRAMANMARAŞ (AA) – ", ("AA",), ()),
    ("ANKARA, (DHA)- ", ("DHA",), ()),
    ("İSTANBUL - İHA - ", ("İHA",), ()),
]
ALONE = [
    ("طيف بوست – فريق التحرير", (), ("فريق التحرير",)),
    ("تونس/ يامنة سالمي/ الأناضول", ("الأناضول",), ("يامنة سالمي",)),
    ("إسطنبول/ أحمد علي، سارة حسن/ الأناضول", ("الأناضول",), ("أحمد علي", "سارة حسن")),
    ("Shafaq News – Damascus", ("Shafaq News",), ()),
    ("أبوظبي - سكاي نيوز عربية", ("سكاي نيوز عربية",), ()),
    ("İSTANBUL - İHA", ("İHA",), ()),
    ("فريق التحرير", (), ("فريق التحرير",)),
]
NONE = [
    "الرئيس (أحمد الشرع) – قال إن الطريق مفتوح.",
    "أنقرة (العاصمة) – مدينة كبيرة.",
    "دمشق - حلب - طريق جديد يوصل المدينتين.",
    "دمشق – قال الوزير إن المدارس ستفتح.",
    "Erdoğan (71) - Cumhurbaşkanı yarın dönüyor.",
    "İSTANBUL - İHA Genel Müdürü açıklama yaptı.",
    "الوطن - الأم الكبرى",
    "رويترز وكالة عريقة - وهذه قصتها.",
    "Damascus - Aleppo trains are back.",
    "BAKAN (AA) toplantısına katıldı.",
]


def read(text: str) -> Dateline | None:
    return find_dateline(text, lambda name: NAMES.canonical(name) is not None)


@pytest.mark.parametrize(("head", "sources", "authors"), ALONE_OR_BEFORE)
@pytest.mark.parametrize("story", [STORY, STORY_TR])
def test_a_dateline_before_the_story(head: str, sources: tuple[str, ...], authors: tuple[str, ...], story: str) -> None:
    found = read(head + story)
    assert found is not None
    assert (found.sources, found.authors) == (sources, authors)
    assert without_dateline([head + story, "ثانية"], found) == [story, "ثانية"]


@pytest.mark.parametrize(("line", "sources", "authors"), ALONE)
def test_a_dateline_in_a_paragraph_of_its_own(line: str, sources: tuple[str, ...], authors: tuple[str, ...]) -> None:
    found = read(line)
    assert found is not None
    assert (found.sources, found.authors) == (sources, authors)
    assert without_dateline([line, STORY], found) == [STORY]


@pytest.mark.parametrize("text", NONE)
def test_what_is_not_certain_stays(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("text", SENTENCES)
def test_sentences_have_none(text: str) -> None:
    assert read(text) is None


def test_the_story_never_loses_a_word() -> None:
    """Two thousand openings put together by chance: the story behind the dateline is whole, whatever was cut before it."""
    chance = random.Random(48)
    heads = [head for head, _, _ in ALONE_OR_BEFORE] + [line + sign for line, _, _ in ALONE for sign in (" ", " - ", "\u2013 ", ": ", "/ ")]
    stories = [*SENTENCES, STORY, STORY_TR]
    cut = 0
    for _ in range(2000):
        head, story = chance.choice(heads), chance.choice(stories)
        found = read(head + story)
        if found is None:
            continue
        cut += 1
        assert found.length <= len(head), (head, story, found)
        assert without_dateline([head + story], found)[0].endswith(story)
    assert cut > 500


def article(first: str, outlet: Outlet, **fields: object) -> Article:
    raw = RawArticle("https://e.example/1", "عنوان الخبر هنا", (first, STORY), **fields)  # type: ignore[arg-type]
    return normalise(raw, outlet=outlet, source=None, entry=None, url=raw.url, now=NOW)


ELSEWHERE = Outlet("quay", "مرفأ تايمز", None, ("ar",), aliases=("Quay Times",))


def test_an_agency_in_the_dateline_is_the_original_source() -> None:
    found = article("تونس/ يامنة سالمي/ الأناضول", ELSEWHERE)
    assert (found.original_source, found.authors, found.body, found.cited_sources) == ("الأناضول", ("يامنة سالمي",), STORY, ())
    assert (found.provenance["original_source"], found.provenance["authors"]) == ("dateline", "dateline")


def test_an_agency_beside_another_source_is_cited() -> None:
    found = article("أنقرة / الأناضول", ELSEWHERE, original_source="عربي21", authors=("سلمى",), provenance={"authors": "json-ld"})
    assert (found.original_source, found.cited_sources, found.authors) == ("عربي21", ("الأناضول",), ("سلمى",))
    assert found.provenance == {"authors": "json-ld", "language": "text"}


@pytest.mark.parametrize("line", ["Quay Times – Damascus", "دمشق (مرفأ تايمز) - وصلت السفينة صباحا.", "مرفأ تايمز – فريق التحرير"])
def test_the_outlets_own_name_is_no_source(line: str) -> None:
    found = article(line, ELSEWHERE)
    assert (found.original_source, found.cited_sources) == (None, ())
    assert "مرفأ" not in found.body
    assert "Quay" not in found.body


def test_an_article_that_is_only_a_dateline_keeps_its_text() -> None:
    raw = RawArticle("https://e.example/1", "عنوان", ("أبوظبي - سكاي نيوز عربية",))
    found = normalise(raw, outlet=ELSEWHERE, source=None, entry=None, url=raw.url, now=NOW)
    assert found.body == "أبوظبي - سكاي نيوز عربية"
