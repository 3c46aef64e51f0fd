"""Every built-in outlet as a site on loopback, in the markup of its platform, and a process that polls them all by one real crawl.

with OutletPack(folder) as pack:
    answer = pack.poll()        # -> Answer: ledger rows and articles, by outlet
    pack.close_doors()          # what is no fallback answers 403 from now on
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from core.config import read_outlet
from core.model import SourceKind
from core.settings import OutletConfig, SourceConfig
from newsroom import Resource, SiteServer
from newsroom.articles import DemoArticle, DemoOutlet
from newsroom.listings import news_sitemap, wordpress
from newsroom.loop import LoopThread
from newsroom.platforms import PLATFORMS, Visit
from newsroom.wires import FEEDS, Wire, listing, post_address, telegram

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "spiders" / "outlets").glob("*.toml"))
IDS = [file.stem for file in FILES]
ADDRESSES: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests" / "data" / "outlet_addresses.toml").read_text(encoding="utf-8"))
TEXTS: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests" / "data" / "outlet_texts.toml").read_text(encoding="utf-8"))

INSTANTS = (
    datetime(2025, 7, 8, 9, 20, tzinfo=UTC),  # summer time where there is one
    datetime(2025, 12, 3, 6, 5, tzinfo=UTC),
    datetime(2025, 4, 15, 21, 40, tzinfo=UTC),  # the next day by the clocks of the region
)
"""When the articles of a source were published."""
VISITED_AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@cache
def definition(outlet: str) -> OutletConfig:
    return read_outlet(ROOT / "spiders" / "outlets" / f"{outlet}.toml")


def shape(outlet: str, position: int) -> str:
    """The shape of the addresses of articles that the source at that position lists."""
    shapes: list[str] = ADDRESSES[outlet]["articles"]
    return shapes[position % len(shapes)]


def address(template: str, number: int, day: datetime | date) -> str:
    return template.format(n=f"{number:02}", y=f"{day.year}", m=f"{day.month:02}", d=f"{day.day:02}")


@dataclass(frozen=True)
class Published:
    """An article that a source lists, and what a crawl must make of it. ``day_only``, ``undated``: what is known of its date."""

    article: DemoArticle
    url: str
    language: str
    lead_apart: bool = False
    published: datetime | date | None = None


@dataclass
class Site:
    """An outlet's instance. ``listed``: by the id of the source, as the configuration has it."""

    config: OutletConfig
    server: SiteServer
    listed: dict[str, list[Published]] = field(default_factory=dict)
    sections: dict[str, int] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        return ADDRESSES[self.config.id]

    def expected(self, *, fallback: bool) -> list[Published]:
        """What its sources list, the fallbacks or the others."""
        sources = self.config.sources or ()
        return [item for source in sources if source.fallback == fallback for item in self.listed[source.url]]

    def filtered(self) -> int:
        """How many sections the sources that are no fallback list among their articles."""
        return sum(self.sections.get(source.url, 0) for source in self.config.sources or () if not source.fallback)


# --------------------------------------------------------------------------- building


def build_site(outlet: str, loop: LoopThread) -> Site:
    """The outlet's site with its sources, and the pages of what they list."""
    site = Site(definition(outlet), SiteServer(outlet, loop=loop))
    for position, source in enumerate(site.config.sources or ()):
        _add_source(site, position, source)
    return site


def local_path(source: SourceConfig) -> str:
    """Where a source lies on the outlet's own loopback server, also when it really lies on another host."""
    return "/" + source.url.partition("://")[2].partition("/")[2] if "://" in source.url else source.url


def _add_source(site: Site, position: int, source: SourceConfig) -> None:
    facts, base = site.facts, site.server.url.rstrip("/")
    zone = ZoneInfo(site.config.zone or "UTC")
    languages = facts.get("languages") or site.config.languages
    language = languages[position % len(languages)]
    outlet = DemoOutlet(site.config.id, site.config.name or "", facts["platform"], {})
    made = []
    for index, at in enumerate(INSTANTS):
        number = 10 + 3 * position + index
        path = address(shape(site.config.id, position), number, at.astimezone(zone))
        made.append((f"{base}{path}", write_article(site.config.id, number, language, at)))
    others = [address(template, 99, VISITED_AT) for template in facts.get("others", ())]
    sections = [(f"{base}{path}", f"Section {number}") for number, path in enumerate(others)]
    style = {name: facts[name] for name in ("dates", "summary", "whole", "fault") if name in facts}
    shown = sections if source.kind is SourceKind.LISTING or (source.kind is SourceKind.FEED and source.article) else ()
    wire = Wire(outlet.name, site.server.url, made, shown, **style)
    site.sections[source.url] = len(wire.sections)
    site.server.set(local_path(source), _list(source, wire, outlet, facts))
    site.listed[source.url] = [_published(site, source, index, url, article, language, zone) for index, (url, article) in enumerate(made)]
    suffix = next(iter(site.config.rules.title_suffixes if site.config.rules else ()), "")
    for url, article in made:
        beside = write_article(site.config.id, 90, language, VISITED_AT)
        visit = Visit(outlet, article, url, language, suffix, article.published.astimezone(zone), beside, VISITED_AT)
        site.server.set(url.removeprefix(base), PLATFORMS[facts["platform"]](visit))


def _list(source: SourceConfig, wire: Wire, outlet: DemoOutlet, facts: dict[str, Any]) -> Resource:
    if source.kind is SourceKind.FEED:
        return Resource(FEEDS[facts.get("feed", "rss")](wire), content_type="application/rss+xml; charset=UTF-8")
    if source.kind is SourceKind.SITEMAP:
        return Resource(news_sitemap(outlet, wire.published), content_type="application/xml")
    if source.kind is SourceKind.WORDPRESS:
        return Resource(wordpress(outlet, wire.published), content_type="application/json; charset=UTF-8")
    if source.kind is SourceKind.TELEGRAM:
        return Resource(telegram(wire, channel_of(source), TEXTS[_script(wire.published)]["tail"]))
    return Resource(listing(wire))


def channel_of(source: SourceConfig) -> str:
    return source.url.rpartition("/")[2]


def _script(published: Sequence[tuple[str, DemoArticle]]) -> str:
    return "ar" if any("\u0600" <= letter <= "\u06ff" for letter in published[0][1].title) else "en"


def _published(site: Site, source: SourceConfig, index: int, url: str, article: DemoArticle, language: str, zone: ZoneInfo) -> Published:
    on_telegram = source.kind is SourceKind.TELEGRAM
    if on_telegram and index:
        url = post_address(channel_of(source), index)
    known = "minute" if on_telegram else site.facts.get("date", "minute")
    # arab_khabar labels its day as GMT, شام gives that of Damascus
    day = article.published.date() if site.facts["platform"] == "rasif" else article.published.astimezone(zone).date()
    published = {"minute": article.published, "day": day, "none": None}[known]
    apart = not on_telegram and site.facts["platform"] in ("agency", "broadcaster", "spot_and_subheads")
    return Published(article, url, language, apart, published)


def write_article(outlet: str, number: int, language: str, at: datetime) -> DemoArticle:
    """An article of its own for each outlet and number, the same every time."""
    texts = TEXTS[language]
    chance = random.Random(f"{outlet}-{number}")
    words = {name: chance.choice(texts[name]) for name in ("place", "office")} | {"n": number, "m": chance.randint(11, 89)}
    chosen = chance.sample(texts["paragraphs"], 5)
    title = f"{chance.choice(texts['titles'])} ".format(**words).strip()
    return DemoArticle(
        outlet=outlet,
        id=str(number),
        title=f"{title} {definition(outlet).id.replace('_', '')}{number}",
        paragraphs=tuple(text.format(**words) for text in chosen),
        section=texts["section"],
        published=at,
        author=texts["author"],
        caption=texts["caption"],
        original_source="عرب 48",
        keywords=texts["section"],
    )


# --------------------------------------------------------------------------- polling


@dataclass(frozen=True)
class Answer:
    """What a poll of all came to: the ledger row of each outlet, and its articles of that poll by address."""

    runs: dict[str, dict[str, Any]]
    articles: dict[str, dict[str, dict[str, Any]]]


class OutletPack:
    """All outlets, each on a port of its own, and the process that polls them."""

    def __init__(self, folder: Path, outlets: Sequence[str] = IDS) -> None:
        self._loop = LoopThread()
        self.sites = {outlet: build_site(outlet, self._loop) for outlet in outlets}
        self._config = folder / "rasid.toml"
        self._config.write_text("\n".join(_configuration(folder, self.sites)), encoding="utf-8")
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.pack", str(self._config)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
        for site in self.sites.values():
            site.server.close()
        self._loop.close()

    def close_doors(self) -> None:
        """What is no fallback says no from now on, and so do the pages."""
        for site in self.sites.values():
            fallbacks = {local_path(source) for source in site.config.sources or () if source.fallback}
            shown = {url.removeprefix(site.server.url.rstrip("/")) for url in (item.url for item in site.expected(fallback=True))}
            for path in site.server.paths:
                if path not in fallbacks | shown:
                    site.server.set(path, Resource(status=403))

    def poll(self, outlets: Sequence[str] | None = None) -> Answer:
        """One poll of the outlets, of all by default, in one crawl."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(" ".join(outlets or self.sites) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process has ended; its errors stand above"
        return Answer(**json.loads(line))


def _configuration(folder: Path, sites: dict[str, Site]) -> Iterator[str]:
    yield f'[store]\nurl = "sqlite:///{folder / "rasid.db"}"\n[polling]\nspacing = "0.01s"\nallow_private_addresses = true\n'
    for outlet, site in sites.items():
        yield f'[[outlets]]\nid = "{outlet}"\nhome = "{site.server.url}"\nenabled = true\n'
        sources = site.config.sources or ()
        if any("://" in source.url for source in sources):  # these do not move with the home
            yield from (_source_table(source) for source in sources)


def _source_table(source: SourceConfig) -> str:
    values = {**source.model_dump(mode="json", exclude_unset=True), "url": local_path(source)}
    return "[[outlets.sources]]\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())


def _main(path: str) -> None:
    import asyncio

    from rasid import wiring
    from rasid.terminal import configure_logs
    from spiders.reactor import run_in_reactor

    configure_logs()
    config = wiring.read_config(Path(path))
    store = wiring.open_configured_store(config)

    async def serve(_stop: asyncio.Event) -> None:
        from crawler.poll import Order
        from crawler.recorder import Recorder
        from spiders.crawls import CrawlRunner

        context = wiring.build_context(config, store)
        crawls = CrawlRunner(context, Recorder(context))
        known = {outlet.id: outlet for outlet in wiring.known_outlets(config, store)}
        while line := await asyncio.to_thread(sys.stdin.readline):
            ids: list[int] = []
            orders = [Order(known[name], context.clock.now(), 300.0, on_article=ids.append) for name in line.split()]
            runs = await crawls.run(orders)
            print(json.dumps(_picture(store, runs, ids), default=str), flush=True)  # noqa: T201

    run_in_reactor(serve, allow_private=True)


def _picture(store: Any, runs: Sequence[Any], ids: list[int]) -> dict[str, Any]:
    from dataclasses import asdict

    from storage.articles import list_articles

    articles: dict[str, dict[str, dict[str, Any]]] = {}
    with store.begin() as connection:
        for row in list_articles(connection, ids=ids):
            articles.setdefault(row["outlet"], {})[row["url"]] = row
    return {"runs": {run.outlet: asdict(run) | {"outcome": run.outcome.value} for run in runs}, "articles": articles}


def same_instant(found: str | None, wanted: datetime | date | None) -> bool:
    """Whether the article's date is the one that can be known: to the minute, the day, or not at all."""
    if wanted is None or found is None:
        return wanted is None and found is None
    at = datetime.fromisoformat(found).astimezone(UTC)
    return at == wanted if isinstance(wanted, datetime) else at == datetime(wanted.year, wanted.month, wanted.day, tzinfo=UTC)


if __name__ == "__main__":
    _main(sys.argv[1])
