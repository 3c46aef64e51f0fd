"""Language: accuracy and items a second of ``identify`` against plain langdetect, in the same run and on the same snippets.

usage: python -m bench.language [SNIPPETS.jsonl] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from crawler.normalise.language import identify

SNIPPETS = Path(__file__).parents[1] / "tests" / "data" / "language" / "snippets.jsonl"


def plain_langdetect() -> Callable[[str], str | None]:
    from langdetect import DetectorFactory, detect
    from langdetect.lang_detect_exception import LangDetectException

    DetectorFactory.seed = 0

    def answer(text: str) -> str | None:
        try:
            return str(detect(text))
        except LangDetectException:
            return None

    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("snippets", nargs="?", type=Path, default=SNIPPETS)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.snippets.read_text("utf-8").splitlines()]
    known = [row for row in rows if row["language"]]
    by_language = {
        code: [row["text"] for row in known if row["language"] == code] for code in dict.fromkeys(row["language"] for row in known)
    }
    long = [" ".join(texts * 20)[:300] for texts in by_language.values()]
    candidates: dict[str, Callable[[str], str | None]] = {"langdetect": plain_langdetect(), "identify": identify}
    for name, answer in candidates.items():
        started = time.perf_counter()
        answer("وزير الخارجية التركي يصل إلى دمشق")
        first = time.perf_counter() - started
        answers = Counter(
            "right" if found == row["language"] else "none" if found is None else "wrong" for row in rows for found in [answer(row["text"])]
        )
        print(f"{name:11s} first call {first * 1e3:.0f} ms; of {len(rows)}: {dict(answers)}")
    rates: dict[tuple[str, str], list[float]] = {}
    for _ in range(options.rounds):
        for label, texts in (("headlines", [row["text"] for row in known]), ("300 characters", long)):
            for name, answer in candidates.items():
                started = time.perf_counter()
                for text in texts:
                    answer(text)
                rates.setdefault((label, name), []).append(len(texts) / (time.perf_counter() - started))
    for label in ("headlines", "300 characters"):
        base, ours = (statistics.median(rates[label, name]) for name in candidates)
        print(f"{label:15s} langdetect {base:.0f}/s, identify {ours:.0f}/s: {ours / base:.1f} times")


if __name__ == "__main__":
    main()
