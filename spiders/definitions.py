"""The outlets that come with Rasid: one TOML file each in ``outlets/``, read and validated on demand."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from core.config import read_outlet
from core.errors import ConfigError
from core.settings import OutletConfig

FOLDER = Path(__file__).parent / "outlets"


@cache
def builtin_outlets() -> tuple[OutletConfig, ...]:
    """Every built-in definition, by id.

    Raises ConfigError that lists the problems of all files.
    """
    found: list[OutletConfig] = []
    problems: list[str] = []
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            found.append(read_outlet(path))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return tuple(found)
