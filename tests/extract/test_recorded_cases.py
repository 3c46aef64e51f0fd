"""Pages in the structure of the real sites, replayed field by field with the clock frozen. Their text is written for the tests.

Held-back cases are measured by ``python -m bench.extraction`` only; here nothing of them is shown. A field that is known to come out wrong
stands in tests/data/outlets/open_faults.txt and must go on failing until it is mended: then its line goes.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest

from core.config import build_outlet, read_outlet
from core.model import Outlet
from rasid.commands.cases import agrees, read_case, replay

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "outlets"
FOLDERS = sorted(meta.parent for meta in DATA.glob("*/*/meta.json"))
FIELDS = {
    "title", "lead", "paragraphs", "published_at", "precision", "modified_at", "authors", "section", "tags", "image", "language",
    "canonical_url", "original_source", "original_title", "cited_sources", "provenance",
}  # fmt: skip
FAULTS = {
    tuple(line.split()[:2])
    for line in (DATA / "open_faults.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
}


def told(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def name_of(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@lru_cache(maxsize=1)
def outlets() -> dict[str, Outlet]:
    found = [build_outlet(read_outlet(path)) for path in (ROOT / "spiders" / "outlets").glob("*.toml")]
    return {outlet.id: outlet for outlet in found}


@cache
def found_in(folder: Path) -> dict[str, Any]:
    return replay(read_case(folder), outlets())


def params() -> list[Any]:
    return [
        pytest.param(
            folder,
            field,
            id=f"{name_of(folder)}-{field}",
            marks=[pytest.mark.xfail(reason="open fault; when mended, take its line out of open_faults.txt")]
            if (name_of(folder), field) in FAULTS
            else [],
        )
        for folder in FOLDERS
        if not told(folder, "meta.json")["held_back"]
        for field in told(folder, "expected.json")
    ]


@pytest.mark.parametrize(("folder", "field"), params())
def test_field(folder: Path, field: str) -> None:
    expected, found = told(folder, "expected.json")[field], found_in(folder)
    assert "error" not in found, found["error"]
    if field == "provenance":
        assert {name: found[field].get(name) for name in expected} == expected
    elif not agrees(field, expected, found[field]):
        assert found[field] == expected, "see 'rasid extract --diff'"


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_case_says_what_it_is(folder: Path) -> None:
    case = read_case(folder)
    assert case.page
    assert set(case.meta) >= {"url", "now", "encoding", "outlet", "rules", "held_back"}
    assert folder.name[:2] == "20", "a case is called <date>-<case>"
    assert {"title", "paragraphs"} <= set(case.expected) <= FIELDS
    assert case.expected["title"] and all(case.expected["paragraphs"]), "an article has a title and a text"  # noqa: PT018


def test_a_quarter_of_a_hundred_cases_is_held_back() -> None:
    held = [folder for folder in FOLDERS if told(folder, "meta.json")["held_back"]]
    assert len(FOLDERS) >= 100
    assert len(held) * 4 >= len(FOLDERS) - 1


def test_every_fault_is_of_a_case() -> None:
    known = {(name_of(folder), field) for folder in FOLDERS for field in told(folder, "expected.json")}
    assert known >= FAULTS


def test_every_upstream_and_cited_outlet_has_a_case() -> None:
    assert {folder.parent.name for folder in FOLDERS} >= {"arab48", "arabi21", "aydinlik", "star_tr", "haberturk", "shafaq", "sana"}
