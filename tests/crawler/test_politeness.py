"""Hosts, robots.txt and addresses, each by itself; the crawl that uses them is tested in tests/e2e."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from core.clock import SystemClock
from crawler.addresses import is_public, literal_address
from crawler.hosts import HostHeldError, Hosts
from crawler.robots import FAILURE_LIFETIME, LIFETIME, RobotsCache, read_robots

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def turns(hosts: Hosts, names: list[str], spacing: float) -> list[tuple[str, float]]:
    """When each request got its turn, in seconds from the start."""

    async def main() -> list[tuple[str, float]]:
        start = asyncio.get_running_loop().time()
        done: list[tuple[str, float]] = []

        async def one(name: str) -> None:
            await hosts.turn(name, spacing)
            done.append((name, asyncio.get_running_loop().time() - start))

        await asyncio.gather(*(one(name) for name in names))
        return done

    return asyncio.run(main())


def test_one_host_is_asked_with_a_gap_and_others_meanwhile() -> None:
    done = turns(Hosts(SystemClock()), ["a", "a", "a", "b"], 0.1)
    a = [at for name, at in done if name == "a"]
    assert a[1] - a[0] >= 0.09
    assert a[2] - a[1] >= 0.09
    assert next(at for name, at in done if name == "b") < a[1]


def test_a_crawl_delay_widens_the_gap() -> None:
    hosts = Hosts(SystemClock())
    hosts.slow_down("a", 0.2)
    first, second = [at for _, at in turns(hosts, ["a", "a"], 0.01)]
    assert second - first >= 0.19


def test_a_held_host_is_left_alone() -> None:
    hosts = Hosts(SystemClock())
    hosts.hold("a", 3600)
    with pytest.raises(HostHeldError):
        turns(hosts, ["a"], 0.0)
    assert 3590 < hosts.held_for("a") <= 3660, "a little more than asked, so that not everybody comes back at once"
    assert turns(hosts, ["b"], 0.0)


@pytest.mark.parametrize(
    ("status", "allowed"), [(200, False), (404, True), (403, True), (500, False), (503, False), (429, False), (301, True)]
)
def test_what_robots_txt_means(status: int, allowed: bool) -> None:
    robots = read_robots(status, b"User-agent: *\nDisallow: /")
    assert robots.allows("http://example.org/a", "Rasid") is allowed


def test_robots_rules_for_us_and_the_crawl_delay() -> None:
    robots = read_robots(200, b"User-agent: Rasid\nDisallow: /private\nCrawl-delay: 7\n\nUser-agent: *\nDisallow: /")
    assert robots.allows("http://example.org/news", "Rasid")
    assert not robots.allows("http://example.org/private/a", "Rasid")
    assert robots.crawl_delay("Rasid") == 7.0


def test_robots_are_kept_for_a_day_and_failures_briefly() -> None:
    cache = RobotsCache()
    cache.put("good", read_robots(404, b""), 0.0)
    cache.put("bad", read_robots(500, b""), 0.0)
    assert cache.get("good", LIFETIME - 1) is not None
    assert cache.get("good", LIFETIME) is None
    assert cache.get("bad", FAILURE_LIFETIME) is None


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1", "::1", "fe80::1",
     "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "address"),
    [("http://127.0.0.1:80/", "127.0.0.1"), ("http://127.1/", "127.0.0.1"), ("http://0x7f000001/", "127.0.0.1"), ("http://[::1]/", "::1"),
     ("http://2130706433/", "127.0.0.1"), ("http://example.org/", None)],
)  # fmt: skip
def test_addresses_in_disguise(url: str, address: str | None) -> None:
    assert literal_address(url) == address
