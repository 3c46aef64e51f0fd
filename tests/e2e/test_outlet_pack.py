"""The contract of every built-in outlet: a real crawl of an instance of its platform gives its articles, whole and rightly dated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.pack import IDS, TEXTS, VISITED_AT, Answer, OutletPack, Published, Site, definition, same_instant, write_article

PARTS = ("new", "known", "revised", "filtered", "failed", "pending")
WITH_FALLBACK = [outlet for outlet in IDS if any(source.fallback for source in definition(outlet).sources or ())]
READ = "spiders/outlets/<id>.toml and tests/data/outlet_addresses.toml disagree, or a reader or the extraction lost something: "


def test_every_outlet_gives_its_articles_and_nothing_else(tmp_path: Path) -> None:
    with OutletPack(tmp_path) as pack:
        answer = pack.poll()
        problems = {outlet: found for outlet, site in pack.sites.items() if (found := [*open_problems(site, answer)])}
    assert not problems, READ + report(problems)


def test_a_fallback_is_read_when_the_site_says_no(tmp_path: Path) -> None:
    without = ("karar", "shafaq")
    with OutletPack(tmp_path, [*WITH_FALLBACK, *without]) as pack:
        pack.close_doors()
        answer = pack.poll()
        problems = {outlet: found for outlet in WITH_FALLBACK if (found := [*closed_problems(pack.sites[outlet], answer)])}
    assert len(WITH_FALLBACK) >= 10
    assert not problems, READ + report(problems)
    assert {answer.runs[outlet]["outcome"] for outlet in without} == {"failed"}
    assert not set(without) & set(answer.articles)


def open_problems(site: Site, answer: Answer) -> Iterator[str]:
    """What is wrong with a poll of the outlet when all is well."""
    run, wanted = answer.runs[site.config.id], site.expected(fallback=False)
    yield from run_problems(run, "ok")
    yield from article_problems(site.config.id, wanted, answer)
    if run["new"] != len(wanted):
        yield f"{run['new']} new instead of {len(wanted)}"
    if not run["filtered"] == run["reasons"].get("not_an_article", 0) >= site.filtered():
        yield f"{site.filtered()} sections were listed, filtered: {run['filtered']} {run['reasons']}"


def closed_problems(site: Site, answer: Answer) -> Iterator[str]:
    """What is wrong with a poll of the outlet when only its fallbacks answer."""
    yield from run_problems(answer.runs[site.config.id], "partial")
    yield from article_problems(site.config.id, site.expected(fallback=True), answer)


def run_problems(run: dict[str, Any], outcome: str) -> Iterator[str]:
    if run["outcome"] != outcome:
        yield f"outcome {run['outcome']}: {run['note']}"
    if run["seen"] != sum(run[part] for part in PARTS):
        yield f"the ledger does not add up: {run}"
    if run["failed"] or run["pending"]:
        yield f"failed or pending: {run['reasons']}"


def article_problems(outlet: str, wanted: Sequence[Published], answer: Answer) -> Iterator[str]:
    rows = {unquote(url): row for url, row in answer.articles.get(outlet, {}).items()}
    expected = {unquote(item.url): item for item in wanted}
    yield from (f"missing: {url}" for url in expected.keys() - rows.keys())
    yield from (f"no article of it: {url}" for url in rows.keys() - expected.keys())
    for url in expected.keys() & rows.keys():
        yield from (f"{problem} at {url}" for problem in field_problems(rows[url], expected[url]))


def field_problems(row: dict[str, Any], item: Published) -> Iterator[str]:
    article, body, lead = item.article, row["body"].replace(" ،", "،"), (row["lead"] or "").rstrip("…")
    beside = write_article(row["outlet"], 90, item.language, VISITED_AT).title
    if row["title"] != article.title:
        yield f"title {row['title']!r}, not {article.title!r}"
    if row["lang"] != item.language:
        yield f"language {row['lang']}, not {item.language}"
    yield from (f"not in the body: {text!r}" for text in article.paragraphs[item.lead_apart :] if text not in body)
    yield from (f"in the body: {text!r}" for text in (beside, article.caption, TEXTS[item.language].get("tail")) if text and text in body)
    if not lead or lead not in " ".join((article.title, *article.paragraphs)):
        yield f"lead {row['lead']!r}"
    if not same_instant(row["published_at"], item.published):
        yield f"published {row['published_at']}, not {item.published}"


def report(problems: dict[str, list[str]]) -> str:
    return "\n".join(f"{outlet}: {problem}" for outlet, found in problems.items() for problem in found)
