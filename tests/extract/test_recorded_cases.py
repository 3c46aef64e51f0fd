"""Pages in the structure of the real sites, replayed field by field. Their text is written for the tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.config import build_outlet, read_outlet
from crawler.extract import extract

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests" / "data" / "outlets").glob("*/*/expected.json"))
FIELDS = [
    pytest.param(case, kind, name, id=f"{case.parent.parent.name}-{case.parent.name}-{kind}-{name}")
    for case in CASES
    for kind in ("expected", "provenance")
    for name in json.loads(case.read_text(encoding="utf-8")).get(kind, {})
]


@pytest.mark.parametrize(("case", "kind", "name"), FIELDS)
def test_field(case: Path, kind: str, name: str) -> None:
    wanted = json.loads(case.read_text(encoding="utf-8"))
    outlet = build_outlet(read_outlet(ROOT / "spiders" / "outlets" / f"{case.parent.parent.name}.toml"))
    article = extract((case.parent / "page.html").read_bytes(), url=wanted["url"], rules=outlet.rules)
    found = article.provenance.get(name) if kind == "provenance" else getattr(article, name)
    assert (list(found) if isinstance(found, tuple) else found) == wanted[kind][name]


def test_every_upstream_and_cited_outlet_has_a_case() -> None:
    assert {case.parent.parent.name for case in CASES} >= {"arab48", "arabi21", "aydinlik", "star_tr", "haberturk", "shafaq", "sana"}
