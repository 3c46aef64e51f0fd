"""The names of months and weekdays in the languages of the region, folded, and patterns of them."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

from core.text import fold


def _table(name: str, suffixes: tuple[str, ...] = ("",)) -> dict[str, int]:
    names = tomllib.loads(files(__package__).joinpath("months.toml").read_text("utf-8"))[name]
    return {fold(word) + suffix: number for number, words in enumerate(names, 1) for word in words for suffix in suffixes}


def alternation(table: dict[str, int]) -> str:
    """A pattern of all the words, the longest first."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(table, key=len, reverse=True))


def _with_cases(table: dict[str, int]) -> dict[str, int]:
    """Kurmanji months in the oblique case too (Gulanê, Çileya), and Sorani ones with ezafe (نیسانی)."""
    kurmanji = "çile sibat adar avdar nîsan avrêl gulan hezîran pûşper tîrmeh temûz tebax îlon cotmeh mijdar kanûn"
    cases = {fold(word) + suffix: table[fold(word)] for word in kurmanji.split() for suffix in ("a", "e", "ya", "ye")}
    ezafe = {word + "ي": number for word, number in _table("sorani").items()}
    return {**cases, **ezafe, **table}


MONTHS = _with_cases({**_table("gregorian"), **_table("sorani")})
JALALI = _table("jalali")
WEEKDAYS = _table("weekdays")

MONTH = rf"(?<![^\W\d_])(?:{alternation(MONTHS)})(?![^\W\d_])"
WEEKDAY = re.compile(rf"(?<![^\W_])(?:{alternation(WEEKDAYS)})(?![^\W_])")


def month_number(name: str) -> int:
    """1–12 of a name that MONTH found."""
    return MONTHS[" ".join(name.split())]


def weekday_number(name: str) -> int:
    """1 (Monday) to 7 of a name that WEEKDAY found."""
    return WEEKDAYS[" ".join(name.split())]
