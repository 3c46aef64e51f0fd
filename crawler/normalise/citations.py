"""Whom an article cites (``ونقلت صحيفة "X"``, ``according to X``, ``X gazetesinin haberine göre``).

A text cites a source when the source's name stands beside a cue: words of saying, quoting or telling around the name of an outlet or
agency. The names and their spellings are in ``sources.toml`` and in the definitions of the outlets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.normalise import cues
from crawler.normalise.source_names import FLAT, TRIM, Mention, SourceNames, built_in_names

_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u200d-\u200f]")
_LEFT, _RIGHT = 140, 220
_SENTENCE_END = re.compile(r"[.!?؟](?=\s|$)|\n")
_MOST_WORDS = 4


def find_citations(text: str, known_sources: SourceNames | None = None) -> tuple[str, ...]:
    """The sources that the text cites, in order, each once.

    A name in quotes behind "newspaper", "agency", … is taken as it stands when it is unknown; any other only when it is known,
    because where it ends cannot be told. ``known_sources``: instead of the built-in spellings alone.
    """
    names = known_sources or built_in_names()
    text = _MARKS.sub("", text)
    flat = text.translate(FLAT)
    if len(flat) != len(text):
        return ()
    mentions = list(_with_unknown(list(names.mentions(text, flat)), text, flat))
    cited = [_is_cited(mention, text, flat) for mention in mentions]
    for order in (range(1, len(mentions)), range(len(mentions) - 2, -1, -1)):
        step = order.step
        for number in order:
            one, other = sorted((number, number - step))
            if cited[number - step] and cues.JOINED.fullmatch(flat[mentions[one].stop : mentions[other].start]):
                cited[number] = True
    return tuple(dict.fromkeys(mention.name for mention, yes in zip(mentions, cited, strict=True) if yes))


def _with_unknown(known: list[Mention], text: str, flat: str) -> Iterator[Mention]:
    """The mentions and the quoted names behind "newspaper", "agency", … that no table knows, in order."""
    taken = {position for mention in known for position in range(mention.start, mention.stop)}
    unknown = []
    for match in cues.QUOTED_NAME.finditer(flat):
        start, stop = match.span("name") if match["name"] else match.span("before")
        words = flat[start:stop].split()
        if taken.isdisjoint(range(start, stop)) and 0 < len(words) <= _MOST_WORDS and not cues.PLATFORM.search(flat[start:stop]):
            unknown.append(Mention(start, stop, text[start:stop].strip(TRIM), latin=flat[start].isascii(), unknown=True))
    yield from sorted((*known, *unknown), key=lambda mention: mention.start)


def _is_cited(mention: Mention, text: str, flat: str) -> bool:
    """Whether the words around a name cite it."""
    left = _SENTENCE_END.split(flat[max(0, mention.start - _LEFT) : mention.start])[-1] + ("ل" if mention.dropped else "")
    right = _SENTENCE_END.split(flat[mention.stop : mention.stop + _RIGHT], maxsplit=1)[0]
    quoted = left.endswith(('"', "'")) and right[:1] in ('"', "'")
    if quoted:
        left, right = left[:-1], right[1:]
    if mention.latin and not quoted and cues.LONGER_NAME.match(text, mention.stop):
        return False
    sure = quoted or mention.unknown or not mention.weak or bool(cues.NOUN_BEFORE.search(left) or cues.NOUN_AFTER.match(right))
    return cues.cites(left, right, latin=mention.latin, sure=sure)
