"""Verdicts: each rule alone, then what becomes of an article elsewhere, on texts made from word lists (no clock, no store)."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench.dedup import APART, MERGE, Index, as_article, own_article
from core.model import Article, VerdictKind
from core.text import folded_words
from crawler.dedup import Candidate, decide, keys, title_key_hash

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TITLE = "الوفد التركي يبحث ملف المعابر في دمشق"
GENERIC = "نشرة الأخبار"


def article(url: str = "a", title: str = TITLE, text: int = 1, **fields: Any) -> Article:
    return as_article(url, title, own_article(text)[1], **fields)


def stored(source: Article, number: int = 1, age: timedelta = timedelta(hours=1), **fields: Any) -> Candidate:
    made = keys(source)
    values: dict[str, Any] = {
        "article_id": number, "story": number * 10, "outlet": "o", "url_key": made.url, "title_key": made.title,
        "original_title_key": made.original_title, "content_hash": made.content_hash, "fingerprint": source.fingerprint,
        "first_seen_at": NOW - age, "words": len(folded_words(source.body)),
    }  # fmt: skip
    return Candidate(**{**values, **fields})


def short(url: str, title: str, body: str) -> Article:
    return as_article(url, title, [body] if body else [])


def verdict(new: Article, *candidates: Candidate) -> tuple[VerdictKind, int | None, str]:
    found = decide(new, candidates, now=NOW)
    return found.kind, found.of, found.reason


def test_nothing_stored_is_new() -> None:
    found = decide(article(), [], now=NOW)
    assert (found.kind, found.of, found.story) == (VerdictKind.NEW, None, None)


def test_the_same_address_is_a_duplicate_or_a_revision_of_the_same_story() -> None:
    assert verdict(article(), stored(article())) == (VerdictKind.DUPLICATE, 1, "address")
    revised = decide(article(text=2), [stored(article())], now=NOW)
    assert (revised.kind, revised.of, revised.story) == (VerdictKind.REVISION, 1, 10)


def test_the_same_words_elsewhere_are_syndicated() -> None:
    assert verdict(article("b", "عنوان آخر"), stored(article(), age=timedelta(days=400))) == (VerdictKind.DUPLICATE, 1, "syndicated")


def test_few_words_are_the_same_only_under_the_same_title() -> None:
    caption = "شاهد الفيديو"
    assert verdict(short("b", "عنوان آخر", caption), stored(short("a", "عنوان", caption)))[0] is VerdictKind.NEW
    assert verdict(short("b", "عنوان", caption), stored(short("a", "عنوان", caption)))[0] is VerdictKind.DUPLICATE
    assert verdict(short("b", "عنوان", ""), stored(short("a", "عنوان", "")))[0] is VerdictKind.NEW


def test_a_repost_and_its_original_meet_in_either_order() -> None:
    wrapper = article("w", "مجلة: خبر اليوم", text=2, original_title=TITLE)
    assert verdict(wrapper, stored(article())) == (VerdictKind.NEAR_DUPLICATE, 1, "repost")
    assert verdict(article(), stored(wrapper)) == (VerdictKind.NEAR_DUPLICATE, 1, "repost")
    other = article("v", "موقع ثان", text=3, original_title=TITLE)
    assert verdict(other, stored(wrapper)) == (VerdictKind.NEAR_DUPLICATE, 1, "repost")


def test_a_generic_original_title_joins_nothing() -> None:
    assert verdict(article("w", "عنوان", text=2, original_title=GENERIC), stored(article("a", GENERIC)))[0] is VerdictKind.NEW


def test_the_same_long_title_needs_some_likeness() -> None:
    lines = own_article(1)[1]
    half = len(lines) // 2
    alike = as_article("b", TITLE, lines[:half] + own_article(2)[1][:half])
    assert verdict(alike, stored(article())) == (VerdictKind.NEAR_DUPLICATE, 1, "title")
    assert verdict(alike, stored(article(), age=timedelta(days=8)))[0] is VerdictKind.NEW
    assert verdict(article("b", text=2), stored(article()))[0] is VerdictKind.NEW
    assert verdict(short("b", TITLE, "خبر عاجل"), stored(article())) == (VerdictKind.NEAR_DUPLICATE, 1, "title")


def test_the_same_generic_title_joins_nothing() -> None:
    for title in (GENERIC, "آخر التطورات"):
        assert verdict(article("b", title, text=2), stored(article("a", title)))[0] is VerdictKind.NEW
        assert verdict(short("b", title, "خبر"), stored(short("a", title, "شيء آخر")))[0] is VerdictKind.NEW


def test_the_most_similar_wins_and_of_equals_the_earliest() -> None:
    edited = as_article("c", "عنوان جديد", [*own_article(1)[1], "وأضاف شيئا."])
    candidates = (stored(article("x", "س"), 7, timedelta(hours=1)), stored(article("y", "ص"), 3, timedelta(hours=5)))
    assert verdict(edited, *candidates) == (VerdictKind.NEAR_DUPLICATE, 3, "similar")
    assert verdict(edited, stored(article(), age=timedelta(days=31)))[0] is VerdictKind.NEW


def test_a_second_article_behind_the_first_does_not_hide_it() -> None:
    both = as_article("c", "عنوان جديد", own_article(1)[1] + (own_article(2)[1] * 2)[: len(own_article(1)[1]) + 2])
    found = decide(both, [stored(article())], now=NOW)
    assert found.kind is VerdictKind.NEAR_DUPLICATE
    assert verdict(article(), stored(both))[0] is VerdictKind.NEAR_DUPLICATE
    assert verdict(both, stored(article(), words=None))[2] in {"new", "similar"}


def test_a_round_up_holds_no_story_back() -> None:
    bulletin = as_article("r", GENERIC, [line for number in (1, 2, 3, 4) for line in own_article(number)[1]])
    assert verdict(article("n", "عنوان"), stored(bulletin))[0] is VerdictKind.NEW


def test_titles_are_compared_folded() -> None:
    assert title_key_hash("أردوغان: «لقاءٌ» قريب!") == title_key_hash("اردوغان لقاء قريب")
    assert len(title_key_hash("")) == 16


RECALL = {"appended_new_headline": 0.8, "excerpt_new_headline": 0.0}
"""What the bands find; everything else must be found always."""


@pytest.fixture(scope="module")
def index() -> Index:
    made = Index()
    for number in range(150):
        made.add(number, as_article(number, *own_article(number)))
    return made


@pytest.mark.parametrize("variant", [*MERGE, *APART], ids=lambda variant: variant.__name__)
def test_variants(index: Index, variant: Any) -> None:
    rng = random.Random(5)
    found = {
        number: decide(made, index.find(made), now=NOW)
        for number in range(60)
        for made in [variant(number, own_article(number), rng, own_article)]
    }
    merged = {number: result.of for number, result in found.items() if result.kind is not VerdictKind.NEW}
    assert all(number == of for number, of in merged.items())
    if variant in APART:
        assert merged == {}
    else:
        assert len(merged) / 60 >= RECALL.get(variant.__name__, 0.99)
