"""The verdict on one article for one topic, from the hits in its fields: a score in 0–1, the evidence and one sentence.

Three cases: both sides in the title; one, and the other must come from the lead; none, and the lead must bring both. In each case a
few readable features are added up with the weights of the topic's file and squashed into 0–1.
"""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import NamedTuple

from core.model import Evidence, Match
from crawler.detect.scan import Field, Hit

_BETWEEN_LISTED = re.compile(
    r"(?:'[a-z]{1,6})?\s*(?:[,،;؛/–-]|\band\b|\bve\b|\bu\b|\bو\b|\bor\b)?\s*(?:\band\b|\bve\b|\bu\b|\bو\b|\bthe\b)?\s*"
)
_MOST_EVIDENCE = 10
_WINDOW = 30
"""Words between two sides that still stand together."""
_WEAK = 0.35
"""What each of several ambiguous words of one matter weighs; a single one weighs half of it."""
_HARD = 0.75
"""What a matter weighs at least that hardly ever stands in news of the topic."""
_PASSED = 0.4
"""What is left of a sentence that passes by."""
_BESIDE = 0.5
"""What is left of a name beside another country's, below the title."""
_SAID = 0.25
"""The weight from which a side occurs at all."""
SPEAKS = 0.3
"""The weight from which a word of the title speaks for a side."""

Weights = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Topic:
    """What a topic asks for: all of these sides, together. ``home``: the side that a language's outlets need not name."""

    id: str
    sides: tuple[str, ...]
    threshold: float = 0.5
    names: tuple[str, ...] = ()
    home: Mapping[str, str] = field(default_factory=dict)
    weights: Weights = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of an article beside its text. ``language``: ``tr`` when it is declared or evident, else empty."""

    language: str = ""
    day: date | None = None
    title_alone: bool = False


class Mention(NamedTuple):
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

    @property
    def soft(self) -> bool:
        """Whether it often befalls the people of the topic too: crime, food, a film."""
        return self.most < _HARD

    def weight(self) -> float:
        return max(self.strong, min(self.most, _add_up(len(self.weak))))


@dataclass(slots=True)
class Sentence:
    """What one sentence says: strength of each side, without mere adjectives (``firm``), without countries (``local``), both at once."""

    sides: list[float]
    firm: list[float]
    local: list[float]
    mentions: list[Mention]
    together: float = 0.0
    relation: bool = False
    passing: bool = False
    others: int = 0

    def note(self, kind: str) -> None:
        """A word that speaks for no side."""
        if kind == "passing":
            self.passing = True
        elif kind not in ("damper", "chorus"):
            self.relation = True

    def add(self, mention: Mention) -> None:
        self.mentions.append(mention)
        self.sides = [*map(max, self.sides, mention.weights)]
        if not mention.hit.term.adjective:
            self.firm = [*map(max, self.firm, mention.weights)]
            if not mention.hit.term.country:
                self.local = [*map(max, self.local, mention.weights)]


class Reading(NamedTuple):
    """What a field says about a topic."""

    mentions: tuple[Mention, ...]
    sides: tuple[float, ...]
    firm: tuple[float, ...]
    plain: tuple[float, ...]
    """Strength of each side without what is only implied."""
    sentences: tuple[Sentence, ...]
    matters: Mapping[str, Matter]
    relation: bool
    strike: bool
    bilateral: bool
    listed: bool
    others: int
    foreign_first: bool
    actor: bool
    parties: int
    """How many parties of one country."""
    chorus: bool
    """Whether it is about what many say of a deed of somebody else."""

    @property
    def both(self) -> float:
        return min(self.sides)

    @property
    def one(self) -> float:
        return max(self.sides)

    @property
    def together(self) -> float:
        return max((sentence.together for sentence in self.sentences), default=0.0)


def glance(field: Field, hits: Sequence[Hit], topic: Topic, setting: Setting) -> Reading:
    """Only the words of ``field`` that speak for a side: enough for the evidence of a verdict that is certain."""
    mentions = [
        _mention(hit, field, topic, set(), setting) for hit in hits[:_MOST_EVIDENCE] if hit.term.kind == "side" and not hit.term.implied
    ]
    return nothing(topic)._replace(mentions=tuple([mention for mention in mentions if mention is not None]))


def nothing(topic: Topic) -> Reading:
    """The reading of a field without a word of ours."""
    return _nothing(len(topic.sides))


@cache
def _nothing(sides: int) -> Reading:
    none = (0.0,) * sides
    return Reading((), none, none, none, (), {}, False, False, False, False, 0, False, False, 0, False)


def read_field(field: Field, hits: Sequence[Hit], topic: Topic, setting: Setting) -> Reading:
    """What ``field`` says about ``topic``."""
    if not hits:
        return nothing(topic)
    ends = field.sentence_ends()
    places = [bisect_right(ends, hit.start) for hit in hits] if ends else [0] * len(hits)
    if any(hit.term.implied for hit in hits):
        kept = _meant(field, hits, places, topic, setting)
        hits, places = [hits[i] for i in kept], [places[i] for i in kept]
    countries = [hit for hit in hits if hit.term.country]
    listed = _listed(field, countries, topic) if len(countries) > 2 else set()
    abroad = field.name != "title" and any(not _ours(hit, topic) for hit in countries)
    beside = _beside(field, hits, topic) if abroad else set()
    count = len(topic.sides)
    sentences: dict[int, Sentence] = {}
    mentions: list[Mention] = []
    plain = [0.0] * count
    others: set[str] = set()
    seen: set[str] = set()
    parties: set[str] = set()
    actor = False
    first_other, first_ours = len(field.folded), len(field.folded)
    for hit, place in zip(hits, places, strict=True):
        sentence = sentences.get(place)
        if sentence is None:
            sentence = sentences[place] = Sentence([0.0] * count, [0.0] * count, [0.0] * count, [])
        term = hit.term
        if term.kind != "side":
            seen.add(term.kind)
            sentence.note(term.kind)
            continue
        actor = actor or term.actor
        mention = _mention(hit, field, topic, listed, setting)
        if mention is not None:
            if term.party:
                parties.add(term.name)
            if beside and id(hit) in beside and not mention.listed:
                mention = mention._replace(weights=tuple([weight * _BESIDE for weight in mention.weights]))
            mentions.append(mention)
            sentence.add(mention)
            first_ours = min(first_ours, hit.start)
            if not term.implied:
                plain = [*map(max, plain, mention.weights)]
        elif term.country:
            others.add(term.name if term.name != "other countries" else hit.form)
            sentence.others += 1
            first_other = min(first_other, hit.start)
    for sentence in sentences.values():
        sentence.together = _strength(field, sentence.mentions) * (_PASSED if sentence.passing else 1.0)
    every = tuple(sentences.values())
    return Reading(
        mentions=tuple(mentions),
        sides=tuple([max([sentence.sides[i] for sentence in every], default=0.0) for i in range(count)]),
        firm=tuple([max([sentence.firm[i] for sentence in every], default=0.0) for i in range(count)]),
        plain=tuple(plain),
        sentences=every,
        matters=_matters(hits) if "damper" in seen else {},
        relation=bool(mentions) and not seen.isdisjoint(("relation", "strike", "bilateral")),
        strike=bool(mentions) and "strike" in seen,
        bilateral="bilateral" in seen,
        listed=bool(listed) and any(mention.listed for mention in mentions),
        others=len(others),
        foreign_first=first_other < first_ours,
        actor=actor,
        parties=len(parties),
        chorus="chorus" in seen and bool(others),
    )


def decide(topic: Topic, title: Reading, lead: Reading, body: Reading, tags: Reading, setting: Setting) -> Match:
    """The verdict. Deterministic; more unrelated text never raises the score."""
    readings = (title, lead, body, tags)
    if not any(reading.mentions for reading in readings):
        return Match(topic.id, False, 0.0, (), f"No word speaks for {' or '.join(topic.names)}")
    possible = is_possible(topic, readings, setting)
    score = round(_score(topic, *features(topic, title, lead, body, tags, setting)), 3) if possible else 0.0
    relevant = score >= topic.threshold
    return Match(topic.id, relevant, score, _evidence(topic, readings), _reason(topic, relevant, title, lead, body))


def is_possible(topic: Topic, readings: Sequence[Reading], setting: Setting) -> bool:
    """Whether every side occurs, or may be left unsaid."""
    home = topic.home.get(setting.language)
    return all(side == home or any(reading.sides[i] >= _SAID for reading in readings) for i, side in enumerate(topic.sides))


def _score(topic: Topic, case: str, values: Mapping[str, float]) -> float:
    weights = topic.weights[case]
    total = weights["base"] + sum(weights.get(name, 0.0) * value for name, value in values.items() if value)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def features(topic: Topic, title: Reading, lead: Reading, body: Reading, tags: Reading, setting: Setting) -> tuple[str, dict[str, float]]:
    """The case (``both``, ``one`` or ``none`` of the sides in the title) and what speaks for and against, each in 0–1."""
    missing = [i for i, strength in enumerate(title.sides) if strength < SPEAKS]
    lead_tells = lead.together >= 0.4 or (bool(missing) and _filled(lead, missing, by="firm") >= 0.4)
    values = {
        "relation": float(title.relation),
        "other country": float(title.others >= 1),
        "other country, lead silent": float(title.others >= 1 and not lead_tells),
        "other countries": float(title.others >= 2),
        "other voices": float(title.chorus),
        "other country first": float(title.foreign_first),
        "matter": _against(title, lead, bool(missing), soft=False),
        "matter, soft": _against(title, lead, bool(missing), soft=True),
        "bilateral": float(title.bilateral),
        "tags": float(tags.both >= 0.5),
        "lead together": lead.together,
        "title alone": float(setting.title_alone),
    }
    if not missing:
        return "both", values | _both(title, lead)
    values |= {
        "sentences together": min(sum(sentence.together >= 0.4 for part in (lead, body) for sentence in part.sentences), 3) / 3,
        "lead relation": float(any(sentence.relation and sentence.together >= 0.4 for sentence in lead.sentences)),
        "lead other countries": min(lead.others, 3) / 3,
        "lead list": float(lead.listed),
        "again and again": _repeated(lead, body, missing),
    }
    if title.one >= 0.4:
        return "one", values | _one(topic, title, lead, body, missing, setting)
    return "none", values | {
        "lead side": lead.one,
        "lead firm": min(lead.firm),
        "apart in the lead": float(lead.both >= SPEAKS and lead.together < SPEAKS),
    }


def _both(title: Reading, lead: Reading) -> dict[str, float]:
    return {
        "strength": title.both,
        "firm": float(title.both >= 0.7),
        "pair": max((min(mention.weights) for mention in title.mentions), default=0.0),
        "list": float(title.listed),
        "adjective": float(min(title.firm) < SPEAKS),
        "adjectives": float(max(title.firm) < SPEAKS),
        "implied": float(min(title.plain) < SPEAKS),
        "lead side": lead.one,
        "strike": float(title.strike),
    }


def _one(topic: Topic, title: Reading, lead: Reading, body: Reading, missing: Sequence[int], setting: Setting) -> dict[str, float]:
    at_home = [topic.sides[i] for i in missing] == [topic.home.get(setting.language)]
    home = float(at_home and title.one >= 0.85 and not title.others and not title.actor and not title.matters and title.parties < 2)
    return {
        "strength": title.one,
        "hint": min(title.sides),
        "among themselves": float(title.parties >= 2),
        "hint and strike": min(title.sides) * title.strike,
        "hint in relation": min(title.sides) * title.relation,
        "filled": _filled(lead, missing),
        "filled at once": _filled(lead, missing, sentences=1),
        "filled by a place": _filled(lead, missing, by="local"),
        "filled firmly": _filled(lead, missing, by="firm"),
        "filled in relation": _filled(lead, missing, relation=True),
        "filled by body": _filled(body, missing, by="firm", relation=True, sentences=2),
        "home": home,
        "home in relation": home * title.relation,
    }


def _repeated(lead: Reading, body: Reading, missing: Sequence[int]) -> float:
    """How many words below the title speak for the side that it lacks most: one alone (0) may be a mere mention, four (1) are none."""
    first = {id(mention.hit) for mention in lead.mentions}
    below = [*lead.mentions, *(mention for mention in body.mentions if id(mention.hit) not in first)]
    words = min(sum(mention.weights[i] >= 0.4 for mention in below) for i in missing)
    return max(0, min(words, 4) - 1) / 3


def _filled(reading: Reading, missing: Sequence[int], *, by: str = "sides", relation: bool = False, sentences: int = 9) -> float:
    """How strongly the best sentence speaks for the sides that the title lacks; less of it where it only passes by them.

    ``by``: ``sides``, ``firm`` or ``local``, see Sentence.
    """
    best = 0.0
    for sentence in reading.sentences[:sentences]:
        if relation and not sentence.relation:
            continue
        strengths: Sequence[float] = getattr(sentence, by)
        best = max(best, min(strengths[i] for i in missing) * (_PASSED if sentence.passing else 1.0))
    return best


def _against(title: Reading, lead: Reading, missing: bool, *, soft: bool) -> float:
    """How strongly a hard or a soft matter speaks against. Sides and relation in the title outweigh one ambiguous word, and the lead."""
    against = max((_weight(name, matter, lead) for name, matter in title.matters.items() if matter.soft == soft), default=0.0)
    if not missing and title.relation and against < _WEAK:
        return 0.0
    below = max((matter.weight() for matter in lead.matters.values() if matter.soft == soft), default=0.0)
    return max(against, (0.5 if missing else 0.15) * below)


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


def _meant(field: Field, hits: Sequence[Hit], places: Sequence[int], topic: Topic, setting: Setting) -> list[int]:
    """Which hits remain when those that imply Turkey are dropped where it is not meant.

    It is meant in a Turkish text, after no other country of the sentence and not right before one (Dışişleri Bakanı Lavrov); by a mere
    act only in the title, beside no other country and no other actor.
    """
    if setting.language != "tr":
        return [i for i, hit in enumerate(hits) if not hit.term.implied]
    foreign: dict[int, list[int]] = {}
    acting: set[int] = set()
    for hit, place in zip(hits, places, strict=True):
        if hit.term.country and not any(side in topic.sides for side in hit.term.sides):
            foreign.setdefault(place, []).append(hit.start)
        if hit.term.actor or (hit.start == 0 and hit.term.sides and field.folded[hit.end : hit.end + 1] == ","):  # Suriye, heyeti ağırladı
            acting.add(place)

    def is_meant(hit: Hit, place: int) -> bool:
        if not hit.term.implied:
            return True
        if hit.term.implied == "act":
            return place not in foreign and field.name == "title" and place not in acting
        return all(start > hit.end + 1 for start in foreign.get(place, ()))

    return [i for i, hit in enumerate(hits) if is_meant(hit, places[i])]


def _mention(hit: Hit, field: Field, topic: Topic, listed: set[int], setting: Setting) -> Mention | None:
    weights = hit.term.weights(topic.sides, setting.day)
    if not weights:
        return None
    inside = bool(listed) and id(hit) in listed
    return Mention(hit, field, tuple([weight * 0.3 for weight in weights]) if inside else weights, inside)


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


def _beside(field: Field, hits: Sequence[Hit], topic: Topic) -> set[int]:
    """Identities of our hits that are named in one breath with another country: flour from Turkey and Russia."""
    sides = [hit for hit in hits if hit.term.kind == "side" and not hit.term.implied]
    found: set[int] = set()
    for one, next_one in itertools.pairwise(sides):
        ours, theirs = _ours(one, topic), _ours(next_one, topic)
        if ours != theirs and (next_one if ours else one).term.country and _joined(field, one.end, next_one):
            found.add(id(one if ours else next_one))
    return found


def _ours(hit: Hit, topic: Topic) -> bool:
    return any(side in topic.sides for side in hit.term.sides)


def _joined(field: Field, end: int, hit: Hit) -> bool:
    """Whether only a comma or an "and" stands between; a bare blank is one where the Arabic "and" is glued to the name."""
    between = field.folded[end : min(hit.start, end + 20)]
    return _BETWEEN_LISTED.fullmatch(between) is not None and (not between.isspace() or field.folded.startswith("و", hit.start))


def _if_many(run: Sequence[Hit], topic: Topic) -> set[int]:
    if len(run) < 3:
        return set()
    others = {
        hit.start if hit.term.name == "other countries" else hit.term.name
        for hit in run
        if not any(side in topic.sides for side in hit.term.sides)
    }
    return {id(hit) for hit in run} if len(others) >= 2 else set()


def _strength(field: Field, mentions: Sequence[Mention]) -> float:
    """Strength of the weaker side in a sentence, lower when the two are far apart."""
    if not mentions:
        return 0.0
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
    chosen = {next((i for i in ranked if found[i].weights[side] >= _SAID), -1) for side in range(len(topic.sides))} - {-1}
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
