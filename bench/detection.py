"""Detection: precision, recall and F1 per language beside three plain baselines, the list of errors, and the speed of a verdict.

Run with ``python -m bench.detection``; with ``--file X.jsonl`` on labelled items of your own (``id title lead body lang relevant kind``).
Baselines and detector see the same items in the same run. Errors of held-back items are shown only with ``--reveal``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.text import fold
from crawler.detect import build_detector

_DATA = Path(__file__).parents[1] / "tests" / "data" / "relevance"
_LANGUAGES = ("ar", "tr", "en", "ku", "fa")
Item = dict[str, Any]

TURKEY = [
    "تركيا",
    "التركي",
    "التركية",
    "أنقرة",
    "أردوغان",
    "Türkiye",
    "Ankara",
    "Erdoğan",
    "MSB",
    "Turkey",
    "Turkish",
    "Tirkiye",
    "ترکیه",
    "تورکیا",
]
SYRIA = [
    "سوريا",
    "سورية",
    "السوري",
    "السورية",
    "دمشق",
    "الشرع",
    "قسد",
    "Suriye",
    "Şam",
    "SDG",
    "Syria",
    "Syrian",
    "Damascus",
    "Sûriye",
    "سوریه",
    "سووریا",
]


def read(part: str) -> list[Item]:
    """A part of the set; ``unseen`` are the held-out items written after the gazetteer, the hardest and fairest of them.

    ``traps tuned``, ``traps held_out`` and ``traps later`` are parts of ``recall_traps.jsonl``; tests/detect/test_detection_relevance.py
    says what they are worth.
    """
    if part.startswith("traps "):
        return [item for item in read("recall_traps") if part.removeprefix("traps ") == _trap_part(item)]
    if part == "unseen":
        return [item for item in read("held_out") if item["id"].startswith("h2-")]
    return [json.loads(line) for line in (_DATA / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]


def _trap_part(item: Item) -> str:
    return "later" if not item["id"].startswith("rt-") else "held_out" if item["held_out"] else "tuned"


def whole(item: Item) -> str:
    return f"{item['title']}\n{item.get('lead', '')}\n{item.get('body', '')}"


def judges() -> dict[str, Callable[[Item], bool]]:
    """The detector and the baselines by name."""
    detector = build_detector()
    words = [re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b", re.IGNORECASE) for names in (TURKEY, SYRIA)]
    folded = [[fold(name) for name in names] for names in (TURKEY, SYRIA)]
    return {
        "rasid": lambda i: detector.match(title=i["title"], lead=i.get("lead"), body=i.get("body", ""), language=i["lang"])[0].relevant,
        "co-occurrence (folded)": lambda i: all(any(name in fold(whole(i)) for name in names) for names in folded),
        "word-boundary regex": lambda i: all(pattern.search(whole(i)) for pattern in words),
        "substring list": lambda i: all(any(name in whole(i) for name in names) for names in (TURKEY, SYRIA)),
    }


def figures(items: list[Item], judge: Callable[[Item], bool]) -> tuple[float, float, float]:
    """Precision, recall, F1."""
    said = [judge(item) for item in items]
    right = sum(yes and item["relevant"] for yes, item in zip(said, items, strict=True))
    precision, recall = right / max(1, sum(said)), right / max(1, sum(item["relevant"] for item in items))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def title_only(items: list[Item]) -> list[Item]:
    return [item | {"lead": "", "body": ""} for item in items]


def print_quality(name: str, items: list[Item], *, errors: bool = True) -> None:
    """Figures by language, in full and by the headline alone, and the errors of the full text."""
    print(f"\n{name}: {len(items)} items, {sum(item['relevant'] for item in items)} relevant; P / R / F1")
    languages = [*dict.fromkeys(_group(item) for item in sorted(items, key=_order)), "all"]
    print(f"{'':36}" + "".join(f"{language:>20}" for language in languages))
    parts = [("", items)] + ([(", title alone", title_only(items))] if any(item.get("lead") or item.get("body") for item in items) else [])
    for suffix, part in parts:
        for judge_name, judge in judges().items():
            cells = [figures([item for item in part if language in (_group(item), "all")], judge) for language in languages]
            print(f"{judge_name + suffix:36}" + "".join(f"{p:8.3f}{r:6.3f}{f:6.3f}" for p, r, f in cells))
    if errors:
        print_errors(items)


def _group(item: Item) -> str:
    """The language an item is reported under: Kurmanji and Sorani together."""
    return "ku" if item["lang"] in ("ku", "kmr", "ckb") else item["lang"]


def _order(item: Item) -> int:
    return _LANGUAGES.index(_group(item)) if _group(item) in _LANGUAGES else len(_LANGUAGES)


def print_errors(items: list[Item]) -> None:
    detector = build_detector()
    for item in items:
        match = detector.match(title=item["title"], lead=item.get("lead"), body=item.get("body", ""), language=item["lang"])[0]
        if match.relevant != item["relevant"]:
            kind = "missed" if item["relevant"] else "false alert"
            print(f"  {kind} {match.score:.2f} {item['id']} [{item.get('kind', '')}] {item['title']}")
            for name in ("lead", "body"):
                if item.get(name):
                    print(f"      {name}: {item[name][:300]}")
            print(f"      {match.reason}")


def articles(rng: random.Random, count: int, share: float) -> list[tuple[str, str]]:
    """Title and body of about 4 kB each; ``share`` of the paragraphs are about the topic, the others are filler."""
    items = read("train")
    filler = "".join(random.Random(1).choice("ابتثجحخدذرزسشصضطظعغفقكلمنهوي") for _ in range(4000))
    made = []
    for _ in range(count):
        title, body = rng.choice(items)["title"], ""
        while len((title + body).encode()) < 4000:
            if rng.random() < share:
                body += whole(rng.choice(items)).strip() + ". "
            else:
                start = rng.randrange(3000)
                cuts = [filler[i : i + rng.randint(2, 8)] for i in range(start, start + 400, 8)]
                body += " ".join(cuts) + ".\n"
        made.append((title, body))
    return made


def print_speed() -> None:
    rng = random.Random(7)
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
    terms = sorted({"".join(rng.choice(letters) for _ in range(rng.randint(4, 8))) for _ in range(2000)}, key=len, reverse=True)
    pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, terms)) + r")\b")
    detector = build_detector()
    for label, share in (("no word of ours", 0.0), ("a usual article", 0.15), ("all about the topic", 1.0)):
        sample = articles(rng, 60, share)
        ours = [timed(lambda: [detector.match(title=t, lead=None, body=b) for t, b in sample]) for _ in range(5)]  # noqa: B023
        theirs = [timed(lambda: [pattern.findall(f"{t}\n{b}") for t, b in sample]) for _ in range(3)]  # noqa: B023
        mine, other = statistics.median(ours) / len(sample), statistics.median(theirs) / len(sample)
        print(f"  {label:22} verdict {mine * 1e6:8.0f} µs   re with 2,000 terms {other * 1e6:8.0f} µs   {other / mine:5.1f} times")


def timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--file", type=Path, action="append", help="labelled items, one JSON object a line")
    options.add_argument("--reveal", action="store_true", help="list the errors of held-back items too")
    options.add_argument("--no-speed", action="store_true", help="only the quality")
    chosen = options.parse_args()
    for path in chosen.file or ():
        items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        print_quality(path.name, items, errors=chosen.reveal or not any(item.get("held_out") for item in items))
    if chosen.file:
        return
    for part in ("train", "tuning", "held_out", "unseen", "traps tuned", "traps held_out", "traps later"):
        print_quality(part, read(part), errors=chosen.reveal or part != "unseen")
    if not chosen.no_speed:
        print(f"\nbuilding a detector: {timed(build_detector) * 1e3:.0f} ms (gazetteer already read)\nspeed on articles of 4 kB:")
        print_speed()


if __name__ == "__main__":
    main()
