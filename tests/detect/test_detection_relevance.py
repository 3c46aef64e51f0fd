"""The labelled set: floors on the part that nobody tuned on, and on the other. ``python -m bench.detection`` prints the errors.

One hand wrote items and gazetteer. Held-out items ``h-`` are older than the gazetteer, ``h2-`` younger: the latter are the fairer
measure, so they have a floor of their own. ``recall_traps`` holds news of the topic in words that also belong to sport, weather or
crime, and such matters proper. Its part ``later`` was written after those words were weighed, in three rounds whose precision and
recall at first sight were .83/.75, .93/.70 and .80/.84 (.92/.38, .80/.40 and .67/.42 before the words were weighed); most of its
errors have been mended since, so its floors guard what was mended and promise nothing about the unseen. ``tuning`` is another hand's
and ``probes`` our own; both were mended after their first sight (docs/benchmarks.md), so the same holds for them. ``more`` is a
third hand's, mended; ``validation`` is every fifth item of that set, which nobody mends; the same with ``more2``, ``more3``,
``more7`` and their ``validation2`` to ``validation7``, from some thirty hands more. ``held_back`` and ``held_back_2`` to ``held_back_5``
are of six others, never read by those who tune; second judges, who saw no label, agreed on 1,669 of 1,670. All were sought out to be
hard but ``held_back_4``, ``held_back_5`` and ``more7``, which are news as feeds show it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.detect import build_detector

DATA = Path(__file__).parents[1] / "data" / "relevance"
DETECTOR = build_detector()


def read(part: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (DATA / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]


def unseen() -> list[dict[str, str]]:
    return [item for item in read("held_out") if item["id"].startswith("h2-")]


def traps(part: str) -> list[dict[str, str]]:
    """``tuned``, ``held_out`` (every third of the first items) or ``later``."""
    return [item for item in read("recall_traps") if part == trap_part(item)]


def trap_part(item: dict[str, str]) -> str:
    return "later" if not item["id"].startswith("rt-") else "held_out" if item["held_out"] else "tuned"


def precision_recall(items: list[dict[str, str]]) -> tuple[float, float]:
    said = [DETECTOR.match(title=i["title"], lead=i.get("lead"), body=i.get("body", ""), language=i["lang"])[0].relevant for i in items]
    right = sum(bool(yes and item["relevant"]) for yes, item in zip(said, items, strict=True))
    return right / sum(said), right / sum(bool(item["relevant"]) for item in items)


@pytest.mark.parametrize(
    ("part", "least_f1", "least_recall"),
    [
        ("held_out", 0.95, 0.97),
        ("train", 0.97, 0.98),
        ("tuning", 0.96, 0.95),
        ("probes", 0.94, 0.95),
        ("more", 0.95, 0.94),
        ("more2", 0.90, 0.93),
        ("more3", 0.90, 0.93),
        ("more4", 0.90, 0.93),
        ("more5", 0.90, 0.93),
        ("more6", 0.90, 0.90),
        ("more7", 0.94, 0.97),
    ],
)
def test_detection_stays_as_good_as_it_is(part: str, least_f1: float, least_recall: float) -> None:
    precision, recall = precision_recall(read(part))
    assert recall >= least_recall, "run python -m bench.detection for the list of errors"
    assert f1(precision, recall) >= least_f1, "run python -m bench.detection for the list of errors"


@pytest.mark.parametrize(
    ("part", "least_precision", "least_recall"),
    [
        ("validation", 0.92, 0.90),
        ("validation2", 0.80, 0.86),
        ("validation3", 0.87, 0.90),
        ("validation4", 0.86, 0.90),
        ("held_back", 0.92, 0.95),
        ("held_back_2", 0.86, 0.94),
        ("held_back_3", 0.91, 0.94),
        ("held_back_4", 0.95, 0.97),
        ("held_back_5", 0.94, 0.97),
        ("validation5", 0.86, 0.92),
        ("validation6", 0.88, 0.90),
        ("validation7", 0.87, 0.96),
    ],
)
def test_items_that_nobody_mends_are_judged_well(part: str, least_precision: float, least_recall: float) -> None:
    precision, recall = precision_recall(read(part))
    assert precision >= least_precision, "run python -m bench.detection for the figures"
    assert recall >= least_recall, "run python -m bench.detection for the figures"


def test_what_was_held_back_is_judged_as_well_as_is_asked() -> None:
    items = [item for part in ("held_back", "held_back_2", "held_back_3", "held_back_4", "held_back_5") for item in read(part)]
    precision, recall = precision_recall(items)
    assert recall >= 0.97
    assert f1(precision, recall) >= 0.96
    for languages in (("ar",), ("tr",), ("en",), ("ku", "ckb"), ("fa",)):
        assert f1(*precision_recall([item for item in items if item["lang"] in languages])) >= 0.93, languages
    assert f1(*precision_recall([item | {"lead": "", "body": ""} for item in items])) >= 0.90


def test_a_lead_that_opens_the_body_too_is_read_once() -> None:
    """As articles are stored: where a page marks no lead, its first paragraph is the lead and stays in the body."""
    for item in read("more7"):
        title, lead, body, language = item["title"], item["lead"], item["body"], item["lang"]
        apart = DETECTOR.match(title=title, lead=lead, body=body, language=language)[0]
        stored = DETECTOR.match(title=title, lead=lead, body=f"{lead}\n{body}".strip(), language=language)[0]
        assert (stored.relevant, stored.score) == (apart.relevant, apart.score), title


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


def test_items_younger_than_the_gazetteer_are_judged_nearly_as_well() -> None:
    precision, recall = precision_recall(unseen())
    assert recall >= 0.92, "run python -m bench.detection for the figures"
    assert f1(precision, recall) >= 0.90, "run python -m bench.detection for the figures"


@pytest.mark.parametrize(
    ("part", "least_precision", "least_recall"), [("tuned", 0.95, 0.97), ("held_out", 0.95, 0.97), ("later", 0.90, 0.95)]
)
def test_ambiguous_words_cost_no_story(part: str, least_precision: float, least_recall: float) -> None:
    precision, recall = precision_recall(traps(part))
    assert recall >= least_recall, "run python -m bench.detection for the list of errors"
    assert precision >= least_precision, "run python -m bench.detection for the list of errors"


def test_the_set_is_well_formed_and_the_parts_do_not_overlap() -> None:
    train, held_out = read("train"), read("held_out")
    ids = [item["id"] for item in train + held_out]
    assert len(ids) == len(set(ids)) >= 300
    assert not {item["title"] for item in train} & {item["title"] for item in held_out}
    assert not {item["id"] for item in read("recall_traps")} & set(ids)
    assert not {item["title"] for item in read("recall_traps")} & {item["title"] for item in train + held_out}
    assert {item["lang"] for item in held_out} == {"ar", "tr", "en", "ku", "fa"}
    assert all(isinstance(item["relevant"], bool) and item["kind"] and item["title"].strip() for item in train + held_out)
