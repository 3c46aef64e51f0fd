"""Decides what an article is, compared with stored ones that share an address, a title, a content hash or a band with it.

The rules stand in the order in which they are tried; the first that finds a candidate decides. Two articles under a generic
headline must stay apart: to miss a story is worse than to tell it twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.model import Article, Candidate, Keys, Verdict, VerdictKind
from core.text import folded_words, title_key
from crawler.normalise.minhash import bands, similarity
from crawler.normalise.urls import url_key

SIMILAR = 0.5
SAME_TITLE_SIMILAR = 0.15
TITLE_WINDOW = timedelta(days=7)
SIMILAR_WINDOW = timedelta(days=30)
_TITLE_WORDS = 5
_ORIGINAL_TITLE_WORDS = 4
_CONTAINED = 0.8
_CONTAINED_SIMILARITY = 0.3
_CONTAINED_RATIO = 2.5
_CONTAINED_WORDS = 40


def keys(article: Article) -> Keys:
    """The lookup keys of an article; the same values are stored with it. ``original_title`` is compared with both title columns."""
    original = title_key_hash(article.original_title) if article.original_title else None
    words = len(folded_words(article.body))
    return Keys(url_key(article.url), title_key_hash(article.title), original, article.content_hash, bands(article.fingerprint), words)


def title_key_hash(title: str) -> bytes:
    """16 bytes under which two headlines are the same."""
    return hashlib.blake2b(title_key(title).encode("utf-8", "replace"), digest_size=16).digest()


def decide(article: Article, candidates: Sequence[Candidate], *, now: datetime, mine: Keys | None = None) -> Verdict:
    """What the article is. Candidates may be too many: each rule checks for itself. ``mine``: its keys, if they are made already."""
    mine = mine or keys(article)
    ordered = sorted(candidates, key=lambda candidate: (candidate.first_seen_at, candidate.article_id))
    return (
        _same_address(article, mine, ordered)
        or _same_content(article, mine, ordered)
        or _repost(article, mine, ordered, now)
        or _same_title(article, mine, ordered, now)
        or _similar(article, ordered, now)
        or _containing(article, ordered, now)
        or Verdict(VerdictKind.NEW, reason="new")
    )


def _same_address(article: Article, mine: Keys, candidates: Sequence[Candidate]) -> Verdict | None:
    for candidate in candidates:
        if candidate.url_key == mine.url:
            if candidate.content_hash == mine.content_hash:
                return _verdict(VerdictKind.DUPLICATE, candidate, 1.0, "address")
            return _verdict(VerdictKind.REVISION, candidate, similarity(article.fingerprint, candidate.fingerprint), "revised")
    return None


def _same_content(article: Article, mine: Keys, candidates: Sequence[Candidate]) -> Verdict | None:
    """The very words elsewhere. A few words (a video caption, nothing at all) say too little: then the title must agree too."""
    for candidate in candidates:
        if candidate.content_hash == mine.content_hash and (article.fingerprint or _short_but_same(article, mine, candidate)):
            return _verdict(VerdictKind.DUPLICATE, candidate, 1.0, "syndicated")
    return None


def _short_but_same(article: Article, mine: Keys, candidate: Candidate) -> bool:
    return bool(article.body) and candidate.title_key == mine.title


def _repost(article: Article, mine: Keys, candidates: Sequence[Candidate], now: datetime) -> Verdict | None:
    """A wrapper names the headline of the original: they meet whichever came first, and two reposts of one original meet too."""
    original = mine.original_title if _words(article.original_title) >= _ORIGINAL_TITLE_WORDS else None
    title = mine.title if _words(article.title) >= _ORIGINAL_TITLE_WORDS else None
    for candidate in _within(candidates, now, SIMILAR_WINDOW):
        if original and original in (candidate.title_key, candidate.original_title_key):
            return _near(article, candidate, "repost")
        if title and title == candidate.original_title_key:
            return _near(article, candidate, "repost")
    return None


def _same_title(article: Article, mine: Keys, candidates: Sequence[Candidate], now: datetime) -> Verdict | None:
    if _words(article.title) < _TITLE_WORDS:
        return None
    for candidate in _within(candidates, now, TITLE_WINDOW):
        comparable = article.fingerprint and candidate.fingerprint
        alike = similarity(article.fingerprint, candidate.fingerprint) >= SAME_TITLE_SIMILAR
        if candidate.title_key == mine.title and (alike or not comparable):
            return _near(article, candidate, "title")
    return None


def _similar(article: Article, candidates: Sequence[Candidate], now: datetime) -> Verdict | None:
    """The most similar candidate; of equals the earliest (``max`` keeps the first)."""
    recent = _within(candidates, now, SIMILAR_WINDOW)
    best = max(recent, key=lambda candidate: similarity(article.fingerprint, candidate.fingerprint), default=None)
    if best is None or similarity(article.fingerprint, best.fingerprint) < SIMILAR:
        return None
    return _near(article, best, "similar")


def _containing(article: Article, candidates: Sequence[Candidate], now: datetime) -> Verdict | None:
    """One text holds nearly all of the other: a long wrapper, or a second article behind the first.

    A round-up of three or more stories is not held to contain each of them: a text more than 2.5 times as long is left alone.
    """
    comparable = [(candidate, candidate.words) for candidate in _within(candidates, now, SIMILAR_WINDOW) if candidate.words]
    length = len(folded_words(article.body)) if comparable and article.fingerprint else 0
    for candidate, words in comparable:
        if min(length, words) < _CONTAINED_WORDS:
            continue
        if max(length, words) > _CONTAINED_RATIO * min(length, words):
            continue
        alike = similarity(article.fingerprint, candidate.fingerprint)
        if alike >= _CONTAINED_SIMILARITY and _containment(alike, length, words) >= _CONTAINED:
            return _near(article, candidate, "contains")
    return None


def _containment(jaccard: float, a: int, b: int) -> float:
    """The share of the smaller text's shingles found in the larger, from the Jaccard similarity and the two lengths."""
    return jaccard * (a + b) / ((1 + jaccard) * min(a, b))


def _within(candidates: Sequence[Candidate], now: datetime, window: timedelta) -> list[Candidate]:
    return [candidate for candidate in candidates if now - candidate.first_seen_at <= window]


def _words(title: str | None) -> int:
    return len(title_key(title).split()) if title else 0


def _near(article: Article, candidate: Candidate, reason: str) -> Verdict:
    return _verdict(VerdictKind.NEAR_DUPLICATE, candidate, similarity(article.fingerprint, candidate.fingerprint), reason)


def _verdict(kind: VerdictKind, candidate: Candidate, alike: float, reason: str) -> Verdict:
    return Verdict(kind, of=candidate.article_id, story=candidate.story, similarity=alike, reason=reason)
