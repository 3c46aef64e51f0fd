"""Whether a push is signed by the hub we gave the key to (WebSub §7.1). Its content is hashed and thrown away, never kept."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterable
from enum import StrEnum

LONGEST = 1024 * 1024  # bytes of one push
_METHODS = ("sha1", "sha256", "sha384", "sha512")


class Push(StrEnum):
    """What became of a push."""

    ACCEPTED = "accepted"
    UNSIGNED = "unsigned"
    WRONG_SIGNATURE = "wrong_signature"
    TOO_LARGE = "too_large"


async def judge_push(body: AsyncIterable[bytes], signature: str | None, key: str) -> Push:
    """Reads at most ``LONGEST`` bytes of the body and says whether ``X-Hub-Signature`` is right for them."""
    method, claimed = read_signature(signature)
    sum_ = hmac.new(key.encode(), digestmod=method or "sha256")
    size = 0
    async for chunk in body:
        size += len(chunk)
        if size > LONGEST:
            return Push.TOO_LARGE
        sum_.update(chunk)
    if not method:
        return Push.UNSIGNED
    return Push.ACCEPTED if hmac.compare_digest(sum_.hexdigest().encode(), claimed) else Push.WRONG_SIGNATURE


def read_signature(header: str | None) -> tuple[str, bytes]:
    """Method and digest of ``method=hexdigest``; an empty method when there is none, or one that WebSub does not know."""
    method, _, digest = (header or "").partition("=")
    method = method.strip().lower()
    return (method, digest.strip().lower().encode(errors="surrogateescape")) if method in _METHODS else ("", b"")
