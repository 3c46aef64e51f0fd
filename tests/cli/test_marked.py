"""Words marked at exact offsets: what is bold is the evidence, every line is isolated and fits, and nothing moves the cursor."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from core.model import Evidence
from crawler.detect import build_detector
from rasid.commands.explain import print_match
from rasid.marked import print_marked, sentences, spans_of
from tests.harness import rasid

TITLE = "وبسوريا قاعدة تركيّة جديدة: أنـقرة تعلن"
BODY = (
    "قالت أنقرة إن قواتها في شمال سوريا باقية هناك حتى إشعار آخر وإنها لن تنسحب قبل التوصل إلى اتفاق مكتوب بين الطرفين. "
    "هذه جملة عن الطقس وحده.\nTürkiye'nin Suriye'deki üssü kapanmıyor."
)
BOLD = re.compile("\x1b\\[1;33m(.*?)\x1b\\[0m")


def evidence(field: str, text: str, word: str) -> Evidence:
    return Evidence(word, "turkey", field, text.index(word), 1.0, word)


def shown(text: str, words: list[str], width: int = 80) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=width, color_system="standard", highlight=False)
    print_marked(console, "title", text, spans_of([evidence("title", text, word) for word in words], "title"))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_bold_is_exactly_the_evidence() -> None:
    assert BOLD.findall(shown(TITLE, ["وبسوريا", "تركيّة", "أنـقرة"])) == ["وبسوريا", "تركيّة", "أنـقرة"]


def test_the_second_of_two_equal_words_is_marked_where_it_stands() -> None:
    text = "سوريا ثم سوريا"
    item = Evidence("Syria", "syria", "title", 9, 1.0, "سوريا")
    assert spans_of([item], "title") == [(9, 14)]
    console = Console(file=io.StringIO(), force_terminal=True, width=80, color_system="standard", highlight=False)
    print_marked(console, "title", text, [(9, 14)])
    before, after = console.file.getvalue().split("\x1b[1;33m")  # type: ignore[attr-defined]
    assert "سوريا ثم" in before
    assert after.startswith("سوريا\x1b[0m")


@pytest.mark.parametrize("width", [40, 80, 132])
def test_every_line_fits_and_is_isolated_on_its_own(width: int) -> None:
    lines = re.sub("\x1b\\[[0-9;]*m", "", shown(BODY.replace("\n", " ") * 2, ["أنقرة", "Türkiye"], width)).splitlines()
    assert len(lines) > 2
    for line in lines:
        assert len(line) <= width + 2
        assert (line.count("\u2068"), line.count("\u2069")) == (1, 1)
        assert line.endswith("\u2069")
    assert " ".join(line.partition("\u2068")[2].rstrip("\u2069") for line in lines).split() == (BODY.replace("\n", " ") * 2).split()


def test_control_characters_are_blanks_and_shift_nothing() -> None:
    text = "a\x1b[2J\u202e\u2069\r\nأنقرة"
    out = shown(text, ["أنقرة"])
    assert BOLD.findall(out) == ["أنقرة"]
    assert "\x1b[2J" not in out
    assert "\u202e" not in out
    assert out.count("\u2069") == 1


def test_only_sentences_that_count_are_shown() -> None:
    spans = spans_of([evidence("body", BODY, word) for word in ("سوريا", "Suriye'deki")], "body")
    found = [BODY[start:end].strip() for start, end in sentences(BODY, spans)]
    assert found == [BODY.split(". ")[0] + ".", "Türkiye'nin Suriye'deki üssü kapanmıyor."]
    assert list(sentences(BODY, [])) == []


def test_a_very_long_title_is_shown_around_its_words() -> None:
    out = shown("كلمة " * 200_000 + "أنقرة " + "كلمة " * 1000, ["أنقرة"])
    assert BOLD.findall(out) == ["أنقرة"]
    assert len(out) < 4000


def test_marks_of_the_real_detector_are_its_evidence_in_all_fields() -> None:
    fields = set()
    for title, lead in ((TITLE, "الجيش التركي شمال سوريا"), ("تصريحات جديدة للوزير", None)):
        match = build_detector().match(title=title, lead=lead, body=BODY)[0]
        console = Console(file=io.StringIO(), force_terminal=True, width=400, color_system="standard", highlight=False)
        print_match(console, {"title": title, "lead": lead, "body": BODY}, match, 0.5)
        marked = BOLD.findall(console.file.getvalue())  # type: ignore[attr-defined]
        assert sorted(marked) == sorted(item.text for item in match.evidence if item.text)
        fields |= {item.field for item in match.evidence}
    assert fields == {"title", "lead", "body"}


def test_in_a_pipe_there_are_no_colours_and_the_threshold_is_named() -> None:
    out = rasid("explain", "-", stdin=f"{TITLE}\n{BODY}")
    assert out.returncode == 0, out.stderr
    assert "\x1b" not in out.stdout
    assert "threshold 0.50" in out.stdout
    assert "الطقس" not in out.stdout
