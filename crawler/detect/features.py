"""What speaks for and against a verdict, from the readings of title, lead and body: named numbers in 0–1 for the weights of a topic.

Three cases: both sides in the title; one, and the other must come from the lead; none, and the lead must bring both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from crawler.detect.reading import PASSED, SPEAKS, WEAK, Matter, Mention, Reading, Sentence, Setting, Topic, add_up
from crawler.detect.scan import Hit

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_COMMA = re.compile("[,،;؛]")
_AND = re.compile(r"(?:\band|\bve|\bu|\bو|\bو) $")
_NEAR = 24
"""Letters between a name and a word beside it."""


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
        "begins": float(_begins(title)),
        "begins elsewhere": float(title.foreign_begins),
        "names": min(len(title.mentions), 4) / 4,
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
    values |= _background(lead, missing)
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
        "countries": float(
            all(
                any(mention.hit.term.country and mention.weights[i] >= SPEAKS for mention in title.mentions)
                for i in range(len(title.sides))
            )
        ),
        "lead other countries": min(lead.others, 3) / 3,
        "lead both": float(lead.both >= SPEAKS),
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


def _begins(title: Reading) -> bool:
    """Whether one of the first two words speaks for a side."""
    return bool(title.mentions) and title.mentions[0].field.folded.count(" ", 0, title.mentions[0].hit.start) < 2


def _background(lead: Reading, missing: Sequence[int]) -> dict[str, float]:
    """How the lead brings in what the title lacks: at its beginning, or as background, wherever it does."""
    found = [
        (sentence, mention)
        for sentence in lead.sentences
        for mention in sentence.mentions
        if any(mention.weights[i] >= SPEAKS for i in missing)
    ]
    if not found:
        return {}
    sentence, first = found[0]
    text = first.field.folded

    def always(holds: Callable[[Sentence, Mention], bool]) -> float:
        return float(all(holds(sentence, mention) for sentence, mention in found))

    return {
        "said once": float(len(found) == 1),
        "said early": float(text.count(" ", 0, first.hit.start) < 7),
        "said later": float(sentence.place > 0),
        "said for both": float(min(first.weights) >= SPEAKS),
        "said in a clause": min(len(_COMMA.findall(text, sentence.start, first.hit.start)), 3) / 3,
        "said apart": always(_apart(missing)),
        "said with a year": always(
            lambda _, mention: _YEAR.search(text, max(0, mention.hit.start - _NEAR), mention.hit.end + _NEAR) is not None
        ),
        "said of an origin": always(lambda sentence, mention: _beside(sentence, mention, "origin")),
        "said of a place nearby": always(lambda sentence, mention: _beside(sentence, mention, "nearby")),
        "said of the frontier": always(lambda sentence, mention: _beside(sentence, mention, "frontier")),
        "said of a matter": always(lambda sentence, mention: _beside(sentence, mention, "damper")),
        "said as one more": always(_added),
        "said abroad": always(lambda sentence, _: bool(sentence.foreign)),
        "said beside another": always(lambda sentence, mention: any(_gap(mention.hit, hit) < 4 for hit in sentence.foreign)),
    }


def _apart(missing: Sequence[int]) -> Callable[[Sentence, Mention], bool]:
    """Whether no other side stands in the clause of a mention."""

    def apart(sentence: Sentence, mention: Mention) -> bool:
        text = mention.field.folded
        others = [
            other for other in sentence.mentions if any(weight >= SPEAKS for i, weight in enumerate(other.weights) if i not in missing)
        ]
        return not any(
            _COMMA.search(text, *sorted((min(other.hit.end, mention.hit.end), max(other.hit.start, mention.hit.start)))) is None
            for other in others
        )

    return apart


def _added(_: Sentence, mention: Mention) -> bool:
    """Whether an "and" stands before the name."""
    text, start = mention.field.folded, mention.hit.start
    if text.startswith("و", start) and not mention.hit.form.startswith("و"):
        return True
    return _AND.search(text, max(0, start - 5), start) is not None


def _beside(sentence: Sentence, mention: Mention, kind: str) -> bool:
    return any(hit.term.kind == kind and _gap(mention.hit, hit) < _NEAR for hit in sentence.marks)


def _gap(one: Hit, other: Hit) -> int:
    """Letters between two words."""
    return max(one.start, other.start) - min(one.end, other.end)


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
        best = max(best, min(strengths[i] for i in missing) * (PASSED if sentence.passing else 1.0))
    return best


def _against(title: Reading, lead: Reading, missing: bool, *, soft: bool) -> float:
    """How strongly a hard or a soft matter speaks against. Sides and relation in the title outweigh one ambiguous word, and the lead."""
    against = max((_weight(name, matter, lead) for name, matter in title.matters.items() if matter.soft == soft), default=0.0)
    if not missing and title.relation and against < WEAK:
        return 0.0
    below = max((matter.weight() for matter in lead.matters.values() if matter.soft == soft), default=0.0)
    return max(against, (0.5 if missing else 0.15) * below)


def _weight(name: str, matter: Matter, lead: Reading) -> float:
    """The weight of a matter of the title, whose ambiguous words those of the lead make plainer."""
    there = lead.matters.get(name)
    if there is None or not matter.weak:
        return matter.weight()
    words = len(matter.weak | there.weak) + (there.strong > 0)
    return max(matter.strong, min(matter.most, add_up(words)))
