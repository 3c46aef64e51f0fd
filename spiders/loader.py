"""Makes Scrapy see one spider per outlet definition, so that ``scrapy list`` and ``scrapy crawl <id>`` work."""

from __future__ import annotations

from typing import Any

from scrapy import Request, Spider
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from spiders.outlet import OutletSpider


class OutletSpiderLoader:
    """Scrapy's spider loader over the outlets of the configuration, which is read when somebody asks."""

    def __init__(self, settings: BaseSettings) -> None:
        self._read_ids = load_object(settings["RASID_OUTLETS_FACTORY"])

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> OutletSpiderLoader:
        return cls(settings)

    def load(self, spider_name: str) -> type[Spider]:
        """The spider class of an outlet. Raises KeyError for an unknown one."""
        if spider_name not in self.list():
            raise KeyError(f"Spider not found: {spider_name}")
        attributes: dict[str, Any] = {"name": spider_name, "__module__": __name__}
        return type("OutletSpider", (OutletSpider,), attributes)

    def list(self) -> list[str]:
        return list(self._read_ids())

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]
        return []
