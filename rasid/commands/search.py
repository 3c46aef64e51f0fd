"""``rasid search``: full text of what is stored, folded the way detection folds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import UsageError
from rasid import wiring
from rasid.commands.crawl import parse_since
from rasid.marked import make_console, print_marked
from rasid.terminal import clock_time, iso, isolate, note, print_json, say

if TYPE_CHECKING:
    from core.query import Query
    from storage.search import Found


def run(
    path: Path | None,
    words: list[str],
    *,
    since: str | None,
    outlet: str | None,
    topic: str | None,
    limit: int,
    ranked: bool,
    as_json: bool,
) -> None:
    """Prints what was found. Raises UsageError for what cannot be searched for."""
    from storage import search

    query = _parse(words)
    start = parse_since(since) if since else None
    config = wiring.read_config(path)
    if topic is not None:
        wiring.choose_topic(config, topic)
    store = wiring.open_configured_store(config)
    with store.read() as connection:
        outdated = search.is_outdated(connection)
        found = search.find(connection, query, since=start, outlet=outlet, topic=topic, limit=limit, ranked=ranked)
    if outdated:
        note("rasid: the search index was made by another version and may miss words; run 'rasid db reindex'")
    if not found and outlet is not None:
        wiring.choose_outlet(wiring.known_outlets(config, store), outlet)
    if as_json:
        print_json([_row(item, query) for item in found])
        return
    _print(found, query, wiring.display_names(config.outlets))


def reindex(path: Path | None) -> None:
    """Writes the words of every stored article anew, some at a time, while others go on."""
    from storage import search
    from storage.engine import give_way

    store = wiring.open_configured_store(wiring.read_config(path))
    last: int | None = 0
    while last is not None:
        with store.begin() as connection:
            last = search.reindex(connection, last)
        give_way()
    say("the search index is made anew")


def _parse(words: list[str]) -> Query:
    from core.query import parse_query

    try:
        return parse_query(" ".join(words))
    except ValueError as error:
        raise UsageError(str(error)) from None


def _print(found: list[Found], query: Query, names: dict[str, str]) -> None:
    from rich.text import Text

    if not found:
        say("nothing stored has these words")
        return
    console = make_console()
    for item in found:
        outlet = isolate(names.get(item.outlet, item.outlet))
        console.print(
            Text(f"{item.id:>7}  {clock_time(item.published_at or item.first_seen_at)}  {outlet}  story {item.story}", style="dim")
        )
        print_marked(console, "", item.title, query.spans(item.title))
        console.print(Text(f"  {'':9}{item.url}"), soft_wrap=True)


def _row(item: Found, query: Query) -> dict[str, Any]:
    """The find as a JSON-ready mapping; ``marks``: where its words stand in the title."""
    return {
        "id": item.id,
        "outlet": item.outlet,
        "url": item.url,
        "title": item.title,
        "lang": item.language,
        "published_at": item.published_at and iso(item.published_at),
        "first_seen_at": iso(item.first_seen_at),
        "story": item.story,
        "marks": query.spans(item.title),
    }
