"""Extraction: text, title, date and source of the recorded cases, beside five other extractors and two date readers on the same pages.

Run with ``make bench-peers && .venv-bench/bin/python -m bench.extraction``; without the peers they are told as not installed. Of held-back
cases only totals are printed, unless ``--reveal``.
"""

from __future__ import annotations

import argparse
import logging
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from statistics import mean

from core.config import build_outlet, read_outlet
from core.model import Outlet
from rasid.commands.cases import Case, outlet_of_case, read_cases, replay

_ROOT = Path(__file__).parents[1]
_WORD = re.compile(r"\w+")
_WEAK = ("trafilatura", "paragraphs")
"""Layers of ours without a name for the article's container: where another extractor could help."""


@dataclass(frozen=True, slots=True)
class Reading:
    title: str = ""
    body: str = ""
    day: str | None = None
    source: str | None = None
    layer: str = ""
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One reading against what the case expects; None where the case or the extractor says nothing of it."""

    case: str
    f1: float | None
    leaked: int
    sisters: int
    title: bool | None
    date: str | None
    source: bool | None
    failed: bool


Extractor = Callable[[Case], Reading]


# --------------------------------------------------------------------------- scores


def words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text)
    return _WORD.findall("".join(c for c in plain if unicodedata.category(c) != "Cf").casefold())


def score(case: Case, reading: Reading, reads: str) -> Score:
    expected, found = Counter(words(" ".join(case.expected["paragraphs"]))), Counter(words(reading.body))
    common = sum((expected & found).values())
    total = sum(expected.values()) + sum(found.values())
    return Score(
        case.name,
        2 * common / total if "body" in reads else None,
        sum((found - expected).values()),
        _sister_words(case, reading.body),
        " ".join(reading.title.split()) == case.expected["title"] if "title" in reads else None,
        _date(case, reading.day) if "date" in reads and "published_at" in case.expected else None,
        reading.source == case.expected["original_source"] if "source" in reads and "original_source" in case.expected else None,
        bool(reading.failed),
    )


def _sister_words(case: Case, body: str) -> int:
    """Words of other articles' headlines that stand whole in the text, also glued to each other or to a date."""
    text = "".join(words(body))
    sisters = [words(sister) for sister in case.meta.get("sisters", ())]
    return sum(len(sister) for sister in sisters if "".join(sister) in text)


def _date(case: Case, day: str | None) -> str:
    wanted = case.expected["published_at"]
    if day is None:
        return "right" if wanted is None else "none"
    return "right" if wanted is not None and day == wanted[:10] else "wrong"


# --------------------------------------------------------------------------- extractors


def ours(outlets: Mapping[str, Outlet], *, rules: bool) -> Extractor:
    def read(case: Case) -> Reading:
        found = replay(case, outlets, rules=rules)
        if "error" in found:
            return Reading(failed=found["error"])
        day = found["published_at"][:10] if found["published_at"] else None
        layer = found["provenance"].get("paragraphs", "")
        return Reading(found["title"], "\n".join(found["paragraphs"]), day, found["original_source"], layer)

    return read


def read_trafilatura(case: Case) -> Reading:
    from trafilatura import bare_extraction

    found = bare_extraction(case.page, url=case.meta["url"], with_metadata=True)
    return Reading(found.title or "", found.text or "", found.date) if found else Reading(failed="nothing")


def read_newspaper(case: Case) -> Reading:
    import newspaper

    language = case.expected.get("language", "en")
    article = newspaper.article(
        case.meta["url"], language=language if language in ("ar", "tr", "en", "fa") else "en", input_html=_decoded(case), fetch_images=False
    )
    day = article.publish_date
    return Reading(article.title or "", article.text or "", day.strftime("%Y-%m-%d") if day else None)


def read_readability(case: Case) -> Reading:
    from lxml.html import fromstring
    from readability import Document

    document = Document(_decoded(case), url=case.meta["url"])
    return Reading(document.short_title() or "", " ".join(fromstring(document.summary()).itertext()))


def read_resiliparse(case: Case) -> Reading:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(_decoded(case))
    return Reading(tree.title or "", extract_plain_text(tree, main_content=True, alt_texts=False, comments=False, post_meta=False))


def read_htmldate(case: Case) -> Reading:
    from htmldate import find_date

    return Reading(day=find_date(_decoded(case), url=case.meta["url"], original_date=True, max_date=case.meta["now"][:10]))


def read_dateparser(case: Case) -> Reading:
    """The first date in the 200 characters below the headline: a reader of strings does not know where on a page to look."""
    from dateparser.search import search_dates
    from lxml.html import fromstring

    text = " ".join(" ".join(fromstring(_decoded(case).encode()).xpath("//body//text()[not(ancestor::script or ancestor::style)]")).split())
    start = max(text.rfind(case.expected["title"]), 0) + len(case.expected["title"])
    found = search_dates(text[start : start + 200], languages=["ar", "tr", "en", "fa"])
    return Reading(day=found[0][1].strftime("%Y-%m-%d") if found else None)


def _decoded(case: Case) -> str:
    from trafilatura.utils import decode_file

    return decode_file(case.page)


PEERS: tuple[tuple[str, str, Extractor, str], ...] = (
    ("trafilatura", "trafilatura", read_trafilatura, "body title date"),
    ("newspaper4k", "newspaper", read_newspaper, "body title date"),
    ("readability-lxml", "readability", read_readability, "body title"),
    ("resiliparse", "resiliparse", read_resiliparse, "body title"),
    ("htmldate", "htmldate", read_htmldate, "date"),
    ("dateparser", "dateparser", read_dateparser, "date"),
)
"""Name, module that must be installed, reader, the fields that it reads."""


def guarded(read: Extractor) -> Extractor:
    """An extractor that fails on a page has read nothing."""

    def run(case: Case) -> Reading:
        try:
            return read(case)
        except Exception as error:
            return Reading(failed=f"{type(error).__name__}: {error}")

    return run


def combined(mine: Extractor, other: Extractor, *, only_common: bool) -> Extractor:
    """Ours, where its layer is weak with the body of another extractor, or with those of our lines that the other has, too."""

    def read(case: Case) -> Reading:
        reading = mine(case)
        if reading.layer not in _WEAK:
            return reading
        theirs = other(case).body
        if not only_common:
            return replace(reading, body=theirs)
        known = f" {' '.join(words(theirs))} "
        kept = [line for line in reading.body.split("\n") if f" {' '.join(words(line))} " in known]
        return replace(reading, body="\n".join(kept) or reading.body)

    return read


# --------------------------------------------------------------------------- tables


def row(label: str, scores: Sequence[Score]) -> str:
    dates = Counter(one.date for one in scores if one.date)
    known = sum(dates.values())
    cells = [
        _mean([one.f1 for one in scores], 3),
        f"{mean(one.leaked for one in scores):7.2f}" if scores[0].f1 is not None else f"{'–':>7}",
        f"{mean(one.sisters for one in scores):7.2f}" if scores[0].f1 is not None else f"{'–':>7}",
        _mean([one.title for one in scores], 3),
        f"{dates['right'] / known:6.3f} {dates['wrong']:5} {dates['none']:5}" if known else f"{'–':>6} {'–':>5} {'–':>5}",
        _mean([one.source for one in scores], 3),
    ]
    failed = sum(one.failed for one in scores)
    return f"  {label:44} {len(scores):3} {' '.join(cells)}{f'   nothing read of {failed}' if failed else ''}"


def _mean(values: Iterable[float | bool | None], digits: int) -> str:
    known = [float(value) for value in values if value is not None]
    return f"{mean(known):6.{digits}f}" if known else f"{'–':>6}"


def errors(scores: Iterable[Score], case_of: Mapping[str, Case], read: Extractor) -> list[str]:
    lines = []
    for one in scores:
        reading, expected = read(case_of[one.case]), case_of[one.case].expected
        wrong = [f"F1 {one.f1:.3f}, {one.leaked} words leaked, {one.sisters} of headlines"] if one.f1 is not None and one.f1 < 0.999 else []
        wrong += [] if one.title else [f"title {reading.title!r}"]
        wrong += [f"date {one.date}: {reading.day}, not {expected['published_at']}"] if one.date in ("wrong", "none") else []
        wrong += [f"source {reading.source!r}, not {expected['original_source']!r}"] if one.source is False else []
        lines += [f"    {one.case} [{reading.layer or reading.failed}]: {'; '.join(wrong)}"] if wrong else []
    return lines


def print_part(name: str, cases: Sequence[Case], outlets: Mapping[str, Outlet], *, show_errors: bool) -> None:
    with_rules = [case for case in cases if outlet_of_case(case, outlets).id in outlets]
    without = [case for case in cases if case not in with_rules]
    ruled, bare = guarded(ours(outlets, rules=True)), guarded(ours(outlets, rules=False))
    everything = "body title date source"

    def scored(chosen: Sequence[Case], read: Extractor, reads: str) -> list[Score]:
        return [score(case, read(case), reads) for case in chosen]

    print(f"\n{name}\n  {'':44} {'n':>3} {'F1':>6} {'leaked':>7} {'sisters':>7} {'title':>6}", end=" ")
    print(f"{'date':>6} {'wrong':>5} {'none':>5} {'source':>6}")
    groups = [
        ("Rasid, outlets with rules", with_rules, ruled),
        ("Rasid, the same with rules switched off", with_rules, bare),
        ("Rasid, outlets without rules", without, bare),
        ("Rasid, all as they are", cases, ruled),
        ("Rasid, all without rules", cases, bare),
    ]
    for label, chosen, read in groups:
        if chosen:
            print(row(label, scored(chosen, read, everything)))
    for label, module, read, reads in PEERS:
        print(row(label, scored(cases, guarded(read), reads)) if find_spec(module) else f"  {label:44} not installed (make bench-peers)")
    for label, module, read, _ in PEERS[:4]:
        if find_spec(module):
            for how in (False, True):
                mixed = combined(bare, guarded(read), only_common=how)
                print(row(f"without rules, weak: {'in both' if how else 'body of'} {label}", scored(cases, mixed, everything)))
    weak = sum(bare(case).layer in _WEAK for case in cases)
    print(f"  weak layers ({', '.join(_WEAK)}) gave the text of {weak} of {len(cases)} when rules are off")
    if show_errors:
        by_name = {case.name: case for case in cases}
        print("  errors as they are:", *errors(scored(cases, ruled, everything), by_name, ruled), sep="\n")
        print("  errors with rules switched off:", *errors(scored(with_rules, bare, everything), by_name, bare), sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=Path, default=_ROOT / "tests" / "data" / "outlets")
    parser.add_argument("--reveal", action="store_true", help="list the errors of held-back cases, too; they are no longer held back then")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    outlets = {outlet.id: outlet for outlet in (build_outlet(read_outlet(path)) for path in (_ROOT / "spiders" / "outlets").glob("*.toml"))}
    cases: list[Case] = list(read_cases(chosen.cases))
    for name, held_back in (("visible", False), ("held back", True)):
        part = [case for case in cases if case.held_back is held_back]
        if part:
            print_part(name, part, outlets, show_errors=chosen.reveal or not held_back)


if __name__ == "__main__":
    main()
