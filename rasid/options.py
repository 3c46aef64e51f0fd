"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _nearest(context: typer.Context, given: Path | None) -> Path | None:
    """The file given to this command, else to the ones it stands behind: ``rasid -c FILE topics -c FILE list -c FILE``."""
    if given is not None:
        context.obj = given
    found: Path | None = context.obj
    return found


ConfigPath = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", callback=_nearest, help="The configuration file; default $RASID_CONFIG, then ./rasid.toml.", show_default=False
    ),
]
MOST = 1_000_000
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]
