"""Everything a server can do wrong, one tiny handler each, in the manner of Scrapy's mock server.

Each outlet of the newsroom offers them all under ``/trouble/<name>``; ``Newsroom.trouble`` puts one in the place of any path.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import struct
import time
import zlib
from urllib.parse import urlsplit

from aiohttp import web

from newsroom.site import HTML, Behaviour, Resource, redirect

_RSS = "application/rss+xml; charset=UTF-8"
_MIB = 1 << 20

_EMPTY_FEED = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>فارغ</title><link>/</link></channel></rss>'
_ONE_ITEM = _EMPTY_FEED.replace("</channel>", "<item><title>خبر واحد</title><link>/trouble/article</link></item></channel>")
_NO_FEED = "<!doctype html><html lang='ar'><head><title>صيانة</title></head><body><h1>الموقع قيد الصيانة</h1></body></html>"
_XML_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">'
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 11))
    + "]><rss version='2.0'><channel><item><title>&e10;</title><link>/1</link></item></channel></rss>"
)

_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    "<rss version='2.0'><channel><item><title>&secret;</title><link>/1</link></item></channel></rss>"
)


async def slow(request: web.BaseRequest) -> web.StreamResponse:
    """A whole feed, but one piece each ``?delay=0.2`` seconds."""
    response = web.StreamResponse(headers={"Content-Type": _RSS})
    await response.prepare(request)
    body = _ONE_ITEM.encode()
    try:
        for start in range(0, len(body), 40):
            await response.write(body[start : start + 40])
            await asyncio.sleep(float(request.query.get("delay", "0.2")))
    except ConnectionError:
        _hang_up(request)
    return response


async def drop(request: web.BaseRequest) -> web.StreamResponse:
    """Half of the promised body, then the connection is gone."""
    body = _ONE_ITEM.encode()
    response = web.StreamResponse(headers={"Content-Type": _RSS, "Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    _hang_up(request)
    return response


async def reset(request: web.BaseRequest) -> web.StreamResponse:
    """The connection is gone before any answer."""
    _hang_up(request)
    return web.Response(status=500)


async def never(request: web.BaseRequest) -> web.StreamResponse:
    """Accepts the request and never answers."""
    await asyncio.Event().wait()
    return web.Response()


async def endless(request: web.BaseRequest) -> web.StreamResponse:
    """A feed that goes on until the client hangs up."""
    return await _pour(request, b"<!-- filler -->" * 4096, times=None, head=_EMPTY_FEED.partition("</channel>")[0].encode())


async def gzip_bomb(request: web.BaseRequest) -> web.StreamResponse:
    """``?mib=2048`` MiB of blanks in about a thousandth of that."""
    block, tail = _blanks()
    mib = int(request.query.get("mib", "2048"))
    return await _pour(request, block, times=mib, head=_GZIP_HEAD, tail=tail, encoding="gzip")


async def redirect_loop(request: web.BaseRequest) -> web.StreamResponse:
    """Always one further step, back to itself."""
    step = int(request.query.get("step", "0")) + 1
    return web.Response(status=302, headers={"Location": f"{request.path}?step={step}"})


async def redirect_private(request: web.BaseRequest) -> web.StreamResponse:
    """To an address inside (``?to=``): the cloud's metadata by default."""
    return web.Response(status=302, headers={"Location": request.query.get("to", "http://169.254.169.254/latest/meta-data/")})


async def redirect_name(request: web.BaseRequest) -> web.StreamResponse:
    """To a name that leads back to this machine."""
    port = urlsplit(f"//{request.host}").port
    return web.Response(status=302, headers={"Location": f"http://localhost:{port}/trouble/secret"})


async def lying_validators(request: web.BaseRequest) -> web.StreamResponse:
    """Always 304 for a conditional request, though every plain request shows another entry."""
    headers = {"Content-Type": _RSS, "ETag": '"always-the-same"'}
    if "If-None-Match" in request.headers or "If-Modified-Since" in request.headers:
        return web.Response(status=304, headers=headers)
    fresh = _ONE_ITEM.replace("/trouble/article", f"/trouble/article?n={id(request)}")
    return web.Response(headers=headers, text=fresh)


async def constant_tag(request: web.BaseRequest) -> web.StreamResponse:
    """Another entry each time, and always the same ETag; conditions are ignored."""
    body = _ONE_ITEM.replace("/trouble/article", f"/trouble/article?n={time.monotonic_ns()}")
    return web.Response(headers={"Content-Type": _RSS, "ETag": '"always-the-same"'}, text=body)


async def late_304(request: web.BaseRequest) -> web.StreamResponse:
    """Another entry and another ETag each time, but every conditional request gets a 304."""
    number = time.monotonic_ns()
    headers = {"Content-Type": _RSS, "ETag": f'"{number}"'}
    if "If-None-Match" in request.headers:
        return web.Response(status=304, headers=headers)
    return web.Response(headers=headers, text=_ONE_ITEM.replace("/trouble/article", f"/trouble/article?n={number}"))


def _hang_up(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _pour(
    request: web.BaseRequest, block: bytes, *, times: int | None, head: bytes = b"", tail: bytes = b"", encoding: str | None = None
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": _RSS} | ({"Content-Encoding": encoding} if encoding else {}))
    await response.prepare(request)
    try:
        await response.write(head)
        while times is None or times > 0:
            await response.write(block)
            await asyncio.sleep(0)
            times = None if times is None else times - 1
        await response.write(tail)
    except ConnectionError:
        _hang_up(request)  # the client had enough, which is what the test wants to see
    return response


_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"


@functools.cache
def _blanks() -> tuple[bytes, bytes]:
    """A deflate block of one MiB of blanks that can be repeated, and the end of the gzip stream (its checksum is wrong)."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = machine.compress(b" " * _MIB) + machine.flush(zlib.Z_FULL_FLUSH)
    return block, machine.flush() + struct.pack("<II", 0, 0)


def _status(code: int, **headers: str) -> Resource:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Resource(_NO_FEED, status=code, headers=named, validators=False)


TROUBLES: dict[str, Behaviour] = {
    "slow": slow,
    "drop": drop,
    "reset": reset,
    "never": never,
    "endless": endless,
    "gzip-bomb": gzip_bomb,
    "xml-bomb": Resource(_XML_BOMB, content_type=_RSS),
    "truncated-gzip": Resource(
        gzip.compress(_ONE_ITEM.encode())[:-30], content_type=_RSS, headers={"Content-Encoding": "gzip"}, validators=False
    ),
    "500": _status(500),
    "502": _status(502),
    "503-retry-after": _status(503, Retry_After="2"),
    "503-retry-date": _status(503, Retry_After="Fri, 31 Dec 2027 23:59:59 GMT"),
    "429": _status(429, Retry_After="2"),
    "403": _status(403),
    "404": _status(404),
    "410": _status(410),
    "html-feed": Resource(_NO_FEED, content_type=HTML),
    "html-as-rss": Resource(_NO_FEED, content_type=_RSS),
    "empty-feed": Resource(_EMPTY_FEED, content_type=_RSS),
    "empty-body": Resource(b"", content_type=_RSS),
    "broken-feed": Resource(_ONE_ITEM.partition("</item>")[0], content_type=_RSS),
    "wrong-charset": Resource(_ONE_ITEM.encode("cp1256"), content_type=_RSS),
    "redirect-loop": redirect_loop,
    "redirect-private": redirect_private,
    "redirect-file": redirect("file:///etc/passwd"),
    "redirect-moved": redirect("/trouble/empty-feed", status=301),
    "redirect-name": redirect_name,
    "lying-validators": lying_validators,
    "constant-tag": constant_tag,
    "late-304": late_304,
    "503-retry-after-days": _status(503, Retry_After=str(88 * 3600)),
    "max-age": Resource(_ONE_ITEM, content_type=_RSS, headers={"Cache-Control": "max-age=3600"}),
    "ttl": Resource(_ONE_ITEM.replace("<link>/</link>", "<link>/</link><ttl>60</ttl>"), content_type=_RSS),
    "entity": Resource(_ENTITY, content_type=_RSS),
}
