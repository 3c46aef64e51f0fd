"""Makes an article's paragraphs of the lines found for it: wrappers off, the ends cut, boilerplate out, the source read.

Pure: lines and rules in, a value out. The patterns live in ``boilerplate`` and ``sources``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.model import Rules
from core.text import fold
from crawler.extract.blocks import foreign_lines
from crawler.extract.boilerplate import (
    APPEAL,
    ASIDE,
    BIOGRAPHY,
    BYLINE,
    CARD_DATE,
    COMMENTS,
    COPYRIGHT,
    FEWEST_PROVINCES,
    FRAMES,
    LONGEST_LABEL,
    MORE_OF,
    NETWORKS,
    NOISE,
    NOISE_OF_LONG,
    PROVINCES,
    READ_ALSO,
    RELATED,
    is_terminator,
)
from crawler.extract.labels import is_about, is_furniture
from crawler.extract.lines import Line
from crawler.extract.prose import PROSE, SENTENCE, SENTENCE_END, SUBHEADINGS, is_prose, is_sentence
from crawler.extract.signs import signs_in
from crawler.extract.sources import AGENCIES, match_source_line, match_syndication, name_in
from crawler.extract.titles import title_key

_ENOUGH_BEFORE_END = 150
_LABEL = 60
_LONGEST_BAR = 500
_LONGEST_CARD = 600
_PROSE_OF_FLASH = 30
_BREAK = re.compile(r"\n+")
_LETTER = re.compile(r"[^\W\d_]")
_LABELLED = re.compile(r"[^:：]{2,40}[:：]")
_LINKED = 0.8
_MOSTLY = 0.6
_BEGIN = 24  # characters
_NETWORK_INITIALS = frozenset(name[0] for name in NETWORKS) | frozenset("| \t")
_RARE = (COPYRIGHT, APPEAL, FRAMES, ASIDE)
_LONGEST_RARE = max(rare.longest for rare in _RARE)
_MARKS = ",;|•·-"
_FIRST_WORD = re.compile(r"\w+")
_HASHTAG = re.compile(r"[#＃]\w")

# Reposters frame what they copy the same way at the top and at the bottom; T is the original headline, S the original outlet.
_GENERIC_WRAPPERS = (
    r"(?:تابع\s+)?تفاصيل\s+(?P<t>.{8,300}?)\s+وقد\s+تم\s+طرح\s+الخبر\s+عبر\s+(?P<s>.{2,60}?)\s*\.\.\s*تابع\s+(?P=t)"
    r"\s*والتفاصيل\s+عبر\s+[^#\n]{2,40}(?:[^\S\n]+[^#\s]{2,20})?(?:\s*#\S+)*",
)
_GENERIC_WRAPPER_SIGN = "وقد تم طرح الخبر"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Paragraphs without boilerplate, and what the removed parts told.

    ``source_is_own``: the source was read from a syndication sentence, which a site also puts under its own articles.
    ``header``: the lines between the headline and the first paragraph.
    """

    paragraphs: tuple[str, ...]
    original_source: str | None = None
    original_title: str | None = None
    source_is_own: bool = False
    header: tuple[Line, ...] = ()


@dataclass(slots=True)
class _Findings:
    source: str | None = None
    syndicated: bool = False
    title: str | None = None
    wrapper_source: str | None = None


def clean_lines(
    lines: Sequence[Line], *, titles: Collection[str] = (), rules: Rules | None = None, captions: Collection[str] = ()
) -> Cleaned:
    """The article in ``lines``.

    ``titles``: headlines of this article, so that their repetition is recognised. ``captions``: texts of its images.
    """
    rules = rules or Rules()
    found = _Findings()
    keys = {title_key(title) for title in titles if title}
    lines = _apply_text_rules(list(lines), rules, found)
    if found.title:
        keys.add(title_key(found.title))
    keys.discard("")
    lines = _after_headline(lines, keys)
    lines = _until_end(lines, found)
    lines = _without_noise(lines, keys, {title_key(caption) for caption in captions if caption}, rules)
    header, lines = _split_header(lines)
    lines = _without_tail(_without_repeats(lines), found)
    return Cleaned(
        tuple(line.text for line in lines),
        found.source or found.wrapper_source,
        found.title,
        found.syndicated and found.source is not None,
        tuple(header),
    )


def unwrap(text: str, rules: Rules) -> str:
    """``text`` (a headline, a lead) without the outlet's wrappers."""
    for pattern in _wrappers(text, rules):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def find_end(lines: Sequence[Line]) -> int:
    """Number of the line that ends the article, or how many lines there are."""
    prose = 0
    last_headline = max((number for number, line in enumerate(lines) if line.tag == "h1"), default=len(lines))
    for number, line in enumerate(lines):
        if prose >= _ENOUGH_BEFORE_END and _ends_article(lines, number):
            return number
        if number > last_headline and _ends_short_article(lines, number, last_headline):
            return number
        prose += len(line.text) if is_sentence(line) else 0
    return len(lines)


def _ends_article(lines: Sequence[Line], number: int) -> bool:
    text = lines[number].text
    if match_source_line(text) is not None:
        return True
    if len(text) >= 300 or not (is_terminator(text) or BIOGRAPHY.finds(text)):
        return False
    return not (RELATED.match(text) and _goes_on(lines, number))


def _ends_short_article(lines: Sequence[Line], number: int, start: int = 0) -> bool:
    """Whether a heading ends an article of few words: one of comments, or one of other articles with less text behind it than before."""
    line = lines[number]
    if line.tag not in SUBHEADINGS or len(line.text) > _LABEL:
        return False
    comments = COMMENTS.match(line.text)
    if not comments and not RELATED.match(line.text):
        return False
    before, behind = (sum(len(other.text) for other in part if is_sentence(other)) for part in (lines[start:number], lines[number:]))
    return before >= SENTENCE and (bool(comments) or (behind < before and not _goes_on(lines, number)))


def _goes_on(lines: Sequence[Line], number: int) -> bool:
    """Whether the article goes on behind a list of links in its middle: with a paragraph beside its earlier ones, and no more links."""
    beside = {line.path[:-1] for line in lines[:number] if is_prose(line) and len(line.path) > 1}
    rest = lines[number + 1 :]
    links = next((place for place, line in enumerate(rest) if line.text and line.links < _LINKED), len(rest))
    if links + 1 < len(rest) and _is_subheading(rest[links]):
        links += 1
    if links == 0 and rest and is_prose(rest[0]) and rest[0].path[:-1] in beside and MORE_OF.match(lines[number].text):
        return True  # a subheading
    if not 0 < links < len(rest) or not is_prose(rest[links]) or rest[links].path[:-1] not in beside:
        return False
    behind = next((place for place, line in enumerate(rest[links:]) if is_prose(line) is False and line.links >= _LINKED), None)
    return behind is None or is_terminator(rest[links + behind - 1].text)


def _is_subheading(line: Line) -> bool:
    return (
        line.tag in SUBHEADINGS
        and line.links < 0.5
        and len(line.text) < PROSE
        and not RELATED.match(line.text)
        and not COMMENTS.match(line.text)
    )


# --------------------------------------------------------------------------- rules on the whole text


def _apply_text_rules(lines: list[Line], rules: Rules, found: _Findings) -> list[Line]:
    """Wrappers, ``cut_before`` and ``cut_after`` are searched in the whole text, because they run over lines."""
    text = "\n".join(line.text for line in lines)
    cut = text
    for wrapper in _wrappers(text, rules):
        cut = wrapper.sub(lambda match: _note_wrapper(match, found), cut)
    for pattern in rules.cut_before:
        ends = [match.end() for match in re.finditer(pattern, cut, re.MULTILINE)]
        cut = cut[ends[-1] :] if ends else cut
    for pattern in rules.cut_after:
        match = re.search(pattern, cut, re.MULTILINE)
        if match is not None:
            _note_source(cut[match.start() :], found)
            cut = cut[: match.start()]
    return lines if cut == text else _relined(cut, lines)


def _wrappers(text: str, rules: Rules) -> list[re.Pattern[str]]:
    generic = _GENERIC_WRAPPERS if _GENERIC_WRAPPER_SIGN in text else ()
    return [re.compile(pattern, re.DOTALL) for pattern in (*rules.wrappers, *generic)]


def _note_wrapper(match: re.Match[str], found: _Findings) -> str:
    groups = match.groupdict()
    found.title = found.title or " ".join((groups.get("t") or "").split()) or None
    found.wrapper_source = found.wrapper_source or name_in(groups.get("s") or "")
    return "\n"


def _note_source(rest: str, found: _Findings) -> None:
    """The source named at the very place where the outlet's rule cuts."""
    first, _, second = rest.strip().partition("\n")
    said = match_source_line(first)
    if said is not None:
        found.source = found.source or name_in(said or second.partition("\n")[0])


def _relined(text: str, lines: Sequence[Line]) -> list[Line]:
    """The lines that are left, with their markup where they are unchanged."""
    known = {line.text: line for line in lines}
    return [known.get(part, Line(part)) for part in (piece.strip() for piece in _BREAK.split(text)) if part]


# --------------------------------------------------------------------------- the ends


def _after_headline(lines: list[Line], keys: set[str]) -> list[Line]:
    """The lines behind the last repetition of the headline that stands before any article text."""
    start = prose = 0
    for number, line in enumerate(lines):
        if _repeats_headline(line, keys) and (prose == 0 or line.tag == "h1"):
            start = number + 1
        elif is_prose(line):
            prose += len(line.text)
            if prose > 2 * _ENOUGH_BEFORE_END:
                break
    return lines[start:]


def _repeats_headline(line: Line, keys: set[str]) -> bool:
    if len(line.text) > 500:
        return line.tag == "h1"
    if not keys:
        return False
    if len(line.text) > 2 * (max(map(len, keys)) + 50):
        return False  # marks and punctuation make a text at most about twice as long as its key
    key = title_key(line.text)
    # A breadcrumb ends with the headline, a page title begins with it.
    return key in keys or any(len(own) > 20 and (key.endswith(own) or key.startswith(own)) and len(key) < len(own) + 50 for own in keys)


def _until_end(lines: list[Line], found: _Findings) -> list[Line]:
    """The lines before the first one that ends articles: a source line, related headlines, comments, a share bar."""
    kept: list[Line] = []
    prose = 0
    last_prose = next((number for number in reversed(range(len(lines))) if is_prose(lines[number])), -1)
    for number, line in enumerate(lines):
        if (said := match_source_line(line.text)) is not None:
            if prose >= _ENOUGH_BEFORE_END or last_prose < number:
                following = lines[number + 1].text if number + 1 < len(lines) else ""
                found.source = found.source or name_in(said or following)
                return kept
            continue  # the credit of a picture
        if (said_by := match_syndication(line.text)) is not None:
            found.syndicated = found.source is None
            found.title, found.source = found.title or said_by[0], found.source or name_in(said_by[1])
            return kept
        if (prose >= _ENOUGH_BEFORE_END and _ends_article(lines, number)) or _ends_short_article(lines, number):
            return kept
        prose += len(line.text) if is_sentence(line) else 0
        kept.append(line)
    return kept


def _split_header(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Labels before the first paragraph (byline, section, caption, date) apart from the article."""
    first = next((number for number, line in enumerate(lines) if is_prose(line)), None)
    if first is None:
        first = next((number for number, line in enumerate(lines) if is_sentence(line) and not _is_header(line)), len(lines))
    header = [line for line in lines[:first] if _is_header(line)]
    rest = [line for line in lines[:first] if not _is_header(line)] + lines[first:]
    while len(rest) > 2 and rest[0].tag in SUBHEADINGS and not is_prose(rest[0]):  # the lead, set as a heading
        header.append(rest.pop(0))
    if not rest:  # a flash is as short as a label
        rest = [line for line in header if len(line.text) >= _PROSE_OF_FLASH and line.links < 0.5 and not BYLINE.match(line.text)]
    return header, rest


def _is_header(line: Line) -> bool:
    return (
        not line.text
        or line.links >= 0.8
        or (len(line.text) < _LABEL and not line.text.endswith((".", "!", "?", "؟", "…", ":")))
        or (len(line.text) < 2 * PROSE and bool(BYLINE.match(line.text)) and not line.text.endswith("."))
    )


def _without_tail(lines: list[Line], found: _Findings) -> list[Line]:
    """Drops up to three short labels at the end: a name, an agency (which is the source), a leftover of a menu."""
    while len(lines) > 2 and is_about(lines[-1].text):
        lines = lines[:-1]
    for _ in range(3):
        if len(lines) < 2 or not any(is_sentence(line) for line in lines[:-1]):
            return lines
        last = lines[-1].text
        if len(last) >= 40 or (last.endswith(SENTENCE_END) and not (last.startswith("(") and last.endswith(")"))):
            return lines
        if AGENCIES.fullmatch(last.strip(" ()[].-–—")):
            found.source = found.source or name_in(last)
        lines = lines[:-1]
    return lines


# --------------------------------------------------------------------------- single lines


def _without_noise(lines: list[Line], keys: set[str], captions: set[str], rules: Rules) -> list[Line]:
    drops = [re.compile(pattern) for pattern in rules.drop]
    longest = min(300, 2 * max(map(len, keys | captions), default=0) + 50)
    kept: list[Line] = []
    awaiting_headline = False
    foreign = foreign_lines(lines)
    for number, line in enumerate(lines):
        if number in foreign:
            continue
        headline = awaiting_headline and _is_headline(line)
        awaiting_headline = (awaiting_headline and headline and line.links >= 0.8) if headline else False
        if headline:
            continue
        if len(line.text) < 300 and (also := READ_ALSO.match(line.text)) is not None:
            awaiting_headline = len(line.text) - also.end() < 5
            continue
        if not (_is_noise(line, keys, captions, longest) or any(drop.search(line.text) for drop in drops)):
            kept.append(line)
    return kept


def _is_headline(line: Line) -> bool:
    return line.links >= 0.8 or (len(line.text) < 160 and not line.text.endswith((".", "،")))


def _is_noise(line: Line, keys: set[str], captions: set[str], longest: int) -> bool:
    """``longest``: characters that a repetition of a headline or a caption may have."""
    text = line.text
    if not text and not line.dates:
        return True
    if (NOISE if len(text) <= LONGEST_LABEL else NOISE_OF_LONG).match(text) or is_share_bar(text) or is_hashtags(text):
        return True
    if (len(text) < _LONGEST_RARE and signs_in(text) and any(rare.finds(text) for rare in _RARE)) or is_furniture(text):
        return True
    if _is_card(line):
        return True
    if line.links >= _MOSTLY and len(text) < 200 and (label := _LABELLED.match(text)) and len(label[0].split()) <= 4:
        return True  # a label, a colon, and a link
    if not _LETTER.search(text) or is_province_list(text):
        return bool(text)
    if len(text) > longest or not _begins_like(text, keys, captions):
        return False
    key = title_key(text)
    return not key or key in keys or (key in captions and len(text) < 200)


def _begins_like(text: str, keys: set[str], captions: set[str]) -> bool:
    """Whether a line may have one of these keys, by its first letter and then its first words: to fold a whole line costs much more.

    What stands at the cut may be folded otherwise than in the whole line, and does not count.
    """
    known = (*keys, *captions)
    first = fold(text[:1])
    if first.isalnum() and not any(key.startswith(first) for key in known):
        return False
    begin = title_key(text[:_BEGIN])
    return len(begin) <= _BEGIN // 2 or any(key.startswith(begin[: _BEGIN // 2]) for key in known)


def _is_card(line: Line) -> bool:
    """Whether a line presents another article: nothing but its headline, or the headline with its date, its section or its length."""
    if line.links >= 0.9 and len(line.text) < _LONGEST_CARD:
        return True
    if line.links < 0.4 or len(line.text) >= _LONGEST_CARD or line.text.endswith(SENTENCE_END):
        return False
    return line.links >= _MOSTLY or (len(line.text) < _LONGEST_BAR and CARD_DATE.search(line.text) is not None)


def is_share_bar(text: str) -> bool:
    """Whether a line consists of the names of social networks."""
    if len(text) > _LONGEST_BAR or text[:1].lower() not in _NETWORK_INITIALS:
        return False
    if (first := text[:40].lower().replace("|", " ").split(None, 1)[:1]) and first[0].strip() not in NETWORKS:
        return False
    words = text.lower().replace("|", " ").split()
    return 0 < len(words) <= 40 and all(word in NETWORKS for word in words)


def is_province_list(text: str) -> bool:
    """Whether a line lists provinces of Turkey."""
    if text.endswith(".") or not any(fold(word.strip(_MARKS)) in PROVINCES for word in text[:80].split()[:3]):
        return False
    words = [word.strip(_MARKS) for word in text[:1500].split()]
    return len(words) >= FEWEST_PROVINCES and sum(fold(word) in PROVINCES for word in words) >= 0.8 * len(words)


def is_hashtags(text: str) -> bool:
    """Whether a line is a row of hashtags."""
    if "#" not in text and "＃" not in text:
        return False
    words = text.split()
    tags = sum(1 for word in words if _HASHTAG.match(word))
    return tags > 0 and tags * 10 >= len(words) * 7


def _without_repeats(lines: list[Line]) -> list[Line]:
    """Each long paragraph once, and no label next to itself (a doubled caption goes entirely)."""
    begins = Counter([_beginning(line) for line in lines])
    if len(begins) == len(lines):
        return lines
    seen: set[str] = set()
    kept: list[Line] = []
    for line in lines:
        if begins[_beginning(line)] == 1:
            kept.append(line)
            continue
        key = title_key(line.text)
        if key in seen and (len(line.text) >= _LABEL or (kept and title_key(kept[-1].text) == key)):
            continue
        seen.add(key)
        kept.append(line)
    return kept


def _beginning(line: Line) -> str:
    """The first word: repetitions share it, and it is cheap."""
    word = _FIRST_WORD.search(line.text)
    return word[0] if word else ""
