"""What each layer says of each field of a page: for people who look for the layer that is wrong, not for the daemon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.errors import ExtractionError
from core.model import Claim, Entry, Rules
from crawler.extract.article import PUBLISHED, Reading
from crawler.extract.body import all_bodies
from crawler.extract.page import Page
from crawler.extract.versions import choose_rules

Said = Iterable[tuple[str, object]]


def compare(
    body: bytes, *, url: str, rules: Rules | None = None, entry: Entry | None = None, declared_encoding: str | None = None
) -> tuple[Claim, ...]:
    """The claims of all layers about title, date, authors, address and size of the body, each layer's first for a field.

    Raises ExtractionError for bytes that are no page.
    """
    page = Page(body, url, declared_encoding)
    reading = Reading(page, choose_rules(page, rules or Rules(), entry, PUBLISHED), entry)
    try:
        title = reading.article().title
    except ExtractionError:
        title = ""
    fields: dict[str, Said] = {
        "title": reading.title_claims(),
        "published": reading.published_claims(title),
        "modified": reading.modified_claims(),
        "authors": ((layer, ", ".join(names or ())) for layer, names in reading.author_claims()),
        "canonical_url": reading.canonical_claims(),
        "body": ((found.layer, found.size) for found in all_bodies(page, reading.rules, entry, reading.own_titles(title))),
    }
    return tuple(claim for name, said in fields.items() for claim in _firsts(name, said))


def _firsts(name: str, said: Said) -> Iterator[Claim]:
    seen: set[str] = set()
    for layer, value in said:
        if value and layer not in seen:
            seen.add(layer)
            yield Claim(name, layer, str(value))
