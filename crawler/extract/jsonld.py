"""Reads what a page says of its article in JSON-LD (schema.org), in all the shapes that content systems give it.

Broken JSON is no error: such a page simply says nothing here.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from core.text import clean_line, title_key

_ARTICLE = re.compile(r"(?:[A-Za-z]*Article|BlogPosting|LiveBlogPosting|Report)")
_PAGE = re.compile("(?:Item)?WebPage")
_WRAPPING = re.compile(r"^\s*(?:<!--|(?://\s*)?<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>)\s*$|;\s*$")
_COMMA = re.compile(r",(?=\s*[}\]])")
_TAG = re.compile(r"<[^>]{0,500}>")
_MOST_CHARACTERS = 600_000
_MOST_SCRIPTS = 30

Thing = Mapping[str, Any]


def read_article(scripts: Iterable[str], url: str, titles: Iterable[str] = ()) -> Thing:
    """The node of the page's own article in its JSON-LD ``scripts``, or an empty mapping.

    Among several the one of this address wins, then the one with one of ``titles``, then the first.
    """
    things = [thing for block in _blocks(scripts) for thing in _things(block, 0)]
    articles = [thing for thing in things if _is(thing, _ARTICLE)]
    if not articles:
        pages = [thing for thing in things if "datePublished" in thing and _is(thing, _PAGE)]
        return _dates_in(pages[0]) if pages else {}
    path = urlsplit(url).path.rstrip("/")
    keys = {title_key(title) for title in titles if title}
    of_this_address = [thing for thing in articles if path and path in _addresses(thing)]
    of_this_title = [thing for thing in articles if title_key(text_of(thing, "headline")) in keys]
    chosen = (of_this_address or of_this_title or articles)[0]
    if "datePublished" not in chosen:  # some themes date the page instead of the article on it
        chosen = {**next((_dates_in(thing) for thing in things if "datePublished" in thing and _is(thing, _PAGE)), {}), **chosen}
    return _resolved(chosen, things)


def _dates_in(page: Thing) -> dict[str, Any]:
    return {key: page[key] for key in ("datePublished", "dateModified") if key in page}


def _resolved(article: Thing, things: list[Thing]) -> Thing:
    """The article with the nodes that it names by ``@id`` only in the place of their names."""
    known = {thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str) and "name" in thing}
    if not known:
        return article

    def named(value: Any) -> Any:
        if isinstance(value, list):
            return [named(part) if isinstance(part, Mapping) else part for part in value[:50]]
        identity = value.get("@id") if isinstance(value, Mapping) and "name" not in value else None
        return known.get(identity, value) if isinstance(identity, str) else value

    return {**article, **{key: named(article[key]) for key in ("author", "creator", "publisher") if key in article}}


def text_of(thing: Thing, *names: str) -> str:
    """The first of these properties that is text, on one line, without markup; or ""."""
    for name in names:
        value = thing.get(name)
        if isinstance(value, Mapping):
            value = value.get("name") or value.get("@value") or value.get("url")
        if isinstance(value, list) and value and isinstance(value[0], str):
            value = value[0]
        if isinstance(value, int) and name.startswith("date"):
            value = str(value)
        if isinstance(value, str) and value.strip():
            return clean_line(_TAG.sub(" ", value) if "<" in value else value)
    return ""


def names_of(value: Any) -> tuple[str, ...]:
    """The names in an author, keyword or section property: a text, a thing with a name, or a list of these."""
    if isinstance(value, str):
        return (clean_line(value),) if value.strip() else ()
    if isinstance(value, Mapping):
        return names_of(value.get("name"))
    if isinstance(value, list):
        return tuple(dict.fromkeys(name for part in value[:50] for name in names_of(part)))
    return ()


def image_of(thing: Thing) -> str:
    """Address of the first image, or ""."""
    value = thing.get("image")
    while isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        value = value.get("url") or value.get("contentUrl")
    return value.strip() if isinstance(value, str) else ""


def body_of(thing: Thing) -> str:
    """``articleBody`` with its newlines, or ""."""
    value = thing.get("articleBody")
    return value if isinstance(value, str) else ""


def _blocks(scripts: Iterable[str]) -> Iterator[Any]:
    for script in itertools.islice(scripts, _MOST_SCRIPTS):
        source = script.strip()
        if not source.startswith(("{", "[")) or not source.endswith(("}", "]")):
            source = _WRAPPING.sub("", source)
        if len(source) > _MOST_CHARACTERS:
            continue
        for mend in (str, _without_last_commas):
            try:
                yield json.loads(mend(source), strict=False)
                break
            except (ValueError, RecursionError):
                continue


def _without_last_commas(source: str) -> str:
    return _COMMA.sub("", source)


def _things(value: Any, depth: int) -> Iterator[Thing]:
    """The nodes at the top, in lists and in ``@graph``; not those of item lists, which are other articles."""
    if depth > 5:
        return
    if isinstance(value, list):
        for part in value[:200]:
            yield from _things(part, depth + 1)
    elif isinstance(value, Mapping):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(value.get(key), (list, Mapping)):
                yield from _things(value[key], depth + 1)


def _is(thing: Thing, wanted: re.Pattern[str]) -> bool:
    kinds = thing.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and wanted.fullmatch(name.rsplit("/", 1)[-1]) for name in names)


def _addresses(thing: Thing) -> set[str]:
    found = set()
    for key in ("url", "@id", "mainEntityOfPage"):
        value = thing.get(key)
        if isinstance(value, Mapping):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            try:
                found.add(urlsplit(value).path.rstrip("/"))
            except ValueError:
                continue
    return found
