"""The five real texts, each in the markup of its theme and in worse markup, come out as one clean article."""

from __future__ import annotations

import importlib.util
import re
import sys
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest

from core.config import build_outlet, read_outlet
from core.model import RawArticle, Rules
from crawler.extract import extract

ROOT = Path(__file__).parents[2]


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


seedpages = _load(ROOT / "tests" / "seedpages.py")

EVERY = [(number, flavour) for number in range(5) for flavour in seedpages.FLAVOURS]


def rules_of(outlet: str) -> Rules:
    return build_outlet(read_outlet(ROOT / "spiders" / "outlets" / f"{outlet}.toml")).rules


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(params=EVERY, ids=lambda case: f"{case[0]:03d}-{case[1]}")
def page(request: pytest.FixtureRequest, seeds: Path):
    number, flavour = request.param
    return seedpages.seed_page(number, seeds, flavour=flavour)


@pytest.fixture
def article(page) -> RawArticle:
    return extract(page.html, url=page.url, rules=rules_of(page.outlet))


def test_title(page, article: RawArticle) -> None:
    assert article.title == page.title


def test_body_is_the_article_and_nothing_else(page, article: RawArticle) -> None:
    assert list(article.paragraphs) == [squeezed(line) for line in page.body]


def test_no_boilerplate_in_any_field(page, article: RawArticle) -> None:
    told = "\n".join([article.title, article.lead or "", *article.paragraphs, *article.authors])
    assert [words for words in page.unwanted if words in told] == []


def test_original_source(page, article: RawArticle) -> None:
    assert article.original_source == page.original_source
    assert article.original_title == page.original_title


def test_date_is_the_articles_own_or_unknown(page, article: RawArticle) -> None:
    assert article.published in ({page.date, "2026-01-11T08:00:00+00:00"} if page.date else {None})


def test_every_field_says_where_it_comes_from(article: RawArticle) -> None:
    layers = {"rules", "json-ld", "meta", "entry", "trafilatura", "paragraphs", "text"}
    for name in ("title", "paragraphs", "published", "original_source", "original_title", "language"):
        assert (name in article.provenance) == bool(getattr(article, name)), name
    assert set(article.provenance.values()) <= layers


def test_without_rules_nothing_foreign_comes_out(page) -> None:
    """The generic layers alone: same text, but an author's name may stay where only the outlet's rules know it."""
    article = extract(page.html, url=page.url)
    assert article.title == page.title
    assert list(article.paragraphs) == [squeezed(line) for line in page.body]
    assert article.original_source == page.original_source


@pytest.mark.parametrize("number", range(5))
def test_every_line_of_the_seed_stands_in_the_page(number: int, seeds: Path) -> None:
    text = next(iter(seeds.glob(f"{number:03d}_*.txt"))).read_text(encoding="utf-8")
    for flavour in seedpages.FLAVOURS:
        html = unescape(seedpages.seed_page(number, seeds, flavour=flavour).html.decode())
        bare = " ".join(re.sub(r"<[^>]+>", "", html).split())
        missing = [line for line in text.splitlines() if (words := squeezed(line.lstrip(" •"))) and words not in bare]
        assert missing == []
