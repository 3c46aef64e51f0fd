"""Learns the weights of ``crawler/detect/topics/turkey-syria.toml`` from the labelled items that may be tuned on, and what names say.

Run with ``python -m bench.detection_weights`` for figures by cross-validation (five parts, fixed order), with ``--write`` to learn from
all and write the files. Logistic regression with a penalty; what speaks for the topic gets no negative weight, what speaks against it no
positive one. Every item is learnt three times: in full, and less importantly by its headline alone and without a title. What names say
(``-names.toml``) is learnt afterwards, as a correction to what the weights say, so that topics of the user's can do without.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from bench.detection import Item, read, whole
from crawler.detect import BUILTIN_TOPIC, build_detector
from crawler.detect.decide import is_possible, names
from crawler.detect.features import features

_FILE = Path(__file__).parents[1] / "crawler" / "detect" / "topics" / f"{BUILTIN_TOPIC}.toml"
_NAMES_FILE = _FILE.with_name(f"{BUILTIN_TOPIC}-names.toml")
_PARTS = ("train", "held_out", "recall_traps", "tuning", "probes", "more", "more2", "more3", "more4", "more5", "more6", "more7")
_FOLDS = 5
_MISSED = 2.0
"""How much worse a story missed is than a false alert."""
_AS_THEY_COME = ("more7",)
"""Parts written as feeds show them, neither sought out nor made hard; each of their items counts as much as four others."""
_IMPORTANCE = {"whole": 1.0, "alone": 0.5, "untitled": 0.3}
_PENALTY = 1.0
_ROUNDS = 30
_STEP = 0.3
_FREE = ("title alone", "base", "begins", "begins elsewhere")
_AGAINST = ("other", "matter", "adjective", "lead other", "among", "countries", "one name", "lead both", "said", "own", "as a scene")
_FOR = ("said once",)
_NAMES_PENALTY = 2.0
_FEWEST = 4
"""How many items name what is learnt."""
_LEAST, _MOST = 0.1, 0.8
"""What a name may add or take: no name decides alone."""
Weights = dict[str, dict[str, float]]


class Example(NamedTuple):
    """``form``: see _IMPORTANCE. ``possible``: both sides occur at all. ``named``: as ("title", name)."""

    case: str
    values: dict[str, float]
    label: bool
    importance: float
    form: str
    possible: bool
    named: tuple[tuple[str, str], ...]


def examples(items: list[Item], weight: float = 1.0) -> list[tuple[Example, ...]]:
    """The examples of each item, each as important as ``weight`` says."""
    detector = build_detector()
    topic = detector.topics[0]
    made = []
    for item in items:
        both = []
        headline, lead, body = item["title"], item.get("lead") or "", item.get("body") or ""
        for form, texts in (("whole", (headline, lead, body)), ("alone", (headline, "", "")), ("untitled", ("", "", whole(item)))):
            article = detector.read(*texts, (), item["lang"])
            title, lead, body, _ = readings = article.readings[0]
            case, values = features(topic, title, lead, body, article.setting)
            told = {name: value for name, value in values.items() if value}
            importance = weight * _IMPORTANCE[form] * (_MISSED if item["relevant"] else 1.0)
            named = tuple((field, name) for field, found in names(title, lead) for name in sorted(found))
            possible = is_possible(topic, readings, article.setting)
            both.append(Example(case, told, bool(item["relevant"]), importance, form, possible, named))
        made.append(tuple(both))
    return made


def every_example(parts: dict[str, list[Item]]) -> list[tuple[Example, ...]]:
    """The examples of all parts, in order."""
    return [each for name, part in parts.items() for each in examples(part, 4.0 if name in _AS_THEY_COME else 1.0)]


def learn(data: list[Example]) -> tuple[Weights, Weights]:
    """The weights by case, and what names say by field; an example that no weight can make relevant teaches nothing."""
    possible = [example for example in data if example.possible]
    weights = {case: _fit([example for example in possible if example.case == case]) for case in ("both", "one", "none")}
    return weights, _fit_names(possible, weights)


def _fit(data: list[Example]) -> dict[str, float]:
    """Adagrad, one example at a time in a fixed shuffled order."""
    rows = [({"base": 1.0} | example.values, example.label, example.importance) for example in data]
    often = Counter(name for values, *_ in rows for name in values)
    weights = dict.fromkeys(sorted(often), 0.0)
    speed = dict.fromkeys(weights, 1e-2)
    order = random.Random(7)
    for _ in range(_ROUNDS):
        order.shuffle(rows)
        for values, label, importance in rows:
            total = sum(weights[name] * value for name, value in values.items())
            error = importance * (_squash(total) - label)
            for name, value in values.items():
                slope = error * value + (0.0 if name == "base" else _PENALTY * weights[name] / often[name])
                speed[name] += slope * slope
                weights[name] = _allowed(name, weights[name] - _STEP * slope / math.sqrt(speed[name]))
    return {name: round(weight, 2) for name, weight in weights.items()}


def _fit_names(data: list[Example], weights: Weights) -> Weights:
    """The same for names, on top of the weights."""
    often = Counter(each for example in data if example.form == "whole" for each in example.named)
    known = {each: 0.0 for each, count in sorted(often.items()) if count >= _FEWEST}
    rows = [([each for each in e.named if each in known], total(weights, e), e.label, e.importance) for e in data]
    rows = [row for row in rows if row[0]]
    shown = Counter(each for named, *_ in rows for each in named)
    speed = dict.fromkeys(known, 1e-2)
    order = random.Random(7)
    for _ in range(_ROUNDS):
        order.shuffle(rows)
        for named, before, label, importance in rows:
            error = importance * (_squash(before + sum(known[each] for each in named)) - label)
            for each in named:
                slope = error + _NAMES_PENALTY * known[each] / shown[each]
                speed[each] += slope * slope
                known[each] = max(-_MOST, min(_MOST, known[each] - _STEP * slope / math.sqrt(speed[each])))
    found: Weights = {"title": {}, "lead": {}}
    for (field, name), weight in known.items():
        if abs(weight) >= _LEAST:
            found[field][name] = round(weight, 2)
    return found


def _squash(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def _allowed(name: str, weight: float) -> float:
    if name in _FREE:
        return weight
    return min(0.0, weight) if name.startswith(_AGAINST) and name not in _FOR else max(0.0, weight)


def total(weights: Weights, example: Example) -> float:
    own = weights[example.case]
    return own["base"] + sum(own.get(name, 0.0) * value for name, value in example.values.items())


def says(weights: Weights, leanings: Weights, example: Example) -> bool:
    return example.possible and total(weights, example) + sum(leanings[field].get(name, 0.0) for field, name in example.named) >= 0


def print_figures(name: str, judged: list[tuple[bool, bool]]) -> None:
    right = sum(said and label for said, label in judged)
    precision, recall = right / max(1, sum(said for said, _ in judged)), right / max(1, sum(label for _, label in judged))
    print(f"  {name:32} precision {precision:.3f} recall {recall:.3f} F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}")


def cross_validate(parts: dict[str, list[Item]]) -> None:
    items = [(name, item) for name, part in parts.items() for item in part]
    made = every_example(parts)
    judged: dict[tuple[str, str], list[tuple[bool, bool]]] = {}
    for fold in range(_FOLDS):
        weights, leanings = learn([example for i, each in enumerate(made) if i % _FOLDS != fold for example in each])
        for i, each in enumerate(made):
            if i % _FOLDS == fold:
                part, item = items[i]
                language = "ku" if item["lang"] in ("ku", "kmr", "ckb") else item["lang"]
                for example in each:
                    for group in (part, f"all, {language}", "all"):
                        judged.setdefault((group, example.form), []).append((says(weights, leanings, example), example.label))
    for group, form in sorted(judged):
        print_figures(f"{group}, {form}", judged[group, form])


def write(weights: Weights, leanings: Weights) -> None:
    head = re.split(r"^\[weights\.", _FILE.read_text(encoding="utf-8"), maxsplit=1, flags=re.M)[0]
    _FILE.write_text(head + _tables({f"weights.{case}": each for case, each in weights.items()}), encoding="utf-8")
    head = re.split(r"^\[", _NAMES_FILE.read_text(encoding="utf-8"), maxsplit=1, flags=re.M)[0]
    _NAMES_FILE.write_text(head + _tables(leanings), encoding="utf-8")


def _tables(tables: Weights) -> str:
    return (
        "\n\n".join(
            "\n".join([f"[{table}]", *(f"{json.dumps(name, ensure_ascii=False)} = {weight}" for name, weight in each.items() if weight)])
            for table, each in tables.items()
        )
        + "\n"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="write the weights learnt from everything")
    chosen = options.parse_args()
    parts = {name: read(name) for name in _PARTS}
    cross_validate(parts)
    if chosen.write:
        write(*learn([example for each in every_example(parts) for example in each]))


if __name__ == "__main__":
    main()
