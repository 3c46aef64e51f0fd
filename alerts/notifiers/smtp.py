"""aiosmtplib's connection, with patience where a server may be slow: it has the mail already when it answers the end of DATA."""

from __future__ import annotations

from typing import Any

import aiosmtplib

DATA_LIMIT = 300.0  # seconds; RFC 5321 4.5.3.2.6 allows more, but the channel stands still meanwhile


class PatientSMTP(aiosmtplib.SMTP):
    """Waits for the answer to DATA by a limit of its own; ``timeout`` is that of connecting and of all other commands."""

    async def data(self, message: str | bytes, /, *, timeout: Any = None) -> aiosmtplib.SMTPResponse:
        return await super().data(message, timeout=DATA_LIMIT)
