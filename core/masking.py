"""What must not be shown of options and addresses."""

from __future__ import annotations

import re
from urllib.parse import unquote

MASK = "********"
_SECRET_WORDS = ("token", "password", "passwd", "pwd", "secret", "key", "webhook")
_USER = r"(://[^:/?#@]*:)"
_PASSWORD = re.compile(rf"{_USER}(?:[^?]*@|(?!\d+[/?#])[^@]*@)")
"""From the colon to the last ``@`` in front of a query, else to the first one: passwords may hold any sign but that. A port is none."""
_PARAMETER = re.compile(r"([?&;])([^=&;#]+)=([^&;#]*)")


def is_secret(name: str) -> bool:
    """Whether what has that name is a secret."""
    return any(word in name.lower() for word in _SECRET_WORDS)


def mask_url(text: str) -> str:
    """The address without a password, neither in front of its host nor in its query."""
    return _PARAMETER.sub(_masked, _PASSWORD.sub(rf"\1{MASK}@", text, count=1)) if "://" in text else text


def _masked(found: re.Match[str]) -> str:
    sign, name, _ = found.groups()
    return f"{sign}{name}={MASK}" if is_secret(unquote(name)) else found[0]
