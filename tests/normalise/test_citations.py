"""Who cites whom, sentence by sentence, and the table of names. Sentences: tests/data/citations; held_out is the benchmark's alone."""

from __future__ import annotations

import json
import pickle
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.config import build_outlet, read_outlet
from core.model import Outlet, RawArticle
from core.text import fold
from crawler.normalise import cues
from crawler.normalise.article import normalise
from crawler.normalise.citations import find_citations
from crawler.normalise.source_names import SourceNames, outlet_aliases, source_aliases

ROOT = Path(__file__).parents[2]
ROWS = [json.loads(line) for line in (ROOT / "tests/data/citations/sentences.jsonl").read_text(encoding="utf-8").splitlines()]
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:30])
def test_a_sentence(row: dict[str, Any]) -> None:
    assert list(find_citations(row["text"])) == row["names"]


@pytest.mark.parametrize("row", [row for row in ROWS if row["names"]], ids=lambda row: row["text"][:30])
def test_a_sentence_among_others(row: dict[str, Any]) -> None:
    text = f"وصلت القافلة إلى المدينة مساء.\n{row['text']}\nYağmur gece boyunca sürdü."
    assert list(find_citations(text)) == row["names"]


def test_there_are_sentences_enough() -> None:
    assert sum(bool(row["names"]) for row in ROWS) >= 80
    assert sum(not row["names"] for row in ROWS) >= 60


SPELLINGS = {
    "Aydınlık": ("إيديلنك", "آيدن ليك", "آيدنلك", "Aydınlık"),
    "Habertürk": ("خبر تورك", "Habertürk"),
    "Star": ("ستار", "Star"),
    "Yeni Şafak": ("يني شفق", "Yeni Şafak"),
    "Milliyet": ("ميليت", "ملليت", "Milliyet"),
    "Cumhuriyet": ("جمهوريات", "Cumhuriyet"),
    "عرب 48": ("عرب 48", "عرب48", "عرب ٤٨", "Arab48"),
}


@pytest.mark.parametrize(("name", "spelling"), [(name, spelling) for name, spellings in SPELLINGS.items() for spelling in spellings])
def test_every_spelling_seen_leads_to_one_name(name: str, spelling: str) -> None:
    assert find_citations(f'ونقلت صحيفة "{spelling}" عن مصدر أن الطريق مفتوح.') == (name,)
    assert find_citations(f"وذكرت صحيفة {spelling} أن الطريق مفتوح.") == (name,)


def pack() -> list[Outlet]:
    return [build_outlet(read_outlet(path)) for path in sorted((ROOT / "spiders/outlets").glob("*.toml"))]


def test_every_spelling_of_the_pack_is_known() -> None:
    names = SourceNames(outlet_aliases(pack()))
    unknown = [spelling for outlet in pack() for spelling in (outlet.name, *outlet.aliases) if names.canonical(spelling) is None]
    assert unknown == []


def test_a_spelling_in_the_table_keeps_its_name() -> None:
    more = outlet_aliases([Outlet("copy", "Copy", None, ("ar",), aliases=("رويترز", "نسخة الصباح"))])
    assert more == {"copy": "رويترز", "نسخه الصباح": "رويترز"}
    assert not set(outlet_aliases(pack())) & set(source_aliases())


def test_outlets_of_ones_own_are_found() -> None:
    names = SourceNames(outlet_aliases([Outlet("quay", "Quay Times", None, ("en",), aliases=("مرفأ تايمز",))]))
    assert find_citations("وذكر مرفأ تايمز أن السفينة غادرت.", names) == ("Quay Times",)
    assert find_citations("A pilot told Quay Times that fog was thick.", names) == ("Quay Times",)
    assert find_citations("وذكر مرفأ تايمز أن السفينة غادرت.") == ()


def test_an_outlet_does_not_cite_itself() -> None:
    raw = RawArticle("https://e.example/1", "عنوان", ("وقال الخباز لعنب بلدي إن الخبز متوفر، ونقلت رويترز عن زميله أن الطحين قليل.",))
    outlet = Outlet("enab", "عنب بلدي", None, ("ar",), aliases=("Enab Baladi",))
    article = normalise(raw, outlet=outlet, source=None, entry=None, url=raw.url, now=NOW)
    assert article.cited_sources == ("رويترز",)


def test_the_cues_are_written_as_texts_are_flattened() -> None:
    """A letter that flattening changes could never match."""
    patterns = [value.pattern for value in vars(cues).values() if isinstance(value, re.Pattern) and value is not cues.LONGER_NAME]
    letters = {letter for pattern in patterns for letter in pattern if letter > "\u0080" and letter.isalpha()}
    assert {letter for letter in letters if fold(letter) != letter} == set()


def test_the_spellings_travel_to_the_worker() -> None:
    more = outlet_aliases(pack())
    assert pickle.loads(pickle.dumps(more)) == more


@pytest.mark.parametrize("text", ["", "\n" * 50, '"' * 300, "نقلا عن " * 200, "according to " * 200, "İ" * 300, "رويترز " * 400])
def test_odd_texts_raise_nothing_and_cite_nobody(text: str) -> None:
    assert find_citations(text) == ()
