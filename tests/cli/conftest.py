"""A desk: a configuration and a store filled as the daemon fills it, and commands run in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.model import Article, Entry
from crawler.context import Context
from crawler.normalise.article import content_hash
from crawler.normalise.minhash import fingerprint
from crawler.normalise.urls import url_key
from crawler.recorder import Recorded, Recorder
from rasid import wiring
from storage import Store, entries, open_store
from storage.entries import PendingEntry

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

CONFIG = """
[store]
url = "sqlite:///{folder}/rasid.db"
[[outlets]]
id = "wire"
name = "وكالة"
home = "https://wire.example/"
languages = ["ar"]
[[outlets.sources]]
kind = "feed"
url = "/feed/"
[[channels]]
id = "desk"
notifier = "console"
topics = {topics}
"""


@dataclass
class Desk:
    """See the methods. ``config`` may be changed with ``configure`` at any time."""

    folder: Path
    store: Store
    capture: pytest.CaptureFixture[str]
    config: Path = field(init=False)
    now: datetime = NOW
    _built: tuple[str, Context] | None = None

    def __post_init__(self) -> None:
        self.config = self.folder / "rasid.toml"
        self.configure()

    def configure(self, topics: str = "", heard: tuple[str, ...] = ("turkey-syria",)) -> None:
        """Writes rasid.toml with these ``[[topics]]`` tables; the channel hears of ``heard``."""
        self.config.write_text(CONFIG.format(folder=self.folder, topics=json.dumps(list(heard))) + topics, encoding="utf-8")

    def receive(
        self,
        title: str,
        body: str = "",
        *,
        path: str = "",
        outlet: str = "wire",
        silent: bool = False,
        external_id: str | None = None,
        original_title: str | None = None,
        canonical: str = "",
    ) -> Recorded:
        """An article comes in, a minute after the one before, through de-duplication and detection.

        ``path``: it had an entry. ``canonical``: its page names this address.
        """
        self.now += timedelta(minutes=1)
        context = self._context()
        url = f"https://{outlet}.example/{path or abs(hash((title, body)))}"
        article = Article(outlet, canonical or url, title, body, "ar", content_hash(body or title), fingerprint(body))
        article = replace(article, original_title=original_title)
        found = context.detector.match(title=title, lead=None, body=body, tags=(), language="ar")
        with self.store.begin() as connection:
            if path:
                self.list_entry(connection, path, outlet=outlet, seeding=silent)
            recorded = Recorder(context).store_article(connection, article, found, silent=silent, now=self.now, external_id=external_id)
            if path:
                entries.settle(connection, url_key(url), state=entries.STORED, reason=recorded.verdict.reason, article=recorded.article_id)
        return recorded

    def _context(self) -> Context:
        written = self.config.read_text(encoding="utf-8")
        if self._built is None or self._built[0] != written:
            self._built = (written, wiring.build_context(wiring.read_config(self.config), self.store))
        return self._built[1]

    def list_entry(self, connection: Any, path: str, *, outlet: str = "wire", seeding: bool = False, filtered: str = "") -> bytes:
        """A source shows an entry. Returns its key."""
        url = f"https://{outlet}.example/{path}"
        pending = PendingEntry(url_key(url), outlet, f"{outlet}:feed:/feed/", Entry(url), seeding=seeding)
        entries.register(connection, [pending], now=self.now, filtered=filtered)
        return pending.key

    def out(self) -> str:
        """What was printed since the last time."""
        return self.capture.readouterr().out

    def json(self) -> Any:
        """What was printed since the last time, read as JSON."""
        return json.loads(self.out())

    def count(self, table: Any) -> int:
        with self.store.begin() as connection:
            return len(connection.execute(table.select()).all())


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    store = open_store(f"sqlite:///{tmp_path / 'rasid.db'}")
    yield Desk(tmp_path, store, capsys)
    store.close()
