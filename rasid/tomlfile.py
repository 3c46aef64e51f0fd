"""Puts one table into a TOML file that a person keeps, and leaves every other byte as it is. Knows nothing of what the table means.

Libraries that write TOML move tables about where two arrays of tables alternate, and comments go with the wrong one; so the text is
spliced, and the result is read again and compared before anybody relies on it.
"""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.errors import ConfigError

_BOM = b"\xef\xbb\xbf"
# What may hide a bracket at the beginning of a line: comments and the four kinds of strings.
_HIDDEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{1,2}(?!"))?' + r"|'''.*?'''(?:'{1,2}(?!'))?" + r'|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'" + r"|#[^\n]*",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def toml_string(text: str) -> str:
    """A basic string that means the text, whatever is in it."""
    return '"' + "".join(_escape(character) for character in text) + '"'


def array_table(name: str, values: Mapping[str, Any], indent: str = "") -> str:
    """``[[name]]`` with these values: strings, booleans, lists of strings, and lists of mappings as arrays of tables below it."""
    lines, below = [f"{indent}[[{name}]]"], []
    for key, value in values.items():
        if isinstance(value, Sequence) and value and isinstance(value[0], Mapping):
            below += [array_table(f"{name}.{key}", item, f"{indent}  ") for item in value]
        else:
            lines.append(f"{indent}{key} = {_value(value)}")
    return "\n".join(lines) + "\n" + "".join(below)


def put_table(text: str, name: str, values: Mapping[str, Any]) -> str:
    """The TOML text with ``[[name]]`` in it: in the place of the one with the same ``id``, else at the end.

    Raises ConfigError when the text holds the array in another form and cannot be changed safely.
    """
    before = tomllib.loads(text).get(name, [])
    table = array_table(name, values).replace("\n", _line_end(text))
    at = next((index for index, item in enumerate(before) if item.get("id") == values["id"]), None)
    changed = _appended(text, table) if at is None else _replaced(text, table, name, at)
    return _checked(changed, text, name, values, at)


def replace_file(path: Path, text: str, check: Callable[[Path], object]) -> None:
    """Writes the file anew in one step, if ``check`` finds nothing wrong with the draft beside it.

    Owner, permissions and byte order mark stay.
    Raises OSError, and what ``check`` raises; the file is then as it was.
    """
    target = path.resolve()
    old = target.read_bytes() if target.exists() else b""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open("xb") as file:
            if old:
                _keep_owner(target, draft)
            file.write((_BOM if old.startswith(_BOM) else b"") + text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        check(draft)
        os.replace(draft, target)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def read_text(path: Path) -> str:
    """The text of a TOML file with its line ends, without byte order mark; "" where there is none."""
    return path.read_bytes().decode("utf-8-sig") if path.exists() else ""


def _keep_owner(old: Path, new: Path) -> None:
    shutil.copymode(old, new)
    before = old.stat()
    with suppress(PermissionError):  # only root may give files away
        os.chown(new, before.st_uid, before.st_gid)


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    hidden = code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or 0x2028 <= code < 0x2030
    return f"\\u{0xFFFD if 0xD800 <= code < 0xE000 else code:04X}" if hidden else character


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return toml_string(value) if isinstance(value, str) else f"[{', '.join(map(_value, value))}]"  # type: ignore[call-overload]


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _appended(text: str, table: str) -> str:
    end = _line_end(text)
    if not text.strip():
        return text + table
    return text + ("" if text.endswith("\n") else end) + end + table


def _replaced(text: str, table: str, name: str, at: int) -> str:
    """The text with the table number ``at`` of that name replaced; comments and blanks before the next header stay."""
    headers = _headers(text)
    starts = [index for index, (_, header, is_array) in enumerate(headers) if header == name and is_array]
    if at >= len(starts):
        return text
    last = starts[at] + 1
    while last < len(headers) and headers[last][1].startswith(f"{name}."):
        last += 1
    begin, end = headers[starts[at]][0], headers[last][0] if last < len(headers) else len(text)
    return text[:begin] + table + _tail(text[begin:end]) + text[end:]


def _tail(span: str) -> str:
    """The comments and blank lines at the end, which belong to what follows."""
    lines = re.findall(r"[^\n]*\n|[^\n]+", span)
    last = len(lines)
    while last > 0 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    return "".join(lines[last:])


def _headers(text: str) -> list[tuple[int, str, bool]]:
    """Every table header: where its line begins, its name without quotes, and whether it is one of an array."""
    plain = _HIDDEN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    found, depth, position = [], 0, 0
    for line in plain.splitlines(keepends=True):
        if depth == 0 and line.lstrip().startswith("["):
            written = text[position : position + len(line)]
            found.append((position, ".".join(_BARE.findall(written.partition("#")[0])), line.lstrip().startswith("[[")))
        else:
            depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        position += len(line)
    return found


def _checked(changed: str, text: str, name: str, values: Mapping[str, Any], at: int | None) -> str:
    """The changed text, if it means what it should: the same as before but for this table."""
    wanted = tomllib.loads(text)
    tables = list(wanted.get(name, []))
    tables[len(tables) if at is None else at :] = [_as_read(values), *([] if at is None else tables[at + 1 :])]
    try:
        good = tomllib.loads(changed) == wanted | {name: tables}
    except tomllib.TOMLDecodeError:
        good = False
    if not good:
        raise ConfigError([f"{name} is written in a form that cannot be changed safely; write it as [[{name}]] tables, or edit it by hand"])
    return changed


def _as_read(values: Any) -> Any:
    """The values as TOML gives them back."""
    if isinstance(values, Mapping):
        return {key: _as_read(value) for key, value in values.items()}
    return values if isinstance(values, str | bool) else [_as_read(value) for value in values]
