"""Alerts on the terminal, or into any text stream."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Self, TextIO

from pydantic import BaseModel, ConfigDict

from alerts.notifier import read_options
from alerts.render import as_text, facts_of
from core.errors import TransientDeliveryError
from core.model import Alert, Message, Notice, Receipt

_RULE = "─" * 78


class ConsoleOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ConsoleNotifier:
    """Writes a readable block for each alert."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    @classmethod
    def from_options(cls, channel: str, options: Mapping[str, Any]) -> Self:
        read_options(ConsoleOptions, channel, options)
        return cls()

    async def open(self) -> None:
        return None

    def render(self, item: Alert | Notice, message_id: str) -> Message:
        facts = facts_of(item)
        return Message(message_id, facts.subject, (as_text(facts),), language=facts.language or None)

    async def send(self, message: Message, taken: list[str]) -> Receipt:
        stream = self._stream or sys.stdout
        try:
            encoding = getattr(stream, "encoding", None) or "utf-8"
            block = f"{_RULE}\n" + "\n".join(message.texts) + f"\n{_RULE}\n"
            stream.write(block.encode(encoding, "replace").decode(encoding))
            stream.flush()
        except (OSError, ValueError) as error:
            raise TransientDeliveryError(f"the terminal does not take the alert: {error}") from error
        return Receipt()

    async def close(self) -> None:
        return None
