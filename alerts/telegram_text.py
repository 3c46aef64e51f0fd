"""Cuts Telegram HTML into messages that Telegram takes. Pure; knows the limit and the tags, not the network.

https://core.telegram.org/bots/api#sendmessage: 1–4096 characters after entities parsing, counted as UTF-16 code units.
"""

from __future__ import annotations

import re
from html import unescape

LIMIT = 4000
"""Counted with tags and entities as they stand, which is never less than Telegram counts."""

_ATOM = re.compile(r"<[^<>]*>|&#?\w+;|.", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


def split_html(text: str, limit: int = LIMIT) -> tuple[str, ...]:
    """The text in parts, cut at white space where there is some, never in a tag or an entity; open tags are closed and reopened."""
    atoms = _ATOM.findall(text)
    parts: list[str] = []
    opened: tuple[str, ...] = ()
    start = 0
    while start < len(atoms):
        end = _end_of_part(atoms, start, opened, limit)
        still_open = _open_after(atoms[start:end], opened)
        parts.append("".join((*opened, *atoms[start:end], *map(_closing, reversed(still_open)))))
        opened, start = still_open, end
    return tuple(part for part in parts if visible(part).strip())


def visible(text: str) -> str:
    """What a reader sees of Telegram HTML."""
    return unescape(_TAG.sub("", text))


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def _end_of_part(atoms: list[str], start: int, opened: tuple[str, ...], limit: int) -> int:
    """The position after the last atom of the part that begins at ``start``; at least one further."""
    size = sum(map(utf16_length, opened))
    at_space = start
    for position in range(start, len(atoms)):
        atom = atoms[position]
        size += utf16_length(atom)
        if atom[0] == "<" and len(atom) > 1:
            opened = _open_after([atom], opened)
        if size + sum(len(_closing(tag)) for tag in opened) > limit:
            return max(at_space if at_space > start else position, start + 1)
        if atom.isspace():
            at_space = position + 1
    return len(atoms)


def _open_after(atoms: list[str], opened: tuple[str, ...]) -> tuple[str, ...]:
    for atom in atoms:
        if atom.startswith("</"):
            opened = opened[:-1]
        elif atom[0] == "<" and len(atom) > 1:
            opened = (*opened, atom)
    return opened


def _closing(tag: str) -> str:
    return f"</{tag[1:-1].split()[0]}>"
