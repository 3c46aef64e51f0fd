"""The port between the dispatcher and a kind of channel. Knows no channel; plug-ins implement it and register an entry point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol, Self, TypeVar

from pydantic import BaseModel, ValidationError

from core.complaints import describe_validation
from core.errors import ConfigError
from core.model import Alert, Message, Notice, Receipt
from core.settings import Secret

_Model = TypeVar("_Model", bound=BaseModel)


class Notifier(Protocol):
    """Sends to one configured channel.

    ``from_options`` raises ConfigError with every problem of the channel's keys. ``render`` is pure. ``send`` raises
    TransientDeliveryError or PermanentDeliveryError and nothing else; after a transient one it is called again with the same message.
    ``taken``: what earlier attempts got through, in the notifier's own words (recipients, ids of parts), perhaps of an earlier process.
    It leaves that out, and appends to the list as it goes; what stands there when it raises or is cancelled is handed to the next attempt.
    """

    @classmethod
    def from_options(cls, channel: str, options: Mapping[str, Any]) -> Self: ...

    async def open(self) -> None: ...

    def render(self, item: Alert | Notice, message_id: str) -> Message: ...

    async def send(self, message: Message, taken: list[str]) -> Receipt: ...

    async def close(self) -> None: ...


def read_options(model: type[_Model], channel: str, options: Mapping[str, Any]) -> _Model:
    """The channel's keys, validated. Raises ConfigError with one sentence for each problem."""
    try:
        found = model.model_validate(dict(options))
    except ValidationError as error:
        raise ConfigError(describe_validation(f"channels.{channel}", error, model)) from None
    problems = [
        problem
        for name, value in found
        for label, secret in _secrets(name, value)
        for problem in _unreadable(f"channels.{channel}: {label}", secret)
    ]
    if problems:
        raise ConfigError(problems)
    return found


def _secrets(name: str, value: object) -> Iterator[tuple[str, Secret]]:
    """The secrets of a key, which may be a table of them."""
    if isinstance(value, Secret):
        yield name, value
    elif isinstance(value, dict):
        yield from ((f"{name}.{key}", item) for key, item in value.items() if isinstance(item, Secret))


def _unreadable(label: str, secret: Secret) -> list[str]:
    try:
        secret.read()
    except ConfigError as error:
        return [f"{label}: {problem}" for problem in error.problems]
    return []


def message_id(item: Alert | Notice, channel: str, instance: str) -> str:
    """The same for every attempt to tell that channel of that alert or notice, and different everywhere else."""
    return f"{kind_of(item)}-{item.id}.{channel}.{instance}"


def kind_of(item: Alert | Notice) -> str:
    """``alert`` or ``notice``: both count their ids from 1."""
    return "notice" if isinstance(item, Notice) else "alert"


async def send_test(notifier: Notifier, *, now: datetime) -> Receipt:
    """Sends a test message through the same path as an alert. Raises DeliveryError."""
    alert = Alert(
        id=0,
        story=0,
        topic="test",
        created_at=now,
        article_id=0,
        outlet="rasid",
        outlet_name="Rasid · راصد",
        url="https://example.org/",
        title="Rasid test message · رسالة تجريبية · deneme mesajı",
        lead="If you can read this, alerts reach this channel.",
        language="en",
        published_at=None,
        first_seen_at=now,
        original_source=None,
        score=1.0,
        reason="you asked for it with: rasid alerts test",
    )
    await notifier.open()
    try:
        return await notifier.send(notifier.render(alert, message_id(alert, f"test-{now.timestamp():.0f}", "test")), [])
    finally:
        await notifier.close()
