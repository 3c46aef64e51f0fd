"""What one process shares between all its crawls. Built by the composition root, handed to spiders, middlewares and pipelines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from core.clock import Clock
from core.model import Article, Match
from core.settings import PollingConfig
from crawler.hosts import Hosts
from crawler.reading import PageReader
from crawler.robots import RobotsCache

if TYPE_CHECKING:
    from storage import Store
    from storage.matches import StoredText

AGENT = "Rasid"


class MatchesArticles(Protocol):
    """The detector's port."""

    def match(
        self,
        *,
        title: str,
        lead: str | None,
        body: str,
        tags: Sequence[str] = (),
        language: str | None = None,
        published_at: datetime | None = None,
    ) -> tuple[Match, ...]: ...


def judge(detector: MatchesArticles, text: Article | StoredText) -> tuple[Match, ...]:
    """What the detector's topics think of an article, as it was read or as it is stored."""
    return detector.match(
        title=text.title, lead=text.lead, body=text.body, tags=text.tags, language=text.language, published_at=text.published_at
    )


def _nobody(topic: str) -> tuple[str, ...]:
    return ()


def _nothing() -> None:
    return None


@dataclass(slots=True)
class Context:
    """``route`` gives the channels that hear of a topic; ``wake`` is called after deliveries were committed."""

    store: Store
    polling: PollingConfig
    clock: Clock
    detector: MatchesArticles
    route: Callable[[str], Sequence[str]] = _nobody
    wake: Callable[[], None] = _nothing
    version: str = "0"
    hosts: Hosts = field(init=False)
    robots: RobotsCache = field(default_factory=RobotsCache)
    reader: PageReader = field(default_factory=PageReader)

    def __post_init__(self) -> None:
        self.hosts = Hosts(self.clock)

    @property
    def user_agent(self) -> str:
        """Honest: who we are and whom to write to."""
        return agent_name(self.version, self.polling.contact)


def agent_name(version: str, contact: str) -> str:
    """The User-Agent of this version."""
    return f"{AGENT}/{version} (news monitor{f'; contact: {contact.strip()}' if contact.strip() else ''})"
