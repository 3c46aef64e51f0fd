"""The newsroom: every invented outlet on a port of its own, articles published while it runs, any path made to misbehave.

with Newsroom() as newsroom:
    newsroom.outlets            # definitions for the configuration
    newsroom.publish("demo_khaleej", "border-protocol")
    newsroom.trouble("demo_tayf", "/feed/", "500")
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin

from core.clock import Clock, SystemClock
from newsroom import listings
from newsroom.articles import DemoArticle, DemoOutlet, load_outlets
from newsroom.loop import LoopThread
from newsroom.pages import ARTICLE_PAGES, home
from newsroom.scenario import SCENARIO, Step, opening_articles
from newsroom.site import Behaviour, Hit, Resource, SiteServer
from newsroom.trouble import TROUBLES

_RSS = "application/rss+xml; charset=UTF-8"
_JSON = "application/json; charset=UTF-8"
_XML = "text/xml; charset=UTF-8"
_FRIENDLY = "User-agent: *\nAllow: /\n"


class Newsroom:
    """A context manager; every method may be called from any thread.

    ``initial`` names the articles each outlet opens with; without it, all that the scenario does not publish later.
    """

    def __init__(self, initial: Mapping[str, Iterable[str]] | None = None, *, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._stock = load_outlets()
        self._lock = threading.RLock()
        self._published: dict[str, list[DemoArticle]] = {outlet: [] for outlet in self._stock}
        self._overrides: set[tuple[str, str]] = set()
        self._loop = LoopThread()
        self.sites = {outlet: SiteServer(outlet, loop=self._loop, clock=self._clock) for outlet in self._stock}
        self.steps: list[Step] = list(SCENARIO)
        """What ``play_next`` still has to publish."""
        for outlet, site in self.sites.items():
            self.set_robots(outlet)
            for name, behaviour in TROUBLES.items():
                site.set(f"/trouble/{name}", behaviour)
        for outlet, articles in (opening_articles(self._stock) if initial is None else initial).items():
            self._published[outlet] = [self._stock[outlet].articles[article] for article in articles]
        for outlet in self._stock:
            self._render(outlet)

    @property
    def url(self) -> str:
        """The home of the first outlet, for tests that need only one."""
        return next(iter(self.sites.values())).url

    @property
    def outlets(self) -> list[dict[str, Any]]:
        """The outlets as data for ``core.config.OutletConfig``; each home is a port of this machine."""
        return [{"id": outlet.id, "home": self.sites[outlet.id].url, **outlet.definition} for outlet in self._stock.values()]

    @property
    def requests(self) -> list[Hit]:
        """Every request to every outlet; in order within an outlet."""
        return [hit for site in self.sites.values() for hit in site.requests]

    def article(self, outlet: str, article: str) -> DemoArticle:
        """The article as it was written: what extraction should find."""
        return self._stock[outlet].articles[article]

    def address(self, outlet: str, article: str) -> str:
        """Where the article stands, or will stand once published."""
        return urljoin(self.sites[outlet].url, _path(self._stock[outlet], self.article(outlet, article)))

    def publish(self, outlet: str, article: str, *, at: datetime | None = None) -> str:
        """Puts the article at the top of the outlet's lists now; ``at`` replaces its date. Returns its address."""
        found = self.article(outlet, article)
        with self._lock:
            others = [other for other in self._published[outlet] if other.id != article]
            self._published[outlet] = [found if at is None else replace(found, published=at), *others]
            self._render(outlet)
        return self.address(outlet, article)

    def withdraw(self, outlet: str, article: str) -> None:
        """Takes the article off the lists; its address answers 404."""
        with self._lock:
            self._published[outlet] = [other for other in self._published[outlet] if other.id != article]
            self.sites[outlet].remove(_path(self._stock[outlet], self.article(outlet, article)))
            self._render(outlet)

    def play_next(self, *, at: datetime | None = None) -> Step | None:
        """Publishes the scenario's next step and returns it; None when it is over."""
        with self._lock:
            if not self.steps:
                return None
            step = self.steps.pop(0)
            self.publish(step.outlet, step.article, at=at)
        return step

    def set(self, outlet: str, path: str, behaviour: Behaviour) -> None:
        """From now on ``path`` answers so, whatever is published, until ``heal``."""
        with self._lock:
            self._overrides.add((outlet, path))
            self.sites[outlet].set(path, behaviour)

    def trouble(self, outlet: str, path: str, name: str) -> None:
        """From now on ``path`` misbehaves as ``/trouble/<name>`` does, until ``heal``."""
        self.set(outlet, path, TROUBLES[name])

    def heal(self, outlet: str, path: str) -> None:
        """Undoes ``set`` and ``trouble``."""
        with self._lock:
            self._overrides.discard((outlet, path))
            self.sites[outlet].remove(path)
            if path == "/robots.txt":
                self.set_robots(outlet)
            self._render(outlet)

    def set_robots(self, outlet: str, text: str = _FRIENDLY, *, status: int = 200, crawl_delay: float | None = None) -> None:
        """The outlet's robots.txt: its text or, with another status, its absence."""
        delay = "" if crawl_delay is None else f"Crawl-delay: {crawl_delay:g}\n"
        self.sites[outlet].set("/robots.txt", Resource(text + delay, status=status, content_type="text/plain; charset=utf-8"))

    def close(self) -> None:
        """Ends every outlet and the thread."""
        for site in self.sites.values():
            site.close()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _render(self, outlet_id: str) -> None:
        """Sets every page and list of the outlet anew; what did not change keeps its validators."""
        outlet, site = self._stock[outlet_id], self.sites[outlet_id]
        with self._lock:
            placed = [(_path(outlet, article), article) for article in self._published[outlet_id]]
            pages = {path: self._page(outlet, article, urljoin(site.url, path)) for path, article in placed}
            for path, resource in (pages | self._lists(outlet, placed)).items():
                if (outlet_id, path) not in self._overrides:
                    site.set(path, resource)

    def _page(self, outlet: DemoOutlet, article: DemoArticle, url: str) -> Resource:
        others = [other for other in self._published[outlet.id] if other.id != article.id][:6]
        write = ARTICLE_PAGES[outlet.style]
        if outlet.style in _CLOCKED:
            return Resource(lambda: write(outlet, article, url, others, self._clock.now()), validators=False)
        return Resource(write(outlet, article, url, others, article.published))

    def _lists(self, outlet: DemoOutlet, placed: list[tuple[str, DemoArticle]]) -> dict[str, Resource]:
        base = self.sites[outlet.id].url
        addressed = [(urljoin(base, path), article) for path, article in placed]
        feed = Resource(listings.rss(outlet, base, addressed), content_type=_RSS)
        posts = Resource(listings.wordpress(outlet, addressed), content_type=_JSON, headers={"X-WP-Total": str(len(placed))})
        sitemap = Resource(listings.news_sitemap(outlet, addressed), content_type=_XML)
        lists = {
            "smartmag": {"/feed/": feed, "/wp-json/wp/v2/posts": posts},
            "jannah": {"/feed/": feed, "/wp-json/wp/v2/posts": posts},
            "majalla": {"/wp-json/wp/v2/posts": posts},
            "bogaz": {"/rss": feed, "/sitemap_google_news.xml": sitemap},
        }
        return {"/": self._home(outlet, placed)} | lists.get(outlet.style, {})

    def _home(self, outlet: DemoOutlet, placed: list[tuple[str, DemoArticle]]) -> Resource:
        if outlet.style in _CLOCKED:
            return Resource(lambda: home(outlet, placed, self._clock.now()), validators=False)
        return Resource(home(outlet, placed, self._clock.now()))


_CLOCKED = frozenset({"manara", "rasif"})
"""Styles whose every page shows the time of the visit, and which know no validators."""

_PATHS = {
    "smartmag": "/{article.slug}/",
    "manara": "/{article.id}",
    "jannah": "/{article.id}/",
    "majalla": "/{article.id}/",
    "rasif": "/a/{article.id}",
    "bogaz": "/{article.section}/{article.id}",
}


def _path(outlet: DemoOutlet, article: DemoArticle) -> str:
    return _PATHS[outlet.style].format(article=article)
