"""The detector: the gazetteer and the topics compiled once, then one verdict per topic for each article."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from core.errors import ConfigError
from core.model import Match
from crawler.detect.decide import Topic, decide, read_field
from crawler.detect.gazetteer import Term, builtin_sides, builtin_terms, user_terms
from crawler.detect.scan import Field, Hit, Scanner, choose

if TYPE_CHECKING:
    from core.config import TopicConfig

BUILTIN_TOPIC = "turkey-syria"
_BUILTIN_SIDES = ("turkey", "syria")
_READ = 3000
"""Characters of each field that are read: what a body says later is a mention, and no honest title is longer."""
_LEAD_LENGTH = 320
"""Characters of the body that stand for a missing lead."""
_TURKISH = re.compile(r"[ıİğĞşŞçÇöÖüÜ]|\b(?:Suriye|SUR[İI]YE|ve|ile|için)")
_NOT_TURKISH = re.compile(r"[êÊîÎ\u0600-\u06ff]")


class Detector:
    """Judges articles. Immutable after construction, so it may be shared."""

    def __init__(self, topics: Sequence[Topic], terms: Iterable[Term]) -> None:
        self.topics = tuple(topics)
        self._scanner = Scanner(terms)

    def match(self, *, title: str, lead: str | None, body: str, tags: Sequence[str] = (), language: str | None = None) -> tuple[Match, ...]:
        """One match per topic, ``turkey-syria`` first, also when not relevant.

        Evidence positions are offsets in ``title``, ``lead``, ``body``, or for ``tags`` in ``", ".join(tags)``. ``language`` is a hint: a
        Turkish text, declared or evident, may leave Turkey unsaid. Never raises on any text.
        """
        texts = (("title", title), ("lead", lead or ""), ("body", body), ("tags", ", ".join(tags)))
        fields = [Field(name, text[:_READ]) for name, text in texts]
        found = [self._scanner.scan(field) for field in fields]
        turkish = language == "tr" or _is_turkish(title)
        return tuple(_judge(topic, fields, found, turkish) for topic in self.topics)


def _judge(topic: Topic, fields: Sequence[Field], found: Sequence[Sequence[Hit]], turkish: bool) -> Match:
    hits = [choose(each, topic.id) if each else [] for each in found]
    title, lead, body, tags = (read_field(field, each, topic, turkish) for field, each in zip(fields, hits, strict=True))
    if not fields[1].folded.strip():
        end = _lead_end(fields[2].folded)
        lead = read_field(fields[2], [hit for hit in hits[2] if hit.start < end], topic, turkish)
    return decide(topic, title, lead, body, tags)


def _is_turkish(title: str) -> bool:
    """Whether letters or words of the title are evidently Turkish. Only Turkish words of the gazetteer depend on it."""
    return _TURKISH.search(title[:_READ]) is not None and _NOT_TURKISH.search(title[:_READ]) is None


def build_detector(topics: Sequence[TopicConfig] = ()) -> Detector:
    """A detector of the built-in topic and the user's ``topics``.

    A user's topic with the built-in id adds its terms and exclusions to the built-in one and sets its threshold.
    Raises ConfigError, with every problem, for a side that nothing speaks for.
    """
    problems = [problem for topic in topics for problem in _problems(topic)]
    if problems:
        raise ConfigError(problems)
    compiled = {BUILTIN_TOPIC: _compile(BUILTIN_TOPIC, _BUILTIN_SIDES, 0.5)}
    terms = list(builtin_terms())
    for topic in topics:
        compiled[topic.id] = _compile(topic.id, topic.sides, topic.threshold)
        terms += user_terms(topic.id, [(group.side, group.terms, group.weight) for group in topic.terms], topic.exclusions)
    return Detector(tuple(compiled.values()), terms)


def _compile(topic_id: str, sides: Sequence[str], threshold: float) -> Topic:
    return Topic(topic_id, tuple(dict.fromkeys(sides)), threshold, tuple(side.replace("_", " ").title() for side in dict.fromkeys(sides)))


def _problems(topic: TopicConfig) -> list[str]:
    """What is wrong with the sides of a user's topic, in sentences."""
    own = {group.side for group in topic.terms if any(term.strip() for term in group.terms)}
    known = sorted(builtin_sides() | own)
    found = [
        f"topics.{topic.id}: nothing speaks for the side {side!r}; add [[topics.terms]] with side = {side!r}{_near(side, known)}"
        for side in topic.sides
        if side not in known
    ]
    found += [
        f"topics.{topic.id}: terms are given for {side!r}, which is not one of its sides{_near(side, topic.sides)}"
        for side in sorted(own)
        if side not in topic.sides
    ]
    return found


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _lead_end(body: str) -> int:
    """Where the first paragraphs end that stand for the lead: whole lines, about ``_LEAD_LENGTH`` characters."""
    line = body.find("\n", _LEAD_LENGTH // 2, _LEAD_LENGTH * 2)
    return line if line >= 0 else _LEAD_LENGTH
