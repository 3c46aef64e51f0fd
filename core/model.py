"""The values that cross a package border. Frozen and slotted; a stage's output type is the next stage's input type.

    Outlet, Source ► Entry ► RawArticle ► Article ► Verdict + Match ► Alert ► Delivery ► Message ► Receipt

All instants are aware and in UTC. ``None`` means unknown; nothing is ever guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as calendar_date
from datetime import datetime
from enum import StrEnum


class SourceKind(StrEnum):
    FEED = "feed"
    SITEMAP = "sitemap"
    WORDPRESS = "wordpress"
    LISTING = "listing"
    TELEGRAM = "telegram"


class Outcome(StrEnum):
    """How a poll ended."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    PARTIAL = "partial"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    SKIPPED = "skipped"


class VerdictKind(StrEnum):
    """What an article is, compared with what is stored."""

    NEW = "new"
    REVISION = "revision"
    DUPLICATE = "duplicate"
    NEAR_DUPLICATE = "near_duplicate"


# --------------------------------------------------------------------------- outlets


@dataclass(frozen=True, slots=True)
class Rules:
    """Extraction rules of an outlet. All optional. Selectors are CSS, or XPath when they begin with ``/``, ``(``, ``./`` or ``xpath:``.

    ``cut_after`` and ``cut_before`` are regular expressions searched in the body text (MULTILINE): everything from the first
    match of ``cut_after`` on, and everything up to the end of the last match of ``cut_before``, is dropped.
    ``wrappers`` are regular expressions (DOTALL) removed wherever they stand; a named group ``t`` gives the original title and
    ``s`` the original source. ``drop`` are regular expressions: a paragraph that matches one is dropped.
    """

    title: str | None = None
    lead: str | None = None
    body: str | None = None
    author: str | None = None
    date: str | None = None
    image: str | None = None
    tags: str | None = None
    remove: tuple[str, ...] = ()
    cut_after: tuple[str, ...] = ()
    cut_before: tuple[str, ...] = ()
    wrappers: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    title_suffixes: tuple[str, ...] = ()
    published_label: str | None = None
    """Regular expression on the visible text whose group 1 is the publication date, e.g. ``تاريخ النشر:\\s*(.+)``."""
    valid_until: calendar_date | None = None
    """The last day whose pages were made for these rules; None for those of today."""
    older: tuple[Rules, ...] = ()
    """The rules of earlier themes, each with its ``valid_until``."""


@dataclass(frozen=True, slots=True)
class Source:
    """One address of an outlet that lists entries.

    ``zone``: IANA zone of dates that carry none. ``zone_override``: the zone that dates are really in although they are
    labelled otherwise (Star labels Istanbul time as GMT).
    """

    id: str
    kind: SourceKind
    url: str
    article: str | None = None
    """Regular expression that the address of an article must match; others are counted as filtered."""
    links: str | None = None
    """CSS selector of the links on a listing; default every ``a[href]``."""
    zone: str | None = None
    zone_override: str | None = None
    full_text: bool = False
    """The feed carries whole articles: their pages need not be fetched."""
    fallback: bool = False
    """Read only while no other source of the outlet can be read (a Telegram channel beside a site that refuses us)."""
    summary_is_lead: bool = True
    """False: what stands in the summaries of this source is no lead (a caption, for one)."""
    older: str | None = None
    """Address of older entries with ``{page}`` in it (2, 3, …), for what paging is not announced by the source itself."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """A news outlet as its definition file says."""

    id: str
    name: str
    home: str | None
    languages: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    rules: Rules = Rules()
    identity: tuple[str, ...] = ()
    """Words of which at least one must stand on the home page (masthead)."""
    candidate_homes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Spellings under which others cite this outlet."""
    enabled: bool = True
    reliability: str = "normal"
    zone: str | None = None
    home_is_users: bool = False
    """The user gave the address, so it is believed without the identity check."""
    min_interval: float | None = None
    max_interval: float | None = None
    pace: float | None = None
    time_limit: float | None = None
    spacing: float | None = None
    verify_every: int | None = None
    gap_pages: int | None = None
    seed_limit: int | None = None
    page_limit: float | None = None

    @property
    def needs_address(self) -> bool:
        """No home and no source with an absolute address: nothing can be polled yet."""
        return not any(source.url.startswith(("http://", "https://")) for source in self.sources)


# --------------------------------------------------------------------------- crawl


_ENOUGH_FULL_TEXT = 400
_TRUNCATED = ("…", "...", "[…]", "[...]", "&hellip;", "&#8230;", "[&#8230;]", "[&hellip;]")


@dataclass(frozen=True, slots=True)
class Entry:
    """An element of a source, as the source says it.

    ``published`` is the text as found (RFC 822, ISO, written); ``content`` is the HTML of a full-text feed or None.
    """

    url: str
    title: str | None = None
    published: str | None = None
    summary: str | None = None
    content: str | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    modified: str | None = None
    """When the page was last changed, as a sitemap says it (``lastmod``); not a publication date."""

    @property
    def has_full_text(self) -> bool:
        """Whether it carries a whole article rather than its first words."""
        content = (self.content or "").strip().removesuffix("</p>").rstrip()
        return len(content) >= _ENOUGH_FULL_TEXT and not content.endswith(_TRUNCATED)


@dataclass(frozen=True, slots=True)
class Nested:
    """A sitemap that a sitemap index names. ``modified`` is its ``lastmod`` as text, or None."""

    url: str
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a reader function made of the bytes of a source: entries, and what it dropped, by reason.

    ``len(entries) + sum(dropped.values())`` is the number of elements the source showed; ``nested`` sitemaps are not among them.
    ``older``: absolute address of the page with the entries before these, where the source announces one. ``hub``: its WebSub hub.
    ``wait``: seconds that the source itself wants between two polls (``ttl``, ``sy:updatePeriod``), 0 for no wish.
    """

    entries: tuple[Entry, ...]
    dropped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    nested: tuple[Nested, ...] = ()
    older: str | None = None
    hub: str | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class RawArticle:
    """Strings found on a page and, in ``provenance``, which method found each field (field name -> layer name).

    ``paragraphs`` are the cleaned body paragraphs, without boilerplate, wrappers or a second article.
    ``published`` and ``modified`` are texts as found, still unparsed; ``other_published`` is what a further layer of the page says of it.
    """

    url: str
    title: str
    paragraphs: tuple[str, ...]
    lead: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    canonical_url: str | None = None
    language: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    original_source: str | None = None
    original_title: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    other_published: str | None = None


@dataclass(frozen=True, slots=True)
class Supplied:
    """An article that was handed to us instead of found by us, as it was written: plain text or HTML, dates unparsed.

    ``id``: the one that it has where it comes from, "" for none.
    """

    id: str
    title: str
    body: str
    url: str = ""
    lead: str = ""
    language: str | None = None
    published: str | None = None
    tags: tuple[str, ...] = ()
    original_source: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What one layer says of one field of a page, as text; of the body its size in characters."""

    field: str
    layer: str
    value: str


@dataclass(frozen=True, slots=True)
class Article:
    """An extracted and normalised article.

    ``content_hash``: 16 bytes, exact, of the folded title-less body; of the title where there is no body. ``fingerprint``: 128
    little-endian uint32 (512 bytes) MinHash values of the folded word 3-shingles of the body, or ``b""`` when it is too short to compare.
    ``published_at`` and ``modified_at`` are the outlet's claims, aware UTC, or None.
    """

    outlet: str
    url: str
    title: str
    body: str
    language: str | None
    content_hash: bytes
    fingerprint: bytes
    lead: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    section: str | None = None
    image: str | None = None
    original_source: str | None = None
    original_title: str | None = None
    cited_sources: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """Under what a stored article is looked up: equal ``url``, ``title``, ``original_title`` or ``content_hash``, or a shared band.

    16 bytes each; ``bands`` are signed 64-bit LSH keys of the fingerprint; ``words`` is the length of the body.
    """

    url: bytes
    title: bytes
    original_title: bytes | None
    content_hash: bytes
    bands: tuple[int, ...]
    words: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored article that may be the same. ``words``: how many words its body has, None when not known (no containment then)."""

    article_id: int
    story: int
    outlet: str
    url_key: bytes
    title_key: bytes
    original_title_key: bytes | None
    content_hash: bytes
    fingerprint: bytes
    first_seen_at: datetime
    words: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the article is compared with what is stored.

    ``of``: id of the stored article it repeats or revises. ``story``: id of the story it joins, None for a new story.
    ``similarity``: estimated Jaccard similarity in 0–1 (1.0 for exact). ``reason``: the rule that decided, one word.
    """

    kind: VerdictKind
    of: int | None = None
    story: int | None = None
    similarity: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A term found in an article. ``position``: offset in characters of the original text of ``field``."""

    term: str
    side: str
    field: str
    position: int
    weight: float
    text: str
    """The words as they stand in the article."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a topic thinks of an article; stored also when not relevant is asked for by ``rasid explain``."""

    topic: str
    relevant: bool
    score: float
    evidence: tuple[Evidence, ...]
    reason: str


# --------------------------------------------------------------------------- alerts


@dataclass(frozen=True, slots=True)
class Alert:
    """A stored intention to tell somebody of a story, with everything needed to render it."""

    id: int
    story: int
    topic: str
    created_at: datetime
    article_id: int
    outlet: str
    outlet_name: str
    url: str
    title: str
    lead: str | None
    language: str | None
    published_at: datetime | None
    first_seen_at: datetime
    original_source: str | None
    score: float
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert or notice on its way to one channel, leased to one dispatcher. ``attempts`` counts this one.

    ``taken``: what earlier attempts got through, in the notifier's words: recipients, ids of parts.
    """

    id: int
    channel: str
    item: Alert | Notice
    attempts: int
    created_at: datetime
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What a notifier sends: rendered, escaped for its medium, safe.

    ``id`` is stable over all attempts of the same delivery (an RFC 5322 Message-ID without angle brackets).
    ``texts`` are the parts in order: one for most, several where the medium limits the length.
    """

    id: str
    subject: str
    texts: tuple[str, ...]
    html: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the channel answered on success, e.g. Telegram message ids; kept for later edits and replies.

    ``note``: what a person should know of it all the same, e.g. a recipient who was refused for good.
    """

    reference: str = ""
    note: str = ""


# --------------------------------------------------------------------------- health


class Condition(StrEnum):
    """What can be wrong with an outlet, the worst first."""

    IDENTITY_LOST = "identity_lost"
    FAILING = "failing"
    REFUSED = "refused"
    NEVER_DELIVERED = "never_delivered"
    SILENT = "silent"
    STALE = "stale"
    THINNING = "thinning"
    CLOCK_SKEW = "clock_skew"


@dataclass(frozen=True, slots=True)
class Finding:
    """A condition that an outlet is in, and the reason in one sentence. ``certain``: people may be told."""

    condition: Condition
    reason: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about an outlet that the operator should know: its health changed, its address did.

    ``kind``: a value of Condition, ``recovered`` or ``moved``.
    """

    id: int
    outlet: str
    outlet_name: str
    kind: str
    title: str
    text: str
    created_at: datetime


# --------------------------------------------------------------------------- polls


@dataclass(frozen=True, slots=True)
class PollRun:
    """The ledger row of one poll: ``seen == new + known + revised + filtered + failed + pending``.

    ``reasons``: counted reasons behind ``filtered`` and ``failed`` (reason -> count).
    """

    outlet: str
    scheduled_for: datetime
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    seen: int = 0
    new: int = 0
    known: int = 0
    revised: int = 0
    filtered: int = 0
    failed: int = 0
    pending: int = 0
    duplicates: int = 0
    matched: int = 0
    alerted: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
