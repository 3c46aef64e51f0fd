"""The verdict on one article for one topic, from the hits in its fields: a score in 0–1, the evidence and one sentence.

The idea: both sides in the title is the rule; one side in the title needs the other beside it in the lead; neither needs a body that
keeps speaking of both. Enumerations of countries and matters such as sport or earthquakes speak against; an ambiguous word (a round,
a visa) does so only together with others of its matter.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.model import Evidence, Match
from crawler.detect.scan import Field, Hit

_SENTENCE_END = re.compile(r"[.!?؟](?=\s|$)|\n")
_BETWEEN_LISTED = re.compile(
    r"(?:'[a-z]{1,6})?\s*(?:[,،;؛/]|\band\b|\bve\b|\bu\b|\bو\b|\bor\b)?\s*(?:\band\b|\bve\b|\bu\b|\bو\b|\bthe\b)?\s*"
)
_MOST_EVIDENCE = 12
_WINDOW = 30
"""Words between two sides that still stand together."""
_WEAK = 0.35
"""What each of several ambiguous words of one matter weighs; a single one weighs half of it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a topic asks for: all of these sides, together."""

    id: str
    sides: tuple[str, ...]
    threshold: float = 0.5
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A hit that speaks for the topic; ``weight`` by side, lowered inside an enumeration."""

    hit: Hit
    field: Field
    weights: tuple[float, ...]
    listed: bool


@dataclass(slots=True)
class Matter:
    """How a field speaks of sport, weather and so on: weight of its strongest plain word, its ambiguous words, and the most they reach."""

    most: float
    strong: float = 0.0
    weak: set[str] = field(default_factory=set)

    def weight(self) -> float:
        return max(self.strong, min(self.most, _add_up(len(self.weak))))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a field says about a topic: strength of each side, of both together, and the words around them."""

    mentions: tuple[Mention, ...]
    sides: tuple[float, ...]
    together: float
    sentences: int
    relation: bool
    matters: Mapping[str, Matter]
    listed: bool
    others: int

    @property
    def both(self) -> float:
        return min(self.sides)

    @property
    def one(self) -> float:
        return max(self.sides)


def read_field(field: Field, hits: Sequence[Hit], topic: Topic, turkish: bool = False) -> Reading:
    """What ``field`` says about ``topic``; ``turkish``: a text in that language, which may imply the country."""
    if not hits:
        return Reading((), (0.0,) * len(topic.sides), 0.0, 0, False, {}, False, 0)
    if any(hit.term.implied for hit in hits):
        hits = _without_unmeant(field, hits, topic, turkish)
    listed = _listed(field, [hit for hit in hits if hit.term.country], topic)
    mentions = tuple(mention for hit in hits if hit.term.sides and (mention := _mention(hit, field, topic, listed)) is not None)
    together, sentences = _together(field, mentions)
    ours = {id(mention.hit) for mention in mentions}
    return Reading(
        mentions=mentions,
        sides=tuple(max((mention.weights[i] for mention in mentions), default=0.0) for i in range(len(topic.sides))),
        together=together,
        sentences=sentences,
        relation=bool(mentions) and any(hit.term.kind == "relation" for hit in hits),
        matters=_matters(hits),
        listed=any(mention.listed for mention in mentions),
        others=sum(hit.term.country and id(hit) not in ours for hit in hits),
    )


def decide(topic: Topic, title: Reading, lead: Reading, body: Reading, tags: Reading) -> Match:
    """The verdict. Deterministic; more unrelated text never raises the score."""
    score = round(min(1.0, max(0.0, _score(title, lead, body, tags))), 3)
    relevant = score >= topic.threshold
    return Match(topic.id, relevant, score, _evidence(topic, (title, lead, body, tags)), _reason(topic, relevant, title, lead, body))


def _score(title: Reading, lead: Reading, body: Reading, tags: Reading) -> float:
    missing = [i for i, strength in enumerate(title.sides) if strength < 0.25]
    beside = max(lead.together, 0.8 * min((lead.sides[i] for i in missing), default=0.0) if title.one >= 0.25 else 0.0)
    often = min(body.sentences, 3) / 3 * min(1.0, body.together)
    if not missing:
        score = 0.32 + 0.44 * title.both + 0.10 * title.relation + 0.08 * beside
    elif title.one >= 0.4:
        score = 0.21 + 0.10 * title.one + 0.32 * beside + 0.14 * often + 0.07 * title.relation + 0.06 * lead.relation
        score -= 0.14 * min(title.others, 1)
    else:
        beside = max(beside, 0.6 * body.together * (lead.one >= 0.8))
        score = 0.08 + 0.22 * beside + 0.32 * often + 0.06 * title.relation + 0.06 * lead.relation
        score -= 0.1 * min(title.others, 1)
    score += 0.04 * (tags.both >= 0.5)
    if title.listed and title.both < 0.5 and not (title.relation and lead.relation and lead.together >= 0.8):
        score -= 0.2
    if not missing and title.others >= 2 and not title.relation:
        score -= 0.12
    return score - 0.42 * _against(title, lead, bool(missing))


def _against(title: Reading, lead: Reading, missing: bool) -> float:
    """How strongly the matter speaks against. Sides and relation in the title outweigh one ambiguous word, and the lead."""
    against = max((_weight(name, matter, lead) for name, matter in title.matters.items()), default=0.0)
    if not missing and title.relation and against < _WEAK:
        return 0.0
    return max(against, (0.5 if missing else 0.15) * max((matter.weight() for matter in lead.matters.values()), default=0.0))


def _weight(name: str, matter: Matter, lead: Reading) -> float:
    """The weight of a matter of the title, whose ambiguous words those of the lead make plainer."""
    there = lead.matters.get(name)
    if there is None or not matter.weak:
        return matter.weight()
    words = len(matter.weak | there.weak) + (there.strong > 0)
    return max(matter.strong, min(matter.most, _add_up(words)))


def _add_up(words: int) -> float:
    return _WEAK * words if words > 1 else _WEAK / 2 * words


def _matters(hits: Iterable[Hit]) -> dict[str, Matter]:
    found: dict[str, Matter] = {}
    for hit in hits:
        if hit.term.kind == "damper":
            matter = found.setdefault(hit.term.name, Matter(hit.term.damper))
            if hit.term.weak:
                matter.weak.add(hit.form)
            else:
                matter.strong = max(matter.strong, hit.term.damper)
    return found


def _without_unmeant(field: Field, hits: Sequence[Hit], topic: Topic, turkish: bool) -> list[Hit]:
    """The hits without those that imply Turkey where it is not meant.

    It is meant in a Turkish text, beside no other country in the sentence; by a mere act only in the title and beside no other actor.
    """
    if not turkish:
        return [hit for hit in hits if not hit.term.implied]
    ends = [found.end() for found in _SENTENCE_END.finditer(field.folded)]
    sentences = [bisect_right(ends, hit.start) for hit in hits]
    foreign: set[int] = set()
    acting: set[int] = set()
    for hit, sentence in zip(hits, sentences, strict=True):
        if hit.term.country and not any(side in topic.sides for side in hit.term.sides):
            foreign.add(sentence)
        if hit.term.actor:
            acting.add(sentence)

    def is_meant(kind: str, sentence: int) -> bool:
        return sentence not in foreign and (kind != "act" or (field.name == "title" and sentence not in acting))

    return [hit for hit, sentence in zip(hits, sentences, strict=True) if not hit.term.implied or is_meant(hit.term.implied, sentence)]


def _mention(hit: Hit, field: Field, topic: Topic, listed: set[int]) -> Mention | None:
    weights = tuple(hit.term.sides.get(side, 0.0) for side in topic.sides)
    if not any(weights):
        return None
    inside = id(hit) in listed
    return Mention(hit, field, tuple(weight * 0.3 for weight in weights) if inside else weights, inside)


def _listed(field: Field, countries: Sequence[Hit], topic: Topic) -> set[int]:
    """Identities of the hits that stand in an enumeration with two or more other countries."""
    found: set[int] = set()
    run: list[Hit] = []
    for hit in countries:
        if run and not _BETWEEN_LISTED.fullmatch(field.folded[run[-1].end : min(hit.start, run[-1].end + 20)]):
            found |= _if_many(run, topic)
            run = []
        run.append(hit)
    return found | _if_many(run, topic)


def _if_many(run: Sequence[Hit], topic: Topic) -> set[int]:
    if len(run) < 3:
        return set()
    others = {
        hit.start if hit.term.name == "other countries" else hit.term.name
        for hit in run
        if not any(side in topic.sides for side in hit.term.sides)
    }
    return {id(hit) for hit in run} if len(others) >= 2 else set()


def _together(field: Field, mentions: Sequence[Mention]) -> tuple[float, int]:
    """Strength of the best sentence that holds all sides within the window, and how many sentences do (with strength ≥ 0.4)."""
    if not mentions:
        return 0.0, 0
    ends = [found.end() for found in _SENTENCE_END.finditer(field.folded)]
    sentences: dict[int, list[Mention]] = {}
    for mention in mentions:
        sentences.setdefault(bisect_right(ends, mention.hit.start), []).append(mention)
    strengths = [_strength(field, found) for found in sentences.values()]
    return max(strengths), sum(strength >= 0.4 for strength in strengths)


def _strength(field: Field, mentions: Sequence[Mention]) -> float:
    if len(mentions) == 1:
        return min(mentions[0].weights)
    best = [max(mentions, key=lambda mention: mention.weights[i]) for i in range(len(mentions[0].weights))]
    strength = min(mention.weights[i] for i, mention in enumerate(best))
    if strength <= 0:
        return 0.0
    start, end = min(mention.hit.start for mention in best), max(mention.hit.end for mention in best)
    return strength if field.folded.count(" ", start, end) <= _WINDOW else 0.7 * strength


def _evidence(topic: Topic, readings: Iterable[Reading]) -> tuple[Evidence, ...]:
    """The strongest mentions, each term once per field, in reading order; every side is represented if it occurs at all."""
    found = _once(mention for reading in readings for mention in reading.mentions)
    ranked = sorted(
        range(len(found)), key=lambda i: (-max(found[i].weights) if found[i].field.name != "body" else 1 - max(found[i].weights), i)
    )
    chosen = {next((i for i in ranked if found[i].weights[side] >= 0.25), -1) for side in range(len(topic.sides))} - {-1}
    for i in ranked:
        if len(chosen) < _MOST_EVIDENCE:
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
        topic.names[i] for i in range(len(topic.sides)) if not any(mention.weights[i] >= 0.25 or mention.listed for mention in everywhere)
    ]
    if absent:
        return f"No word speaks for {' or '.join(absent)}"
    if relevant and min(title.sides) >= 0.25:
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
        ours = [m for m in mentions if m.weights[i] >= 0.25 and m.weights[i] >= 0.5 * max(m.weights)] or [
            m for m in mentions if m.weights[i] > 0
        ]
        words = [*dict.fromkeys(" ".join(mention.field.words(mention.hit.start, mention.hit.end).split()) for mention in ours)][:3]
        parts.append(f"{name} ({', '.join(words)})")
    return " and ".join(parts)
