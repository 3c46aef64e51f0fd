"""What the robots.txt of each host allows, kept for a day for all crawls of the process. Parsing is Protego's."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from protego import Protego

LIFETIME = 24 * 3600.0  # seconds; RFC 9309 §2.4 says not longer
FAILURE_LIFETIME = 30.0
_MAX_HOSTS = 2000
_MAX_BYTES = 512 * 1024  # RFC 9309 §2.5 asks for at least 500 KiB


@dataclass(frozen=True, slots=True)
class Robots:
    """One host's rules. ``unreachable`` is the reason why they could not be read: then nothing is allowed (RFC 9309 §2.3.1.4)."""

    rules: Any = None
    unreachable: str | None = None

    def allows(self, url: str, agent: str) -> bool:
        if self.unreachable is not None:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, agent))

    def crawl_delay(self, agent: str) -> float:
        """Seconds between two requests that the host asks for, 0 when it does not."""
        return float((self.rules.crawl_delay(agent) if self.rules is not None else None) or 0.0)


def read_robots(status: int, body: bytes) -> Robots:
    """The rules in an answer: a 2xx is parsed, a 5xx or 429 means wait, anything else means that there are none."""
    if status == 429 or status >= 500:
        return Robots(unreachable=f"http_{status}")
    if not 200 <= status < 300:
        return Robots()
    return Robots(Protego.parse(body[:_MAX_BYTES].decode("utf-8", "replace")))


class RobotsCache:
    """Rules by host; ``get`` gives None for an unknown or expired one. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._rules: OrderedDict[str, tuple[float, Robots]] = OrderedDict()

    def get(self, host: str, now: float) -> Robots | None:
        found = self._rules.get(host)
        return found[1] if found is not None and now < found[0] else None

    def put(self, host: str, robots: Robots, now: float) -> None:
        self._rules[host] = (now + (FAILURE_LIFETIME if robots.unreachable else LIFETIME), robots)
        self._rules.move_to_end(host)
        while len(self._rules) > _MAX_HOSTS:
            self._rules.popitem(last=False)
