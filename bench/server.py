"""A keep-alive loopback server in a process of its own: made-up pages, and feeds that do not change. Counts what it answered."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from bench.corpus import make_page


def _feed(number: int) -> bytes:
    pages = [make_page(number % 5 * 4 + index) for index in range(4)]
    items = "".join(f"<item><title>{page.title}</title><link>/post/{page.number}</link></item>" for page in pages)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>feed {number}</title>{items}</channel></rss>'.encode()


def _whole_feed(number: int) -> bytes:
    """A feed of 14 to 27 whole articles, 57 to 110 KB: what many WordPress outlets serve."""
    texts = [" ".join(make_page(index).paragraphs) for index in range(14 + number % 14)]
    items = "".join(
        f"<item><title>{make_page(index).title}</title><link>/post/{number * 100 + index}</link>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
        for index, text in enumerate(texts)
    )
    head = f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>feed {number}</title>'
    return f"{head}{items}</channel></rss>".encode()


class _Answers(asyncio.Protocol):
    pages: ClassVar[dict[int, bytes]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while b"\r\n\r\n" in self.buffer:
            head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
            self.transport.write(self.answer(head))  # type: ignore[attr-defined]

    def answer(self, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        if path.startswith("/post/"):
            return self._ok(self._page(int(path[6:])), "text/html; charset=utf-8")
        if path.startswith(("/feed/", "/whole/")):
            if b"if-none-match" in head.lower():
                return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
            kind, number = path[1:].split("/")
            return self._ok(_feed(int(number)) if kind == "feed" else _whole_feed(int(number)), "application/rss+xml", b'ETag: "1"\r\n')
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def _page(self, number: int) -> bytes:
        if number not in self.pages:
            self.pages[number] = make_page(number).html
        return self.pages[number]

    def _ok(self, body: bytes, content_type: str, extra: bytes = b"") -> bytes:
        return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n" % (content_type.encode(), len(body), extra) + body


def _serve(ports: list[int], warm: int, ready: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    for number in range(warm):
        _Answers.pages[number] = make_page(number).html

    async def main() -> None:
        loop = asyncio.get_running_loop()
        servers = [await loop.create_server(_Answers, "127.0.0.1", port, backlog=1024) for port in ports]
        ready.put([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.Event().wait()

    asyncio.run(main())


@contextmanager
def running_server(hosts: int = 1, warm: int = 0) -> Iterator[list[str]]:
    """Addresses of ``hosts`` servers on ports of their own (politeness is per host and port); ``warm`` pages are made before."""
    context = multiprocessing.get_context("spawn")
    ready = context.Queue()
    process = context.Process(target=_serve, args=([0] * hosts, warm, ready), daemon=True)
    process.start()
    try:
        yield [f"http://127.0.0.1:{port}" for port in ready.get(timeout=120)]
    finally:
        process.terminate()
        process.join()
