"""Alerts to a program of the operator's: one POST of JSON for each, signed if wanted. Errors name the host of the address and no more."""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, field_validator

from alerts.notifier import read_options
from alerts.render import as_json, facts_of, shorten
from core.clock import SystemClock
from core.errors import ConfigError, PermanentDeliveryError, TransientDeliveryError
from core.model import Alert, Message, Notice, Receipt
from core.retry_after import retry_after_seconds
from core.settings import Interval, Secret, is_web_address
from core.text import clean_line

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

_LONGEST_ANSWER = 64 * 1024  # bytes
_LONGEST_SAID = 200
_LEAST_SECRET, _LEAST_KEY = 4, 12  # characters; shorter words, or parts of a path, stand everywhere
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS = frozenset({
    "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "host", "idempotency-key", "transfer-encoding",
    "user-agent", "x-rasid-signature",
})  # fmt: skip
_WAIT, _LATER = frozenset({429, 503}), frozenset({408, 425})
_CHECK = {
    401: "check the headers and the secret of the channel",
    403: "check the headers and the secret of the channel, and whom the server lets in",
    404: "check the url of the channel",
}


class WebhookOptions(BaseModel):
    """The keys of a webhook channel."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    url: str
    headers: dict[str, str | Secret] = {}
    secret: Secret | None = None
    timeout: Interval = 30.0

    @field_validator("url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        """Not quoted when it is wrong: its query may be the key to the door."""
        value = value.strip()
        if not is_web_address(value):
            raise ValueError("this is not a web address; write it like https://desk.example.org/alerts")
        if "@" in urlsplit(value).netloc:
            raise ValueError('a login does not stand in the address; write headers = { Authorization = { env = "NAME" } }')
        return value

    @field_validator("headers", mode="before")
    @classmethod
    def _table_of_headers(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            raise ValueError('write a table, like headers = { Authorization = { env = "NAME" } }')
        for name, content in value.items():
            _check_header(name, content)
        if len({name.lower() for name in value}) < len(value):
            raise ValueError("a header stands twice; capitals make no difference")
        return value


class WebhookNotifier:
    """One address. Every message has a connection of its own: alerts are rare, and one that the server has closed costs an attempt."""

    def __init__(self, options: WebhookOptions) -> None:
        self._options = options
        self._host = urlsplit(options.url).hostname or ""
        self._session: ClientSession | None = None

    @classmethod
    def from_options(cls, channel: str, options: Mapping[str, Any]) -> Self:
        return cls(read_options(WebhookOptions, channel, options))

    async def open(self) -> None:
        return None

    def render(self, item: Alert | Notice, message_id: str) -> Message:
        facts = facts_of(item)
        return Message(message_id, facts.subject, (as_json(item, facts, message_id),), language=facts.language or None)

    async def send(self, message: Message, taken: list[str]) -> Receipt:
        """``taken``: the reference of the yes, once there is one."""
        if not taken:
            await self._post(message, taken)
        return Receipt(taken[0])

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _post(self, message: Message, taken: list[str]) -> None:
        """Appends to ``taken`` as soon as the server has said yes: what becomes of the rest of its answer matters no more."""
        import aiohttp

        body = "\n".join(message.texts).encode()
        own, key = self._own_headers(), self._key()
        headers = {**own, **_headers(message.id, body, key)}
        hidden = _hidden(self._options.url, [*own.values(), key])
        try:
            async with self._open_session().post(self._options.url, data=body, headers=headers, allow_redirects=False) as response:
                if 200 <= response.status < 300:
                    taken.append(_shown(response.headers.get("X-Request-Id", ""), hidden))
                    return
                said = _shown((await _read(response)).decode("utf-8", "replace"), hidden)
                status, retry_after = response.status, response.headers.get("Retry-After")
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            if taken:
                return
            # the exception's own text may hold the address, and with it a key in its query
            raise TransientDeliveryError(f"cannot reach {self._host}: {type(error).__name__}") from None
        self._raise(status, said, retry_after)

    def _raise(self, status: int, said: str, retry_after: str | None) -> None:
        answer = f"HTTP {status}{f': {said}' if said else ''}"
        if status in _WAIT:
            seconds = retry_after_seconds(retry_after, SystemClock().now())
            raise TransientDeliveryError(f"{self._host} asks us to wait: {answer}", retry_after=seconds)
        if status in _CHECK:
            raise TransientDeliveryError(f"{self._host} does not let us in: {answer}; {_CHECK[status]}")
        if status >= 500 or status in _LATER:
            raise TransientDeliveryError(f"{self._host} has a problem of its own: {answer}")
        if 300 <= status < 400:
            raise PermanentDeliveryError(
                f"{self._host} leads to another address (HTTP {status}), which is not followed; "
                "set url to the final address, then run: rasid alerts retry"
            )
        raise PermanentDeliveryError(f"{self._host} refuses the message: {answer}")

    def _key(self) -> str:
        """What signs the body, "" for nothing."""
        return "" if self._options.secret is None else _read_secret("secret", self._options.secret)

    def _own_headers(self) -> dict[str, str]:
        """The operator's."""
        found = {}
        for name, value in self._options.headers.items():
            text = _read_secret(f"headers.{name}", value).strip() if isinstance(value, Secret) else value
            if not _fits_a_header(text):
                raise TransientDeliveryError(f"headers.{name}: a header is one line of text; check its secret")
            found[name] = text
        return found

    def _open_session(self) -> ClientSession:
        import aiohttp

        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True),
                timeout=aiohttp.ClientTimeout(total=self._options.timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session


def _headers(message_id: str, body: bytes, key: str) -> dict[str, str]:
    """Ours."""
    found = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"Rasid/{version('rasid')} (news monitor)",
        "Accept-Encoding": "identity",
        "Idempotency-Key": message_id,
    }
    if key:
        signature = hmac.new(key.encode("utf-8", "surrogateescape"), body, hashlib.sha256).hexdigest()
        found["X-Rasid-Signature"] = f"sha256={signature}"
    return found


def _check_header(name: str, value: Any) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{clean_line(name)[:60]!r} is no name of a header")
    if name.lower() in _OURS:
        raise ValueError(f"{name} is set by Rasid itself; leave it out")
    if isinstance(value, dict):
        if set(value) not in ({"env"}, {"file"}) or not all(isinstance(where, str) for where in value.values()):
            raise ValueError(f'{name}: write exactly one of {{ env = "NAME" }} and {{ file = "path" }}')
    elif not isinstance(value, str):
        raise ValueError(f'{name}: write a text in quotes, {{ env = "NAME" }} or {{ file = "path" }}')
    elif not _fits_a_header(value):
        raise ValueError(f"{name}: a header is one line of text")


def _fits_a_header(text: str) -> bool:
    return not any((char < " " and char != "\t") or char == "\x7f" or "\ud800" <= char <= "\udfff" for char in text)


def _read_secret(label: str, secret: Secret) -> str:
    try:
        return secret.read()
    except ConfigError as error:
        raise TransientDeliveryError(f"{label}: {error}") from None


def _hidden(url: str, secrets: Iterable[str]) -> list[str]:
    """What no error may hold, the longest first: secrets, their words (``Bearer …``), and of the address what may be a key."""
    address = urlsplit(url)
    words = {address.path, address.query, *(value for _, value in parse_qsl(address.query))}
    words |= {part for part in address.path.split("/") if len(part) >= _LEAST_KEY}
    for secret in secrets:
        words |= {secret, *secret.split(), *re.split(r"[\s,;=:]+", secret)}
    return sorted({form for word in words if len(word) >= _LEAST_SECRET for form in _forms(word)}, key=len, reverse=True)


def _forms(word: str) -> Iterator[str]:
    """The word as it is and as JSON, HTML and addresses have it."""
    plain = word.encode("utf-8", "replace").decode()
    yield from (word, unquote(plain), quote(plain, safe=""), quote(plain), html.escape(plain))
    for escaped in (json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1]):
        yield from (escaped, escaped.replace("/", "\\/"))


def _shown(said: str, hidden: Iterable[str]) -> str:
    """What a server said, fit for a log: short, cleaned, and without what it repeats of our secrets."""
    return shorten(_without(clean_line(_without(said, hidden)), hidden), _LONGEST_SAID)


def _without(text: str, hidden: Iterable[str]) -> str:
    for word in hidden:
        text = text.replace(word, "…")
    return text


async def _read(response: ClientResponse) -> bytes:
    """The answer, or as much of it as came and may be read: the status alone decides."""
    import aiohttp

    body = b""
    try:
        async for chunk in response.content.iter_chunked(16 * 1024):
            body += chunk
            if len(body) >= _LONGEST_ANSWER:
                break
    except (TimeoutError, aiohttp.ClientError, OSError):
        pass
    return body[:_LONGEST_ANSWER]
