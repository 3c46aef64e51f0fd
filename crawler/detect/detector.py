"""The detector: the gazetteer and the topics compiled once, then one verdict per topic for each article."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.errors import ConfigError
from core.model import Match
from core.text import fold
from crawler.detect.decide import decide
from crawler.detect.gazetteer import Term, builtin_sides, builtin_terms, user_terms
from crawler.detect.mentions import Reading, Setting, Topic, glance, nothing, read_field, unsaid
from crawler.detect.scan import Field, Scanner, choose

if TYPE_CHECKING:
    from core.settings import TopicConfig

BUILTIN_TOPIC = "turkey-syria"
_TOPICS = Path(__file__).parent / "topics"
_READ = 900
"""Characters of title, lead and tags that are read: no honest ones are longer."""
_READ_BODY = 700
"""Characters of the body that are read: what it says later is a mention."""
_LEAD_LENGTH = 320
"""Characters of the body that stand for a missing lead."""
_LONGEST_WORD = 40
_CUT = " .…"
_TURKISH = re.compile(r"[ıİğĞşŞçÇöÖüÜ]|\b(?:Suriye|SUR[İI]YE|ve|ile|için)")
_NOT_TURKISH = re.compile(r"[êÊîÎ\u0600-\u06ff]")
_HEADLINE_LENGTH = 140
"""A line of the body that is no longer and ends without a stop is a headline of something else."""
_STOPS = ".۔:"
_QUOTES = " \"'»”’)"


class ReadArticle(NamedTuple):
    """The readings of title, lead, body and tags for each topic."""

    readings: list[tuple[Reading, Reading, Reading, Reading]]
    setting: Setting


class Detector:
    """Judges articles. Immutable after construction, so it may be shared."""

    def __init__(self, topics: Sequence[Topic], terms: Iterable[Term]) -> None:
        self.topics = tuple(topics)
        self._scanner = Scanner(terms)
        self._silent = [nothing(topic) for topic in self.topics]
        self._unspoken = [(silent, silent, silent, silent) for silent in self._silent]

    def match(
        self,
        *,
        title: str,
        lead: str | None,
        body: str,
        tags: Sequence[str] = (),
        language: str | None = None,
        published_at: datetime | None = None,
    ) -> tuple[Match, ...]:
        """One match per topic, ``turkey-syria`` first, also when not relevant.

        Evidence positions are offsets in ``title``, ``lead``, ``body``, or for ``tags`` in ``", ".join(tags)``. ``language`` is a hint: a
        Turkish text, declared or evident, may leave Turkey unsaid. ``published_at``: names in office only then weigh less at other times.
        Never raises on any text.
        """
        article = self.read(title, lead, body, tags, language, published_at)
        return tuple([decide(topic, *readings, article.setting) for topic, readings in zip(self.topics, article.readings, strict=True)])

    def read(
        self,
        title: str,
        lead: str | None,
        body: str,
        tags: Sequence[str] = (),
        language: str | None = None,
        published_at: datetime | None = None,
    ) -> ReadArticle:
        """What title, lead, body and tags say to each topic; the first lines of the body stand for a missing lead.

        The body is read when the title says one side, less far when it says none, else only as far as it stands for the lead.
        """
        if len(body) < len(title) + _LONGEST_WORD and body.strip() == title.strip():
            body = ""  # as sources give a bare headline
        turkish = language == "tr" or (not language and _is_turkish(title))
        alone = not ((lead and lead.strip()) or body[:_READ].strip())
        setting = Setting("tr" if turkish else "", published_at.date() if published_at else None, alone)
        headline, first, keywords = (
            Field("title", title[:_READ]),
            Field("lead", (lead or "")[:_READ]),
            Field("tags", ", ".join(tags)[:_READ]),
        )
        titles = self._readings(headline, setting)
        has_lead = bool(first.folded.strip())
        if titles is self._silent and not keywords.folded and not self._scanner.scan(first if has_lead else _opening(body)):
            return ReadArticle(self._unspoken, setting)  # where title and lead name nobody, the rest decides nothing
        half_said, silent = (False, True) if titles is self._silent else self._lacking(titles, setting)
        length = _READ_BODY if half_said else 2 * _LEAD_LENGTH if silent or not has_lead else 0
        again = _opening_again(lead or "", body) if length else 0
        rest = Field("body", told(body[: length + again]))
        end = len(fold(body[:again])) if has_lead else _lead_end(rest.folded)
        possible = self._possible((headline, first, rest, keywords), setting)
        leads = self._readings(first, setting, possible) if has_lead else self._readings(rest, setting, possible, end=end)
        bodies = self._readings(rest, setting, possible, start=end)
        return ReadArticle(list(zip(titles, leads, bodies, self._readings(keywords, setting, possible), strict=True)), setting)

    def _lacking(self, titles: Sequence[Reading], setting: Setting) -> tuple[bool, bool]:
        """Whether a title says some sides of a topic and not others, and whether one says none."""
        missing = [(len(unsaid(title, topic, setting)), len(topic.sides)) for title, topic in zip(titles, self.topics, strict=True)]
        return any(0 < count < sides for count, sides in missing), any(count == sides for count, sides in missing)

    def _possible(self, fields: Iterable[Field], setting: Setting) -> list[bool]:
        """Whether, for each topic, something speaks for each side or may leave it unsaid."""
        present = {side for field in fields if field.folded for hit in self._scanner.scan(field) for side in hit.term.sides}
        return [all(side in present or side == topic.home.get(setting.language) for side in topic.sides) for topic in self.topics]

    def _readings(
        self, field: Field, setting: Setting, possible: Sequence[bool] | None = None, *, start: int = 0, end: int = _READ
    ) -> Sequence[Reading]:
        """What the words of ``field`` between ``start`` and ``end`` say to each topic; only a glance where it cannot matter."""
        found = self._scanner.scan(field) if field.folded else None
        if not found:
            return self._silent
        readings = []
        for i, topic in enumerate(self.topics):
            hits = field.chosen.get(topic.id)
            if hits is None:
                hits = field.chosen[topic.id] = choose(found, topic.id, implied=setting.language == "tr")
            if start or end < _READ:
                hits = [hit for hit in hits if start <= hit.start < end]
            read = read_field if possible is None or possible[i] else glance
            readings.append(read(field, hits, topic, setting))
        return readings


def _opening(body: str) -> Field:
    """What stands for the lead, and a word more."""
    return Field("body", told(body[: _lead_end(body) + _LONGEST_WORD]))


def _opening_again(lead: str, body: str) -> int:
    """How many characters of the body repeat the lead, as where the first paragraph is the lead: they are read once."""
    said = lead.strip().rstrip(_CUT)
    return len(said) if len(said) > _LONGEST_WORD and body.startswith(said) else 0


def told(body: str) -> str:
    """A body with the lines blanked, so that offsets hold, that look like headlines of something else."""
    if "\n" not in body:
        return body
    first, *rest = body.split("\n")
    return "\n".join([first, *(line if _tells(line) else " " * len(line) for line in rest)])


def _tells(line: str) -> bool:
    return len(line) > _HEADLINE_LENGTH or line.rstrip(_QUOTES)[-1:] in _STOPS


def _is_turkish(title: str) -> bool:
    """Whether letters or words of the title are evidently Turkish. Only Turkish words of the gazetteer depend on it."""
    return _TURKISH.search(title[:_READ]) is not None and _NOT_TURKISH.search(title[:_READ]) is None


@cache
def builtin_topic() -> Topic:
    """The topic of ``topics/turkey-syria.toml``, with the weights that every topic uses."""
    file = tomllib.loads((_TOPICS / f"{BUILTIN_TOPIC}.toml").read_text(encoding="utf-8"))
    sides = tuple(file["sides"])
    leanings = tomllib.loads((_TOPICS / f"{BUILTIN_TOPIC}-names.toml").read_text(encoding="utf-8"))
    return Topic(file["id"], sides, file["threshold"], _names(sides), file.get("home", {}), file["weights"], leanings)


def build_detector(topics: Sequence[TopicConfig] = ()) -> Detector:
    """A detector of the built-in topic and the user's ``topics``.

    A user's topic with the built-in id adds its terms and exclusions to the built-in one and sets its threshold.
    Raises ConfigError, with every problem, for a side that nothing speaks for.
    """
    problems = [problem for topic in topics for problem in _problems(topic)]
    if problems:
        raise ConfigError(problems)
    compiled = {BUILTIN_TOPIC: builtin_topic()}
    terms = list(builtin_terms())
    for topic in topics:
        compiled[topic.id] = _compile(topic.id, topic.sides, topic.threshold)
        terms += user_terms(topic.id, [(group.side, group.terms, group.weight) for group in topic.terms], topic.exclusions)
    builtin_terms.cache_clear()  # the detector keeps what it needs
    return Detector(tuple(compiled.values()), terms)


def _compile(topic_id: str, sides: Sequence[str], threshold: float) -> Topic:
    """A topic of the user's: its own sides and threshold, everything else as in the built-in one but for what names say of that."""
    sides = tuple(dict.fromkeys(sides))
    topic = replace(builtin_topic(), id=topic_id, sides=sides, threshold=threshold, names=_names(sides))
    return topic if topic_id == BUILTIN_TOPIC else replace(topic, leanings={})


def _names(sides: Iterable[str]) -> tuple[str, ...]:
    return tuple(side.replace("_", " ").title() for side in sides)


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
