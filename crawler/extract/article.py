"""Makes a RawArticle of a page: for each field the first layer that has it, and which layer that was.

Layers: outlet rules ► JSON-LD ► OpenGraph and meta ► the entry ► trafilatura ► paragraphs ► visible text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TypeVar
from urllib.parse import urlsplit

from core.errors import ExtractionError
from core.model import Entry, RawArticle, Rules
from core.text import clean_line
from crawler.extract import jsonld
from crawler.extract.body import Body, body_of_entry, find_body, html_lines
from crawler.extract.boilerplate import is_terminator
from crawler.extract.cleaning import Cleaned, unwrap
from crawler.extract.date_markup import date_near_headline
from crawler.extract.dates import date_in_header, unglue, written_date
from crawler.extract.lines import Line
from crawler.extract.page import Page
from crawler.extract.sources import match_source_line, name_in
from crawler.extract.titles import choose_title, outlet_in_title, strip_outlet, title_key
from crawler.extract.versions import choose_rules

_T = TypeVar("_T")
_SOURCE_SIGNS = tuple(sign.encode() for sign in ("المصدر", "Kayna", "Source:", "SOURCE:"))
PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "publish-date",
    "publishdate",
    "publish_date",
    "parsely-pub-date",
    "dc.date.issued",
    "dcterms.created",
    "date.created",
    "dc.date",
    "dc.date.created",
    "dc.date.published",
    "dcterms.date",
    "dcterms.issued",
    "date",
    "pubdate",
    "published_time",
    "published-date",
    "published_date",
    "publication_date",
    "publication-date",
    "publicationdate",
    "og:pubdate",
    "og:article:published",
    "article:created_time",
    "article.published",
    "datecreated",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "citation_publication_date",
    "originalpublicationdate",
    "article_date_original",
)
_SURE = ("article:published_time", "og:article:published_time", "datepublished")
"""Names that no content system uses for another date."""
_PIECE_BELOW = 5_000  # bytes
_MOST_TAGS = 30
_MOST_LINES_ABOVE = 200
_SHORTEST_HEADLINE = 20
_LONGEST_TAG = 60
_COMMAS = re.compile(r"[,،;؛|]")
_MOBILE = re.compile(r"^(?:www|m|mobile|amp)\.")


def extract(
    body: bytes,
    *,
    url: str,
    rules: Rules | None = None,
    entry: Entry | None = None,
    declared_encoding: str | None = None,
) -> RawArticle:
    """The article on the page ``body`` that was fetched at ``url``.

    ``declared_encoding``: charset of the HTTP header. Dates stay text as found. The entry's own date is not used: it is the
    normaliser's, which knows the source's zone.
    Raises ExtractionError with a reason from: empty, not_html, too_large, no_title, no_body.
    """
    rules = rules or Rules()
    page = Page(body, url, declared_encoding)
    return Reading(page, choose_rules(page, rules, entry, PUBLISHED), entry).article()


def extract_entry(entry: Entry, *, rules: Rules | None = None) -> RawArticle:
    """The article as its source tells it, without its page: the whole text or the summary, else nothing but its headline.

    Raises ExtractionError ``no_title``.
    """
    rules = rules or Rules()
    title = strip_outlet(unwrap(clean_line(entry.title or ""), rules), suffixes=rules.title_suffixes)
    body = body_of_entry(entry, rules=rules, titles=[title])
    cleaned = body.cleaned if body is not None else Cleaned((title,))
    title = title or cleaned.original_title or ""
    if not title:
        raise _no_title(entry.url)
    article = RawArticle(
        url=entry.url,
        title=title,
        paragraphs=cleaned.paragraphs,
        lead=" ".join(line.text for line in html_lines(entry.summary or "")) or None if entry.content else None,
        authors=(entry.author,) if entry.author else (),
        tags=entry.tags,
        original_source=None if cleaned.source_is_own else cleaned.original_source,
        original_title=cleaned.original_title,
    )
    filled = ("title", "paragraphs", "lead", "authors", "tags", "original_source", "original_title")
    return replace(article, provenance={name: "entry" for name in filled if getattr(article, name)})


class Reading:
    """One page being read; collects the provenance of each field."""

    def __init__(self, page: Page, rules: Rules, entry: Entry | None) -> None:
        self._page, self.rules, self._entry = page, rules, entry
        self._provenance: dict[str, str] = {}
        self._bare: dict[tuple[str, bool], str] = {}

    @cached_property
    def _site_names(self) -> tuple[str, ...]:
        """Names of the outlet, as far as the page says them."""
        page = self._page
        publisher = jsonld.names_of(page.jsonld.get("publisher"))
        masthead = outlet_in_title(page.document_title, page.headings)
        names = (*publisher, masthead, page.meta("og:site_name"), page.meta("application-name"), page.meta("twitter:site"))
        return tuple(dict.fromkeys(name for name in names if name))

    @cached_property
    def _references(self) -> tuple[str, ...]:
        """The headings that a headline may begin with."""
        return tuple(unwrap(heading, self.rules) for heading in self._page.headings if len(heading) >= 12)

    def article(self) -> RawArticle:
        page = self._page
        title = self._title()
        body = find_body(page, rules=self.rules, entry=self._entry, titles=self.own_titles(title))
        if body is None:
            raise _no_body(page.url)
        title = self._settle_title(title, body)
        self._provenance["paragraphs"] = body.layer
        published = self._first("published", self.published_claims(title))
        return RawArticle(
            url=page.url,
            title=title,
            paragraphs=body.cleaned.paragraphs,
            lead=self._first("lead", self._leads(title)),
            authors=self._first("authors", self.author_claims()) or (),
            published=published,
            modified=self._first("modified", self.modified_claims()),
            canonical_url=self._first("canonical_url", self.canonical_claims()),
            language=self._first("language", iter([("meta", page.language)])),
            section=self._first("section", self._sections()),
            tags=self._first("tags", self._tags()) or (),
            image=self._first("image", self._images()),
            original_source=self._first("original_source", self._sources(body)),
            original_title=self._first("original_title", iter([(self._wrapper_layer(), body.cleaned.original_title)])),
            provenance=self._provenance,
            notes=self._notes(body),
            other_published=page.meta(*_SURE) or None if self._provenance.get("published") == "json-ld" else None,
        )

    def _first(self, name: str, claims: Iterator[tuple[str, _T | None]]) -> _T | None:
        """The first claim that says something; notes its layer."""
        for layer, value in claims:
            if value:
                self._provenance[name] = layer
                return value
        return None

    def _select(self, selector: str | None, most: int = 20) -> list[str]:
        return self._page.texts_at(selector, most) if selector else []

    # ----------------------------------------------------------------- title

    def title_claims(self) -> list[tuple[str, str]]:
        """The layers' headlines as they stand, the surest first."""
        page, rules = self._page, self.rules
        claims: list[tuple[str, str]] = [("rules", text) for text in self._select(rules.title, 1)]
        claims.append(("json-ld", jsonld.text_of(page.jsonld, "headline", "name")))
        claims += [("meta", page.meta("og:title")), ("meta", page.meta("twitter:title"))]
        claims.append(("entry", clean_line((self._entry.title if self._entry else None) or "")))
        claims += [("text", text) for text in page.headings if len(text.split()) >= 4 or _in(text, page.document_title)]
        claims.append(("document", page.document_title))
        return [*claims, *(("text", text) for text in page.headings)]

    def _title(self) -> str:
        page = self._page
        chosen = choose_title(
            [(unwrap(text, self.rules), layer) for layer, text in self.title_claims() if text],
            headings=page.headings,
            document_title=page.document_title,
            site_names=self._site_names,
        )
        if chosen is None:
            return ""
        text, layer = chosen
        self._provenance["title"] = "meta" if layer == "document" else layer
        shown = _shown_part(text, page.lines) if layer == "document" and not page.headings else ""
        return shown or self._stripped(text, guess=layer == "document")

    def _stripped(self, text: str, *, guess: bool = False) -> str:
        known = self._bare.get((text, guess))
        if known is None:
            suffixes = self.rules.title_suffixes
            known = strip_outlet(text, suffixes=suffixes, site_names=self._site_names, references=self._references, guess=guess)
            self._bare[text, guess] = known
        return known

    def own_titles(self, title: str) -> list[str]:
        page = self._page
        of_entry = (self._entry.title if self._entry else None) or ""
        others = dict.fromkeys((*page.headings, page.meta("og:title"), jsonld.text_of(page.jsonld, "headline"), of_entry))
        return [title, *(self._stripped(text) for text in others if text), self._stripped(page.document_title, guess=True)]

    def _settle_title(self, title: str, body: Body) -> str:
        """The headline, or the one that the wrapper names when the page has none or only a wrapped one."""
        original = body.cleaned.original_title
        weak = not title or self._provenance.get("title") not in ("rules", "json-ld", "text", "entry")
        if original and (weak or title_key(original) in title_key(title)) and not body.cleaned.source_is_own:
            self._provenance["title"] = self._wrapper_layer() if title_key(title) != title_key(original) else self._provenance["title"]
            return original
        if not title:
            raise _no_title(self._page.url)
        return title

    def _wrapper_layer(self) -> str:
        return "rules" if self.rules.wrappers else "text"

    # ----------------------------------------------------------------- dates

    def published_claims(self, title: str) -> Iterator[tuple[str, str | None]]:
        page = self._page
        for most in (1, 2):  # the first is nearly always enough, and found without reading the whole page
            for text in self._select(self.rules.date, most)[most - 1 :]:
                yield "rules", written_date(text) or _dated(text)
        yield "json-ld", jsonld.text_of(page.jsonld, "datePublished", "dateCreated")
        yield "meta", page.meta(*PUBLISHED)
        yield "rules", self._labelled()
        yield "markup", date_near_headline(page, [title, *page.headings])
        yield "text", date_in_header(page.lines, [title, *page.headings])

    def _labelled(self) -> str | None:
        """What the outlet's ``published_label`` finds in the visible text."""
        if not self.rules.published_label:
            return None
        match = re.search(self.rules.published_label, "\n".join(line.text for line in self._page.all_lines), re.MULTILINE)
        return unglue(clean_line(match[1]))[:80] if match and match[1] else None

    def modified_claims(self) -> Iterator[tuple[str, str | None]]:
        yield "json-ld", jsonld.text_of(self._page.jsonld, "dateModified")
        yield "meta", self._page.meta("article:modified_time", "og:updated_time", "datemodified", "lastmod")

    # ----------------------------------------------------------------- the rest

    def _leads(self, title: str) -> Iterator[tuple[str, str | None]]:
        page = self._page
        claims = [("rules", text) for text in self._select(self.rules.lead, 1)]
        claims.append(("json-ld", jsonld.text_of(page.jsonld, "description")))
        claims.append(("meta", page.meta("og:description", "description", "twitter:description")))
        for layer, text in claims:
            text = unwrap(clean_line(text), self.rules)
            if len(text) >= 20 and (len(text) > 2 * len(title) + 50 or title_key(text) != title_key(title)):
                yield layer, text

    def author_claims(self) -> Iterator[tuple[str, tuple[str, ...] | None]]:
        page = self._page
        yield "rules", tuple(self._select(self.rules.author))
        yield "json-ld", _names(jsonld.names_of(page.jsonld.get("author")))
        yield "meta", _names((page.meta("author"), page.meta("article:author"), page.meta("dc.creator")))
        yield "entry", _names((self._entry.author,)) if self._entry and self._entry.author else None

    def _sections(self) -> Iterator[tuple[str, str | None]]:
        yield "json-ld", jsonld.text_of(self._page.jsonld, "articleSection")
        yield "meta", self._page.meta("article:section")

    def _tags(self) -> Iterator[tuple[str, tuple[str, ...] | None]]:
        page = self._page
        yield "rules", _split_tags(self._select(self.rules.tags))
        yield "json-ld", _split_tags(jsonld.names_of(page.jsonld.get("keywords")))
        yield "meta", _split_tags(page.metas.get("article:tag", []))
        yield "meta", _split_tags([page.meta("news_keywords", "keywords")])
        yield "entry", self._entry.tags if self._entry else None

    def _images(self) -> Iterator[tuple[str, str | None]]:
        page = self._page
        for text in self._select(self.rules.image, 1):
            yield "rules", page.absolute(text)
        yield "json-ld", page.absolute(jsonld.image_of(page.jsonld))
        yield "meta", page.absolute(page.meta("og:image", "og:image:url", "twitter:image"))

    def canonical_claims(self) -> Iterator[tuple[str, str | None]]:
        page = self._page
        for address in (page.canonical, page.meta("og:url")):
            whole = page.absolute(address)
            if whole is not None and _same_site(whole, page.url) and not _points_home(whole, page.url):
                yield "meta", whole

    def _sources(self, body: Body) -> Iterator[tuple[str, str | None]]:
        cleaned = body.cleaned
        if not (cleaned.source_is_own and self._is_own_name(cleaned.original_source or "")):
            yield "text", cleaned.original_source
        if _names_source(self._page.utf8, cleaned.paragraphs[-1]):
            yield "text", _source_below(self._page, cleaned.paragraphs)

    def _is_own_name(self, name: str) -> bool:
        """Whether a syndication sentence names this outlet; in an entry, which is its own feed, it always does."""
        if self._provenance.get("paragraphs") == "entry":
            return True
        names = [*self._site_names, *re.split(r"[-–—|]", self._page.document_title)]
        own = {title_key(known) for known in names if known}
        return not own or title_key(name) in own

    def _notes(self, body: Body) -> tuple[str, ...]:
        notes = [f"rules: {selector!r} is no selector" for selector in dict.fromkeys(self._page.bad_selectors)]
        if self.rules.valid_until is not None:
            notes.append(f"rules: those valid until {self.rules.valid_until} were used")
        if self.rules.body and body.layer != "rules":
            notes.append(f"body: the outlet's selector {self.rules.body!r} found too little; taken from {body.layer}")
        return tuple(notes)


def _names_source(html: bytes, last: str) -> bool:
    """Whether a source line may stand below the ``last`` paragraph: read only a piece of the page where the paragraph is found in it."""
    place = html.rfind(last[-30:].encode())
    piece = html if place < 0 else html[place : place + _PIECE_BELOW]
    return any(sign in piece for sign in _SOURCE_SIGNS)


def _shown_part(title: str, lines: Iterable[Line]) -> str:
    """The beginning or the end of a document's title that stands alone on the page: the headline where no element says which it is."""
    found = ""
    for line in islice(lines, _MOST_LINES_ABOVE):
        text = line.text
        if len(found) < len(text) < len(title) and len(text) >= _SHORTEST_HEADLINE and line.links < 0.5:
            rest = title.removesuffix(text).rstrip()[-1:] if title.endswith(text) else title.removeprefix(text).lstrip()[:1]
            found = text if _separates(rest) and title.startswith(text) != title.endswith(text) else found
    return found


def _separates(character: str) -> bool:
    return not character.isalnum() and character != ""


def _source_below(page: Page, paragraphs: tuple[str, ...]) -> str | None:
    """The name on a source line that stands below the article but outside the element of its body."""
    texts = [line.text for line in page.lines]
    start = next((number for number, text in enumerate(texts) if text == paragraphs[-1]), None)
    if start is None:
        return None
    for number, text in enumerate(texts[start + 1 : start + 12], start + 1):
        said = match_source_line(text)
        if said is not None:
            return name_in(said or (texts[number + 1] if number + 1 < len(texts) else ""))
        if is_terminator(text):
            return None
    return None


def _dated(text: str) -> str | None:
    """A text that an outlet's date selector found, when it can be a date: it has a digit and is short."""
    return text if len(text) <= 80 and any(character.isdigit() for character in text) else None


def _names(values: Iterable[str | None]) -> tuple[str, ...]:
    """Author names, without addresses."""
    names = (clean_line(value or "") for value in values)
    return tuple(dict.fromkeys(name for name in names if 2 <= len(name) <= 80 and "://" not in name))


def _split_tags(values: Iterable[str]) -> tuple[str, ...]:
    tags = (clean_line(tag).lstrip("#") for value in values for tag in _COMMAS.split(value))
    return tuple(dict.fromkeys(tag for tag in tags if 0 < len(tag) <= _LONGEST_TAG))[:_MOST_TAGS]


def _in(text: str, other: str) -> bool:
    return bool(title_key(text)) and title_key(text) in title_key(other)


def _same_site(one: str, two: str) -> bool:
    """Whether two addresses are on the same host, apart from ``www``, ``m``, ``amp`` and subdomains of each other."""
    try:
        hosts = [_MOBILE.sub("", (urlsplit(address).hostname or "").lower()) for address in (one, two)]
    except ValueError:
        return False
    first, second = hosts
    return bool(first and second) and (first == second or first.endswith("." + second) or second.endswith("." + first))


def _points_home(address: str, page: str) -> bool:
    """A canonical address that is the front page, on a page that is not: a misconfigured theme."""
    return not urlsplit(address).path.strip("/") and bool(urlsplit(page).path.strip("/"))


def _no_body(url: str) -> ExtractionError:
    return ExtractionError("no_body", f"no article text was found at {url}; it may be a list, or give the outlet a rules.body selector")


def _no_title(url: str) -> ExtractionError:
    return ExtractionError("no_title", f"no headline was found at {url}; give the outlet a rules.title selector")
