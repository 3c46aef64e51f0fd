"""Which addresses may be fetched: public ones, unless private ones are allowed. Checked before the request and after DNS."""

from __future__ import annotations

import ipaddress
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.misc import load_object
from twisted.internet.error import DNSLookupError

from core.errors import RasidError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddressError(RasidError):
    """The address is private, loopback, link-local or reserved; a page must not lead us there."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is a private address; set polling.allow_private_addresses = true only for tests")


def is_public(address: str) -> bool:
    """Whether an IP address literal is a public one; also looks inside IPv4-mapped, 6to4 and NAT64 addresses."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def literal_address(url: str) -> str | None:
    """The IP address that a URL's host is written as, in any form the system understands (``127.1``, ``0x7f000001``), else None."""
    import socket

    host = urlsplit(url).hostname or ""
    try:
        return str(ipaddress.ip_address(host.split("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's caching resolver that refuses names which lead to private addresses."""

    allow_private = False
    refused: ClassVar[dict[str, str]] = {}
    """Names that were refused, with their address: Twisted drops every reason but "not found" on its way to the request."""

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        """How ``scrapy`` builds it; ``rasid`` builds its own."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_private = load_object(crawler.settings["RASID_ALLOW_PRIVATE_FACTORY"])()
        return resolver

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802 - Twisted's name
        return super().getHostByName(name, timeout).addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        if self.allow_private or is_public(address):
            return address
        if len(self.refused) < 1000:
            self.refused[name] = address
        raise DNSLookupError(f"{name} is a private address")
