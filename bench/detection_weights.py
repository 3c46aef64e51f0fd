"""Learns the weights of ``crawler/detect/topics/turkey-syria.toml`` from the labelled items that may be tuned on.

Run with ``python -m bench.detection_weights`` for figures by cross-validation (five parts, fixed order), with ``--write`` to learn from
all and write the file. Logistic regression with a penalty; what speaks for the topic gets no negative weight, what speaks against it no
positive one. Every item is learnt twice: in full, and (half as important) by its headline alone.
"""

from __future__ import annotations

import argparse
import math
import random
import re
from collections import Counter
from pathlib import Path

from bench.detection import Item, read
from crawler.detect import BUILTIN_TOPIC, build_detector
from crawler.detect.decide import is_possible
from crawler.detect.features import features

_FILE = Path(__file__).parents[1] / "crawler" / "detect" / "topics" / f"{BUILTIN_TOPIC}.toml"
_PARTS = ("train", "held_out", "recall_traps", "tuning", "probes", "more")
_FOLDS = 5
_MISSED = 3.0
"""How much worse a story missed is than a false alert."""
_PENALTY = 0.5
_ROUNDS = 30
_STEP = 0.3
_FREE = ("title alone", "base")
_AGAINST = ("other", "matter", "list", "adjective", "implied", "lead other", "lead list", "apart", "among")
Example = tuple[str, dict[str, float], bool, float, bool, bool]
"""Case, features, label, importance, whether the headline alone, whether both sides occur at all."""


def examples(items: list[Item]) -> list[tuple[Example, ...]]:
    """The examples of each item."""
    detector = build_detector()
    topic = detector.topics[0]
    made = []
    for item in items:
        both = []
        for alone in (False, True):
            rest = ("", "") if alone else (item.get("lead") or "", item.get("body") or "")
            article = detector.read(item["title"], *rest, (), item["lang"])
            case, values = features(topic, *article.readings[0], article.setting)
            told = {name: value for name, value in values.items() if value}
            importance = (0.5 if alone else 1.0) * (_MISSED if item["relevant"] else 1.0)
            both.append((case, told, bool(item["relevant"]), importance, alone, is_possible(topic, article.readings[0], article.setting)))
        made.append(tuple(both))
    return made


def learn(data: list[Example]) -> dict[str, dict[str, float]]:
    return {case: _fit([example for example in data if example[0] == case]) for case in ("both", "one", "none")}


def _fit(data: list[Example]) -> dict[str, float]:
    """Adagrad, one example at a time in a fixed shuffled order; an example that no weight can make relevant teaches nothing."""
    rows = [({"base": 1.0} | values, label, importance) for _, values, label, importance, _, possible in data if possible]
    often = Counter(name for values, *_ in rows for name in values)
    weights = dict.fromkeys(sorted(often), 0.0)
    speed = dict.fromkeys(weights, 1e-2)
    order = random.Random(7)
    for _ in range(_ROUNDS):
        order.shuffle(rows)
        for values, label, importance in rows:
            total = sum(weights[name] * value for name, value in values.items())
            error = importance * (1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - label)
            for name, value in values.items():
                slope = error * value + (0.0 if name == "base" else _PENALTY * weights[name] / often[name])
                speed[name] += slope * slope
                weights[name] = _allowed(name, weights[name] - _STEP * slope / math.sqrt(speed[name]))
    return {name: round(weight, 2) for name, weight in weights.items()}


def _allowed(name: str, weight: float) -> float:
    if name in _FREE:
        return weight
    return min(0.0, weight) if name.startswith(_AGAINST) else max(0.0, weight)


def says(weights: dict[str, dict[str, float]], example: Example) -> bool:
    case, values = example[:2]
    return example[5] and weights[case]["base"] + sum(weights[case].get(name, 0.0) * value for name, value in values.items()) >= 0


def print_figures(name: str, judged: list[tuple[bool, bool]]) -> None:
    right = sum(said and label for said, label in judged)
    precision, recall = right / max(1, sum(said for said, _ in judged)), right / max(1, sum(label for _, label in judged))
    print(f"  {name:32} precision {precision:.3f} recall {recall:.3f} F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}")


def cross_validate(parts: dict[str, list[Item]]) -> None:
    items = [(name, item) for name, part in parts.items() for item in part]
    made = examples([item for _, item in items])
    judged: dict[tuple[str, bool], list[tuple[bool, bool]]] = {}
    for fold in range(_FOLDS):
        weights = learn([example for i, each in enumerate(made) if i % _FOLDS != fold for example in each])
        for i, each in enumerate(made):
            if i % _FOLDS == fold:
                for example in each:
                    judged.setdefault((items[i][0], example[4]), []).append((says(weights, example), example[2]))
    for name, alone in sorted(judged):
        print_figures(f"{name}{', title alone' if alone else ''}", judged[name, alone])


def write(weights: dict[str, dict[str, float]]) -> None:
    text = _FILE.read_text(encoding="utf-8")
    head = re.split(r"^\[weights\.", text, maxsplit=1, flags=re.M)[0]
    tables = [
        "\n".join([f"[weights.{case}]", *(f'"{name}" = {weight}' for name, weight in each.items() if weight or name == "base")])
        for case, each in weights.items()
    ]
    _FILE.write_text(head + "\n\n".join(tables) + "\n", encoding="utf-8")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="write the weights learnt from everything")
    chosen = options.parse_args()
    parts = {name: read(name) for name in _PARTS}
    cross_validate(parts)
    if chosen.write:
        write(learn([example for each in examples([item for part in parts.values() for item in part]) for example in each]))


if __name__ == "__main__":
    main()
