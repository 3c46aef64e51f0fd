"""RawArticle ► Article: cleans the strings, reads the dates, names the language, and makes the keys that de-duplication compares."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from core.model import Article, Entry, Outlet, RawArticle, Source
from core.mojibake import repair
from core.text import clean_line, fold, folded_words
from crawler.normalise.citations import find_citations
from crawler.normalise.datelines import Dateline, find_dateline, without_dateline
from crawler.normalise.language import identify
from crawler.normalise.layers import find_dates
from crawler.normalise.minhash import fingerprint_words
from crawler.normalise.source_names import SourceNames, built_in_names, clean_source
from crawler.normalise.urls import canonical_url, site_of

LEAD_LENGTH = 500
_LEAST_CUT = 60
_MOST_IN_LEAD = 3  # paragraphs
_DOTS = re.compile(r"\s*(?:…|\.{2,})\s*$")
_SENTENCE_ENDS = (".", "!", "?", "؟", "…", "»", "”", '"')
_END_OF_SENTENCE = re.compile(r"[.!?؟…]+[»”\")]*(?=\s|$)")
_TITLE_DATE = re.compile(r"[\s|–—-]*(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d\d\s*$")
_SEPARATOR = re.compile(r"\s*(?:\s[-–—:]|[|»«•·]|::)\s*$")
_LEADING_SEPARATOR = re.compile(r"^\s*(?:[-–—:]\s|[|»«•·]|::)\s*")
_EDGE = " \t\n|-–—·•»«"
# What is left of a letter that was cut in two: the first half of an Arabic one, read as Latin, or the mark for no letter at all.
_CUT_CHARACTER = re.compile("(?<=[\u0600-\u06ff\\s])[ÙØÃÚÛ]+(?=[\\s.…]*$)|\ufffd+(?=[\\s.…]*$)")
_MORE = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|(?:اقرأ المزيد|Read more|Continue reading|Devamı(?: için)?)\b.*)$", re.I | re.S)
_SYNDICATION = re.compile(
    r"\s*(?:The post .{1,300}? (?:appeared first|first appeared) on .*|ظهرت المقالة .{1,300}? أولا\S*ً? على .*)$", re.S
)


def normalise(
    raw: RawArticle,
    *,
    outlet: Outlet,
    source: Source | None,
    entry: Entry | None,
    url: str,
    now: datetime,
    known_sources: SourceNames | None = None,
) -> Article:
    """The article of a page that was found at ``url`` (its final address) through ``entry`` of ``source``.

    ``known_sources``: the names under which outlets are cited, when there are more than the built-in ones.
    """
    title = clean_title(raw.title or (entry.title if entry else None) or "", outlet)
    paragraphs = [line for paragraph in repair("\x1e".join(raw.paragraphs)).split("\x1e") if (line := clean_line(paragraph))]
    names = known_sources or built_in_names()
    own = _own_names(outlet, names)
    dateline = (
        find_dateline(paragraphs[0], lambda text: _source_key(text, names) in own or names.canonical(text) is not None)
        if paragraphs
        else None
    )
    paragraphs = without_dateline(paragraphs, dateline) or paragraphs
    body = "\n".join(paragraphs)
    words = folded_words(body)
    language = identify(f"{title}\n{body}", declared=raw.language, expected=outlet.languages)
    dates = find_dates(raw, entry=entry, source=source, outlet=outlet, url=url, now=now)
    dated_by = raw.provenance.get("published", "page") if dates.layer == "page" else dates.layer
    provenance = {**raw.provenance, **({"published_at": dated_by} if dated_by else {})}
    provenance.pop("published", None)
    if language:
        provenance["language"] = "text"
    authors = _lines(raw.authors or ((entry.author,) if entry and entry.author else ()))
    original = clean_source(raw.original_source)
    credited = _credited(dateline, own, names)
    if dateline and dateline.authors and not authors:
        authors, provenance["authors"] = dateline.authors, "dateline"
    if credited and not original:
        original, provenance["original_source"] = credited[0], "dateline"
    cited = dict.fromkeys((*(_source_key(name, names) for name in credited), *find_citations(body, names)))
    return Article(
        outlet=outlet.id,
        url=_address(raw, url),
        title=title,
        body=body,
        language=language,
        content_hash=content_hash(words or folded_words(title)),
        fingerprint=fingerprint_words(words),
        lead=_lead(raw, entry if source is None or source.summary_is_lead else None, title, paragraphs),
        published_at=dates.published_at,
        modified_at=dates.modified_at,
        authors=authors,
        tags=_lines(raw.tags or (entry.tags if entry else ())),
        section=clean_line(raw.section or "") or None,
        image=image_url(raw.image, url),
        original_source=original,
        original_title=clean_title(raw.original_title, outlet) or None if raw.original_title else None,
        cited_sources=tuple(name for name in cited if name not in own and not (credited and name == _source_key(original or "", names))),
        provenance=provenance,
        notes=tuple(dict.fromkeys((*raw.notes, *dates.notes))),
    )


def content_hash(words: list[str]) -> bytes:
    """16 bytes that are equal when the folded words of two bodies are."""
    return hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=16).digest()


def clean_title(title: str, outlet: Outlet) -> str:
    """The headline alone: without the outlet's name at either end (`` - طيف بوست``) and without a date behind it."""
    title = _CUT_CHARACTER.sub("", clean_line(repair(title)))
    names = {fold(name.strip(_EDGE)): None for name in (*outlet.rules.title_suffixes, outlet.name, *outlet.aliases)}
    while True:
        shorter = _without_name(_TITLE_DATE.sub("", title), names) or title
        if shorter == title:
            return title.strip(_EDGE) or title
        title = shorter


def image_url(image: str | None, page: str) -> str | None:
    """The absolute address of an image, otherwise as it stands; None when it is not a web address."""
    if not image:
        return None
    try:
        found = urljoin(page, image.strip())
        return found if urlsplit(found).scheme in ("http", "https") else None
    except ValueError:
        return None


# --------------------------------------------------------------------------- fields


def _without_name(title: str, names: Mapping[str, None]) -> str:
    """The title without one of the names at its end or start, if a separator stands between."""
    for name in names:
        if not name:
            continue
        for cut in _cuts(title):
            if fold(title[cut:].strip(_EDGE)) == name and (head := _SEPARATOR.search(title[:cut])):
                return title[: head.start()].strip()
            if fold(title[:cut].strip(_EDGE)) == name and (tail := _LEADING_SEPARATOR.search(title[cut:])):
                return title[cut + tail.end() :].strip()
    return title.strip()


def _cuts(title: str) -> list[int]:
    """Where a separator ends or begins."""
    return sorted({at for match in re.finditer(r"\s[-–—:]\s|\s*(?:[|»«•·]|::)\s*", title) for at in match.span()})


def _own_names(outlet: Outlet, names: SourceNames) -> frozenset[str]:
    """The names of the outlet itself: a text that names it cites nobody else."""
    suffixes = (_source_key(suffix.strip(_EDGE), names) for suffix in outlet.rules.title_suffixes)
    return frozenset((*names.of(outlet), *(_source_key(alias, names) for alias in outlet.aliases), *suffixes))


def _source_key(text: str, names: SourceNames) -> str:
    """The name under which a source is stored, or as it stands."""
    return names.canonical(text) or text.strip()


def _credited(dateline: Dateline | None, own: frozenset[str], names: SourceNames) -> tuple[str, ...]:
    """The outlets and agencies in a dateline, as they stand, without the outlet itself."""
    return tuple(name for name in dateline.sources if _source_key(name, names) not in own) if dateline else ()


def _address(raw: RawArticle, url: str) -> str:
    """The canonical address the page names, if it lies on the same site and is not just the home page; else its own."""
    own = canonical_url(url) or url
    named = canonical_url(raw.canonical_url, base=url) if raw.canonical_url else None
    if named is None or site_of(named) != site_of(own):
        return own
    at_home = urlsplit(named).path == "/" and not urlsplit(named).query
    return own if at_home else named


def _lead(raw: RawArticle, entry: Entry | None, title: str, paragraphs: list[str]) -> str | None:
    candidates = (raw.lead, entry.summary if entry else None, paragraphs[0] if paragraphs else None)
    for candidate in candidates:
        lead = _plain(candidate) if candidate else ""
        if lead and folded_words(lead) != folded_words(title):
            return _shortened(_completed(lead, paragraphs))
    return None


def _completed(lead: str, paragraphs: Sequence[str]) -> str:
    """A description that was cut off in mid-sentence, up to that sentence's end in the text it was taken from."""
    begin = _DOTS.sub("", lead)
    if len(begin) < _LEAST_CUT or begin.endswith(_SENTENCE_ENDS):
        return lead
    text = " ".join(paragraphs[:_MOST_IN_LEAD])
    if not text.startswith(begin):
        return lead
    end = _END_OF_SENTENCE.search(text, len(begin))
    return text[: end.end()] if end else text


def _plain(html: str) -> str:
    """One line of text of a piece of HTML, without the tails that feeds append."""
    text = clean_line(repair(html))
    if "<" in text:
        from selectolax.lexbor import LexborHTMLParser

        root = LexborHTMLParser(text)
        root.strip_tags(["script", "style"], recursive=True)
        text = clean_line(root.body.text(separator=" ") if root.body else "")
    return _CUT_CHARACTER.sub("", _MORE.sub("", _SYNDICATION.sub("", text))).strip()


def _shortened(text: str) -> str:
    if len(text) <= LEAD_LENGTH:
        return text
    cut = text.rfind(" ", LEAD_LENGTH // 2, LEAD_LENGTH - 1)
    return text[: cut if cut > 0 else LEAD_LENGTH - 1].rstrip(" ،,;؛-–") + "…"


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for text in texts if (line := clean_line(repair(text)))))
