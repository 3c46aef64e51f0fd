"""How long a channel that did not take a message is left alone. Pure; lengths are seconds."""

from __future__ import annotations

import hashlib
from datetime import timedelta

LONGEST = 300.0
LONGEST_ASKED = 24 * 3600.0
GIVE_UP_AFTER = timedelta(days=3)
_SPREAD = 0.1


def wait_after(attempts: int, *, delivery_id: int, retry_after: float | None = None) -> float:
    """The wait after that many failed attempts: 1, 2, 4, 8 … up to 300, each a little longer for some deliveries than for others.

    ``retry_after``: what the channel asked for; it counts when it is longer.
    """
    wait = min(LONGEST, 2.0 ** min(max(attempts, 1) - 1, 20)) * (1 + _SPREAD * _fraction(delivery_id, attempts))
    return max(wait, rest_after(retry_after))


def rest_after(retry_after: float | None) -> float:
    """How long the whole channel is left alone, because it asked for it."""
    return max(0.0, min(retry_after or 0.0, LONGEST_ASKED))


def least_time_spent(attempts: int) -> float:
    """Seconds that so many failed attempts must have taken, however often the program was started anew between them."""
    return sum(min(LONGEST, 2.0 ** (n - 1)) for n in range(1, min(attempts, 10))) + max(attempts - 10, 0) * LONGEST


def _fraction(delivery_id: int, attempts: int) -> float:
    """A number in [0, 1) that depends on both and on nothing else."""
    return hashlib.blake2b(f"{delivery_id}:{attempts}".encode(), digest_size=1).digest()[0] / 256
