"""Tables in terminals of any width."""

from __future__ import annotations

import io
import re
import sys

import pytest

from rasid.terminal import print_table

COLUMNS = ("outlet", "state", "since", "last poll", "outcome", "next poll", "articles", "reason")
ROWS = [
    ("taif_post", "needs_address", "–", "–", "–", "–", 0, "run 'rasid outlets check taif_post' or give it a home"),
    (
        "aljumhuriya_english",
        "failing",
        *["2026-11-24 09:00"] * 2,
        "not_modified",
        "2026-11-24 09:05",
        1204,
        "http_503 of https://e.org/feed",
    ),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, width: int) -> str:
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stdout", terminal)
    print_table("outlets", COLUMNS, ROWS)
    return re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())


@pytest.mark.parametrize("width", [1, 10, 40, 80, 100, 120, 200])
def test_words_stay_whole(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    words = set(shown(monkeypatch, width).split())
    assert {"taif_post", "needs_address", "aljumhuriya_english", "failing", "not_modified", "1204", "http_503", "2026-11-24"} <= words


@pytest.mark.parametrize("width", [30, 40, 80, 100, 120, 200])
def test_lines_fit(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    assert max(map(len, shown(monkeypatch, width).splitlines())) <= width


def test_a_wide_terminal_has_one_line_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for line in shown(monkeypatch, 200).splitlines() if "taif_post" in line]
    assert len(lines) == 1
    assert "needs_address" in lines[0]
