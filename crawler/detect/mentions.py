"""What one field of an article says about a topic: who is named where and how strongly, what else is spoken of. Knows no verdict."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import NamedTuple

from crawler.detect.scan import Field, Hit

_BETWEEN_LISTED = re.compile(
    r"(?:'[a-z]{1,6})?\s*(?:[,،;؛/–-]|\band\b|\bve\b|\bu\b|\bو\b|\bor\b)?\s*(?:\band\b|\bve\b|\bu\b|\bو\b|\bthe\b)?\s*"
)
MOST_EVIDENCE = 10
_WINDOW = 30
"""Words between two sides that still stand together."""
WEAK = 0.35
"""What each of several ambiguous words of one matter weighs; a single one weighs half of it."""
_HARD = 0.75
"""What a matter weighs at least that hardly ever stands in news of the topic."""
PASSED = 0.4
"""What is left of a sentence that passes by."""
_BESIDE = 0.5
"""What is left of a name beside another country's, below the title."""
MARKS = frozenset(("passing", "origin", "nearby", "frontier"))
"""Words that make background of a name beside them."""
SPEAKS = 0.3
"""The weight from which a word speaks for a side."""
_BOTH = 0.75
"""The weight from which one name names both sides at once."""
_SPEAKS_AT_HOME = 0.5
"""The same for a whole title whose language leaves one side unsaid: what hints at both says only the other."""

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
    leanings: Weights = field(default_factory=dict)
    """What it says for or against the topic, beyond its weights, that title or lead names somebody or something."""


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
        return max(self.strong, min(self.most, add_up(len(self.weak))))


@dataclass(slots=True)
class Sentence:
    """What one sentence says: strength of each side, without mere adjectives (``firm``), without countries (``local``), both at once."""

    sides: list[float]
    firm: list[float]
    local: list[float]
    mentions: list[Mention]
    place: int
    """Which sentence of the field it is."""
    start: int
    marks: list[Hit] = field(default_factory=list)
    foreign: list[Hit] = field(default_factory=list)
    """Other countries."""
    together: float = 0.0
    passing: bool = False

    def note(self, hit: Hit) -> None:
        """A word that speaks for no side."""
        if hit.term.kind in MARKS:
            self.marks.append(hit)
            self.passing = self.passing or hit.term.kind == "passing"

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
    sentences: tuple[Sentence, ...]
    matters: Mapping[str, Matter]
    relation: bool
    strike: bool
    listed: bool
    abroad: frozenset[str]
    """Other countries by name."""
    foreign_begins: bool
    """Whether another country is among the first two words."""
    actor: bool
    parties: int
    """How many parties of one country."""
    chorus: bool
    """Whether it is about what many say of a deed of somebody else."""
    inner: int = 0
    """How many words speak of what a country does at home."""

    @property
    def others(self) -> int:
        """How many other countries."""
        return len(self.abroad)

    def named(self) -> set[str]:
        """What speaks for a side outside an enumeration, by the names of the gazetteer."""
        return {mention.hit.term.name for mention in self.mentions if not mention.listed}

    @property
    def both(self) -> float:
        return min(self.sides)

    @property
    def one(self) -> float:
        return max(self.sides)

    @property
    def together(self) -> float:
        return max((sentence.together for sentence in self.sentences), default=0.0)


def unsaid(title: Reading, topic: Topic, setting: Setting) -> list[int]:
    """Which sides the title does not speak for."""
    least = _SPEAKS_AT_HOME if topic.home.get(setting.language) in topic.sides else SPEAKS
    return [i for i, strength in enumerate(title.sides) if strength < least]


def glance(field: Field, hits: Sequence[Hit], topic: Topic, setting: Setting) -> Reading:
    """Only the words of ``field`` that speak for a side: enough for the evidence of a verdict that is certain."""
    mentions = [
        _mention(hit, field, topic, set(), setting) for hit in hits[:MOST_EVIDENCE] if hit.term.kind == "side" and not hit.term.implied
    ]
    return nothing(topic)._replace(mentions=tuple([mention for mention in mentions if mention is not None]))


def nothing(topic: Topic) -> Reading:
    """The reading of a field without a word of ours."""
    return _nothing(len(topic.sides))


@cache
def _nothing(sides: int) -> Reading:
    none = (0.0,) * sides
    return Reading((), none, none, (), {}, False, False, False, frozenset(), False, False, 0, False)


def read_field(field: Field, hits: Sequence[Hit], topic: Topic, setting: Setting) -> Reading:
    """What ``field`` says about ``topic``."""
    if not hits:
        return nothing(topic)
    ends = field.sentence_ends()
    places = [bisect_right(ends, hit.start) for hit in hits] if ends else [0] * len(hits)
    if any(hit.term.implied for hit in hits):
        kept = _meant(field, hits, places, topic)
        hits, places = [hits[i] for i in kept], [places[i] for i in kept]
    countries = [hit for hit in hits if hit.term.country]
    listed = _listed(field, countries, topic) if len(countries) > 2 else set()
    abroad = field.name != "title" and any(not _ours(hit, topic) for hit in countries)
    beside = _beside(field, hits, topic) if abroad else set()
    count = len(topic.sides)
    sentences: dict[int, Sentence] = {}
    mentions: list[Mention] = []
    seen: set[str] = set()
    parties: set[str] = set()
    actor = False
    last_other: Hit | None = None
    home = topic.sides.index(topic.home[setting.language]) if topic.home.get(setting.language) in topic.sides else -1
    for hit, place in zip(hits, places, strict=True):
        sentence = sentences.get(place)
        if sentence is None:
            begin = ends[place - 1] if place else 0
            sentence = sentences[place] = Sentence([0.0] * count, [0.0] * count, [0.0] * count, [], place, begin)
        term = hit.term
        if term.kind != "side":
            seen.add(term.kind)
            sentence.note(hit)
            continue
        actor = actor or term.actor
        mention = _mention(hit, field, topic, listed, setting)
        if mention is not None and last_other is not None and home >= 0 and _is_their_line(field, last_other, mention):
            mention = mention._replace(weights=tuple([0.0 if i == home else each for i, each in enumerate(mention.weights)]))
        if mention is not None:
            if term.party:
                parties.add(term.name)
            if beside and id(hit) in beside and not mention.listed:
                mention = mention._replace(weights=tuple([weight * _BESIDE for weight in mention.weights]))
            mentions.append(mention)
            sentence.add(mention)
        elif term.country:
            last_other = hit
            sentence.foreign.append(hit)
    if listed and field.name == "title" and _said_outside(mentions, count):
        for sentence in sentences.values():
            sentence.foreign = [hit for hit in sentence.foreign if id(hit) not in listed]
    for sentence in sentences.values():
        sentence.together = _strength(field, sentence.mentions) * (PASSED if sentence.passing else 1.0)
    every = tuple(sentences.values())
    foreign = [hit for sentence in every for hit in sentence.foreign]
    return Reading(
        mentions=tuple(mentions),
        sides=tuple([max([sentence.sides[i] for sentence in every], default=0.0) for i in range(count)]),
        firm=tuple([max([sentence.firm[i] for sentence in every], default=0.0) for i in range(count)]),
        sentences=every,
        matters=_matters(hits) if "damper" in seen else {},
        relation=bool(mentions) and not seen.isdisjoint(("relation", "strike", "bilateral")),
        strike=bool(mentions) and "strike" in seen,
        listed=bool(listed) and any(mention.listed for mention in mentions),
        abroad=frozenset(map(_country, foreign)),
        foreign_begins=bool(foreign) and field.folded.count(" ", 0, foreign[0].start) < 2,
        actor=actor,
        parties=len(parties),
        chorus="chorus" in seen and bool(foreign),
        inner=len({hit.start for hit in hits if hit.term.kind == "inner"}) if "inner" in seen else 0,
    )


def _country(hit: Hit) -> str:
    return hit.form if hit.term.name == "other countries" else hit.term.name


def _said_outside(mentions: Sequence[Mention], sides: int) -> bool:
    """Whether every side is named outside the enumerations too, which then say nothing of other countries."""
    return all(any(mention.weights[i] >= SPEAKS and not mention.listed for mention in mentions) for i in range(sides))


def _is_their_line(field: Field, other: Hit, mention: Mention) -> bool:
    """Whether a name that speaks for both follows another country's at once, so that it is theirs (Irak, Suriye sınırına duvar ördü)."""
    return min(mention.weights) >= _BOTH and field.folded[other.end : mention.hit.start].strip(" ,-–/") == ""


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


def add_up(words: int) -> float:
    return WEAK * words if words > 1 else WEAK / 2 * words


def _meant(field: Field, hits: Sequence[Hit], places: Sequence[int], topic: Topic) -> list[int]:
    """Which hits of a Turkish text remain when those that imply Turkey are dropped where it is not meant.

    It is meant after no other country of the sentence and not right before one (Dışişleri Bakanı Lavrov); by a mere
    act only in the title, beside no other country and no other actor.
    """
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
