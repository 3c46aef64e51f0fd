"""JSON-LD, meta elements and visible text of one page: what each completes in the other, and days on which they do not agree."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from core.model import Article, Outlet
from crawler.extract import extract
from crawler.normalise.article import normalise

TITLE = "Liman işçileri yeni rıhtımı törensiz açtı"
PARAGRAPHS = [
    "Liman işçileri, iki yılda yapılan yeni rıhtımı törensiz hizmete açtı.",
    "Rıhtıma ilk gün üç kuru yük gemisi yanaştı.",
    "İdare, bahara kadar ikinci bir vinç alınacağını duyurdu.",
]
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
URL = "https://liman.example/haber/7"


def article(thing: dict[str, Any] | None = None, *, head: str = "", end: str = "") -> Article:
    script = f'<script type="application/ld+json">{json.dumps(thing)}</script>' if thing else ""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    top = f"<html lang='tr'><head><meta charset='utf-8'><title>{TITLE}</title>{script}{head}</head>"
    page = f"{top}<body><h1>{TITLE}</h1><div>{body}{end}</div></body></html>"
    outlet = Outlet(id="liman", name="Liman", home="https://liman.example/", languages=("tr",))
    return normalise(extract(page.encode(), url=URL), outlet=outlet, source=None, entry=None, url=URL, now=NOW)


def meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


@pytest.mark.parametrize("flat", [" ".join(PARAGRAPHS), " ".join(PARAGRAPHS).replace("'", "&#39;")])
@pytest.mark.parametrize("end", ["", "<p>Kaynak: İHA</p>", "<p>Haber Kaynağı : İHA</p>", "<p>(İHA)</p>", "<p>İHA</p>"])
def test_a_flat_body_takes_the_paragraphs_and_the_source_of_the_page(flat: str, end: str) -> None:
    found = article({"@type": "NewsArticle", "headline": TITLE, "articleBody": flat}, end=end)
    assert found.body.split("\n") == PARAGRAPHS
    assert found.original_source == ("İHA" if end else None)


@pytest.mark.parametrize("author", [{"@id": "#a"}, [{"@id": "#a"}]])
def test_an_author_named_by_its_node(author: Any) -> None:
    graph = [{"@type": "NewsArticle", "headline": TITLE, "author": author}, {"@type": "Person", "@id": "#a", "name": "Ece Tan"}]
    assert article({"@graph": graph}).authors == ("Ece Tan",)


@pytest.mark.parametrize(
    ("head", "day"),
    [
        (meta("article:published_time", "2026-11-12T23:00:00+03:00"), "2026-11-12"),
        (meta("article:published_time", "2024-03-02T10:00:00+03:00"), None),
        (meta("article:published_time", "2026-11-18T10:00:00+03:00"), None),
        (
            meta("article:published_time", "2026-11-18T10:00:00+03:00") + meta("article:modified_time", "2026-11-18T10:00:00+03:00"),
            "2026-11-12",
        ),
    ],
)
def test_two_layers_that_name_different_days(head: str, day: str | None) -> None:
    found = article({"@type": "NewsArticle", "headline": TITLE, "datePublished": "2026-11-12T10:00:00+03:00"}, head=head)
    assert (found.published_at.date().isoformat() if found.published_at else None) == day
    assert any("conflict" in note for note in found.notes) is (day is None)
