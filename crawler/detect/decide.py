"""The verdict on one article for one topic, from what its fields say: a score in 0–1, the evidence and one sentence.

The features are added up with the weights of the topic's file and squashed into 0–1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from core.model import Evidence, Match
from crawler.detect.features import features
from crawler.detect.mentions import MOST_EVIDENCE, Mention, Reading, Setting, Topic

_SAID = 0.25
"""The weight from which a side occurs at all."""


def decide(topic: Topic, title: Reading, lead: Reading, body: Reading, tags: Reading, setting: Setting) -> Match:
    """The verdict. Deterministic; more unrelated text never raises the score."""
    readings = (title, lead, body, tags)
    if not any(reading.mentions for reading in readings):
        return Match(topic.id, False, 0.0, (), f"No word speaks for {' or '.join(topic.names)}")
    possible = is_possible(topic, readings, setting)
    score = 0.0
    if possible:
        total = _total(topic, *features(topic, title, lead, body, setting)) + leaning(topic, title, lead)
        score = round(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), 3)
    relevant = score >= topic.threshold
    return Match(topic.id, relevant, score, _evidence(topic, readings), _reason(topic, relevant, title, lead, body))


def is_possible(topic: Topic, readings: Sequence[Reading], setting: Setting) -> bool:
    """Whether every side occurs, or may be left unsaid."""
    home = topic.home.get(setting.language)
    return all(side == home or any(reading.sides[i] >= _SAID for reading in readings) for i, side in enumerate(topic.sides))


def _total(topic: Topic, case: str, values: Mapping[str, float]) -> float:
    weights = topic.weights[case]
    return weights["base"] + sum([weights.get(name, 0.0) * value for name, value in values.items() if value])


def leaning(topic: Topic, title: Reading, lead: Reading) -> float:
    """What the names of title and lead say beyond the features."""
    known = topic.leanings
    return math.fsum([known[field].get(name, 0.0) for field, named in names(title, lead) for name in named]) if known else 0.0


def names(title: Reading, lead: Reading) -> tuple[tuple[str, set[str]], tuple[str, set[str]]]:
    """By field what speaks for a side, and the other countries of the title; those of a lead are told in passing."""
    return ("title", title.named() | title.abroad), ("lead", lead.named())


def _evidence(topic: Topic, readings: Iterable[Reading]) -> tuple[Evidence, ...]:
    """The strongest mentions, each term once per field, in reading order; every side is represented if it occurs at all."""
    found = _once(mention for reading in readings for mention in reading.mentions)
    if len(found) <= MOST_EVIDENCE:
        return tuple([_show(topic, mention) for mention in found])
    ranked = sorted(
        range(len(found)), key=lambda i: (-max(found[i].weights) if found[i].field.name != "body" else 1 - max(found[i].weights), i)
    )
    chosen = {next((i for i in ranked if found[i].weights[side] >= _SAID), -1) for side in range(len(topic.sides))} - {-1}
    for i in ranked:
        if len(chosen) < MOST_EVIDENCE:
            chosen.add(i)
    return tuple(_show(topic, found[i]) for i in sorted(chosen))


def _once(mentions: Iterable[Mention]) -> list[Mention]:
    first: dict[tuple[str, str], Mention] = {}
    for mention in mentions:
        first.setdefault((mention.field.name, mention.hit.term.name), mention)
    return list(first.values())


def _show(topic: Topic, mention: Mention) -> Evidence:
    start, end = mention.field.span(mention.hit.start, mention.hit.end)
    weight = max(mention.weights)
    strong = [side for side, value in zip(topic.sides, mention.weights, strict=True) if value >= 0.5 * weight]
    side = "pair" if len(strong) == len(topic.sides) else strong[0]
    return Evidence(mention.hit.term.name, side, mention.field.name, start, round(weight, 3), mention.field.original[start:end])


def _reason(topic: Topic, relevant: bool, title: Reading, lead: Reading, body: Reading) -> str:
    everywhere = (*title.mentions, *lead.mentions, *body.mentions)
    absent = [
        topic.names[i] for i in range(len(topic.sides)) if not any(mention.weights[i] >= _SAID or mention.listed for mention in everywhere)
    ]
    if absent:
        return f"No word speaks for {' or '.join(absent)}"
    if relevant and min(title.sides) >= _SAID:
        return f"{_named(topic, title.mentions)} together in the title"
    if relevant:
        return f"{_named(topic, everywhere)} together in the {'title and lead' if title.mentions else 'text'}"
    if title.listed or lead.listed:
        return f"{' and '.join(topic.names)} stand only in an enumeration of countries"
    against = [*dict.fromkeys((*title.matters, *lead.matters))]
    if against:
        return f"{_named(topic, everywhere)} are mentioned, but the matter is {', '.join(against)}"
    return f"{_named(topic, everywhere)} are mentioned, but hardly together"


def _named(topic: Topic, mentions: Sequence[Mention]) -> str:
    """``Turkey (أردوغان, أنقرة) and Syria (الشرع)``, in the words of the article."""
    parts = []
    for i, name in enumerate(topic.names):
        ours = [m for m in mentions if m.weights[i] >= _SAID and m.weights[i] >= 0.5 * max(m.weights)] or [
            m for m in mentions if m.weights[i] > 0
        ]
        words = [*dict.fromkeys(" ".join(mention.field.words(mention.hit.start, mention.hit.end).split()) for mention in ours)][:3]
        parts.append(f"{name} ({', '.join(words)})")
    return " and ".join(parts)
