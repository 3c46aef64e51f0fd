"""What speaks for and against a verdict, from the readings of title, lead and body: named numbers in 0–1 for the weights of a topic.

Three cases: both sides in the title; one, and the other must come from the lead; none, and the lead must bring both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.detect.mentions import PASSED, SPEAKS, WEAK, Matter, Mention, Reading, Sentence, Setting, Topic, add_up, unsaid
from crawler.detect.scan import Hit

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_COMMA = re.compile("[,،;؛]")
_PLACE = re.compile(r"(?:s?[iu]n)?'?n?[dt][ae](?:ki)?(?:l[ae]r)?\b")
_TOWARD = re.compile(r"'?[ny]?[ae]\b")
_WITH = re.compile(r"'?y?l[ae]\b| ile\b")
"""Turkish endings, as folding leaves them: where something is (Suriye'deki), to whom (Şam'a) and with whom (Suriye ile) it is done."""
_NEAR = 24
"""Letters between a name and a word beside it."""
Found = Sequence[tuple[Sentence, Mention]]


def features(topic: Topic, title: Reading, lead: Reading, body: Reading, setting: Setting) -> tuple[str, dict[str, float]]:
    """The case (``both``, ``one`` or ``none`` of the sides in the title) and what speaks for and against, each in 0–1."""
    missing = unsaid(title, topic, setting)
    lead_tells = lead.together >= 0.4 or (bool(missing) and _filled(lead, missing, by="firm") >= 0.4)
    values = {
        "other country": float(title.others >= 1),
        "other country, lead silent": float(title.others >= 1 and not lead_tells),
        "other countries": float(title.others >= 2),
        "other voices": float(title.chorus),
        "matter": _against(title, lead, bool(missing), soft=False),
        "matter, soft": _against(title, lead, bool(missing), soft=True),
        "lead together": lead.together,
        "title alone": float(setting.title_alone),
        "begins elsewhere": float(title.foreign_begins),
        "of a place nearby": _beside_a_side(title, "nearby"),
        "of the frontier": _beside_a_side(title, "frontier"),
    }
    if not missing:
        return "both", values | _both(title, lead)
    values |= {
        "own affairs": min(title.inner, 2) / 2,
        **(_turkish_endings(title) if setting.language == "tr" else {}),
        "sentences together": min(sum(sentence.together >= 0.4 for part in (lead, body) for sentence in part.sentences), 3) / 3,
        "lead other countries": min(lead.others, 3) / 3,
        "again and again": _repeated(lead, body, missing),
    }
    background = _background(lead, missing)
    values |= background or {"begins": float(_begins(title))}
    if title.one >= 0.4:
        return "one", values | _one(topic, title, lead, missing, setting)
    return "none", values | {"lead side": lead.one, "lead firm": min(lead.firm)}


def _both(title: Reading, lead: Reading) -> dict[str, float]:
    sides = range(len(title.sides))
    strongest = {max(range(len(title.mentions)), key=lambda k: title.mentions[k].weights[i]) for i in sides}
    countries = [mention for mention in title.mentions if mention.hit.term.country]
    return {
        "strength": title.both,
        "relation": float(title.relation),
        "begins": float(_begins(title)),
        "pair": max(min(mention.weights) for mention in title.mentions),
        "one name": float(len(strongest) == 1),
        "adjectives": float(max(title.firm) < SPEAKS),
        "countries": float(all(any(mention.weights[i] >= SPEAKS for mention in countries) for i in sides)),
        "lead side": lead.one,
        "lead both": float(lead.both >= SPEAKS),
    }


def _one(topic: Topic, title: Reading, lead: Reading, missing: Sequence[int], setting: Setting) -> dict[str, float]:
    at_home = [topic.sides[i] for i in missing] == [topic.home.get(setting.language)]
    home = at_home and title.one >= 0.85 and not title.others and not title.actor and not title.matters and title.parties < 2
    hint = min(title.sides)
    return {
        "strength": title.one,
        "among themselves": float(title.parties >= 2),
        "hint": hint,
        "hint and strike": hint * title.strike,
        "hint in relation": hint * title.relation,
        "home in relation": float(home and title.relation),
        "filled": _filled(lead, missing),
        "filled by a place": _filled(lead, missing, by="local"),
    }


def _turkish_endings(title: Reading) -> dict[str, float]:
    """In which grammatical case a Turkish title names its sides: all of them only as a scene, one as what something is done to or with."""
    ends = [(mention.field.folded, mention.hit.start + len(mention.hit.form)) for mention in title.mentions]
    return {
        "as a scene": float(bool(ends) and all(_PLACE.match(*end) for end in ends)),
        "toward": float(not title.others and any(_TOWARD.match(*end) for end in ends)),
        "with": float(not title.others and any(_WITH.match(*end) for end in ends)),
    }


def _begins(title: Reading) -> bool:
    """Whether one of the first two words speaks for a side."""
    return bool(title.mentions) and title.mentions[0].field.folded.count(" ", 0, title.mentions[0].hit.start) < 2


def _background(lead: Reading, missing: Sequence[int]) -> dict[str, float]:
    """How the lead brings in what the title lacks: once, late, or as background wherever it does."""
    found = [
        (sentence, mention)
        for sentence in lead.sentences
        for mention in sentence.mentions
        if any(mention.weights[i] >= SPEAKS for i in missing)
    ]
    if not found:
        return {}
    sentence, first = found[0]
    return {
        "said once": float(len(found) == 1),
        "said later": float(sentence.place > 0),
        "said in a clause": min(len(_COMMA.findall(first.field.folded, sentence.start, first.hit.start)), 3) / 3,
        "said beside another country": float(
            all(any(_gap(mention.hit, hit) < 4 for hit in sentence.foreign) for sentence, mention in found)
        ),
        "said with a year": float(all(_has_year(mention) for _, mention in found)),
        "said in passing": float(_all_beside(found, "passing")),
        "said of an origin": float(_all_beside(found, "origin")),
        "said of the frontier": float(_all_beside(found, "frontier")),
    }


def _beside_a_side(title: Reading, kind: str) -> float:
    """Whether every word for one of the sides stands beside one of this kind."""
    if not any(hit.term.kind == kind for sentence in title.sentences for hit in sentence.marks):
        return 0.0
    every = [(sentence, mention) for sentence in title.sentences for mention in sentence.mentions]
    sides = [[each for each in every if each[1].weights[i] >= SPEAKS] for i in range(len(title.sides))]
    return float(any(found and _all_beside(found, kind) for found in sides))


def _all_beside(found: Found, kind: str) -> bool:
    return all(any(hit.term.kind == kind and _gap(mention.hit, hit) < _NEAR for hit in sentence.marks) for sentence, mention in found)


def _has_year(mention: Mention) -> bool:
    return _YEAR.search(mention.field.folded, max(0, mention.hit.start - _NEAR), mention.hit.end + _NEAR) is not None


def _gap(one: Hit, other: Hit) -> int:
    """Letters between two words."""
    return max(one.start, other.start) - min(one.end, other.end)


def _repeated(lead: Reading, body: Reading, missing: Sequence[int]) -> float:
    """How many words below the title speak for the side that it lacks most: one alone (0) may be a mere mention, four (1) are none."""
    first = {id(mention.hit) for mention in lead.mentions}
    below = [*lead.mentions, *(mention for mention in body.mentions if id(mention.hit) not in first)]
    words = min(sum(mention.weights[i] >= 0.4 for mention in below) for i in missing)
    return max(0, min(words, 4) - 1) / 3


def _filled(reading: Reading, missing: Sequence[int], *, by: str = "sides") -> float:
    """How strongly the best sentence speaks for the sides that the title lacks; less of it where it only passes by them.

    ``by``: ``sides``, ``firm`` or ``local``, see Sentence.
    """
    best = 0.0
    for sentence in reading.sentences:
        strengths: Sequence[float] = getattr(sentence, by)
        best = max(best, min([strengths[i] for i in missing]) * (PASSED if sentence.passing else 1.0))
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
