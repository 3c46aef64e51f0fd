"""``rasid extract --record`` and ``--diff`` as a person or a script uses them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.harness import rasid, simple_page

URL = "https://www.arab48.com/أخبار/2026/11/20/معبر"
TITLE = "معبر حدودي جديد يفتح أبوابه أمام المسافرين"
TEXT = [
    "فتح معبر حدودي جديد أبوابه صباح اليوم أمام المسافرين بعد سنة من أعمال البناء، وعبره في الساعة الأولى مئتا شخص.",
    "وقالت إدارة المعابر إن الدوام يستمر من السابعة صباحا حتى التاسعة مساء، وإن الشاحنات ستعبر اعتبارا من الشهر المقبل.",
]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_text(simple_page(TITLE, TEXT, published="2026-11-20T09:00:00+03:00"), encoding="utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cases"


def record(page: Path, folder: Path, *more: str, name: str = "arab48/2026-11-20-gate", url: str = URL) -> Any:
    return rasid("extract", str(page), "--url", url, "--record", name, "--cases", str(folder), *more)


def complaint(result: Any, code: int) -> str:
    assert result.returncode == code, (result.returncode, result.stdout, result.stderr)
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("rasid: ")
    return str(lines[0])


def told(folder: Path, file: str, case: str = "arab48/2026-11-20-gate") -> dict[str, Any]:
    return dict(json.loads((folder / case / file).read_text(encoding="utf-8")))


def test_a_page_is_recorded_whole_and_asks_for_a_human(page: Path, folder: Path) -> None:
    made = record(page, folder)
    assert made.returncode == 0, made.stderr
    assert "Check expected.json" in made.stdout
    assert "human" in made.stdout
    assert gzip.decompress((folder / "arab48/2026-11-20-gate/page.html.gz").read_bytes()) == page.read_bytes()
    expected, meta = told(folder, "expected.json"), told(folder, "meta.json")
    assert (expected["title"], expected["paragraphs"]) == (TITLE, TEXT)
    assert (expected["published_at"], expected["precision"]) == ("2026-11-20T06:00:00+00:00", "minute")
    assert expected["original_source"] is None
    assert (meta["url"], meta["outlet"], meta["rules"], meta["held_back"]) == (URL, "arab48", True, False)


def test_a_case_of_an_unknown_outlet_is_read_without_rules(page: Path, folder: Path) -> None:
    assert record(page, folder, "--held-back", name="small_town/2026-11-20-gate", url="https://small.example/1").returncode == 0
    meta = told(folder, "meta.json", "small_town/2026-11-20-gate")
    assert (meta["rules"], meta["held_back"]) == (False, True)


def test_a_name_without_a_date_gets_the_day(page: Path, folder: Path) -> None:
    assert record(page, folder, name="arab48/gate").returncode == 0
    assert [path.name[:2] + path.name[10:] for path in (folder / "arab48").iterdir()] == ["20-gate"]


def test_nothing_is_overwritten_without_force(page: Path, folder: Path) -> None:
    record(page, folder)
    (folder / "arab48/2026-11-20-gate/expected.json").write_text('{"title": "corrected by hand"}', encoding="utf-8")
    assert "exists already" in complaint(record(page, folder), 2)
    assert told(folder, "expected.json") == {"title": "corrected by hand"}
    assert record(page, folder, "--force").returncode == 0
    assert told(folder, "expected.json")["title"] == TITLE


def test_a_page_without_an_article_is_not_recorded(tmp_path: Path, folder: Path) -> None:
    empty = tmp_path / "empty.html"
    empty.write_text("<html><body></body></html>", encoding="utf-8")
    complaint(record(empty, folder), 1)
    assert not folder.exists()


def test_diff_is_silent_when_nothing_differs(page: Path, folder: Path) -> None:
    record(page, folder)
    same = rasid("extract", "--diff", "--cases", str(folder))
    assert (same.returncode, same.stdout.strip()) == (0, "1 cases, 0 fields differ")


def test_diff_shows_what_was_expected_and_what_is_found(page: Path, folder: Path) -> None:
    record(page, folder)
    expected = told(folder, "expected.json") | {"title": "عنوان آخر", "paragraphs": [*TEXT, "فقرة ثالثة."], "published_at": "2026-11-20"}
    (folder / "arab48/2026-11-20-gate/expected.json").write_text(json.dumps(expected), encoding="utf-8")
    shown = rasid("extract", "--diff", "--cases", str(folder))
    assert shown.returncode == 1
    lines = shown.stdout.splitlines()
    assert lines[0] == "arab48/2026-11-20-gate"
    assert "عنوان آخر" in lines[1]
    assert TITLE in lines[2]
    assert any("- " in line and "فقرة ثالثة." in line for line in lines)
    assert lines[-1] == "1 cases, 2 fields differ", "of a day only the day is compared"
    assert TEXT[0] not in shown.stdout, "what is the same is not shown"
    changes = json.loads(rasid("extract", "--diff", "--json", "--cases", str(folder)).stdout)["changes"]
    assert next((change["field"], change["expected"]) for change in changes) == ("title", "عنوان آخر")


def test_diff_keeps_held_back_cases_to_itself(page: Path, folder: Path) -> None:
    record(page, folder, "--held-back")
    (folder / "arab48/2026-11-20-gate/expected.json").write_text('{"title": "other", "paragraphs": ["x"]}', encoding="utf-8")
    hidden = rasid("extract", "--diff", "--cases", str(folder))
    assert hidden.returncode == 1
    assert TITLE not in hidden.stdout
    assert "held back: 2 fields differ" in hidden.stdout
    assert TITLE in rasid("extract", "--diff", "--reveal", "--cases", str(folder)).stdout


def test_the_clock_of_a_case_is_frozen(page: Path, folder: Path) -> None:
    record(page, folder)
    meta = told(folder, "meta.json") | {"now": "2020-01-01T00:00:00+00:00"}
    (folder / "arab48/2026-11-20-gate/meta.json").write_text(json.dumps(meta), encoding="utf-8")
    changes = json.loads(rasid("extract", "--diff", "--json", "--cases", str(folder)).stdout)["changes"]
    dates = [(change["expected"], change["found"]) for change in changes if change["field"] == "published_at"]
    assert dates == [("2026-11-20T06:00:00+00:00", None)], "a date in the future of the case is not believed"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "FILE is missing"),
        (["page.html"], "--url is missing"),
        (["page.html", "--url", URL, "--force"], "--force goes with --record"),
        (["page.html", "--url", URL, "--held-back"], "--held-back goes with --record"),
        (["page.html", "--url", URL, "--reveal"], "--reveal goes with --diff"),
        (["page.html", "--diff"], "takes neither a FILE"),
        (["page.html", "--url", URL, "--record", "Arab48"], "ID/CASE"),
        (["page.html", "--url", URL, "--record", "../escape/x"], "ID/CASE"),
        (["page.html", "--url", "ftp://x", "--record", "arab48/x"], "not a web address"),
        (["missing.html", "--url", URL, "--record", "arab48/x"], "cannot read"),
        (["--diff", "--cases", "/nonexistent"], "no cases in"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: list[str], words: str) -> None:
    assert words in complaint(rasid("extract", *arguments), 2)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("meta.json", b"{", "is not JSON"),
        ("meta.json", b'{"url": "https://x.example/"}', "lacks now, outlet"),
        ("expected.json", b"[]", "lacks an object"),
        ("page.html.gz", b"not gzip", "cannot read"),
    ],
)
def test_a_damaged_case_is_named(page: Path, folder: Path, file: str, content: bytes, words: str) -> None:
    record(page, folder)
    (folder / "arab48/2026-11-20-gate" / file).write_bytes(content)
    sentence = complaint(rasid("extract", "--diff", "--cases", str(folder)), 2)
    assert words in sentence
    assert file in sentence
