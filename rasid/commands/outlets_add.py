"""``rasid outlets add``: asks a new outlet politely where it lists its articles, and writes what it found into the configuration.

What to ask next and what to choose is decided in ``crawler.discover.probe``; here are the requests, the dates and the file.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from core.clock import Clock, SystemClock
from core.config import Config, load_config
from core.errors import ConfigError, RasidError, SourceError, UsageError
from core.model import SourceKind
from rasid import wiring
from rasid.commands.outlets_check import format_age, newest_instant
from rasid.terminal import configure_logs, isolate, note, print_json, print_table, say
from rasid.tomlfile import array_table, put_table, read_text, replace_file

if TYPE_CHECKING:
    from crawler.context import Context
    from crawler.discover.probe import Clue, Masthead, Probed
    from spiders.fetch import Fetched

MOST_REQUESTS = 12
"""Addresses asked for one outlet, without its robots.txt."""
_ID = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_BY_HAND = 'where it has a Telegram channel, a source with kind = "telegram" can be added by hand'


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asked for. ``url`` and the others as typed."""

    url: str
    outlet_id: str | None = None
    name: str | None = None
    languages: tuple[str, ...] = ()
    dry_run: bool = False
    force: bool = False
    as_json: bool = False


@dataclass(slots=True)
class Survey:
    """What asking an outlet has come to. ``home``: the address of its home page, or of the section that was asked for."""

    home: str
    masthead: Masthead
    probed: list[Probed] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    chosen: tuple[Probed, ...] = ()


def run(path: Path | None, wish: Wish) -> None:
    """Asks, prints and writes. Raises UsageError where something would be overwritten, RasidError where nothing was found."""
    from spiders.reactor import run_in_reactor

    configure_logs(logging.ERROR)
    wish = _checked(wish)
    file = wiring.find_config(path) or Path("rasid.toml")
    config = _read(file)
    _refuse_overwriting(config, wish, wish.url)
    survey = run_in_reactor(lambda stop: _survey(config, wish, stop), allow_private=config.polling.allow_private_addresses)
    outlet = _outlet(config, wish, survey)
    if not survey.chosen:
        _show(wish, survey, outlet, None)
        raise RasidError(_nothing_found(survey))
    if wish.outlet_id is None and _site(survey.home) != _site(wish.url):
        _refuse_overwriting(config, wish, survey.home)
    written = None if wish.dry_run else file
    if written is not None:
        write_outlet(written, outlet)
    _show(wish, survey, outlet, written)


# --------------------------------------------------------------------------- the wish


def _checked(wish: Wish) -> Wish:
    """The wish with a whole address. Raises UsageError."""
    url = wish.url if "://" in wish.url else f"https://{wish.url}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https") or ("://" not in wish.url and "." not in host):
        raise UsageError(f"{wish.url!r} is not a web address; write it like https://www.example.org/")
    if parts.username is not None:
        raise UsageError("an address with a login in it would stand in the file for all to read; write it without")
    if host == "t.me" or host.endswith(".t.me"):
        raise UsageError('a Telegram channel is added by hand: a source with kind = "telegram" and url = "https://t.me/s/<channel>"')
    if wish.outlet_id is not None and not _ID.fullmatch(wish.outlet_id):
        raise UsageError(f"--id {wish.outlet_id!r} is not an id; it begins with a letter and has only a-z, 0-9 and _")
    for language in wish.languages:
        if not _LANGUAGE.fullmatch(language):
            raise UsageError(f"--language {language!r} is not a language code; write it like ar, tr or ckb")
    return replace(wish, url=parts._replace(fragment="", path=parts.path or "/").geturl())


def _read(file: Path) -> Config:
    """The configuration in the file, or the defaults where there is none yet."""
    from spiders.definitions import builtin_outlets

    return load_config(file if file.exists() else None, builtin_outlets())


def _outlet_id(config: Config, wish: Wish, url: str) -> str:
    """The id asked for, that of the known outlet at the address, or one made of the address."""
    from crawler.discover.probe import suggest_id

    if wish.outlet_id is not None:
        return wish.outlet_id
    known = next((outlet.id for outlet in config.outlets if outlet.home and _site(outlet.home) == _site(url)), None)
    return known or suggest_id(url)


def _refuse_overwriting(config: Config, wish: Wish, url: str) -> None:
    """Asks on a terminal before a known outlet is changed. Raises UsageError where nobody says yes."""
    outlet_id = _outlet_id(config, wish, url)
    if config.outlet(outlet_id) is None or wish.force or wish.dry_run:
        return
    if sys.stdin.isatty() and sys.stderr.isatty() and not wish.as_json and _confirmed(outlet_id):
        return
    raise UsageError(f"the outlet {outlet_id} is known already; give --force to overwrite it, or --id for another name")


def _confirmed(outlet_id: str) -> bool:
    sys.stderr.write(f"the outlet {outlet_id} is known already; overwrite it? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _site(url: str) -> str:
    return urlsplit(url).netloc.lower().removeprefix("www.").removeprefix("m.")


# --------------------------------------------------------------------------- asking


async def _survey(config: Config, wish: Wish, stop: asyncio.Event) -> Survey:
    from storage import open_store

    # A dry run leaves nothing behind, not even an empty database.
    store = open_store("sqlite:///:memory:") if wish.dry_run else wiring.open_configured_store(config)
    try:
        return await _Surveyor(wiring.build_context(config, store), stop).survey(wish.url)
    finally:
        store.close()


class _Surveyor:
    """Asks one address after the other, until enough is known or too much was asked."""

    def __init__(self, context: Context, stop: asyncio.Event) -> None:
        self._context = context
        self._stop = stop
        self._asked: dict[str, Fetched] = {}
        self._clock: Clock = context.clock

    async def survey(self, url: str) -> Survey:
        """Raises RasidError when the address itself does not answer."""
        from crawler.discover.probe import choose, given_clue, is_page

        answer = await self._must_answer(url)
        given = given_clue(answer.body, answer.url, answer.content_type)
        if given is not None:
            survey = await self._survey_source(given)
        elif is_page(answer.body):
            survey = await self._survey_page(answer)
        else:
            raise RasidError(f"{answer.url} is neither a web page nor a feed; give the address of the home page")
        survey.chosen = choose(survey.probed, now=self._clock.now())
        return survey

    async def _survey_source(self, given: Clue) -> Survey:
        """The source that was given is believed, and nothing else looked for; the home page only says what to call the outlet."""
        from crawler.discover.probe import Masthead, read_masthead

        survey = Survey(urljoin(given.url, "/"), Masthead())
        await self._probe(survey, given)
        home = await self._ask(survey.home)
        if home.ok:
            survey.home = _lasting(home)
            page = read_masthead(home.body, home.url)
            survey.masthead = replace(page, name=page.name or survey.masthead.name, languages=(*survey.masthead.languages, *page.languages))
        survey.masthead = _shown_only(survey.masthead, home)
        return survey

    async def _survey_page(self, answer: Fetched) -> Survey:
        from crawler.discover.probe import Clue, Origin, next_clue, page_clues, read_masthead

        masthead = read_masthead(answer.body, answer.url)
        if masthead.is_article:
            answer = await self._must_answer(urljoin(answer.url, "/"))
            masthead = read_masthead(answer.body, answer.url)
        survey = Survey(_lasting(answer), _shown_only(masthead, answer))
        is_home = urlsplit(answer.asked).path in ("", "/")
        clues = page_clues(answer.body, answer.url, is_home=is_home, link=answer.link, sitemaps=answer.sitemaps)
        while len(self._asked) < MOST_REQUESTS and (clue := next_clue(clues, survey.probed)) is not None:
            await self._probe(survey, clue)
        await self._probe(survey, Clue(SourceKind.LISTING, answer.asked, Origin.PAGE))
        return survey

    async def _probe(self, survey: Survey, clue: Clue) -> None:
        """Asks what the clue promises, and adds what it came to."""
        from crawler.discover.probe import Probed, Verdict, read_channel

        answer = await self._ask(clue.url)
        if not answer.ok:
            verdict = Verdict.REFUSED if answer.refused else Verdict.FAILED
            survey.probed.append(Probed(clue, clue.url, clue.kind, verdict, answer.sentence))
            return
        try:
            survey.probed.append(await self._read(survey, clue, answer))
        except SourceError as error:
            sentence = str(error).partition(";")[0].removeprefix(answer.url).strip()
            survey.probed.append(Probed(clue, clue.url, clue.kind, Verdict.FAILED, sentence))
            return
        channel = read_channel(answer.body)
        survey.masthead = replace(
            survey.masthead,
            name=survey.masthead.name or channel.name,
            languages=tuple(dict.fromkeys((*survey.masthead.languages, *channel.languages))),
        )

    async def _read(self, survey: Survey, clue: Clue, answer: Fetched) -> Probed:
        """The verdict on what came. An index of sitemaps is judged by the one with the newest articles. Raises SourceError."""
        from crawler.discover import read, sniff
        from crawler.discover.probe import judge, newest_nested, probe_source

        kind = clue.kind if clue.kind is SourceKind.LISTING else sniff(answer.body, answer.content_type) or clue.kind
        listing = read(kind, answer.body, url=answer.url, source=probe_source(kind, answer.url), content_type=answer.content_type)
        address = _lasting(answer)
        inner = newest_nested(listing.nested) if not listing.entries else None
        if inner is not None and len(self._asked) < MOST_REQUESTS:
            below = await self._ask(inner.url)
            if not below.ok:
                raise SourceError(below.reason, f"the sitemap {inner.url} that it names: {below.sentence}")
            listing = read(kind, below.body, url=below.url, source=probe_source(kind, below.url), content_type=below.content_type)
        survey.texts += [entry.title for entry in listing.entries[:20] if entry.title]
        now = self._clock.now()
        probed = judge(clue, kind, address, listing, newest_at=newest_instant(listing, now), now=now)
        return replace(probed, url=_lasting(below)) if inner is not None and probed.news else probed

    async def _must_answer(self, url: str) -> Fetched:
        answer = await self._ask(url)
        if not answer.ok:
            raise RasidError(f"{url}: {answer.sentence}" + (f"; {_BY_HAND}" if answer.refused else ""))
        return answer

    async def _ask(self, url: str) -> Fetched:
        """What the address answers; nothing is asked twice."""
        from spiders.fetch import fetch

        if url not in self._asked:
            if sys.stderr.isatty():
                note(f"asking {isolate(url)}")
            self._asked[url] = (await fetch(self._context, [url], stop=self._stop))[url]
        return self._asked[url]


def _lasting(answer: Fetched) -> str:
    """The final address where the way there is a permanent one, else the one that was asked."""
    return answer.url if answer.moved else answer.asked


def _shown_only(masthead: Masthead, page: Fetched) -> Masthead:
    """The masthead with only those identity words that our own check finds on the page."""
    from spiders.outlet import shows_identity

    return replace(masthead, identity=tuple(word for word in masthead.identity if page.ok and shows_identity(page.body, (word,))))


# --------------------------------------------------------------------------- writing


def _outlet(config: Config, wish: Wish, survey: Survey) -> dict[str, Any]:
    """The outlet as it will stand in the file."""
    from crawler.discover.probe import plain_name, relative_to

    name = plain_name(wish.name or "") or survey.masthead.name or urlsplit(survey.home).hostname or ""
    url = wish.url if _site(survey.home) == _site(wish.url) else survey.home
    found: dict[str, Any] = {"id": _outlet_id(config, wish, url), "name": name, "home": survey.home}
    languages = wish.languages or _languages(survey)
    found |= {"languages": list(languages)} if languages else {}
    found |= {"identity": list(survey.masthead.identity)} if survey.masthead.identity else {}
    return found | {"sources": [{"kind": item.kind.value, "url": relative_to(survey.home, item.url)} for item in survey.chosen]}


def _languages(survey: Survey) -> tuple[str, ...]:
    """What the titles are written in; where they don't say, what page and feed declare."""
    from crawler.normalise.language import identify, language_code

    declared = [code for code in map(language_code, survey.masthead.languages) if code]
    written = identify(" ".join(survey.texts), declared=next(iter(declared), None)) if survey.texts else None
    return (written,) if written else tuple(dict.fromkeys(declared))[:1]


def write_outlet(file: Path, outlet: dict[str, Any]) -> None:
    """Puts the outlet into the file, which is created if need be, after a draft of it was loaded without a problem.

    Raises ConfigError; the file is then as it was.
    """
    from spiders.definitions import builtin_outlets

    def check(draft: Path) -> None:
        try:
            load_config(draft, builtin_outlets())
        except ConfigError as error:
            raise ConfigError([problem.replace(str(draft), str(file)) for problem in error.problems]) from None

    replace_file(file, put_table(read_text(file), "outlets", outlet), check)


def _nothing_found(survey: Survey) -> str:
    reasons = dict.fromkeys(f"{item.kind.value} {urlsplit(item.url).path or '/'} {item.reason}" for item in survey.probed[:3])
    more = len(survey.probed) - len(reasons)
    said = "; ".join(isolate(reason) for reason in reasons) + (f"; and {more} more" if more > 0 else "")
    return f"found nothing to poll at {isolate(survey.home)}: {said}; {_BY_HAND}"


def _show(wish: Wish, survey: Survey, outlet: dict[str, Any], written: Path | None) -> None:
    if wish.as_json:
        path = str(written) if written is not None else None
        made, toml = (outlet, array_table("outlets", outlet)) if survey.chosen else (None, None)
        print_json({"found": [_row(item, survey) for item in survey.probed], "outlet": made, "toml": toml, "written": path})
        return
    if wish.dry_run:
        if survey.chosen:
            say(array_table("outlets", outlet).rstrip("\n"))
        return
    _print_found(survey)
    if written is not None:
        kinds = " and ".join(source["kind"] for source in outlet["sources"])
        say(f"written to {written}: the outlet {outlet['id']} ({isolate(outlet['name'])}) with {kinds}")
        say(f"try it with 'rasid crawl {outlet['id']} --dry-run'; 'rasid run' polls it from its next start on")


def _row(item: Probed, survey: Survey) -> dict[str, Any]:
    return {
        "kind": item.kind.value,
        "url": item.url,
        "origin": item.clue.origin.value,
        "verdict": item.verdict.value,
        "entries": item.entries,
        "newest_at": item.newest_at,
        "chosen": item in survey.chosen,
        "reason": item.reason,
    }


def _print_found(survey: Survey) -> None:
    now = SystemClock().now()
    rows = [
        (
            "*" if item in survey.chosen else "",
            item.kind.value,
            item.verdict.value,
            item.entries or "–",
            format_age(item.newest_at, now),
            item.url,
            item.clue.origin.value,
            item.reason,
        )
        for item in survey.probed
    ]
    print_table("found (* is taken)", ("", "kind", "verdict", "entries", "newest", "address", "found by", "reason"), rows)
