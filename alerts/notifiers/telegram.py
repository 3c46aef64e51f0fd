"""Alerts by Telegram's Bot API: HTML, long texts split, ``retry_after`` obeyed. The token never leaves this module."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, field_validator

from alerts.notifier import read_options
from alerts.render import as_telegram, facts_of
from core.clock import SystemClock
from core.errors import ConfigError, PermanentDeliveryError, TransientDeliveryError
from core.model import Alert, Message, Notice, Receipt
from core.retry_after import retry_after_seconds
from core.settings import Interval, Secret
from core.text import clean_line

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

_LONGEST_ANSWER = 64 * 1024  # bytes


class TelegramOptions(BaseModel):
    """The keys of a Telegram channel."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    chat_id: str | int
    token: Secret
    api_base: str = "https://api.telegram.org"
    timeout: Interval = 30.0

    @field_validator("api_base")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError(f"{value!r} is not a web address")
        return value.rstrip("/")


class TelegramNotifier:
    """One chat."""

    def __init__(self, options: TelegramOptions) -> None:
        self._options = options
        self._session: ClientSession | None = None

    @classmethod
    def from_options(cls, channel: str, options: Mapping[str, Any]) -> Self:
        return cls(read_options(TelegramOptions, channel, options))

    async def open(self) -> None:
        return None

    def render(self, item: Alert | Notice, message_id: str) -> Message:
        facts = facts_of(item)
        return Message(message_id, facts.subject, as_telegram(facts), language=facts.language or None)

    async def send(self, message: Message, taken: list[str]) -> Receipt:
        """``taken``: Telegram's ids of the parts it has, in their order."""
        for text in message.texts[len(taken) :]:
            taken.append(await self._send_part(text))
        return Receipt(",".join(taken))

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _send_part(self, text: str) -> str:
        status, answer, retry_after = await self._post(
            {"chat_id": self._options.chat_id, "text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
        )
        if status == 200 and answer.get("ok") is True:
            return str(_table(answer, "result").get("message_id", ""))
        self._raise(status, answer, retry_after)
        raise AssertionError("unreachable")

    def _raise(self, status: int, answer: Mapping[str, Any], retry_after: float | None) -> None:
        said = self._without_token(str(answer.get("description") or f"HTTP {status}"))[:200]
        if status == 429:
            raise TransientDeliveryError(f"Telegram asks us to wait: {said}", retry_after=retry_after or 1.0)
        if status == 401 or (status == 404 and answer.get("description") == "Not Found"):
            raise TransientDeliveryError(f"Telegram does not know the token: {said}; check it")
        moved = _table(answer, "parameters").get("migrate_to_chat_id")
        if status == 400 and isinstance(moved, int | str):
            new = clean_line(str(moved))[:40]
            raise PermanentDeliveryError(f'the chat has a new id; set chat_id = "{new}", then run: rasid alerts retry')
        if status in (400, 403, 404, 413):
            raise PermanentDeliveryError(f"Telegram refuses the message: {said}")
        raise TransientDeliveryError(f"Telegram has a problem of its own: {said}", retry_after=retry_after)

    async def _post(self, payload: Mapping[str, Any]) -> tuple[int, dict[str, Any], float | None]:
        """Status, answer and the seconds Telegram wants us to wait. Raises TransientDeliveryError when nothing sensible comes back."""
        import aiohttp

        url = f"{self._options.api_base}/bot{self._token()}/sendMessage"
        try:
            session = self._open_session()
            async with session.post(url, json=payload, allow_redirects=False) as response:
                body = await _read(response)
                return response.status, _object(body), _retry_after(_object(body), response.headers.get("Retry-After"))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            # the exception's own text may hold the address, and with it the token
            raise TransientDeliveryError(f"cannot reach Telegram at {self._options.api_base}: {type(error).__name__}") from None

    def _open_session(self) -> ClientSession:
        import aiohttp

        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._options.timeout))
        return self._session

    def _token(self) -> str:
        try:
            return self._options.token.read()
        except ConfigError as error:
            raise TransientDeliveryError(str(error)) from None

    def _without_token(self, text: str) -> str:
        return text.replace(self._token(), "…")


async def _read(response: ClientResponse) -> bytes:
    """The answer, or as much of it as any answer of Telegram has."""
    body = b""
    async for chunk in response.content.iter_chunked(16 * 1024):
        body += chunk
        if len(body) > _LONGEST_ANSWER:
            break
    return body


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _table(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = answer.get(name)
    return found if isinstance(found, dict) else {}


def _retry_after(answer: Mapping[str, Any], header: str | None) -> float | None:
    """Seconds, as Telegram itself says it, else as the header does."""
    value = _table(answer, "parameters").get("retry_after")
    try:
        return max(0.0, float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return retry_after_seconds(header, SystemClock().now())
