"""The exceptions of Rasid, as one small tree.

    RasidError                  one sentence for the reader, saying what to do next
    ├── ConfigError             the configuration is wrong (exit code 2); carries every problem found
    ├── UsageError              the command was called wrongly (exit code 2)
    ├── StoreError              the database cannot be opened, migrated or written
    ├── SourceError             a source answered with something that is not what it should be (counted, not raised further)
    ├── ExtractionError         no article can be made of a page (counted with its ``reason``)
    └── DeliveryError           a channel did not take a message
        ├── TransientDeliveryError    try again later; may carry ``retry_after`` seconds
        └── PermanentDeliveryError    never will: a dead letter

Foreign exceptions are wrapped once, at the port, with ``raise … from``. Expected outcomes are values, not exceptions.
"""

from __future__ import annotations

from collections.abc import Sequence


class RasidError(Exception):
    """Base of all: ``str(error)`` is one sentence for a person."""


class ConfigError(RasidError):
    """All configuration problems at once; ``problems`` has one sentence each, with file and key."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class UsageError(RasidError):
    """The command was called wrongly."""


class StoreError(RasidError):
    """The database cannot be opened, migrated or written."""


class SourceError(RasidError):
    """The bytes of a source are not what its kind promises; ``reason`` is a short counted key."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class ExtractionError(RasidError):
    """No article can be made of a page; ``reason`` is a short counted key such as ``no_body``."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__(message)


class DeliveryError(RasidError):
    """A channel did not take a message."""


class TransientDeliveryError(DeliveryError):
    """The channel may take the message later.

    ``retry_after``: seconds the channel asked us to wait, or None.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class PermanentDeliveryError(DeliveryError):
    """The channel will never take this message: it becomes a dead letter."""
