"""The invented outlets and articles in ``newsroom/content/*.toml`` as values; one file for each outlet, named by its id."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """An article as its outlet wrote it: what extraction should find again.

    ``original`` is the article a repost copies; ``second`` the whole other article below an aggregator's copy.
    """

    outlet: str
    id: str
    title: str
    paragraphs: tuple[str, ...]
    section: str
    published: datetime
    author: str | None = None
    tags: tuple[str, ...] = ()
    caption: str = ""
    read_also: str = ""
    keywords: str = ""
    original_source: str | None = None
    similar: tuple[str, ...] = ()
    second: DemoArticle | None = None
    original: DemoArticle | None = None

    @property
    def slug(self) -> str:
        """The title as WordPress makes an address of it."""
        return "-".join(re.findall(r"\w+", self.title))


@dataclass(frozen=True, slots=True)
class DemoOutlet:
    """An outlet: ``definition`` is what its TOML would hold, without id and home; ``style`` says whose pages its own are like."""

    id: str
    name: str
    style: str
    definition: Mapping[str, Any]
    articles: Mapping[str, DemoArticle] = field(default_factory=dict)


@cache
def load_outlets() -> dict[str, DemoOutlet]:
    """Every outlet by its id, reposts and second articles resolved."""
    tables = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.toml"))}
    own = {(outlet, table["id"]): _article(outlet, table) for outlet, data in tables.items() for table in data["articles"]}
    found = {}
    for outlet_id, data in tables.items():
        articles = [_complete(own[outlet_id, table["id"]], table, own) for table in data["articles"]]
        articles += [_repost(outlet_id, table, own, data_of=tables) for table in data.get("reposts", ())]
        by_id = {article.id: article for article in articles}
        found[outlet_id] = DemoOutlet(outlet_id, data["outlet"]["name"], data["style"], data["outlet"], by_id)
    return found


def _article(outlet: str, table: Mapping[str, Any]) -> DemoArticle:
    return DemoArticle(
        outlet=outlet,
        id=table["id"],
        title=table["title"],
        paragraphs=tuple(paragraph.strip() for paragraph in table["body"].strip().split("\n\n")),
        section=table["section"],
        published=table["published"],
        author=table.get("author"),
        tags=tuple(table.get("tags", ())),
        caption=table.get("caption", ""),
        read_also=table.get("read_also", ""),
        original_source=table.get("original_source"),
    )


def _complete(article: DemoArticle, table: Mapping[str, Any], own: Mapping[tuple[str, str], DemoArticle]) -> DemoArticle:
    second = table.get("second")
    return replace(
        article,
        keywords=table.get("keywords", ""),
        similar=tuple(table.get("similar", ())),
        second=own[_reference(second)] if second else None,
    )


def _repost(
    outlet: str, table: Mapping[str, Any], own: Mapping[tuple[str, str], DemoArticle], *, data_of: Mapping[str, Mapping[str, Any]]
) -> DemoArticle:
    original = own[_reference(table["of"])]
    copy = replace(
        original,
        outlet=outlet,
        id=table["id"],
        section=table["section"],
        published=table["published"],
        author=None,
        read_also="",
        original_source=data_of[original.outlet]["outlet"]["name"],
        original=original,
    )
    return _complete(copy, table, own)


def _reference(text: str) -> tuple[str, str]:
    outlet, _, article = text.partition("/")
    return outlet, article
